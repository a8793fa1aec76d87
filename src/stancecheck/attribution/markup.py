"""The tags of HTML in a text that should be plain."""

from __future__ import annotations

import re

__all__ = ["blank_markup"]

_INLINE = r"a|abbr|b|cite|code|em|i|img|mark|q|s|small|span|strong|sub|sup|time|u"
_BLOCK = (
    r"article|aside|blockquote|body|br|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|li|main|nav|ol|p|pre"
    r"|section|table|tbody|td|th|thead|title|tr|ul"
)
_TAG = re.compile(rf"<(?:!--[^<>]{{0,2000}}--|/?(?:(?P<inline>{_INLINE})|{_BLOCK})(?:\s[^<>]{{0,2000}})?/?)>", re.IGNORECASE)


def blank_markup(text: str) -> str:
    """The text with tags blanked and paragraphs set apart; every other character keeps its place."""
    return _TAG.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    width = len(match.group())
    inline = match.group("inline") or match.group().startswith("<!")
    return " " * width if inline else "\n\n".ljust(width)
