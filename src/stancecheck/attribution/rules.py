"""Reporting clauses, found by rules on words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from stancecheck.attribution.clauses import AUXILIARIES, NO_VERB_AFTER, Clause, CueHit, Part, cue_hits, span_of
from stancecheck.attribution.denials import denied_content, denied_passively, which_is_denied
from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.nouns import noun_clauses, noun_phrase_after, noun_phrase_before
from stancecheck.attribution.verbless import cited, verbless_clauses
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.quotes import Span
from stancecheck.language.words import Word

__all__ = ["clauses_by_rules", "first_subject", "opens_with_quote"]

_BOUNDARIES = word_class("rules", "boundaries")
_ENDS = word_class("rules", "ends")
_DASHES = word_class("rules", "dashes")
_TIME = word_class("rules", "time")
_WITH_PLACE = word_class("rules", "with_place")
_CLAUSE_WORDS = word_class("rules", "clause_words")
_OPENERS = word_class("rules", "openers")
_NO_MORE = word_class("rules", "no_more")
_OTHER_SUBJECTS = frozenset(("he", "she", "it", "they", "we", "i", *AUXILIARIES)) - {"to", "'s", "’s"}
_ESTABLISHES = frozenset(("confirm", "verify"))  # 'could not confirm the toll'
_JOINS = frozenset(("and", "but", "or"))  # 'He denied S and rejected a claim that S'
_ASKS = frozenset(("whether", "if", "how", "why", "what", "when", "where", "who", "which"))
_MAX_SKIP = 14  # words between a cue and its 'that'
_SUBJECT_STARTS = word_class("rules", "subject_starts")
_MIN_LEADING_QUOTE = 3  # words; a sentence that opens with a shorter quotation is read like any other


def clauses_by_rules(words: Sequence[Word]) -> list[Clause]:
    """The reporting clauses of one sentence, in order of their cues."""
    told = noun_clauses(words)
    found = [*verbless_clauses(words), *told, *denied_passively(words, told)]
    hits = cue_hits(words)
    for number, hit in enumerate(hits):
        following = hits[number + 1] if number + 1 < len(hits) else None
        if (denied := which_is_denied(words, hit, found)) is not None:
            found[:] = denied
        elif (clause := _clause_of(words, hit, following, found)) is not None:
            found.append(clause)
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


def _clause_of(words: Sequence[Word], hit: CueHit, following: CueHit | None, before: Sequence[Clause]) -> Clause | None:
    subject = noun_phrase_before(words, hit.first)
    if opens_with_quote(words) and not before and hit.first < len(words):
        clause = _postposed(words, hit, subject, following)
        if clause is not None:
            return clause
    if hit.first == 0 and hit.form in ("said", "says", "wrote", "added", "asked"):
        subject = noun_phrase_after(words, 1)
    alone = hit.form.endswith("ing") and hit.first == hit.main
    participle = alone and (subject is None or _comma_before(words, hit.first))
    goes_on = subject is None and bool(before) and words[hit.first - 1].lower in _JOINS
    if participle or goes_on:
        subject = None
        named = next((c.speaker for c in reversed(before) if c.speaker), None)
        speaker = named or first_subject(words, hit.first)
    else:
        speaker = span_of(words, subject) if subject else None
    after = _content_after(words, hit, following)
    if after is None:
        return _postposed(words, hit, subject, following)
    content, frame = after
    if speaker is None and not (participle or goes_on) and frame != "quote" and hit.cue.lemma != "say":
        return None
    return _made(words, hit, speaker, [content], frame, subject)


def _made(
    words: Sequence[Word], hit: CueHit, speaker: Span | None, parts: Sequence[Part], frame: str, subject: Part | None
) -> Clause:
    commitment = hit.cue.frames.get(frame) or next(iter(hit.cue.frames.values()))
    if hit.negated and frame != "unaware":
        commitment = lexicon().negated[commitment]
    spans = tuple(span_of(words, part) for part in parts)
    cue = (words[hit.first].start, words[hit.last].end)
    pieces = [cue, *spans, *([span_of(words, subject)] if subject else [])]
    whole = min(p[0] for p in pieces), max(p[1] for p in pieces)
    return Clause(cue, speaker, spans, hit.cue.lemma, frame, commitment, whole)


def _content_after(words: Sequence[Word], hit: CueHit, following: CueHit | None) -> tuple[Part, str] | None:
    """Words after the cue that are its content, and the frame; None if it has none there."""
    frames = hit.cue.frames.keys()
    at = hit.last + 1
    end = _end_of_content(words, at, following)
    if at >= end:
        return None
    that = _after_that(words, at, end)
    if that is not None and frames & {"that", "object"} and words[that - 1].text != ":":
        return (that, end), "that"
    if that is not None and words[that - 1].text == ":":
        return (that, end), "quote"
    start = _skip_time(words, at, end)
    if start + 1 < end and words[start].text in (",", ":") and words[start + 1].quoted:
        start += 1
    if start < end and words[start].quoted:
        if "denies" in hit.cue.frames.values() and words[start - 1].text not in (",", ":"):
            return (start, end), "denied" if "denied" in frames else "unsaid"
        return ((start, end), "quote") if frames & {"quote", "that", "bare"} else None
    return _framed(words, hit, at, start, end)


def _framed(words: Sequence[Word], hit: CueHit, at: int, start: int, end: int) -> tuple[Part, str] | None:
    """Content by the frames that need no 'that' and no quotation."""
    frames = hit.cue.frames.keys()
    if "entry" in frames and (own := _entry(words, hit, start, end)) is not None:
        return own
    if (marked := _marked(words[at].lower, hit)) is not None:
        return (at + (marked == "unaware"), end), marked
    if "denies" in hit.cue.frames.values() and (denied := denied_content(words, at, end)) is not None:
        return denied, "that"
    if start < end - 1 and (thing := _thing(words, hit, start, end)):
        return (start, end), thing
    for frame, marks in (("order", ("to",)), ("gerund", ("of", "for", "with"))):
        if frame in frames and _has_object(words, at, end, marks, frame):
            return (at, end), frame
    if "object" in frames:
        told = noun_phrase_after(words, at, short=True)
        rest = _skip_time(words, told[1], end) if told and told[1] < end - 2 else end
        if rest < end and (words[rest].quoted or _starts_clause(words, rest)):
            return (rest, end), "object"
    elif "bare" in frames and start < end - 1 and _is_clause(words, start, end, hit):
        return (start, end), "bare"
    return None


def _entry(words: Sequence[Word], hit: CueHit, start: int, end: int) -> tuple[Part, str] | None:
    """What a document gives, lists or records."""
    subject = noun_phrase_before(words, hit.first)
    if subject is None or start >= end - 1 or not any(w.lower in names().documents for w in words[subject[0] : subject[1]]):
        return None
    return (start, end), "entry"


def _marked(word: str, hit: CueHit) -> str | None:
    """The frame that the word after the cue tells: 'whether', 'of', 'to'."""
    frames = hit.cue.frames
    if ("whether" in frames or hit.negated) and word in _ASKS:
        return "whether"
    if "unaware" in frames and word in ("of", "that"):
        return "unaware"
    return "to" if "to" in frames and word in ("to", "not") else None


def _thing(words: Sequence[Word], hit: CueHit, start: int, end: int) -> str | None:
    """The frame of a content that is no clause: 'denied any role', 'spoke of a lie', 'put the toll at nine'."""
    frames = hit.cue.frames
    if "whole" in frames:
        return "whole"
    if "named" in frames and _names_it(words[start:end], denied="denies" in frames.values()):
        return "named"
    bare = words[start].text not in _BOUNDARIES and words[start].lower != "by"
    if bare and hit.negated and hit.cue.lemma in _ESTABLISHES:
        return "unsaid"
    return next((f for f in ("denied", "unsaid") if f in frames), None) if bare else None


def _names_it(words: Sequence[Word], *, denied: bool) -> bool:
    """Whether something is called by a name of the speaker's own, or put at a number; what is denied only 'as' something."""
    if denied:
        return any(a.lower == "as" and b.quoted for a, b in itertools.pairwise(words))
    return any(w.quoted for w in words) or any(w.lower == "at" for w in words[1:-1])


