"""Training rows: what comes out of the labelled sets and the corpora, and what must not."""

from __future__ import annotations

import random

import mixture
import pytest
import rows
import run_recipe
import unlabelled

from tests.fakes import FakeModel
from tests.source_tree import source_path
from tests.training.data import affair, statement_pairs, write_sets

RECIPE = {"train": {"seed": 0}, "data": {"shares": {"own.accounts": 1.0}}}


def made_of(folder, **data):
    return mixture.mixture({"train": {"seed": 0}, "data": data}, folder, [])


def test_dev_pairs_are_not_trained_on(tmp_path):
    texts = [("The bridge fell.", "It stands."), ("It stands!", "the bridge  fell"), ("One.", "Two."), ("", "Two.")]
    given = [{"a": a, "b": b, "label": "neutral"} for a, b in texts]
    folder = write_sets(tmp_path, [("train", "nli.x", "nli", given), ("dev", "nli.y", "nli", given[:1])])
    made, counts = made_of(folder, shares={"nli.x": 2.0})
    assert [(r["a"], r["b"], r["nli"]) for r in made] == [("One.", "Two.", [0.0, 1.0, 0.0])] * 2
    assert counts["nli.x"]["rows"] == 2


def test_a_doubtful_label_counts_half(tmp_path):
    given = [
        {"a": "One.", "b": "Two.", "label": "contradict", "doubtful": True, "party_a": "A", "party_b": "B", "date": "2031"}
    ]
    folder = write_sets(tmp_path, [("train", "own.x", "stance", given), ("dev", "own.y", "stance", [])])
    (row,) = made_of(folder, shares={"own.x": 1.0})[0]
    assert row["stance"] == [0.0, 0.5, 0.5]
    assert (row["party_a"], row["party_b"], row["date"]) == ("A", "B", "2031")


def test_an_unknown_label_is_refused():
    with pytest.raises(SystemExit, match="got 'supports'"):
        mixture.target("supports", mixture.STANCES)


@pytest.mark.parametrize(
    "entry", [{"licence": "CC BY-NC 4.0"}, {"licence": "premises partly LDC"}, {"note": "not for weights that ship"}]
)
def test_restricted_set_is_refused(tmp_path, entry):
    sets = [("train", "own.x", "stance", statement_pairs(1)), ("dev", "own.y", "stance", [])]
    with pytest.raises(SystemExit, match="nothing that ships may be fitted on it"):
        made_of(write_sets(tmp_path, sets, **entry), shares={"own.x": 1.0})


@pytest.fixture
def affairs(tmp_path):
    told = [affair(f"affair {n}") for n in range(40)]
    return write_sets(tmp_path, [("train", "own.affairs", "report", told), ("dev", "own.y", "stance", [])])


def test_affair_adds_unrelated_pairs(affairs):
    shares = {"own.affairs": {"agree": 1.0, "contradict": 2.0, "unrelated": 1.0}}
    _, counts = made_of(affairs, shares=shares, negatives={"own.affairs": {"near": 1, "random": 0}})
    assert {k: counts["own.affairs"][k] for k in ("agree", "contradict", "unrelated")} == {
        "agree": 40,
        "contradict": 80,
        "unrelated": 40,
    }


def test_dev_affairs_are_not_trained_on(affairs):
    some = {"shares": {"own.affairs": {"agree": 1.0}}, "negatives": {"own.affairs": {"near": 0, "random": 0}}}
    _, counts = made_of(affairs, **some, hold_out={"own.affairs": 0.25})
    kept = [n for n in range(40) if not rows.is_held_out(f"affair {n}", 0.25)]
    assert 0 < counts["own.affairs"]["agree"] == len(kept) < 40
    assert all(rows.is_held_out(f"affair {n}", 0.5) for n in range(40) if n not in kept)  # a larger share holds the smaller one


def test_same_side_pairs_are_left_out():
    matter = affair("m1", ids=("A1", "A2", "B1", "B2"))
    matter["statements"][1]["party"] = "Coast Guard"
    made = list(mixture.matter_rows(matter, {"near": 9, "random": 9}, random.Random(0)))
    assert not [r for r in made if {r["party_a"], r["party_b"]} == {"Army", "Coast Guard"}]


def test_mismatched_pairs_are_of_two_groups():
    given = [row | {"a": f"{row['a']} {n}", "b": f"{row['b']} {n}"} for n, row in enumerate(statement_pairs(12))]
    group = {row[side]: row["group"] for row in given for side in "ab"}
    made = list(mixture.mismatched(given, 50, random.Random(0)))
    assert len(made) == 50
    assert all(r["label"] == "unrelated" and group[r["a"]] != group[r["b"]] for r in made)


