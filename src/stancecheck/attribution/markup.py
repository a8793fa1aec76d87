"""The tags of HTML in a text that should be plain."""

from __future__ import annotations

import re

from stancecheck.data.text import BLOCK_TAGS, INLINE_TAGS

__all__ = ["blank_markup"]

_TAG = re.compile(
    rf"<(?:!--[^<>]{{0,2000}}--|/?(?:(?P<inline>{INLINE_TAGS}|img|time)|{BLOCK_TAGS})(?:\s[^<>]{{0,2000}})?/?)>", re.IGNORECASE
)  # a picture or a date in a sentence does not end it


def blank_markup(text: str) -> str:
    """The text with tags blanked and paragraphs set apart; every other character keeps its place."""
    return _TAG.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    width = len(match.group())
    inline = match.group("inline") or match.group().startswith("<!")
    return " " * width if inline else "\n\n".ljust(width)
