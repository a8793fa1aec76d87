"""Trains stancecheck-speech: the upper layers of the small judge learn which tokens are what somebody says, and who says it.

    python models/training/speech.py --out models/stancecheck-speech --held-out runs/speech-held-out.npz

Rows: benchmarks/articles/train.jsonl.gz and written.jsonl.gz. The lower layers stay as they are and are read once for each
text, so that an epoch takes a minute on two cores. The marks of `--held-out` are those of models that had not seen the article,
one for each fold; `tagger.py` learns from them. Prints F1 by label, of tokens, on the folds and on the dev articles.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from card import seal
from encoder import Encoder
from export import in_8_bits, write_shards
from graph import build_token_classifier
from numpy.typing import NDArray
from rows import read_rows, write_json
from torch import Tensor, nn

from stancecheck.models.bundle import load_tokenizer
from stancecheck.models.quantised import dequantize, read_weights
from stancecheck.models.speech import windows_of

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "benchmarks" / "articles"
LABELS = ("content", "begin", "end", "cue", "source")
WINDOW, CONTEXT = 192, 48  # tokens; those of the context are read again, not learnt again
BATCH = 8  # windows
SORTED = 16  # batches from which windows of like length are drawn
HEAD_RATE, WARM = 2e-3, 0.1
HEAD = "speech.classifier"
SEED = 0


@dataclass
class Window:
    """A part of a text.

    Attributes:
        first: Its first token.
        new: Tokens at its start that are context only.
        states: What the lower layers make of it. Shape: (tokens + 2, width).
        labels: Shape: (tokens, labels).
    """

    first: int
    new: int
    states: Tensor
    labels: Tensor


class Top(nn.Module):
    """The upper layers and the head."""

    def __init__(self, encoder: Encoder, low: int) -> None:
        super().__init__()
        self.layers = encoder.layers[low:]
        self.head = nn.Linear(encoder.config["hidden_size"], len(LABELS))
        self.drop = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Logits of each token. Shape: (windows, tokens, labels)."""
        for layer in self.layers:
            states = layer(states, mask)
        logits: Tensor = self.head(self.drop(states))
        return logits


def encoder_of(folder: Path) -> Encoder:
    """The shipped small judge's encoder, in float32."""
    encoder = Encoder(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    encoder.from_hub({name: torch.from_numpy(value) for name, value in dequantize(read_weights(folder)).items()})
    return encoder.eval()


def labels_of(row: dict[str, Any], offsets: NDArray[np.int64]) -> NDArray[np.float32]:
    """What each token of an article is marked with. Shape: (tokens, labels)."""
    made = np.zeros((len(offsets), len(LABELS)), dtype=np.float32)
    for attribution in row["attributions"]:
        for name in ("content", "cue", "source"):
            for start, end, *_ in attribution[name]:
                inside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))
                if not len(inside):
                    continue
                made[inside, LABELS.index(name)] = 1
                if name == "content":
                    made[inside[0], LABELS.index("begin")] = made[inside[-1], LABELS.index("end")] = 1
    return made


@torch.inference_mode()
def read(row: dict[str, Any], tokenizer: Any, encoder: Encoder, low: int) -> list[Window]:
    """An article's windows."""
    encoded = tokenizer.encode(row["text"], add_special_tokens=False)
    opening, closing = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    labels = torch.from_numpy(labels_of(row, np.array(encoded.offsets).reshape(-1, 2)))
    made = []
    for first, new, last in windows_of(len(encoded.ids), WINDOW, CONTEXT):
        ids = torch.tensor([[opening, *encoded.ids[first:last], closing]])
        embedded = encoder.words(ids) + encoder.positions.weight[: ids.shape[1]] + encoder.types(torch.zeros_like(ids))
        states = encoder.norm(embedded)
        for layer in encoder.layers[:low]:
            states = layer(states, torch.zeros(1, 1, 1, 1))
        made.append(Window(first, new - first, states[0].clone(), labels[first:last]))
    return made


