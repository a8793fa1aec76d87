from __future__ import annotations

import builtins
import itertools
import subprocess
import sys
from typing import Any

import pytest

from stancecheck.errors import MissingExtraError
from stancecheck.report.render import plots
from tests.report.render.sample import judgement, many, raid, statement, view_of

PICTURES = [plots.matrix, plots.timeline, plots.party_graph]


@pytest.fixture(autouse=True)
def _no_windows() -> Any:
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    yield
    plt.close("all")


def texts(ax: Any) -> list[str]:
    return [t.get_text() for t in ax.texts]


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("view", [raid(), many(400, parties=12), view_of([])], ids=["raid", "many", "empty"])
def test_plots_handle_any_number_of_pairs(picture: Any, view: Any, tmp_path: Any) -> None:
    ax = picture(view)
    ax.figure.savefig(tmp_path / "picture.png", dpi=40)
    assert (tmp_path / "picture.png").stat().st_size > 0


@pytest.mark.parametrize("picture", PICTURES)
def test_plots_draw_on_given_axes(picture: Any) -> None:
    import matplotlib.pyplot as plt

    ax = plt.subplots()[1]
    assert picture(raid(), ax=ax) is ax


@pytest.mark.parametrize("picture", PICTURES)
def test_formula_like_names_are_literal(picture: Any, tmp_path: Any) -> None:
    a = statement("x", r"$\frac{East$", date="2031-01-02")
    b = statement("y", "We\x1bst $_^$" + "long" * 20, date="2031-01-03")
    ax = picture(view_of([judgement(a, b)]))
    ax.figure.savefig(tmp_path / "picture.svg")
    assert "\x1b" not in (tmp_path / "picture.svg").read_text("utf-8")


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_name_main_parties(picture: Any) -> None:
    ax = picture(many(4000, parties=800))
    assert len(ax.texts) < 2000
    assert "the 30 parties with the most contradictions, of 799" in " ".join([*texts(ax), ax.get_xlabel()])


def test_matrix_cells_show_counts() -> None:
    shown = texts(plots.matrix(raid()))
    assert shown.count("≠ 4 (4)") == shown.count("≠ 2 (2)") == 2
    assert "= 2   · 1" in shown


def test_matrix_shades_are_ordered_in_grey() -> None:
    import matplotlib

    colours = matplotlib.colormaps["Oranges"]([i / 16 for i in range(11)])[:, :3]
    grey = colours @ [0.299, 0.587, 0.114]
    assert all(first > second for first, second in itertools.pairwise(grey))


def test_timeline_draws_contradiction_arcs() -> None:
    ax = plots.timeline(raid())
    assert len(ax.patches) == 6
    assert "1 statement without a full date not shown" in ax.get_xlabel()
    assert [t.get_text() for t in ax.get_yticklabels()] == list(raid().parties)


def test_timeline_separates_one_days_dots() -> None:
    said = [statement(f"s{n}", "E", date="2031-01-02") for n in range(20)]
    other = statement("t", "W", date="2031-01-03")
    (dots,) = plots.timeline(view_of([judgement(s, other) for s in said])).collections
    heights = sorted(y for _, y in dots.get_offsets() if y < 0.5)
    assert len(heights) == 20
    assert min(b - a for a, b in itertools.pairwise(heights)) > 0.04
    assert max(map(abs, heights)) < 0.45


def test_a_timeline_without_dates_says_so() -> None:
    ax = plots.timeline(view_of([judgement(statement("a", "E", date="spring"), statement("b", "W"))]))
    assert "full date" in " ".join(texts(ax))


def test_timeline_limits_and_counts_arcs() -> None:
    ax = plots.timeline(many(1500))
    assert len(ax.patches) == 300
    assert "the 300 most confident of" in ax.get_xlabel()


def test_graph_needs_no_colour() -> None:
    ax = plots.party_graph(raid())
    assert sorted(t for t in texts(ax) if t[0] in "≠=") == ["= 2", "≠ 2", "≠ 4"]
    dashed = [patch for patch in ax.patches if patch.get_linestyle() not in ("-", "solid")]
    assert (len(dashed), len(ax.patches)) == (1, 3)


def test_graph_shows_self_contradictions() -> None:
    a, b = statement("x", "East"), statement("y", "East")
    assert any("≠ 1 with itself" in t for t in texts(plots.party_graph(view_of([judgement(a, b)]))))


def test_missing_matplotlib_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError, match=r"stancecheck\[plot\]"):
        plots.matrix(raid())


def test_import_loads_no_matplotlib() -> None:
    code = "import sys, stancecheck.report.render.plots, stancecheck.report.render.page; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
