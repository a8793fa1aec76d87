"""What the command reads, and where it writes: checked before a model is loaded, in words of the command's own options."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from stancecheck.data.parties import party_key
from stancecheck.data.rows import FORMATS
from stancecheck.data.statements import Statement, read_statements
from stancecheck.errors import InputError

__all__ = [
    "STANDARD",
    "article_files",
    "check_parties",
    "in_options",
    "merges_of",
    "of_articles",
    "read_files",
    "renamed",
]

STANDARD = "-"  # standard input, and for --jsonl standard output
_IN_OPTIONS = (  # how the library names it -> how the command does
    (r"(?:pass )?columns=\{'(text|party)': ('[^']*')\}", r"give --\1-column \2"),
    (r"name them yourself: columns=\{.*?\}", "rename them"),
    (r"name the column of the parties, or pass same_party=True", "name it with --party-column, or give --same-party"),
    (r"\S*stancecheck-\w+/standard-input\.(?:csv|jsonl?|txt)", "standard input"),
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
    for place in places:
        with _files(place) as paths:
            for path in paths:
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
    into = {party_key(name): party for name, party in merges_of(merges).items()}
    known = {party_key(name) for s in statements for name in (s.party, s.speaker) if name}
    for name in merges_of(merges):
        if party_key(name) not in known:
            raise _nobody(name)

    def party_of(statement: Statement) -> str | None:
        names = (name for name in (statement.party, statement.speaker) if name and party_key(name) in into)
        return next((into[party_key(name)] for name in names), statement.party)

    return [replace(s, party=party_of(s)) for s in statements]


def merges_of(given: Sequence[str] | None) -> dict[str, str]:
    """Names and the parties that they are counted to.

    Args:
        given: 'NAME=PARTY' each.

    Raises:
        InputError: If an entry has another shape.
    """
    parties = {}
    for entry in given or ():
        name, sign, party = (part.strip() for part in entry.partition("="))
        if not (name and sign and party):
            raise InputError(f"--party: expected NAME=PARTY, got {entry!r}")
        parties[name] = party
    return parties


def check_parties(parties: Mapping[str, str], statements: Sequence[Statement]) -> None:
    """Refuse a merge that fits nobody in the articles.

    Args:
        parties: By name, the party that it was counted to.
        statements: What was read.

    Raises:
        InputError: If no statement is of one of these parties.
    """
    found = {s.party for s in statements}
    for name, party in parties.items():
        if party not in found:
            raise _nobody(name)


def _nobody(name: str) -> InputError:
    return InputError(f"--party: no statement has the party or speaker {name!r}")


def of_articles(note: str) -> str:
    """A note of a report in words that fit articles, which have no columns."""
    return note.replace(": name the column of the parties, or pass same_party=True", "")


@contextmanager
def article_files(places: Sequence[Path]) -> Iterator[list[Path]]:
    """The paths of articles; standard input, for '-', is a text file as long as this lasts.

    Args:
        places: As given.

    Raises:
        InputError: If standard input holds no text.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(_article()) if str(place) == STANDARD else place for place in places]


@contextmanager
def _files(place: str) -> Iterator[list[Path]]:
    path = Path(place)
    if place == STANDARD:
        raw = sys.stdin.buffer.read()
        first = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        with _file_of(raw, {b"{": "jsonl", b"[": "json"}.get(first, "csv")) as standard:
            yield [standard]
    elif not path.is_dir():
        yield [path]
    else:
        files = sorted(p for p in path.iterdir() if p.is_file() and _is_table(p.name.lower()))
        if not files:
            raise InputError(f"{place}: no file in this folder ends in one of {', '.join(FORMATS)}")
        yield files


def _is_table(name: str) -> bool:
    return name.removesuffix(".gz").endswith(tuple(FORMATS))


@contextmanager
def _article() -> Iterator[Path]:
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise InputError("-: standard input holds no text")
    with _file_of(raw, "txt") as path:
        yield path


@contextmanager
def _file_of(raw: bytes, ending: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stancecheck-") as folder:
        path = Path(folder) / f"standard-input.{ending}"
        path.write_bytes(raw)
        yield path
