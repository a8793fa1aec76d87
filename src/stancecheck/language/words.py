"""The words of a part of a text, punctuation included, with quotations left whole."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stancecheck.language.quotes import Span

__all__ = ["Word", "words_of"]

_WORD = re.compile(r"\d+(?:[.,:]\d+)+%?|[^\W_][\w&]*(?:[.’'-][^\W_][\w&]*)*\.?|[$€£%]|\S")
_DOTTED = re.compile(r"(?:\w\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sen|Rep|Gov|St|Jr|Sr|Prof|Capt|Sgt|Adm)\.")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a punctuation mark, or a whole quotation."""

    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()


def words_of(text: str, span: Span, quotes: Sequence[Span]) -> list[Word]:
    """The words of a part of the text; quotations that lie in it are one word each."""
    starts = [q[0] for q in quotes]
    found: list[Word] = []
    at, last = span
    while at < last:
        place = bisect.bisect_left(starts, at)
        quote = quotes[place] if place < len(quotes) and quotes[place][0] < last else None
        stop = quote[0] if quote else last
        for match in _WORD.finditer(text, at, stop):
            start, end = match.span()
            if match.group().endswith(".") and len(match.group()) > 1 and not _DOTTED.fullmatch(match.group()):
                found.append(Word(text[start : end - 1], start, end - 1))
                start = end - 1
            found.append(Word(text[start:end], start, end))
        if quote is None:
            break
        found.append(Word(text[quote[0] : quote[1]], quote[0], quote[1], quoted=True))
        at = quote[1]
    return found
