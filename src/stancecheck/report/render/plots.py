"""Pictures of a report: party x party matrix, time line, graph of parties. Needs the extra ``plot``.

Legible in greyscale and to colour-blind readers: every count is written out, shades grow darker with the count, and
contradictions and agreements differ by line and sign as well as by colour.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from stancecheck.data.statements import Statement
from stancecheck.errors import MissingExtraError
from stancecheck.judging.judge import Judgement
from stancecheck.report.render.view import LABELS, SYMBOLS, ReportView, Side, party_label, statement_of, statement_party
from stancecheck.stance import Stance

__all__ = ["matrix", "party_graph", "timeline"]

_CONTRADICT, _AGREE, _INK = "#a3301a", "#2f7fc1", "#222222"
_MOST_ARCS = 300  # more lines than that are a blot; the most confident ones are drawn
_ROOM_FOR_A_NAME = 11  # characters that fit below a cell of the matrix
_MOST_PARTIES = 30  # more names cannot be read in one picture; those with the most contradictions are drawn
_MOST_EDGES = 20  # pairs of parties in the graph, those with the most contradictions
_APART, _LANE = 0.14, 0.84  # between the statements of one day and party, and of a lane's height, what they may take
_ROOMY = 8  # parties up to which a cell of the matrix has room for all three counts
_LONGEST_NAME = 24  # characters of a party's name


def matrix(view: ReportView, ax: Any = None) -> Any:
    """Counts by the two parties of a pair: disputes and, in brackets, the pairs that contradict; agreements stand below.

    Args:
        view: What to show.
        ax: The axes to draw on; None for new ones.

    Returns:
        The ``matplotlib`` axes.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    view, left_out = _of_main_parties(view)
    count = len(view.parties)
    ax = _axes(ax, (2.2 + 1.1 * max(2, min(count, 14)), 1.4 + 0.85 * max(2, min(count, 14))))
    _name(ax, "Contradictions between parties")
    if not count:
        return _nothing(ax)
    counts = [[view.cell(one, other)[Stance.CONTRADICT] for other in view.parties] for one in view.parties]
    most = max(1, *(max(row) for row in counts))
    # Oranges darkens evenly, so that its greyscale keeps the order; the palest third leaves room for black numbers.
    ax.imshow(counts, cmap="Oranges", vmin=0, vmax=1.6 * most, aspect="auto")
    for y, one in enumerate(view.parties):
        for x, other in enumerate(view.parties):
            _matrix_cell(ax, (x, y), view.cell(one, other), view.disputes_between(one, other), compact=count > _ROOMY)
    names = [_short(party) for party in view.parties]
    slanted = count > 4 or max(map(len, names)) > _ROOM_FOR_A_NAME
    ax.set_xticks(range(count), names, rotation=30 if slanted else 0, ha="right" if slanted else "center")
    ax.set_yticks(range(count), names)
    _plain_ticks(ax)
    ax.set_xticks([i + 0.5 for i in range(count - 1)], minor=True)
    ax.set_yticks([i + 0.5 for i in range(count - 1)], minor=True)
    ax.grid(which="minor", color="white", linewidth=3)
    ax.tick_params(which="both", length=0)
    _frameless(ax)
    signs = "≠ disputes" if count > _ROOMY else "≠ disputes (pairs that contradict)     = agree     · unrelated"
    ax.set_xlabel("\n".join([signs, "hatched: no pairs judged", *left_out]), labelpad=10)
    return ax


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
    view, left_out = _of_main_parties(view)
    ax = _axes(ax, (10, 1.8 + 0.9 * max(1, min(len(view.parties), 12))))
    _name(ax, "Statements over time, contradictions joined")
    points, undated = _points(view)
    if not points:
        _nothing(ax, "No statement carries a full date (such as 2016-04-02).")
        return ax
    arcs = [j for j in view.in_reading_order() if j.stance is Stance.CONTRADICT]
    arcs = [j for j in arcs if _key(j, "a") in points and _key(j, "b") in points]
    for judgement in arcs[:_MOST_ARCS]:
        _arc(ax, points[_key(judgement, "a")], points[_key(judgement, "b")], judgement.confidence, len(arcs))
    disputed = {_key(judgement, side) for judgement in arcs for side in _SIDES}
    for role, chosen in (("in a contradiction", disputed), ("in none", set(points) - disputed)):
        xy = [points[key] for key in points if key in chosen]
        if xy:
            full = role == "in a contradiction"
            ax.scatter(
                [x for x, _ in xy],
                [y for _, y in xy],
                s=52,
                marker="o" if full else "D",
                facecolor=_CONTRADICT if full else "white",
                edgecolor=_INK,
                linewidth=1,
                zorder=3,
                label=f"statement {role}",
            )
    _time_axis(ax, view, undated, len(arcs), left_out)
    return ax


