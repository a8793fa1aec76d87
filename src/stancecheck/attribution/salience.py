"""Whom or what a pronoun means: what the nearest sentence names first, as its subject rather than after 'of' or 'to'."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from typing import Generic, TypeVar

from stancecheck.language.quotes import Span, find_quotes
from stancecheck.language.sentences import paragraphs_of, sentences_of

__all__ = ["Passages", "Salience"]

_T = TypeVar("_T")
_OBLIQUE = re.compile(
    r"\b(?:of|to|with|by|for|from|against|than|on|over|told|at|after|between|under|like|about|in) (?:[\w’']+ ){0,3}$"
)
_OWNS = re.compile(r"[^\W_]+(?:[ .-][A-Z]\w*)*['’]s?\b")
_AFTER_CONTENT = (",", "”", "’", '"', "»", "—", "–")
_SENTENCES_BACK = 8
_MOST = 400  # names looked at, so that time grows with the length of the text


class Passages:
    """The sentences and quotations of a text, to be asked for by place.

    Args:
        text: The whole text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._quotes = find_quotes(text)
        self._quote_starts = [q[0] for q in self._quotes]
        self.sentences = [sentence for part in paragraphs_of(text) for sentence in sentences_of(text, part, self._within(part))]
        self._starts = [s[0] for s in self.sentences]

    def _within(self, part: Span) -> list[Span]:
        first, last = (bisect.bisect_left(self._quote_starts, end) for end in part)
        return self._quotes[first:last]

    def number(self, at: int) -> int:
        """Number of the sentence at a place; -1 before the first."""
        return bisect.bisect_right(self._starts, at) - 1

    def is_quoted(self, at: int) -> bool:
        """Whether a place lies in a quotation."""
        place = bisect.bisect_right(self._quote_starts, at) - 1
        return place >= 0 and at < self._quotes[place][1]

    def is_postposed(self, at: int) -> bool:
        """Whether what is said stands before this place in its sentence: 'S, he said'."""
        return self.text[max(0, at - 3) : at].rstrip()[-1:] in _AFTER_CONTENT


class Salience(Generic[_T]):
    """Things of one kind, and where the text names them.

    Args:
        passages: The text.
    """

    def __init__(self, passages: Passages) -> None:
        self._passages = passages
        self._places: list[tuple[int, _T]] = []

    def note(self, thing: _T, at: int) -> None:
        """The text means this thing here."""
        bisect.insort(self._places, (at, thing), key=lambda row: row[0])

    def between(self, start: int, end: int) -> list[tuple[int, _T]]:
        """What is named from one place up to another, in order."""
        return self._places[slice(*(bisect.bisect_left(self._places, at, key=lambda row: row[0]) for at in (start, end)))]

    def before(self, at: int, fits: Callable[[_T], bool]) -> _T | None:
        """What fits and is named last before a place; if nothing is, what is named first after it."""
        here = bisect.bisect_left(self._places, at, key=lambda row: row[0])
        numbers = (*range(here - 1, max(-1, here - _MOST), -1), *range(here, min(len(self._places), here + _MOST)))
        return next((thing for _, thing in map(self._places.__getitem__, numbers) if fits(thing)), None)

    def meant(self, at: int, fits: Callable[[_T], bool], sure: Callable[[_T], bool] = lambda _: True) -> _T | None:
        """What a pronoun means.

        Args:
            at: Where it stands.
            fits: What it can mean at all.
            sure: What it rather means than others of its sentence.
        """
        last = self._passages.number(at) - self._passages.is_postposed(at)
        for number in range(last, max(-1, last - _SENTENCES_BACK), -1):
            start, end = self._passages.sentences[number]
            named = [row for row in self.between(start, min(end, at)) if fits(row[1])]
            if named:
                return min(named, key=lambda row: (not sure(row[1]), self._is_aside(row[0]), row[0]))[1]
        return None

    def _is_aside(self, at: int) -> bool:
        """Whether the name stands where a subject does not: 'told Berg', 'Berg's lawyer'."""
        text = self._passages.text
        return bool(_OBLIQUE.search(text, max(0, at - 40), at) or _OWNS.match(text, at, at + 60))
