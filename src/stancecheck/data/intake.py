"""Whatever a caller has -> statements, or pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from stancecheck.data.rows import read_rows
from stancecheck.data.statements import Pair, Statement, TextLike, as_pair, as_statement, read_statements
from stancecheck.errors import InputError

__all__ = ["StatementSource", "as_pairs", "as_statements"]

StatementSource: TypeAlias = "Iterable[TextLike | Mapping[str, Any]] | Mapping[str, str | Iterable[TextLike]] | str | Path"
"""Texts or Statements; dictionaries, a ``DataFrame``, a ``datasets.Dataset`` or a path with columns text, party, …; or a
mapping of party to texts."""


def as_statements(source: Any) -> list[Statement]:
    """The statements of a source, in order.

    Args:
        source: A StatementSource.

    Raises:
        InputError: If it is something else, or a statement cannot be used.
    """
    if isinstance(source, (str, Path)) or _is_frame(source):
        if isinstance(source, str) and not Path(source).suffix:
            raise InputError(
                f"expected statements or the path of a table of them, got the text {source[:50]!r}; use check(a, b)"
            )
        return read_statements(source)
    if isinstance(source, Mapping):
        return [statement for party, given in source.items() for statement in _statements_of(party, given)]
    if isinstance(source, (bytes, Statement, Pair)) or not isinstance(source, Iterable):
        raise InputError(f"expected statements, such as [Statement('A', party='X'), …], got {type(source).__name__}")
    known = list(source)
    if known and all(isinstance(value, Mapping) for value in known):
        return read_statements(known)
    return [as_statement(value, f"statement {index}") for index, value in enumerate(known)]


def as_pairs(source: Any) -> Iterator[Pair]:
    """The pairs of a source, one at a time, in order.

    Args:
        source: Pairs, two-tuples, dictionaries, a ``DataFrame``, a ``datasets.Dataset``, or a path to a table of pairs.

    Raises:
        InputError: If it is something else; when a pair is reached that cannot be used.
    """
    if isinstance(source, Path) or (isinstance(source, str) and Path(source).suffix):
        return (as_pair(_of(row), index) for index, row in enumerate(read_rows(source)))
    if isinstance(source, (str, bytes, Pair, Mapping)) or not isinstance(source, Iterable):
        raise InputError(f"expected pairs, such as [('A', 'B')], got {type(source).__name__}; for one pair use check(a, b)")
    records = getattr(source, "to_dict")("records") if _is_frame(source) else source  # noqa: B009  # mypy knows no to_dict
    return (as_pair(value, index) for index, value in enumerate(records))


def _of(row: Any) -> Mapping[str, Any]:
    if row.problem is not None:
        raise InputError(f"{row.location}: {row.problem}")
    values: Mapping[str, Any] = row.values
    return values


def _statements_of(party: Any, given: Any) -> Iterator[Statement]:
    texts = [given] if isinstance(given, (str, Statement)) else given
    if not isinstance(party, str) or not isinstance(texts, Iterable) or isinstance(texts, (bytes, Mapping)):
        raise InputError(
            f"expected a mapping of party to texts, such as {{'Council': ['…'], 'Mayor': ['…']}}, got {str(party)[:50]!r}: "
            f"{type(given).__name__}"
        )
    for index, text in enumerate(texts):
        statement = as_statement(text, f"{party[:50]!r}, statement {index}")
        yield statement if statement.party else Statement(statement.text, party=party)


def _is_frame(source: object) -> bool:
    """Whether it is a pandas DataFrame, without importing pandas; it would iterate over its column names."""
    return hasattr(source, "to_dict") and hasattr(source, "itertuples")
