"""An evaluation reads the same in a terminal, as text, as HTML and as plots, and shows other people's text safely."""

import html.parser
import sys

import pytest

from stancecheck.errors import MissingExtraError
from stancecheck.evaluation import evaluate
from tests.evaluation_fakes import Guess, pairs_with

THREE = ["agree", "contradict", "unrelated"]
NASTY = "\x1b[31m<script>alert(1)</script>[bold]"


@pytest.fixture(scope="module")
def found():
    pairs = pairs_with(THREE * 20, columns=[{"topic": NASTY if i % 2 else "plain"} for i in range(60)])
    return evaluate(Guess("the guesser", 1), pairs, resamples=50, slices=("topic",))


def test_text_shows_metrics_with_intervals(found):
    text = str(found)
    figure = found.metrics["macro_f1"]
    assert f"{figure.value:.3f} [{figure.interval.low:.3f}, {figure.interval.high:.3f}]" in text
    for words in ("the guesser: 60 pairs, task stance, three-way", "hypothesis-only baseline", "By topic", "contradict AP"):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_markup_in_data_is_inert(found):
    assert "\x1b" not in str(found)
    assert "[bold]" in str(found)
    page = found._repr_html_()
    assert "\x1b" not in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_html_is_well_formed(found):
    open_tags = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Reader().feed(found._repr_html_())
    assert open_tags == []


def test_plot_draws_four_filled_axes(found):
    pytest.importorskip("matplotlib")
    figure = found.plot()
    assert [ax.get_title().split(" (")[0] for ax in figure.axes] == [
        "Confusion",
        "Reliability",
        "Coverage and risk",
        "Contradictions: precision and recall",
    ]
    assert len(figure.axes[0].texts) == 9
    reliability = figure.axes[1].lines[1]
    assert list(reliability.get_ydata()) == [right for _, right, _ in found.curves.reliability]


def test_plot_of_an_undefined_curve_says_so():
    pytest.importorskip("matplotlib")
    found = evaluate(Guess("$x^2$", 1), pairs_with(["agree", "unrelated"] * 5), resamples=0)
    figure = found.plot()
    assert figure.axes[3].texts[0].get_text() == "not defined for these labels"
    figure.savefig(__import__("io").BytesIO(), format="png")


def test_plot_names_the_missing_extra(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtraError, match=r"stancecheck\[plot\]"):
        found.plot()
