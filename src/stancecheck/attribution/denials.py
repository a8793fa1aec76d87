"""Clauses in which somebody denies what somebody else is said to have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stancecheck.attribution.clauses import AUXILIARIES, Clause, CueMatch, Part, span_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import PREPOSITIONS, noun_phrase_after
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word

__all__ = [
    "denied_content",
    "denied_passively",
    "denies",
    "end_of_denied",
    "is_back_reference",
    "what_is_denied",
    "which_is_denied",
    "with_what_is_denied",
]

_REJECTED = word_class("denials", "rejected")
_BACK = frozenset(("it", "this", "that", "these", "both", "them"))
_BE = word_class("denials", "be")
_STOPS = word_class("rules", "boundaries") - {",", "(", ")"}
_RELATES = frozenset(("which", "who", "whose", "where", "while", "though", "although"))
_ADVERBS = word_class("clauses", "adverbs")
_AUXILIARIES = frozenset(("is", "was", "has", "had", "does", "did", "will", "would", "are", "were", "have"))
_NO_PARTICIPLES = frozenset(("anything", "nothing", "something", "everything", "including", "during"))
_POSSESSIVES = frozenset(("his", "her", "its", "their"))
_TIMES = frozenset(("day", "week", "month", "year", "days", "weeks", "months", "years", "after", "later"))
_WITH_TIME = word_class("rules", "time") | {"within", "on", "in", "at", "repeatedly", "again", "outright", "himself", "herself"}
_LONGEST_TIME = 4
_PRONOUNS = frozenset(("he", "she", "it", "they"))
_REWRITTEN = frozenset(("gerund", "having", "to"))
_MAX_SKIP = 14  # words between a verb and the noun, or a noun and its 'that'


def denied_content(words: Sequence[Word], at: int, end: int) -> Part | None:
    """What a verb of denial that ends before ``at`` denies: a claim that somebody made, or what a pronoun means."""
    if (claim := _claim(words, at, end)) is not None:
        return claim, end
    return (at, end) if is_back_reference(words[at:end]) else None


def is_back_reference(words: Sequence[Word]) -> bool:
    """Whether what is denied is named by a pronoun alone: 'The company denies it.'"""
    return len(words) == 1 and words[0].lower in _BACK


def denies(match: CueMatch) -> bool:
    """Whether the cue can deny."""
    return "denies" in match.cue.frames.values()


def end_of_denied(words: Sequence[Word], at: int, end: int) -> int:
    """Where what is denied ends: the sentence goes on with what is done or said beside it.

    'denied any part and blamed Y', 'denied that S, calling Y a liar', 'denied S: “Q”', 'dismissed the claim that S as “Q”'.

    Args:
        words: The sentence.
        at: Where what is denied begins.
        end: Where it ends at the latest.
    """
    clause = finite = False
    stop = end
    for i in range(at, end):
        word = words[i]
        if word.text == ";" or (finite and word.text in _STOPS) or _goes_on(words, i, end, clause=clause, finite=finite):
            stop = i
            break
        clause |= word.lower == "that"
        finite |= word.lower in AUXILIARIES or is_past(word.lower)
    labelled = clause and finite and stop - at > 2 and words[stop - 1].quoted and words[stop - 2].lower == "as"
    return stop - 2 if labelled else max(stop, at)


def _goes_on(words: Sequence[Word], at: int, end: int, *, clause: bool, finite: bool) -> bool:
    """Whether a comma or 'and' stands here after which something else than what is denied follows."""
    if at + 1 >= end or (words[at].text != "," and words[at].lower not in ("and", "but")):
        return False
    first = words[at + 1].lower
    if words[at].text != ",":
        return not clause and _is_finite(words, at + 1, end)
    if first in ("and", "but"):
        return _is_finite(words, at + 2, end)
    if first in PREPOSITIONS and at + 2 < end and words[at + 2].lower in ("which", "whom"):
        return finite
    if first in _RELATES or (first.endswith("ing") and first not in _NO_PARTICIPLES):
        return finite or not clause
    return finite and first in ("a", "an") and at + 3 < end and words[at + 2].lower in _TIMES


def _is_finite(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether a verb without a subject stands here: 'and then blamed', 'and has produced', 'and argues that'."""
    start = at
    while at < end and (words[at].lower in _ADVERBS or words[at].lower.endswith("ly")):
        at += 1
    if at + 1 >= end:
        return False
    lower = words[at].lower
    known = lower.endswith("s") and (at > start or lower in lexicon().verbs)
    return lower in _AUXILIARIES or known or (is_past(lower) and words[at + 1].lower not in ("of", "by"))


