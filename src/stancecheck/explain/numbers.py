"""Quantities and points in time in a text, and whether those of two texts fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from stancecheck.explain.lexicon import lexicon, phrases, stem, word_set
from stancecheck.explain.words import AnalyzedStatement, Word, find
from stancecheck.judging.explanation import Span

__all__ = ["Quantity", "TimeExpression", "compatible", "quantities", "time_expressions"]

_DIGITS = re.compile(r"([$€£¥]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(st|nd|rd|th|m|bn|k)?(%?)$", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d$")
_CURRENCIES = frozenset(stem(w) for w in ("dollar", "euro", "pound", "ruble", "rouble", "yuan", "yen"))
_FIRST_YEAR, _LAST_YEAR = 1000, 2199


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text.

    Attributes:
        low: Least value that the words allow.
        high: Greatest value that they allow.
        unit: '%', a currency sign, '#' for a rank, the stem of what is counted, or ''.
        first: Position of its first word.
        stop: Position after its last word.
    """

    low: float
    high: float
    unit: str
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A point in time in a text: its sort (year, month, weekday, clock ...), value and place."""

    sort: str
    value: str
    span: Span


def compatible(one: Quantity, two: Quantity) -> bool:
    """Whether both can be true of one count."""
    return one.low <= two.high and two.low <= one.high


def quantities(side: AnalyzedStatement, taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """The quantities in the words; words at the positions `taken` (parts of dates) are left out."""
    found: list[Quantity] = []
    position = 0
    while position < len(side.words):
        reading = None if position in taken else _quantity_at(side.words, position)
        if reading is None:
            position += 1
            continue
        low, high, first = _bounded(side.words, reading, position)
        unit = reading.unit or _counted(side.words, reading.stop)
        found.append(Quantity(low, high, unit, first, reading.stop))
        position = reading.stop
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    low: float
    high: float
    unit: str
    stop: int


def _quantity_at(words: Sequence[Word], position: int) -> _Reading | None:
    for read in (_fraction, _range, _ordinal, _digits, _spelled):
        reading = read(words, position)
        if reading is not None:
            return reading
    return None


def _lower(words: Sequence[Word], position: int) -> str:
    return words[position].lower if 0 <= position < len(words) else ""


def _fraction(words: Sequence[Word], position: int) -> _Reading | None:
    """'half', 'a quarter', 'two thirds' as percent; 'half a million' as a number."""
    table = lexicon()["number"]
    word, following = _lower(words, position), _lower(words, position + 1)
    if word == "half" and following == "a" and _lower(words, position + 2) in table["scales"]:
        value = table["scales"][words[position + 2].lower] / 2
        return _Reading(value, value, "", position + 3)
    count, share, stop = 1.0, word, position + 1
    if (word in ("a", "one") or word in table["words"]) and following in table["fractions"]:
        count, share, stop = float(table["words"].get(word, 1)), following, position + 2
    elif word not in ("half", "quarter"):
        return None
    if share not in table["fractions"]:
        return None
    value = 100 * count * table["fractions"][share]
    return _Reading(value, value, "%", stop)


def _range(words: Sequence[Word], position: int) -> _Reading | None:
    """'dozens', 'thousands'."""
    bounds = lexicon()["number"]["ranges"].get(words[position].lower)
    return _Reading(bounds[0], bounds[1], "", position + 1) if bounds else None


def _ordinal(words: Sequence[Word], position: int) -> _Reading | None:
    rank = lexicon()["number"]["ordinals"].get(words[position].lower)
    written = _DIGITS.match(words[position].lower)
    if rank is None and written and (written[3] or "") in ("st", "nd", "rd", "th"):
        rank = written[2].replace(",", "")
    return None if rank is None else _Reading(float(rank), float(rank), "#", position + 1)


def _digits(words: Sequence[Word], position: int) -> _Reading | None:
    written = _DIGITS.match(words[position].lower)
    digits = written[2].replace(",", "") if written else ""
    if written is None or not digits:
        return None
    value = float(digits) * lexicon()["number"]["scales"].get(written[3] or "", 1)
    unit = "%" if written[4] else "¤" if written[1] else ""
    return _scaled(words, value, unit, position + 1)


def _spelled(words: Sequence[Word], position: int) -> _Reading | None:
    """'two hundred and five', 'twenty-one', 'a dozen'."""
    table = lexicon()["number"]
    total: float | None = None
    stop = position
    if words[position].lower in table["scales"] and _lower(words, position - 1) in ("a", "few"):
        return _scaled(words, 1.0, "", position)
    while stop < len(words):
        parts = words[stop].lower.split("-")
        if all(part in table["words"] for part in parts):
            total = (total or 0) + sum(table["words"][part] for part in parts)
        elif total is not None and words[stop].lower in ("hundred", "dozen"):
            total *= table["scales"][words[stop].lower]
        elif total is None or words[stop].lower != "and" or _lower(words, stop + 1) not in table["words"] or total < 100:
            break
        stop += 1
    return None if total is None else _scaled(words, total, "", stop)


def _scaled(words: Sequence[Word], value: float, unit: str, stop: int) -> _Reading:
    """With a following 'thousand', 'million', 'percent' or 'dollars'."""
    scales = lexicon()["number"]["scales"]
    while _lower(words, stop) in scales:
        value *= scales[words[stop].lower]
        stop += 1
    following = _lower(words, stop)
    if following in ("percent", "per") and (following == "percent" or _lower(words, stop + 1) == "cent"):
        unit, stop = "%", stop + (1 if following == "percent" else 2)
    elif stem(following) in _CURRENCIES:
        unit, stop = "¤", stop + 1
    return _Reading(value, value, unit, stop)


def _bounded(words: Sequence[Word], reading: _Reading, first: int) -> tuple[float, float, int]:
    """Least and greatest value with 'at least', 'up to', 'about' before, and the position where that starts."""
    low, high = reading.low, reading.high
    table = phrases(("number.bounds", "at_least"), ("number.bounds", "at_most"), ("number.bounds", "about"))
    start = max(0, first - 3)
    matches = [h for h in find(words[start:first], table) if start + h.stop == first]
    if not matches:
        return low, high, first
    match matches[-1].label:
        case "at_least":
            high = inf
        case "at_most":
            low = 0.0
        case _:
            tolerance = lexicon()["number"]["tolerance"]
            low, high = low * (1 - tolerance), high * (1 + tolerance)
    return low, high, start + matches[-1].first


def _counted(words: Sequence[Word], stop: int) -> str:
    """Stem of the thing counted: the next word with meaning, if it stands close by in the same clause."""
    for position in range(stop, min(stop + 3, len(words))):
        if words[position].clause != words[stop - 1].clause:
            break
        if words[position].content:
            return words[position].stem
    return ""


def time_expressions(side: AnalyzedStatement) -> tuple[list[TimeExpression], frozenset[int]]:
    """Points in time, and the positions of their words."""
    found: list[TimeExpression] = []
    taken: set[int] = set()
    for position, _word in enumerate(side.words):
        for sort, value, first, stop in _time_expression_at(side.words, position):
            found.append(TimeExpression(sort, value, side.span(first, stop)))
            taken.update(range(first, stop))
    for match in side.matches(("time", "relative")):
        value = " ".join(w.lower for w in side.words[match.first : match.stop])
        first = max(0, match.first - 2) if value == "ago" else match.first
        value = " ".join(w.lower for w in side.words[first : match.stop])
        found.append(TimeExpression("relative", value, side.span(first, match.stop)))
        taken.update(range(first, match.stop))
    return found, frozenset(taken)


def _time_expression_at(words: Sequence[Word], position: int) -> Iterator[tuple[str, str, int, int]]:
    """Sort, value, first word and stop of what starts here."""
    word, after, before = words[position], _lower(words, position + 1), _lower(words, position - 1)
    for sort in ("weekday", "order"):
        if word.lower in word_set("time", sort):
            yield sort, word.lower, position, position + 1
    if word.lower in lexicon()["daypart"]:
        yield "daypart", word.lower, position, position + 1
    if word.lower in word_set("time", "season") and (word.lower != "fall" or before in ("the", "last", "next", "this", "in")):
        yield "season", word.lower, position, position + 1
    if _is_month(words, position):
        yield "month", word.lower, position, position + 1
        for near in (position - 1, position + 1):
            day = _DIGITS.match(_lower(words, near))
            if day and not day[4] and 1 <= float(day[2].replace(",", "")) <= 31:
                yield "day", day[2], near, near + 1
    if _CLOCK.match(word.text) or (word.text[0].isdigit() and (after in word_set("time", "clock"))):
        stop = position + 2 if after in word_set("time", "clock") else position + 1
        yield "clock", " ".join(w.lower.rstrip(".") for w in words[position:stop]), position, stop
    elif _is_year(words, position):
        yield "year", word.lower, position, position + 1


def _is_month(words: Sequence[Word], position: int) -> bool:
    word = words[position]
    if word.lower not in word_set("time", "month"):
        return False
    # 'may' and 'march' are months where they are written as names inside a sentence.
    return word.lower not in ("may", "march") or (word.text[0].isupper() and position > 0)


def _is_year(words: Sequence[Word], position: int) -> bool:
    text = words[position].text
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        return False
    before = _lower(words, position - 1)
    if before in word_set("time", "year_before") or before in word_set("time", "month") or before in word_set("time", "season"):
        return True
    following = words[position + 1] if position + 1 < len(words) else None
    return following is None or not following.content or following.clause != words[position].clause
