"""Ray workers against the bare checker: the same judgements, what Ray costs, and what two workers give.

    python -m benchmarks run scale --pairs 50000    # two cores, nothing else running

One-thread workers on made-up pairs. In one run, A B C A B C: the bare checker in this process, one Ray worker, two Ray workers,
each over the same pairs; the median of the rounds counts. Ray's rate is that of the time in which all workers are busy, as
in a long run: start-up and the last batches are written down by themselves. Then what 10^9 pairs would take on 64 and 1,000
workers, computed from the measured rates, with its assumptions in the record.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck.evaluation.record import system_facts
from stancecheck.scale import PairWorker, check_dataset

WHO = ["The ministry", "A spokesman", "The governor", "The union", "The airline", "The port authority"]
DID = ["closed", "opened", "bombed", "repaired", "left", "reached", "sold", "searched"]
WHAT = ["the bridge", "the northern airfield", "two warehouses", "the harbour", "a power station", "the old mill"]
WHEN = ["on Friday", "last night", "in March", "before the storm", "after the talks", "on 3 May"]
BATCH = 128
_ENOUGH = 50_000  # pairs of a record that counts
_RATES = {
    "bare_pairs_per_second": "the bare checker",
    "one_worker_pairs_per_second": "one Ray worker",
    "two_workers_pairs_per_second": "two Ray workers",
}


def made_up_pairs(count: int) -> list[dict[str, Any]]:
    """Pairs of 8 to 30 words; the second is a change of the first in one place, or another sentence."""
    rng = random.Random(7)

    def sentence() -> list[str]:
        parts = [rng.choice(WHO), rng.choice(["", "did not say that it ", "said that it "]) + rng.choice(DID), rng.choice(WHAT)]
        return [*parts, rng.choice(WHEN), *rng.choices(["and", "while", *WHAT, *WHEN], k=rng.randint(0, 5))]

    rows = []
    for number in range(count):
        a = sentence()
        b = list(a) if rng.random() < 0.7 else sentence()
        b[1] = rng.choice(DID)
        rows.append({"id": number, "a": " ".join(a) + ".", "b": " ".join(b) + "."})
    return rows


class TimedWorker(PairWorker):
    """A worker that records when it was busy; its model is loaded before the first batch's clock starts."""

    def __call__(self, batch: Mapping[str, Any], rank: int | None = None) -> dict[str, np.ndarray]:
        self.checker()
        started, cpu = time.time(), time.process_time()
        judged = super().__call__(batch, rank)
        size = len(judged["stance"])
        times = {"started": started, "ended": time.time(), "cpu": time.process_time() - cpu, "pid": os.getpid()}
        return {**judged, **{name: np.full(size, value) for name, value in times.items()}}