def which_is_denied(words: Sequence[Word], match: CueMatch, before: Sequence[Clause]) -> list[Clause] | None:
    """The clauses with one for 'S, which X denies' and 'S, a claim that X rejected', where S is what was said before.

    Where nobody is said to have said it, S is the sentence up to there.
    """
    if not denies(match) or not _is_all(words, match.last + 1):
        return None
    found = _what_before(words, match.first)
    if found is None:
        return None
    comma, speaker = found
    end = words[comma - 1].end
    cut = [replace(c, content=tuple((a, min(b, end)) for a, b in c.content if a < end)) for c in before if c.cue[0] < end]
    last = cut[-1] if cut and cut[-1].content else None
    content = last.content if last else ((words[0].start, end),)
    cue = words[match.first].start, words[match.last].end
    commitment = lexicon().negated["denies"] if match.negated else "denies"
    frame = last.frame if last and last.frame in _REWRITTEN else "that"
    said_by = span_of(words, speaker)
    refers_back = words[speaker[0]].lower in _PRONOUNS | _POSSESSIVES
    if frame == "gerund" and refers_back and (accused := _at(words, content[0][0])) is not None:
        said_by = span_of(words, accused)  # 'accuse Y of V-ing, which it denies', '..., a charge his campaign denies'
    return [*cut, Clause(cue, said_by, content, match.cue.lemma, frame, commitment, (content[0][0], cue[1]))]


def _at(words: Sequence[Word], start: int) -> Part | None:
    """The noun phrase that starts at this character."""
    return next((noun_phrase_after(words, i, short=True) for i, w in enumerate(words) if w.start == start), None)


def _what_before(words: Sequence[Word], verb: int) -> tuple[int, Part] | None:
    """The comma before ', which X', ', something X', ', a claim (that) X', and X; None where the verb has no such subject."""
    for comma in range(verb - 2, max(2, verb - _MAX_SKIP - 4), -1):
        if words[comma].text != ",":
            if words[comma].quoted or words[comma].text in _STOPS:
                return None
            continue
        at = comma + 1
        if words[at].lower in ("which", "something"):
            at += 1
        else:
            noun = next((i for i in range(at, min(verb, at + 4)) if words[i].lower in lexicon().nouns), None)
            labelled = noun is not None and (words[at].lower in ("a", "an") or (noun == at and words[at].lower.endswith("s")))
            if noun is None or not labelled:
                continue
            at = noun + 1 + (words[noun + 1].lower in ("which", "that"))
        end = verb - (words[verb - 1].text == ",")
        if at >= end or any(w.quoted or w.lower in AUXILIARIES for w in words[at:end]):
            return None
        return comma, (at, end)
    return None


def _is_all(words: Sequence[Word], at: int) -> bool:
    """Whether nothing but a time is left of the sentence: 'within the hour', 'on Monday', 'again'."""
    rest = [w for w in words[at:] if w.text not in (".", "!", ";")]
    return not rest or (len(rest) <= _LONGEST_TIME and rest[0].lower in _WITH_TIME)


def what_is_denied(words: Sequence[Word], match: CueMatch) -> Clause | None:
    """'What X denies is that S', 'What X denied, in a statement, was having V-ed'."""
    start = 1 if words[0].lower in ("but", "and", "yet") else 0
    if not denies(match) or match.negated or words[start].lower != "what" or match.first < start + 2:
        return None
    late = min(len(words) - 2, match.last + _MAX_SKIP)
    be = next((i for i in range(match.last + 1, late) if words[i].lower in ("is", "was")), None)
    if be is None:
        return None
    that = words[be + 1].lower == "that"
    at = be + 2 if that else be + 1
    part = (at, end_of_denied(words, at, _last(words)))
    if part[0] >= part[1]:
        return None
    cue, content = (words[match.first].start, words[match.last].end), span_of(words, part)
    speaker = span_of(words, (start + 1, match.first))
    return Clause(cue, speaker, (content,), match.cue.lemma, "that" if that else "denied", "denies", (speaker[0], content[1]))


def _last(words: Sequence[Word]) -> int:
    return len(words) - (words[-1].text in (".", "!", "?"))


def with_what_is_denied(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, where 'Y's claim that S' has the content that X is said to deny: both are about one S."""
    denied = {c.content[0][0]: c.content for c in clauses if c.commitment == "denies" and c.content}
    return [
        replace(c, content=denied[c.content[0][0]]) if c.lemma in lexicon().nouns and c.content[0][0] in denied else c
        for c in clauses
    ]


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
            return None if words[i + 1].lower in _AUXILIARIES else i + 1
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
