"""compare_systems: differences equal what statsmodels and hand counts give, and disagreements are named."""

import numpy as np
import pytest

from stancecheck.errors import InputError
from stancecheck.evaluation import compare_systems, evaluate
from stancecheck.evaluation.compare import _mcnemar
from tests.evaluation_fakes import Guess, Table, pairs_with

EYE = np.eye(3).tolist()
THREE = ["agree", "contradict", "unrelated"]


def by_metric(comparison, metric):
    return next(d for d in comparison.differences if d.metric == metric)


def test_differences_match_hand_counts():
    pairs = pairs_with([*THREE, None, "agree"])
    one, other = Table([EYE[0], EYE[1], EYE[2], EYE[0], EYE[0]]), Table([EYE[0], EYE[2], EYE[2], EYE[0], EYE[1]])
    found = compare_systems({"one": one, "other": other}, pairs, resamples=50)
    difference = by_metric(found, "accuracy")
    assert (difference.first, difference.second, difference.value) == ("one", "other", 0.5)
    assert (difference.only_first_right, difference.only_second_right, difference.mcnemar_p) == (2, 0, 0.5)
    assert [(d.index, d.pair.id, d.right) for d in found.disagreements] == [(1, "1", "contradict"), (3, "4", "agree")]
    assert found.disagreements[0].predictions == {"one": "contradict", "other": "unrelated"}


def test_metrics_match_evaluate():
    pairs = pairs_with(THREE * 30)
    found = compare_systems([Guess("x", 2), Guess("y", 0.5)], pairs, resamples=100, seed=3)
    alone = evaluate(Guess("y", 0.5), pairs, resamples=100, seed=3)
    assert found.evaluations[1].metrics == alone.metrics
    assert by_metric(found, "macro_f1").value == found.evaluations[0].macro_f1 - alone.macro_f1


def test_system_equals_itself():
    found = compare_systems([Guess("x", 1), Guess("x", 1)], pairs_with(THREE * 20), resamples=50)
    assert found.disagreements == ()
    for difference in found.differences:
        assert (difference.value, difference.interval.low, difference.interval.high) == (0, 0, 0)
        assert difference.mcnemar_p == 1.0
    assert [e.system["name"] for e in found.evaluations] == ["x", "x (2)"]


def test_real_difference_excludes_zero():
    pairs = pairs_with(THREE * 50)
    found = compare_systems([Guess("x", 3), Guess("y", 0.3)], pairs, resamples=300)
    difference = by_metric(found, "accuracy")
    assert 0 < difference.interval.low < difference.value < difference.interval.high
    assert difference.mcnemar_p < 0.001


def test_pairing_narrows_the_interval():
    scores = [EYE[i % 3] if i % 2 else EYE[(i + 1) % 3] for i in range(150)]
    better = [EYE[i % 3] if i < 4 else scores[i] for i in range(150)]
    found = compare_systems({"one": Table(better), "two": Table(scores)}, pairs_with(THREE * 50), resamples=300)
    own, both = found.evaluations[0].metrics["accuracy"].interval, by_metric(found, "accuracy").interval
    assert both.high - both.low < (own.high - own.low) / 3


@pytest.mark.parametrize("seed", range(5))
def test_mcnemar_equals_statsmodels(seed):
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(2, size=40).astype(float) for _ in range(2))
    counts = [[int(((first == i) & (second == j)).sum()) for j in (1, 0)] for i in (1, 0)]
    assert _mcnemar(first, second)[2] == pytest.approx(tables.mcnemar(counts, exact=True).pvalue, rel=1e-12)


def test_one_system_is_not_compared():
    with pytest.raises(InputError, match="expected two or more to compare, got 1"):
        compare_systems([Guess("x", 1)], pairs_with(THREE))


def test_comparison_shows_no_texts():
    found = compare_systems([Guess("x", 1), Guess("<b>y", 1)], pairs_with(THREE * 10), resamples=50)
    text, html = str(found), found._repr_html_()
    assert "Paired differences" in text
    assert "x - <b>y: accuracy" in text
    assert "&lt;b&gt;y" in html
    assert "<b>y" not in html
    assert set(found.as_dict()) == {"evaluations", "differences", "disagreements"}
    assert "onvoy" not in str(found.as_dict())
