"""Sentences that say whose quotation follows in a sentence or paragraph of its own."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.attribution.clauses import Clause, cue_matches, span_of
from stancecheck.attribution.nouns import noun_phrase_after, noun_phrase_before
from stancecheck.attribution.rules import first_subject
from stancecheck.language.classes import word_class
from stancecheck.language.words import Word

__all__ = ["introduction_of"]

_TAKES_TURN = word_class("introductions", "takes_turn")
_CONJUNCTIONS = frozenset(("and", "then", "next", "finally", "but"))
_LONGEST = 10  # words


def introduction_of(words: Sequence[Word]) -> Clause | None:
    """A clause without a content yet: 'X said:', 'From X:', 'From the desk of X', 'X spoke first.', 'Then came X.'"""
    if not words:
        return None
    return (_with_verb(words) if words[-1].text == ":" else None) or _from(words) or _spoke(words)


def _with_verb(words: Sequence[Word]) -> Clause | None:
    matches = [h for h in cue_matches(words) if h.cue.frames.keys() & {"quote", "that", "bare"}]
    if not matches:
        return None
    match = matches[-1]
    subject = noun_phrase_before(words, match.first)
    speaker = span_of(words, subject) if subject else first_subject(words, match.first)
    commitment = match.cue.frames.get("quote") or next(iter(match.cue.frames.values()))
    whole = span_of(words, (0, len(words)))
    return Clause(span_of(words, (match.first, match.last + 1)), speaker, (), match.cue.lemma, "quote", commitment, whole)


def _from(words: Sequence[Word]) -> Clause | None:
    first = _past_conjunctions(words)
    if first >= len(words) or words[first].lower != "from":
        return None
    desk = [w.lower for w in words[first + 1 : first + 4]] in (["the", "desk", "of"], ["the", "office", "of"])
    start, end = first + (4 if desk else 1), len(words) - (words[-1].text == ":")
    named = noun_phrase_after(words, start)
    if named is not None and desk and end - start < _LONGEST:
        named = start, end
    if named is None or named[1] != end or not (desk or words[-1].text == ":"):
        return None
    cue = span_of(words, (first, first + (4 if desk else 1)))
    return Clause(cue, span_of(words, named), (), "from", "quote", "asserts", span_of(words, (0, len(words))))


def _spoke(words: Sequence[Word]) -> Clause | None:
    if len(words) > _LONGEST or any(w.quoted for w in words):
        return None
    verb = next((i for i, w in enumerate(words) if w.lower in _TAKES_TURN), None)
    if verb is None:
        return None
    inverted = verb == _past_conjunctions(words)
    named = noun_phrase_after(words, verb + 1) if inverted else noun_phrase_before(words, verb)
    if named is None or not any(w.text[:1].isupper() for w in words[named[0] : named[1]]):
        return None
    cue = span_of(words, (verb, verb + 1))
    return Clause(cue, span_of(words, named), (), words[verb].lower, "quote", "asserts", span_of(words, (0, len(words))))


def _past_conjunctions(words: Sequence[Word]) -> int:
    return next((i for i, w in enumerate(words) if w.lower not in _CONJUNCTIONS), len(words))
