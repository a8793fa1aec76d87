from __future__ import annotations

from dataclasses import replace

from stancecheck.judging.mark import Mark
from stancecheck.report.render.markdown import to_markdown
from tests.report.render.sample import judgement, raid, statement, view_of


def test_dispute_has_versions_pairs_marks() -> None:
    marked = [replace(j, mark=Mark("real", "called *twice*")) if j.confidence == 0.972 else j for j in raid().judgements]
    notes = to_markdown(view_of(marked))
    assert notes.count("\n### ") == 4
    assert "### 1. Vestmark / Osterland / Harbour Watch (97%)" in notes
    assert "“Vestmark jets crossed the Sund on Saturday night and struck the depot at Kelby.”" in notes
    assert "- v1 ≠ o1: 97%; negation or denial; **real**: called \\*twice\\*" in notes
    assert "<https://harbourwatch.example/report-12>" in notes
    assert "## Agreements" in notes
    assert "Ferry traffic" not in notes


def test_texts_are_never_markdown() -> None:
    hostile = "# head\n- item\n[link](javascript:x) <b>bold</b> | `code` \x1b[2J"
    notes = to_markdown(view_of([judgement(statement(hostile, hostile), statement("b", "W"))], title=hostile))
    assert "\x1b" not in notes
    assert "\n# head" not in notes
    assert "\n- item" not in notes
    assert "\\[link\\](javascript:x) \\<b\\>bold\\</b\\> \\| \\`code\\`" in notes


def test_report_without_contradictions() -> None:
    notes = to_markdown(view_of([judgement(statement("a", "E"), statement("b", "W"), "unrelated")]))
    assert "No contradiction was found" in notes
