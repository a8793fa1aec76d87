"""Reporting clauses, found by rules on words."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.attribution.claims import content_after, end_of_content, following_clause
from stancecheck.attribution.clauses import AUXILIARIES, Clause, CueMatch, Part, cue_matches, end_of_opening, span_of
from stancecheck.attribution.denials import denied_passively, what_is_denied, which_is_denied, with_what_is_denied
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import noun_clauses, noun_phrase_after, noun_phrase_before
from stancecheck.attribution.verbless import cited, verbless_clauses
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span
from stancecheck.language.words import Word

__all__ = ["clauses_by_rules", "first_subject", "opens_with_quote"]

_BOUNDARIES = word_class("rules", "boundaries")
_DASHES = word_class("rules", "dashes")
_OPENERS = word_class("rules", "openers")
_NO_MORE = word_class("rules", "no_more")
_OTHER_SUBJECTS = frozenset(("he", "she", "it", "they", "we", "i", *AUXILIARIES)) - {"to", "'s", "’s"}
_JOINS = frozenset(("and", "but", "or"))  # 'He denied S and rejected a claim that S'
_FOLLOWING = 3  # cues after a cue that may open a clause beside it
_MIN_LEADING_QUOTE = 3  # words; a sentence that opens with a shorter quotation is read like any other


def clauses_by_rules(words: Sequence[Word]) -> list[Clause]:
    """The reporting clauses of one sentence, in order of their cues."""
    nouns = noun_clauses(words)
    found = [*verbless_clauses(words), *nouns, *denied_passively(words, nouns)]
    matches = cue_matches(words)
    for number, match in enumerate(matches):
        following = following_clause(words, matches[number + 1 : number + 1 + _FOLLOWING])
        if (denied := which_is_denied(words, match, found)) is not None:
            found[:] = denied
        elif (cleft := what_is_denied(words, match)) is not None:
            found.append(cleft)
        elif (clause := _clause_of(words, match, following, found)) is not None:
            found.append(clause)
    found = with_what_is_denied(found)
    return sorted((c for c in cited(words, found) if not _own_ignorance(words, c, found)), key=lambda c: c.cue)


def _own_ignorance(words: Sequence[Word], clause: Clause, found: Sequence[Clause]) -> bool:
    """Whether 'it was not aware of N' is all that 'X said' brings in."""
    if clause.frame != "unaware" or clause.speaker is None:
        return False
    subject = next(w.lower for w in words if w.start == clause.speaker[0])
    inside = any(a <= clause.cue[0] < b for c in found if c is not clause for a, b in c.content)
    return inside and subject in _OTHER_SUBJECTS


def first_subject(words: Sequence[Word], before: int) -> Span | None:
    """The sentence's first noun phrase, past an opening 'In a statement,'; None if it does not end before that word."""
    start = 0
    while start < min(before, len(words)) and words[start].lower in _OPENERS:
        start += 1
    for i in range(min(before, 12)):
        if words[0].lower in ("in", "on", "at", "during", "after", "speaking") and words[i].text == ",":
            start = i + 1
            break
    named = noun_phrase_after(words, start, short=True)
    return span_of(words, named) if named and named[1] <= before else None


def _clause_of(words: Sequence[Word], match: CueMatch, following: CueMatch | None, before: Sequence[Clause]) -> Clause | None:
    subject = noun_phrase_before(words, match.first)
    ends = subject is None and match.first > 2 and _ends_speech(words[match.first - 1])
    inverted = ends and match.first == match.main and not match.form.endswith("ing")
    if inverted or (opens_with_quote(words) and not before and match.first < len(words)):
        clause = _postposed(words, match, subject, following)
        if clause is not None:
            return clause
    if match.first == 0 and match.form in ("said", "says", "wrote", "added", "asked"):
        subject = noun_phrase_after(words, 1)
    alone = match.form.endswith("ing") and match.first == match.main
    participle = alone and (subject is None or _comma_before(words, match.first))
    goes_on = subject is None and bool(before) and words[match.first - 1].lower in _JOINS
    if participle or goes_on:
        subject = None
        named = next((c.speaker for c in reversed(before) if c.speaker), None)
        speaker = named or first_subject(words, match.first)
    else:
        speaker = span_of(words, subject) if subject else None
    after = content_after(words, match, following)
    if after is None:
        return _postposed(words, match, subject, following)
    if subject is not None and words[subject[0]].lower in _OTHER_SUBJECTS and (ahead := _main_subject(words, match.first)):
        speaker = span_of(words, ahead)
    content, frame = after
    if speaker is None and not (participle or goes_on) and frame != "quote" and match.cue.lemma != "say":
        return None
    return _made(words, match, speaker, [content], frame, subject)


