"""The learnt tagger adds clauses that the rules miss, drops what is none, and leaves one source to a content."""

from __future__ import annotations

import pytest

from stancecheck.attribution import find_attributions, read_article
from stancecheck.attribution.candidates import Candidate, candidates_of
from stancecheck.attribution.features import Sight, features_of
from stancecheck.attribution.rules import clauses_by_rules
from stancecheck.attribution.tagger import Tagger, choose, tagged_clauses, tagger
from stancecheck.language.quotes import find_quotes
from stancecheck.language.words import words_of
from stancecheck.models.speech import marks_of

SPOKE = 'The general spoke of "ten minutes, at most fifteen".'


def words(text):
    return words_of(text, (0, len(text)), find_quotes(text))


def test_adds_a_cue_unknown_to_the_rules():
    assert clauses_by_rules(words(SPOKE)) == []
    (found,) = find_attributions(SPOKE)
    assert [SPOKE[slice(*part)] for part in found.content] == ['"ten minutes, at most fifteen"']
    assert SPOKE[slice(*found.speaker)] == "The general"


def test_verbless_content_keeps_its_clause():
    (statement,) = read_article("The coroner's officer, Neil Adeyemi, gave the cause of death as a stroke.")
    assert statement.text.endswith("Neil Adeyemi, gave the cause of death as a stroke.")


@pytest.mark.parametrize("cue", ["denied", "denies"])
def test_denial_is_not_asserted(cue):
    (statement,) = read_article(f"The company {cue} that its ship had touched the cable.")
    assert str(statement.commitment) == "denies"


def test_content_has_one_cue():
    text = "The union said the pit was unsafe, and the owner said it had been inspected twice."
    clauses = tagged_clauses(words(text), clauses_by_rules(words(text)), frozenset(), marks_of(text))
    assert [text[slice(*c.content[0])] for c in clauses] == ["the pit was unsafe", "it had been inspected twice"]


def test_best_overlapping_one_stands():
    said = words("The mayor said the dam would hold.")
    whole = Candidate((2, 3), (0, 2), (0, 2), ((3, 7),), "bare", "end")
    short = Candidate((2, 3), (0, 2), (0, 2), ((3, 5),), "bare", "end")
    learnt = Tagger({}, 0.0, (0.0, 0.0, 0.0), 0.5)
    (clause,) = choose(said, [short, whole], [1.0, 2.0], learnt)
    assert clause.content == ((15, 33),)
    assert choose(said, [short, whole], [-1.0, -2.0], learnt) == []


def test_told_and_denied_both_stand():
    text = "The ministry rejected claims by the union that it had ignored warnings."
    clauses = tagged_clauses(words(text), clauses_by_rules(words(text)), frozenset(), marks_of(text))
    assert sorted(c.commitment for c in clauses) == ["asserts", "denies"]


def test_long_sentence_is_left_to_the_rules():
    said = words("He said that the dam held. ".strip(".") + "and on " * 200)
    rules = clauses_by_rules(said)
    assert tagged_clauses(said, rules, frozenset(), marks_of(SPOKE)) == rules


def test_score_is_bias_and_weights():
    said = words(SPOKE)
    found = candidates_of(said, [])
    sight = Sight.of(said, found, frozenset(("general",)), marks_of(SPOKE))
    features = set(features_of(found[0], sight))
    assert "known=True start=link" in features
    learnt = Tagger({"known=True start=link": 2.0, "no such feature": 5.0}, -0.5, (0.0, 0.0, 0.0), 0.0)
    assert learnt.score(found[0], sight) == 1.5


def test_weights_are_of_known_features():
    text = 'Mr Vane, who chairs the union, said on Monday: "We count nine." The union denied that it had, Vane told Radio Sarn.'
    said = words(text)
    found = candidates_of(said, clauses_by_rules(said))
    sight = Sight.of(said, found, frozenset(), marks_of(text))
    names = {f.partition("=")[0] for c in found for f in features_of(c, sight)}
    assert {w.partition("=")[0] for w in tagger().weights} <= names
