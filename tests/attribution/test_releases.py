"""Press releases, in which names stand before, after and above quotations without a verb of saying."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article

SAFE, LEAKS = "The dam is safe.", "The dam leaks."


@pytest.mark.parametrize(
    "form",
    [
        "From Mayor Ida Brekke:\n\n“{}”\n\nAnd from Works Minister Ove Lunde:\n\n“{}”\n",
        "Mayor Ida Brekke spoke first. “{}” Then came Works Minister Ove Lunde. “{}”",
        "From the desk of Ida Brekke, Mayor\n\n“{}”\n\nFrom the desk of Ove Lunde, Works Minister\n\n“{}”\n",
        "{}\n— Ida Brekke (@brekke) May 12, 2031\n\n{}\n— Ove Lunde (@lunde) May 12, 2031\n",
    ],
)
def test_name_apart_from_a_quote_says_it(form):
    notes: list[str] = []
    found = read_article(form.format(SAFE, LEAKS), source="Courier", notes=notes)
    assert [(s.speaker, s.text) for s in found] == [("Ida Brekke", SAFE), ("Ove Lunde", LEAKS)]
    assert not any("transcript" in note for note in notes)


def test_sentence_about_one_is_the_outlets():
    found = read_article("Ida Brekke went home. The river rose.", source="Courier")
    assert {s.party for s in found} == {"Courier"}
