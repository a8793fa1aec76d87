"""What the command reads, and where it writes: checked before a model is loaded, in words of the command's own options."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from stancecheck.data.parties import party_key
from stancecheck.data.rows import FORMATS
from stancecheck.data.statements import Statement, read_statements
from stancecheck.errors import InputError

__all__ = ["STANDARD", "article_paths", "in_options", "read_files", "renamed"]

STANDARD = "-"  # standard input, and for --jsonl standard output
_IN_OPTIONS = (  # how the library names it -> how the command does
    (r"(?:pass )?columns=\{'(text|party)': ('[^']*')\}", r"give --\1-column \2"),
    (r"name them yourself: columns=\{.*?\}", "rename them"),
    (r"\b(?:pass )?skip_bad=True", "give --skip-bad"),
    (r"\b(?:pass )?same_party=True", "give --same-party"),
    (r"\bstate day_first", "give --day-first or --month-first"),
    (r"\b(split|backend)='(\w+)'", r"--\1 \2"),
    (r", or use check_pairs to judge without scoring", ""),
)


def read_files(
    places: Sequence[str], *, columns: Mapping[str, str], day_first: bool | None = None, skip_bad: bool = False
) -> list[Statement]:
    """The statements of files and folders, in order; '-' is standard input.

    Args:
        places: Paths of files, of folders, or '-'.
        columns: Our column names -> the files'.
        day_first: Whether 12/05/2031 is the 12th of May.
        skip_bad: Go on without bad rows.

    Raises:
        InputError: If one cannot be read, or none holds a statement.
    """
    found: list[Statement] = []
    for path in (file for place in places for file in _files(place)):
        found += read_statements(path, columns=columns, day_first=day_first, skip_bad=skip_bad)
    if not found:
        raise InputError(f"{', '.join(places)}: no statements: an empty file, or a header without rows")
    return found


def in_options(message: str) -> str:
    """A message of the library in words of the command's options."""
    for ours, options in _IN_OPTIONS:
        message = re.sub(ours, options, message)
    return message


def renamed(statements: Sequence[Statement], merges: Sequence[str] | None) -> list[Statement]:
    """The statements with parties named otherwise.

    Args:
        statements: Any statements.
        merges: 'NAME=PARTY' each: what NAME says is PARTY's.

    Raises:
        InputError: If an entry has another shape, or nobody has the name.
    """
    known = {party_key(name) for s in statements for name in (s.party, s.speaker) if name}
    into = {}
    for entry in merges or ():
        name, sign, party = entry.partition("=")
        if not (name and sign and party):
            raise InputError(f"--party: expected NAME=PARTY, got {entry!r}")
        if party_key(name) not in known:
            raise InputError(f"--party: no statement has the party or speaker {name!r}")
        into[party_key(name)] = party

    def party_of(statement: Statement) -> str | None:
        names = (name for name in (statement.party, statement.speaker) if name and party_key(name) in into)
        return next((into[party_key(name)] for name in names), statement.party)

    return [replace(s, party=party_of(s)) for s in statements]


def article_paths(places: Sequence[Path]) -> list[Path]:
    """The paths of articles; standard input, for '-', as a text file.

    Args:
        places: As given.

    Raises:
        InputError: If standard input holds no text.
    """
    return [_article() if str(place) == STANDARD else place for place in places]


def _files(place: str) -> list[Path]:
    if place == STANDARD:
        return [_standard_input()]
    path = Path(place)
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.is_file() and set(p.suffixes[-2:]) & set(FORMATS))
    if not files:
        raise InputError(f"{place}: no file in this folder ends in one of {', '.join(FORMATS)}")
    return files


def _standard_input() -> Path:
    """Standard input as a file: JSON Lines, a JSON array, or CSV, by its first character."""
    raw = sys.stdin.buffer.read()
    first = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    ending = {b"{": "jsonl", b"[": "json"}.get(first, "csv")
    path = Path(tempfile.mkdtemp(prefix="stancecheck-")) / f"standard-input.{ending}"
    path.write_bytes(raw)
    return path


def _article() -> Path:
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise InputError("-: standard input holds no text")
    path = Path(tempfile.mkdtemp(prefix="stancecheck-")) / "standard-input.txt"
    path.write_bytes(raw)
    return path
