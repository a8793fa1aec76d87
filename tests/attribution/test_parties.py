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


def _parties(text: str) -> list[str | None]:
    return [s.party for s in read_article(text, source="Post") if s.cue]


def test_opponents_and_kin_stay_apart():
    text = "Lars Holm's opponent, Senator Ada Quist, said that the ferry was late. Holm said that it was on time. "
    text += "His brother, Emil Holm, said that it sank. A former Ferrylines captain, Jon Aske, said that it burned."
    found = _parties(text)
    assert len(set(found)) == 4, found


def test_office_ends_at_the_possessive():
    assert read_mention("In an interview last week Hartwell's chief executive, Dana Ruiz,").owner == "Hartwell"
    assert read_mention("Gunvor Tiel, a glaciologist with the National Ice Survey,").owner == "the National Ice Survey"
    assert read_mention("Carl Reddy, a Conservative businessman,").owner is None


def test_short_and_long_names_are_one():
    text = "The pump operator Norvatt said that the dyke held. Norvatt said that it was dry. "
    text += "Lumia's Water Ministry said that it leaked. The Water Ministry said that it broke."
    assert _parties(text) == ["Norvatt", "Norvatt", "Lumia's Water Ministry", "Lumia's Water Ministry"]


def test_two_owners_of_a_name_stay_two():
    text = (
        "Lumia's Water Ministry said that it leaked. Orba's Water Ministry said that it held. The Water Ministry said no more."
    )
    assert len(set(_parties(text))) == 2


def test_department_for_is_the_department():
    text = "The Department for Bridges said that the road was shut. The department said that it would open."
    assert set(_parties(text)) == {"Department for Bridges"}


def test_company_is_no_group_of_people():
    text = "The Mill Lane Residents' Group said that the pipe leaked. The company said that it held."
    assert len(set(_parties(text))) == 2


def test_she_can_be_without_office():
    text = "Governor Karl Brun said that the road was open. In Orby, Rana Holt, whose son drove it, had waited. "
    text += '"It was shut," she said.'
    assert [s.speaker for s in read_article(text) if s.cue][-1] == "Rana Holt"


def test_he_can_be_without_name():
    text = "Minister Jon Brun said that nobody left. A priest at the Orla mission told the Post that many left. "
    text += '"I saw them," he said.'
    assert "priest" in ([s.speaker for s in read_article(text) if s.cue][-1] or "")


def test_titles_tell_the_sex():
    text = "The mayor parted with Chip Garnet, who had run her campaign. Mr. Garnet left. The price was wrong, he said."
    assert [s.speaker for s in read_article(text) if s.cue][-1] == "Chip Garnet"


def test_it_is_the_body_that_opens():
    text = "The Water Office said that the dam held. Borderline, a group of observers, sent its own boats. "
    text += "It said that the dam leaked."
    assert _parties(text)[-1] == "Borderline"


def test_a_dateline_is_no_body():
    text = (
        'TARVA CITY, May 4 (Wire) - The Relief Agency said that 40 were hurt. "They are safe," its director, Fabian Rohn, said.'
    )
    assert set(_parties(text)) == {"Relief Agency"}


def test_campaign_is_the_person():
    text = "Senator Ada Quist said that taxes fell. Quist's campaign said that wages rose. "
    text += "The Quist campaign said that rents fell. Ms Quist's office said that prices fell."
    assert set(_parties(text)) == {"Ada Quist"}


def test_team_and_founder_are_the_body():
    text = "The University of Orla said that bones were found. "
    text += (
        "A University of Orla team said that they were old. Jens Holm, who founded Blackfen Partners, said that they were new."
    )
    assert [p for p in _parties(text) if p in ("University of Orla", "Blackfen Partners")] == [
        "University of Orla",
        "University of Orla",
        "Blackfen Partners",
    ]


@pytest.mark.parametrize(
    ("text", "party", "speaker"),
    [
        ("Ila Brant, cabinet member for highways, said the lane would close.", "Ila Brant", "Ila Brant"),
        ("Ruth Moss, the minister for the coast, said crews had been paid.", "Ruth Moss", "Ruth Moss"),
        ("The wall fell on Monday, said Bo Tull, who chaired the roads committee at the time.", "Bo Tull", "Bo Tull"),
        ("Western diplomat Jo Ray said the talks had failed.", "Jo Ray", "Jo Ray"),
    ],
)
def test_matter_or_region_is_no_party(text, party, speaker):
    (statement,) = read_article(text)
    assert (statement.party, statement.speaker) == (party, speaker)


def test_small_ministry_is_its_state():
    text = (
        "Orlavia's defence ministry rejected the claim. The ministry said that two guards were hurt. "
        "Kessia's Foreign Minister Jonas Harrow said that the patrol had crossed the river."
    )
    assert [s.party for s in read_article(text) if str(s.commitment) == "asserts"] == ["Orlavia", "Kessia"]
