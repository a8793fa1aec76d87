"""An evaluation for a terminal, as plain text and as HTML: one list of tables, three ways to draw it."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from stancecheck.evaluation.result import Estimate, Evaluation
from stancecheck.report.render.clean import clean

__all__ = ["Grid", "as_html", "as_rich", "as_text", "estimate_text", "grids_html", "grids_rich", "plain_text"]

_WIDTH = 100  # columns of plain text
_NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "mcc": "Matthews correlation",
    "contradict_ap": "average precision of contradict",
    "contradict_auc": "ROC AUC of contradict",
    "ece": "calibration error (ECE, 15 bins)",
    "brier": "Brier score (0 to 2)",
    "aurc": "risk over all coverages (AURC)",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """A titled table of texts.

    Attributes:
        title: Above it.
        header: Column heads.
        rows: Cells, as many a row as there are heads; the first column is text, the others are numbers.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_rich(evaluation: Evaluation) -> Any:
    """The evaluation as a renderable for ``rich``."""
    return grids_rich(_headline(evaluation), _grids(evaluation), evaluation.notes)


def as_text(evaluation: Evaluation) -> str:
    """The evaluation as plain text, 100 columns wide."""
    return plain_text(as_rich(evaluation))


def as_html(evaluation: Evaluation) -> str:
    """The evaluation as an HTML fragment."""
    return grids_html(_headline(evaluation), _grids(evaluation), evaluation.notes)


def estimate_text(estimate: Estimate) -> str:
    """A metric with its interval: '0.812 [0.790, 0.833]'; a dash where it is not defined."""
    if estimate.value is None:
        return "-"
    if estimate.interval is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} [{estimate.interval.low:.3f}, {estimate.interval.high:.3f}]"


def grids_rich(headline: str, grids: Iterable[Grid], notes: Iterable[str]) -> Any:
    """A headline, tables and notes as a renderable for ``rich``; other people's text loses its control characters."""
    parts: list[Any] = [Text(clean(headline), style="bold")]
    for grid in grids:
        table = Table(box=box.SIMPLE, pad_edge=False)
        for index, head in enumerate(grid.header):
            table.add_column(Text(clean(head)), justify="left" if index == 0 else "right", overflow="fold")
        for row in grid.rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        parts += [Text(clean(grid.title), style="italic"), table]
    parts += [Text(f"Note: {clean(note)}") for note in notes]
    return Group(*parts)


def grids_html(headline: str, grids: Iterable[Grid], notes: Iterable[str]) -> str:
    """A headline, tables and notes as an HTML fragment, all text escaped."""
    parts = ["<div class='stancecheck-evaluation'>", f"<p><b>{_escape(headline)}</b></p>"]
    for grid in grids:
        heads = "".join(f"<th scope='col'>{_escape(head)}</th>" for head in grid.header)
        rows = "".join(
            "<tr>" + f"<th scope='row'>{_escape(row[0])}</th>" + "".join(f"<td>{_escape(c)}</td>" for c in row[1:]) + "</tr>"
            for row in grid.rows
        )
        caption = f"<caption>{_escape(grid.title)}</caption>"
        parts.append(f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    parts += [f"<p>Note: {_escape(note)}</p>" for note in notes]
    return "\n".join([*parts, "</div>"])


def plain_text(renderable: Any) -> str:
    """What ``rich`` would print, without colours and trailing blanks."""
    buffer = io.StringIO()
    Console(file=buffer, width=_WIDTH, color_system=None, force_terminal=False, legacy_windows=False).print(renderable)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).rstrip()


def _headline(evaluation: Evaluation) -> str:
    device = evaluation.system.get("device")
    where = f" ({evaluation.system.get('backend')} on {device})" if device else ""
    return f"{evaluation.system['name']}{where}: {evaluation.pairs:,} pairs, task {evaluation.task}, {evaluation.scheme}"


def _grids(evaluation: Evaluation) -> list[Grid]:
    metrics = tuple((_NAMES.get(name, name), estimate_text(metric)) for name, metric in evaluation.metrics.items())
    grids = [Grid(f"Metrics with 95% intervals (bootstrap over: {evaluation.grouped_by})", ("", "value"), metrics)]
    per_class = tuple(
        (c.name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", f"{c.support:,}", f"{c.answered:,}")
        for c in evaluation.per_class
    )
    grids.append(Grid("Classes", ("", "precision", "recall", "F1", "gold", "answered"), per_class))
    confusion = tuple(
        (name, *(f"{count:,}" for count in row)) for name, row in zip(evaluation.classes, evaluation.confusion, strict=True)
    )
    grids.append(Grid("Confusion: gold in rows, answers in columns", ("", *evaluation.classes), confusion))
    for column, slices in evaluation.slices.items():
        rows = tuple(
            (s.value, f"{s.pairs:,}", estimate_text(s.accuracy), estimate_text(s.macro_f1), _share(s.contradict_recall))
            for s in slices
        )
        grids.append(Grid(f"By {column}", (column, "pairs", "accuracy", "macro-F1", "contradict found"), rows))
    if evaluation.baselines:
        grids.append(_against_baselines(evaluation))
    grids.append(Grid("Run", ("", "value"), _run_rows(evaluation)))
    return grids


def _against_baselines(evaluation: Evaluation) -> Grid:
    system = evaluation.metrics
    rows = [
        (
            str(evaluation.system["name"]),
            f"{evaluation.accuracy:.3f}",
            f"{evaluation.macro_f1:.3f}",
            _share(system["contradict_ap"].value),
            f"{evaluation.pairs:,}",
        )
    ]
    rows += [
        (b.name, f"{b.accuracy:.3f}", f"{b.macro_f1:.3f}", _share(b.contradict_ap), f"{b.pairs:,}")
        for b in evaluation.baselines
    ]
    return Grid("Against baselines", ("", "accuracy", "macro-F1", "contradict AP", "pairs"), tuple(rows))


def _run_rows(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    swap = evaluation.swap
    same = "-" if swap.share is None else f"{swap.share:.1%} of {swap.pairs:,}"
    what = (
        "'contradiction' kept when a and b are swapped" if evaluation.task == "nli" else "same answer when a and b are swapped"
    )
    return (
        (what, same),
        ("not read in full", f"{evaluation.truncated:,}"),
        ("without gold label", f"{evaluation.unlabelled:,}"),
        ("pairs per second", f"{evaluation.pairs_per_second:,.1f}"),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _escape(text: str) -> str:
    return html.escape(clean(text))
