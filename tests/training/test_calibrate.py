"""Fitting the rule, measuring under it, and the card that is made of the record."""

from __future__ import annotations

import json
from dataclasses import replace

import calibrate
import card
import dev_pairs
import measure
import numpy as np
import pytest
import rows

from stancecheck.data.statements import Pair, Statement
from tests.fakes import FakeModel
from tests.training.data import affair, statement_pairs, write_sets

RECIPE = {
    "model": {"name": "stancecheck-toy", "base": "nobody/toy"},
    "data": {},
    "calibration": {"weights": {"own.accounts": 1.0, "nli.plain": 0.5}},
}
NLI = {"agree": "entailment", "contradict": "contradiction", "unrelated": "neutral"}


class HeadModel(FakeModel):
    """The fake with a stance head that says what the NLI classes say."""

    def __init__(self) -> None:
        super().__init__()
        self.info = replace(self.info, stance_head=True, reads_parties=True)

    def logits(self, batch):
        nli = super().logits(batch)
        return np.concatenate([nli, nli[:, [0, 2, 1]]], axis=1)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    pairs = statement_pairs(40)
    plain = [{"a": r["a"], "b": r["b"], "label": NLI[r["label"]]} for r in pairs]
    sets = [
        ("dev", "own.accounts", "stance", pairs),
        ("dev", "nli.plain", "nli", plain),
        ("dev", "own.affairs", "report", [affair(f"dev{n}") for n in range(20)]),
        ("train", "own.affairs", "report", [affair(f"train{n}") for n in range(60)]),
        ("dev", "own.articles", "attribution", []),
    ]
    return write_sets(tmp_path_factory.mktemp("data"), sets)


@pytest.mark.parametrize(("kind", "features"), [(FakeModel, 6), (HeadModel, 9)])
def test_rule_fits_with_or_without_head(data, tmp_path, kind, features):
    record = calibrate.calibrate(RECIPE, measure.Memo(kind(), tmp_path / "memo.npz"), data, 50)
    assert [len(row) for row in record["rule"]["weights"]] == [features] * 3
    accounts, affairs = record["sets"]["own.accounts"], record["sets"]["own.affairs"]
    assert accounts["fitted_on"]
    assert not affairs["fitted_on"]
    assert accounts["stance"]["metrics"]["accuracy"]["value"] > 0.8
    assert accounts["stance"]["grouped_by"] == "column 'group', 40 groups"
    assert {k["value"] for k in accounts["stance"]["slices"]["kind"]} == {"denial", "other"}
    assert affairs["rows"] == 20 * 3  # four pairs of two parties, one of them in doubt
    assert affairs["stance"]["alarms"]["contradict_found"]["value"] == 1.0
    assert "own.articles" not in record["sets"]
    json.dumps(record, allow_nan=False)


def test_missing_set_cannot_be_fitted_on(data, tmp_path):
    recipe = RECIPE | {"calibration": {"weights": {"own.accounts": 1.0, "own.lost": 1.0}}}
    with pytest.raises(SystemExit, match=r"no such dev sets: \['own.lost'\]"):
        calibrate.calibrate(recipe, measure.Memo(HeadModel(), tmp_path / "memo.npz"), data, 0)


def test_pair_is_judged_once_in_both_orders(tmp_path):
    one, other = Statement("the raid was one", party="Army"), Statement("the raid", party="Navy")
    model = FakeModel()
    memo = measure.Memo(model, tmp_path / "memo.npz")
    forward, backward = memo.raw([Pair(one, other)])[0], memo.raw([Pair(other, one)])[0]
    assert len(model.batches) == 1
    assert forward[0].tolist() == backward[1].tolist() != backward[0].tolist()
    again = FakeModel()
    assert measure.Memo(again, tmp_path / "memo.npz").raw([Pair(other, one)])[0].tolist() == backward.tolist()
    assert not again.batches


