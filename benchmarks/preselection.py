"""Which pairs of a report the larger model must read: what is lost if it reads only the likeliest by the small one.

    python -m benchmarks run preselection
    python -m benchmarks run preselection --affairs 4 --threads 1     # some minutes on a slow machine

Both models judge every pair that `compare` searches out of the labelled affairs, once. Then, for several orders of a report's
pairs and several shares, the larger model's judgements stand for the first pairs and the small one's for the others. *Kept* is
the share of the right contradictions of the larger model alone that are found still. The time is that of both models for what
each reads, against the larger one alone. The labels are of the dev part, on which the rules for reports were fitted too. Writes
a record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from benchmarks.cases import GROUPS, Case, labelled
from stancecheck.data.statements import Pair
from stancecheck.judging.candidates import Candidates, find_candidates, partners
from stancecheck.judging.judge import Judgement
from stancecheck.judging.judges import OneModel
from stancecheck.judging.ranking import for_report, likely, report_rules
from stancecheck.models import BASE_MODEL, DEFAULT_MODEL, LoadOptions, NLIModel, embed, load_model
from stancecheck.stance import Stance

SHARES = (0.0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 1.0)
AFFAIRS = ("affairs", "affairs, speech")  # own.affairs, dev
_ENOUGH = 17  # affairs of a record that counts


@dataclass(frozen=True)
class Judged:
    """An affair's pairs, judged by both models; `read` as in a report.

    Attributes:
        found: Where the search found the pairs.
        gold: By pair; None where it is not to be scored.
        real: By stance, how many pairs have it, found or not.
        small: Raw judgements of the small model.
        small_read: The same as a report reads them.
        larger_read: Those of the larger model.
        seconds: Of the small model and of the larger one.
    """

    found: Candidates
    gold: list[Stance | None]
    real: Mapping[Stance, int]
    small: list[Judgement]
    small_read: list[Judgement]
    larger_read: list[Judgement]
    seconds: tuple[float, float]


Order = Callable[[Judged], NDArray[np.float64]]
ORDERS: dict[str, Order] = {  # how likely the small model takes a pair to say something
    "small model + similarity": lambda case: _says_something(case.small) + case.found.similarity,
    "small model's rule for reports": lambda case: likely(case.small, case.found, report_rules()),  # as `compare` chooses
    "nearness alone": lambda case: case.found.nearness,
}


def _says_something(judged: Sequence[Judgement]) -> NDArray[np.float64]:
    return np.array([1 - j.scores[Stance.UNRELATED] for j in judged])


def judged_by_both(case: Case, small: NLIModel, larger: NLIModel, embedder: NLIModel) -> Judged:
    """The affair's pairs as `compare` searches them out, each judged by both."""
    _, statements, gold = case
    vectors = embed(embedder, [s.text for s in statements])
    found = find_candidates(vectors, [s.party for s in statements], top_k=partners(len(statements)))
    pairs = [Pair(statements[i], statements[j]) for i, j in found.pairs]
    marks = [time.perf_counter()]
    answers = []
    for model in (small, larger):
        answers.append(OneModel(model).judge(pairs))
        marks.append(time.perf_counter())
    rules = report_rules()
    return Judged(
        found,
        [gold.label(pair.a, pair.b) for pair in pairs],
        {stance: gold.count(stance) for stance in (Stance.CONTRADICT, Stance.AGREE)},
        answers[0],
        for_report(answers[0], found, rules),
        for_report(answers[1], found, rules),
        (marks[1] - marks[0], marks[2] - marks[1]),
    )


def mixed(case: Judged, order: Order, share: float) -> list[Judgement]:
    """The report's judgements where the larger model reads that share of the pairs, the likeliest first."""
    most = round(share * len(case.small))
    read = set(np.argsort(-order(case), kind="stable")[:most].tolist())
    return [case.larger_read[i] if i in read else case.small_read[i] for i in range(len(case.small))]


