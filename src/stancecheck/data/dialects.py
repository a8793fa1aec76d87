"""What kind of file it is: its encoding and its separator, as spreadsheets and editors write them."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator

__all__ = ["csv_words", "encoding_of", "not_utf_8", "separated_by"]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (";", "\t", "|")


def encoding_of(start: bytes) -> str:
    """The encoding that the file's first bytes show: UTF-16 ('Unicode text' of Excel), or else UTF-8.

    Args:
        start: The file's first two bytes, or more.
    """
    return "utf-16" if start[:2] in _UTF_16 else "utf-8-sig"


def not_utf_8(error: UnicodeDecodeError) -> str:
    """What is wrong with a file that is not UTF-8, and how to convert it."""
    return (
        f"not UTF-8 ({error.reason}). Spreadsheets and editors save in the encoding of the machine, such as Windows-1252: save "
        "it as UTF-8 ('CSV UTF-8'), or convert it: iconv -f WINDOWS-1252 -t UTF-8"
    )


def separated_by(lines: Iterable[str], usual: str) -> tuple[str, int, Iterator[str]]:
    """The separator, how many lines stand above the header, and the lines from the header on.

    Args:
        lines: The file's.
        usual: The separator that its extension stands for; another is taken where the header has only that.
    """
    skipped = 0
    rest = iter(lines)
    for line in rest:
        if not line.strip():
            skipped += 1
        elif line.lower().startswith("sep=") and len(line.strip()) == len("sep=;"):  # Excel's own note
            skipped += 1
            usual = line[len("sep=")]
        else:
            others = [sign for sign in _SEPARATORS if sign in line]
            if usual not in line and len(others) == 1:
                usual = others[0]
            return usual, skipped, itertools.chain([line], rest)
    return usual, skipped, iter(())


def csv_words(error: csv.Error, lines: int) -> str:
    """What is wrong with a row of so many lines.

    Args:
        error: The reader's.
        lines: How many lines the row takes in.
    """
    if "unexpected end" in str(error):
        return (
            f"a quotation mark is opened and never closed: it takes in all {lines:,} line(s) from here to the end of the file"
        )
    if "expected after" in str(error):
        return f"{error}; a quotation mark within a quoted cell is written twice in CSV, not with \\ before it"
    return str(error)
