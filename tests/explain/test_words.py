"""explain.words and explain.lexicon: words, their places and stems, phrases, negation."""

from __future__ import annotations

import pytest

from stancecheck.explain.lexicon import antonyms, bases, lexicon, phrases, stem
from stancecheck.explain.words import AnalyzedStatement, find, words_of


def side(text):
    return AnalyzedStatement(text, words_of(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The spokesman didn’t say “3,000 men”.", ["The", "spokesman", "didn’t", "say", "3,000", "men"]),
        ("U.S. troops, 48% of $3.2bn", ["U.S", "troops", "48%", "of", "$3.2bn"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("他们说", ["他", "们", "说"]),
        ("a—b «c»", ["a", "b", "c"]),
        ("…", []),
    ],
)
def test_words_stand_where_their_places_say(text, expected):
    found = words_of(text)
    assert [w.text for w in found] == expected
    assert all(text[w.start : w.end] == w.text for w in found)


def test_window_keeps_text_offsets():
    assert [(w.text, w.start) for w in words_of("one two three", 4, 7)] == [("two", 4)]


@pytest.mark.parametrize(
    "forms",
    [
        ("deny", "denies", "denied", "denying"),
        ("bomb", "bombs", "bombed", "bombing"),
        ("strike", "struck", "striking"),
        ("stop", "stopped", "stopping"),
        ("city", "cities", "city's"),
        ("rise", "rose", "risen", "rises", "rising"),
        ("man", "men"),
    ],
)
def test_inflected_forms_share_a_stem(forms):
    assert len({stem(f) for f in forms}) == 1


def test_different_words_keep_their_stems():
    assert len({stem(w) for w in ("open", "operate", "rise", "rice", "fall", "fellow", "note", "nothing")}) == 8


def test_superlative_leads_to_its_adjective():
    assert stem("small") in bases(stem("smallest"))
    assert stem("big") in bases(stem("bigger"))
    assert stem("happy") in bases(stem("happiest"))


def test_antonyms_go_both_ways():
    table = antonyms()
    assert all(word in table[opposite] for word, opposites in table.items() for opposite in opposites)
    assert stem("fell") in table[stem("rose")]


def test_phrases_match_longest_inflected():
    table = phrases(("quantifier", "minority"), ("quantifier", "existential"))
    text = side("A few came; several more denied it.")
    assert [text.words_of(h) for h in find(text.words, table)] == [("a", "few"), ("several",)]
    denials = side("She had denied it.").matches(("negation", "denial"))
    assert len(denials) == 1


def test_every_listed_phrase_finds_itself():
    """A phrase that the tokeniser takes apart in another way would never be found."""
    lists = [
        (section, name)
        for section in ("negation", "quantifier", "modality", "attribution", "cause", "caution")
        for name in lexicon()[section]
    ]
    lost = [
        phrase
        for section, name in lists
        for phrase in lexicon()[section][name]
        if not any(h.stop - h.first == len(phrase.split()) for h in side(phrase.lstrip("~")).matches((section, name)))
    ]
    assert lost == []


def test_negation_ends_with_its_clause():
    text = side("They did not shell the town, but the port burned.")
    assert [text.words[p].text for p in sorted(text.negated)] == ["shell", "the", "town"]


def test_two_negators_undo_each_other():
    text = side("They did not deny the raid.")
    assert "raid" not in {text.words[p].text for p in text.negated}


def test_false_negators_negate_nothing():
    assert side("Not only the port burned.").negated == frozenset()
