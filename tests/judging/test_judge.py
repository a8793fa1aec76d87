"""judge: two directions become one answer that does not depend on which came first."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from stancecheck import Pair, Stance, Statement
from stancecheck.errors import ModelDamagedError
from stancecheck.judging.judge import judge, stance_for
from stancecheck.models import StanceRule
from stancecheck.models.rule import default_rule, log_softmax, symmetric_features
from stancecheck.models.tokens import Plan, Window
from stancecheck.stance import STANCES

PAIR = Pair(Statement("a", party="A"), Statement("b", party="B"))
RULE = StanceRule(((0.5, -1, 0.2, 1, 0, -0.3), (-1, 0, 1, 0.1, 0, 2), (0, 1, 0, 0, 0.7, 0)), (0.1, -0.2, 0.0), "test")


NLI_PART = np.random.default_rng(1).normal(0, 0.2, (3, 6)).tolist()
HEAD_RULE = StanceRule(
    tuple((*head, *nli) for head, nli in zip(((1.2, 0, 0), (0, 1.1, 0), (0.1, 0, 0.9)), NLI_PART, strict=True)),
    (0.1, 0, -0.2),
    "test",
)


def judged(forward, backward, rule=None):
    plan = Plan([Window(0, (0, 1), (0, 1), 0, 0, 0, 1)], [], 2, np.zeros(1, dtype=np.bool_))
    return judge([PAIR], plan, np.array([forward, backward], dtype=np.float32), rule=rule)[0]


@pytest.mark.parametrize("rule", [None, RULE])
def test_swapping_keeps_every_bit(rule):
    rng = np.random.default_rng(1)
    for forward, backward in rng.normal(0, 4, (500, 2, 3)).astype(np.float32):
        one, other = judged(forward, backward, rule), judged(backward, forward, rule)
        assert one.scores == other.scores
        assert (one.stance, one.confidence) == (other.stance, other.confidence)
        assert (one.forward, one.backward) == (other.backward, other.forward)


@pytest.mark.parametrize("rule", [None, RULE])
def test_scores_sum_to_one(rule):
    for logits in np.random.default_rng(2).normal(0, 8, (200, 2, 3)):
        judgement = judged(*logits, rule=rule)
        assert sum(judgement.scores.values()) == pytest.approx(1, abs=1e-12)
        assert judgement.confidence == max(judgement.scores.values()) == judgement.scores[judgement.stance]


@pytest.mark.parametrize(
    ("forward", "backward", "stance"),
    [
        ([0, 0, 9], [0, 0, 9], Stance.CONTRADICT),
        ([9, 0, 0], [0, 9, 0], Stance.AGREE),  # one direction is enough: the general follows from the particular
        ([0, 9, 0], [9, 0, 0], Stance.AGREE),
        ([0, 9, 0], [0, 9, 0], Stance.UNRELATED),
    ],
)
def test_default_rule_on_plain_cases(forward, backward, stance):
    assert judged(forward, backward).stance is stance


def test_batch_scores_equal_single_scores():
    logits = np.random.default_rng(3).normal(0, 3, (300, 2, 3))
    features = symmetric_features(log_softmax(logits))
    together = RULE(features)
    for n in (0, 17, 299):
        assert RULE(features[n : n + 1])[0].tolist() == together[n].tolist()


@pytest.mark.parametrize("rule", [None, HEAD_RULE])
def test_stance_head_decides_symmetrically(rule):
    rng = np.random.default_rng(4)
    for forward, backward in rng.normal(0, 4, (300, 2, 6)).astype(np.float32):
        one, other = judged(forward, backward, rule), judged(backward, forward, rule)
        assert one.scores == other.scores
        assert (one.forward, one.backward) == (other.backward, other.forward)
        if rule is None:
            assert one.stance is STANCES[int((forward[3:] + backward[3:]).argmax())]


def test_rule_reads_both_heads():
    one = judged([0, 0, 0, 2, 0, 0], [0, 0, 0, 2, 0, 0], HEAD_RULE).scores
    assert judged([0, 0, 0, 0, 2, 0], [0, 0, 0, 0, 2, 0], HEAD_RULE).scores != one
    assert judged([5, 0, 0, 2, 0, 0], [0, 0, 0, 2, 0, 0], HEAD_RULE).scores != one


def test_head_rule_needs_a_head():
    with pytest.raises(ModelDamagedError, match="weights a stance"):
        judged([0, 0, 9], [0, 0, 9], HEAD_RULE)


@pytest.mark.parametrize(
    ("windows", "stance"),
    [
        ([[0, 0, 5], [5, 0, 0], [0, 0, 5]], Stance.AGREE),  # a sentence and the longer text that holds it
        ([[0, 0, 5], [5, 0, 0], [0, 5, 0]], Stance.CONTRADICT),  # one sentence of it collides
        ([[0, 0, 5], [0, 0, 5], [0, 0, 5]], Stance.UNRELATED),
    ],
)
def test_stance_head_on_a_longer_text(windows, stance):
    plan = Plan([Window(0, (0, 1), (n, n + 1), 0, n, n, n) for n in range(3)], [], 3, np.zeros(1, dtype=np.bool_))
    for a_first in (True, False):
        seen = plan.windows if a_first else [replace(w, index_a=w.index_b, index_b=0) for w in plan.windows]
        logits = np.array([[0, 0, 0, *w] for w in windows], dtype=np.float32)
        judgement = judge([PAIR], replace(plan, windows=seen), logits, rule=None)[0]
        assert judgement.stance is stance
    if stance is not Stance.UNRELATED:
        assert judgement.evidence.b == ((1, 2) if stance is Stance.AGREE else (2, 3))


def test_features_are_bounded():
    log_probs = np.log(np.array([[[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]]))
    features = symmetric_features(log_probs)[0]
    assert features[:3] == pytest.approx((log_probs[0, 0] + log_probs[0, 1]) / 2)
    assert features[3:] == pytest.approx(np.maximum(log_probs[0, 0], log_probs[0, 1]))
    assert symmetric_features(np.full((1, 2, 3), -1e9)).min() == -10


@pytest.mark.parametrize(
    "values", [{}, {"weights": [[1] * 6] * 3}, {"weights": [[1] * 5] * 3, "bias": [0] * 3}, {"weights": 1, "bias": 2}]
)
def test_a_damaged_rule_is_refused(values):
    with pytest.raises(ModelDamagedError, match=r"stancecheck\.rule"):
        StanceRule.from_json(values)


def windows_plan(grid):
    """A plan of one pair with windows i x j."""
    windows, row = [], 0
    for i, j in grid:
        windows.append(Window(0, (i, i + 1), (j, j + 1), i, j, row, row + 1))
        row += 2
    return Plan(windows, [], row, np.zeros(1, dtype=np.bool_))


def test_contradicting_window_decides():
    logits = np.tile(np.array([0, 6, 0], dtype=np.float32), (8, 1))
    logits[4:6] = [0, 0, 9]
    judgement = judge([PAIR], windows_plan([(0, 0), (0, 1), (1, 0), (1, 1)]), logits, rule=None)[0]
    assert judgement.stance is Stance.CONTRADICT
    assert (judgement.evidence.a, judgement.evidence.b) == ((1, 2), (0, 1))


def test_long_text_follows_window_by_window():
    entailed, neutral = [9, 0, -9], [-9, 9, -9]
    one_supported = np.array([entailed, neutral, neutral, neutral], dtype=np.float32)
    both_supported = np.array([entailed, neutral, entailed, neutral], dtype=np.float32)
    plan = windows_plan([(0, 0), (0, 1)])
    assert judge([PAIR], plan, one_supported, rule=None)[0].forward.entailment < 0.01
    assert judge([PAIR], plan, both_supported, rule=None)[0].forward.entailment > 0.99
    left_out = windows_plan([(0, 0), (0, 2)])  # window 1 of b was not read: nothing is known of it
    assert judge([PAIR], left_out, both_supported, rule=None)[0].forward.entailment < 0.01


def test_thresholds_give_unrelated():
    judgement = judged([0, 0, 0.6], [0, 0, 0.6])
    assert judgement.stance is Stance.CONTRADICT
    assert stance_for(judgement, agree=0, contradict=0.9) is Stance.UNRELATED
    assert stance_for(judgement, agree=0.9, contradict=0) is Stance.CONTRADICT


def test_judgements_copy_pickle_serialise():
    judgement = judged([1, 2, 3], [3, 2, 1])
    assert pickle.loads(pickle.dumps(judgement)) == copy.deepcopy(judgement) == judgement
    values = json.loads(json.dumps(judgement.as_dict()))
    assert set(values["scores"]) == {s.value for s in STANCES}
    assert (values["a"]["text"], values["a"]["party"], values["a"]["date"]) == ("a", "A", None)


def test_no_pairs_give_no_judgements():
    assert judge([], Plan([], [], 0, np.zeros(0, dtype=np.bool_)), np.empty((0, 3), dtype=np.float32), rule=None) == []
    assert default_rule(np.zeros((0, 2, 3))).shape == (0, 3)
