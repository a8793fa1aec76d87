"""How many true pairs `compare` finds among many statements, and what that costs.

    python -m benchmarks run many_to_many --data-dir DIR --distractors press_releases.jsonl.gz

True pairs of five labelled sets (a with one party, b with the other) are hidden among other statements until each party has
--side of them. Recall is the share of true pairs among the candidates of --top-k partners a statement; judged is the share of
all cross-party pairs that would be judged. Then candidate search alone is timed for growing sides of random directions, and the
whole of `compare` for growing sides of distractors, against judging every pair.
DISTRACTORS: gzipped JSON lines with a text in `summary`, `headline` or `text`. Writes a record.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._arguments import add_data_arguments, make_parser
from benchmarks._data import load, read_registry
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck import StanceChecker, Statement
from stancecheck.data.statements import Pair
from stancecheck.judging.candidates import find_candidates
from stancecheck.models import LoadOptions, NLIModel, embed, load_model

# Which of a set's pairs are 'true': those that a user of `compare` would want to be found.
TRUE_PAIRS = {
    "nli.mnli_m": {"contradiction"},
    "nli.anli_r1": {"contradiction"},
    "stance.claimdiff": {"agree", "contradict"},
    "stance.emergent": {"agree", "contradict"},
    "stance.perspectrum": {"agree", "contradict"},
}
MOST_TRUE = 500


def sentences(path: Path, rng: random.Random) -> list[str]:
    """Different sentences of the distractors' texts, in random order."""
    found: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for key in ("summary", "headline", "text", "body"):
                found |= {s.strip() for s in re.split(r"(?<=[.!?])\s+", str(row.get(key) or "")) if 30 < len(s) < 400}
    shuffled = sorted(found)
    rng.shuffle(shuffled)
    return shuffled


def distinct(pairs: list[Pair], labels: set[str], rng: random.Random) -> list[tuple[str, str]]:
    """True pairs, no text twice, so that a pair has one right partner."""
    seen: set[str] = set()
    kept: list[tuple[str, str]] = []
    for pair in rng.sample(pairs, len(pairs)):
        texts = {pair.a.text, pair.b.text}
        if pair.gold in labels and not texts & seen:
            seen |= texts
            kept.append((pair.a.text, pair.b.text))
    return kept[:MOST_TRUE]


def recall_of(model: NLIModel, true: list[tuple[str, str]], others: list[str], side: int, top_k: list[int]) -> dict[str, Any]:
    """Recall and share judged, by top_k."""
    fill = side - len(true)
    a = [t for t, _ in true] + others[:fill]
    b = [t for _, t in true] + others[fill : 2 * fill]
    vectors = embed(model, a + b)
    parties = ["A"] * len(a) + ["B"] * len(b)
    values: dict[str, Any] = {"true_pairs": len(true), "side": side}
    for k in top_k:
        found = find_candidates(vectors, parties, top_k=k)
        pairs = {(int(i), int(j)) for i, j in found.pairs}
        found_pairs = sum((i, len(a) + i) in pairs for i in range(len(true)))
        values[f"top_{k}"] = {"recall": found_pairs / len(true), "judged": len(pairs) / found.considered}
    return values


