"""Foreign column names -> ours."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from stancecheck.errors import InputError

__all__ = ["PAIR_COLUMNS", "STATEMENT_COLUMNS", "named_columns", "pick_columns", "require_columns", "warn_of_unread"]

STATEMENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "statement", "sentence", "claim", "content"),
    "party": ("party", "side", "country", "outlet"),
    "speaker": ("speaker", "author"),
    "date": ("date", "time", "published"),
    "source": ("source", "url"),
    "id": ("id", "statement_id"),
    "commitment": ("commitment",),
    "cue": ("cue",),
}
"""Fields of a Statement -> the column names that mean them, in order of preference (lower case)."""

# Of two that name both sides, evidence is the premise and claim the hypothesis; a claim beside a perspective or a headline
# comes first.
PAIR_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "a": ("a", "premise", "sentence1", "sentence_a", "text_a", "text1", "statement_a", "evidence", "claim"),
    "b": ("b", "hypothesis", "sentence2", "sentence_b", "text_b", "text2", "statement_b", "perspective", "headline", "claim"),
    "gold": ("label", "gold_label", "gold", "stance", "relation", "verdict"),
    "party_a": ("party_a", "party1", "side_a", "outlet_a"),
    "party_b": ("party_b", "party2", "side_b", "outlet_b"),
    "id": ("id", "pair_id", "pairid", "uid", "guid"),
}
"""Fields of a Pair -> the column names that mean them, in order of preference (lower case)."""

# What people call a party or a text, and what is yet too vague to be taken for one without a word.
_LIKELY = {
    "text": ("quote", "quotation", "body", "message", "post", "tweet", "comment", "excerpt", "remark", "utterance"),
    "party": (
        *("organisation", "organization", "org", "group", "actor", "faction"),
        *("institution", "entity", "company", "name", "who"),
    ),
}


def named_columns(names: Mapping[str, tuple[str, ...]], given: Mapping[str, str] | None) -> dict[str, tuple[str, ...]]:
    """The names by field, with those that the caller gave in place of ours.

    Args:
        names: Field -> column names.
        given: Field -> the caller's column name.

    Raises:
        InputError: If there is no such field.
    """
    unknown = sorted(set(given or ()) - set(names))
    if unknown:
        raise InputError(f"columns: expected names among {', '.join(names)}, got {unknown}")
    return {**names, **{ours: (theirs.strip().lower(),) for ours, theirs in (given or {}).items()}}


def pick_columns(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Values under our own names: for each, the first of its foreign names that the row has.

    Args:
        values: A row's columns. One named exactly so comes before one that differs in case.
        names: Our name -> the column names that mean it, in order of preference (lower case).
    """
    lowered = {str(k).strip().lower(): v for k, v in values.items()}
    picked: dict[str, Any] = {}
    for ours, theirs in names.items():
        for name in theirs:
            if name in lowered:
                picked[ours] = values[name] if name in values else lowered[name]
                break
    return picked


def require_columns(fields: Iterable[str], names: Mapping[str, tuple[str, ...]], seen: Iterable[str]) -> None:
    """Refuse a table that lacks the column of a field in all its rows.

    Args:
        fields: Those that must be there.
        names: Field -> column names.
        seen: The table's columns.

    Raises:
        InputError: If one is not there; the message guesses which column holds it.
    """
    columns = list(seen)
    there = {column.strip().lower() for column in columns}
    for field in fields:
        if columns and there.isdisjoint(names[field]):
            raise InputError(
                f"expected a column named {' or '.join(map(repr, names[field]))}, got {str(columns)[:200]}; name yours: "
                f"columns={{{field!r}: {_guess(field, names, columns) or 'your column'!r}}}"
            )


def warn_of_unread(field: str, names: Mapping[str, tuple[str, ...]], seen: Iterable[str]) -> None:
    """Warn that a field was not found in a table, if one of its columns may be it.

    Args:
        field: Our name.
        names: Field -> column names.
        seen: The table's columns.
    """
    columns = list(seen)
    guess = _guess(field, names, columns)
    if guess is not None:
        unread = _unread(names, columns)
        warnings.warn(
            f"no {field} was read, and the columns {unread} were not used: if {guess!r} holds the {field}, pass "
            f"columns={{{field!r}: {guess!r}}}",
            stacklevel=3,
        )


def _unread(names: Mapping[str, tuple[str, ...]], columns: Iterable[str]) -> list[str]:
    known = {name for group in names.values() for name in group}
    return [column for column in columns if column.strip().lower() not in known]


def _guess(field: str, names: Mapping[str, tuple[str, ...]], columns: Iterable[str]) -> str | None:
    """The column that may be meant by a field, cut to a line's length."""
    likely = [*names[field], *_LIKELY.get(field, ())]
    unread = _unread(names, columns)
    return next((c[:100] for c in unread if difflib.get_close_matches(c.strip().lower(), likely, n=1, cutoff=0.75)), None)
