from __future__ import annotations

import unicodedata

import pytest

from stancecheck.report.render.clean import clean, clean_lines, utf16_offsets

STEERING = ["\x1b[2J", "\x9b31m", "\x07", "\x00", "\x7f", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800", "\x85"]


@pytest.mark.parametrize("text", STEERING)
def test_control_characters_are_visible(text: str) -> None:
    for cleaned in (clean(f"a{text}b"), clean_lines(f"a{text}b")):
        assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in "\u202e\u2066\u2069\ufeff" for c in cleaned)
        assert len(cleaned) == len(text) + 2  # nothing vanishes


def test_cleaning_keeps_offsets() -> None:
    every = "".join(map(chr, range(0x3100))) + "".join(map(chr, range(0xF900, 0x11000)))
    assert len(clean(every)) == len(clean_lines(every)) == len(every)


def test_clean_leaves_writing_alone() -> None:
    text = "Ça va — “Привет” שלום مرحبا 日本 👩‍🚀 e\u0301 \u200f"
    assert clean(text) == clean_lines(text) == text


def test_line_ends_become_spaces() -> None:
    assert clean_lines("a\nb\u2028c\r\nd\te") == "a\nb\nc \nd e"
    assert clean("a\nb\u2028c\r\nd\te") == "a b c  d e"


def test_escape_becomes_its_picture() -> None:
    assert clean("\x1b[31mred") == "␛[31mred"


def test_offsets_count_as_a_browser_counts() -> None:
    text = "a👩b\u00e9c"
    units = text.encode("utf-16-le")
    for start in range(len(text)):
        first, last = utf16_offsets(text, [start, start + 1])
        assert units[2 * first : 2 * last].decode("utf-16-le") == text[start]


def test_offsets_are_clipped_to_the_end() -> None:
    assert utf16_offsets("abc", [1, 99]) == [1, 3]
    assert utf16_offsets("ab👩", [99]) == [4]
