"""Trains the NLI head and the stance head of an encoder on the rows of mixture.py, or of distil.py.

    R=models/training/recipe_base_stance.toml
    python models/training/train.py $R --rows runs/base/rows.jsonl.gz --out runs/base

AdamW over float32 master weights beside a bfloat16 model; batches of like length. Of the two statements of a stance row one is
drawn to come first; half of the rows whose parties are known say who speaks, some of them with the date, and some of those with
other names. A teacher's probabilities count `soft_share` where there is a label too, and alone where there is none. A model
that also embeds is held near the embeddings of its base (`embed_every`). The learning rate falls with the steps taken or, where
the recipe states minutes and these pass sooner, with the time; the last part's weights are averaged. A killed run goes on from
checkpoint.pt, to the very same weights where no minutes are stated. `--out` receives model/ (hub layout, the stance head beside
the classifier) and log.jsonl.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path

import torch
from base import base_folder, load_base, save_model
from batches import Data
from encoder import Encoder
from rows import Row, read_recipe
from tokenizers import Tokenizer
from torch import Tensor

SOFT_SHARE = 0.7
SINGLES = 200_000  # statements that hold the embeddings


def loss_of(nli: Tensor, stance: Tensor, targets: Tensor, soft_share: float = SOFT_SHARE) -> Tensor:
    """Mean loss of a batch.

    A row with NLI labels trains its own head, and the stance head with what NLI says of a stance: entailment is AGREE,
    contradiction is CONTRADICT, neutral only says that it is not CONTRADICT (the other direction may follow).
    A stance row trains the stance head; its contradictions are NLI contradictions in both directions.
    A teacher's probabilities train both heads.

    Args:
        nli: Logits of entailment, neutral, contradiction. Shape: (rows, 3).
        stance: Logits of agree, contradict, unrelated. Shape: (rows, 3).
        targets: As in `Data.targets`. Shape: (rows, 4, 3).
        soft_share: What the teacher counts where there is a label too.
    """
    want_nli, want_stance, soft_nli, soft_stance = targets.unbind(1)
    log_nli, log_stance = nli.log_softmax(-1), stance.log_softmax(-1)
    not_contradict = torch.logsumexp(log_stance[:, [0, 2]], -1)
    from_nli = -(want_nli * log_nli).sum(-1) - (
        want_nli[:, 0] * log_stance[:, 0] + want_nli[:, 2] * log_stance[:, 1] + want_nli[:, 1] * not_contradict
    )
    sure = want_stance[:, 1] == 1
    from_stance = -(want_stance * log_stance).sum(-1) - 0.3 * sure * log_nli[:, 2]
    hard = torch.where(want_nli[:, 0] >= 0, 0.5 * from_nli, from_stance)
    soft = -0.5 * (soft_nli * log_nli).sum(-1) - (soft_stance * log_stance).sum(-1)
    labelled, taught = targets[:, :2, 0].amax(1) >= 0, soft_nli[:, 0] >= 0
    return torch.where(taught, torch.where(labelled, soft_share * soft + (1 - soft_share) * hard, soft), hard).mean()


class Anchor:
    """Pulls the embeddings of single statements towards those of an embedder.

    Args:
        embedder: With the same vocabulary and width as the model.
        data: Its single statements are used.
        cfg: The recipe's [train].
    """

    def __init__(self, embedder: Encoder, data: Data, cfg: Row) -> None:
        self.embedder = embedder.bfloat16().requires_grad_(False)
        self.tokens, self.every, self.weight = data.singles, cfg["embed_every"], cfg["embed_weight"]
        self.plan = self.tokens.batches(cfg["embed_tokens_per_batch"], cfg["seed"])

    def loss(self, model: Encoder, step: int) -> Tensor:
        """The weighted mean cosine distance from the embedder."""
        batch = self.plan[(step // self.every) % len(self.plan)]
        inputs = self.tokens.padded(batch, model.config["pad_token_id"], model.words.weight.device)
        with torch.no_grad():
            wanted = self.embedder.embedding(*inputs)
        return self.weight * (1 - (model.embedding(*inputs) * wanted).sum(-1).mean())


class Trainer:
    """The model, its master weights and their moments."""

    def __init__(self, model: Encoder, cfg: Row) -> None:
        self.model, self.cfg = model, cfg
        frozen = ["words", "relative", *cfg.get("frozen", [])]  # modules, such as layers.0
        self.trained = {n: p for n, p in model.named_parameters() if not any(n.startswith(f"{f}.") for f in frozen)}
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name in self.trained)
        self.master = {n: p.detach().float().clone().requires_grad_() for n, p in self.trained.items()}
        model.bfloat16()
        decay = [p for p in self.master.values() if p.ndim > 1]
        flat = [p for p in self.master.values() if p.ndim <= 1]
        groups = [{"params": decay, "weight_decay": cfg["weight_decay"]}, {"params": flat, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=cfg["learning_rate"], betas=(0.9, 0.98), fused=True)
        self.average: dict[str, Tensor] = {}
        self.averaged = 0

    def step(self, loss: Tensor, progress: float) -> None:
        """One update.

        Args:
            loss: Of the batch.
            progress: Share of the run that is over.
        """
        loss.backward()
        for name, parameter in self.trained.items():
            self.master[name].grad = torch.zeros_like(self.master[name]) if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(self.master.values(), self.cfg["clip_norm"])
        rate = min(progress / self.cfg["warmup_share"], (1 - progress) / (1 - self.cfg["warmup_share"]))
        for group in self.optimizer.param_groups:
            group["lr"] = self.cfg["learning_rate"] * max(rate, 0.01)
        self.optimizer.step()
        self.into_model(self.master)

    @torch.no_grad()
    def into_model(self, weights: dict[str, Tensor]) -> None:
        for name, parameter in self.trained.items():
            parameter.copy_(weights[name])

    @torch.no_grad()
    def add_to_average(self) -> None:
        self.averaged += 1
        for name, value in self.master.items():
            if name in self.average:
                self.average[name] += (value - self.average[name]) / self.averaged
            else:
                self.average[name] = value.detach().clone()

    def save(self, path: Path, step: int, spent: float) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {"step": step, "spent": spent, "master": self.master, "optimizer": self.optimizer.state_dict()}
        torch.save(state | {"average": self.average, "averaged": self.averaged}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def restore(self, path: Path) -> tuple[int, float]:
        """Steps taken and seconds spent, as the checkpoint says; zeros without one."""
        if not path.exists():
            return 0, 0.0
        state = torch.load(path, map_location=self.model.words.weight.device, weights_only=True)
        self.average, self.averaged = state["average"], state["averaged"]
        self.optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            for name, value in state["master"].items():
                self.master[name].copy_(value)
        self.into_model(self.master)
        return state["step"], state["spent"]


class Log:
    """One line every twenty steps."""

    def __init__(self, path: Path) -> None:
        self.path, self.began, self.rows = path, time.perf_counter(), 0
        self.losses: list[float] = []

    def add(self, step: int, progress: float, loss: Tensor, rows: int) -> None:
        self.losses.append(float(loss.detach()))
        self.rows += rows
        if step % 20:
            return
        line = {"step": step, "progress": round(progress, 4), "loss": round(sum(self.losses) / len(self.losses), 4)}
        line |= {"rows": self.rows, "rows_per_second": round(self.rows / (time.perf_counter() - self.began), 1)}
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self.losses = []


def encoder(folder: Path, device: torch.device, layers: int | None = None) -> tuple[Encoder, Row, dict[str, Tensor]]:
    """The encoder of a folder, or so many of its lower layers; its config and its weights by the hub's names."""
    config, weights = load_base(folder)
    if layers is not None:
        config["num_hidden_layers"] = layers
    model = Encoder(config)
    model.from_hub(weights)
    return model.to(device), config, weights


