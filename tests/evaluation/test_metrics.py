"""Metrics equal scikit-learn's on random and degenerate inputs; the bootstrap's equal them too, and its intervals cover."""

import numpy as np
import pytest
from sklearn import metrics as sk

from stancecheck.evaluation.bootstrap import Interval, count_metrics, interval, replicates, weighted_ranking
from stancecheck.evaluation.metrics import Scored, class_metrics, confusion, curves, ece, point_metrics
from tests.evaluation_fakes import random_case

NAMES = ("agree", "contradict", "unrelated")
CLOSE = {"rel": 0, "abs": 1e-12}


def scored(gold, scores, contradict=1):
    return Scored(np.asarray(gold), np.asarray(scores).argmax(1), np.asarray(scores), contradict)


def cases():
    rng = np.random.default_rng(5)
    for i in range(25):
        yield f"random {i}", *random_case(rng, n=int(rng.integers(2, 80)))
    eye = np.eye(3)
    uniform = np.full((6, 3), 1 / 3)
    yield "all right", np.array([0, 1, 2, 0]), eye[[0, 1, 2, 0]]
    yield "all wrong", np.array([0, 1, 2, 0]), eye[[1, 2, 0, 2]]
    yield "a class missing in gold", np.array([0, 0, 1, 1]), eye[[0, 2, 1, 0]]
    yield "a class missing in both", np.array([0, 0, 1, 1]), eye[[0, 1, 1, 0]]
    yield "one gold class", np.array([1, 1, 1]), eye[[1, 0, 2]]
    yield "one class in all", np.array([2, 2]), eye[[2, 2]]
    yield "no contradiction", np.array([0, 2, 0]), eye[[0, 1, 2]]
    yield "all tied", np.array([0, 1, 2, 0, 1, 2]), uniform
    yield "one pair", np.array([1]), eye[[1]]


ALL = list(cases())


@pytest.mark.filterwarnings("ignore:A single label was found:UserWarning", "ignore:.*only a single.*:UserWarning")
@pytest.mark.parametrize(("gold", "scores"), [c[1:] for c in ALL], ids=[c[0] for c in ALL])
def test_metrics_equal_scikit_learns(gold, scores):
    found = point_metrics(scored(gold, scores))
    predictions = scores.argmax(1)
    truth = gold == 1
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(gold, predictions), **CLOSE)
    assert found["macro_f1"] == pytest.approx(sk.f1_score(gold, predictions, average="macro", zero_division=0), **CLOSE)
    assert found["mcc"] == pytest.approx(sk.matthews_corrcoef(gold, predictions), **CLOSE)
    brier = ((scores - np.eye(3)[gold]) ** 2).sum(1).mean()
    assert found["brier"] == pytest.approx(brier, **CLOSE)
    if 0 < truth.sum() < len(truth):
        assert found["contradict_ap"] == pytest.approx(sk.average_precision_score(truth, scores[:, 1]), **CLOSE)
        assert found["contradict_auc"] == pytest.approx(sk.roc_auc_score(truth, scores[:, 1]), **CLOSE)
    else:
        assert found["contradict_ap"] is None
        assert found["contradict_auc"] is None
    assert (np.array(confusion(scored(gold, scores), 3)) == sk.confusion_matrix(gold, predictions, labels=[0, 1, 2])).all()
    assert [c.support for c in class_metrics(scored(gold, scores), NAMES)] == np.bincount(gold, minlength=3).tolist()


def test_brier_matches_scikit_learn():
    rng = np.random.default_rng(1)
    gold, scores = random_case(rng, classes=2)
    found = point_metrics(scored(gold, scores))["brier"]
    assert found == pytest.approx(2 * sk.brier_score_loss(gold, scores[:, 1]), **CLOSE)


@pytest.mark.filterwarnings("ignore:A single label was found:UserWarning")
@pytest.mark.parametrize(("gold", "scores"), [c[1:] for c in ALL], ids=[c[0] for c in ALL])
def test_counts_give_the_point_metrics(gold, scores):
    predictions = scores.argmax(1)
    found = count_metrics(sk.confusion_matrix(gold, predictions, labels=[0, 1, 2])[None])
    expected = point_metrics(scored(gold, scores))
    for name in ("accuracy", "macro_f1", "mcc"):
        assert found[name][0] == pytest.approx(expected[name], **CLOSE), name
    f1 = [c.f1 for c in class_metrics(scored(gold, scores), NAMES)]
    assert [found[f"f1_{i}"][0] for i in range(3)] == pytest.approx(f1, **CLOSE)


@pytest.mark.parametrize("seed", range(10))
def test_weighted_ranking_matches_sklearn(seed):
    rng = np.random.default_rng(seed)
    gold, scores = random_case(rng)
    truth, score = gold == 1, scores[:, 1]
    weights = rng.integers(0, 4, size=(5, len(gold))).astype(float)
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    ap, auc = weighted_ranking(weights[:, order], truth[order], starts)
    for i, w in enumerate(weights):
        assert ap[i] == pytest.approx(sk.average_precision_score(truth, score, sample_weight=w), **CLOSE)
        assert auc[i] == pytest.approx(sk.roc_auc_score(truth, score, sample_weight=w), **CLOSE)


