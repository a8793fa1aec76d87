"""Trains the NLI head and the stance head of an encoder on the rows of mixture.py.

    R=models/training/recipe_base_stance.toml
    python models/training/train_stance.py $R --rows runs/base/rows.jsonl.gz --out runs/base

AdamW over float32 master weights beside a bfloat16 model; batches of like length. Of the two statements of a stance row one is
drawn to come first; half of the rows whose parties are known say who speaks, some of them with the date, and some of those with
other names. The learning rate falls with the steps taken or, where the recipe states minutes and these pass sooner, with the
time; the last part's weights are averaged. A killed run goes on from checkpoint.pt. `--out` receives model/ (hub layout, the
stance head beside the classifier) and log.jsonl.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import time
import tomllib
from pathlib import Path
from typing import Any

import torch
from encoder import Encoder
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from stancecheck.models.quantised import dequantize, read_weights

Row = dict[str, Any]
WITH_PARTY, WITH_DATE, RENAMED = 0.55, 0.3, 0.3  # of rows that have parties; of those with party; of those with party
IGNORED = -1.0


def spoken(text: str, party: str | None, date: str | None) -> str:
    """The statement as the judge reads it: 'Party: text', 'Party, date: text', or the text alone."""
    if not party:
        return text
    return f"{party}, {date}: {text}" if date else f"{party}: {text}"


def two_texts(row: Row, names: list[str], rng: random.Random) -> tuple[str, str]:
    """Both statements of a row in the order drawn, with or without who speaks and when."""
    a, b = row["a"], row["b"]
    if "nli" in row:
        return a, b
    parties, dates = (
        [row.get("party_a"), row.get("party_b")],
        [row.get("date_a") or row.get("date"), row.get("date_b") or row.get("date")],
    )
    if not all(parties) or rng.random() > WITH_PARTY:
        parties = [None, None]
    elif rng.random() < RENAMED:
        for side, (old, new) in enumerate(zip(parties, rng.sample(names, 2), strict=True)):
            a, b, parties[side] = a.replace(old, new), b.replace(old, new), new
    if rng.random() > WITH_DATE:
        dates = [None, None]
    texts = [spoken(a, parties[0], dates[0]), spoken(b, parties[1], dates[1])]
    if rng.random() < 0.5:
        texts.reverse()
    return texts[0], texts[1]


class Data:
    """Tokenised rows and their targets, in the order of training."""

    def __init__(self, path: Path, tokenizer: Tokenizer, max_tokens: int, seed: int) -> None:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        rng = random.Random(seed)
        names = sorted({r["party_a"] for r in rows if r.get("party_a") and r["set"].startswith(("own.acc", "own.aff", "made"))})
        tokenizer.enable_truncation(max_tokens)
        tokenizer.no_padding()
        encoded = tokenizer.encode_batch([two_texts(row, names, rng) for row in rows])
        self.ids = [e.ids for e in encoded]
        self.types = [e.type_ids for e in encoded]
        none = [IGNORED] * 3
        self.nli = torch.tensor([r.get("nli", none) for r in rows])
        self.stance = torch.tensor([r.get("stance", none) for r in rows])

    def batches(self, budget: int, seed: int) -> list[list[int]]:
        """Rows of like length together, at most `budget` tokens; sorted within parts of the file only."""
        rng, made = random.Random(seed), []
        for start in range(0, len(self.ids), 8000):
            current: list[int] = []
            part: list[list[int]] = []
            for i in sorted(range(start, min(start + 8000, len(self.ids))), key=lambda i: len(self.ids[i])):
                if current and (len(current) + 1) * len(self.ids[i]) > budget:
                    part.append(current)
                    current = []
                current.append(i)
            part.append(current)
            rng.shuffle(part)
            made += part
        return made

    def padded(self, batch: list[int], pad: int) -> tuple[Tensor, Tensor, Tensor]:
        """Ids, mask and types. Shape of each: (rows, tokens)."""
        longest = max(len(self.ids[i]) for i in batch)
        ids = torch.tensor([self.ids[i] + [pad] * (longest - len(self.ids[i])) for i in batch])
        types = torch.tensor([self.types[i] + [0] * (longest - len(self.types[i])) for i in batch])
        lengths = torch.tensor([len(self.ids[i]) for i in batch])
        return ids, (torch.arange(longest)[None, :] < lengths[:, None]).long(), types


def loss_of(nli: Tensor, stance: Tensor, want_nli: Tensor, want_stance: Tensor) -> Tensor:
    """Mean loss of a batch.

    A row with NLI targets trains its own head, and the stance head with what NLI says of a stance: entailment is AGREE,
    contradiction is CONTRADICT, neutral only says that it is not CONTRADICT (the other direction may follow).
    A stance row trains the stance head; its contradictions are NLI contradictions in both directions.

    Args:
        nli: Logits of entailment, neutral, contradiction. Shape: (rows, 3).
        stance: Logits of agree, contradict, unrelated. Shape: (rows, 3).
        want_nli: Targets, or IGNORED. Shape: (rows, 3).
        want_stance: Targets, or IGNORED. Shape: (rows, 3).
    """
    log_nli, log_stance = nli.log_softmax(-1), stance.log_softmax(-1)
    not_contradict = torch.logsumexp(log_stance[:, [0, 2]], -1)
    is_nli = want_nli[:, 0] >= 0
    from_nli = -(want_nli * log_nli).sum(-1) - (
        want_nli[:, 0] * log_stance[:, 0] + want_nli[:, 2] * log_stance[:, 1] + want_nli[:, 1] * not_contradict
    )
    sure = want_stance[:, 1] == 1
    from_stance = -(want_stance * log_stance).sum(-1) - 0.3 * sure * log_nli[:, 2]
    return torch.where(is_nli, 0.5 * from_nli, from_stance).mean()


class Trainer:
    """The model, its master weights and their moments."""

    def __init__(self, model: Encoder, cfg: Row) -> None:
        self.model, self.cfg = model, cfg
        frozen = {"words.weight", "relative.weight"} | set(cfg.get("frozen", []))
        self.trained = {n: p for n, p in model.named_parameters() if n not in frozen}
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
        loss.backward()
        for name, parameter in self.trained.items():
            self.master[name].grad = torch.zeros_like(self.master[name]) if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(self.master.values(), self.cfg["clip_norm"])
        rate = min(progress / self.cfg["warmup_share"], (1 - progress) / (1 - self.cfg["warmup_share"]))
        for group in self.optimizer.param_groups:
            group["lr"] = self.cfg["learning_rate"] * max(rate, 0.01)
        self.optimizer.step()
        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(self.master[name])

    @torch.no_grad()
    def add_to_average(self) -> None:
        self.averaged += 1
        for name, value in self.master.items():
            if name in self.average:
                self.average[name] += (value - self.average[name]) / self.averaged
            else:
                self.average[name] = value.detach().clone()

    def final_weights(self) -> dict[str, Tensor]:
        model = Encoder(self.model.config)
        state = {k: v.float() for k, v in self.model.state_dict().items()}
        model.load_state_dict(state | {k: v.detach() for k, v in (self.average or self.master).items()})
        return model.to_hub()


def save_model(out: Path, base: Path, config: Row, weights: dict[str, Tensor]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(base / name, out / name)
        (out / name).chmod(0o644)


def load_base(base: Path) -> tuple[Row, dict[str, Tensor]]:
    """Config and weights of a folder: a model in the hub's layout, or one of ours in 8 bits."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    if config.pop("stancecheck", None):
        weights = {k: torch.from_numpy(v) for k, v in dequantize(read_weights(base)).items()}
    else:
        weights = load_file(base / "model.safetensors")
    config.pop("quantization_config", None)
    config |= {"dtype": "float32", "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"}}
    config |= {"label2id": {v: int(k) for k, v in config["id2label"].items()}}
    architecture = {"mpnet": "MPNetForSequenceClassification", "bert": "BertForSequenceClassification"}[config["model_type"]]
    return config | {"architectures": [architecture]}, {k: v for k, v in weights.items() if not k.endswith("position_ids")}


