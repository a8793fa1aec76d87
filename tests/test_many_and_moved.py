"""Many parties cost what their judgements do, copies take one place, and a loaded model stays in its process."""

from __future__ import annotations

import copy
import itertools
import pickle

import pytest

from stancecheck import Pair, Report, Stance, Statement
from stancecheck.errors import InputError, ModelError
from tests.fakes import fake_checker


def test_report_holds_parties_that_met(fake):
    said = [Statement("the cat was it" if i % 2 else "the cat was not it", party=f"P{i}") for i in range(400)]
    report = Report(tuple(fake.check_pairs([Pair(a, b) for a, b in itertools.pairwise(said)])))
    matrix = report.matrix()
    assert len(matrix) == 2 * 399
    assert matrix["P0", "P1"][Stance.CONTRADICT] == matrix["P1", "P0"][Stance.CONTRADICT] == 1
    assert set(matrix["P0", "P9"].values()) == {0}
    assert len(report.view().meetings()) == 399
    assert "399" in str(report)


def test_copies_are_judged_once(fake):
    rows = [
        {"text": text, "party": party, "source": f"paper {n}"}
        for n in range(501)
        for text, party in (("the cat was it", "A"), ("a dog is one", "A"), ("the cat was not it", "B"), ("a raid", "B"))
    ]
    report = fake.compare(rows)
    assert {(j.a.text, j.b.text) for j in report} == {
        (a, b) for a in ("the cat was it", "a dog is one") for b in ("the cat was not it", "a raid")
    }
    assert len(report) == report.pairs_considered == 4
    assert report.expected_recall == 1.0
    assert sum(len(copies) for copies in report.copies.values()) == 4 * 500
    assert "paper 0; paper 1" in str(report[0].a.source)
    assert any("judged once" in note for note in report.notes)


def test_spellings_of_a_party_are_one(fake):
    report = fake.compare([Statement("the cat was it", party="Council"), Statement("the cat was not it", party="council ")])
    assert len(report) == 0
    assert any("one party" in note for note in report.notes)


def test_unreadable_dates_are_named(fake):
    report = fake.compare([Statement("the cat", party="A", date="12/05/2031"), Statement("a dog", party="B")])
    assert any("12/05/2031" in note for note in report.notes)


def test_where_refuses_what_cannot_be(fake):
    report = fake.compare({"Council": ["the cat was it"], "Mayor": ["the cat was not it"]})
    with pytest.raises(InputError, match="min_confidence"):
        report.where(min_confidence=80)
    with pytest.raises(InputError, match="Council"):
        report.where(party="Counsil")


def test_pickling_names_the_alternative():
    checker = fake_checker()
    for move in (pickle.dumps, copy.deepcopy):
        with pytest.raises(ModelError, match=r"stancecheck\.scale\.PairWorker"):
            move(checker)


def test_filters_count_what_they_leave_out(fake):
    report = fake.compare({"A": ["the cat was it", "a raid"], "B": ["the cat was not it"]})
    shown = report.where("contradict")
    assert (len(shown), shown.pairs_judged, shown.left_out) == (1, 2, 1)
    assert (len(shown[:0]), shown[:0].pairs_judged) == (0, 2)
    assert "1 shown; 2 of 2 pairs judged by fake" in str(shown)
    assert "1 judgement shown" in shown.to_html()
    assert "No pair fits the filter." in str(shown[:0])


def test_wrong_types_are_refused_in_words(fake):
    report = fake.compare({"A": ["the cat was it"], "B": ["the cat was not it"]})
    for wrong in ("the cat", None, list(report)):
        with pytest.raises(InputError, match="expected a Judgement"):
            fake.explain(wrong)
    for wrong in (5, (), ("A", "B", "C"), b"A"):
        with pytest.raises(InputError, match="expected a party's name"):
            report.where(party=wrong)


def test_nothing_to_compare_says_why(fake):
    assert any("nothing to compare: 1 statement" in note for note in fake.compare(["the cat"]).notes)
    assert not any("Every pair" in note for note in fake.compare([]).notes)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda report: report.top("x"), "n: expected"),
        (lambda report: report.rethreshold(agree="x"), "agree: expected"),
        (lambda report: report.rethreshold(contradict=float("nan")), "contradict: expected"),
        (lambda report: report.to_html(""), "path: expected"),
        (lambda report: report.to_csv(5), "path: expected"),
        (lambda report: report.to_jsonl(b"x"), "path: expected"),
    ],
)
def test_a_report_refuses_other_types(fake, call, words):
    with pytest.raises(InputError, match=words):
        call(fake.compare({"A": ["the cat was it"], "B": ["the cat was not it"]}))


@pytest.mark.parametrize(
    "choice", [{"top_k": 1.5}, {"min_similarity": "x"}, {"min_similarity": float("nan")}, {"min_similarity": 7}]
)
def test_compare_refuses_odd_choices(fake, choice):
    with pytest.raises(InputError, match=next(iter(choice))):
        fake.compare({"A": ["the cat was it"], "B": ["the cat was not it"]}, **choice)
