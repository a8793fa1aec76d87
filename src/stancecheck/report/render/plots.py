"""Pictures of a report: party x party matrix, time line, graph of parties. Needs the extra ``plot``.

Legible in greyscale and to colour-blind readers: every count is written out, shades grow darker with the count, and
contradictions and agreements differ by line and sign as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stancecheck.report.render.drawing import (
    AGREE_COLOUR,
    CONTRADICT_COLOUR,
    INK,
    draw_nothing,
    new_axes,
    of_main_parties,
    plain_ticks,
    remove_frame,
    set_title,
    short_name,
    write,
)
from stancecheck.report.render.timeline import timeline
from stancecheck.report.render.view import LABELS, SYMBOLS, ReportView
from stancecheck.stance import Stance

__all__ = ["matrix", "party_graph", "timeline"]

_ROOM_FOR_A_NAME = 11  # characters that fit below a cell of the matrix
_MOST_EDGES = 20  # pairs of parties in the graph, those with the most contradictions
_ROOMY = 8  # parties up to which a cell of the matrix has room for all three counts


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
    view, left_out = of_main_parties(view)
    count = len(view.parties)
    ax = new_axes(ax, (2.2 + 1.1 * max(2, min(count, 14)), 1.4 + 0.85 * max(2, min(count, 14))))
    set_title(ax, "Contradictions between parties")
    if not count:
        return draw_nothing(ax)
    counts = [[view.cell(one, other)[Stance.CONTRADICT] for other in view.parties] for one in view.parties]
    most = max(1, *(max(row) for row in counts))
    # Oranges darkens evenly, so that its greyscale keeps the order; the palest third leaves room for black numbers.
    ax.imshow(counts, cmap="Oranges", vmin=0, vmax=1.6 * most, aspect="auto")
    for y, one in enumerate(view.parties):
        for x, other in enumerate(view.parties):
            _matrix_cell(ax, (x, y), view.cell(one, other), view.disputes_between(one, other), compact=count > _ROOMY)
    names = [short_name(party) for party in view.parties]
    slanted = count > 4 or max(map(len, names)) > _ROOM_FOR_A_NAME
    ax.set_xticks(range(count), names, rotation=30 if slanted else 0, ha="right" if slanted else "center")
    ax.set_yticks(range(count), names)
    plain_ticks(ax)
    ax.set_xticks([i + 0.5 for i in range(count - 1)], minor=True)
    ax.set_yticks([i + 0.5 for i in range(count - 1)], minor=True)
    ax.grid(which="minor", color="white", linewidth=3)
    ax.tick_params(which="both", length=0)
    remove_frame(ax)
    signs = "≠ disputes" if count > _ROOMY else "≠ disputes (pairs that contradict)     = agree     · unrelated"
    ax.set_xlabel("\n".join([signs, "hatched: no pairs judged", *left_out]), labelpad=10)
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
    view, notes = of_main_parties(view)
    side = max(7.0, min(12.0, 4 + 0.6 * len(view.parties)))
    ax = new_axes(ax, (side, 0.88 * side))
    set_title(ax, "Parties: contradictions and agreements")
    ax.set_axis_off()
    if not view.parties:
        return draw_nothing(ax)
    place = _circle(list(view.parties))
    meetings = [m for m in view.meetings() if m[0] != m[1]]
    most = max((max(c[Stance.CONTRADICT], c[Stance.AGREE]) for _, _, c in meetings), default=1) or 1
    for one, other, cell in meetings[:_MOST_EDGES]:
        for stance, bend in ((Stance.CONTRADICT, 0.13), (Stance.AGREE, -0.13)):
            if cell[stance]:
                _edge(ax, place[one], place[other], stance, cell[stance], most, bend)
    for party, (x, y) in place.items():
        inside = view.cell(party, party)[Stance.CONTRADICT]
        name = short_name(party) + (f"\n(≠ {inside:,} with itself)" if inside else "")
        box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}
        write(ax, x, y, name, size=11 if len(place) <= 10 else 8, weight="bold", bbox=box, zorder=4)
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(min(y for _, y in place.values()) - 0.45, max(y for _, y in place.values()) + 0.3)
    _legend_lines(ax)
    if len(meetings) > _MOST_EDGES:
        notes.append(f"the {_MOST_EDGES} pairs of parties with the most contradictions, of {len(meetings):,}")
    if notes:
        ax.text(0.5, -0.02, "\n".join(notes), ha="center", va="top", transform=ax.transAxes, fontsize=9, color="#444444")
    return ax


def _matrix_cell(ax: Any, position: tuple[int, int], cell: Mapping[str, int], disputes: int, *, compact: bool) -> None:
    from matplotlib.patches import Rectangle

    x, y = position
    if not any(cell.values()):
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="white", edgecolor="#bbbbbb", hatch="//", linewidth=0))
    elif compact:
        write(ax, x, y, f"≠ {disputes:,}", size=9, weight="bold")
    else:
        pairs = f" ({cell[Stance.CONTRADICT]:,})" if disputes else ""
        write(ax, x, y - 0.12, f"≠ {disputes:,}{pairs}", size=12, weight="bold")
        write(ax, x, y + 0.22, f"= {cell[Stance.AGREE]:,}   · {cell[Stance.UNRELATED]:,}", size=9)


def _circle(parties: list[str]) -> dict[str, tuple[float, float]]:
    """Places on the unit circle from the top, clockwise; two parties are side by side."""
    turn = 2 * math.pi / len(parties)
    start = math.pi if len(parties) == 2 else math.pi / 2
    return {p: (math.cos(start - i * turn), math.sin(start - i * turn)) for i, p in enumerate(parties)}


def _edge(ax: Any, start: Any, end: Any, stance: Stance, count: int, most: int, bend: float) -> None:
    from matplotlib.patches import FancyArrowPatch

    colour, line = (CONTRADICT_COLOUR, "-") if stance is Stance.CONTRADICT else (AGREE_COLOUR, (0, (4, 2.5)))
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
    write(ax, x, y, f"{SYMBOLS[stance]} {count:,}", size=10, bbox=box, zorder=3)


def _legend_lines(ax: Any) -> None:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=CONTRADICT_COLOUR, linewidth=3, label=f"{SYMBOLS[Stance.CONTRADICT]} {LABELS['contradict']}"),
        Line2D([], [], color=AGREE_COLOUR, linewidth=3, linestyle=(0, (2, 1.2)), label=f"{SYMBOLS[Stance.AGREE]} Agree"),
    ]
    ax.legend(handles=lines, loc="lower center", ncols=2, frameon=False)
