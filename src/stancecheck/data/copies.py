"""The same statement many times (reprints, retweets) takes one place, and is shown with all its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stancecheck.data.identity import words_key
from stancecheck.data.statements import Statement
from stancecheck.data.text import prepare

__all__ = ["groups_of_copies", "one_of_each"]

Copies = Mapping[Statement, tuple[Statement, ...]]

_SOURCES_SHOWN = 5


def one_of_each(statements: Sequence[Statement], *, by_date: bool) -> tuple[list[Statement], Copies]:
    """The different statements, each where it first stands, and the copies of those that have some.

    Two are copies if one party says both, and they are the same to a reader. The one that is kept bears all their sources.

    Args:
        statements: With one name for each party.
        by_date: Whether the same words on another date are another statement, as for finding reversals over time.
    """
    groups = groups_of_copies(statements, by_date=by_date)
    if len(groups) == len(statements) or len(groups) < 2:
        return list(statements), {}
    found = [[statements[place] for place in group] for group in groups]
    kept = {_with_sources(group): tuple(group[1:]) for group in found}
    return list(kept), {statement: copies for statement, copies in kept.items() if copies}


def groups_of_copies(statements: Sequence[Statement], *, by_date: bool) -> list[list[int]]:
    """The places of the statements that are copies of each other, those of each group in order, the groups by their first.

    Args:
        statements: With one name for each party.
        by_date: As for `one_of_each`.
    """
    groups: dict[tuple[str | None, str | None, tuple[str, str]], list[int]] = {}
    for place, statement in enumerate(statements):
        key = (statement.party, statement.date if by_date else None, words_key(prepare(statement.text).text))
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _with_sources(group: Sequence[Statement]) -> Statement:
    sources = list(dict.fromkeys(s.source for s in group if s.source))
    if len(sources) < 2:
        return group[0]
    more = f"; and {len(sources) - _SOURCES_SHOWN:,} more" if len(sources) > _SOURCES_SHOWN else ""
    return replace(group[0], source="; ".join(sources[:_SOURCES_SHOWN]) + more)
