"""Clauses in which somebody denies what somebody else is said to have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stancecheck.attribution.clauses import AUXILIARIES, Clause, CueMatch, Part, span_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import noun_phrase_after, noun_phrase_before
from stancecheck.language.classes import word_class
from stancecheck.language.words import Word

__all__ = ["denied_content", "denied_passively", "is_back_reference", "which_is_denied"]

_REJECTED = word_class("denials", "rejected")
_BACK = frozenset(("it", "this", "that", "these", "both", "them"))
_BE = word_class("denials", "be")
_STOPS = word_class("rules", "boundaries") - {",", "(", ")"}
_MAX_SKIP = 14  # words between a verb and the noun, or a noun and its 'that'


def denied_content(words: Sequence[Word], at: int, end: int) -> Part | None:
    """What a verb of denial that ends before ``at`` denies: a claim that somebody made, or what a pronoun means."""
    if (claim := _claim(words, at, end)) is not None:
        return claim, end
    return (at, end) if is_back_reference(words[at:end]) else None


def is_back_reference(words: Sequence[Word]) -> bool:
    """Whether what is denied is named by a pronoun alone: 'The company denies it.'"""
    return len(words) == 1 and words[0].lower in _BACK


def which_is_denied(words: Sequence[Word], match: CueMatch, before: Sequence[Clause]) -> list[Clause] | None:
    """The clauses with one for 'S, which X denies', where S is what was said before, or the sentence up to there."""
    subject = noun_phrase_before(words, match.first)
    comma = subject[0] - 2 if subject else -1
    if subject is None or comma < 3 or words[comma].text != "," or words[comma + 1].lower not in ("which", "something"):
        return None
    if "denies" not in match.cue.frames.values() or match.last + 2 < len(words):
        return None
    end = words[comma - 1].end
    cut = [replace(c, content=tuple((a, min(b, end)) for a, b in c.content if a < end)) for c in before]
    content = cut[-1].content if cut and cut[-1].content else ((words[0].start, end),)
    cue = words[match.first].start, words[match.last].end
    return [*cut, Clause(cue, span_of(words, subject), content, match.cue.lemma, "that", "denies", (content[0][0], cue[1]))]


def _claim(words: Sequence[Word], at: int, end: int) -> int | None:
    """Where what is denied begins: after 'claims by X that', 'as nonsense a report that', 'as “Q” X's claim that'."""
    for i in range(at, min(end, at + _MAX_SKIP)):
        word = words[i]
        labelled = word.quoted and words[i - 1].lower == "as"
        if word.lower == "that" or word.lower in AUXILIARIES or word.text in _STOPS or (word.quoted and not labelled):
            return None
        if word.lower in lexicon().nouns:
            return _after_noun(words, i + 1, end)
    return None


def _after_noun(words: Sequence[Word], at: int, end: int) -> int | None:
    """Where the content begins after 'by X, a club of runners, that'."""
    if at >= end - 2 or words[at].lower not in ("that", "by", "from", "of", "in"):
        return None
    for i in range(at, min(end - 2, at + _MAX_SKIP)):
        if words[i].lower == "that":
            return i + 1
        if words[i].quoted or words[i].text in _STOPS:
            return None
    return None


def denied_passively(words: Sequence[Word], nouns: Sequence[Clause]) -> list[Clause]:
    """'X's claim that S is rejected', 'a report that S was dismissed as “Q” by Y'.

    Args:
        words: The sentence.
        nouns: Its clauses with a noun: 'X's claim that S'.
    """
    found = []
    for i in range(1, len(words)):
        if words[i].lower not in _REJECTED or words[i - 1].lower not in _BE:
            continue
        first = i - 1
        while first and words[first - 1].lower in _BE:
            first -= 1
        content = next((c.content for c in nouns if c.content[-1][1] <= words[first].start), None)
        if content is None and (start := _noun_that(words, first)) is not None:
            content = (span_of(words, (start, first)),)
        if content is None:
            continue
        last = i + 2 if i + 2 < len(words) and words[i + 1].lower == "as" and words[i + 2].quoted else i
        by = next((j for j in range(last + 1, min(len(words), last + 4)) if words[j].lower == "by"), None)
        named = noun_phrase_after(words, by + 1) if by else None
        cue = span_of(words, (first, last + 1))
        speaker = span_of(words, named) if named else None
        found.append(Clause(cue, speaker, content, words[i].lower, "that", "denies", (content[0][0], (speaker or cue)[1])))
    return found


def _noun_that(words: Sequence[Word], end: int) -> int | None:
    """Where the content begins in 'a report that S'."""
    nouns = (i for i in range(end - 3) if words[i].lower in lexicon().nouns and words[i + 1].lower == "that")
    return next((i + 2 for i in nouns), None)
