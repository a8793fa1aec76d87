"""Who runs in speed.py: each a function from pairs to NLI probabilities, and the bare matrix product that bounds them all."""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from stancecheck.data.statements import Pair
from stancecheck.errors import StancecheckError
from stancecheck.judging.judges import CHUNK
from stancecheck.models import LoadOptions, NLIModel, load_model, run
from stancecheck.models.files import read_json
from stancecheck.models.quantised import dequantize, read_weights, stored_in_8_bits
from stancecheck.models.rule import log_softmax

Contender = Callable[[list[Pair]], np.ndarray]

PIPELINE = "transformers pipeline"
CROSS_ENCODER = "sentence-transformers CrossEncoder"
OURS = {  # name: backend, dtype
    "stancecheck, onnx": ("onnx", "float32"),
    "stancecheck, openvino bfloat16": ("openvino", "bfloat16"),
    "stancecheck, torch": ("torch", "float32"),
    "stancecheck, torch bfloat16": ("torch", "bfloat16"),
}


def make_contenders(args: argparse.Namespace) -> tuple[dict[str, Contender], dict[str, NLIModel], dict[str, str]]:
    """By name: the contenders, stancecheck's own models, and why others are not available.

    A contender's result has the shape (n, directions, 3).
    """
    own: dict[str, NLIModel] = {}
    found: dict[str, Contender] = {}
    left_out: dict[str, str] = {}
    for name, (backend, dtype) in OURS.items():
        if name in args.without or (args.device != "cpu" and backend != "torch"):
            continue
        try:
            own[name] = load_model(
                LoadOptions(model=args.model, backend=backend, dtype=dtype, device=args.device, threads=args.threads)
            )
        except (StancecheckError, ImportError) as error:
            left_out[name] = str(error)
    info = next(iter(own.values())).info
    folder = folder_for_others(info.folder)
    found[PIPELINE] = _pipeline(folder, args, info.columns)
    if "crossencoder" not in args.without:
        for name, options in _cross_encoders(args.device).items():
            try:
                found[name] = _cross_encoder(folder, args, info.columns, options)
            except Exception as error:  # another library's missing parts and failed exports
                left_out[name] = f"{type(error).__name__}: {str(error)[:200]}"
    return found | {name: _own(model, args.one_way) for name, model in own.items()}, own, left_out


