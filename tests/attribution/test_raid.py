"""A made-up article in which a ministry doubts a raid that a president has announced."""

from __future__ import annotations

from stancecheck.attribution import read_article

RAID = """Selmark News- The Ostrian army cast doubt on Velland's official story of the night landing that freed the banker \
Emil Tarsky, saying it holds no reliable information on the landing.

In a note to editors, Ostrian Defence Ministry spokesman Colonel Ivo Brandt said the Ostrian army “does not have reliable \
information” on a landing by Velland marines on the island of Sker, adding: “The longer the list of those who say they took \
part, each with a tale that contradicts the last, the more we must ask whether it took place at all.”

He also added that the ministry was not aware of any help that Ostria had supposedly given the marines, thus contradicting \
Orlan's remarks about the marines having planned the landing with Ostria.

When he announced the rescue, Velland President Jan Orlan thanked Ostria and Karst for helping with the landing, claiming that \
Ostria “was told the hour” of it.

“We are unaware of any alleged request for passage through Ostrian waters during this landing,” the Ostrian Defence Ministry \
official said.

Brandt said, however, that the Ostrian army had observed no flights by Velland helicopters over the strait.

“On Sunday no flights were recorded over the strait of Sker,” Brandt said.

Ostria keeps a base on the mainland at Dorn.

The landing took place only days after Orlan announced that Velland would be pulling its marines out of the strait.
"""


def test_each_side_of_the_raid_is_one_party():
    found = read_article(RAID, source="Selmark News")
    assert {s.party for s in found} == {"Ostria", "Velland", "Selmark News"}
    assert {s.speaker for s in found if s.party == "Ostria"} == {"Ostria", "Ivo Brandt"}
    assert {s.speaker for s in found if s.party == "Velland"} == {"Jan Orlan"}


def test_raids_three_matters_have_two_sides():
    said = {(s.party, str(s.commitment), s.text) for s in read_article(RAID, source="Selmark News")}
    help_of_ostria = {
        (
            "Ostria",
            "doubts",
            "The Ostrian Defence Ministry was not aware of any help that Ostria had supposedly given the marines.",
        ),
        ("Velland", "asserts", "Ostria and Karst helped with the landing."),
        ("Velland", "asserts", "The marines had planned the landing with Ostria."),
        ("Velland", "asserts", "Ostria was told the hour of it."),
    }
    the_raid_itself = {
        (
            "Ostria",
            "doubts",
            "The Ostrian army does not have reliable information on a landing by Velland marines on the island of Sker.",
        ),
    }
    flights = {
        ("Ostria", "asserts", "The Ostrian army had observed no flights by Velland helicopters over the strait."),
        ("Ostria", "asserts", "On Sunday no flights were recorded over the strait of Sker."),
    }
    assert help_of_ostria | the_raid_itself | flights <= said


def test_announced_raid_is_no_claim():
    found = read_article(RAID, source="Selmark News")
    ahead = [str(s.commitment) for s in found if s.party == "Velland" and "pulling" in s.text]
    assert ahead == ["announces"]
