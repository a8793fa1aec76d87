"""Rows of a report's JSON lines -> judgements again, with the marks that a reader set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from stancecheck.data.notes import Note
from stancecheck.data.rows import BadRows, RowSource, read_rows
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError
from stancecheck.judging.explanation import Caution, CautionReason, Cue, Explanation, Kind, Reversal
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.judging.mark import Mark
from stancecheck.report.render.clean import clean
from stancecheck.stance import Stance

__all__ = ["read_judgements", "read_marks", "with_marks"]

_Parsed = TypeVar("_Parsed")

Copies = dict[Statement, tuple[Statement, ...]]

Marks = Mapping[frozenset[tuple[str, str, str]], Mark]
"""By the two statements of a pair: party, id and text, as the page shows them."""


def read_judgements(source: RowSource) -> tuple[list[Judgement], Copies]:
    """The judgements of a report that ``Report.to_jsonl`` wrote, and by statement others that say the same.

    Raises:
        InputError: If the source cannot be read, or a row is not a judgement; the message names it.
    """
    read = _parsed(source, lambda row: (judgement := _judgement(row), _copies(row, judgement)))
    copies = {one: same for _, found in read for one, same in found.items()}
    return [judgement for judgement, _ in read], copies


def read_marks(source: RowSource) -> Marks:
    """A reader's marks, as the report page or ``Report.to_jsonl`` wrote them; rows without a mark are passed over.

    Raises:
        InputError: If the source cannot be read, or a row is not a mark; the message names it.
    """
    found = _parsed(source, lambda row: (frozenset(_key(_statement(row[side])) for side in "ab"), _mark(row)))
    return {pair: mark for pair, mark in found if mark is not None}


def with_marks(judgements: list[Judgement], marks: Marks) -> list[Judgement]:
    """The judgements with the marks that are set on their pairs; others keep their own."""
    read = [replace(j, mark=marks.get(frozenset((_key(j.a), _key(j.b))), j.mark)) for j in judgements]
    if marks and not any(j.mark for j in read):
        raise InputError(f"none of the {len(marks)} marks is on a pair of this report: they were set on another one")
    return read


def _parsed(source: RowSource, parse: Callable[[Mapping[str, Any]], _Parsed]) -> list[_Parsed]:
    """What the rows hold; one error names every row that is something else."""
    good: list[_Parsed] = []
    bad = BadRows()
    for row in read_rows(source):
        try:
            if row.problem is not None:
                raise InputError(row.problem)
            good.append(parse(row.values))
        except KeyError as error:
            bad.add(row.location, f"{error} is missing")
        except (InputError, AttributeError, TypeError, ValueError) as error:
            bad.add(row.location, str(error))
    if bad.messages:
        raise InputError(f"{bad.summary(len(good))}. Expected lines as Report.to_jsonl and the report page write them.")
    return good


def _judgement(row: Mapping[str, Any]) -> Judgement:
    found = row.get("explanation")
    return Judgement(
        _statement(row["a"]),
        _statement(row["b"]),
        Stance(row["stance"]),
        _share(row["confidence"]),
        {stance: _share(row["scores"][stance.value]) for stance in Stance},
        NLIScores(**{name: _share(value) for name, value in row["forward"].items()}),
        NLIScores(**{name: _share(value) for name, value in row["backward"].items()}),
        bool(row["truncated"]),
        Evidence(_span(row["evidence"]["a"]), _span(row["evidence"]["b"])),
        str(row["model"] or ""),
        tuple(Note(note) for note in row.get("notes") or ()),
        None if found is None else _explanation(found),
        similarity=_number(row.get("similarity")),
        nearness=_number(row.get("nearness")),
        rank=None if row.get("rank") is None else int(row["rank"]),
        mark=_mark(row),
    )


def _share(value: Any) -> float:
    """A probability."""
    share = float(value)
    if not 0 <= share <= 1 + 1e-6:
        raise ValueError(f"expected a number between 0 and 1, got {value!r:.50}")
    return share


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _copies(row: Mapping[str, Any], judgement: Judgement) -> Copies:
    found: Mapping[str, Any] = dict(row.get("copies") or {})
    sides = (("a", judgement.a), ("b", judgement.b))
    return {one: tuple(map(_statement, found[side])) for side, one in sides if side in found}


def _statement(row: Mapping[str, Any]) -> Statement:
    span = row.get("span")
    return Statement(**{**row, "span": None if span is None else _span(span)})


def _explanation(row: Mapping[str, Any]) -> Explanation:
    cues = (Cue(Kind(c["kind"]), *(c[side] and _span(c[side]) for side in ("a_span", "b_span"))) for c in row["cues"])
    spans = {name: tuple((int(s), int(e), float(w)) for s, e, w in row[name]) for name in ("spans_a", "spans_b")}
    return Explanation(
        kind=None if row["kind"] is None else Kind(row["kind"]),
        cues=tuple(cues),
        caution=tuple(CautionReason(Caution(c["caution"]), c["why"]) for c in row["caution"]),
        reversal=None if row["reversal"] is None else Reversal(**row["reversal"]),
        **spans,
    )


def _span(value: Any) -> tuple[int, int]:
    start, end = value
    return int(start), int(end)


def _mark(row: Mapping[str, Any]) -> Mark | None:
    return Mark(row["mark"], str(row.get("note") or "")) if row.get("mark") else None


def _key(statement: Statement) -> tuple[str, str, str]:
    return clean(statement.party or ""), clean(statement.id or ""), clean(statement.text)
