"""Fine-tune an encoder into an NLI model that still embeds single statements.

    python models/training/train.py models/training/recipe_mini.toml --pairs runs/mini/pairs.jsonl.gz --out runs/mini

One pass of AdamW over length-bucketed, token-budget batches, bfloat16 autocast, on a CPU or a CUDA device. The batch order
is a function of the seed, so a run that was killed and started again from its checkpoint sees the same batches. Rows:
JSON lines with a, b, label (null where nobody labelled the pair) and, for distillation, `probs` (a teacher's three
probabilities, in the recipe's label order).
`--out` receives model/ (hub layout), checkpoint.pt and log.jsonl.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import time
import tomllib
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

Batch = list[int]  # row numbers
NO_LABEL = -100


class Rows:
    """Tokenised rows, kept as lists of ids; pads one batch at a time."""

    def __init__(self, tokenizer: Any, texts: list[str], pairs: list[str] | None, max_tokens: int) -> None:
        self.pad = tokenizer.pad_token_id
        self.has_types = "token_type_ids" in tokenizer.model_input_names  # MPNet has none
        self.ids: list[list[int]] = []
        self.types: list[list[int]] = []
        for start in range(0, len(texts), 10_000):
            part = slice(start, start + 10_000)
            second = pairs[part] if pairs else None
            out = tokenizer(texts[part], second, truncation="longest_first", max_length=max_tokens)
            self.ids += out["input_ids"]
            self.types += out["token_type_ids"] if self.has_types else []

    @property
    def lengths(self) -> list[int]:
        return [len(x) for x in self.ids]

    def pad_batch(self, batch: Batch, device: torch.device) -> dict[str, Tensor]:
        """Model inputs of the rows named. Shape: each (rows, longest)."""
        longest = max(len(self.ids[i]) for i in batch)
        lengths = torch.tensor([len(self.ids[i]) for i in batch])
        inputs = {
            "input_ids": torch.tensor([self.ids[i] + [self.pad] * (longest - len(self.ids[i])) for i in batch]),
            "attention_mask": (torch.arange(longest)[None, :] < lengths[:, None]).long(),
        }
        if self.has_types:
            inputs["token_type_ids"] = torch.tensor([self.types[i] + [0] * (longest - len(self.types[i])) for i in batch])
        return {name: value.to(device) for name, value in inputs.items()}


def batches(lengths: list[int], budget: int, rng: random.Random) -> list[Batch]:
    """Rows of like length together, at most `budget` tokens a batch with padding; batches in random order."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made: list[Batch] = []
    for start in range(0, len(order), 20_000):  # sort within chunks only: the order over the run stays random
        current: Batch = []
        for i in sorted(order[start : start + 20_000], key=lengths.__getitem__):
            if current and (len(current) + 1) * lengths[i] > budget:
                made.append(current)
                current = []
            current.append(i)
        made.append(current)
    rng.shuffle(made)
    return made


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Unit-length mean of the unpadded token states. Shape: (rows, width)."""
    weights = mask[..., None].to(hidden.dtype)
    return F.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)


@torch.inference_mode()
def base_embeddings(base: str, rows: Rows, budget: int, device: torch.device) -> Tensor:
    """What the untouched base makes of each single statement. Shape: (rows, width), float16."""
    encoder = AutoModel.from_pretrained(base).to(device).eval()
    out = torch.empty(len(rows.ids), encoder.config.hidden_size, dtype=torch.float16)
    for batch in batches(rows.lengths, 4 * budget, random.Random(0)):
        inputs = rows.pad_batch(batch, device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = encoder(**inputs).last_hidden_state
        out[batch] = mean_pool(hidden.float(), inputs["attention_mask"]).half().cpu()
    return out


def schedule(step: int, steps: int, warmup_share: float) -> float:
    """Share of the peak learning rate: linear up, then linear down to zero."""
    warmup = max(1, round(steps * warmup_share))
    return min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))


def pair_loss(logits: Tensor, labels: Tensor, targets: Tensor | None, soft_share: float) -> Tensor:
    """Cross-entropy with the gold label, and with the teacher's probabilities where there are any; mean over the rows.

    Args:
        logits: Shape: (rows, classes).
        labels: Gold classes; NO_LABEL where nobody labelled the row: then the teacher alone counts. Shape: (rows,).
        targets: A teacher's probabilities. Shape: (rows, classes).
        soft_share: What the teacher counts where there is a label too; the label counts the rest.
    """
    hard = F.cross_entropy(logits, labels, ignore_index=NO_LABEL, reduction="none")
    if targets is None:
        return hard.mean()
    soft = F.cross_entropy(logits, targets, reduction="none")
    return torch.where(labels == NO_LABEL, soft, soft_share * soft + (1 - soft_share) * hard).mean()


def load_pairs(path: Path, labels: list[str], limit: int | None) -> tuple[list[str], list[str], Tensor, Tensor | None]:
    """First texts, second texts, gold classes and, if the file has them, a teacher's probabilities."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, limit)]
    gold = torch.tensor([NO_LABEL if r["label"] is None else labels.index(r["label"]) for r in rows])
    probs = torch.tensor([r["probs"] for r in rows]) if rows and "probs" in rows[0] else None
    if probs is None and bool((gold == NO_LABEL).any()):
        raise SystemExit(f"{path}: has rows without a label, and no teacher's probabilities: run distil.py on it first")
    return [r["a"] for r in rows], [r["b"] for r in rows], gold, probs