def right(judged: Sequence[Judgement], case: Judged, stance: Stance) -> set[int]:
    """Places of the pairs that are called so and are so."""
    return {i for i, (j, gold) in enumerate(zip(judged, case.gold, strict=True)) if j.stance is stance is gold}


def metrics(cases: Sequence[Judged], order: Order, share: float) -> dict[str, float]:
    """Over all affairs together: what is kept, precision, recall and F1 of contradictions, F1 of agreements, the time."""
    reports = [mixed(case, order, share) for case in cases]
    stance = Stance.CONTRADICT
    alone = [right(case.larger_read, case, stance) for case in cases]
    both = [len(right(report, case, stance) & known) for report, case, known in zip(reports, cases, alone, strict=True)]
    small, larger = (sum(case.seconds[which] for case in cases) for which in (0, 1))
    precision, recall, f1 = _scores(reports, cases, stance)
    return {
        "kept": sum(both) / max(1, sum(map(len, alone))),
        "contradict_precision": precision,
        "contradict_recall": recall,
        "contradict_f1": f1,
        "agree_f1": _scores(reports, cases, Stance.AGREE)[2],
        "time": ((small if share < 1 else 0) + share * larger) / larger,
    }


def _scores(reports: Sequence[Sequence[Judgement]], cases: Sequence[Judged], stance: Stance) -> tuple[float, float, float]:
    correct = shown = 0
    for report, case in zip(reports, cases, strict=True):
        correct += len(right(report, case, stance))
        shown += sum(j.stance is stance and gold is not None for j, gold in zip(report, case.gold, strict=True))
    real = sum(case.real[stance] for case in cases)
    return correct / max(1, shown), correct / max(1, real), 2 * correct / max(1, shown + real)


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("preselection", __doc__)
    parser.add_argument("--affairs", type=int, help="only the first so many")
    parser.add_argument("--small", default=DEFAULT_MODEL)
    parser.add_argument("--larger", default=BASE_MODEL)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-record", action="store_true", help="only print")
    args = parser.parse_args(arguments)
    names = args.small, args.larger, DEFAULT_MODEL
    small, larger, embedder = (load_model(LoadOptions(model=name, threads=args.threads)) for name in names)
    cases = []
    for case in [case for group in AFFAIRS for case in labelled(GROUPS[group])][: args.affairs]:
        cases.append(judged_by_both(case, small, larger, embedder))
        pairs, (first, second) = len(cases[-1].small), cases[-1].seconds
        print(f"{case[0]:22} {pairs:4} pairs, {first:6.1f} s by the small model, {second:6.1f} s by the larger", flush=True)
    record = {
        "small": Path(args.small).name,
        "larger": args.larger,
        "engines": {m.info.name: [m.info.backend, m.info.dtype, dict(m.info.sha256)] for m in (small, larger)},
        "affairs": len(cases),
        "pairs": sum(len(case.small) for case in cases),
        "orders": {name: {f"{share:g}": metrics(cases, order, share) for share in SHARES} for name, order in ORDERS.items()},
    }
    print(table([{"name": "preselection", "created": "", **record, "affairs": _ENOUGH}]))
    if not args.no_record:
        write_record("preselection" if args.small == DEFAULT_MODEL else f"preselection-{record['small']}", record)


def table(records: Sequence[Record]) -> str:
    """The newest record: what is kept and what it costs, by order and share."""
    record = newest(records, "preselection", affairs=_ENOUGH)
    if record is None:
        return NO_RECORDS
    rows = []
    for order, shares in record["orders"].items():
        for share, found in shares.items():
            cells = [f"{found['kept']:.3f}"]
            cells += [f"{found[f'contradict_{name}']:.2f}" for name in ("precision", "recall", "f1")]
            rows.append([order, f"{float(share):.0%}", *cells, f"{found['agree_f1']:.2f}", f"{found['time']:.2f}"])
    heads = ["the larger model reads first by", "share that it reads", "right contradictions kept", "precision", "recall", "F1"]
    return markdown([*heads, "agree: F1", "time, the larger alone = 1"], rows)
