"""report: answers in input order, and exports that hold everything."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest

from stancecheck import Report, Stance, Statement
from stancecheck.errors import InputError

TEXTS = [("A", "the raid was not it"), ("A", "the cat"), ("B", "the raid was it"), ("C", "the cat"), (None, "dog")]


@pytest.fixture
def report(fake) -> Report:
    statements = [Statement(t, party=p, speaker=f"S{i}", date="2031-05-01", id=str(i)) for i, (p, t) in enumerate(TEXTS)]
    return fake.compare(statements, exhaustive=True)


def test_report_is_a_sequence(report):
    assert [(j.a.id, j.b.id) for j in report] == [
        ("0", "2"),
        ("0", "3"),
        ("0", "4"),
        ("1", "2"),
        ("1", "3"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
        ("3", "4"),
    ]
    assert report[0] is report.judgements[0]
    assert isinstance(report[1:3], Report)
    assert list(report[::-4]) == list(report.judgements[::-4])
    assert (report.pairs_considered, report.pairs_judged, len(report)) == (9, 9, 9)


def test_counts_and_matrix_add_up(report):
    assert sum(report.counts.values()) == len(report)
    assert report.counts[Stance.CONTRADICT] >= 1
    matrix = report.matrix()
    assert all(matrix[p, q] == matrix[q, p] for p, q in matrix)
    above = sum(sum(matrix[p, q].values()) for i, p in enumerate(report.parties) for q in report.parties[i:])
    assert above == len(report)


def test_where_filters(report):
    contradictions = report.where("contradict")
    assert {j.stance for j in contradictions} == {Stance.CONTRADICT}
    assert len(report.where(Stance.AGREE)) == report.counts[Stance.AGREE]
    assert {frozenset((j.a.party, j.b.party)) for j in report.where(party=("A", "B"))} == {frozenset("AB")}
    assert all("C" in (j.a.party, j.b.party) for j in report.where(party="C"))
    assert len(report.where(party=("A", "A"))) == 0
    bound = sorted(j.confidence for j in report)[4]
    assert [j for j in report if j.confidence >= bound] == list(report.where(min_confidence=bound))
    with pytest.raises(InputError, match="expected one of"):
        report.where("disagree")


def test_ranked_and_top_lose_none(report):
    contradictions = report.ranked("contradict")
    sure = [j.confidence for j in contradictions]
    assert sure == sorted(sure, reverse=True)
    assert sorted(map(id, contradictions)) == sorted(map(id, report.where("contradict")))
    assert list(report.top(1)) == list(contradictions[:1])
    assert len(report.top(-1)) == 0
    order = [j.stance for j in report.ranked()]
    assert order == sorted(order, key=["contradict", "agree", "unrelated"].index)
    assert report.ranked().pairs_considered == report.pairs_considered


def test_a_report_is_a_line_in_a_console(report):
    assert repr(report).startswith("Report(9 of 9 pairs judged: ")
    assert "\n" not in repr(report)


def test_rethreshold_keeps_scores(report):
    assert list(report.rethreshold()) == list(report)
    strict = report.rethreshold(contradict=1.0)
    assert strict.counts[Stance.CONTRADICT] == 0
    assert [j.scores for j in strict] == [j.scores for j in report]
    assert all(j.confidence == j.scores[j.stance] for j in strict)
    assert strict.counts[Stance.AGREE] == report.counts[Stance.AGREE]
    with pytest.raises(InputError, match="between 0 and 1"):
        report.rethreshold(agree=2)


def test_every_export_holds_every_judgement(report, tmp_path):
    stances = [j.stance.value for j in report.ranked()]
    assert sorted(stances) == sorted(j.stance for j in report)
    lines = [json.loads(line) for line in report.to_jsonl(tmp_path / "r.jsonl").splitlines()]
    assert [x["stance"] for x in lines] == stances == [x["stance"] for x in report.to_dicts()]
    assert (tmp_path / "r.jsonl").read_text().splitlines() == report.to_jsonl().splitlines()
    table = list(csv.DictReader(io.StringIO(report.to_csv(tmp_path / "r.csv"))))
    assert [x["stance"] for x in table] == stances
    assert table[0]["speaker_b"] == report.ranked()[0].b.speaker
    assert report.to_pandas()["stance"].tolist() == stances == report.to_dataset()["stance"][:]
    assert report.to_pandas()["text_a"].tolist() == [j.a.text for j in report.ranked()]


def test_spreadsheet_formulas_are_defused(fake):
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "plain"]
    report = fake.compare([Statement(text, party=f"={i}") for i, text in enumerate(texts)], exhaustive=True)
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert {text for row in rows for text in (row["text_a"], row["text_b"])} == {f"'{t}" for t in texts[:5]} | {"plain"}
    assert all(row["party_a"].startswith("'=") for row in rows)
    assert report.to_pandas()["text_a"].str.startswith("'").sum() == 0


def test_empty_reports_export_too():
    empty = Report(())
    assert empty.disputes == ()
    assert empty.to_markdown().startswith("# ")
    assert empty.to_jsonl() == ""
    assert empty.to_csv().startswith("text_a,party_a")
    assert len(empty.to_pandas()) == len(empty.to_dataset()) == 0
    assert empty.matrix() == {}
    assert "<" in empty.to_html()
    assert str(empty)


def test_outputs_show_the_statements(report, tmp_path):
    page = report.to_html(tmp_path / "r.html", title="What was said")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == page
    assert "What was said" in page
    for shown in (page, report._repr_html_(), str(report)):
        assert "the raid was not it" in shown


def test_failed_write_keeps_the_old_file(report, tmp_path, monkeypatch):
    path = tmp_path / "r.csv"
    path.write_text("old")

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match="No space left"):
        report.to_csv(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folder_is_an_input_error(report, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        report.to_html(tmp_path / "none" / "r.html")


def test_explanation_ends_with_the_stance(fake, report):
    explained = fake.explain(report)
    first = explained.where("contradict")[0]
    assert first.explanation is not None
    assert first.as_dict()["explanation"] == first.explanation.as_dict()
    assert [j.explanation for j in explained.rethreshold()] == [j.explanation for j in explained]
    assert not any(j.explanation for j in explained.rethreshold(contradict=1.0))
    assert not any("explanation" in row for row in report.to_dicts())


def test_no_collision_is_stated_everywhere(report):
    none = report.rethreshold(contradict=1.0)
    nearest = max(none, key=lambda j: j.scores[Stance.CONTRADICT])
    for shown in (str(none), none._repr_html_(), none.to_html(), none.to_markdown()):
        assert "No contradiction was found" in shown
        assert nearest.a.text in shown
        assert nearest.b.text in shown


def test_unknown_picture_is_refused(report):
    with pytest.raises(InputError, match="matrix"):
        report.plot("pie")
