"""Who judges: in a report the better model, of all pairs or of those that most likely say something."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from stancecheck import Pair, Stance, StanceChecker, Statement
from stancecheck.judging import judges
from stancecheck.judging.judges import OneModel, ReportJudge
from tests.fakes import FakeModel

PAIRS = [("the cat was a dog .", "the cat was not a dog ."), ("one cat", "two town"), ("the raid flew", "the raid flew")]


def likely(judged):
    """The first and the last pair."""
    assert {j.model for j in judged} == {"fake"}
    return np.array([0.9, 0.1, 0.9])


STATEMENTS = [Statement(text, party="AB"[side]) for pair in PAIRS for side, text in enumerate(pair)]


class Better(FakeModel):
    """Finds that everything contradicts everything."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.info = replace(self.info, name="better", embeds=False)

    def logits(self, batch):
        out = super().logits(batch)
        out[:] = [0, 0, 9]
        return out


def pairs():
    return [Pair(Statement(a), Statement(b)) for a, b in PAIRS]


def test_better_model_judges_small_report():
    first, better = FakeModel(), Better()
    judged = ReportJudge(OneModel(first), OneModel(better)).judge(pairs(), likely)
    assert [j.model for j in judged] == ["better"] * 3
    assert not first.batches


def test_better_model_gets_likeliest_pairs():
    told = []
    judged = ReportJudge(OneModel(FakeModel()), OneModel(Better()), most=2).judge(pairs(), likely, told.append)
    assert [j.model for j in judged] == ["better", "fake", "better"]
    assert [j.a.text for j in judged] == [a for a, _ in PAIRS]
    assert (sum(told[:-2]), sum(told)) == (1, 3)  # a bar waits for the better model


def test_better_model_gets_a_share(monkeypatch):
    monkeypatch.setattr(judges, "FEWEST_PAIRS", 1)
    judged = ReportJudge(OneModel(FakeModel()), OneModel(Better()), share=0.5).judge(pairs(), likely)
    assert [j.model for j in judged] == ["better", "fake", "better"]


def test_many_pairs_are_read_in_parts(monkeypatch):
    expected = OneModel(FakeModel()).judge(pairs())
    monkeypatch.setattr(judges, "CHUNK", 1)
    model, told = FakeModel(), []
    assert OneModel(model).judge(pairs(), told.append) == expected
    assert len(model.batches) > 1
    assert sum(told) == 3


def test_better_model_loads_when_needed():
    loaded = []

    def load() -> Better:
        loaded.append(Better())
        return loaded[-1]

    checker = StanceChecker(FakeModel(), load_report_model=load)
    assert checker.check(*PAIRS[0]).model == "fake"
    assert not loaded
    report = checker.compare(STATEMENTS)
    assert len(loaded) == 1
    assert set(report.judges) == {"better"} == {report.model}
    assert all(j.stance is Stance.CONTRADICT for j in report if j.a.text != j.b.text)  # equal texts agree without a model
    explained = checker.explain(report)
    assert all(j.explanation is not None for j in explained.where(Stance.CONTRADICT))
    checker.compare(STATEMENTS)
    assert len(loaded) == 1


@pytest.mark.parametrize(("escalate", "judges"), [("auto", {"stancecheck-base"}), (None, {"stancecheck-mini"})])
def test_installed_base_decides_in_reports(escalate, judges):
    checker = StanceChecker.load(escalate=escalate)
    assert checker.check("The bridge is closed.", "The bridge is open.").model == "stancecheck-mini"
    report = checker.compare([Statement("The bridge is closed.", party="A"), Statement("The bridge is open.", party="B")])
    assert set(report.judges) == judges


@pytest.mark.parametrize(
    ("names", "texts", "read"),
    [
        (("North", "South"), ("The bridge is closed.", "The bridge is open."), ("", "")),
        (("North", "South"), ("We closed the bridge.", "The bridge is open."), ("North:", "South:")),
        (("North", "South"), ("The bridge is closed.", "The south's bridge is open."), ("North:", "South:")),
        (("North", "Port of Aldra"), ("The bridge is closed.", "The bridge is open."), ("North:", "Port of Aldra:")),
        (("North", None), ("We closed the bridge.", "The bridge is open."), ("", "")),
    ],
)
def test_one_word_names_are_read_if_needed(names, texts, read):
    model = FakeModel()
    model.info = replace(model.info, reads_parties=True)
    with patch.object(model.tokenizer, "plan", wraps=model.tokenizer.plan) as plan:
        OneModel(model).judge([Pair(*(Statement(text, party=name) for text, name in zip(texts, names, strict=True)))])
    assert plan.call_args.kwargs["speakers"] == [read]