def fit(encoder: Encoder, low: int, windows: list[Window], epochs: int, rate: float) -> Top:
    """The upper layers, trained."""
    torch.manual_seed(SEED)
    top, drawn = Top(encoder, low).train(), random.Random(SEED)
    optimizer = torch.optim.AdamW(
        [{"params": top.layers.parameters(), "lr": rate}, {"params": top.head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps, step = epochs * -(-len(windows) // BATCH), 0
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda at: min(1.0, (at + 1) / (WARM * steps)) * max(0.0, 1 - at / steps)
    )
    for _ in range(epochs):
        for batch in batches(windows, drawn):
            optimizer.zero_grad()
            loss_of(top, batch).backward()
            torch.nn.utils.clip_grad_norm_(top.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
    return top.eval()


def batches(windows: list[Window], drawn: random.Random) -> list[list[Window]]:
    """The windows in batches of like length, in a new order."""
    mixed = drawn.sample(windows, len(windows))
    size = BATCH * SORTED
    ordered = [w for at in range(0, len(mixed), size) for w in sorted(mixed[at : at + size], key=lambda w: len(w.labels))]
    made = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
    return drawn.sample(made, len(made))


def loss_of(top: Top, batch: Sequence[Window]) -> Tensor:
    """Mean over windows of the mean over their new tokens."""
    longest = max(len(w.states) for w in batch)
    states = torch.zeros(len(batch), longest, batch[0].states.shape[1])
    mask = torch.full((len(batch), 1, 1, longest), -1e4)
    labels = torch.zeros(len(batch), longest, len(LABELS))
    weight = torch.zeros(len(batch), longest, 1)
    for i, window in enumerate(batch):
        tokens = len(window.labels)
        states[i, : tokens + 2], mask[i, ..., : tokens + 2] = window.states, 0
        labels[i, 1 : tokens + 1] = window.labels
        weight[i, 1 + window.new : tokens + 1] = 1 / (tokens - window.new) / len(batch) / len(LABELS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = top(states, mask)
    return (F.binary_cross_entropy_with_logits(logits.float(), labels, reduction="none") * weight).sum()


@torch.inference_mode()
def apply(top: Top, windows: Sequence[Window]) -> NDArray[np.float32]:
    """The logits of an article's tokens. Shape: (tokens, labels)."""
    made = np.zeros((windows[-1].first + len(windows[-1].labels), len(LABELS)), dtype=np.float32)
    for window in windows:
        logits = top(window.states[None].clone(), torch.zeros(1, 1, 1, 1))[0, 1:-1]
        made[window.first + window.new : window.first + len(window.labels)] = logits[window.new :].numpy()
    return made


def shown(articles: Sequence[Sequence[Window]], marks: Sequence[NDArray[np.float32]]) -> str:
    """F1 of tokens by label."""
    right = gold = found = np.zeros(len(LABELS))
    for windows, logits in zip(articles, marks, strict=True):
        labels = np.zeros_like(logits)
        for window in windows:
            labels[window.first : window.first + len(window.labels)] = window.labels.numpy()
        right, gold, found = right + (labels * (logits > 0)).sum(0), gold + labels.sum(0), found + (logits > 0).sum(0)
    scores = 2 * right / np.maximum(gold + found, 1)
    return ", ".join(f"{label} {score:.3f}" for label, score in zip(LABELS, scores, strict=True))


def export(encoder: Encoder, top: Top, low: int, judge: Path, out: Path) -> None:
    """Write the model's folder: its own weights in 8 bits, and a graph over them and the judge's."""
    if out.exists():
        shutil.rmtree(out)
    (out / "onnx").mkdir(parents=True)
    encoder.layers = nn.ModuleList([*encoder.layers[:low], *top.layers])
    layer = encoder.names.layer
    names = [f"{layer}.{n}" if n < low else f"speech.layer.{n}" for n in range(len(encoder.layers))]
    own = {
        f"speech.layer.{number}.{rest}": value
        for name, value in encoder.to_hub().items()
        if name.startswith(f"{layer}.")
        for number, _, rest in [name.removeprefix(f"{layer}.").partition(".")]
        if int(number) >= low
    }
    own |= {f"{HEAD}.{name}": value.detach() for name, value in top.head.state_dict().items()}
    files = write_shards(in_8_bits(own), out)
    graph = build_token_classifier(encoder.config, [judge / "model.safetensors", *files], names, HEAD, len(LABELS))
    onnx.save(graph, out / "onnx" / "model.onnx")
    ours = {
        "onnx_weights": [file.name for file in files],
        "weight_bits": 8,
        "encoder": judge.name,
        "encoder_sha256": hashlib.sha256((judge / "model.safetensors").read_bytes()).hexdigest(),
        "labels": LABELS,
        "window": WINDOW,
        "context": CONTEXT,
    }
    write_json(out / "config.json", {"stancecheck": ours})
    seal(out)


def write_card(out: Path, **facts: object) -> None:
    """The model's card, from what was learnt and measured."""
    parameters = sum(part.size for part in dequantize(read_weights(out)).values()) / 1e6
    stated = json.loads((out / "config.json").read_text(encoding="utf-8"))["stancecheck"]["encoder_sha256"]
    text = Path(__file__).with_name("speech_card.md").read_text(encoding="utf-8")
    text = text.format(encoder_sha256=stated, parameters=f"{parameters:.1f}", **facts)
    (out / "README.md").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, nargs="+", default=[ARTICLES / "train.jsonl.gz", ARTICLES / "written.jsonl.gz"])
    parser.add_argument("--judge", type=Path, default=ROOT / "models" / "stancecheck-mini")
    parser.add_argument("--layers", type=int, default=4, help="how many of the upper layers learn")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--held-out", type=Path, required=True, help="marks of the articles by models that had not seen them")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokenizer = load_tokenizer(args.judge)
    encoder = encoder_of(args.judge)
    low = len(encoder.layers) - args.layers
    rows = [row for path in args.rows for row in read_rows(path)]
    articles = [read(row, tokenizer, encoder, low) for row in rows]
    held: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * len(rows)
    for fold in range(args.folds):
        seen = [window for i, windows in enumerate(articles) if i % args.folds != fold for window in windows]
        top = fit(encoder_of(args.judge), low, seen, args.epochs, args.rate)
        for i in range(fold, len(rows), args.folds):
            held[i] = apply(top, articles[i])
    folds = shown(articles, held)
    print("folds:", folds)
    args.held_out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(args.held_out, **{row["name"]: marks.astype(np.float16) for row, marks in zip(rows, held, strict=True)})
    top = fit(encoder, low, [window for windows in articles for window in windows], args.epochs, args.rate)
    dev = [read(row, tokenizer, encoder_of(args.judge), low) for row in read_rows(ARTICLES / "dev.jsonl.gz")]
    on_dev = shown(dev, [apply(top, windows) for windows in dev])
    print("dev:", on_dev)
    export(encoder, top, low, args.judge, args.out)
    attributions = sum(len(row["attributions"]) for row in rows)
    counted = {"texts": len(rows), "attributions": f"{attributions:,}", "layers": args.layers, "epochs": args.epochs}
    write_card(args.out, **counted, folds=folds, dev=on_dev)


if __name__ == "__main__":
    main()
