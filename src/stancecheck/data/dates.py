"""Dates as people write them -> points in time that can be put in order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["PointInTime", "as_iso", "parse_date", "parse_dates", "unread_note"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTH_FIRST = re.compile(r"(?:[a-z]+,?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})(?:[a-z]{2})?\.? (?:of )?([a-z]{3,9})[.,]* (\d{4})", re.IGNORECASE)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_MILLISECONDS = 13  # digits of an epoch in milliseconds


@dataclass(frozen=True, slots=True)
class PointInTime:
    """When something was said.

    Attributes:
        day: The day, where it was written.
        time: The time in UTC; None where only a day is known. A time without a zone is taken to be UTC.
    """

    day: dt.date
    time: dt.datetime | None = None

    def before(self, other: PointInTime) -> bool:
        """Whether it is surely before the other: by time where both have one, else by day."""
        if self.time is not None and other.time is not None:
            return self.time < other.time
        return self.day < other.day


def parse_date(text: str | None, *, day_first: bool | None = None) -> PointInTime | None:
    """The point in time that a date names; None if it is unclear.

    Read are ISO 8601 with or without a zone, 2031-5-12, 12/05/2031 where the order is known, 'May 12, 2031', '12 May 2031', and
    seconds or milliseconds since 1970.

    Args:
        text: A date.
        day_first: Whether 12/05/2031 is the 12th of May; None where that is not known: then such a date is read only if one of
            its numbers cannot be a month.
    """
    if text is None:
        return None
    text = text.strip()
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return PointInTime(time.date()) if len(text) <= len("2031-05-12") else _with_time(time)
    try:
        if _EPOCH.fullmatch(text):
            seconds = float(text) / (1000 if len(text) == _MILLISECONDS else 1)
            return _with_time(dt.datetime.fromtimestamp(seconds, dt.UTC))
        day = _day(text, day_first)
        return None if day is None else PointInTime(day)
    except (ValueError, OverflowError, OSError):
        return None


def parse_dates(a: str | None, b: str | None) -> tuple[PointInTime | None, PointInTime | None]:
    """The points in time of two dates; where one shows the order of day and month, the other is read by it.

    Args:
        a: A date.
        b: Another, of the same hand.
    """
    orders = {_order(a), _order(b)} - {None}
    order = orders.pop() if len(orders) == 1 else None
    return parse_date(a, day_first=order), parse_date(b, day_first=order)


def as_iso(text: str, *, day_first: bool | None = None) -> str | None:
    """The date in ISO 8601 as it was written, without a change of zone; None if it is unclear.

    Args:
        text: A date.
        day_first: As for `parse_date`.
    """
    found = parse_date(text, day_first=day_first)
    if found is None:
        return None
    try:
        dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return found.day.isoformat() if found.time is None else found.time.isoformat()
    return text.strip()


def unread_note(dates: Iterable[str | None]) -> str | None:
    """That some of the dates cannot be read; None where all can.

    Args:
        dates: As statements have them.
    """
    unread = list(dict.fromkeys(date for date in dates if date and parse_date(date) is None))
    if not unread:
        return None
    shown = ", ".join(repr(date[:40]) for date in unread[:3])
    return f"{len(unread):,} date(s) cannot be read ({shown}): write them as 2031-05-12, or state day_first."


def _with_time(time: dt.datetime) -> PointInTime:
    return PointInTime(time.date(), (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).astimezone(dt.UTC))


def _day(text: str, day_first: bool | None) -> dt.date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return dt.date(*(int(part) for part in found.groups()))
    if found := _MONTH_FIRST.fullmatch(text):
        return dt.date(int(found[3]), _month(found[1]), int(found[2]))
    if found := _DAY_FIRST.fullmatch(text):
        return dt.date(int(found[3]), _month(found[2]), int(found[1]))
    found = _YEAR_LAST.fullmatch(text)
    order = _order(text) if day_first is None else day_first
    if found is None or order is None:
        return None
    first, second = int(found[1]), int(found[2])
    return dt.date(int(found[3]), *((second, first) if order else (first, second)))


def _order(text: str | None) -> bool | None:
    """Whether the day comes first in a date such as 20/06/2031; None if it does not tell."""
    found = _YEAR_LAST.fullmatch((text or "").strip())
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first == second:
        return True
    return first > len(_MONTHS) if max(first, second) > len(_MONTHS) else None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1
