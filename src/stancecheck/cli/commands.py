"""The command `stancecheck`.

Exit codes: 0 done, 1 contradictions were found and ``--fail-on contradict`` was given, 2 bad use or bad input, 130 stopped
by Ctrl-C.
"""

from __future__ import annotations

import io
import json
import signal
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.text import Text

from stancecheck.attribution import Article, read_articles
from stancecheck.checker import StanceChecker
from stancecheck.cli.inputs import article_files, check_parties, in_options, merges_of, of_articles, read_files, renamed
from stancecheck.cli.options import (
    Backend,
    Csv,
    Escalate,
    Exhaustive,
    Explain,
    FailOn,
    Html,
    Jsonl,
    Limit,
    Markdown,
    MinConfidence,
    Model,
    Only,
    TopK,
)
from stancecheck.cli.outputs import Outputs, check_outputs, described, print_statements, print_table, write_statements
from stancecheck.data.dates import unread_note
from stancecheck.data.parties import as_one_party
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError, LanguageWarning, StancecheckError, TruncationWarning
from stancecheck.evaluation import evaluate, evaluate_report, iter_pairs
from stancecheck.evaluation.gold import read_gold
from stancecheck.models import DEFAULT_MODEL, LoadOptions
from stancecheck.report.render.clean import clean
from stancecheck.stance import Stance

__all__ = ["main"]

app = typer.Typer(
    help="Do two statements agree, contradict each other, or are they unrelated?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        Console().print(metadata.version("stancecheck"), highlight=False)
        raise typer.Exit


_STOPPED = (
    "stancecheck: stopped. Files that were being written are as they were before; run the same command to begin again. Runs "
    "that go on where they stopped: compare_dataset and check_dataset of stancecheck.scale, with a folder."
)


@app.command()
def check(
    a: Annotated[str, typer.Argument(help="One statement.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the judgement as JSON.")] = False,
    fail_on: FailOn = None,
) -> None:
    """Judge one pair of statements."""
    _check_fail_on(fail_on)
    judgement = _load(model, backend).check(a, b)
    if as_json:
        sys.stdout.write(json.dumps(judgement.as_dict(), ensure_ascii=False) + "\n")
        _fail_on(judgement.stance is Stance.CONTRADICT, fail_on)
        return
    shown = {"stance": str(judgement.stance), "confidence": f"{judgement.confidence:.2f}"}
    shown |= {"": ""} | {f"score of {stance}": f"{score:.3f}" for stance, score in judgement.scores.items()}
    for name, scores in (("if A is true, B is", judgement.forward), ("if B is true, A is", judgement.backward)):
        likeliest = max((scores.entailment, "true"), (scores.neutral, "open"), (scores.contradiction, "false"))
        shown[name] = f"{likeliest[1]} ({likeliest[0]:.2f})"
    if judgement.notes:
        shown["notes"] = ", ".join(judgement.notes)
    print_table(shown)
    _fail_on(judgement.stance is Stance.CONTRADICT, fail_on)


@app.command()
def compare(
    statements: Annotated[list[str], typer.Argument(help="Files or folders with text, party, date …; '-': standard input.")],
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    html: Html = None,
    jsonl: Jsonl = None,
    csv: Csv = None,
    markdown: Markdown = None,
    text_column: Annotated[str | None, typer.Option(help="The column with the statements.")] = None,
    party_column: Annotated[str | None, typer.Option(help="The column with the parties.")] = None,
    party: Annotated[list[str] | None, typer.Option(help="NAME=PARTY: count NAME to PARTY; may be repeated.")] = None,
    day_first: Annotated[bool | None, typer.Option("--day-first/--month-first", help="How 12/05/2031 is meant.")] = None,
    skip_bad: Annotated[bool, typer.Option(help="Go on without rows that cannot be read.")] = False,
    exhaustive: Exhaustive = False,
    top_k: TopK = None,
    same_party: Annotated[bool, typer.Option(help="Also compare a party with itself.")] = False,
    escalate: Escalate = "auto",
    explain: Explain = True,
    only: Only = None,
    min_confidence: MinConfidence = 0.0,
    gold: Annotated[Path | None, typer.Option(help="Labelled pairs of these statements: say how many are right.")] = None,
    limit: Limit = 20,
    fail_on: FailOn = None,
) -> None:
    """Report where the parties' accounts agree and collide."""
    _check_fail_on(fail_on)
    outputs = Outputs(html, jsonl, csv, markdown)
    outputs.check([*statements, *([] if gold is None else [str(gold)])])
    columns = {name: column for name, column in (("text", text_column), ("party", party_column)) if column is not None}
    labels = None if gold is None else read_gold(gold)
    known = renamed(read_files(statements, columns=columns, day_first=day_first, skip_bad=skip_bad), party)
    _print_notes(known, same_party)
    checker = _load(model, backend, escalate)
    report = checker.compare(known, exhaustive=exhaustive, top_k=top_k, same_party=same_party, progress=sys.stderr.isatty())
    shown = report.where(only, min_confidence=min_confidence)
    outputs.write(checker.explain(shown, progress=sys.stderr.isatty()) if explain else shown, limit)
    if labels is not None:
        outputs.console.print(f"by {gold}: {evaluate_report(report, labels).summary}", markup=False, highlight=False)
    _fail_on(report.counts[Stance.CONTRADICT] > 0, fail_on)


@app.command()
def read(
    articles: Annotated[
        list[Path], typer.Argument(help="Texts, web pages, PDF, Word, folders of them, or '-': standard input.")
    ],
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
    csv: Csv = None,
    markdown: Markdown = None,
    exhaustive: Exhaustive = False,
    top_k: TopK = None,
    escalate: Escalate = "auto",
    explain: Explain = True,
    only: Only = None,
    min_confidence: MinConfidence = 0.0,
    limit: Limit = 20,
    fail_on: FailOn = None,
) -> None:
    """Report who contradicts whom in one or more articles."""
    _check_fail_on(fail_on)
    outputs = Outputs(html, jsonl, csv, markdown)
    outputs.check(map(str, articles))
    check_outputs({"--statements": (statements_to, (".csv",))}, map(str, articles))
    notes: list[str] = []
    texts: list[Article] = []
    parties = merges_of(party)
    with article_files(articles) as paths:
        statements = read_articles(paths, source=source, date=date, parties=parties, notes=notes, articles=texts)
    if not statements:
        raise InputError(f"{', '.join(map(str, articles))}: no statements were found: nothing to compare")
    check_parties(parties, statements)
    if statements_to is not None:
        write_statements(statements, statements_to)
        Console().print(Text(f"{len(statements)} statements in {statements_to}; next: stancecheck compare {statements_to}"))
        return
    print_statements(statements, outputs.console)
    checker = _load(model, backend, escalate)
    report = checker.compare(statements, exhaustive=exhaustive, top_k=top_k, progress=sys.stderr.isatty())
    read_from = {a.source: a.text for a in texts} if len({a.source for a in texts}) == len(texts) else {}
    report = replace(report, notes=(*map(of_articles, report.notes), *notes), articles=read_from)
    shown = report.where(only, min_confidence=min_confidence)
    outputs.write(checker.explain(shown, progress=sys.stderr.isatty()) if explain else shown, limit)
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
    skip_bad: Annotated[bool, typer.Option(help="Go on without rows that cannot be read.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the record here.")] = None,
) -> None:
    """Say how right a model is on labelled pairs."""
    check_outputs({"--json": (json_file, (".json",))})
    known = iter_pairs(pairs, split=split, skip_bad=skip_bad)
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
    print_table(described(_load(model, backend).info))


