"""A statement against a long text that holds one which agrees with it, contradicts it, or neither.

    python -m benchmarks run long_texts
    python -m benchmarks run long_texts --each 80 --powers 0.4 0 --powers 0.5 0.25 --powers 0.5 0.5

A text is a statement of one of the affairs in cases/affairs among others that say nothing on the matter: first of the same
party, then of others, then of other affairs, which all become the party's own. So it is known what a text of 1, 3, 8 or 24
statements says, but it is less coherent than one that somebody wrote. Writes a record.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from unittest import mock

from benchmarks._arguments import make_parser
from benchmarks._markdown import Record, markdown
from benchmarks._record import write_record
from benchmarks.cases import GROUPS, labelled
from stancecheck import Pair, Stance, StanceChecker
from stancecheck.judging import windows

SENTENCES = (1, 3, 8, 24)


def made_pairs(each: int, seed: int = 0) -> Iterator[tuple[int, Pair]]:
    """A number of statements and a pair with a text of so many; the same statement and texts that grow, for every stance.

    Args:
        each: How many of each stance.
        seed: What is drawn.
    """
    draw = random.Random(seed)
    affairs = [
        (list(statements), gold) for group in ("affairs", "affairs, speech") for _, statements, gold in labelled(GROUPS[group])
    ]
    every = [
        (number, a, b, stance)
        for number, (statements, gold) in enumerate(affairs)
        for a, b in itertools.permutations(statements, 2)
        if a.party != b.party and (stance := gold.label(a, b)) is not None
    ]
    for stance in Stance:
        those = [one for one in every if one[3] is stance]
        for number, a, b, _ in draw.sample(those, min(each, len(those))):
            statements, gold = affairs[number]
            others = [s for s in statements if s not in (a, b) and a.party != s.party and gold.label(a, s) is Stance.UNRELATED]
            draw.shuffle(others)
            others.sort(key=lambda s: s.party != b.party)
            others += draw.sample([s for n, (far, _) in enumerate(affairs) if n != number for s in far], max(SENTENCES))
            places = [draw.random() for _ in range(max(SENTENCES))]
            for count in SENTENCES:
                parts = sorted(zip(places, [b, *others][:count], strict=False), key=lambda part: part[0])
                text = " ".join(s.text for _, s in parts)
                yield count, Pair(a, replace(b, text=text, span=None), gold=stance.value)


def shares(pairs: Sequence[tuple[int, Pair]], judged: Sequence[Stance]) -> list[dict[str, Any]]:
    """By number of statements, how often each stance is answered where each is right.

    Args:
        pairs: As made.
        judged: The answers, in their order.
    """
    found = []
    for count in SENTENCES:
        row: dict[str, Any] = {"statements": count}
        for gold, answer in itertools.product(Stance, Stance):
            answers = [j for (n, pair), j in zip(pairs, judged, strict=True) if n == count and pair.gold == gold.value]
            row[f"{gold} called {answer}"] = sum(j is answer for j in answers) / max(1, len(answers))
        found.append(row)
    return found


def measure(checker: StanceChecker, each: int, powers: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The shares, and what they are with other powers in place of ``judging.windows.CHANCE``."""
    pairs = list(made_pairs(each))
    found: dict[str, Any] = {"found": shares(pairs, [j.stance for j in checker.check_pairs([pair for _, pair in pairs])])}
    for contradict, agree in powers:
        with mock.patch.dict(windows.CHANCE, {Stance.CONTRADICT: contradict, Stance.AGREE: agree}):
            judged = [j.stance for j in checker.check_pairs([pair for _, pair in pairs])]
        found.setdefault("powers", {})[f"{contradict:g}, {agree:g}"] = shares(pairs, judged)
    return found


def table(records: Sequence[Record]) -> str:
    """Each record, the oldest first: recall of both stances and false alarms, by number of statements."""
    known = [r for r in records if str(r.get("name", "")).startswith("long-texts-")]
    heads = [
        "judged by",
        "statements in the text",
        "agree: recall",
        "contradict: recall",
        "unrelated called agree",
        "called contradict",
    ]
    columns = ("agree called agree", "contradict called contradict", "unrelated called agree", "unrelated called contradict")
    rows = [
        [f"{r['model']}, {r['commit'].rstrip('+')}", str(row["statements"]), *(f"{row[name]:.2f}" for name in columns)]
        for r in known
        for row in r["found"]
    ]
    return markdown(heads, rows) if rows else "No records yet.\n"


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("long_texts", __doc__)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--each", type=int, default=60, help="pairs of each stance")
    parser.add_argument(
        "--powers",
        type=float,
        nargs=2,
        action="append",
        default=[],
        metavar=("CONTRADICT", "AGREE"),
        help="also with these powers of the number of windows",
    )
    parser.add_argument("--no-record", action="store_true", help="only print")
    args = parser.parse_args(arguments)
    found = measure(StanceChecker.load(args.model, escalate=None), args.each, args.powers)
    for power, rows in (("as it is", found["found"]), *found.get("powers", {}).items()):
        for row in rows:
            print(power, "  ".join(f"{name} {value:.3g}" for name, value in row.items()))
    if not args.no_record:
        write_record(f"long-texts-{args.model}", {"model": args.model, "each": args.each, **found})
