"""Hostile texts for the preparation of texts, and hostile values in callers' tables: more targets of hostile.py."""

from __future__ import annotations

import datetime as dt
import random
import warnings
from typing import Any

import numpy as np
import pandas as pd

from stancecheck.data.dates import as_iso, parse_dates
from stancecheck.data.identity import same_words
from stancecheck.data.intake import as_statements
from stancecheck.data.parties import party_key
from stancecheck.data.text import prepare
from stancecheck.errors import InputError
from tests.robustness.hostile_inputs import check_words, text

_MARKS = (
    *("<del>", "</del>", "~~", "**", "_", "`", "<p>", "&amp;", "&#0;", "&#x110000;"),
    *("[", "](", ")", "<!--", "-->", "🟢", "🇺🇦"),
)
_VALUES: tuple[Any, ...] = (
    *(None, float("nan"), float("inf"), pd.NA, pd.NaT, "", " ", "\u200b", "nan", 0, 7.0, -1, True, 10**30),
    *(np.int64(7), np.float32("nan"), np.ones(3), [1, [2]], {"a": 1}, b"x", object(), dt.date(2031, 5, 12)),
    *(dt.datetime(2031, 5, 12, 9, tzinfo=dt.UTC), pd.Timestamp("2031-05-12"), np.datetime64("2031-05-12"), 10**5000),
)
_DATES = (
    *("2031-05-12", "12/05/2031", "May 12, 2031", "1936483200", "99999999999999", "0"),
    *("31/02/2031", "2031-W20", "T", "12.13.2031"),
)


def prepared(r: random.Random) -> None:
    """prepare: every place leads back into the text given, in order; identity and dates are the same either way round."""
    given = "".join(r.choice(_MARKS) if r.randrange(3) == 0 else text(r, surrogates=False) for _ in range(r.randrange(1, 8)))
    ready = prepare(given)
    assert ready.text or not given
    step = max(1, len(ready.text) // 50)
    places = [ready.back((i, i + 1)) for i in range(0, len(ready.text), step)]
    assert all(0 <= start <= end <= len(given) for start, end in places)
    assert places == sorted(places)
    other = prepare(given.upper() if r.randrange(2) else text(r, surrogates=False)).text
    assert same_words(ready.text, ready.text)
    assert same_words(ready.text, other) == same_words(other, ready.text)
    a, b = r.choice((given, *_DATES)), r.choice(_DATES)
    (one, two), (second, first) = parse_dates(a, b), parse_dates(b, a)
    assert (one, two) == (first, second)
    assert one is None or two is None or not (one.before(two) and two.before(one))
    assert as_iso(a) is None or isinstance(as_iso(a), str)
    assert party_key(party_key(given)) == party_key(given)


def _frame(rows: list[dict[str, Any]]) -> Any:
    """A table, where pandas can make one of the rows."""
    try:
        return pd.DataFrame(rows, dtype=object)
    except (UnicodeError, ValueError, OverflowError):
        return rows


def values(r: random.Random) -> None:
    """as_statements: a table with any values is read, or refused in words."""
    names = ("text", "party", "speaker", "date", "source", "id", "other", text(r, surrogates=False))
    rows = [{name: r.choice((*_VALUES, text(r))) for name in names if r.randrange(3)} for _ in range(r.randrange(4))]
    for row in rows:
        if r.randrange(4):
            row["text"] = text(r)
    source = r.choice((rows, iter(rows), _frame(rows), {"A": [row.get("text") for row in rows]}))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = as_statements(source)
    except InputError as error:
        check_words(error)
        return
    assert len(found) == len(rows)
    assert all(value is None or value.strip() for said in found for value in (said.party, said.speaker, said.date, said.id))
