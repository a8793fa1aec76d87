"""Paragraphs and sentences as spans, with quotations left whole; a light splitter that needs no model."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from stancecheck.attribution.quotes import Span

__all__ = ["paragraphs_of", "sentences_of"]

_PARAGRAPH = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?…]+[)\]]*(?=\s|$|[\"“”'’»])|[。！？]")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt adm brig sen rep gov pres st jr sr vs inc ltd co corp no nos fig vol "
    "u.s u.k u.n e.g i.e etc jan feb mar apr jun jul aug sep sept oct nov dec rev hon ret dept approx d.c a.m p.m".split()
)
_MAY_END = frozenset("inc ltd co corp etc u.s u.k u.n jr sr d.c a.m p.m".split())
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
    first, last = span
    found: list[Span] = []
    start = first
    for match in _END.finditer(text, first, last):
        at = match.end()
        place = bisect.bisect_right(starts, match.start()) - 1
        if place >= 0 and quotes[place][0] <= match.start() < quotes[place][1]:
            if at < quotes[place][1] - 1:
                continue
            at = quotes[place][1]
        if at > start and _ends(text, match, at, last):
            found.append((start, min(at, last)))
            start = at
            while start < last and text[start].isspace():
                start += 1
    if start < last:
        found.append((start, last))
    return found


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


_OPENERS = frozenset(
    "the a an he she it they we i this that these those but and in on at for by as his her their our its there "
    "if when while after before according however also meanwhile".split()
)
