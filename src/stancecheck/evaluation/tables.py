"""Titled tables of texts, drawn for a terminal, as plain text and as HTML."""

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

from stancecheck.evaluation.bootstrap import Estimate
from stancecheck.report.render.clean import clean

__all__ = ["Grid", "estimate_text", "grids_html", "grids_rich", "plain_text"]

_WIDTH = 100  # columns of plain text


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


def _escape(text: str) -> str:
    return html.escape(clean(text))
