"""Who is one and the same: people, offices and bodies of an article come together where the text ties them."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article
from stancecheck.attribution.mentions import read_mention

STORY = """Works Minister Ida Vold said the bridge was safe. Her ministry said that it had been inspected in May.

"The steel is sound," the ministry's spokeswoman, Tove Aas, told reporters. She said that no crack had been found.

The minister insisted that the lorries had caused the noise. Vold said the ministry had warned them.

The drivers' union denied that its members had been warned. Its chairman, Per Dahl, said: "Nobody called us."
"""


def test_offices_of_one_body_are_one_party():
    found = [s for s in read_article(STORY, source="Post") if s.party != "Post"]
    assert {s.speaker for s in found if s.party == "Works Ministry"} == {"Ida Vold", "Works Ministry", "Tove Aas"}
    assert {s.speaker for s in found if s.party == "drivers’ union" or s.party == "drivers' union"} == {
        "drivers' union",
        "Per Dahl",
    }
    assert len({s.party for s in found}) == 2


def test_merged_parties_are_noted():
    notes: list[str] = []
    read_article(STORY, source="Post", notes=notes)
    assert any("'Ida Vold' was taken for Works Ministry" in note and "Works Minister Ida Vold" in note for note in notes)


def test_callers_parties_override_the_text():
    found = read_article(STORY, parties={"Tove Aas": "Press office", "Works Ministry": "Government"})
    assert {s.party for s in found if s.speaker == "Tove Aas"} == {"Press office"}
    assert {s.party for s in found if s.speaker == "Ida Vold"} == {"Government"}


def test_capital_and_staff_are_the_country():
    text = (
        "Kyiv said that the bridge was hit. Ukraine's general staff said that it stood. The Ukrainian army said that it held. "
    )
    text += "Russia said that nothing was hit."
    assert [s.party for s in read_article(text)] == ["Ukraine", "Ukraine", "Ukraine", "Russia"]


def test_people_alone_are_their_own_party():
    found = read_article("Two witnesses said that it rained. A farmer said that it snowed.")
    assert [s.party for s in found] == ["Two witnesses", "farmer"]


@pytest.mark.parametrize(
    ("words", "name", "owner"),
    [
        ("Water board engineer Sigrid Vold", "Sigrid Vold", "Water board"),
        ("its chairman, Per Dahl,", "Per Dahl", "its"),
        ("Lt. Gen. Mira Dost, who commands Karvesia's border guard", "Mira Dost", "Karvesia's border guard"),
        ("The mediator, Ambassador Ruth Oyelin of the Northern League,", "Ruth Oyelin", "the Northern League"),
        ("Environment Minister Teo Ibarrondo", "Teo Ibarrondo", "Environment Ministry"),
        ("Tove Lien, who heads emergency planning at the county", "Tove Lien", "the county"),
        ("The operator, Solvo Minerals,", "Solvo Minerals", None),
        ("a company spokesman", None, "company"),
        ("Analysts at Lowe Dietrich", None, "Lowe Dietrich"),
    ],
)
def test_mention_gives_name_and_party(words, name, owner):
    found = read_mention(words)
    assert (found.name, found.owner) == (name, owner)
