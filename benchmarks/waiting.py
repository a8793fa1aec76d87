"""What a user waits for: seconds and memory from statements to a report.

    python -m benchmarks run waiting
    python -m benchmarks run waiting --judges default --sizes 50 160 --most-seconds 40 --threads 1

Statements of the labelled affairs, and as many made-up variations of them as are needed (other numbers and places). Each size
is measured in a process of its own: loading, `compare`, the most memory that the process held. Where judging would take longer
than --most-seconds, a part of the pairs is judged and the time of judging estimated from its rate; all else (search,
tokenising, the report) is still done in full, with a network that answers at once, so that the memory is that of the whole
report. Judging every pair is estimated from the same rate. A judge is 'default' (what `StanceChecker.load()` gives) or a model.
Writes a record.
"""

from __future__ import annotations

import itertools
import multiprocessing
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown
from benchmarks._record import write_record
from benchmarks.cases import CASES, DEFAULT, labelled
from benchmarks.stream import Weightless
from stancecheck import Judgement, StanceChecker, Statement
from stancecheck.data.statements import Pair
from stancecheck.models import DEFAULT_MODEL, LoadOptions, NLIModel, load_model
from stancecheck.models.model import FloatArray
from stancecheck.models.tokens import Batch

SIZES = (50, 160, 1_000, 10_000)
_RATE_OF = 256  # pairs that are judged for a rate, at least
_TOWNS = [
    first + last for first in ("Al", "Bor", "Cal", "Dor", "Est", "Far") for last in ("ven", "mira", "stad", "ona", "wick")
]


def statements(count: int, seed: int = 0) -> list[Statement]:
    """Whole affairs, then made-up variations of them."""
    affairs = [s for folder in (CASES / "affairs" / "concrete", CASES / "affairs" / "speech", CASES) for s in _of(folder)]
    rng = random.Random(seed)
    varied = (_varied(s, rng) for s in itertools.cycle(affairs))
    return list(itertools.islice(itertools.chain(affairs, varied), count))


def _of(folder: Path) -> list[Statement]:
    return [Statement(s.text, party=f"{s.party}, {name}", date=s.date) for name, found, _ in labelled(folder) for s in found]


def _varied(statement: Statement, rng: random.Random) -> Statement:
    """The same of other numbers and another place."""
    text = re.sub(r"\d", lambda _: str(rng.randint(1, 9)), statement.text)
    return Statement(f"In {rng.choice(_TOWNS)}: {text}", party=statement.party, date=statement.date)


class AtOnce(Weightless):
    """Answers at once: all pairs are unrelated. What embeds still does."""

    def __init__(self, model: NLIModel) -> None:
        super().__init__(model)
        self._model = model

    def logits(self, batch: Batch) -> FloatArray:
        answer = [0.0, 5.0, 0.0, 0.0, 0.0, 5.0][: 6 if self.info.stance_head else 3]
        return np.tile(np.array(answer, dtype=np.float32), (len(batch.rows), 1))

    def embeddings(self, batch: Batch) -> FloatArray:
        return self._model.embeddings(batch)


def measured(judge: str, size: int, most_seconds: float, threads: int | None) -> dict[str, Any]:
    """One size, in the process that calls this."""
    given = statements(size)
    started = time.perf_counter()
    escalate = "auto" if judge == DEFAULT else None
    checker = StanceChecker.load(DEFAULT_MODEL if judge == DEFAULT else judge, escalate=escalate, threads=threads)
    larger, small, embedder = checker._report_model, checker._model, checker._embedder
    loaded = time.perf_counter() - started
    models = [small] if larger is small else [larger, small]
    started = time.perf_counter()
    report = _checker([AtOnce(model) for model in models], AtOnce(embedder)).compare(given)
    rest, pairs = time.perf_counter() - started, len(report)
    rates = [rate(StanceChecker(model), list(report)) for model in models]
    likeliest = checker._report_judge.count_for_better(pairs)  # those that the larger model judges; the small one finds them
    read = [likeliest, pairs if likeliest < pairs else 0] if len(models) == 2 else [pairs]
    judging = sum(count / rate for count, rate in zip(read, rates, strict=True))
    found: dict[str, Any] = {"statements": size, "parties": len({s.party for s in given}), "load_seconds": loaded}
    found |= {"pairs": pairs, "considered": report.pairs_considered, "read": read, "pairs_per_second": rates}
    found |= {"seconds_without_judging": rest}
    if judging > most_seconds:
        found |= {"seconds": rest + judging, "estimated": True}
    else:
        started = time.perf_counter()
        _checker(models, embedder).compare(given)
        found |= {"seconds": time.perf_counter() - started, "estimated": False}
    return found | {"every_pair_seconds": report.pairs_considered / rates[0], "peak_mib": peak_mib()}


def _checker(models: Sequence[NLIModel], embedder: NLIModel) -> StanceChecker:
    """As `load()` wires them: with a larger model, which stands first, that one decides in reports."""
    load: Callable[[], NLIModel] | None = (lambda: models[0]) if len(models) == 2 else None
    return StanceChecker(models[-1], embedder=embedder, load_report_model=load)


def rate(checker: StanceChecker, judged: Sequence[Judgement]) -> float:
    """Pairs a second of some of a report's pairs, drawn evenly."""
    some = [Pair(j.a, j.b) for j in judged[:: max(1, len(judged) // _RATE_OF)]]
    list(checker.stream_pairs(some[:8]))  # the first call sets up
    started = time.perf_counter()
    list(checker.stream_pairs(some))
    return len(some) / (time.perf_counter() - started)


def peak_mib() -> float:
    """The most memory that this process held, as Linux counts it."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("waiting", __doc__)
    parser.add_argument("--judges", nargs="+", default=[DEFAULT, DEFAULT_MODEL])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--most-seconds", type=float, default=120.0)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args(arguments)
    found: dict[str, dict[str, Any]] = {}
    for judge in args.judges:
        found[judge] = {}
        for size in args.sizes:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found[judge][str(size)] = pool.apply(measured, (judge, size, args.most_seconds, args.threads))
            print(judge, found[judge][str(size)], flush=True)
    info = load_model(LoadOptions(threads=args.threads)).info
    about = {"default_model": info.name, "sha256": dict(info.sha256), "engine": [info.backend, info.dtype]}
    write_record("waiting", {**about, "threads_used": args.threads, "most_seconds": args.most_seconds, "judges": found})


def table(records: Sequence[Record]) -> str:
    """The newest record of each processor, judge and size: seconds and memory of a report."""
    newest = {
        (record["cpu"], judge, found["statements"]): (record["engine"][1], found)
        for record in records
        if record.get("name") == "waiting"
        for judge, sizes in record["judges"].items()
        for found in sizes.values()
    }
    rows = []
    for (cpu, judge, size), (dtype, found) in sorted(newest.items()):
        seconds = ("about " if found["estimated"] else "") + _shown(found["seconds"])
        whole = [f"{found['considered']:,}", "about " + _shown(found["every_pair_seconds"])]
        on = [f"{cpu}, {dtype}", judge, f"{size:,}"]
        rows.append([*on, f"{found['pairs']:,}", seconds, f"{found['peak_mib']:,.0f} MiB", *whole])
    heads = ["on", "judged by", "statements", "pairs judged", "wait", "memory at most", "all pairs", "judging all of them"]
    return markdown(heads, rows) if rows else NO_RECORDS


def _shown(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:,.1f} s"
    return f"{seconds / 60:,.1f} min" if seconds < 6000 else f"{seconds / 3600:,.1f} h"
