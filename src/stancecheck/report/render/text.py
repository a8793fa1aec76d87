"""The report in a terminal: contradictions first, then the party x party matrix."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from stancecheck.explain.doubt import doubt
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
_SIGNS = "≠ disputes (contradicting pairs)   = agree   · unrelated"


def table(view: ReportView, *, limit: int = 20, width: int | None = None) -> RenderableType:
    """The report as something that ``rich`` prints.

    Args:
        view: What to show.
        limit: Most disputes and agreements to list; disputes come first.
        width: Columns of the terminal to use; None for all of it.
    """
    parts: list[RenderableType] = [_headline(view)]
    if view.judgements:
        parts += _found(view, max(0, limit), width)
        parts.append(_matrix(view) if len(view.parties) <= _MOST_PARTIES else _meetings(view))
    parts.extend(Text(clean(note), style="dim") for note in view.notes)
    return Group(*parts)


def to_text(view: ReportView, *, limit: int = 20, width: int | None = None) -> str:
    """The report as text without colours.

    Args:
        view: What to show.
        limit: Most disputes and agreements to list; disputes come first.
        width: Columns; None for 100.
    """
    out = io.StringIO()
    console = Console(file=out, width=width or 100, color_system=None, highlight=False, emoji=False, markup=False)
    console.print(table(view, limit=limit, width=width))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _headline(view: ReportView) -> Text:
    line = Text(clean(view.title) + "\n", style="bold")
    if not view.judgements:
        return line.append(view.no_pairs(), style="not bold")
    for stance in READING_ORDER:
        line.append(f"{SYMBOLS[stance]} {view.count(stance):,} {LABELS[stance].lower()}", style=_STYLES[stance])
        line.append("   ", style="not bold")
    if view.disputes:
        line.append(f"in {view.count_of_disputes()}", style="not bold")
    model = f" by {clean(view.model)}" if view.model else ""
    cut = f"; {view.truncated:,} not read to the end" if view.truncated else ""
    return line.append(f"\n{view.count_of_pairs()}{model}{cut}", style="not bold dim")


def _found(view: ReportView, limit: int, width: int | None) -> list[RenderableType]:
    """The disputes by their likeliest pairs, then the agreements; unrelated pairs are counted in the headline only."""
    agreements = [j for j in view.in_reading_order() if j.stance is Stance.AGREE and not doubt(j)]
    rows = [(dispute.lead, len(dispute.pairs) - 1) for dispute in view.disputes] + [(j, 0) for j in agreements]
    parts: list[RenderableType] = []
    if not view.disputes:
        parts.append(Text(f"{view.none_found()}."))
        if limit and view.nearest():
            parts += [Text("Nearest to one, for a person to look at:"), _listing([(j, 0) for j in view.nearest()], width)]
    if rows[:limit]:
        parts.append(_listing(rows[:limit], width))
    if len(rows) > limit:
        rest = f"… and {len(rows) - limit:,} more disputes and agreements; the HTML page and the exports hold all."
        parts.append(Text(rest, style="dim"))
    return parts


def _listing(rows: list[tuple[Judgement, int]], width: int | None) -> Table:
    """Pairs, each with the number of others on the same matter."""
    listing = Table(box=box.SIMPLE_HEAD, show_lines=True, width=width, pad_edge=False)
    listing.add_column("", no_wrap=False, min_width=12, max_width=18)
    listing.add_column("One says", ratio=1, overflow="fold")
    listing.add_column("The other says", ratio=1, overflow="fold")
    for judgement, others in rows:
        verdict = _verdict(judgement)
        if others:
            verdict.append(f"\n+ {others:,} on this matter", style="not bold")
        listing.add_row(verdict, _statement(judgement, "a"), _statement(judgement, "b"))
    return listing


def _verdict(judgement: Judgement) -> Text:
    stance = judgement.stance
    verdict = Text(f"{SYMBOLS[stance]} {LABELS[stance]}", style=_STYLES[stance])
    verdict.append(f"\n{percent(judgement.confidence)}", style="not bold")
    if kind := kind_words(judgement):
        verdict.append(f"\n{kind}", style="not bold italic")
    if reversal := reversal_words(judgement):
        verdict.append(f"\n! changed account: {reversal}", style="not bold yellow")
    if doubt(judgement):
        verdict.append("\n! doubted", style="not bold yellow")
    for caution in caution_words(judgement, brief=True):
        verdict.append(f"\n! {caution}", style="not bold yellow")
    return verdict


def _statement(judgement: Judgement, side: Side) -> Text:
    statement = statement_of(judgement, side)
    shown = Text(party_label(statement.party), style="bold")
    if about := who_and_when(statement):
        shown.append(f"\n{', '.join(about)}", style="not bold dim")
    return shown.append("\n").append_text(_marked(judgement, side))


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
        matrix.add_row(Text(party_label(one), style="bold"), *(_counts(view, one, other) for other in view.parties))
    matrix.caption = Text(_SIGNS, style="dim")
    matrix.caption_justify = "left"
    return matrix


def _meetings(view: ReportView) -> Table:
    met = view.meetings()
    more = f" (the first {_MOST_MEETINGS} of {len(met):,})" if len(met) > _MOST_MEETINGS else ""
    meetings = Table(box=box.SIMPLE_HEAD, title=f"Pairs of parties, most contradictions first{more}", title_justify="left")
    for name in ("Party", "Party", _SIGNS):
        meetings.add_column(name, overflow="fold")
    for one, other, _ in met[:_MOST_MEETINGS]:
        meetings.add_row(Text(party_label(one)), Text(party_label(other)), _counts(view, one, other))
    return meetings


def _counts(view: ReportView, one: str, other: str) -> Text:
    cell = view.cell(one, other)
    if not any(cell.values()):
        return Text("–", style="dim")
    line = Text()
    for stance in READING_ORDER:
        style = _STYLES[stance] if cell[stance] else "dim"
        pairs = f"{SYMBOLS[stance]} {cell[stance]:,}"
        if stance is Stance.CONTRADICT and cell[stance]:
            pairs = f"{SYMBOLS[stance]} {view.disputes_between(one, other):,} ({cell[stance]:,})"
        line.append(pairs + "  ", style=style)
    return line