@cache
def folder_for_others(folder: Path) -> str:
    """A copy of the model that others read: without our graph, which has no weights of its own, and not in 8 bits."""
    copy = Path(mkdtemp(prefix="model-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    if not stored_in_8_bits(folder):
        return str(shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("onnx"), dirs_exist_ok=True))
    from safetensors.numpy import save_file

    for path in folder.glob("*token*"):
        shutil.copy(path, copy)
    config = {k: v for k, v in read_json(folder / "config.json").items() if k not in ("quantization_config", "stancecheck")}
    (copy / "config.json").write_text(json.dumps(config | {"dtype": "float32"}))
    save_file(dequantize(read_weights(folder)), copy / "model.safetensors", metadata={"format": "pt"})
    return str(copy)


def _own(model: NLIModel, one_way: bool) -> Contender:
    def probabilities(pairs: list[Pair]) -> np.ndarray:
        texts = [(p.a.text, p.b.text) for p in pairs]
        parts = []
        for start in range(0, len(texts), CHUNK):  # as check_pairs does
            plan = model.tokenizer.plan(texts[start : start + CHUNK], token_budget=model.token_budget, one_way=one_way)
            log_probs = log_softmax(run(model, plan).astype(np.float64)[:, :3])
            first = {w.pair: w for w in reversed(plan.windows)}  # a longer text's first window; others cut it there
            rows = [[w.forward] if one_way else [w.forward, w.backward] for _, w in sorted(first.items())]
            parts.append(np.exp(log_probs[np.array(rows)]))
        return np.concatenate(parts)

    return probabilities


def _texts(pairs: list[Pair], one_way: bool) -> list[tuple[str, str]]:
    forward = [(p.a.text, p.b.text) for p in pairs]
    return forward if one_way else forward + [(b, a) for a, b in forward]


def _stacked(rows: np.ndarray, one_way: bool) -> np.ndarray:
    half = len(rows) // 2
    return rows[:, None] if one_way else np.stack([rows[:half], rows[half:]], axis=1)


def _pipeline(folder: str, args: argparse.Namespace, columns: tuple[int, int, int]) -> Contender:
    from transformers import pipeline

    pipe = pipeline("text-classification", model=folder, device=args.device, dtype="float32")
    names = [pipe.model.config.id2label[column] for column in columns]

    def probabilities(pairs: list[Pair]) -> np.ndarray:
        inputs = [{"text": a, "text_pair": b} for a, b in _texts(pairs, args.one_way)]
        size = args.pipeline_batch_size
        found = pipe(inputs, top_k=None, function_to_apply="softmax", truncation=True, batch_size=size)
        rows = [{one["label"]: one["score"] for one in row} for row in found]
        return _stacked(np.array([[row[name] for name in names] for row in rows]), args.one_way)

    return probabilities


def _cross_encoders(device: str) -> dict[str, dict[str, Any]]:
    """Its default, and its other backends: the best of them that flips few is what a careful user of it would take."""
    import torch

    found: dict[str, dict[str, Any]] = {
        CROSS_ENCODER: {"model_kwargs": {"dtype": torch.float32}},  # not the stored half precision
        "CrossEncoder, torch bfloat16": {"model_kwargs": {"dtype": torch.bfloat16}},
    }
    if device == "cpu":
        found |= {"CrossEncoder, onnx": {"backend": "onnx"}, "CrossEncoder, openvino": {"backend": "openvino"}}
    return found


def _cross_encoder(folder: str, args: argparse.Namespace, columns: tuple[int, int, int], options: dict[str, Any]) -> Contender:
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(folder, device=args.device, **options)

    def probabilities(pairs: list[Pair]) -> np.ndarray:
        texts = _texts(pairs, args.one_way)
        found = model.predict(texts, batch_size=args.batch_size, apply_softmax=True, show_progress_bar=False)
        return _stacked(np.asarray(found, dtype=np.float64)[:, list(columns)], args.one_way)

    return probabilities


class Limit:
    """What the machine could do: bare matrix products of the model's shapes, in its type, and the work that pairs need."""

    def __init__(self, model: NLIModel, one_way: bool) -> None:
        config = read_json(model.info.folder / "config.json")
        self._model, self._one_way = model, one_way
        self._layers, width, inner = (int(config[k]) for k in ("num_hidden_layers", "hidden_size", "intermediate_size"))
        self._width = width
        self._shapes = [(width, width)] * 4 + [(width, inner), (inner, width)]

    def useful(self, pairs: list[Pair]) -> float:
        """Multiply-adds of the pairs' own tokens, without padding: the linear layers and the attention."""
        texts = [(p.a.text, p.b.text) for p in pairs]
        plan = self._model.tokenizer.plan(texts, token_budget=self._model.token_budget, one_way=self._one_way)
        return self.of_lengths(np.concatenate([batch.attention_mask.sum(1) for batch in plan.batches]))

    def of_lengths(self, tokens: np.ndarray) -> float:
        """Multiply-adds of rows of so many tokens. Shape: (rows,)."""
        lengths = tokens.astype(np.float64)
        linear = float(sum(a * b for a, b in self._shapes)) * lengths.sum()
        return float(self._layers * (linear + 2 * self._width * (lengths**2).sum()))

    def reached(self, seconds: float = 1.0) -> float:
        """Multiply-adds a second of bare products, for about so long."""
        import torch

        dtype, rows = getattr(torch, self._model.info.dtype), self._model.token_budget
        inputs = [(torch.randn(rows, a).to(dtype), torch.randn(b, a).to(dtype)) for a, b in self._shapes]
        done, started = 0, time.perf_counter()
        with torch.inference_mode():
            while (took := time.perf_counter() - started) < seconds or not done:
                for x, weight in inputs:
                    torch.nn.functional.linear(x, weight)
                done += rows * sum(a * b for a, b in self._shapes)
        return done / took
