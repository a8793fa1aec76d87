"""What a command prints and writes: reports, statements, tables of two columns."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stancecheck.cli.inputs import STANDARD, in_options
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError
from stancecheck.models import ModelInfo
from stancecheck.report import Report
from stancecheck.report.export import to_csv, write_atomically
from stancecheck.report.render import text
from stancecheck.report.render.clean import clean
from stancecheck.stance import NLI_CLASSES

__all__ = ["Outputs", "check_outputs", "described", "print_statements", "print_table", "write_statements"]


@dataclass(frozen=True)
class Outputs:
    """Where a report goes beside the terminal."""

    html: Path | None = None
    jsonl: Path | None = None
    csv: Path | None = None
    markdown: Path | None = None

    @property
    def console(self) -> Console:
        """Where words go: with ``--jsonl -`` standard output is for judgements alone."""
        return Console(stderr=str(self.jsonl) == STANDARD)

    def check(self, inputs: Iterable[str]) -> None:
        """Refuse what cannot be written, before anything is judged; see ``check_outputs``."""
        check_outputs(
            {
                "--html": (self.html, (".html", ".htm")),
                "--jsonl": (self.jsonl, (".jsonl", ".ndjson")),
                "--csv": (self.csv, (".csv",)),
                "--markdown": (self.markdown, (".md", ".markdown")),
            },
            inputs,
        )

    def write(self, report: Report, limit: int) -> None:
        """Show the report and write its files; with ``--jsonl -`` the judgements alone go to standard output."""
        report = replace(report, notes=tuple(in_options(note) for note in report.notes))
        if str(self.jsonl) == STANDARD:
            sys.stdout.write(report.to_jsonl())
        else:
            self.console.print(text.table(report.view(), limit=limit))
        written = (
            ("report page", self.html, report.to_html),
            ("judgements", None if str(self.jsonl) == STANDARD else self.jsonl, report.to_jsonl),
            ("judgements", self.csv, report.to_csv),
            ("notes", self.markdown, report.to_markdown),
        )
        for name, path, write in written:
            if path is not None:
                write(path)
                self.console.print(f"{name}: {path}", markup=False)


def check_outputs(outputs: Mapping[str, tuple[Path | None, Sequence[str]]], inputs: Iterable[str] = ()) -> None:
    """Refuse a file that cannot be written, before anything is judged.

    Args:
        outputs: By option, the file and the endings that it may have.
        inputs: Paths that are read.

    Raises:
        InputError: If a path is a folder, lies in no folder, has another ending, or is read too.
    """
    read = {Path(place).resolve() for place in inputs}
    for option, (path, endings) in outputs.items():
        if path is None or (option == "--jsonl" and str(path) == STANDARD):
            continue
        if path.is_dir():
            raise InputError(f"{option}: {path} is a folder: name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"{option}: {path.parent} is no folder: make it first")
        if path.resolve() in read:
            raise InputError(f"{option}: {path} is read, and would be overwritten: name another file")
        if path.suffix.lower() not in endings:
            raise InputError(f"{option}: expected a file that ends in {' or '.join(endings)}, got {path.name!r}")


def print_statements(statements: Sequence[Statement], console: Console) -> None:
    """Print a row a statement, who said what, to this console."""
    table = Table("party", "speaker", "cue", "statement", box=box.SIMPLE_HEAD, pad_edge=False)
    for s in statements:
        about = (s.party, s.speaker, s.cue and f"{s.cue} ({s.commitment})", s.text)
        table.add_row(*(Text(clean(value or "–"), overflow="fold") for value in about))
    console.print(table)


def write_statements(statements: Sequence[Statement], path: Path) -> None:
    """A row a statement, in columns that compare reads back."""
    columns = ("party", "speaker", "commitment", "text", "date", "source", "cue", "start", "end")
    known = [s.as_dict() | dict(zip(("start", "end"), s.span or (), strict=False)) for s in statements]
    write_atomically(path, to_csv([{name: row.get(name, "") for name in columns} for row in known], columns))


def print_table(values: Mapping[str, str]) -> None:
    """Print names and values in two columns."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in values.items():
        table.add_row(Text(name, style="dim"), Text(clean(value), overflow="fold"))
    Console().print(table)


def described(info: ModelInfo) -> dict[str, str]:
    """What a reader wants to know of a model, by name."""
    order = sorted(zip(info.columns, NLI_CLASSES, strict=True))
    described = {
        "model": info.name,
        "folder": str(info.folder),
        "backend": f"{info.backend} on {info.device}, in {info.dtype}",
        "output columns": ", ".join(label for _, label in order),
        "window": f"{info.max_tokens} tokens for a pair",
        "licence": info.licence or "not stated",
        "rule": info.rule.source if info.rule else "the documented default (no fitted rule comes with this model)",
    }
    return described | {file: f"sha256 {digest}" for file, digest in info.sha256.items()}