def main() -> None:
    """Run the command; errors of the tree become one line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows '?' for a character that it lacks
    before = signal.signal(signal.SIGINT, _stop)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _show_warning
            app()
    except _StoppedError:
        Console(stderr=True).print(_STOPPED, markup=False, highlight=False)
        sys.exit(130)
    except StancecheckError as error:
        Console(stderr=True).print(f"stancecheck: {clean(in_options(str(error)))}", style="red", markup=False, highlight=False)
        sys.exit(2)
    finally:
        signal.signal(signal.SIGINT, before)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning of ours without the place in the code; one of others as Python shows it."""
    if category in (UserWarning, LanguageWarning, TruncationWarning):
        Console(stderr=True).print(f"stancecheck: {clean(in_options(str(message)))}", markup=False, highlight=False)
    else:
        (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))


class _StoppedError(BaseException):
    """Ctrl-C; not a KeyboardInterrupt, which typer would answer without a word."""


def _stop(*_: object) -> None:
    raise _StoppedError


def _load(model: str, backend: str, escalate: str = "none") -> StanceChecker:
    better = None if escalate == "none" else escalate
    return StanceChecker.from_options(LoadOptions(model=model, backend=backend, escalate=better))


def _print_notes(statements: Sequence[Statement], same_party: bool) -> None:
    """Say before judging what a reader must know of parties and dates; refuse where nothing can be compared."""
    named, notes = as_one_party(statements, same_party=same_party)
    for note in filter(None, (*notes, unread_note(s.date for s in statements))):
        Console(stderr=True).print(f"stancecheck: {clean(in_options(note))}", markup=False, highlight=False)
    if len(named) < 2:
        raise InputError("nothing to compare: there is one statement alone")
    if not same_party and len({s.party for s in named}) == 1 and named[0].party is not None:
        raise InputError("nothing to compare: name the parties' column with --party-column, or give --same-party")


def _check_fail_on(fail_on: str | None) -> None:
    if fail_on not in (None, "contradict"):
        raise typer.BadParameter(f"--fail-on: expected 'contradict', got {fail_on!r}")


def _fail_on(contradiction: bool, fail_on: str | None) -> None:
    if fail_on and contradiction:
        raise typer.Exit(1)
