"""disputes: pairs on one matter are one dispute, with every party's version."""

from __future__ import annotations

from stancecheck import Report, Statement
from tests.report.render.sample import judgement

DENIAL = Statement("No aircraft flew over the Sund on Saturday.", party="North", id="n1")
AGAIN = Statement("On Saturday no aircraft flew over the Sund, the ministry repeats.", party="North", id="n2")
STRIKE = Statement("Jets crossed the water and bombed the depot.", party="South", id="s1")
RADAR = Statement("Radar showed four jets heading east.", party="Watch", id="w1")
GRAIN = Statement("The grain store was full.", party="South", id="s2")
EMPTY = Statement("Nothing was stored in the granary.", party="North", id="n3")


def test_pairs_on_one_matter_join():
    pairs = (
        judgement(EMPTY, GRAIN, confidence=0.9),
        judgement(AGAIN, RADAR, confidence=0.6),
        judgement(DENIAL, STRIKE, confidence=0.8),
        judgement(STRIKE, EMPTY, "agree", confidence=0.99),
        judgement(DENIAL, RADAR, confidence=0.7),
    )
    first, second = Report(pairs).disputes
    assert first.pairs == (pairs[0],)
    assert second.pairs == (pairs[2], pairs[4], pairs[1])
    assert (second.lead, second.confidence, second.is_doubt) == (pairs[2], 0.8, False)
    assert second.parties == ["North", "South", "Watch"]
    assert second.versions == {"North": [DENIAL, AGAIN], "South": [STRIKE], "Watch": [RADAR]}


def test_hub_statement_joins_its_own_pairs():
    others = [Statement(f"{word} happened on the coast.", party="South") for word in ("Fire", "Theft", "Murder")]
    hub = judgement(DENIAL, others[0], confidence=0.9)
    spoke = judgement(DENIAL, others[1], confidence=0.8)
    beyond = judgement(EMPTY, others[1], confidence=0.7)
    assert [d.pairs for d in Report((beyond, spoke, hub)).disputes] == [(hub, spoke), (beyond,)]


def test_shared_words_do_not_join_parties():
    twin = Statement(DENIAL.text, party="Watch")
    found = Report((judgement(DENIAL, STRIKE), judgement(twin, GRAIN))).disputes
    assert [len(d.pairs) for d in found] == [1, 1]


def test_dispute_matrix_counts_once():
    report = Report((judgement(DENIAL, STRIKE), judgement(AGAIN, STRIKE, confidence=0.8), judgement(EMPTY, GRAIN)))
    found = report.dispute_matrix()
    assert found == {("North", "South"): 2, ("South", "North"): 2}
    assert found["North", "North"] == 0
    assert report.matrix()["North", "South"]["contradict"] == 3
