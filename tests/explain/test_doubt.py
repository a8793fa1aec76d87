"""A party that doubts or denies what another asserts is shown, and is not a contradiction."""

from __future__ import annotations

import csv
import io
import json

import pytest

from stancecheck import Report, Stance, Statement
from stancecheck.explain import doubt
from stancecheck.judging.judge import Evidence, Judgement, NLIScores

DOUBTED = Statement("The ministry is not aware of any help with the raid.", party="North", commitment="doubts")
ASSERTED = Statement("The ministry's help made the raid possible.", party="South", commitment="asserts")
EVEN = NLIScores(0.2, 0.6, 0.2)


def judged(a: Statement, b: Statement, stance: Stance = Stance.UNRELATED, contradict: float = 0.2) -> Judgement:
    scores = {Stance.AGREE: 0.1, Stance.CONTRADICT: contradict, Stance.UNRELATED: 0.9 - contradict}
    return Judgement(
        a, b, stance, scores[stance], scores, EVEN, EVEN, False, Evidence((0, len(a.text)), (0, len(b.text))), "toy"
    )


def said(statement: Statement, **changed: str | None) -> Statement:
    return Statement(**(statement.as_dict() | changed))


def test_doubt_names_side_and_shared_words():
    found = doubt(judged(DOUBTED, ASSERTED))
    assert found is not None
    assert (found.by, found.commitment, found.shared) == ("a", "doubts", ("ministry", "help", "raid"))


def test_doubt_ignores_statement_order():
    found = doubt(judged(ASSERTED, DOUBTED))
    assert found is not None
    assert (found.by, found.commitment, found.shared) == ("b", "doubts", ("ministry", "help", "raid"))


@pytest.mark.parametrize("stance", [Stance.AGREE, Stance.UNRELATED])
@pytest.mark.parametrize("against", ["doubts", "denies"])
@pytest.mark.parametrize("firm", ["asserts", "announces"])
def test_doubts_oppose_assertions(stance, against, firm):
    assert doubt(judged(said(DOUBTED, commitment=against), said(ASSERTED, commitment=firm), stance)) is not None


@pytest.mark.parametrize(
    ("a", "b", "stance"),
    [
        (DOUBTED, ASSERTED, Stance.CONTRADICT),  # shown as a contradiction already
        (DOUBTED, said(ASSERTED, party="North"), Stance.UNRELATED),  # one party
        (DOUBTED, said(ASSERTED, commitment="doubts"), Stance.UNRELATED),  # both doubt
        (DOUBTED, said(ASSERTED, commitment="reports"), Stance.UNRELATED),  # nobody asserts
        (said(DOUBTED, commitment=None), ASSERTED, Stance.UNRELATED),  # not known who stands behind what
        (DOUBTED, said(ASSERTED, text="The harbour will be shut for repairs until May."), Stance.UNRELATED),  # another matter
        (DOUBTED, said(ASSERTED, text="No help with the raid came from the ministry."), Stance.UNRELATED),  # both: no help
        (  # names alone
            said(DOUBTED, text="Norland is not aware of any help from Estland."),
            said(ASSERTED, text="Norland and Estland share a border."),
            Stance.UNRELATED,
        ),
        (
            DOUBTED,
            said(ASSERTED, text="A raid of eggs, flour and milk began at nine and went on."),
            Stance.UNRELATED,
        ),  # one word
    ],
)
def test_nothing_else_is_a_doubt(a, b, stance):
    assert doubt(judged(a, b, stance)) is None
    assert doubt(judged(b, a, stance)) is None


def test_speakers_stand_in_for_parties():
    mayor, clerk = said(DOUBTED, party=None, speaker="the mayor"), said(ASSERTED, party=None, speaker="the clerk")
    assert doubt(judged(mayor, clerk)) is not None
    assert doubt(judged(mayor, said(clerk, speaker="the mayor"))) is None
    shown = Report((judged(mayor, clerk),)).to_html()
    assert "the mayor doubts what the clerk asserts" in shown


def test_us_is_a_country_not_a_pronoun():
    a = said(DOUBTED, text="Norland is not aware of any assistance to US flights during the operation.")
    found = doubt(judged(a, said(ASSERTED, text="The US military prepared the operation together with Norland.")))
    assert found is not None
    assert found.shared == ("Norland", "US", "operation")


def test_long_statements_share_more_words():
    long = "The ministry spoke of help for farmers, roads, schools, harbours, bakers, painters, singers, nurses and trains."
    other = "Help reached the ministry's own workers, clerks, cooks, drivers, gardeners, guards, cleaners and porters late."
    assert doubt(judged(said(DOUBTED, text=long), said(ASSERTED, text=other))) is None


@pytest.fixture
def report() -> Report:
    plain = said(ASSERTED, commitment=None)
    return Report(
        (
            judged(plain, said(plain, party="North"), Stance.AGREE),
            judged(said(plain, party="East"), DOUBTED, contradict=0.1),
            judged(said(ASSERTED, party="West"), DOUBTED, contradict=0.1),
            judged(DOUBTED, ASSERTED, contradict=0.3),
            judged(plain, DOUBTED, Stance.CONTRADICT, contradict=0.6),
        )
    )


def test_doubts_join_disputes(report):
    (one,) = report.disputes
    assert list(one.pairs) == [report[4], report[3], report[2]]
    assert not one.is_doubt
    (doubted,) = report[:4].disputes
    assert list(doubted.pairs) == [report[3], report[2]]
    assert doubted.is_doubt
    assert report.counts[Stance.CONTRADICT] == 1


def test_doubts_follow_contradictions(report):
    order = [(j.stance, doubt(j) is not None, j.scores[Stance.CONTRADICT]) for j in report.view().in_reading_order()]
    assert [o[:2] for o in order] == [
        ("contradict", False),
        ("unrelated", True),
        ("unrelated", True),
        ("agree", False),
        ("unrelated", False),
    ]
    assert order[1][2] > order[2][2]


def test_every_export_says_who_doubts(report):
    assert [row["doubt"] for row in csv.DictReader(io.StringIO(report.to_csv()))] == ["", "a doubts", "b doubts", "", ""]
    lines = [json.loads(line) for line in report.to_jsonl().splitlines()]
    assert lines[1]["doubt"] == {"by": "a", "commitment": "doubts", "shared": ["ministry", "help", "raid"]}
    assert "doubt" not in lines[0]
    assert list(report.to_pandas()["doubt"].dropna()) == list(report.to_dataset().to_pandas()["doubt"].dropna())


def test_doubts_are_shown_in_all_outputs(report):
    words = "North doubts what South asserts; both speak of “ministry”, “help”, “raid”"
    assert words in report.to_html()
    assert words in report[:4]._repr_html_()
    assert "! doubted" in str(report[:4])