def on_ray(rows: list[dict[str, Any]], model: str, workers: int) -> dict[str, Any]:
    """Pairs a second while all workers were busy, and the part of that time in which they judged."""
    import ray.data

    ds = ray.data.from_items(rows, override_num_blocks=max(8, -(-len(rows) // BATCH))).materialize()
    called = time.time()
    table = check_dataset(ds, worker=TimedWorker(model=model), concurrency=workers, batch_size=BATCH).to_pandas()
    returned = time.time()
    batches = table.groupby(["pid", "started", "ended", "cpu"]).size().reset_index(name="pairs")
    by_worker = batches.groupby("pid")
    first, last = float(by_worker["started"].min().max()), float(by_worker["ended"].max().min())
    inside = np.clip(np.minimum(batches.ended, last) - np.maximum(batches.started, first), 0, None)
    return {
        "rows": len(table),
        "workers": len(by_worker),
        "pairs_per_second": float((batches.pairs * inside / (batches.ended - batches.started)).sum()) / (last - first),
        "pairs_per_cpu_second": len(table) / float(batches.cpu.sum()),
        "judging_share": float(inside.sum()) / ((last - first) * workers),
        "measured_seconds": last - first,
        "start_up_seconds": float(batches.started.min()) - called,
        "whole_seconds": returned - called,
    }


def bare(rows: list[dict[str, Any]], worker: PairWorker) -> dict[str, float]:
    """Pairs a second of the plain checker over the same batches, without Ray."""
    checker = worker.checker()
    pairs = [(row["a"], row["b"]) for row in rows]
    started, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(pairs), BATCH):
        list(checker.stream_pairs(pairs[first : first + BATCH]))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    return {"pairs_per_second": len(pairs) / seconds, "pairs_per_cpu_second": len(pairs) / cpu_seconds}


def simulate(rate: float, share: float, start_up: float, pairs: int, workers: int) -> dict[str, Any]:
    """Hours that `workers` need for `pairs`, from one worker's rate, the share of its time that it judges, and start-up."""
    seconds = start_up + pairs / (rate * share * workers)
    return {
        "pairs": pairs,
        "workers": workers,
        "hours": round(seconds / 3600, 2),
        "worker_hours": round(seconds * workers / 3600, 1),
    }


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("scale", __doc__)
    parser.add_argument("--pairs", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--note", default="", help="what else ran on the machine, for the record")
    args = parser.parse_args(arguments)
    worker, about = started(args.model, args.note)
    write_record("scale", about | speed(made_up_pairs(args.pairs), worker, args.rounds))


def started(model: str, note: str) -> tuple[PairWorker, dict[str, Any]]:
    """A worker of one thread that has judged a pair, with Ray beside it, and what a record says of both."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's 15 would let whatever else runs here slow the workers alone
    import ray

    # Three in name: check_dataset leaves one core to reading, and the rows lie in memory already.
    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=400 * 2**20, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    worker = PairWorker(model=model)
    worker.judge(["A warm-up."], ["Another."])
    facts = system_facts(worker.checker())
    return worker, {"note": note, "load_average": os.getloadavg(), "model": facts, "batch_size": BATCH}


def speed(rows: list[dict[str, Any]], worker: PairWorker, rounds: int) -> dict[str, Any]:
    """Rates, speed-up, overhead and simulation; see the top of this file."""
    runs: list[dict[str, Any]] = []
    for _ in range(rounds):
        runs.append({"bare": bare(rows, worker)})
        runs[-1] |= {"one": on_ray(rows, worker.model, 1), "two": on_ray(rows, worker.model, 2)}
        print(runs[-1], flush=True)

    def median(which: str, what: str = "pairs_per_second") -> float:
        return statistics.median(run[which][what] for run in runs)

    share, start_up = median("two", "judging_share"), max(run["two"]["start_up_seconds"] for run in runs)
    values = {
        "pairs": len(rows),
        "runs": runs,
        "bare_pairs_per_second": median("bare"),
        "one_worker_pairs_per_second": median("one"),
        "two_workers_pairs_per_second": median("two"),
        "speed_up_of_two": statistics.median(run["two"]["pairs_per_second"] / run["one"]["pairs_per_second"] for run in runs),
        "overhead_of_ray_against_bare": statistics.median(
            run["bare"]["pairs_per_second"] / run["one"]["pairs_per_second"] - 1 for run in runs
        ),
        "overhead_of_ray_against_bare_in_cpu_time": statistics.median(
            run["bare"]["pairs_per_cpu_second"] / run["one"]["pairs_per_cpu_second"] - 1 for run in runs
        ),
        "time_not_judging": {"one": 1 - median("one", "judging_share"), "two": 1 - share},
        "simulation": {
            "assumptions": [
                "every worker judges at the rate of the bare checker here, on pairs of this length",
                "every worker judges for the share of its time measured with two workers here",
                "start-up as measured here, once; nothing is lost to failures, slow nodes, or a shared file system",
                "computed, not run",
            ],
            "rate_pairs_per_second": median("bare"),
            "judging_share": share,
            "start_up_seconds": start_up,
            "cases": [simulate(median("bare"), share, start_up, 10**9, n) for n in (64, 1000)],
        },
    }
    print({name: value for name, value in values.items() if name != "runs"})
    return values


def table(records: Sequence[Record]) -> str:
    """The newest record of Ray's workers: rates, speed-up, overhead, and what is computed from them."""
    record = newest(records, "scale", pairs=_ENOUGH)
    if record is None:
        return NO_RECORDS
    rows = [[shown, f"{record[key]:,.1f} pairs/s"] for key, shown in _RATES.items()]
    rows.append(["two workers against one", f"{record['speed_up_of_two']:.2f} times"])
    overhead = "overhead_of_ray_against_bare"
    overhead_shares = f"{record[overhead]:+.1%}; in processor time {record[f'{overhead}_in_cpu_time']:+.1%}"
    rows.append(["Ray's overhead a pair, of judging it", overhead_shares])
    rows += [
        [f"{case['pairs']:,} pairs on {case['workers']:,} workers, computed", f"{case['hours']:,.1f} hours"]
        for case in record["simulation"]["cases"]
    ]
    return markdown([f"{record['pairs']:,} pairs, one thread a worker", "found"], rows)