class Anchor:
    """Keeps the encoder's embeddings of single statements near the base's own."""

    def __init__(self, cfg: dict[str, Any], base: str, rows: Rows, device: torch.device) -> None:
        self.every, self.weight, self.rows = cfg["embed_every"], cfg["embed_weight"], rows
        self.wanted = base_embeddings(base, rows, cfg["embed_tokens_per_batch"], device)
        self.plan = batches(rows.lengths, cfg["embed_tokens_per_batch"], random.Random(cfg["seed"]))

    def backward(self, model: Any, step: int, device: torch.device) -> float:
        """Adds the gradient of this step's batch; the mean cosine distance from the base."""
        chosen = self.plan[(step // self.every) % len(self.plan)]
        inputs = self.rows.pad_batch(chosen, device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = model.base_model(**inputs).last_hidden_state
        near = (mean_pool(hidden.float(), inputs["attention_mask"]) * self.wanted[chosen].to(device).float()).sum(-1)
        away = 1 - near.mean()
        (self.weight * away).backward()
        return float(away.detach())


def new_model(recipe: dict[str, Any], base: str) -> Any:
    labels, dropout = recipe["model"]["labels"], recipe["train"]["dropout"]
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={name: i for i, name in enumerate(labels)},
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        attn_implementation="eager",  # on a CPU the fused kernel's backward pass is three times slower
    )
    # The vocabulary may stay as the base left it: a step is then a tenth faster, and no rare word is learnt by heart.
    model.get_input_embeddings().weight.requires_grad_(not recipe["train"].get("freeze_vocabulary", False))
    return model


def new_optimizer(cfg: dict[str, Any], model: Any) -> torch.optim.AdamW:
    trained = [p for p in model.parameters() if p.requires_grad]
    decay = [p for p in trained if p.ndim > 1]
    flat = [p for p in trained if p.ndim <= 1]  # biases and norms are not decayed
    groups = [{"params": decay, "weight_decay": cfg["weight_decay"]}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=cfg["learning_rate"], fused=True)


def train(recipe: dict[str, Any], base: str, pairs: Path, out: Path, device: torch.device, limit: int | None) -> None:
    cfg, window = recipe["train"], recipe["model"]["max_tokens"]
    torch.manual_seed(cfg["seed"])
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = new_model(recipe, base).to(device)
    a, b, gold, probs = load_pairs(pairs, recipe["model"]["labels"], limit)
    rows = Rows(tokenizer, a, b, window)
    singles = Rows(tokenizer, sorted(set(a) | set(b)), None, window) if cfg["embed_every"] else None
    anchor = Anchor(cfg, base, singles, device) if singles else None
    plan = [
        x for e in range(cfg["epochs"]) for x in batches(rows.lengths, cfg["tokens_per_batch"], random.Random(cfg["seed"] + e))
    ]
    optimizer = new_optimizer(cfg, model)
    first = restore(out / "checkpoint.pt", model, optimizer)
    print(f"{len(rows.ids):,} pairs, {len(plan):,} steps, from step {first}", flush=True)

    model.train()
    log = Log(out / "log.jsonl", len(plan))
    for step in range(first, len(plan)):
        for group in optimizer.param_groups:
            group["lr"] = cfg["learning_rate"] * schedule(step, len(plan), cfg["warmup_share"])
        batch = plan[step]
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = model(**rows.pad_batch(batch, device)).logits
        targets = None if probs is None else probs[batch].to(device)
        loss = pair_loss(logits.float(), gold[batch].to(device), targets, cfg.get("soft_share", 0.5))
        loss.backward()
        if anchor and step % anchor.every == 0:
            log.embed_loss = anchor.backward(model, step, device)
        torch.nn.utils.clip_grad_norm_(model.parameters(), cfg["clip_norm"])
        optimizer.step()
        optimizer.zero_grad()
        log.add(step, float(loss.detach()), len(batch))
        if (step + 1) % cfg["checkpoint_every"] == 0:
            save(out / "checkpoint.pt", model, optimizer, step + 1)
    model.save_pretrained(out / "model")
    tokenizer.save_pretrained(out / "model")


class Log:
    """One line every fifty steps."""

    def __init__(self, path: Path, steps: int) -> None:
        self.path, self.steps, self.embed_loss = path, steps, 0.0
        self.began, self.done = time.perf_counter(), 0
        self.losses: list[float] = []

    def add(self, step: int, loss: float, pairs: int) -> None:
        self.losses.append(loss)
        self.done += pairs
        if (step + 1) % 50 and step + 1 != self.steps:
            return
        line = {"step": step + 1, "of": self.steps, "loss": round(sum(self.losses) / len(self.losses), 4)}
        line |= {
            "embed_loss": round(self.embed_loss, 4),
            "pairs_per_second": round(self.done / (time.perf_counter() - self.began), 1),
        }
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        self.losses = []


def save(path: Path, model: Any, optimizer: Any, step: int) -> None:
    part = path.with_suffix(".part")
    torch.save({"step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, part)
    part.replace(path)


def restore(path: Path, model: Any, optimizer: Any) -> int:
    """The step to go on from: 0 without a checkpoint."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", help="a local folder in place of the recipe's hub id")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--limit", type=int, help="only the first rows (for a dry run)")
    args = parser.parse_args()
    recipe = tomllib.loads(args.recipe.read_text(encoding="utf-8"))
    args.out.mkdir(parents=True, exist_ok=True)
    train(recipe, args.base or recipe["model"]["base"], args.pairs, args.out, torch.device(args.device), args.limit)


if __name__ == "__main__":
    main()
