"""A text as the model is to read it, with the way back to the text given.

People write in styled letters, strike words out, and paste HTML; files bring control characters that a tokenizer drops,
so that the words beside them run together. All of it is cleaned up here, once, and reported: a `Prepared` names what was done,
and its `back` turns a place in the prepared text into the place in the given one. Plain text passes through as it is.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from stancecheck.data.characters import BEYOND_ASCII, MARKS, PLAIN, read_as
from stancecheck.data.notes import Note

__all__ = ["BLOCK_TAGS", "INLINE_TAGS", "Prepared", "Span", "prepare"]

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Edits:
    """One round of replacements. Pieces lie in order and cover both texts.

    Attributes:
        starts: Where each piece starts in the new text.
        spans: Where each piece came from in the old one.
        kept: Whether it is the old text, character by character.
    """

    starts: list[int]
    spans: list[Span]
    kept: list[bool]

    def back(self, start: int, end: int) -> Span:
        """The part of the old text that a part of the new one was made of."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, max(start, end - 1)) - 1
        begin = self.spans[first][0] + (start - self.starts[first] if self.kept[first] else 0)
        stop = self.spans[last][0] + end - self.starts[last] if self.kept[last] else self.spans[last][1]
        return begin, max(begin, stop)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text made ready.

    Attributes:
        given: The text as its author wrote it.
        text: The text as the model is to read it.
        notes: What was done, in the order of ``Note``.
    """

    given: str
    text: str
    notes: tuple[Note, ...] = ()
    _rounds: tuple[_Edits, ...] = ()

    def back(self, span: Span) -> Span:
        """The part of the given text that a part of the prepared one was made of.

        Args:
            span: Start and end in ``text``, in characters.
        """
        if span == (0, len(self.text)):
            return 0, len(self.given)
        for edits in reversed(self._rounds):
            span = edits.back(*span)
        return span


INLINE_TAGS = "a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|wbr"
BLOCK_TAGS = (
    "article|aside|blockquote|body|br|button|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|hr|"
    "html|iframe|img|input|label|li|link|main|meta|nav|ol|option|p|path|pre|script|section|select|style|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|time|title|tr|ul|video"
)
# Each alternative stops at the next mark of its own kind, so that no text takes more than linear time.
_MARKUP = re.compile(
    rf"""
      (?P<struck> ~~(?=\S)[^~\n]{{1,2000}}~~
        | (?:\S[\u0335\u0336]\s?)+
        | <(?P<strike>del|s|strike)\b[^<>]{{0,300}}> (?:[^<]|<(?!/?(?:del|s|strike)\b)){{0,2000}} </(?P=strike)\s*> )
    | (?P<hidden> <!--(?:[^<-]|<(?!!--)|-(?!->))*-->
        | <(?P<code>script|style)\b[^<>]{{0,300}}> (?:[^<]|<(?!/?(?:script|style)\b))* </(?P=code)\s*> )
    | (?P<special> \[(?:SEP|PAD|CLS|UNK|MASK)\] | <(?:pad|unk|mask|cls|sep|bos|eos|/s)> | <\|[a-z_]{{1,30}}\|> )
    | (?P<tag> </?(?:(?P<inline>{INLINE_TAGS})|{BLOCK_TAGS})\b (?:\s[^<>]{{0,2000}})? /?> )
    | (?P<entity> &(?:\#\d{{1,7}}|\#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,31}}); )
    | (?P<link> !?\[(?P<shown>[^\[\]\n]{{1,300}})\]\([^()\s]{{1,500}}\) )
    | (?P<line> ^[ \t]{{0,3}}(?:\#{{1,6}}|[>*+•‣◦–-])[ \t]+ )
    | (?P<mark> (?<![\w*_])(?:\*{{1,3}}|_{{1,3}})(?=[^\s*_]) | (?<=[^\s*_])(?:\*{{1,3}}|_{{1,3}})(?![\w*_]) | `{{1,3}} )
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(
    r"\A\s*(?:\((?:[a-z]|[ivx]{1,4}|\d{1,3})\)|(?:[a-z]|[ivx]{2,4}|\d{1,3})\)|\d{1,3}\.|Q(?![1-4][:.])\d{1,3}[:.])\s+"
    r"(?=[\w“\"'‘(])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
# Most texts hold no character that markup is made of and none that is odd: two quick looks say so.
_CLEAN = re.compile(rf"(?![ \t]{{0,3}}[>+•‣◦–-][ \t])[ -%'-)+-;=-Z\\\]^a-}}{BEYOND_ASCII}]*")
_ODD = re.compile(rf"[\U0001f1e6-\U0001f1ff]{{2}}|[^{PLAIN}][{MARKS}]*|.[{MARKS}]+", re.DOTALL)


def prepare(text: str) -> Prepared:
    """The text as the model is to read it.

    Args:
        text: What somebody wrote.
    """
    if _CLEAN.fullmatch(text) and not _LABEL.match(text):
        return Prepared(text, text)
    notes: set[Note] = set()
    rounds = []
    now = text
    for changes in (_markup_changes, _character_changes, _label_changes):
        new, edits = _changed(now, changes(now, notes))
        if edits is not None and new.strip():  # a text of marks alone is read as it stands
            now = new
            rounds.append(edits)
    return Prepared(text, now, tuple(note for note in Note if note in notes), tuple(rounds))


Changes = Iterator[tuple[int, int, str]]


def _changed(text: str, changes: Changes) -> tuple[str, _Edits | None]:
    """The text with parts replaced, and the way back; None where nothing was."""
    pieces: list[str] = []
    edits = _Edits([], [], [])
    length = done = 0

    def put(start: int, end: int, new: str, kept: bool) -> None:
        nonlocal length
        if new:
            edits.starts.append(length)
            edits.spans.append((start, end))
            edits.kept.append(kept)
            pieces.append(new)
            length += len(new)

    for start, end, new in changes:
        put(done, start, text[done:start], True)
        put(start, end, new, False)
        done = end
    if not done and not pieces:
        return text, None
    put(done, len(text), text[done:], True)
    return "".join(pieces), edits


def _markup_changes(text: str, notes: set[Note]) -> Changes:
    for match in _MARKUP.finditer(text):
        kind = str(match.lastgroup)  # the alternative's own group, which closes last
        note, new = _READ_AS[kind](match)
        notes.add(note)
        if kind == "link":
            yield match.start(), match.start("shown"), ""
            yield match.end("shown"), match.end(), ""
        else:
            yield match.start(), match.end(), new


def _tag(match: re.Match[str]) -> tuple[Note, str]:
    return Note.MARKUP, "" if match["inline"] else "\n"


_READ_AS: dict[str, Callable[[re.Match[str]], tuple[Note, str]]] = {
    "struck": lambda _: (Note.STRUCK_OUT, ""),
    "hidden": lambda _: (Note.MARKUP, " "),
    "special": lambda _: (Note.SPECIAL, " "),
    "tag": _tag,
    "entity": lambda match: (Note.MARKUP, html.unescape(match[0])),
    "link": lambda _: (Note.MARKUP, ""),
    "line": lambda _: (Note.MARKUP, ""),
    "mark": lambda _: (Note.MARKUP, ""),
}


def _character_changes(text: str, notes: set[Note]) -> Changes:
    for match in _ODD.finditer(text):
        note, new = read_as(match[0], text, match.start())
        if new != match[0]:
            if note is not None:
                notes.add(note)
            yield match.start(), match.end(), new


def _label_changes(text: str, notes: set[Note]) -> Changes:
    if match := _LABEL.match(text):
        notes.add(Note.MARKUP)
        yield 0, match.end(), ""
