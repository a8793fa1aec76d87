"""parties: names that look the same are one party; what is missing is no party."""

from __future__ import annotations

import pytest

from stancecheck import Statement
from stancecheck.data.parties import as_one_party, party_key


@pytest.mark.parametrize(
    "other",
    ["Council ", " Council", "council", "COUNCIL", "Coun\u200bcil", "Council\ufeff", "Ｃouncil", "Council\u00a0"],
)
def test_lookalike_names_are_one_party(other):
    assert party_key("Council") == party_key(other)
    named, notes = as_one_party([Statement("x", party="Council"), Statement("y", party=other), Statement("z", party="Mayor")])
    assert [s.party for s in named] == ["Council", "Council", "Mayor"]
    assert any("one party" in note for note in notes)


def test_unicode_forms_do_not_matter():
    assert party_key("Ministère") == party_key("Ministe\u0300re")
    assert party_key("O’Neill") == party_key("O'Neill")
    assert party_key("Foreign  Ministry") == party_key("Foreign\u2003Ministry")
    assert party_key("Council") != party_key("Councils")


def test_speaker_stands_in_for_the_party():
    named, notes = as_one_party([Statement("x", speaker="Olden"), Statement("y", speaker="Harrow")])
    assert [s.party for s in named] == ["Olden", "Harrow"]
    assert "speaker" in notes[0]
    assert "No statement has a party" in as_one_party([Statement("x"), Statement("y")])[1][0]
    assert "one party" in as_one_party([Statement("x", party="A"), Statement("y", party="A")])[1][0]
    assert as_one_party([Statement("x", party="A"), Statement("y", party="B")])[1] == ()
