"""evaluate_report: what a report gets right, counted by hand."""

from __future__ import annotations

import json

import pytest

from stancecheck import Report, Stance, Statement
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate_report, evaluate_reports, read_gold
from stancecheck.judging.judge import Evidence, Judgement, NLIScores

GOLD = [
    {"a": "a1", "b": "b1", "label": "contradict"},
    {"a": "b2", "b": "a2", "label": "contradict"},
    {"a": "a3", "b": "b3", "label": "contradict"},
    {"a": "a1", "b": "b2", "label": "agree"},
    {"a": "a1", "b": "b3", "label": "doubtful"},
]


def judged(a: str, b: str, stance: str, confidence: float) -> Judgement:
    rest = (1 - confidence) / 2
    scores = {s: confidence if s == stance else rest for s in Stance}
    one, other = (Statement(f"What {key} says.", party=key[0], id=key) for key in (a, b))
    nli = NLIScores(0.2, 0.3, 0.5)
    return Judgement(one, other, Stance(stance), confidence, scores, nli, nli, False, Evidence((0, 3), (0, 3)))


@pytest.fixture
def report() -> Report:
    """Right, wrong, right, not scored; one of three contradictions was not judged; the agreement was found."""
    found = [("a2", "b2", 0.7), ("a1", "b1", 0.9), ("a2", "b1", 0.8), ("a1", "b3", 0.95)]
    judgements = [judged(a, b, "contradict", sure) for a, b, sure in found]
    judgements += [judged("a1", "b2", "agree", 0.6), judged("a3", "b1", "unrelated", 0.9)]
    return Report(tuple(judgements), pairs_considered=9)


def values(evaluation) -> dict[str, float | None]:
    return {name: None if f.value is None else round(f.value, 4) for name, f in evaluation.metrics.items()}


def test_report_metrics_match_hand_counts(report):
    found = evaluate_report(report, GOLD)
    assert (found.reports, found.pairs, found.judged) == (1, 8, 5)
    assert found.counts == {"contradict": (3, 2, 3), "agree": (1, 1, 1)}
    assert found.summary == "2 of 3 contradictions right; 2 of 3 found. 1 of 1 agreements right; 1 of 1 found."
    assert values(found) == {
        "contradict_precision": 0.6667,
        "contradict_recall": 0.6667,
        "contradict_f1": 0.6667,
        "false_contradict": 125.0,
        "agree_precision": 1.0,
        "agree_recall": 1.0,
        "agree_f1": 1.0,
        "false_agree": 0.0,
        "first_5": 0.6667,
        "first_10": 0.6667,
        "empty": 0.0,
        "contradict_ap": round((1 + 2 / 3) / 3, 4),
        "lost": 0.25,
        "ece": round((0.1 + 0.8 + 0.3 + 0.4) / 4, 4),  # fewer pairs than bins: each is one
    }


def test_empty_ranking_has_zero_precision(report):
    silent = Report(tuple(j.with_stance(Stance.UNRELATED) for j in report), pairs_considered=9)
    found = values(evaluate_report(silent, GOLD))
    assert (found["first_5"], found["contradict_recall"], found["contradict_precision"]) == (0, 0, None)
    assert found["empty"] == 1
    nothing_there = values(evaluate_report(silent, [{"a": "a1", "b": "b1", "label": "doubtful"}]))
    assert nothing_there["first_5"] is nothing_there["empty"] is None


def test_marks_give_precision_not_recall(report):
    rows = [{**j.as_dict(), "mark": m} for j, m in zip(report, ("real", "not real", "to check", "real"), strict=False)]
    found = values(evaluate_report(report, [*rows, *(j.as_dict() for j in report[4:])]))
    assert found["contradict_precision"] == found["first_5"] == 0.6667
    assert evaluate_report(report, rows).summary == "2 of 3 contradictions right. 0 of 0 agreements right."
    assert found["contradict_recall"] is found["contradict_f1"] is found["lost"] is found["agree_precision"] is None


def test_several_reports_have_intervals(report):
    empty = Report((), pairs_considered=9)
    found = evaluate_reports([(report, GOLD), (report, read_gold(GOLD)), (empty, GOLD)], resamples=200)
    first = found.metrics["first_5"]
    assert first.value == pytest.approx(4 / 9)
    assert first.interval.low <= first.value <= first.interval.high
    assert found.metrics["contradict_recall"].value == pytest.approx(4 / 9)
    assert "right of the first 5 contradictions" in str(found)
    assert "<td>0.444" in found._repr_html_()
    json.dumps(found.as_dict(), allow_nan=False)


def test_gold_is_matched_by_id_or_text(report, tmp_path):
    path = tmp_path / "case.gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in GOLD))
    assert evaluate_report(report, str(path)) == evaluate_report(report, GOLD)
    a, b = Statement("It rained.", party="A"), Statement("It was dry.", party="B")
    gold = read_gold([{"a": a.as_dict(), "b": b.text, "label": "contradict"}])
    assert gold.label(b, a) is Stance.CONTRADICT
    flat = read_gold([{"text_a": a.text, "id_a": None, "text_b": b.text, "stance": "agree", "mark": "real"}])
    assert flat.label(a, b) is Stance.AGREE


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"a": "a1", "b": "b1", "label": "maybe"}], "row 0: label: expected one of .*'maybe'"),
        ([{"a": "a1", "b": "b1", "stance": "agree", "mark": "yes"}], "mark: expected one of"),
        ([{"a": "a1", "label": "agree"}], "expected a statement's id"),
        ([{"a": "x", "b": "y", "label": "agree"}], "none of the 2 statements"),
    ],
)
def test_unusable_gold_is_refused(report, rows, told):
    with pytest.raises(InputError, match=told):
        evaluate_report(report, rows)


def test_ambiguous_id_is_refused(report):
    other = judged("a1", "b9", "agree", 0.9)
    twice = Judgement(Statement("Something else.", id="a1"), other.b, *(getattr(other, f) for f in other.__slots__[2:]))
    with pytest.raises(InputError, match="'a1' stands for two"):
        evaluate_report(Report((*report, twice)), GOLD)


def test_no_report_is_refused():
    with pytest.raises(InputError, match="at least one report"):
        evaluate_reports([])


def test_gold_of_copies_counts_once(report):
    said = report[1].a
    copies = tuple(Statement(said.text, party="a", id=f"copy{n}") for n in range(2))
    rows = [{**row, "a": "copy0" if row["a"] == "a1" else row["a"]} for row in GOLD]
    rows.append({"a": "b1", "b": "copy1", "label": "contradict"})
    with_copies = Report(tuple(report), pairs_considered=9, copies={said: copies})
    assert evaluate_report(with_copies, rows) == evaluate_report(report, GOLD)
    torn = [*rows, {"a": "b1", "b": "a1", "label": "agree"}]
    assert evaluate_report(with_copies, torn).counts["contradict"] == (2, 1, 2)
