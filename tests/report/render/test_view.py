from __future__ import annotations

import pytest

from stancecheck.explain import Caution, CautionReason, Cue, Explanation, Kind, Reversal
from stancecheck.report.render.view import ReportView, percent
from stancecheck.report.render.words import caution_words, cue_words, kind_words, marked_spans, reversal_words
from tests.report.render.sample import judgement, raid, statement, view_of

A, B = statement("The bridge is open.", "East"), statement("The bridge is shut.", "West")


def test_reading_order() -> None:
    found = [(j.stance, j.confidence) for j in raid().in_reading_order()]
    assert [stance for stance, _ in found] == ["contradict"] * 6 + ["agree"] * 2 + ["unrelated"] * 5
    for stance in ("contradict", "agree", "unrelated"):
        sure = [confidence for s, confidence in found if s == stance]
        assert sure == sorted(sure, reverse=stance != "unrelated")  # of the rest, what comes nearest to a contradiction


def test_matrix_cell_is_symmetric() -> None:
    view = ReportView(parties=["E", "W"], matrix={("E", "W"): {"contradict": 2}})
    assert view.cell("E", "W") == view.cell("W", "E") == {"agree": 0, "contradict": 2, "unrelated": 0}
    assert view.cell("E", "E") == {"agree": 0, "contradict": 0, "unrelated": 0}


def test_meetings_list_each_pair_once() -> None:
    met = [(one, other, cell["contradict"]) for one, other, cell in raid().meetings()]
    assert [{*m[:2]} for m in met] == [{"Osterland", "Vestmark"}, {"Harbour Watch", "Vestmark"}, {"Harbour Watch", "Osterland"}]
    assert [m[2] for m in met] == [4, 2, 0]


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.5, "50%"), (0.99, "99%"), (0.9951, ">99%"), (1.0, ">99%"), (0.004, "<1%"), (float("nan"), "?"), (1.5, "?")],
)
def test_probability_never_shows_certainty(probability: float, shown: str) -> None:
    assert percent(probability) == shown


def test_no_explanation_no_words() -> None:
    plain = judgement(A, B)
    assert kind_words(plain) == reversal_words(plain) == ""
    assert caution_words(plain) == cue_words(plain) == marked_spans(plain, "a") == []


def test_an_explanation_is_told_in_words() -> None:
    explanation = Explanation(
        kind=Kind.WHO_DID_WHAT,
        caution=(CautionReason(Caution.DIFFERENT_TIME, "said on two days"), CautionReason(Caution.HEDGED, "one says 'may'")),
        cues=(Cue(Kind.ANTONYM, (14, 18), (14, 18)), Cue(Kind.MODALITY, None, None)),
        reversal=Reversal("East", "a", "2031-01-02", "2031-02-03"),
    )
    explained = judgement(A, B, explanation=explanation)
    assert kind_words(explained) == "who did what"
    assert caution_words(explained) == ["different time: said on two days", "hedged: one says 'may'"]
    assert caution_words(explained, brief=True) == ["different time", "hedged"]
    assert cue_words(explained) == ["antonym: “open” and “shut”", "how certain it is"]
    assert reversal_words(explained) == "East said the one on 2031-01-02 and the other on 2031-02-03"


def test_unread_text_is_a_caution() -> None:
    assert "did not read all" in caution_words(judgement(A, B, truncated=True))[0]


def test_spans_are_sorted_and_joined() -> None:
    spans = ((14, 99, 0.9), (0, 3, 0.5), (2, 6, 0.1), (7, 7, 0.1), (8, 9, 0.4), (50, 60, 0.1))
    assert marked_spans(judgement(A, B, explanation=Explanation(spans)), "a") == [(0, 10, True), (14, 19, True)]


def test_spans_mark_whole_words() -> None:
    spans = ((5, 8, 0.9), (10, 12, 0.8))  # 'rid' and ' i'
    assert marked_spans(judgement(A, B, explanation=Explanation(spans)), "a") == [(4, 10, True), (11, 13, True)]


def test_the_sample_counts_what_it_holds() -> None:
    view = view_of([judgement(A, B), judgement(B, A, "agree")])
    assert view.cell("East", "West") == {"agree": 1, "contradict": 1, "unrelated": 0}
