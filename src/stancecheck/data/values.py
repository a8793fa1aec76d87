"""Values from tables -> text or None: what is missing is missing, whatever it is called there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

from stancecheck.errors import InputError

__all__ = ["date_text", "is_missing", "plain"]

_SEEN = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff\u00ad]")
_NO_VALUES = frozenset({"NAType", "NaTType"})  # of pandas, without importing it


def is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, NaN, NaT, ``pandas.NA``, '' and blanks.

    Args:
        value: Any value; of arrays and other containers the answer is no.
    """
    if isinstance(value, str):
        return _SEEN.search(value) is None
    if value is None or type(value).__name__ in _NO_VALUES:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # an array has no one truth
        return False


def plain(value: Any) -> str | None:
    """The value as text; None if it is missing. Numbers of ids lose the '.0' that a gap in their column gave them.

    Args:
        value: A scalar of Python, numpy or pandas.

    Raises:
        InputError: If it cannot be written as text.
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return date_text(value)
    if isinstance(value, (bytes, Collection)):
        raise InputError(f"expected text, a number or a date, got {type(value).__name__}")
    try:
        whole = isinstance(value, float) and value.is_integer()
        return str(int(value)) if whole else str(value)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, a list thousands deep
        raise InputError(f"a value of type {type(value).__name__} cannot be written as text ({error})") from None


def date_text(value: dt.date) -> str:
    """The date in ISO 8601, without a midnight that nobody gave."""
    if isinstance(value, dt.datetime) and value.tzinfo is None and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat()