def _after_that(words: Sequence[Word], at: int, end: int) -> int | None:
    """Where the content starts after 'that' or a colon, if only a time, a place or somebody told lies between."""
    for skip in range(at, min(end, at + _MAX_SKIP)):
        word = words[skip]
        if word.quoted or word.lower in ("but", "and", ";", "who", "which"):
            return None
        if word.text == ":" and skip + 1 < end:
            return skip + 1
        if word.lower == "that" and skip + 2 < end and words[skip + 1].text != ":":
            between = words[at:skip]
            clause = any(w.quoted or w.lower in _CLAUSE_WORDS or w.lower in _OTHER_SUBJECTS for w in between)
            return None if clause or words[skip - 1].lower in ("of", "about") or words[skip + 1].lower == "as" else skip + 1
    return None


def _has_object(words: Sequence[Word], at: int, end: int, marks: tuple[str, ...], frame: str) -> bool:
    named = noun_phrase_after(words, at)
    if not named:
        return False
    for i in range(named[0] + 1, min(end, at + 20)):
        if words[i].lower in marks and (frame == "order" or (i + 1 < end and words[i + 1].lower.endswith("ing"))):
            return True
        if words[i].text in _BOUNDARIES and frame == "order":
            return False
    return False


def _starts_clause(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.quoted or word.lower in _SUBJECT_STARTS or word.text[:1].isupper() or word.text[:1].isdigit():
        return True
    return word.lower.endswith("s") and word.text.isalpha() and word.lower not in ("as", "is", "was", "has")


def _is_clause(words: Sequence[Word], start: int, end: int, hit: CueHit) -> bool:
    """Whether the words are a sentence of their own: 'said production was normal', but not 'said nothing of it'."""
    if start == end - 2 and words[start].lower not in _SUBJECT_STARTS:
        return False
    begins = _starts_clause(words, start) or (hit.cue.lemma == "say" and words[start].text[:1].isalpha())
    return begins and words[start].lower not in ("so", "nothing", "much", "more", "to") and _has_verb(words[start + 1 : end])


def _has_verb(words: Sequence[Word]) -> bool:
    """Whether a finite verb is likely among the words: an auxiliary, a past form, or an -s after a name or pronoun."""
    for i, word in enumerate(words):
        lower = word.lower
        if word.quoted or lower in AUXILIARIES or is_past(lower) or lower.endswith(("n't", "n’t", "’s", "'s")):
            return True
        if lower.endswith("s") and word.text.islower() and (i == 0 or words[i - 1].lower not in NO_VERB_AFTER):
            return True
    return False


def _skip_time(words: Sequence[Word], at: int, end: int) -> int:
    """Where the content can start: past 'on Monday', 'in a statement', 'late Friday'."""
    start = at
    while start < end:
        word = words[start].lower
        if word == "this" and not (start + 1 < end and words[start + 1].lower in _TIME):
            break
        if word in _TIME or (word.endswith("ly") and words[start].text.islower()):
            start += 1
        elif word in _WITH_PLACE and start + 1 < end and not words[start + 1].quoted:
            named = noun_phrase_after(words, start + 1, short=True)
            if named is None and words[start + 1].lower not in _TIME:
                break
            start = named[1] if named else start + 2
        else:
            break
    return start


def _end_of_content(words: Sequence[Word], at: int, following: CueHit | None) -> int:
    end = len(words)
    while end > at and words[end - 1].text in _ENDS:
        end -= 1
    if following is None or following.first >= end:
        return end
    cut = following.first
    if following.form.endswith("ing") and cut > at and words[cut - 1].text == ",":
        return cut - 1
    subject = noun_phrase_before(words, following.first)
    cut = subject[0] if subject else cut
    if cut - 1 > at and words[cut - 1].lower in ("and", "but", "while", ";", "though", "although"):
        cut -= 2 if words[cut - 2].text in (",", ";") else 1
        return cut if cut - at > 2 else end
    return end


def _postposed(words: Sequence[Word], hit: CueHit, subject: Part | None, following: CueHit | None) -> Clause | None:
    """'S, X said.', 'S, said X.' and 'S, X said, S.'"""
    start = subject[0] if subject else hit.first
    if not subject:
        subject = noun_phrase_after(words, hit.last + 1)
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
    if not hit.cue.frames.keys() & ({frame} if frame == "quote" else {"bare", "that"}) or end < (1 if frame == "quote" else 2):
        return None
    parts = [(0, end)]
    after = max(hit.last + 1, subject[1])
    if frame == "bare" and after < len(words) and words[after].text == ",":
        last = _end_of_content(words, after, following)
        if last - after > 2 and words[after + 1].lower not in _NO_MORE:
            parts.append((after + 1, last))
    if frame == "bare" and end < 4 and len(parts) == 1:
        return None
    return _made(words, hit, span_of(words, subject), parts, frame, subject)


def opens_with_quote(words: Sequence[Word]) -> bool:
    """Whether the sentence starts with somebody's words, and not with a word held at arm's length."""
    if not words or not words[0].quoted:
        return False
    said = words[0].text
    return said[-2:-1] in (",", "?", "!") or len(said.split(None, _MIN_LEADING_QUOTE)) >= _MIN_LEADING_QUOTE


def _comma_before(words: Sequence[Word], at: int) -> bool:
    return at > 0 and (words[at - 1].text in _BOUNDARIES or words[at - 1].lower in ("and", "thus", "but"))
