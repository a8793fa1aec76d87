"""A whole piece of wire copy comes out with its two sides, each statement with whom it belongs to."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article

WIRE = """RIVERTON, 14 May 2031 (Agency) — The transport ministry on Wednesday rejected claims by the opposition leader, \
Mara Vint, that it had ignored warnings about the Kvern bridge.

By Anna Berg

"No warning ever reached us," Transport Minister Ida Vold told reporters. Vold insisted the bridge was inspected in March.

Vint said three inspection reports since 2028 had warned of cracks. She wrote on Telegram that the ministry had been told twice.

A ministry spokeswoman, Tove Aas, declined to say whether the reports existed. It was unclear whether anyone had been hurt.

Engineers said on condition of anonymity that the steel was too thin, which the ministry denies.

Read more: Vold: "I will not resign" (page 7)
"""


def test_ministry_is_one_party():
    found = read_article(WIRE, source="Courier")
    said = {(s.party, s.speaker, str(s.commitment)) for s in found}
    assert {s.party for s in found} == {"Transport Ministry", "opposition", "Courier", "Engineers"}
    assert ("Transport Ministry", "Transport Ministry", "denies") in said
    assert ("Transport Ministry", "Tove Aas", "doubts") in said
    assert {s.speaker for s in found if s.party == "Transport Ministry"} == {"Transport Ministry", "Ida Vold", "Tove Aas"}


def test_denied_claim_is_not_asserted():
    texts = {(s.party, s.text) for s in read_article(WIRE, source="Courier")}
    assert ("Transport Ministry", "The Transport Ministry had not ignored warnings about the Kvern bridge.") in texts
    assert ("Transport Ministry", "The steel was not too thin.") in texts
    assert ("Engineers", "The steel was too thin.") in texts
    assert [text for party, text in texts if party == "Courier"] == ["It was unclear whether anyone had been hurt."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("According to the Tamber Commission, which watches the border, nine shots were fired.", "Nine shots were fired."),
        ("Mrs Tandy told me there were eleven.", "There were eleven."),
        ("His aide, Petra Oln, had earlier said that the talks were over.", "The talks were over."),
    ],
)
def test_content_begins_past_what_precedes(text, said):
    (statement,) = read_article(text)
    assert statement.text == said
