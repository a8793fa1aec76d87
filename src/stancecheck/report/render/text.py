"""The report in a terminal: contradictions first, then the party x party matrix."""

from __future__ import annotations

import io
from collections.abc import Mapping

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from stancecheck.explain.dispute import dispute
from stancecheck.judging.judge import Judgement
from stancecheck.report.render.clean import clean
from stancecheck.report.render.view import (
    LABELS,
    READING_ORDER,
    SYMBOLS,
    ReportView,
    Side,
    party_label,
    percent,
    statement_of,
    who_and_when,
)
from stancecheck.report.render.words import caution_words, excerpt, kind_words, marked_spans, reversal_words
from stancecheck.stance import Stance

__all__ = ["table", "to_text"]

_STYLES = {Stance.CONTRADICT: "bold red", Stance.AGREE: "blue", Stance.UNRELATED: "dim"}
_MOST_PARTIES = 6  # a wider matrix does not fit a terminal; the pairs of parties are listed instead
_MOST_MEETINGS = 15
_LONGEST_TEXT = 400  # characters of a statement; the page shows all


def table(view: ReportView, *, limit: int = 20, width: int | None = None) -> RenderableType:
    """The report as something that ``rich`` prints.

    Args:
        view: What to show.
        limit: Most judgements to list; contradictions come first.
        width: Columns of the terminal to use; None for all of it.
    """
    parts: list[RenderableType] = [_headline(view)]
    if view.judgements:
        shown = view.in_reading_order()[: max(0, limit)]
        if shown:
            parts.append(_listing(shown, width))
        if len(view.judgements) > len(shown):
            left = len(view.judgements) - len(shown)
            parts.append(Text(f"… and {left:,} more; the HTML page and the exports hold all.", style="dim"))
        parts.append(_matrix(view) if len(view.parties) <= _MOST_PARTIES else _meetings(view))
    parts.extend(Text(clean(note), style="dim") for note in view.notes)
    return Group(*parts)


def to_text(view: ReportView, *, limit: int = 20, width: int | None = None) -> str:
    """The report as text without colours.

    Args:
        view: What to show.
        limit: Most judgements to list; contradictions come first.
        width: Columns; None for 100.
    """
    out = io.StringIO()
    console = Console(file=out, width=width or 100, color_system=None, highlight=False, emoji=False, markup=False)
    console.print(table(view, limit=limit, width=width))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _headline(view: ReportView) -> Text:
    line = Text(clean(view.title) + "\n", style="bold")
    if not view.judgements:
        return line.append("No pairs were judged.", style="not bold")
    for stance in READING_ORDER:
        line.append(f"{SYMBOLS[stance]} {view.count(stance):,} {LABELS[stance].lower()}", style=_STYLES[stance])
        line.append("   ", style="not bold")
    judged = f"{view.pairs_judged:,} of {view.pairs_considered:,} pairs judged"
    model = f" by {clean(view.model)}" if view.model else ""
    cut = f"; {view.truncated:,} not read to the end" if view.truncated else ""
    return line.append(f"\n{judged}{model}{cut}", style="not bold dim")


def _listing(judgements: list[Judgement], width: int | None) -> Table:
    listing = Table(box=box.SIMPLE_HEAD, show_lines=True, width=width, pad_edge=False)
    listing.add_column("", no_wrap=False, min_width=12, max_width=18)
    listing.add_column("One says", ratio=1, overflow="fold")
    listing.add_column("The other says", ratio=1, overflow="fold")
    for judgement in judgements:
        listing.add_row(_verdict(judgement), _said(judgement, "a"), _said(judgement, "b"))
    return listing


def _verdict(judgement: Judgement) -> Text:
    stance = judgement.stance
    verdict = Text(f"{SYMBOLS[stance]} {LABELS[stance]}", style=_STYLES[stance])
    verdict.append(f"\n{percent(judgement.confidence)}", style="not bold")
    if kind := kind_words(judgement):
        verdict.append(f"\n{kind}", style="not bold italic")
    if reversal := reversal_words(judgement):
        verdict.append(f"\n! changed account: {reversal}", style="not bold yellow")
    if dispute(judgement):
        verdict.append("\n! in dispute", style="not bold yellow")
    for caution in caution_words(judgement, brief=True):
        verdict.append(f"\n! {caution}", style="not bold yellow")
    return verdict


def _said(judgement: Judgement, side: Side) -> Text:
    statement = statement_of(judgement, side)
    said = Text(party_label(statement.party), style="bold")
    if about := who_and_when(statement):
        said.append(f"\n{', '.join(about)}", style="not bold dim")
    return said.append("\n").append_text(_marked(judgement, side))


def _marked(judgement: Judgement, side: Side) -> Text:
    """The statement with the words that decided underlined; a long one from where the deciding passage begins."""
    text = clean(statement_of(judgement, side).text)
    marked = Text(text, style="not bold")
    for start, end, _ in marked_spans(judgement, side):
        marked.stylize("bold underline", start, end)
    start, end = excerpt(judgement, side, _LONGEST_TEXT)
    return Text.assemble("…" if start else "", marked[start:end], "…" if end < len(text) else "")


def _matrix(view: ReportView) -> Table:
    matrix = Table(box=box.SIMPLE_HEAD, title="Pairs of statements by party", title_justify="left", title_style="bold")
    matrix.add_column("")
    for party in view.parties:
        matrix.add_column(Text(party_label(party)), overflow="fold")
    for one in view.parties:
        matrix.add_row(Text(party_label(one), style="bold"), *(_counts(view.cell(one, other)) for other in view.parties))
    matrix.caption = Text("≠ contradict   = agree   · unrelated", style="dim")
    matrix.caption_justify = "left"
    return matrix


def _meetings(view: ReportView) -> Table:
    met = view.meetings()
    more = f" (the first {_MOST_MEETINGS} of {len(met):,})" if len(met) > _MOST_MEETINGS else ""
    meetings = Table(box=box.SIMPLE_HEAD, title=f"Pairs of parties, most contradictions first{more}", title_justify="left")
    for name in ("Party", "Party", "≠ contradict   = agree   · unrelated"):
        meetings.add_column(name, overflow="fold")
    for one, other, cell in met[:_MOST_MEETINGS]:
        meetings.add_row(Text(party_label(one)), Text(party_label(other)), _counts(cell))
    return meetings


def _counts(cell: Mapping[str, int]) -> Text:
    if not any(cell.values()):
        return Text("–", style="dim")
    line = Text()
    for stance in READING_ORDER:
        style = _STYLES[stance] if cell[stance] else "dim"
        line.append(f"{SYMBOLS[stance]} {cell[stance]:,}".ljust(6), style=style)
    return line
