"""What is known of the pairs of a case: labels of all that matter, or the marks that a reader set on a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancecheck.data.rows import BadRows, RowSource, read_rows
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError
from stancecheck.judging.mark import Mark
from stancecheck.report.render.clean import clean
from stancecheck.stance import Stance

__all__ = ["ReportGold", "read_gold", "statement_key"]

_LABELS = {**{s.value: s for s in Stance}, "doubtful": None, "weak": None}


@dataclass(frozen=True, slots=True)
class ReportGold:
    """Labels by pair of statements.

    Attributes:
        labels: By the keys of the two statements (see ``statement_key``); None where the pair is not to be scored.
        complete: Whether every pair that is not in ``labels`` is known to be unrelated. If not, nothing is known of it.
    """

    labels: Mapping[frozenset[str], Stance | None]
    complete: bool

    def label(self, a: Statement, b: Statement) -> Stance | None:
        """The gold stance of a pair; None where it is not to be scored."""
        return self.labels.get(frozenset((statement_key(a), statement_key(b))), Stance.UNRELATED if self.complete else None)

    def count(self, stance: Stance) -> int:
        """How many pairs have this label."""
        return sum(label is stance for label in self.labels.values())

    def of_one_each(self, copies: Mapping[Statement, Sequence[Statement]]) -> ReportGold:
        """The same labels, those of copies given to the statement that stands for them in a report.

        Where the labels of several copies meet in one pair, one that agrees or contradicts stands; a pair of which they say
        both is not scored.

        Args:
            copies: By statement, others that say the same, as ``Report.copies`` holds them.
        """
        kept = {statement_key(copy): statement_key(one) for one, others in copies.items() for copy in others}
        labels: dict[frozenset[str], set[Stance | None]] = {}
        for pair, label in self.labels.items():
            labels.setdefault(frozenset(kept.get(key, key) for key in pair), set()).add(label)
        return replace(self, labels={pair: _one_label(found) for pair, found in labels.items()})


def statement_key(statement: Statement) -> str:
    """What gold labels call a statement: its id, or where it has none its text, as the report page shows it on a line."""
    return clean(statement.text if statement.id is None else statement.id)


def read_gold(source: RowSource) -> ReportGold:
    """The gold labels of one case, or a reader's marks.

    A row names two statements in ``a`` and ``b``, by id (by text where they have none) or as whole statements. A row of labels
    has a ``label``: agree, contradict or unrelated; 'doubtful' and 'weak' pairs are not scored. Where all rows have one, a pair
    that is in no row is unrelated. A row of marks, as the report page exports them, has the ``stance`` that was shown and the
    ``mark`` that a reader set: 'real', 'not real' or 'to check'; of a pair without a mark nothing is known.

    Args:
        source: A path to JSONL, JSON, CSV or Parquet, or an iterable of dictionaries.

    Raises:
        InputError: If the source cannot be read, or a row is none of these; the message names it.
    """
    labels: dict[frozenset[str], Stance | None] = {}
    bad = BadRows()
    complete = True
    for row in read_rows(source):
        try:
            if row.problem is not None:
                raise InputError(row.problem)
            pair = frozenset((_key(row.values, "a"), _key(row.values, "b")))
            complete = complete and "label" in row.values
            if "label" in row.values or row.values.get("mark"):
                labels[pair] = _label(row.values)
        except InputError as error:
            bad.add(row.location, str(error))
    bad.raise_if_any(len(labels))
    return ReportGold(labels, complete)


def _one_label(labels: set[Stance | None]) -> Stance | None:
    real = labels & {Stance.AGREE, Stance.CONTRADICT}
    if len(real) == 1:
        return real.pop()
    return Stance.UNRELATED if labels == {Stance.UNRELATED} else None


def _key(values: Mapping[str, Any], side: str) -> str:
    """The statement of one side; a flat table has its id and text in separate columns."""
    named = values.get(side) or {"id": values.get(f"id_{side}"), "text": values.get(f"text_{side}")}
    key = (named.get("id") or named.get("text")) if isinstance(named, Mapping) else named
    if not isinstance(key, str):
        raise InputError(f"expected a statement's id or the statement itself in {side!r}, got {values.get(side)!r}")
    return clean(key)


def _label(values: Mapping[str, Any]) -> Stance | None:
    if "label" in values:
        if values["label"] not in _LABELS:
            raise InputError(f"label: expected one of {list(_LABELS)}, got {values['label']!r}")
        return _LABELS[values["label"]]
    stances = {"real": _LABELS.get(str(values.get("stance"))), "not real": Stance.UNRELATED, "to check": None}
    return stances[Mark(values["mark"]).verdict]