def test_model_is_measured_without_rules(tmp_path):
    model = HeadModel()
    model.info = replace(model.info, rule=calibrate.StanceRule(((0.0,) * 3,) * 3, (9.0, 0.0, 0.0), "always agree"))
    pair = Pair(Statement("a cat"), Statement("two helicopters"))
    assert measure.Memo(model, tmp_path / "memo.npz").raw([pair])[0, 2].argmax() == 2


def test_the_fitted_rule_beats_a_guess():
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 3, 600)
    features = rng.normal(size=(600, 3)) + 2 * np.eye(3)[gold]
    rule = calibrate.fit(features, gold, np.ones(600), "test")
    assert (rule(features).argmax(1) == gold).mean() > 0.8


def test_fit_without_a_class_is_refused():
    with pytest.raises(SystemExit, match="all three stances"):
        calibrate.fit(np.zeros((4, 3)), np.array([0, 2, 0, 2]), np.ones(4), "two classes")


def test_evaluation_set_is_not_fitted_on(tmp_path):
    folder = write_sets(tmp_path, [("dev", "own.accounts", "stance", []), ("train", "x", "nli", [])], note="evaluation only")
    with pytest.raises(SystemExit, match="nothing that ships"):
        dev_pairs.dev_sets(RECIPE, folder)


def test_same_side_pairs_are_not_measured():
    matter = affair("m1", ids=("A1", "A2", "B1", "B2"))
    matter["statements"][1]["party"] = "Coast Guard"  # of the Army's side
    pairs = list(dev_pairs.pairs_of_affairs([matter]))
    assert {(p.a.id, p.b.id) for p in pairs} == {("A1", "B1"), ("A1", "B2"), ("A2", "B2")}


def test_pairs_of_one_group_are_in_one_fold():
    pairs = [rows.pair_of(row, n) for n, row in enumerate(statement_pairs(30))]
    folds = {p.columns["group"]: dev_pairs.fold_of(dev_pairs.group_of(p)) for p in pairs}
    assert len(set(folds.values())) == dev_pairs.FOLDS
    assert all(dev_pairs.fold_of(dev_pairs.group_of(p)) == folds[p.columns["group"]] for p in pairs)


def test_shares_and_their_grouped_intervals():
    flags = np.array([True, True, False, False] * 10)
    alone = measure.share(flags, None, 200)
    grouped = measure.share(flags, np.repeat(np.arange(20), 2), 200)
    assert alone["value"] == grouped["value"] == 0.5
    width = {name: found["interval"]["high"] - found["interval"]["low"] for name, found in (("a", alone), ("g", grouped))}
    assert width["g"] > 1.2 * width["a"]  # the flags of a group are alike, so there are half as many draws
    assert measure.share(flags[:0], None, 200)["value"] is None


def test_card_matches_the_record(data, tmp_path):
    record = calibrate.calibrate(RECIPE, measure.Memo(HeadModel(), tmp_path / "memo.npz"), data, 50)
    record |= {"max_tokens": 64, "backend": "fake", "dtype": "float32", "stance_head": True, "reads_parties": True}
    earlier = {"nli.old": {"licence": "MIT", "kept": 7}}
    text = card.card(RECIPE, record | {"embeds": True}, {"own.accounts": {"licence": "own", "rows": 120}}, earlier)
    assert "| own.accounts * | 120 | " in text
    assert "| own.affairs | contradict | 100.0 (100.0–100.0)" in text
    assert "### own.accounts\n\n| Kind | Pairs | Accuracy |" in text
    assert "`stance_logits`" in text
    without = {name: found for name, found in record["sets"].items() if name != "own.affairs"}
    assert "Whole affairs" in text
    assert "Whole affairs" not in card.card(RECIPE, record | {"embeds": True, "sets": without}, {}, {})
    assert "two heads on one encoder" in text
    assert "reads who speaks" in text
    assert "127 rows" in text
    assert "| nli.old | MIT | 7 |" in text
    assert "on own.accounts, " in next(line for line in text.splitlines() if "chose to compare" in line)
