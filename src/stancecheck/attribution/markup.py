"""The tags of HTML in a text that should be plain."""

from __future__ import annotations

import re

__all__ = ["blank_markup"]

_INLINE = frozenset("a abbr b cite code em i mark q s small span strong sub sup u".split())
_TAG = re.compile(r"<(?:!--[^<>]{0,2000}--|/?(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>]{0,2000})?/?)>")


def blank_markup(text: str) -> str:
    """The text with tags blanked and paragraphs set apart; every other character keeps its place."""
    return _TAG.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    width = len(match.group())
    name = match.group("name")
    return " " * width if name is None or name.lower() in _INLINE else "\n\n".ljust(width)
