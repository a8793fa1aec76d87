"""What the pictures of a report share: colours, axes, and texts that are drawn as they stand. Needs the extra ``plot``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from stancecheck.errors import MissingExtraError
from stancecheck.report.render.view import ReportView, Side, party_label, statement_party
from stancecheck.stance import Stance

CONTRADICT_COLOUR, AGREE_COLOUR, INK = "#a3301a", "#2f7fc1", "#222222"
SIDES: tuple[Side, Side] = ("a", "b")
_MOST_PARTIES = 30  # more names cannot be read in one picture; those with the most contradictions are drawn
_LONGEST_NAME = 24  # characters of a party's name


def of_main_parties(view: ReportView) -> tuple[ReportView, list[str]]:
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
        judgements=[j for j in view.judgements if kept.issuperset(statement_party(j, side) for side in SIDES)],
        matrix={pair: cell for pair, cell in view.matrix.items() if kept.issuperset(pair)},
    )
    return smaller, [f"the {_MOST_PARTIES} parties with the most contradictions, of {len(view.parties):,}"]


def new_axes(ax: Any, size: tuple[float, float]) -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingExtraError("drawing needs matplotlib, which is not installed: pip install 'stancecheck[plot]'") from error
    return ax if ax is not None else plt.subplots(figsize=size, layout="constrained")[1]


def set_title(ax: Any, title: str) -> None:
    ax.set_title(title, loc="left", fontweight="bold", color=INK, pad=12)


def draw_nothing(ax: Any, text: str = "No pairs were judged.") -> Any:
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, color=INK)
    return ax


def write(ax: Any, x: float, y: float, text: str, *, size: float, **style: Any) -> None:
    # Other people's names may hold dollar signs, which matplotlib would read as formulas.
    ax.text(x, y, text, ha="center", va="center", fontsize=size, color=INK, parse_math=False, **style)


def plain_ticks(ax: Any) -> None:
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)


def remove_frame(ax: Any) -> None:
    for spine in ax.spines.values():
        spine.set_visible(False)


def short_name(party: str) -> str:
    # Fonts have no pictures of control characters, but all have the replacement character.
    name = re.sub("[\u2400-\u2421]", "\ufffd", party_label(party))
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
