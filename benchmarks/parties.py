"""What a judge gains by reading who speaks: the same pairs as text alone, with the parties, and with parties and dates.

    python -m benchmarks run parties
    python -m benchmarks run parties --model stancecheck-base --data-dir DIR --pairs 400

The sets are own.accounts and, of the affairs of cases/, the pairs that a search finds; with --data-dir own.real_pairs
too, which are other people's sentences. Writes a record.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, estimate, markdown, newest_of_each
from benchmarks._record import write_record
from benchmarks.cases import GROUPS, labelled
from stancecheck import StanceChecker, Statement
from stancecheck.data.statements import Pair
from stancecheck.evaluation import evaluate, read_pairs

FORMS = ("text", "party", "party and date")
METRICS = {"macro_f1": "macro-F1", "contradict_ap": "contradict AP"}


def as_read(statement: Statement, form: str, date: str | None = None) -> Statement:
    """The statement with no more of its speaker than the form tells; `date` stands in where it has none of its own."""
    day = statement.date or date
    dated = form == "party and date" and statement.party and day
    party = f"{statement.party}, {day}" if dated else statement.party
    return replace(statement, party=None if form == "text" else party)


def found_in_affairs(checker: StanceChecker) -> Iterator[Pair]:
    """The pairs of the affairs that `compare` would judge, with their gold labels."""
    for group in ("affairs", "affairs, speech"):
        for name, statements, gold in labelled(GROUPS[group]):
            for judged in checker.compare(statements):
                label = gold.label(judged.a, judged.b)
                if label is not None:
                    yield Pair(judged.a, judged.b, gold=label.value, columns={"group": name})


def measure(checker: StanceChecker, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Macro-F1 and the average precision of CONTRADICT, by form."""
    found = {}
    for form in FORMS:
        read = [
            replace(pair, a=as_read(pair.a, form, date), b=as_read(pair.b, form, date))
            for pair, date in ((pair, pair.columns.get("date")) for pair in pairs)
        ]
        metrics = evaluate(checker, read, baselines=False).as_dict()["metrics"]
        found[form] = {name: metrics[name] for name in METRICS}
    return found


def table(records: Sequence[Record]) -> str:
    """Each set by form of the statements, a row a model."""
    known = newest_of_each(records, "parties-", lambda record: (record["model"],))
    rows = [
        [name, f"{found['pairs']:,}", record["model"], *(estimate(found["forms"][form][m]) for form in FORMS for m in METRICS)]
        for record in known
        for name, found in record["sets"].items()
    ]
    heads = ["set", "pairs", "model", *(f"{form}: {name}" for form in FORMS for name in METRICS.values())]
    return markdown(heads, rows) if rows else NO_RECORDS


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("parties", __doc__)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--data-dir", type=Path, help="where dev/own.real_pairs.jsonl.gz lies")
    parser.add_argument("--pairs", type=int, help="so many pairs of a set at most, drawn at random")
    parser.add_argument("--threads", type=int)
    args = parser.parse_args(arguments)
    checker = StanceChecker.load(args.model, escalate=None, threads=args.threads)
    sets = {"own.accounts": read_pairs("own.accounts"), "pairs of affairs": list(found_in_affairs(checker))}
    if args.data_dir:
        sets["own.real_pairs"] = read_pairs(args.data_dir / "dev" / "own.real_pairs.jsonl.gz")
    found: dict[str, dict[str, Any]] = {}
    for name, pairs in sets.items():
        some = pairs if args.pairs is None or args.pairs >= len(pairs) else random.Random(0).sample(pairs, args.pairs)
        found[name] = {"pairs": len(some), "forms": measure(checker, some)}
        for form, metrics in found[name]["forms"].items():
            print(name, len(some), form, {m: round(value["value"], 3) for m, value in metrics.items()}, flush=True)
    write_record(f"parties-{Path(args.model).name}", {"model": Path(args.model).name, "sets": found})
