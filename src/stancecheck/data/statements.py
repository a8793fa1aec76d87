"""Who said what: statements, pairs of them, and reading statements from tables."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from stancecheck.data.columns import (
    PAIR_COLUMNS,
    STATEMENT_COLUMNS,
    named_columns,
    pick_columns,
    require_columns,
    warn_of_unread,
)
from stancecheck.data.dates import as_iso
from stancecheck.data.rows import BadRows, RowSource, read_rows
from stancecheck.data.values import date_text, is_missing, plain
from stancecheck.errors import InputError

__all__ = [
    "Commitment",
    "Pair",
    "PairLike",
    "Statement",
    "TextLike",
    "as_pair",
    "as_statement",
    "pairs_between",
    "read_statements",
]

_SHOWN = 100  # characters of somebody's value in a message


class Commitment(enum.StrEnum):
    """How far a speaker stands behind a statement."""

    ASSERTS = "asserts"
    DENIES = "denies"  # holds that it is not so
    DOUBTS = "doubts"  # is not aware of it, questions it, cannot confirm it
    REPORTS = "reports"  # passes on what somebody else says
    HEDGES = "hedges"  # holds that it may be so
    ANNOUNCES = "announces"  # plans, promises or threatens it


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said.

    Attributes:
        text: What was said, without 'X said that': the attribution belongs in party and speaker.
        party: Whom the speaker speaks for: a country, an institution, an outlet. Pairs are built across parties.
        speaker: Who said it, as named.
        date: When, ISO 8601 where it is to be put on a time line; a ``datetime.date`` is taken too.
        source: Where it was published: a title or an address.
        id: The caller's own name for it.
        span: Start and end of the text in the article that it was read from, in characters.
        cue: The words that attribute it ('said', 'according to').
        commitment: How far the speaker stands behind it: a Commitment, or its name.

    Raises:
        InputError: If the text is not a string, is blank, or holds a lone surrogate, or another field is not a string, the span
            is none, or the commitment is none of the six.
    """

    text: str
    party: str | None = None
    speaker: str | None = None
    date: str | None = None
    source: str | None = None
    id: str | None = None
    span: tuple[int, int] | None = field(default=None, kw_only=True)
    cue: str | None = field(default=None, kw_only=True)
    commitment: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Check the fields; dates become ISO text."""
        for name in ("party", "speaker", "date", "source", "id"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or is_missing(value)):
                object.__setattr__(self, name, _field(value))
        named = f"(party={_brief(self.party)}, id={_brief(self.id)})"
        if not isinstance(self.text, str):
            raise InputError(f"a statement's text must be a string, got {type(self.text).__name__} {named}")
        if not self.text.strip():
            raise InputError(f"a statement's text is empty or blank {named}: leave the statement out, or give its text")
        self._check_texts(named)
        if self.commitment is not None:
            try:
                object.__setattr__(self, "commitment", Commitment(self.commitment))
            except ValueError:
                known = ", ".join(Commitment)
                raise InputError(
                    f"a statement's commitment must be one of {known}, got {_brief(self.commitment)} {named}"
                ) from None

    def _check_texts(self, named: str) -> None:
        for name in ("text", "party", "speaker", "date", "source", "id", "cue", "commitment"):
            value = getattr(self, name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise InputError(f"a statement's {name} must be a string or None, got {type(value).__name__} {named}")
            _check_unicode(value, name, named)
        if self.span is not None and not _is_span(self.span):
            raise InputError(f"a statement's span must be its start and end in characters, got {_brief(self.span)} {named}")

    def as_dict(self) -> dict[str, Any]:
        """The fields by name; those that are not known are None."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def _is_span(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, int) for v in value) and 0 <= value[0] <= value[1]


def _field(value: Any) -> Any:
    """A field of a statement: dates and plain scalars as text, what is missing as None; anything else as it came."""
    if is_missing(value):
        return None
    if isinstance(value, dt.date):
        return date_text(value)
    return (
        plain(value)
        if isinstance(value, (int, float)) or (hasattr(value, "dtype") and not getattr(value, "shape", ()))
        else value
    )


TextLike: TypeAlias = str | Statement


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements to be compared.

    Attributes:
        a: The first statement; for directed NLI the premise.
        b: The second statement; for directed NLI the hypothesis.
        gold: The known label, if any: an NLI class or a stance by name.
        id: The caller's own name for the pair.
        columns: Other columns of its row, for slicing an evaluation.
    """

    a: Statement
    b: Statement
    gold: str | None = None
    id: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check that it holds two statements.

        Raises:
            InputError: If one is something else.
        """
        for name, value in (("a", self.a), ("b", self.b)):
            if not isinstance(value, Statement):
                raise InputError(
                    f"a pair's {name} must be a Statement, got {type(value).__name__}; a tuple of two texts will do too"
                )


PairLike: TypeAlias = Pair | tuple[TextLike, TextLike] | list[TextLike] | Mapping[str, TextLike]


def as_statement(value: TextLike, location: str) -> Statement:
    """The value as a Statement.

    Args:
        value: A text or a Statement.
        location: Where it came from, for the message.

    Raises:
        InputError: If it is neither, or the text cannot be used.
    """
    if isinstance(value, Statement):
        return value
    if not isinstance(value, str):
        raise InputError(f"{location}: expected a text or a Statement, got {type(value).__name__}")
    try:
        return Statement(value)
    except InputError as error:
        raise InputError(f"{location}: {error}") from None


