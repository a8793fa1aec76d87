"""The statements of a report by date, contradictions as arcs. Needs the extra ``plot``."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from stancecheck.data.statements import Statement
from stancecheck.judging.judge import Judgement
from stancecheck.report.render.drawing import (
    CONTRADICT_COLOUR,
    INK,
    SIDES,
    draw_nothing,
    new_axes,
    of_main_parties,
    plain_ticks,
    remove_frame,
    set_title,
    short_name,
)
from stancecheck.report.render.view import ReportView, Side, statement_of
from stancecheck.stance import Stance

__all__ = ["timeline"]

_MOST_ARCS = 300  # more lines than that are a blot; the most confident ones are drawn
_APART, _LANE = 0.14, 0.84  # between the statements of one day and party, and of a lane's height, what they may take
_Key: TypeAlias = tuple[str, ...]


def timeline(view: ReportView, ax: Any = None) -> Any:
    """Statements by date, a lane for each party; arcs join those that contradict each other.

    A statement without a full ISO date cannot be drawn; how many there are is written below.

    Args:
        view: What to show.
        ax: The axes to draw on; None for new ones.

    Returns:
        The ``matplotlib`` axes.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    view, left_out = of_main_parties(view)
    ax = new_axes(ax, (10, 1.8 + 0.9 * max(1, min(len(view.parties), 12))))
    set_title(ax, "Statements over time, contradictions joined")
    points, undated = _points(view)
    if not points:
        draw_nothing(ax, "No statement carries a full date (such as 2016-04-02).")
        return ax
    arcs = [j for j in view.in_reading_order() if j.stance is Stance.CONTRADICT]
    arcs = [j for j in arcs if _key(j, "a") in points and _key(j, "b") in points]
    for judgement in arcs[:_MOST_ARCS]:
        _arc(ax, points[_key(judgement, "a")], points[_key(judgement, "b")], judgement.confidence, len(arcs))
    disputed = {_key(judgement, side) for judgement in arcs for side in SIDES}
    for role, chosen in (("in a contradiction", disputed), ("in none", set(points) - disputed)):
        xy = [points[key] for key in points if key in chosen]
        if xy:
            full = role == "in a contradiction"
            ax.scatter(
                [x for x, _ in xy],
                [y for _, y in xy],
                s=52,
                marker="o" if full else "D",
                facecolor=CONTRADICT_COLOUR if full else "white",
                edgecolor=INK,
                linewidth=1,
                zorder=3,
                label=f"statement {role}",
            )
    _time_axis(ax, view, undated, len(arcs), left_out)
    return ax


def _key(judgement: Judgement, side: Side) -> _Key:
    statement = statement_of(judgement, side)
    return tuple(value or "" for value in (statement.id, statement.party, statement.date, statement.text))


def _date(statement: Statement) -> dt.date | None:
    try:
        return dt.date.fromisoformat((statement.date or "")[:10])
    except ValueError:
        return None


def _points(view: ReportView) -> tuple[dict[_Key, tuple[dt.date, float]], int]:
    """Where each dated statement is drawn; how many have no date. Those of one day and party stand beside each other."""
    dates = {_key(j, side): _date(statement_of(j, side)) for j in view.judgements for side in SIDES}
    lanes = {party: i for i, party in enumerate(view.parties)}
    together: dict[tuple[str, dt.date], list[_Key]] = {}
    for key, date in dates.items():
        if date is not None:
            together.setdefault((key[1], date), []).append(key)
    points: dict[_Key, tuple[dt.date, float]] = {}
    for (party, date), keys in together.items():
        lane, step = lanes.setdefault(party, len(lanes)), min(_APART, _LANE / max(1, len(keys) - 1))
        points |= {key: (date, lane + step * (nth - (len(keys) - 1) / 2)) for nth, key in enumerate(keys)}
    return points, sum(date is None for date in dates.values())


def _arc(ax: Any, start: Any, end: Any, confidence: float, how_many: int) -> None:
    from matplotlib.patches import FancyArrowPatch

    bend = 0.25 if start[1] != end[1] else 0.5
    if start[0] > end[0]:
        bend = -bend
    ax.add_patch(
        FancyArrowPatch(
            (_day_number(start[0]), start[1]),
            (_day_number(end[0]), end[1]),
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-",
            color=CONTRADICT_COLOUR,
            linewidth=0.8 + 1.2 * confidence,
            alpha=0.75 if how_many <= 40 else 0.3,
            shrinkA=4,
            shrinkB=4,
            zorder=2,
        )
    )


def _day_number(date: dt.date) -> float:
    import matplotlib.dates

    return float(matplotlib.dates.date2num(date))


def _time_axis(ax: Any, view: ReportView, undated: int, arcs: int, left_out: list[str]) -> None:
    import matplotlib.dates

    locator = matplotlib.dates.AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator))
    ax.margins(x=0.06)
    lanes = max(1, len(view.parties))
    ax.set_ylim(lanes - 0.45, -0.55)
    ax.set_yticks(range(len(view.parties)), [short_name(party) for party in view.parties])
    plain_ticks(ax)
    ax.tick_params(axis="y", length=0)
    for lane in range(lanes):
        ax.axhline(lane, color="#999999", linewidth=0.6, zorder=1)
    remove_frame(ax)
    notes = list(left_out)
    if arcs > _MOST_ARCS:
        notes.append(f"the {_MOST_ARCS:,} most confident of {arcs:,} contradictions are drawn")
    if undated:
        notes.append(f"{undated:,} {'statement' if undated == 1 else 'statements'} without a full date not shown")
    ax.set_xlabel("; ".join(notes), fontsize=9, color="#444444")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=9, borderaxespad=0.2)
