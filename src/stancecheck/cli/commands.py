"""The command `stancecheck`.

Exit codes: 0 done, 1 contradictions were found and ``--fail-on contradict`` was given, 2 bad use or bad input, 130 stopped
by Ctrl-C.
"""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stancecheck.attribution import read_articles
from stancecheck.checker import StanceChecker
from stancecheck.data.statements import Statement, read_statements
from stancecheck.errors import StancecheckError
from stancecheck.evaluation import evaluate, evaluate_report, iter_pairs
from stancecheck.models import DEFAULT_MODEL, LoadOptions, ModelInfo
from stancecheck.report import Report
from stancecheck.report.export import to_csv, write_atomically
from stancecheck.report.render import text
from stancecheck.report.render.clean import clean
from stancecheck.stance import NLI_CLASSES, Stance

__all__ = ["main"]

app = typer.Typer(
    help="Do two statements agree, contradict each other, or are they unrelated?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_STOPPED = (
    "stancecheck: stopped. Files that were being written are as they were before; run the same command to begin again. Runs "
    "that go on where they stopped: compare_dataset and check_dataset of stancecheck.scale, with a folder."
)

Model = Annotated[str, typer.Option("--model", "-m", help="A shipped model, a folder, or a hub id.")]
Backend = Annotated[str, typer.Option(help="auto, onnx, openvino or torch.")]
Escalate = Annotated[
    str,
    typer.Option(
        help="Who decides beside --model: auto (stancecheck-base, where it is installed), none, or a model that judges "
        "contradictions and unsure answers again."
    ),
]
FailOn = Annotated[str | None, typer.Option(help="'contradict': exit with 1 if a contradiction is found.")]
Html = Annotated[Path | None, typer.Option(help="Write the report page here.")]
Jsonl = Annotated[Path | None, typer.Option(help="Write the judgements here, one JSON object a line.")]


