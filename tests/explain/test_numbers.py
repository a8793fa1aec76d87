"""explain.numbers: quantities and points in time."""

from __future__ import annotations

import pytest

from stancecheck.explain.numbers import compatible, quantities, time_expressions
from stancecheck.explain.words import AnalyzedStatement, words_of


def side(text):
    return AnalyzedStatement(text, words_of(text))


def read(text):
    return [(a.low, a.high, a.unit) for a in quantities(side(text), time_expressions(side(text))[1])]


INF = float("inf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 cows", (12, 12, "cow")),
        ("Twelve cows", (12, 12, "cow")),
        ("two hundred and five cows", (205, 205, "cow")),
        ("twenty-one cows", (21, 21, "cow")),
        ("a dozen eggs", (12, 12, "egg")),
        ("3,000 men", (3000, 3000, "man")),
        ("3.2 million litres", (3_200_000, 3_200_000, "litr")),
        ("$4bn", (4e9, 4e9, "¤")),
        ("40 million dollars", (4e7, 4e7, "¤")),
        ("48%", (48, 48, "%")),
        ("48 percent", (48, 48, "%")),
        ("48 per cent", (48, 48, "%")),
        ("half the crew", (50, 50, "%")),
        ("a quarter of them", (25, 25, "%")),
        ("half a million birds", (500_000, 500_000, "bird")),
        ("at least 30 men", (30, INF, "man")),
        ("fewer than 30 men", (0, 30, "man")),
        ("hundreds of men", (200, 2000, "man")),
        ("the second ship", (2, 2, "#")),
        ("the 3rd ship", (3, 3, "#")),
    ],
)
def test_an_amount_is_read(text, expected):
    assert read(text) == [pytest.approx(expected)] or read(text) == [expected]


def test_about_leaves_a_tenth_either_way():
    (low, high, unit) = read("about 50 men")[0]
    assert (round(low), round(high), unit) == (45, 55, "man")


def test_dates_and_hours_are_no_amounts():
    assert read("It was signed on 3 March 1994 at 16:30, or at 4 pm, in 1995.") == []


def test_year_that_counts_is_a_quantity():
    assert read("2000 teachers came.") == [(2000, 2000, "teacher")]


def test_quantities_meet_at_their_bounds():
    one, two, three = (quantities(side(t))[0] for t in ("more than 40 men", "55 men", "at most 30 men"))
    assert compatible(one, two)
    assert compatible(two, one)
    assert not compatible(one, three)
    assert not compatible(two, three)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met on Monday.", [("weekday", "monday")]),
        ("They met on 3 March 1994.", [("day", "3"), ("month", "march"), ("year", "1994")]),
        ("They met at 4 a.m.", [("clock", "4 a.m")]),
        ("They met at 16:30.", [("clock", "16:30")]),
        ("They met three days ago.", [("relative", "three days ago")]),
        ("They may march.", []),
        ("Prices fall.", []),
        ("They met in the fall.", [("season", "fall")]),
    ],
)
def test_a_point_in_time_is_read(text, expected):
    assert sorted((m.sort, m.value) for m in time_expressions(side(text))[0]) == expected


def test_spans_point_at_the_words():
    text = "Nearly 500 tents came on 3 March."
    quantity = quantities(side(text), time_expressions(side(text))[1])[0]
    assert text[slice(*side(text).span(quantity.first, quantity.stop))] == "Nearly 500"
    assert [text[slice(*m.span)] for m in time_expressions(side(text))[0]] == ["March", "3"]