def party_graph(view: ReportView, ax: Any = None) -> Any:
    """Parties on a circle; solid lines for contradictions, dashed ones for agreements, with their counts.

    Args:
        view: What to show.
        ax: The axes to draw on; None for new ones.

    Returns:
        The ``matplotlib`` axes.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    view, notes = _of_main_parties(view)
    side = max(7.0, min(12.0, 4 + 0.6 * len(view.parties)))
    ax = _axes(ax, (side, 0.88 * side))
    _name(ax, "Parties: contradictions and agreements")
    ax.set_axis_off()
    if not view.parties:
        return _nothing(ax)
    place = _circle(list(view.parties))
    meetings = [m for m in view.meetings() if m[0] != m[1]]
    most = max((max(c[Stance.CONTRADICT], c[Stance.AGREE]) for _, _, c in meetings), default=1) or 1
    for one, other, cell in meetings[:_MOST_EDGES]:
        for stance, bend in ((Stance.CONTRADICT, 0.13), (Stance.AGREE, -0.13)):
            if cell[stance]:
                _edge(ax, place[one], place[other], stance, cell[stance], most, bend)
    for party, (x, y) in place.items():
        inside = view.cell(party, party)[Stance.CONTRADICT]
        name = _short(party) + (f"\n(≠ {inside:,} with itself)" if inside else "")
        box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": _INK, "linewidth": 1.2}
        _write(ax, x, y, name, size=11 if len(place) <= 10 else 8, weight="bold", bbox=box, zorder=4)
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(min(y for _, y in place.values()) - 0.45, max(y for _, y in place.values()) + 0.3)
    _legend_lines(ax)
    if len(meetings) > _MOST_EDGES:
        notes.append(f"the {_MOST_EDGES} pairs of parties with the most contradictions, of {len(meetings):,}")
    if notes:
        ax.text(0.5, -0.02, "\n".join(notes), ha="center", va="top", transform=ax.transAxes, fontsize=9, color="#444444")
    return ax


_SIDES: tuple[Side, Side] = ("a", "b")
_Key: TypeAlias = tuple[str, ...]


def _of_main_parties(view: ReportView) -> tuple[ReportView, list[str]]:
    """The view of as many parties as a picture can name, those with the most contradictions; and a note of the others."""
    if len(view.parties) <= _MOST_PARTIES:
        return view, []
    weight: Counter[str] = Counter()
    for one, other, cell in view.meetings():
        weight.update(dict.fromkeys((one, other), cell[Stance.CONTRADICT]))
    kept = {party for party, _ in weight.most_common(_MOST_PARTIES)}
    smaller = replace(
        view,
        parties=[party for party in view.parties if party in kept],
        judgements=[j for j in view.judgements if kept.issuperset(statement_party(j, side) for side in _SIDES)],
        matrix={pair: cell for pair, cell in view.matrix.items() if kept.issuperset(pair)},
    )
    return smaller, [f"the {_MOST_PARTIES} parties with the most contradictions, of {len(view.parties):,}"]


def _axes(ax: Any, size: tuple[float, float]) -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingExtraError("drawing needs matplotlib, which is not installed: pip install 'stancecheck[plot]'") from error
    return ax if ax is not None else plt.subplots(figsize=size, layout="constrained")[1]


def _matrix_cell(ax: Any, position: tuple[int, int], cell: Mapping[str, int], disputes: int, *, compact: bool) -> None:
    from matplotlib.patches import Rectangle

    x, y = position
    if not any(cell.values()):
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="white", edgecolor="#bbbbbb", hatch="//", linewidth=0))
    elif compact:
        _write(ax, x, y, f"≠ {disputes:,}", size=9, weight="bold")
    else:
        pairs = f" ({cell[Stance.CONTRADICT]:,})" if disputes else ""
        _write(ax, x, y - 0.12, f"≠ {disputes:,}{pairs}", size=12, weight="bold")
        _write(ax, x, y + 0.22, f"= {cell[Stance.AGREE]:,}   · {cell[Stance.UNRELATED]:,}", size=9)


def _name(ax: Any, title: str) -> None:
    ax.set_title(title, loc="left", fontweight="bold", color=_INK, pad=12)


def _nothing(ax: Any, text: str = "No pairs were judged.") -> Any:
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, color=_INK)
    return ax


def _write(ax: Any, x: float, y: float, text: str, *, size: float, **style: Any) -> None:
    # Other people's names may hold dollar signs, which matplotlib would read as formulas.
    ax.text(x, y, text, ha="center", va="center", fontsize=size, color=_INK, parse_math=False, **style)


def _plain_ticks(ax: Any) -> None:
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)


def _frameless(ax: Any) -> None:
    for spine in ax.spines.values():
        spine.set_visible(False)


def _short(party: str) -> str:
    # Fonts have no pictures of control characters, but all have the replacement character.
    name = re.sub("[\u2400-\u2421]", "\ufffd", party_label(party))
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


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
    dates = {_key(j, side): _date(statement_of(j, side)) for j in view.judgements for side in _SIDES}
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
            color=_CONTRADICT,
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
    ax.set_yticks(range(len(view.parties)), [_short(party) for party in view.parties])
    _plain_ticks(ax)
    ax.tick_params(axis="y", length=0)
    for lane in range(lanes):
        ax.axhline(lane, color="#999999", linewidth=0.6, zorder=1)
    _frameless(ax)
    notes = list(left_out)
    if arcs > _MOST_ARCS:
        notes.append(f"the {_MOST_ARCS:,} most confident of {arcs:,} contradictions are drawn")
    if undated:
        notes.append(f"{undated:,} {'statement' if undated == 1 else 'statements'} without a full date not shown")
    ax.set_xlabel("; ".join(notes), fontsize=9, color="#444444")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=9, borderaxespad=0.2)


def _circle(parties: list[str]) -> dict[str, tuple[float, float]]:
    """Places on the unit circle from the top, clockwise; two parties are side by side."""
    turn = 2 * math.pi / len(parties)
    start = math.pi if len(parties) == 2 else math.pi / 2
    return {p: (math.cos(start - i * turn), math.sin(start - i * turn)) for i, p in enumerate(parties)}


def _edge(ax: Any, start: Any, end: Any, stance: Stance, count: int, most: int, bend: float) -> None:
    from matplotlib.patches import FancyArrowPatch

    colour, line = (_CONTRADICT, "-") if stance is Stance.CONTRADICT else (_AGREE, (0, (4, 2.5)))
    width = 1 + 5 * count / most
    style = f"arc3,rad={bend}"
    patch = FancyArrowPatch(start, end, connectionstyle=style, arrowstyle="-", color=colour, linewidth=width)
    patch.set_linestyle(line)
    patch.set_zorder(2)
    ax.add_patch(patch)
    # The middle of the curve that arc3 draws: half of its control point's distance from the chord.
    x = (start[0] + end[0]) / 2 + bend / 2 * (end[1] - start[1])
    y = (start[1] + end[1]) / 2 - bend / 2 * (end[0] - start[0])
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": colour, "linewidth": 1}
    _write(ax, x, y, f"{SYMBOLS[stance]} {count:,}", size=10, bbox=box, zorder=3)


def _legend_lines(ax: Any) -> None:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=_CONTRADICT, linewidth=3, label=f"{SYMBOLS[Stance.CONTRADICT]} {LABELS['contradict']}"),
        Line2D([], [], color=_AGREE, linewidth=3, linestyle=(0, (2, 1.2)), label=f"{SYMBOLS[Stance.AGREE]} Agree"),
    ]
    ax.legend(handles=lines, loc="lower center", ncols=2, frameon=False)