def test_ece_by_hand():
    # Two bins of two pairs: |1/2 - 0.65| and |1 - 0.85|, each half of the pairs.
    assert ece(np.array([0.6, 0.7, 0.8, 0.9]), np.array([1.0, 0.0, 1.0, 1.0]), bins=2) == pytest.approx(0.15)


def test_ece_ignores_order_of_ties():
    confidence, correct = np.full(40, 0.5), np.arange(40) % 2 == 0
    assert ece(confidence, correct.astype(float)) == pytest.approx(0.0)
    assert ece(confidence, np.sort(correct).astype(float)) == pytest.approx(0.0)


def test_ece_tells_calibrated_from_not():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.4, 1, size=20_000)
    correct = (rng.uniform(size=20_000) < confidence).astype(float)
    assert ece(confidence, correct) < 0.015
    assert ece(confidence, 1 - correct) > 0.3


def test_coverage_risk_curve():
    gold = np.array([0] * 90 + [1] * 10)
    scores = np.array([[0.9, 0.1, 0.0]] * 90 + [[0.5, 0.4, 0.1]] * 10)
    rows = curves(scored(gold, scores)).coverage_risk
    assert rows[-1] == pytest.approx((1.0, 0.1))
    assert rows[49] == pytest.approx((0.5, 0.0))
    assert rows[94] == pytest.approx((0.95, 5 / 95))  # in the middle of a tie: the expected risk


def test_precision_recall_curve_is_short():
    rng = np.random.default_rng(2)
    gold, scores = random_case(rng, n=3000, rounding=6)
    rows = curves(scored(gold, scores)).precision_recall
    assert len(rows) <= 200
    assert rows[0][0] == 0.0
    assert rows[-1][0] == 1.0


def test_bootstrap_depends_on_the_seed():
    gold, scores = random_case(np.random.default_rng(3))
    one, again, other = (replicates(scored(gold, scores), None, resamples=50, seed=s) for s in (1, 1, 2))
    assert all((one[name] == again[name]).all() for name in one)
    assert (one["accuracy"] != other["accuracy"]).any()


def test_groups_are_resampled_together():
    # Ten groups of ten equal pairs: accuracy of a replicate is a multiple of a tenth.
    groups = np.repeat(np.arange(10), 10)
    gold = np.repeat([0, 1] * 5, 10)
    scores = np.eye(3)[np.repeat([0] * 10, 10)]
    drawn = replicates(scored(gold, scores), groups, resamples=200, seed=0)["accuracy"]
    assert np.allclose(drawn * 10, np.round(drawn * 10))
    alone = replicates(scored(gold, scores), None, resamples=200, seed=0)["accuracy"]
    assert drawn.std() > 2 * alone.std()


def test_interval_needs_two_units():
    assert interval(np.linspace(0, 1, 101), 1) is None
    assert interval(np.full(100, np.nan), 50) is None
    wide, narrow = interval(np.linspace(0, 1, 10_001), 5), interval(np.linspace(0, 1, 10_001), 10_000)
    assert narrow == Interval(pytest.approx(0.025, abs=1e-3), pytest.approx(0.975, abs=1e-3))
    assert wide.low < narrow.low


@pytest.mark.slow
@pytest.mark.parametrize("grouped", [False, True], ids=["pairs", "groups"])
def test_intervals_cover_the_truth(grouped):
    """Of 1,000 simulated data sets, 930 to 970 intervals hold the true value."""
    rng = np.random.default_rng(11)
    covered = np.zeros(2)
    size = 5 if grouped else 1
    units = 80 if grouped else 400
    truth = _truth(np.random.default_rng(12), size)
    for run in range(1000):
        case, groups = _simulated(rng, units, size)
        drawn = replicates(case, groups, resamples=1000, seed=run)
        for i, name in enumerate(("accuracy", "macro_f1")):
            ends = interval(drawn[name], units)
            covered[i] += ends.low <= truth[i] <= ends.high
    assert (covered >= 930).all(), covered
    assert (covered <= 970).all(), covered


def _simulated(rng, units, size):
    """Pairs whose chance to be judged right varies by group."""
    n = units * size
    groups = np.repeat(np.arange(units), size)
    gold = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    skill = rng.beta(4, 2, size=units)[groups] if size > 1 else np.full(n, 2 / 3)
    right = rng.uniform(size=n) < skill
    predictions = np.where(right, gold, (gold + rng.integers(1, 3, size=n)) % 3)
    return Scored(gold, predictions, np.eye(3)[predictions], None), (groups if size > 1 else None)


def _truth(rng, size):
    case, _ = _simulated(rng, 400_000, size)
    found = count_metrics(sk.confusion_matrix(case.gold, case.predictions)[None])
    return found["accuracy"][0], found["macro_f1"][0]