def train(recipe: Row, base: Path, rows: Path, out: Path, minutes: float | None) -> None:
    cfg = recipe["train"]
    torch.manual_seed(cfg["seed"])
    config, weights = load_base(base)
    model = Encoder(config)
    model.from_hub(weights)
    trainer = Trainer(model, cfg)
    data = Data(rows, Tokenizer.from_file(str(base / "tokenizer.json")), recipe["model"]["max_tokens"], cfg["seed"])
    plan = [x for epoch in range(cfg["epochs"]) for x in data.batches(cfg["tokens_per_batch"], cfg["seed"] + epoch)]
    path, step, spent = out / "checkpoint.pt", 0, 0.0
    if path.exists():
        state = torch.load(path, map_location="cpu", weights_only=True)
        step, spent, trainer.average, trainer.averaged = state["step"], state["spent"], state["average"], state["averaged"]
        trainer.optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            for name, value in state["master"].items():
                trainer.master[name].copy_(value)
                trainer.trained[name].copy_(value)
    print(f"{len(data.ids):,} rows, {len(plan):,} steps at most, from step {step}, {spent / 60:.0f} minutes spent", flush=True)
    began, done, losses = time.perf_counter() - spent, 0, []
    since = time.perf_counter()
    while step < len(plan):
        progress = step / len(plan)
        if minutes is not None:
            progress = max(progress, (time.perf_counter() - began) / (60 * minutes))
        if progress >= 1:
            break
        batch = plan[step]
        logits = model(*data.padded(batch, config["pad_token_id"]))
        loss = loss_of(logits[0].float(), logits[1].float(), data.nli[batch], data.stance[batch])
        trainer.step(loss, progress)
        step += 1
        done += len(batch)
        losses.append(float(loss.detach()))
        if progress > cfg["average_from"] and step % 10 == 0:
            trainer.add_to_average()
        if step % 20 == 0:
            line = {"step": step, "progress": round(progress, 4), "loss": round(sum(losses) / len(losses), 4)}
            line |= {"rows": done, "rows_per_second": round(done / (time.perf_counter() - since), 1)}
            with (out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            losses = []
        if step % cfg["checkpoint_every"] == 0:
            state = {"step": step, "spent": time.perf_counter() - began, "master": trainer.master}
            state |= {"optimizer": trainer.optimizer.state_dict(), "average": trainer.average, "averaged": trainer.averaged}
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
    save_model(out / "model", base, config, trainer.final_weights())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="a folder in place of the recipe's")
    parser.add_argument("--minutes", type=float, help="in place of the recipe's")
    args = parser.parse_args()
    recipe = tomllib.loads(args.recipe.read_text(encoding="utf-8"))
    args.out.mkdir(parents=True, exist_ok=True)
    base = args.base or Path(recipe["model"]["base"])
    train(recipe, base, args.rows, args.out, args.minutes or recipe["train"].get("minutes"))


if __name__ == "__main__":
    main()
