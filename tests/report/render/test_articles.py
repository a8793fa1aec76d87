"""Articles on the page: their statements are marked in place."""

from __future__ import annotations

from stancecheck import Statement
from stancecheck.report.render.articles import placed


def test_places_count_in_utf_16():
    text = "😀 The dam is safe.\nIt leaks."
    said = Statement("It leaks.", party="Union", source="The Post", span=(text.index("It"), len(text)))
    elsewhere = Statement("It leaks.", party="Board", source="The Echo", span=(0, 3))
    assert placed({"The Post": text}, [elsewhere, said]) == [
        {"source": "The Post", "text": text, "places": [[len("xx The dam is safe.\n"), len(text) + 1, 1]]}
    ]


def test_place_past_the_text_is_left_out():
    said = Statement("It leaks.", party="Union", source="The Post", span=(5, 90))
    assert placed({"The Post": "It leaks."}, [said])[0]["places"] == []
