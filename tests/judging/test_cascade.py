"""The cascade: the small model judges all, the fallback what is unsure or called a contradiction, and the report says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stancecheck import Stance, StanceChecker, Statement
from stancecheck.errors import InputError
from tests.fakes import FakeModel, fake_checker
from tests.test_checker import PAIRS, texts

SMALL = {(j.a.text, j.b.text): j for j in fake_checker().check_pairs(PAIRS)}


class Fallback(FakeModel):
    """Says agree, whatever it reads."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.info = replace(self.info, name="fallback")

    def logits(self, batch):
        self.batches.append(batch)
        return np.tile(np.array([3, 0, 0], dtype=np.float32), (len(batch.rows), 1))


def cascade(escalate_below=0.0, **kwargs):
    fallback = Fallback(**kwargs)
    return StanceChecker(FakeModel(**kwargs), fallback=fallback, escalate_below=escalate_below), fallback


def test_fallback_rejudges_contradictions():
    checker, fallback = cascade()
    judged = checker.check_pairs(PAIRS)
    assert [j.model for j in judged] == ["fallback", "fake", "fake", "fake"]
    assert judged[0].stance is Stance.AGREE
    assert judged[1:] == fake_checker().check_pairs(PAIRS)[1:]
    assert sum(len(b.rows) for b in fallback.batches) == 2  # one pair in both directions


@pytest.mark.parametrize("escalate_below", [0.5, 0.8, 0.95, 1.0])
def test_fallback_rejudges_unsure_answers(escalate_below):
    for j in cascade(escalate_below)[0].check_pairs(PAIRS):
        small = SMALL[j.a.text, j.b.text]
        assert (j.model == "fallback") is (small.stance is Stance.CONTRADICT or small.confidence < escalate_below)


def test_cascade_keeps_order_and_symmetry():
    words = texts(5000)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    checker, _ = cascade(0.8)
    judged = checker.check_pairs(pairs)
    assert [(j.a.text, j.b.text) for j in judged] == pairs
    assert {j.model for j in judged} == {"fake", "fallback"}
    assert list(checker.stream_pairs(pairs)) == judged
    assert all(judged[i] == checker.check(*pairs[i]) for i in range(0, 2500, 250))
    for one, other in zip(judged, checker.check_pairs([(b, a) for a, b in pairs]), strict=True):
        assert (one.scores, one.model) == (other.scores, other.model)


def test_fallback_is_not_called_for_nothing():
    checker, fallback = cascade()
    assert checker.check_pairs([]) == []
    assert checker.check("dog", "town").model == "fake"
    assert not fallback.batches


def test_the_report_says_who_judged_what():
    checker, _ = cascade()
    report = checker.compare([Statement(t, party=p) for p, t in zip("ABAB", sum(PAIRS[:2], ()), strict=True)], exhaustive=True)
    assert report.model == "fake"
    assert report.judges == {"fake": 2, "fallback": 2}
    assert list(report.judges) == ["fake", "fallback"]
    assert "by fake (2) and fallback (2)" in str(report)
    assert "model fake (2) and fallback (2)" in report.to_html()
    assert sorted(report.to_pandas()["model"]) == ["fake", "fake", "fallback", "fallback"]
    assert sorted(d["model"] for d in report.to_dicts()) == sorted(j.model for j in report)
    alone = fake_checker().compare(["the cat", "the dog"])
    assert (alone.judges, "(1)" in str(alone)) == ({"fake": 1}, False)


def test_explanation_uses_the_judging_model():
    checker, fallback = cascade()
    first, second = checker.check_pairs(PAIRS[:2])
    fallback.batches.clear()
    checker.explain(second)
    assert not fallback.batches
    checker.explain(first)
    assert fallback.batches


def test_explanations_are_in_report_order():
    class Contradicts(Fallback):
        def logits(self, batch):
            return super().logits(batch)[:, ::-1]

    checker = StanceChecker(FakeModel(), fallback=Contradicts(), escalate_below=0.0)
    report = checker.compare([Statement(t, party="AB"[i % 2]) for i, t in enumerate(texts(8))], exhaustive=True)
    explained = checker.explain(report)
    for judgement in explained:
        assert judgement.explanation == (checker.explain(judgement) if judgement.stance is Stance.CONTRADICT else None)


def test_truncation_is_counted_once():
    pair = ("the cat was a dog . " * 300, "the raid was it . " * 300)
    fallback = Fallback(max_tokens=64)
    checker = StanceChecker(FakeModel(max_tokens=32), fallback=fallback, escalate_below=1.0)
    with pytest.warns(UserWarning, match="1 of 1 pairs") as caught:
        checker.check_pairs([pair])
    assert len(caught) == 1


def test_load_takes_a_fallback_model(make_model):
    small, large = str(make_model()), str(make_model())
    checker = StanceChecker.load(small, escalate=large, escalate_below=1.0)
    assert (checker.info.name, checker.escalates_to.name) == (small, large)
    assert checker.check("cat", "dog").model == large
    assert StanceChecker.load(small).escalates_to is None


@pytest.mark.parametrize("escalate_below", [-0.1, 1.1, "0.5", None, float("nan")])
def test_bad_threshold_is_refused(escalate_below):
    with pytest.raises(InputError, match="escalate_below"):
        StanceChecker(FakeModel(), fallback=Fallback(), escalate_below=escalate_below)