def growth(width: int, sizes: list[int], seed: int) -> dict[str, Any]:
    """Seconds of candidate search by statements a side, on random directions, and the slope of log time over log size."""
    rng = np.random.default_rng(seed)
    seconds: dict[int, float] = {}
    for size in sizes:
        vectors: NDArray[np.float32] = rng.normal(size=(2 * size, width)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        started = time.perf_counter()
        find_candidates(vectors, ["A"] * size + ["B"] * size, top_k=20)
        seconds[size] = round(time.perf_counter() - started, 3)
        print(f"{size:>6} a side: {seconds[size]:.2f} s", flush=True)
    return {"seconds_by_side": seconds, "slope": slope(seconds)}


def whole(checker: StanceChecker, others: list[str], sizes: list[int]) -> dict[str, Any]:
    """Seconds of `compare` by statements a side; of judging all pairs, measured at the first size, else computed."""
    seconds: dict[int, float] = {}
    for size in sizes:
        sides = [Statement(text, party="AB"[place % 2]) for place, text in enumerate(others[: 2 * size])]
        started = time.perf_counter()
        checker.compare(sides)
        seconds[size] = round(time.perf_counter() - started, 2)
        if size == sizes[0]:
            started = time.perf_counter()
            checker.compare(sides, exhaustive=True)
            a_pair = (time.perf_counter() - started) / size**2
        print(f"{size:>6} a side: {seconds[size]:.1f} s, all pairs {a_pair * size**2:.1f} s", flush=True)
    return {
        "seconds_by_side": seconds,
        "all_pairs_seconds_by_side": {size: round(a_pair * size**2, 2) for size in sizes},
        "all_pairs_measured_at": sizes[:1],
        "slope": slope(seconds),
    }


def slope(seconds: dict[int, float]) -> float | None:
    """Of log time over log size; None of fewer than two."""
    if len(seconds) < 2:
        return None
    return round(float(np.polyfit(np.log(list(seconds)), np.log(list(seconds.values())), 1)[0]), 2)


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("many_to_many", __doc__)
    add_data_arguments(parser)
    parser.add_argument("--distractors", type=Path, required=True)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--side", type=int, default=2000)
    parser.add_argument("--top-k", type=int, nargs="*", default=[5, 10, 20, 40])
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 2000, 8000, 20000])
    parser.add_argument("--compare-sizes", type=int, nargs="*", default=[250, 500, 1000, 2000])
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    rng = random.Random(args.seed)
    others = sentences(args.distractors, rng)
    model = load_model(LoadOptions(model=args.model))
    sets: dict[str, Any] = {}
    for entry in read_registry():
        if entry.name in TRUE_PAIRS:
            pairs, _ = load(entry, data_dir=args.data_dir, hub=args.hub)
            sets[entry.name] = recall_of(model, distinct(pairs, TRUE_PAIRS[entry.name], rng), others, args.side, args.top_k)
            print(entry.name, sets[entry.name], flush=True)
    means = {k: float(np.mean([s[f"top_{k}"]["recall"] for s in sets.values()])) for k in args.top_k}
    print("mean recall by top_k:", means)
    values = {"model": args.model, "seed": args.seed, "sets": sets, "mean_recall": means}
    width = len(embed(model, ["one"])[0])
    values["search"] = growth(width, args.sizes, args.seed)
    values["compare"] = whole(StanceChecker(model), others, args.compare_sizes)
    write_record("many-to-many", values)


def table(records: Sequence[Record]) -> str:
    """The newest record of the search for pairs worth judging: recall by set and by partners asked for."""
    record = newest(records, "many-to-many")
    if record is None:
        return NO_RECORDS
    asked = list(record["mean_recall"])
    rows = []
    for name, found in record["sets"].items():
        rows.append([name, f"{found['true_pairs']:,}", *(f"{found[f'top_{k}']['recall']:.3f}" for k in asked)])
    rows.append(["mean", "", *(f"{record['mean_recall'][k]:.3f}" for k in asked)])
    judged = [[found[f"top_{k}"]["judged"] for found in record["sets"].values()] for k in asked]
    rows.append(["judged, of all pairs", "", *(f"{max(shares):.1%}" for shares in judged)])
    search = record["search"]
    seconds = ", ".join(f"{int(side):,} a side {s:,.2f} s" for side, s in search["seconds_by_side"].items())
    table = markdown(["set", "true pairs", *(f"top_k={k}" for k in asked)], rows)
    table += f"\nSearch alone, made-up embeddings: {seconds} (slope of log time {search['slope']:.2f}).\n"
    if (found := record.get("compare")) and found["slope"]:
        every = found["all_pairs_seconds_by_side"]
        seconds = ", ".join(
            f"{int(n):,} a side {s:,.0f} s (all pairs {every[n]:,.0f} s)" for n, s in found["seconds_by_side"].items()
        )
        table += f"The whole of `compare`: {seconds}; slope {found['slope']:.2f}.\n"
    return table
