"""Characters as a person reads them: styled letters as plain ones, odd spaces as spaces, a few signs as words."""

from __future__ import annotations

import re
import unicodedata

from stancecheck.data.notes import Note

__all__ = ["BEYOND_ASCII", "MARKS", "PLAIN", "read_as"]

BEYOND_ASCII = (
    "¡-©«¬®-±´-¸»¿-ÿĀ-ıĴ-ľŁ-ňŊ-ž"  # Latin letters and signs that Unicode takes for no other's form
    "‐‒-―‘-•…‰′″‹›€™"
    "א-תء-يก-าิ-ฺเ-๛ぁ-ゖァ-ヺ一-鿿가-힣"
)
PLAIN = "\n\t\r -~" + BEYOND_ASCII
"""What is left as it stands, as the inside of a character class: most of what people write."""
MARKS = "\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
"""What belongs to the character before it: accents, enclosing marks, forms and skin colours of emoji."""

_NO_MARKS = re.compile(f"[{MARKS}]+")
_SEPARATES = frozenset("\u200b\u180e")
_LINES = frozenset("\u2028\u2029\x0c")
_STYLES = frozenset(
    f"<{style}>"
    for style in ("font", "wide", "narrow", "circle", "square", "initial", "medial", "final", "isolated", "vertical")
)
_NAMED_LETTER = re.compile(r"(?:NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|LATIN LETTER SMALL CAPITAL) ([A-Z])")
_SIGNS = {
    **dict.fromkeys("✅✔☑🗹👍", "yes"),
    **dict.fromkeys("❌✗✘✖❎👎🚫⛔", "no"),
    **dict.fromkeys("⬆↑📈🔼", "up"),
    **dict.fromkeys("⬇↓📉🔽", "down"),
    **dict.fromkeys("🟢🟩", "green"),
    **dict.fromkeys("🔴🟥", "red"),
    **dict.fromkeys("🟡🟨", "yellow"),
    **dict.fromkeys("🟠🟧", "orange"),
    **dict.fromkeys("🔵🟦", "blue"),
    **dict.fromkeys("⚫⬛", "black"),
    **dict.fromkeys("⚪⬜", "white"),
}
# Cyrillic and Greek letters that look like Latin ones. They are read as those within a word that has a Latin letter.
_ALIKE = dict(
    zip(
        "аеорсухіѕјԁһԛԝАВЕКМНОРСТУХІЅЈοανρτυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxisjdhqwABEKMHOPCTYXISJoavptuikABEZHIKMNOPTYX",
        strict=True,
    )
)
_LETTERS_BEFORE = re.compile(r"[^\W\d_]*\Z")
_LETTERS_AFTER = re.compile(r"[^\W\d_]*")
_NEAR = 20  # letters on either side that count as one word with it
_LATIN = re.compile("[A-Za-z]")


def read_as(found: str, text: str, start: int) -> tuple[Note | None, str]:
    """How a person reads one character with its marks, and what to say of it.

    Args:
        found: The character and the marks on it, or the two letters of a flag.
        text: The text that it stands in.
        start: Where it starts there.
    """
    first = found[0]
    if "\U0001f1e6" <= first <= "\U0001f1ff":
        return Note.SYMBOLS, " " + "".join(chr(ord(c) - 0x1F1E6 + ord("A")) for c in found) + " "
    if first in _SIGNS:
        return Note.SYMBOLS, f" {_SIGNS[first]} "
    category = unicodedata.category(first)
    if category[0] in "CZ":
        return _space(first, category)
    if first in _ALIKE:
        return _look_alike(first, text, start)
    styled = _styled(first, category, text[start - 1 : start])
    if styled is not None:
        return Note.STYLED, styled
    whole = unicodedata.normalize("NFC", found)
    if len(whole) > 1 and (whole[0].isascii() or unicodedata.name(whole[0], "").startswith("LATIN")):
        return None, _NO_MARKS.sub("", whole)
    return None, whole


def _space(char: str, category: str) -> tuple[Note | None, str]:
    if char in _LINES:
        return None, "\n"
    if category == "Cc" or char in _SEPARATES:
        return Note.CONTROL, " "
    if category == "Cf":  # joiners, soft hyphens, marks of direction: nobody sees them
        return Note.CONTROL, ""
    return None, " " if category[0] == "Z" else char


def _look_alike(char: str, text: str, start: int) -> tuple[Note | None, str]:
    before = _LETTERS_BEFORE.search(text[max(0, start - _NEAR) : start])
    after = _LETTERS_AFTER.match(text, start, start + _NEAR)
    around = (before[0] if before else "") + (after[0] if after else "")
    return (Note.STYLED, _ALIKE[char]) if _LATIN.search(around) else (None, char)


def _styled(char: str, category: str, before: str) -> str | None:
    """The plain form of a character that is another's by Unicode; None if it is its own."""
    style, _, _ = unicodedata.decomposition(char).partition(" ")
    plain = unicodedata.normalize("NFKC", char)
    if style in _STYLES or style == "<noBreak>" or (style == "<compat>" and category[0] in "LN"):
        return plain
    if style == "<sub>" or (style == "<super>" and not plain.isdigit()):
        return plain
    if style == "<super>":  # a power, a unit's, or a footnote's number
        return f"^{plain}" if before.isdigit() else plain if before.isalpha() else ""
    if style == "<fraction>":
        return (" " if before.isdigit() else "") + plain.replace("\u2044", "/")
    named = _NAMED_LETTER.fullmatch(unicodedata.name(char, ""))
    return named[1].lower() if named else None
