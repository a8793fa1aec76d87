"""Pairs a second of stancecheck beside transformers' pipeline and sentence-transformers' CrossEncoder, on the same weights.

    python benchmarks/speed.py --model stancecheck-mini --pairs 512 --rounds 5 --threads 2

All judge both directions of the same pairs, in one process, on the same device with the same number of threads, turn by turn
(A B C D A B C D …), so that a busy machine slows all alike; a ratio is taken within each round. Before anything is timed, all
have to give the same probabilities. The texts are made up here; --file takes pairs of your own.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from record import write_record
from stancecheck import StanceChecker
from stancecheck.evaluation import read_pairs
from stancecheck.statements import Pair, Statement

Contender = Callable[[list[Pair]], np.ndarray]
PIPELINE = "transformers pipeline"
TOLERANCE = 1e-4  # of a probability: what float32 leaves; half precision would show


def main() -> None:
    args = _arguments()
    import torch

    if args.threads:
        torch.set_num_threads(args.threads)
    pairs = read_pairs(args.file)[: args.pairs] if args.file else made_up(args.pairs, args.seed)
    contenders = make_contenders(args)
    worst = check_equal(contenders, pairs[:64])
    seconds = timed(contenders, pairs, args.rounds)
    figures = {name: _figures(name, seconds, len(pairs)) for name in contenders}
    for name, found in figures.items():
        ratio = found["ratio_to_pipeline"]
        print(
            f"{name:32} {found['pairs_per_second']:9.1f} pairs/s   {ratio['median']:.2f} times the pipeline "
            f"({ratio['least']:.2f} to {ratio['most']:.2f})"
        )
    name = "".join(c if c.isalnum() else "-" for c in Path(args.model).name.lower())
    write_record(
        f"speed-{name}-{args.device}",
        {
            "model": args.model,
            "device": args.device,
            "device_name": torch.cuda.get_device_name() if args.device.startswith("cuda") else None,
            "threads_used": torch.get_num_threads(),
            "pairs": len(pairs),
            "mean_words": statistics.mean(len((p.a.text + " " + p.b.text).split()) for p in pairs),
            "rounds": args.rounds,
            "seed": args.seed,
            "batch_size": args.batch_size,
            "largest_difference": worst,
            "contenders": figures,
        },
    )


def make_contenders(args: argparse.Namespace) -> dict[str, Contender]:
    """By name: a function from pairs to the probabilities of both directions. Shape of its result: (n, 2, 3)."""
    torch_checker = StanceChecker.load(args.model, backend="torch", device=args.device, threads=args.threads)
    folder = str(torch_checker.info.folder)
    found = {
        PIPELINE: _pipeline(folder, args, torch_checker.info.columns),
        "stancecheck, torch": lambda pairs: _probabilities(torch_checker, pairs),
    }
    if "crossencoder" not in args.without:
        found["sentence-transformers CrossEncoder"] = _cross_encoder(folder, args, torch_checker.info.columns)
    if args.device == "cpu" and "onnx" not in args.without:
        onnx = StanceChecker.load(args.model, backend="onnx", threads=args.threads)
        found["stancecheck, onnx"] = lambda pairs: _probabilities(onnx, pairs)
    return found


def check_equal(contenders: dict[str, Contender], pairs: list[Pair]) -> dict[str, float]:
    """Largest difference of a probability from the pipeline's; stops where a float32 one is too large."""
    reference = contenders[PIPELINE](pairs)
    worst = {name: float(np.abs(run(pairs) - reference).max()) for name, run in contenders.items()}
    print("largest difference of a probability:", {name: round(value, 6) for name, value in worst.items()})
    off = [name for name, value in worst.items() if value > TOLERANCE and "onnx" not in name]
    if off:
        sys.exit(f"{off} do not compute what the pipeline does: there is nothing to compare")
    return worst


def timed(contenders: dict[str, Contender], pairs: list[Pair], rounds: int) -> dict[str, list[float]]:
    """Seconds by contender and round, turn by turn, after one untimed round."""
    for run in contenders.values():
        run(pairs)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run(pairs)
            seconds[name].append(time.perf_counter() - started)
    return seconds


def made_up(count: int, seed: int) -> list[Pair]:
    """Pairs of one to three made-up sentences each, most of them short."""
    rng = random.Random(seed)
    who = ["The ministry", "A spokesman of the port", "The governor", "One witness", "The airline", "Our office"]
    did = ["recorded", "saw", "confirmed", "ruled out", "reported", "did not observe", "has no record of"]
    what = ["two flights over the harbour", "a raid on the depot", "any damage to the old bridge", "the arrival of a convoy"]
    when = [
        "on Saturday",
        "before dawn",
        "in the first week of May",
        "after the talks had failed",
        "at about nine in the evening",
    ]

    def text() -> str:
        count = rng.choice([1, 1, 1, 2, 2, 3])
        return " ".join(" ".join(rng.choice(part) for part in (who, did, what, when)) + "." for _ in range(count))

    return [Pair(Statement(text()), Statement(text())) for _ in range(count)]


def _figures(name: str, seconds: dict[str, list[float]], pairs: int) -> dict[str, Any]:
    ratios = [other / own for other, own in zip(seconds[PIPELINE], seconds[name], strict=True)]
    return {
        "seconds": seconds[name],
        "pairs_per_second": pairs / statistics.median(seconds[name]),
        "ratio_to_pipeline": {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)},
    }


def _probabilities(checker: StanceChecker, pairs: list[Pair]) -> np.ndarray:
    judged = checker.check_pairs(pairs)
    both = [(j.forward, j.backward) for j in judged]
    return np.array([[(s.entailment, s.neutral, s.contradiction) for s in two] for two in both])


def _both_ways(pairs: list[Pair]) -> list[tuple[str, str]]:
    forward = [(p.a.text, p.b.text) for p in pairs]
    return forward + [(b, a) for a, b in forward]


def _pipeline(folder: str, args: argparse.Namespace, columns: tuple[int, int, int]) -> Contender:
    from transformers import pipeline

    pipe = pipeline("text-classification", model=folder, device=args.device, dtype="float32")
    names = [pipe.model.config.id2label[column] for column in columns]

    def run(pairs: list[Pair]) -> np.ndarray:
        inputs = [{"text": a, "text_pair": b} for a, b in _both_ways(pairs)]
        found = pipe(inputs, top_k=None, function_to_apply="softmax", truncation=True, batch_size=args.batch_size)
        rows = [{one["label"]: one["score"] for one in row} for row in found]
        return _stacked(np.array([[row[name] for name in names] for row in rows]))

    return run


def _cross_encoder(folder: str, args: argparse.Namespace, columns: tuple[int, int, int]) -> Contender:
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(folder, device=args.device, model_kwargs={"dtype": torch.float32})  # not the stored half precision

    def run(pairs: list[Pair]) -> np.ndarray:
        found = model.predict(_both_ways(pairs), batch_size=args.batch_size, apply_softmax=True, show_progress_bar=False)
        return _stacked(np.asarray(found)[:, list(columns)])

    return run


def _stacked(rows: np.ndarray) -> np.ndarray:
    half = len(rows) // 2
    return np.stack([rows[:half], rows[half:]], axis=1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="stancecheck-mini", help="with safetensors weights, which all but onnx need")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--pairs", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=32, help="of pipeline and CrossEncoder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", type=Path, help="labelled pairs to time on, instead of made-up ones")
    parser.add_argument("--without", nargs="*", default=[], choices=["crossencoder", "onnx"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
