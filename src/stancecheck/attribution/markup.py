"""The tags of HTML in a text that should be plain."""

from __future__ import annotations

import re

__all__ = ["blank_markup"]

_INLINE = re.compile(r"a|abbr|b|cite|code|em|i|mark|q|s|small|span|strong|sub|sup|u", re.IGNORECASE)
_TAG = re.compile(r"<(?:!--[^<>]{0,2000}--|/?(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>]{0,2000})?/?)>")


def blank_markup(text: str) -> str:
    """The text with tags blanked and paragraphs set apart; every other character keeps its place."""
    return _TAG.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    width, name = len(match.group()), match.group("name")
    return " " * width if name is None or _INLINE.fullmatch(name) else "\n\n".ljust(width)
