"""How far a pair's scores move with what it is judged with: `python -m benchmarks run determinism --pairs 5000`.

Pairs are made of our own sentences, short to long. Each way of judging is compared with the first: another order, another
batch size, alone, one thread, another process. A flip is a pair whose stance changes; its margin is the lead of the best score
over the next.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck import StanceChecker
from stancecheck.stance import STANCES

_ENOUGH_JUDGED = 5_000  # pairs of a record that counts
_WHO = ("The minister", "A spokesman", "The mayor of Arvik", "Nobody in the village", "The union", "Two witnesses")
_DID = ("closed the bridge", "did not close the bridge", "denied the raid", "saw two helicopters", "thanked the pilots", "left")
_WHERE = ("in the north", "near the old harbour", "before the flood that destroyed half of the market", "on Friday", "again")


def made(count: int) -> list[tuple[str, str]]:
    """The pairs: of one to six sentences a side."""
    source = random.Random(31)

    def text() -> str:
        number = source.choice((1, 1, 1, 2, 3, 6))
        return " ".join(f"{source.choice(_WHO)} {source.choice(_DID)} {source.choice(_WHERE)}." for _ in range(number))

    return [(text(), text()) for _ in range(count)]


def scores(checker: StanceChecker, pairs: list[tuple[str, str]]) -> np.ndarray:
    """Shape: (pairs, 3)."""
    return np.array([[j.scores[s] for s in STANCES] for j in checker.stream_pairs(pairs)])


def scores_anew(count: int, backend: str) -> np.ndarray:
    """What a process that begins from nothing says of the pairs. Shape: (pairs, 3)."""
    return scores(StanceChecker.load(backend=backend, device="cpu"), made(count))


def run(arguments: Sequence[str] | None = None) -> None:
    """Judge in every way, compare, write the record."""
    parser = make_parser("determinism", __doc__)
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--backend", default="onnx")
    parser.add_argument("--alone", type=int, default=200, help="how many are also judged one by one")
    args = parser.parse_args(arguments)
    pairs = made(args.pairs)
    checker = StanceChecker.load(backend=args.backend, device="cpu")
    first = scores(checker, pairs)
    ordered = np.sort(first, axis=1)
    margin = ordered[:, 2] - ordered[:, 1]
    order = random.Random(5).sample(range(len(pairs)), len(pairs))
    ways: dict[str, tuple[np.ndarray, np.ndarray]] = {
        "again": (np.arange(len(pairs)), scores(checker, pairs)),
        "another order": (np.array(order), scores(checker, [pairs[i] for i in order])),
    }
    few = np.arange(min(args.alone, len(pairs)))
    ways["alone"] = (few, np.concatenate([scores(checker, [pairs[i]]) for i in few]))
    small = StanceChecker.load(backend=args.backend, device="cpu", token_budget=512)
    ways["batches of 512 tokens"] = (np.arange(len(pairs)), scores(small, pairs))
    single = StanceChecker.load(backend=args.backend, device="cpu", threads=1)
    ways["one thread"] = (np.arange(len(pairs)), scores(single, pairs))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        ways["another process"] = (np.arange(len(pairs)), pool.apply(scores_anew, (args.pairs, args.backend)))
    found = {}
    for name, (which, got) in ways.items():
        flips = got.argmax(1) != first[which].argmax(1)
        found[name] = {
            "pairs": len(which),
            "largest_difference": float(np.abs(got - first[which]).max()),
            "pairs_that_differ": int((got != first[which]).any(1).sum()),
            "flips": int(flips.sum()),
            "flips_outside_a_margin_of_0.01": int((flips & (margin[which] > 0.01)).sum()),
        }
        print(name, found[name], flush=True)
    about = {"backend": args.backend, "pairs": args.pairs, "model_sha256": dict(checker.info.sha256)}
    write_record(f"determinism-{args.backend}", {**about, "ways": found})


def table(records: Sequence[Record]) -> str:
    """The newest determinism record of each backend: how far scores moved, and how many stances flipped."""
    rows = []
    for backend in ("onnx", "openvino", "torch"):
        record = newest(records, f"determinism-{backend}", pairs=_ENOUGH_JUDGED)
        for way, found in (record or {"ways": {}})["ways"].items():
            furthest = found["largest_difference"]
            moved = [f"{furthest:.1e}" if furthest else "0", f"{found['pairs_that_differ']:,}"]
            flips = [f"{found['flips']:,}", f"{found['flips_outside_a_margin_of_0.01']:,}"]
            rows.append([backend, way, f"{found['pairs']:,}", *moved, *flips])
    heads = [
        "backend",
        "judged",
        "pairs",
        "largest difference of a score",
        "pairs that differ",
        "flips",
        "outside a margin of 0.01",
    ]
    return markdown(heads, rows) if rows else NO_RECORDS
