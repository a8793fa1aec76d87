"""Other people's text, made safe to show: what would steer a terminal or turn a line round is replaced visibly.

Every character becomes exactly one character, so that spans in a text stay true.
"""

from __future__ import annotations

__all__ = ["clean", "clean_lines", "utf16_offsets"]

_UNSEEN = 0xFFFD  # REPLACEMENT CHARACTER


def _replacements() -> dict[int, int]:
    table = {code: 0x2400 + code for code in range(0x20)}  # C0 controls have pictures: ESC becomes ␛
    table[0x7F] = 0x2421
    hidden = [
        range(0x80, 0xA0),  # C1 controls: some terminals read 0x9B as the start of a command
        range(0x202A, 0x202F),  # bidirectional embeddings and overrides
        range(0x2066, 0x2070),  # bidirectional isolates, deprecated format characters
        range(0xD800, 0xE000),  # lone surrogates cannot be written as UTF-8
        range(0xFFF9, 0xFFFC),  # interlinear annotation
        range(0xFFFE, 0x10000),  # no characters
        range(0xFEFF, 0xFF00),  # byte order mark
    ]
    return table | {code: _UNSEEN for codes in hidden for code in codes}


_LINES = _replacements() | {code: ord("\n") for code in (0x0A, 0x2028, 0x2029)} | {0x09: ord(" "), 0x0D: ord(" ")}
_ONE_LINE = _LINES | {code: ord(" ") for code in (0x0A, 0x2028, 0x2029)}


def clean(text: str) -> str:
    """The text on one line, of the same length, without control characters."""
    return text.translate(_ONE_LINE)


def clean_lines(text: str) -> str:
    """The text of the same length, without control characters but for line ends."""
    return text.translate(_LINES)


def utf16_offsets(text: str, offsets: list[int]) -> list[int]:
    """Positions in characters as positions in UTF-16 units, which is how a browser counts.

    Args:
        text: The text that the positions point into.
        offsets: In characters; those past the end become the end.
    """
    if text.isascii():
        return [min(o, len(text)) for o in offsets]
    return [len(text[:o].encode("utf-16-le", "surrogatepass")) // 2 for o in offsets]
