"""Each statement is a whole sentence that says what was said, and of whom it was said."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article
from stancecheck.attribution.content import called, is_clause


def texts(article: str) -> list[str]:
    return [s.text for s in read_article(article) if s.cue is not None]


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Vold said that would be “a gift to smugglers”.", "That would be a gift to smugglers."),
        ("Solvo said supply would be back on Friday.", "Supply would be back on Friday."),
        ("Solvo denied that Vold had ever seen the letter.", "Vold had never seen the letter."),
        ("Vold said that one truss was bad and that it could be propped.", "One truss was bad and it could be propped."),
        ("Solvo's dam is safe, according to the report, published on Monday.", "Solvo's dam is safe."),
        ("“I was waving to my nephew,” said Mayor Una Vold.", "Una Vold was waving to Una Vold’s nephew."),
        (
            "She would walk there herself on Friday, said Una Vold, closing the meeting.",
            "Una Vold would walk there herself on Friday.",
        ),
    ],
)
def test_statement_is_a_whole_sentence(sentence, text):
    assert text in texts(sentence)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The ministry said it had been submitted as final.", "It had been submitted as final."),
        ("Her spokesman, Teddy Vold, insisted that she had been asleep.", "She had been asleep."),
    ],
)
def test_pronoun_of_another_is_kept(sentence, text):
    assert texts(sentence) == [text]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Granite State Caucus, whose leaders met at night, closed the case.",
        "Vold had written the section that shields makers from lawsuits.",
    ],
)
def test_no_content_is_made_of_other_words(sentence):
    assert texts(sentence) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("the loss grew in May", True),
        ("the pumps run at night", False),
        ("a sealed envelope for his office", False),
        ("41 nights on which nobody slept", False),
        ("it's a small town", True),
        ("the number on his glove", False),
    ],
)
def test_clause_has_a_verb(content, expected):
    assert is_clause(content) is expected


def test_figure_is_put_in_a_sentence():
    assert called("the loss at 11.2 percent") == "the loss is 11.2 percent"
    assert called("the gate was shut at nine") is None