def train(
    recipe: Row, base: Path, rows: Path, out: Path, minutes: float | None, device: torch.device, like: Path | None = None
) -> None:
    """Train, from the checkpoint on if there is one, and write the model; it embeds as `like` does, or as its base."""
    cfg, checkpoint = recipe["train"], out / "checkpoint.pt"
    torch.manual_seed(cfg["seed"])
    model, config, weights = encoder(base, device, recipe["model"].get("layers"))
    singles = SINGLES if cfg.get("embed_every") else 0
    data = Data(rows, Tokenizer.from_file(str(base / "tokenizer.json")), recipe["model"]["max_tokens"], cfg["seed"], singles)
    anchor = Anchor(copy.deepcopy(model) if like is None else encoder(like, device)[0], data, cfg) if singles else None
    trainer = Trainer(model, cfg)
    plan = [x for epoch in range(cfg["epochs"]) for x in data.batches(cfg["tokens_per_batch"], cfg["seed"] + epoch)]
    step, spent = trainer.restore(checkpoint)
    print(f"{len(data.ids):,} rows, {len(plan):,} steps at most, from step {step}, {spent / 60:.0f} minutes spent", flush=True)
    began, log = time.perf_counter() - spent, Log(out / "log.jsonl")
    while step < len(plan):
        progress = step / len(plan)
        if minutes is not None:
            progress = max(progress, (time.perf_counter() - began) / (60 * minutes))
        if progress >= 1:
            break
        batch = plan[step]
        nli, stance = model(*data.padded(batch, config["pad_token_id"], device))
        loss = loss_of(nli.float(), stance.float(), data.targets[batch].to(device), cfg.get("soft_share", SOFT_SHARE))
        held = anchor.loss(model, step) if anchor and step % anchor.every == 0 else 0.0
        trainer.step(loss + held, progress)
        step += 1
        log.add(step, progress, loss, len(batch))
        if progress > cfg["average_from"] and step % 10 == 0:
            trainer.add_to_average()
        if step % cfg["checkpoint_every"] == 0:
            trainer.save(checkpoint, step, time.perf_counter() - began)
    model = Encoder(config)
    model.from_hub(weights)
    model.load_state_dict(model.state_dict() | {k: v.detach() for k, v in (trainer.average or trainer.master).items()})
    save_model(out / "model", base, config, model.to_hub())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="a folder in place of the recipe's")
    parser.add_argument("--embed-like", type=Path, help="a folder in place of the recipe's")
    parser.add_argument("--minutes", type=float, help="in place of the recipe's")
    parser.add_argument("--device", default="cpu", help="such as cuda")
    args = parser.parse_args()
    recipe = read_recipe(args.recipe)
    cfg = recipe["train"]
    args.out.mkdir(parents=True, exist_ok=True)
    base = args.base or base_folder(recipe["model"]["base"])
    named = cfg.get("embed_like") if cfg.get("embed_every") else None
    like = args.embed_like or (base_folder(named) if named else None)
    train(recipe, base, args.rows, args.out, args.minutes or cfg.get("minutes"), torch.device(args.device), like)


if __name__ == "__main__":
    main()