def test_derived_recipe_states_differences():
    mini, minilm = (rows.read_recipe(source_path(f"models/training/recipe_{name}.toml")) for name in ("mini", "minilm"))
    assert minilm["data"] == mini["data"]
    assert minilm["model"]["name"] != mini["model"]["name"]
    assert minilm["model"]["window"] == mini["model"]["window"]


def paragraphs(topics=("border", "harbour")) -> list[dict]:
    said = {
        "Army": "The raid was flown by one helicopter from {}.",
        "Navy": "It was not the Navy that flew the raid on the town {}.",
    }
    return [
        {
            "party": party,
            "topic": topic,
            "date": "2031",
            "text": f"{text.format(f'{topic} {n}')} Yes. And the cat {n} was in the town of {topic}.",
        }
        for topic in topics
        for party, text in said.items()
        for n in range(6)
    ]


def test_unlabelled_pairs_are_cross_party():
    alone = [{"party": "Army", "topic": "alone", "text": "Nobody else has spoken of this matter so far, not one."}]
    made = list(unlabelled.unlabelled([paragraphs(), alone], FakeModel(), 1000, set(), 1))
    assert {frozenset((r["party_a"], r["party_b"])) for r in made} == {frozenset(("Army", "Navy"))}
    assert all(sum(topic in r["a"] and topic in r["b"] for topic in ("border", "harbour")) == 1 for r in made)
    assert all(r["date_a"] == "2031" and "label" not in r for r in made)
    assert len({(r["a"], r["b"]) for r in made}) == len(made) > 50


def test_no_corpus_crowds_out_the_others():
    assert unlabelled.fair_shares([1000, 10, 500], 300) == [145, 10, 145]
    assert unlabelled.fair_shares([5, 10], 300) == [5, 10]
    rows_made = unlabelled.unlabelled([paragraphs(), paragraphs(("the coast",))], FakeModel(), 40, set(), 1)
    assert sum("the coast" in r["a"] for r in rows_made) == 20


def test_dev_sentences_are_left_out(tmp_path):
    held = affair("m1")
    text = "And the cat 3 was in the town of border."
    held["statements"][0]["text"] = text.upper()
    folder = write_sets(tmp_path, [("train", "own.affairs", "report", [held]), ("dev", "own.y", "stance", statement_pairs(1))])
    made = list(unlabelled.unlabelled([paragraphs()], FakeModel(), 1000, unlabelled.kept_out(folder), 1))
    assert not [r for r in made if text in (r["a"], r["b"])]
    assert rows.normal(statement_pairs(1)[0]["a"]) in unlabelled.kept_out(folder)


def test_answers_of_a_group_come_in_pairs():
    labels = ["agree", "agree", "contradict", "unrelated"]
    group = [{"a": "We paid.", "b": f"Answer {n}.", "label": label, "group": "g"} for n, label in enumerate(labels)]
    other = [row | {"b": f"Other {row['b']}", "group": "h"} for row in group]
    made = list(unlabelled.answers_in_pairs(group + other, 2, {"answer 3"}, random.Random(1)))
    assert {frozenset((r["a"], r["b"])) for r in made[:2]} == {frozenset((f"Answer {n}.", "Answer 2.")) for n in (0, 1)}
    assert [r["a"].startswith("Other") == r["b"].startswith("Other") for r in made] == 4 * [True]
    assert not [r for r in made if "Answer 3." in (r["a"], r["b"]) or "label" in r or "stance" in r]


def test_recipe_runs_its_sections_steps(tmp_path):
    sets = [("train", name, "stance", []) for name in ("own.accounts", "own.kinds", "own.affairs")]
    folder = write_sets(tmp_path / "data", [*sets, ("dev", "own.y", "stance", [])])
    steps = {}
    for name in ("base_stance", "mini"):
        recipe = source_path(f"models/training/recipe_{name}.toml")
        args = run_recipe.parsed([str(recipe), "--data-dir", str(folder), "--out", str(tmp_path / "out")])
        steps[name] = dict(run_recipe.steps_of(rows.read_recipe(recipe), args))
    assert tuple(steps["mini"]) == run_recipe.STEPS
    assert tuple(steps["base_stance"]) == ("made_pairs", "mixture", "train", "export", "calibrate", "card")
    assert steps["mini"]["train"][2] == tmp_path / "out" / "soft.jsonl.gz"
    assert steps["base_stance"]["train"][2] == tmp_path / "out" / "rows.jsonl.gz"


def test_finished_step_is_skipped(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(run_recipe, "steps_of", lambda recipe, args: [("mixture", ["a"]), ("train", ["b"]), ("export", ["c"])])
    monkeypatch.setattr(run_recipe.subprocess, "run", lambda line, check: ran.append(line[1:]))
    args = run_recipe.parsed(["r.toml", "--data-dir", "d", "--out", str(tmp_path), "--until", "train"])
    run_recipe.run({}, args)
    args.until = None
    run_recipe.run({}, args)
    assert [line[1] for line in ran] == ["a", "b", "c"]
