from __future__ import annotations

import io

import pytest
from rich.console import Console

from stancecheck.explain import Caution, CautionReason, Explanation, Reversal
from stancecheck.judging.judge import Evidence
from stancecheck.report.render.fragment import fragment
from stancecheck.report.render.text import table, to_text
from tests.report.render.sample import judgement, many, raid, statement, view_of


def test_contradictions_come_first() -> None:
    shown = to_text(raid())
    assert shown.index("≠ Contradict") < shown.index("= Agree")
    assert "· Unrelated" not in shown
    assert "in 4 disputes" in shown
    for words in ("Air Marshal Inga Holt", "2031-03-02", "Ministry briefing", "negation or denial", "97%"):
        assert words in shown


def test_matrix_shows_counts() -> None:
    line = next(line for line in to_text(raid()).splitlines()[::-1] if line.strip().startswith("Vestmark"))
    assert line.split() == ["Vestmark", "–", *["≠", "4", "(4)", "=", "0", "·", "3", "≠", "2", "(2)", "=", "0", "·", "1"]]


def test_the_rest_is_counted() -> None:
    shown = to_text(raid(), limit=2)
    assert "and 4 more disputes and agreements" in shown
    assert shown.count("Contradict") == 2
    assert "+ 1 on this matter" in shown
    assert "and 6 more" in to_text(raid(), limit=0)


def test_text_without_contradictions() -> None:
    view = view_of([judgement(statement("The bridge is shut.", "E"), statement("b", "W"), "unrelated")])
    shown = to_text(view)
    assert "No contradiction was found among the pairs judged." in shown
    assert "The bridge is shut." in shown


def test_caution_is_beside_the_verdict() -> None:
    caution = (CautionReason(Caution.HEDGED, "one says 'may'"),)
    found = judgement(statement("It may rain.", "E"), statement("No rain.", "W"), explanation=Explanation(caution=caution))
    assert "! hedged" in to_text(view_of([found]))


def test_many_parties_become_a_list() -> None:
    shown = to_text(many(200, parties=9), limit=1)
    assert "Pairs of parties, most contradictions first" in shown


def test_nothing_judged_says_so() -> None:
    assert "No pairs were judged." in to_text(view_of([]))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, to_text(raid(), width=width).splitlines())) <= width


def test_texts_never_steer_the_terminal() -> None:
    """Neither as an escape sequence nor as rich's own markup."""
    hostile = "\x1b]0;owned\x07 [red]bold[/red] [link=x]y[/] :smile: \u202egnorw \x9b2J"
    who = statement(hostile, "\x1b[31m[blue]East[/blue]", speaker="\x1b[2J", date="\x07", source="\x9bA", id="1")
    found = judgement(who, who, explanation=Explanation(reversal=Reversal("\x1b[1m", "a", "\x1b[5m", "\x1b[6m")))
    out = io.StringIO()
    view = view_of([found], title="\x1b[2Jtitle", model="\x1bm", notes=("\x1b[3mnote",))
    Console(file=out, width=200, color_system=None, force_terminal=False).print(table(view))
    for shown in (out.getvalue(), to_text(view, width=200)):
        assert not any(c in shown for c in "\x1b\x07\x9b\u202e")
        assert "[red]bold[/red]" in shown
        assert shown.count("[blue]East[/blue]") == 4  # on both sides, and in the matrix
        assert ":smile:" in shown


def test_deciding_words_are_underlined() -> None:
    out = io.StringIO()
    Console(file=out, width=200, color_system="standard", force_terminal=True).print(table(raid(), limit=1))
    assert "flew no sorties" in out.getvalue().split("\x1b[1;4m")[1].split("\x1b[0m")[0]


def test_long_statement_shows_deciding_part() -> None:
    text = "Before. " * 2000 + "The bridge is shut." + " After." * 2000
    start = text.index("The bridge")
    evidence = Evidence((start, start + 19), (0, 19))
    found = judgement(statement(text, "E"), statement("The bridge is open.", "W"), evidence=evidence)
    view = view_of([found])
    for shown in (" ".join(to_text(view, width=300).split()), fragment(view)):
        assert "The bridge is shut." in shown
        assert shown.count("…") == 2  # cut at both ends, and it shows
        assert len(shown) < 6000
