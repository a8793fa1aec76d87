"""Quotations in a text: where each starts and ends, whatever marks it uses. One pass, no search back."""

from __future__ import annotations

import re

from stancecheck.data.text import Span

__all__ = ["Span", "find_quotes", "inside_of"]


# What closes what opens. „ is closed by “ (German) or ” (Polish); » « is Danish, and only taken after a space.
_CLOSERS = {
    "“": "”",
    "«": "»",
    "„": "“”",
    "‟": "”",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‹": "›",
    "‚": "‘’",
    "❝": "❞",
    "〝": "〞",
    "＂": "＂",
}
_STRAIGHT = '"＂'
_MARK = re.compile("[“”„‟«»‹›‘’‚「」『』❝❞〝〞＂\"]|``|''|\n\\s*\n|\n")
_OPENS_AFTER = ' \t\n\r\u00a0([{—–-/“"‘«„'


def find_quotes(text: str) -> list[Span]:
    """The outermost quotations in order, marks included.

    A quotation ends with its paragraph; one that is left open there counts when the next paragraph goes on with an
    opening mark (as newspapers do), and is otherwise no quotation. Time grows with the length of the text.
    """
    found: list[Span] = []
    stack: list[tuple[str, int]] = []  # the marks that would close, and where each was opened
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if "\n" in mark:
            if stack and _goes_on(text, match.end(), text[stack[0][1]]):
                found.append((stack[0][1], _last_printed(text, at)))
            stack.clear()
        elif closed := _closes(text, mark, at, stack):
            start = stack[closed - 1][1]
            del stack[closed - 1 :]
            if not stack:
                found.append((start, match.end()))
        elif closers := _opens(text, mark, at):
            stack.append((closers, at))
    return found


def inside_of(text: str, quote: Span) -> Span:
    """The quotation without its marks and the blanks next to them."""
    start, end = quote
    start += 2 if text.startswith(("``", "''"), start) else 1
    if end - 2 > start and text.startswith("''", end - 2):
        end -= 2
    elif end - 1 > start and text[end - 1] in '”»›’“‘」』❞〞＂"':
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _closes(text: str, mark: str, at: int, stack: list[tuple[str, int]]) -> int:
    """How deep in the stack the quotation lies that this mark closes, counted from 1; 0 if none."""
    for depth in range(len(stack), max(0, len(stack) - 4), -1):
        closers = stack[depth - 1][0]
        if mark == closers or (len(mark) == 1 and mark in closers and closers != "''"):
            # An apostrophe inside ‘…’ stands between letters; a closing mark does not.
            return 0 if mark == "’" and text[at + 1 : at + 2].isalnum() else depth
        if '"' in closers and mark == "”":
            return depth
    return 0


def _opens(text: str, mark: str, at: int) -> str:
    """The marks that would close this one; empty if it does not open."""
    before = text[at - 1] if at else " "
    if mark in _STRAIGHT:
        return mark
    if mark in ("``", "''"):
        return "''"
    if mark in ("”", "»", "›", "’", "」", "』", "❞", "〞"):
        # » opens in Danish; ” opens in Swedish and Finnish. Both only where a word is about to start.
        after = text[at + 1 : at + 2]
        opens = mark in "”»" and before in _OPENS_AFTER and bool(after) and not after.isspace()
        return {"”": "”", "»": "«»"}[mark] if opens else ""
    if mark in "‘‚" and before not in _OPENS_AFTER:
        return ""
    return _CLOSERS.get(mark, "")


def _goes_on(text: str, at: int, opener: str) -> bool:
    while at < len(text) and text[at].isspace():
        at += 1
    return opener not in "‘‚" and text.startswith(opener, at)


def _last_printed(text: str, at: int) -> int:
    while at and text[at - 1].isspace():
        at -= 1
    return at
