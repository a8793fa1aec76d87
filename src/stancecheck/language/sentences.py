"""Paragraphs and sentences as spans, with quotations left whole; a light splitter that needs no model."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span

__all__ = ["paragraphs_of", "sentences_of"]

_PARAGRAPH = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?…]+[)\]]*(?=\s|$|[\"“”'’»])|[。！？]")
_ABBREVIATIONS = word_class("sentences", "abbreviations")
_MAY_END = word_class("sentences", "may_end")
# '“Why?” Berg said.': a short reporting clause after a quotation belongs to its sentence, whatever mark ends the quotation.
_TAG_WINDOW = 120
_TAG = re.compile(
    r"\s+(?:[\w.’'-]+ ){1,9}?(?:said|says|asked|asks|added|adds|replied|replies|wrote|writes|explained|continued|joked)"
    r"(?: (?:on )?(?:\w+day|later|afterwards?|then))?[.,;]"
)
_LONGEST = 2_000  # characters; what goes on for longer without an end is no sentence and is cut at a blank
_BLANK = re.compile(r"\s")
_WORD_BEFORE = re.compile(r"[\w.&]{1,12}$")


def paragraphs_of(text: str) -> list[Span]:
    """The lines that hold text, without the blanks around them."""
    found = []
    for match in _PARAGRAPH.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - (len(line) - len(line.rstrip()))
        if end > start:
            found.append((start, end))
    return found


def sentences_of(text: str, span: Span, quotes: Sequence[Span] = ()) -> list[Span]:
    """The sentences in a part of the text.

    Args:
        text: The whole text.
        span: The part.
        quotes: Quotations in order; no sentence ends within one. A quotation that itself ends a sentence, with a capital
            letter after it, ends the sentence around it.
    """
    starts = [q[0] for q in quotes]
    found: list[Span] = []
    for start, end in _between_ends(text, span, quotes, starts):
        found.extend(_cut(text, (start, end), quotes, starts) if end - start > _LONGEST else [(start, end)])
    return found


def _between_ends(text: str, span: Span, quotes: Sequence[Span], starts: Sequence[int]) -> Iterator[Span]:
    first, last = span
    start = first
    for match in _END.finditer(text, first, last):
        at = match.end()
        place = bisect.bisect_right(starts, match.start()) - 1
        if place >= 0 and quotes[place][0] <= match.start() < quotes[place][1]:
            if at < quotes[place][1] - 1:
                continue
            at = quotes[place][1]
        closed = at > match.end()
        if at > start and _ends(text, match, at, last) and not (closed and _TAG.match(text, at, min(at + _TAG_WINDOW, last))):
            yield start, min(at, last)
            start = at
            while start < last and text[start].isspace():
                start += 1
    if start < last:
        yield start, last


def _cut(text: str, span: Span, quotes: Sequence[Span], starts: Sequence[int]) -> Iterator[Span]:
    """The span in stretches of about _LONGEST characters; a longer quotation stays whole."""
    start, last = span
    while last - start > _LONGEST:
        at = start + _LONGEST
        place = bisect.bisect_right(starts, at) - 1
        if place >= 0 and quotes[place][0] < at < quotes[place][1]:
            at = min(quotes[place][1], last)
        blank = _BLANK.search(text, at, min(at + _LONGEST, last))
        at = blank.start() if blank else min(at + (0 if at > start + _LONGEST else _LONGEST), last)
        if place + 1 < len(quotes) and any(a < at < b for a, b in quotes[place : place + 2]):
            at = min(next(b for a, b in quotes[place : place + 2] if a < at < b), last)
        yield start, at
        start = at
        while start < last and text[start].isspace():
            start += 1
    if start < last:
        yield start, last


def _ends(text: str, match: re.Match[str], at: int, last: int) -> bool:
    after = text[at : min(at + 3, last)]
    if after and not after[0].isspace():
        return match.group() in "。！？"
    follows = after.strip()[:1]
    if follows and (follows.islower() or follows in ",;:—–-―"):
        return False
    if match.group() != ".":
        return True
    word_match = _WORD_BEFORE.search(text, max(0, match.start() - 12), match.start())
    word = word_match.group() if word_match else ""
    lower = word.lower()
    if not follows:
        return True
    if lower in _ABBREVIATIONS:
        return lower in _MAY_END and _starts_sentence(text, at)
    return not (len(word) == 1 and word.isupper())  # an initial: 'J. Smith'


def _starts_sentence(text: str, at: int) -> bool:
    word = re.match(r"\s+(\w+)", text[at : at + 24])
    return bool(word) and word.group(1).lower() in _OPENERS  # type: ignore[union-attr]


_OPENERS = word_class("sentences", "openers")
