"""from_jsonl: what a report wrote is read back whole, with the marks of a reader."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stancecheck import Report
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate_report
from stancecheck.explain import Reversal
from stancecheck.judging.mark import Mark
from tests.report.render.sample import raid


@pytest.fixture
def report() -> Report:
    judgements = list(raid().judgements)
    judgements[0] = replace(judgements[0], similarity=0.5, nearness=0.25, rank=3, mark=Mark("to check", "ask her"))
    turned = replace(judgements[12].explanation, reversal=Reversal("East", "a", "2031-01-02", "2031-02-03"))
    judgements[12] = replace(judgements[12], explanation=turned, a=replace(judgements[12].a, span=(3, 9), commitment="denies"))
    return Report(tuple(judgements), pairs_considered=40, model="sample-model")


def test_report_round_trips(report, tmp_path):
    report.to_jsonl(tmp_path / "report.jsonl")
    again = Report.from_jsonl(tmp_path / "report.jsonl")
    assert list(again) == list(report.ranked())
    assert (again.model, again.pairs_considered) == ("sample-model", 0)
    assert Report.from_jsonl([]) == Report(())


def test_copies_round_trip(report, tmp_path):
    one, other = report[12].a, report[3].b
    copies = {
        one: tuple(replace(one, source=f"paper {n}", id=f"copy {n}") for n in range(3)),
        other: (replace(other, id="o9"),),
    }
    replace(report, copies=copies).to_jsonl(tmp_path / "report.jsonl")
    again = Report.from_jsonl(tmp_path / "report.jsonl")
    assert again.copies == copies
    assert Report.from_jsonl(again.to_dicts()) == again
    assert sum(len(c) for row in again.to_dicts() for c in row.get("copies", {}).values()) == 4
    labelled = [{"a": "copy 2", "b": report[12].b.id, "label": "contradict"}]  # of a copy, as the reader of the file knows it
    assert evaluate_report(again, labelled).metrics["contradict_recall"].value == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"copies": {"a": [{"text": ""}]}},
        {"copies": [1]},
        {"copies": {"b": 1}},
        {"a": "text"},
        {"evidence": 3},
        {"scores": []},
        {"confidence": float("nan")},
        {"confidence": 7},
        {"similarity": "x"},
        {"rank": "x"},
        {"forward": {"entailment": "x", "neutral": 0, "contradiction": 1}},
    ],
)
def test_odd_values_are_refused(report, wrong):
    with pytest.raises(InputError, match="row 0"):
        Report.from_jsonl([{**report.to_dicts()[0], **wrong}])


def test_marks_join_pairs_and_serve_as_gold(report):
    sides = [[{k: v for k, v in s.as_dict().items() if k != "span"} for s in (j.a, j.b)] for j in report]
    rows = [
        {"a": sides[12][1], "b": sides[12][0], "stance": "contradict", "mark": "real", "note": ""},
        {"a": sides[11][0], "b": sides[11][1], "stance": "contradict", "mark": "not real", "note": "other day"},
        {"a": sides[10][0], "b": sides[10][1], "stance": "contradict", "mark": "", "note": "?"},
    ]
    marked = Report.from_jsonl(report.to_dicts(), marks=rows)
    found = {(j.a.id, j.b.id): j.mark for j in marked if j.mark}
    assert found == {
        ("v1", "o1"): Mark("real"),
        ("v2", "o2"): Mark("not real", "other day"),
        (report[0].a.id, report[0].b.id): Mark("to check", "ask her"),
    }
    assert evaluate_report(report, rows).metrics["contradict_precision"].value == 0.5
    assert evaluate_report(report, marked.to_dicts()).metrics["contradict_precision"].value == 0.5
    assert [row["mark"] for row in map(json.loads, marked.to_jsonl().splitlines()) if "mark" in row] == [
        "real",
        "not real",
        "to check",
    ]


def test_other_rows_are_refused(report):
    rows = report.to_dicts()
    del rows[1]["scores"]
    rows[2]["stance"] = "maybe"
    with pytest.raises(InputError, match=r"row 1: 'scores' is missing; row 2: 'maybe' is not a valid Stance"):
        Report.from_jsonl(rows)
    with pytest.raises(InputError, match="row 0: mark: expected one of"):
        Report.from_jsonl(report.to_dicts(), marks=[{"a": {"text": "x"}, "b": {"text": "y"}, "mark": "yes"}])
    with pytest.raises(InputError, match="none of the 1 marks"):
        Report.from_jsonl(report[1:].to_dicts(), marks=[{"a": {"text": "x"}, "b": {"text": "y"}, "mark": "real"}])
