"""ranking: a judgement read for a report is a plain function of its scores and of where the search found it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from stancecheck import Stance, StanceChecker, Statement
from stancecheck.data.notes import Note
from stancecheck.judging.candidates import Candidates
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.judging.ranking import FEATURES, ReportRule, features, for_report, likely, report_rules, rules_of
from tests.fakes import FakeModel
from tests.source_tree import source_path

RULE = ReportRule(
    weights={"bias": (-2.0, -3.0), "agree": (1.0, 0.0), "contradict": (0.0, 1.0), "similarity": (1.0, 2.0)},
    least={Stance.AGREE: 0.5, Stance.CONTRADICT: 0.4},
    source="a test",
    sha256="",
)


def judged(scores: tuple[float, float, float], model: str = "toy") -> Judgement:
    a, b = Statement("One.", party="A"), Statement("Two.", party="B")
    by_stance = dict(zip((Stance.AGREE, Stance.CONTRADICT, Stance.UNRELATED), scores, strict=True))
    best = max(by_stance, key=lambda stance: by_stance[stance])
    nli = NLIScores(0.2, 0.3, 0.5)
    return Judgement(a, b, best, by_stance[best], by_stance, nli, nli, False, Evidence((0, 4), (0, 4)), model)


def found(*similarity: float) -> Candidates:
    many = len(similarity)
    near = np.array(similarity)
    return Candidates(np.zeros((many, 2), dtype=np.int64), near, near - 0.1, np.arange(1, many + 1), considered=many)


def test_scores_are_the_regressions():
    (read,) = for_report([judged((0.1, 0.6, 0.3))], found(0.5), {"toy": RULE})
    logits = np.array([-2 + np.log(0.1 / 0.3) + 0.5, -3 + np.log(0.6 / 0.3) + 1.0, 0.0])
    want = np.exp(logits) / np.exp(logits).sum()
    assert list(read.scores.values()) == pytest.approx(want)
    assert (read.similarity, read.nearness, read.rank) == (0.5, 0.4, 1)
    assert (read.stance, read.confidence) == (Stance.UNRELATED, read.scores[Stance.UNRELATED])


def test_threshold_gives_the_stance():
    near = for_report([judged((0.01, 0.9, 0.09)), judged((0.9, 0.01, 0.09))], found(0.9, 0.9), {"toy": RULE})
    assert [j.stance for j in near] == [Stance.CONTRADICT, Stance.AGREE]
    strict = ReportRule(RULE.weights, dict.fromkeys((Stance.AGREE, Stance.CONTRADICT), 0.99), "", "")
    assert {j.stance for j in for_report(near, found(0.9, 0.9), {"toy": strict})} == {Stance.UNRELATED}


def test_scores_stay_without_a_rule():
    before = [judged((0.1, 0.6, 0.3)), judged((0.1, 0.6, 0.3), model="other")]
    read = for_report(before, found(0.5, 0.4), {"toy": RULE})
    assert read[0].scores != before[0].scores
    assert (read[1].scores, read[1].stance, read[1].rank) == (before[1].scores, before[1].stance, 2)


def test_a_score_of_nothing_is_a_number():
    assert np.isfinite(features([judged((0.0, 0.0, 1.0)), judged((1.0, 0.0, 0.0))])).all()
    assert features([]).shape == (0, len(FEATURES))


def test_lead_is_over_pairs_of_both_sides():
    one, two, alone = (judged(s) for s in ((0.1, 0.6, 0.3), (0.1, 0.3, 0.6), (0.2, 0.2, 0.6)))
    others = [replace(two, b=Statement("Three.", party="B")), replace(alone, a=Statement("Four."), b=Statement("Five."))]
    rows = features([one, *others])[:, FEATURES.index("contradict_lead")]
    assert rows == pytest.approx([np.log(4), -np.log(4), 0.0])
    tied = features([one, replace(one, b=Statement("Three.", party="B"))])
    assert list(tied[:, -1]) == [0.0, 0.0]


def test_rival_counts_whoever_judged_it():
    rule = ReportRule({"contradict_lead": (0.0, 1.0)}, {Stance.AGREE: 0.3, Stance.CONTRADICT: 0.3}, "made up", "")
    one, rival = judged((0.1, 0.6, 0.3)), replace(judged((0.1, 0.3, 0.6)), b=Statement("Three.", party="B"), model="other")
    (alone,) = for_report([one], found(0.5), {"toy": rule})
    beside, _ = for_report([one, rival], found(0.5, 0.4), {"toy": rule})
    assert [j.scores[Stance.CONTRADICT] for j in (alone, beside)] == pytest.approx([1 / 3, 4 / 6])


@pytest.mark.parametrize("note", [Note.IDENTICAL, Note.LANGUAGE, Note.NONSENSE])
def test_settled_pairs_need_no_better_model(note):
    judgements = [replace(judged((0.9, 0.05, 0.05)), notes=(note,)), judged((0.01, 0.01, 0.98))]
    settled, unlikely = likely(judgements, found(0.9, 0.1), {"toy": RULE})
    assert settled == 0 < unlikely


def test_compare_uses_the_rule_check_not(monkeypatch):
    checker = StanceChecker(FakeModel())
    statements = [Statement("the raid was not it", party="A"), Statement("the raid was it", party="B")]
    plain = checker.compare(statements)
    assert "no rule for reports was fitted to fake" in " ".join(plain.notes)
    monkeypatch.setattr("stancecheck.judging.ranking.report_rules", lambda: {"fake": RULE})
    assert [j.scores for j in checker.compare(statements)] == [j.scores for j in plain]  # so few pairs somebody chose
    monkeypatch.setattr("stancecheck.checker.FEWEST_PAIRS", 1)
    report = checker.compare(statements)
    assert report[0].scores == for_report(list(plain), found(plain[0].similarity), {"fake": RULE})[0].scores
    assert checker.check(*statements).scores == plain[0].scores
    assert not any("no rule" in note for note in report.notes)


def test_stored_rules_name_source_features():
    stored = json.loads(files("stancecheck.judging").joinpath("reports.json").read_text("utf-8"))
    assert set(report_rules()) == set(stored)
    for rule in report_rules().values():
        assert set(rule.weights) <= {"bias", *FEATURES}
        assert all(0 < least < 1 for least in rule.least.values())
        assert "fit_ranking.py" in rule.source


def test_rule_needs_its_own_weights(monkeypatch):
    monkeypatch.setattr("stancecheck.judging.ranking.report_rules", lambda: {"fake": replace(RULE, sha256="another")})
    monkeypatch.setattr("stancecheck.checker.FEWEST_PAIRS", 1)
    report = StanceChecker(FakeModel()).compare([Statement("the raid was it", party=party) for party in "AB"])
    assert "no rule for reports was fitted to fake" in " ".join(report.notes)
    assert report[0].confidence == 1.0


@pytest.mark.parametrize("name", sorted(report_rules()))
def test_stored_rules_fit_shipped_weights(name):
    judge, embedder = shipped(name), shipped("stancecheck-mini")
    assert rules_of([judge], embedder), f"weights are new: fit the rule of {name} with models/training/fit_ranking.py"
    other = replace(embedder, sha256={"model.safetensors": "another"})
    assert not rules_of([judge], other)


def shipped(name):
    listing = source_path(f"models/{name}") / "SHA256SUMS"
    sums = dict(line.split("  ")[::-1] for line in listing.read_text("utf-8").splitlines())
    return replace(FakeModel().info, name=name, sha256=sums)


@pytest.mark.parametrize("note", [Note.IDENTICAL, Note.LANGUAGE, Note.NONSENSE])
def test_settled_scores_stay_in_a_report(note):
    settled = replace(judged((0.3, 0.3, 0.4)), stance=Stance.UNRELATED, notes=(note,))
    rule = ReportRule({"bias": (9.0, 0.0)}, {Stance.AGREE: 0.3, Stance.CONTRADICT: 0.3}, "made up", "")
    (read,) = for_report([settled], found(0.5), {"toy": rule})
    assert (read.stance, read.scores) == (Stance.UNRELATED, settled.scores)