@app.command()
def check(
    a: Annotated[str, typer.Argument(help="One statement.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    fail_on: FailOn = None,
) -> None:
    """Judge one pair of statements."""
    _check_fail_on(fail_on)
    judgement = _load(model, backend).check(a, b)
    shown = {"stance": str(judgement.stance), "confidence": f"{judgement.confidence:.2f}"}
    shown |= {"": ""} | {f"score of {stance}": f"{score:.3f}" for stance, score in judgement.scores.items()}
    for name, scores in (("if A is true, B is", judgement.forward), ("if B is true, A is", judgement.backward)):
        likeliest = max((scores.entailment, "true"), (scores.neutral, "open"), (scores.contradiction, "false"))
        shown[name] = f"{likeliest[1]} ({likeliest[0]:.2f})"
    _print_table(shown)
    _fail_on(judgement.stance is Stance.CONTRADICT, fail_on)


@app.command()
def compare(
    statements: Annotated[Path, typer.Argument(help="JSONL, JSON, CSV, TSV or Parquet with text, party, date …")],
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    html: Html = None,
    jsonl: Jsonl = None,
    exhaustive: Annotated[bool, typer.Option(help="Judge every pair of different parties.")] = False,
    same_party: Annotated[bool, typer.Option(help="Also compare a party with itself.")] = False,
    escalate: Escalate = "auto",
    markdown: Annotated[Path | None, typer.Option(help="Write an editor's notes here, as Markdown.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Labelled pairs of these statements: say how many are right.")] = None,
    limit: Annotated[int, typer.Option(help="Show this many disputes and agreements.")] = 20,
    fail_on: FailOn = None,
) -> None:
    """Report where the parties' accounts agree and collide."""
    _check_fail_on(fail_on)
    known = read_statements(statements)
    checker = _load(model, backend, escalate)
    report = checker.compare(known, exhaustive=exhaustive, same_party=same_party, progress=sys.stderr.isatty())
    explained = checker.explain(report, progress=sys.stderr.isatty())
    _show(explained, limit, html, jsonl)
    if markdown is not None:
        explained.to_markdown(markdown)
        Console().print(f"notes: {markdown}", markup=False)
    if gold is not None:
        Console().print(f"by {gold}: {evaluate_report(report, gold).summary}", markup=False, highlight=False)
    _fail_on(report.counts[Stance.CONTRADICT] > 0, fail_on)


@app.command()
def read(
    articles: Annotated[list[Path], typer.Argument(help="Text files in UTF-8, web pages (.html), or folders of them.")],
    source: Annotated[str | None, typer.Option(help="Who published it; its own assertions are this party's.")] = None,
    date: Annotated[str | None, typer.Option(help="When it was published, ISO 8601.")] = None,
    party: Annotated[list[str] | None, typer.Option(help="NAME=PARTY: for whom a speaker speaks; may be repeated.")] = None,
    statements_to: Annotated[
        Path | None, typer.Option("--statements", help="Write what was found as CSV, to correct and to compare; judge nothing.")
    ] = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    html: Html = None,
    jsonl: Jsonl = None,
    escalate: Escalate = "auto",
    limit: Annotated[int, typer.Option(help="Show this many disputes and agreements.")] = 20,
    fail_on: FailOn = None,
) -> None:
    """Report who contradicts whom in one or more articles."""
    _check_fail_on(fail_on)
    notes: list[str] = []
    statements = read_articles(articles, source=source, date=date, parties=_parties(party), notes=notes)
    if statements_to is not None:
        _write_statements(statements, statements_to)
        Console().print(Text(f"{len(statements)} statements in {statements_to}; next: stancecheck compare {statements_to}"))
        return
    _print_statements(statements)
    checker = _load(model, backend, escalate)
    report = checker.compare(statements, progress=sys.stderr.isatty())
    report = replace(report, notes=(*report.notes, *notes))
    _show(checker.explain(report, progress=sys.stderr.isatty()), limit, html, jsonl)
    _fail_on(report.counts[Stance.CONTRADICT] > 0, fail_on)


@app.command("evaluate")
def evaluate_command(
    pairs: Annotated[
        str, typer.Argument(help="A file of labelled pairs, own.accounts, own.kinds, own.affairs, or a hub data set id.")
    ],
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    task: Annotated[str, typer.Option(help="stance: the symmetric stance; nli: the directed label of a -> b.")] = "stance",
    split: Annotated[str | None, typer.Option(help="Split of a hub data set.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the record here.")] = None,
) -> None:
    """Say how right a model is on labelled pairs."""
    known = iter_pairs(pairs, split=split)
    result = evaluate(_load(model, backend), known, task=task, progress=sys.stderr.isatty())
    Console().print(result)
    if json_file is not None:
        result.to_json(json_file)
        Console().print(f"record: {json_file}", markup=False)


@app.command("model")
def show_model(
    model: Annotated[str, typer.Argument(help="A shipped model, a folder, or a hub id.")] = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Say what a model is: labels, licence, files."""
    _print_table(_described(_load(model, backend).info))


def main() -> None:
    """Run the command; errors of the tree become one line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows '?' for a sign it lacks
    before = signal.signal(signal.SIGINT, _stop)
    try:
        app()
    except _StoppedError:
        Console(stderr=True).print(_STOPPED, markup=False, highlight=False)
        sys.exit(130)
    except StancecheckError as error:
        Console(stderr=True).print(f"stancecheck: {clean(str(error))}", style="red", markup=False, highlight=False)
        sys.exit(2)
    finally:
        signal.signal(signal.SIGINT, before)


class _StoppedError(BaseException):
    """Ctrl-C; not a KeyboardInterrupt, which typer would answer without a word."""


def _stop(*_: object) -> None:
    raise _StoppedError


def _load(model: str, backend: str, escalate: str = "none") -> StanceChecker:
    better = None if escalate == "none" else escalate
    return StanceChecker.from_options(LoadOptions(model=model, backend=backend, escalate=better))


def _show(report: Report, limit: int, html: Path | None, jsonl: Path | None) -> None:
    Console().print(text.table(report.view(), limit=limit))
    if html is not None:
        report.to_html(html)
        Console().print(f"report page: {html}", markup=False)
    if jsonl is not None:
        report.to_jsonl(jsonl)
        Console().print(f"judgements: {jsonl}", markup=False)


def _parties(given: Sequence[str] | None) -> dict[str, str]:
    parties = {}
    for entry in given or ():
        name, sign, party = entry.partition("=")
        if not (name and sign and party):
            raise typer.BadParameter(f"--party: expected NAME=PARTY, got {entry!r}")
        parties[name] = party
    return parties


def _print_statements(statements: Sequence[Statement]) -> None:
    table = Table("party", "speaker", "cue", "statement", box=box.SIMPLE_HEAD, pad_edge=False)
    for said in statements:
        about = (said.party, said.speaker, said.cue and f"{said.cue} ({said.commitment})", said.text)
        table.add_row(*(Text(clean(value or "–"), overflow="fold") for value in about))
    Console().print(table)


def _write_statements(statements: Sequence[Statement], path: Path) -> None:
    """A row a statement, in columns that compare reads back."""
    columns = ("party", "speaker", "commitment", "text", "date", "source", "cue", "start", "end")
    known = [said.as_dict() | dict(zip(("start", "end"), said.span or (), strict=False)) for said in statements]
    write_atomically(path, to_csv([{name: row.get(name, "") for name in columns} for row in known], columns))


def _check_fail_on(fail_on: str | None) -> None:
    if fail_on not in (None, "contradict"):
        raise typer.BadParameter(f"--fail-on: expected 'contradict', got {fail_on!r}")


def _fail_on(contradiction: bool, fail_on: str | None) -> None:
    if fail_on and contradiction:
        raise typer.Exit(1)


def _print_table(values: dict[str, str]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in values.items():
        table.add_row(Text(name, style="dim"), Text(clean(value), overflow="fold"))
    Console().print(table)


def _described(info: ModelInfo) -> dict[str, str]:
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