def as_pair(value: PairLike, index: int) -> Pair:
    """The value as a Pair.

    Args:
        value: A Pair, two texts or Statements in a tuple or list, or a dictionary with a and b, or other names of the two.
        index: Its position among the pairs, for the message.

    Raises:
        InputError: If it has another shape, or one of its texts cannot be used.
    """
    if isinstance(value, Pair):
        return value
    if isinstance(value, Mapping):
        if "a" in value and "b" in value:
            a, b = value["a"], value["b"]
        else:
            found = pick_columns(value, PAIR_COLUMNS)
            if "a" not in found or "b" not in found:
                raise InputError(
                    f"pair {index}: expected the keys 'a' and 'b' (or premise and hypothesis, sentence1 and sentence2, …), got "
                    f"{_brief(sorted(map(str, value)))}"
                )
            a, b = found["a"], found["b"]
    elif isinstance(value, (tuple, list)) and len(value) == 2:
        a, b = value
    else:
        got = f"{type(value).__name__} of {len(value)}" if isinstance(value, (tuple, list, str)) else type(value).__name__
        raise InputError(f"pair {index}: expected two texts or Statements, such as ('A', 'B'), got {got}")
    return Pair(as_statement(a, f"pair {index}, a"), as_statement(b, f"pair {index}, b"))


def pairs_between(statements: Iterable[TextLike], *, same_party: bool = False) -> Iterator[Pair]:
    """Every pair of statements of different parties, each once, in input order.

    Args:
        statements: Texts or Statements. Those without a party are taken to be of different parties.
        same_party: Also pair a party with itself, as for finding reversals over time.
    """
    known = [as_statement(s, f"statement {i}") for i, s in enumerate(statements)]
    for a, b in itertools.combinations(known, 2):
        if same_party or a.party is None or a.party != b.party:
            yield Pair(a, b)


def read_statements(
    source: RowSource,
    *,
    columns: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    skip_bad: bool = False,
) -> list[Statement]:
    """Statements from a table.

    Columns are found by name: text (or statement, sentence, claim, content), party (side, country, outlet), speaker
    (author), date, source (url), id. Others are ignored. Common forms of dates become ISO 8601.

    Args:
        source: A path to JSONL, JSON, CSV, TSV or Parquet (``.gz`` too), a ``datasets.Dataset``, a ``DataFrame`` or an
            iterable of dictionaries.
        columns: Our column names -> the table's, where they are others: ``{"party": "organisation"}``.
        day_first: Whether 12/05/2031 is the 12th of May; None where that is not known.
        skip_bad: Go on without bad rows, with a warning that names them.

    Raises:
        InputError: If the source cannot be read, or rows are bad and ``skip_bad`` is not set; the message names them.
    """
    names = named_columns(STATEMENT_COLUMNS, columns)
    good: list[Statement] = []
    seen: dict[str, None] = {}
    bad = BadRows()
    for row in read_rows(source):
        if row.problem is not None:
            bad.add(row.location, row.problem)
            continue
        seen |= dict.fromkeys(map(str, row.values))
        try:
            good.append(_statement_of(row.values, names, day_first))
        except InputError as error:
            bad.add(row.location, str(error))
    require_columns(("text", *(columns or ())), names, seen)
    bad.raise_or_warn(len(good), skip_bad=skip_bad)
    if not any(s.party or s.speaker for s in good):
        warn_of_unread("party", names, seen)
    return good


def _statement_of(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]], day_first: bool | None) -> Statement:
    picked = pick_columns(values, names)
    if "text" not in picked:
        raise InputError(
            f"expected a column named one of {names['text']}, got {_brief(sorted(map(str, values)))}; name yours: "
            "columns={'text': 'your column'}"
        )
    text = picked.pop("text")
    if not isinstance(text, str) and is_missing(text):
        raise InputError("the statement's text is missing")
    fields_of = {name: _plain_field(name, value) for name, value in picked.items()}
    if date := fields_of.get("date"):
        fields_of["date"] = as_iso(date, day_first=day_first) or date
    commitment = (fields_of.get("commitment") or "").strip().lower()
    return Statement(
        text,
        *(fields_of.get(name) for name in ("party", "speaker", "date", "source", "id")),
        cue=fields_of.get("cue"),
        # somebody else's column of that name may mean another thing
        commitment=commitment if commitment in set(Commitment) else None,
    )


def _plain_field(name: str, value: Any) -> str | None:
    try:
        return plain(value)
    except InputError as error:
        raise InputError(f"{name}: {error}: drop or rename its column, or name another one") from None


def _brief(value: Any) -> str:
    """Somebody's value in a message: escaped, and no longer than a line."""
    shown = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _check_unicode(value: str, name: str, named: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        code = f"U+{ord(value[error.start]):04X}"
        raise InputError(
            f"a statement's {name} holds a lone surrogate ({code} at character {error.start}), which is not valid Unicode "
            f"{named}: decode its file with the right encoding, or with errors='replace'"
        ) from None