def _main_subject(words: Sequence[Word], before: int) -> Part | None:
    """Whom 'he' means in 'When he announced the rescue, President Orlan thanked ...'."""
    comma = end_of_opening(words)
    return noun_phrase_after(words, comma + 1, short=True) if comma is not None and before < comma else None


def _made(
    words: Sequence[Word], match: CueMatch, speaker: Span | None, parts: Sequence[Part], frame: str, subject: Part | None
) -> Clause:
    commitment = match.cue.frames.get(frame) or next(iter(match.cue.frames.values()))
    if match.negated and frame != "unaware" and words[parts[0][0] - 1].text != ":":
        commitment = lexicon().negated[commitment]
    spans = tuple(span_of(words, part) for part in parts)
    cue = (words[match.first].start, words[match.last].end)
    pieces = [cue, *spans, *([span_of(words, subject)] if subject else [])]
    whole = min(p[0] for p in pieces), max(p[1] for p in pieces)
    return Clause(cue, speaker, spans, match.cue.lemma, frame, commitment, whole)


def _postposed(words: Sequence[Word], match: CueMatch, subject: Part | None, following: CueMatch | None) -> Clause | None:
    """'S, X said.', 'S, said X.' and 'S, X said, S.'"""
    start = subject[0] if subject else match.first
    if not subject:
        subject = noun_phrase_after(words, match.last + 1)
    at = start
    while at > 0 and words[at - 1].lower in ("but", "and", "as", "so"):
        at -= 1
    if at == 0 or subject is None:
        return None
    comma = words[at - 1].text == "," or words[at - 1].text in _DASHES
    end = at - 1 if comma else at
    if end <= 0 or not (comma or words[at - 1].quoted):
        return None
    frame = "quote" if words[end - 1].quoted else "bare"
    takes, least = ({"quote"}, 1) if frame == "quote" else ({"bare", "that"}, 2)
    if not match.cue.frames.keys() & takes or end < least:
        return None
    parts = [(0, end)]
    after = max(match.last + 1, subject[1])
    if frame == "bare" and after < len(words) and words[after].text == ",":
        last = end_of_content(words, after, following)
        follows = words[after + 1].lower
        if last - after > 2 and follows not in _NO_MORE and not follows.endswith("ing"):
            parts.append((after + 1, last))
    if frame == "bare" and end < 4 and len(parts) == 1:
        return None
    return _made(words, match, span_of(words, subject), parts, frame, subject)


def opens_with_quote(words: Sequence[Word]) -> bool:
    """Whether the sentence starts with somebody's words, and not with a word held at arm's length."""
    if not words or not words[0].quoted:
        return False
    opening = words[0].text
    return opening[-2:-1] in (",", "?", "!") or len(opening.split(None, _MIN_LEADING_QUOTE)) >= _MIN_LEADING_QUOTE


def _ends_speech(word: Word) -> bool:
    """Whether 'said X' can follow: after a comma, or a quotation that closes."""
    return word.text == "," or word.quoted


def _comma_before(words: Sequence[Word], at: int) -> bool:
    return at > 0 and (words[at - 1].text in _BOUNDARIES or words[at - 1].lower in ("and", "thus", "but"))
