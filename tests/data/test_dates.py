"""dates: what people write is put in the right order, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest

from stancecheck.data.dates import as_iso, parse_date, parse_dates


def order(a: str, b: str) -> str | None:
    one, two = parse_dates(a, b)
    if one is None or two is None:
        return None
    return "a" if one.before(two) else "b" if two.before(one) else "same"


@pytest.mark.parametrize(
    ("a", "b", "earlier"),
    [
        ("2031-05-12T23:30:00-05:00", "2031-05-13T04:30:00Z", "same"),
        ("2031-06-20T00:30:00+05:00", "2031-06-19T20:00:00Z", "a"),
        ("2031-05-13T00:30:00+14:00", "2031-05-12T12:00:00Z", "a"),
        ("2031-05-12T09:00:00Z", "2031-05-12T17:00:00Z", "a"),
        ("2031-05-12", "2031-05-12T17:00:00Z", "same"),
        ("12/05/2031", "20/06/2031", "a"),
        ("05/05/2031", "06/05/2031", "a"),
        ("May 12, 2031", "20 June 2031", "a"),
        ("Monday, 12th of May 2031", "2031-5-13", "a"),
        ("1936483200", "1939852800", "a"),
        ("1936483200000", "1939852800", "a"),
        ("2031-05-12", "2031-06-20", "a"),
        ("05/12/2031", "06/11/2031", None),
        ("last Tuesday", "2031-06-20", None),
        ("31/02/2031", "2031-06-20", None),
    ],
)
def test_dates_are_ordered_by_time(a, b, earlier):
    assert order(a, b) == earlier
    assert order(b, a) == {"a": "b", "b": "a"}.get(str(earlier), earlier)


def test_stated_day_month_order_is_used():
    assert parse_date("05/12/2031") is None
    assert parse_date("05/12/2031", day_first=True).day == dt.date(2031, 12, 5)
    assert parse_date("05/12/2031", day_first=False).day == dt.date(2031, 5, 12)


def test_dates_become_iso():
    assert as_iso("May 12, 2031") == "2031-05-12"
    assert as_iso("2031-05-12T23:30:00-05:00") == "2031-05-12T23:30:00-05:00"
    assert as_iso("soon") is None
