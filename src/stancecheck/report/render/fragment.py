"""A report in a notebook: static HTML without script, legible on light and on dark."""

from __future__ import annotations

import html
import re

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
from stancecheck.report.render.words import doubt_words, excerpt, kind_words, marked_spans
from stancecheck.stance import Stance

__all__ = ["fragment"]

_MOST_PARTIES = 12
_MOST_LISTED = 10
_LONGEST_TEXT = 400  # characters of a statement

# White on these is legible, and they stand out from a light and from a dark page.
_COLOURS = {Stance.CONTRADICT: "#a3301a", Stance.AGREE: "#1b5a94", Stance.UNRELATED: "#5b6069"}
_LINE = "border:1px solid rgba(128,128,128,.4);"
_CELL = f"{_LINE}padding:.4em .7em;text-align:left;vertical-align:top;color:inherit;background:transparent;"
_SOFT = "opacity:.75;font-size:90%;"


def fragment(view: ReportView) -> str:
    """The counts, the matrix and the first contradictions as static HTML with inline styles.

    Args:
        view: What to show.
    """
    parts = [f'<p style="margin:.2em 0"><strong>{_escaped(view.title)}</strong><br>{_counts_line(view)}</p>']
    if view.judgements:
        parts.append(_matrix(view) if len(view.parties) <= _MOST_PARTIES else _meetings(view))
        parts.append(_listing(view))
    return f'<div class="stancecheck" style="color:inherit;line-height:1.4">{"".join(parts)}</div>'


def _escaped(text: str) -> str:
    return html.escape(clean(text))


def _badge(stance: Stance, text: str) -> str:
    style = f"background:{_COLOURS[stance]};color:#fff;border-radius:.8em;padding:.1em .6em;white-space:nowrap"
    return f'<span style="{style}">{SYMBOLS[stance]} {html.escape(text)}</span>'


def _counts_line(view: ReportView) -> str:
    if not view.judgements:
        return view.no_pairs()
    badges = " ".join(_badge(s, f"{view.count(s):,} {LABELS[s].lower()}") for s in READING_ORDER)
    model = f" by {_escaped(view.model)}" if view.model else ""
    disputes = f"{view.count_of_disputes()}; " if view.disputes else ""
    return f'{badges} <span style="{_SOFT}">{disputes}{view.count_of_pairs()}{model}</span>'


def _table(head: list[str], rows: list[str]) -> str:
    heads = "".join(f'<th scope="col" style="{_CELL}">{cell}</th>' for cell in head)
    return (
        '<table style="border-collapse:collapse;margin:.6em 0;color:inherit;background:transparent">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _party(party: str | None) -> str:
    return f"<bdi>{html.escape(party_label(party))}</bdi>"


def _matrix(view: ReportView) -> str:
    rows = []
    for one in view.parties:
        cells = "".join(f'<td style="{_CELL}">{_counts(view, one, other)}</td>' for other in view.parties)
        rows.append(f'<tr><th scope="row" style="{_CELL}">{_party(one)}</th>{cells}</tr>')
    return _table(["", *(_party(p) for p in view.parties)], rows)


def _meetings(view: ReportView) -> str:
    rows = [
        f'<tr><td style="{_CELL}">{_party(one)}</td><td style="{_CELL}">{_party(other)}</td>'
        f'<td style="{_CELL}">{_counts(view, one, other)}</td></tr>'
        for one, other, _ in view.meetings()[:_MOST_LISTED]
    ]
    return _table(["Party", "Party", "Most contradictions first"], rows)


def _counts(view: ReportView, one: str, other: str) -> str:
    cell = view.cell(one, other)
    if not any(cell.values()):
        return "–"
    disputes = view.disputes_between(one, other)
    tooltip = ", ".join([f"{disputes:,} disputes", *(f"{cell[s]:,} {LABELS[s].lower()}" for s in READING_ORDER)])
    contradict = f"<strong>≠ {disputes:,}</strong> ({cell[Stance.CONTRADICT]:,})" if cell[Stance.CONTRADICT] else "≠ 0"
    others = f"= {cell[Stance.AGREE]:,} &nbsp; · {cell[Stance.UNRELATED]:,}"
    return f'<span title="{tooltip}" style="white-space:nowrap">{contradict} &nbsp; {others}</span>'


def _listing(view: ReportView) -> str:
    """The first disputes by their likeliest pairs; where there are none, the pairs that come nearest to one."""
    first = view.disputes[:_MOST_LISTED]
    rows = []
    for dispute in first:
        badge = "doubted" if dispute.is_doubt else percent(dispute.confidence)
        others = f" · + {len(dispute.pairs) - 1:,} on this matter" if len(dispute.pairs) > 1 else ""
        about = (doubt_words(dispute.lead) or kind_words(dispute.lead)) + others
        rows.append(_row(dispute.lead, _badge(dispute.lead.stance, badge), about))
    if not rows:
        nearest = [_row(j, _badge(j.stance, percent(j.confidence)), "nearest to a contradiction") for j in view.nearest()]
        return f'<p style="{_SOFT}">{view.none_found()}.</p>' + _table(["", "One says", "The other says"], nearest)
    left = len(view.disputes) - len(first)
    more = f'<p style="{_SOFT}">… and {left:,} more disputes: report.to_html("report.html")</p>' if left else ""
    return _table(["Contradict", "One says", "The other says"], rows) + more


def _row(judgement: Judgement, badge: str, about: str) -> str:
    return (
        f'<tr><td style="{_CELL}width:22%">{badge}<br><span style="{_SOFT}">{html.escape(about)}</span></td>'
        f'<td style="{_CELL}">{_statement(judgement, "a")}</td><td style="{_CELL}">{_statement(judgement, "b")}</td></tr>'
    )


def _statement(judgement: Judgement, side: Side) -> str:
    about = " · ".join(_linked(part) for part in who_and_when(statement_of(judgement, side)))
    return (
        f"<strong>{_party(statement_of(judgement, side).party)}</strong>"
        f'<div dir="auto" style="margin:.15em 0">{_marked(judgement, side)}</div><div style="{_SOFT}">{about}</div>'
    )


def _linked(part: str) -> str:
    """Speaker, date or source; a source that is an address is a link."""
    shown = html.escape(part)
    if not re.fullmatch(r"https?://\S+", part, re.IGNORECASE):
        return shown
    return f'<a href="{shown}" rel="noopener noreferrer nofollow" target="_blank" style="color:inherit">{shown}</a>'


def _marked(judgement: Judgement, side: Side) -> str:
    """The statement with the words that decided underlined; a long one is cut, and shows that it is."""
    text = clean(statement_of(judgement, side).text)
    begin, stop = excerpt(judgement, side, _LONGEST_TEXT)
    pieces, done = ["…" if begin else ""], begin
    for first, last, _ in marked_spans(judgement, side):
        start, end = max(first, begin), min(last, stop)
        if start < end:
            pieces += [html.escape(text[done:start]), f"<u>{html.escape(text[start:end])}</u>"]
            done = end
    return "".join(pieces) + html.escape(text[done:stop]) + ("…" if stop < len(text) else "")
