"""Every clause of a sentence that might report what somebody says: the rules' own, and what any verb could bring in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancecheck.attribution.clauses import AUXILIARIES, NEGATIONS, Clause, Part, cue_matches, end_of_opening
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import PREPOSITIONS, noun_phrase_after, noun_phrase_before
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word

__all__ = ["Candidate", "candidates_of"]

_ENDS = frozenset((".", "!", "?"))
_BOUNDARIES = frozenset((",", ";", "—", "–", "-", "(", ")", ":"))
_LINKS = word_class("candidates", "links")
_TIME = word_class("candidates", "time")
_ADVERBS = word_class("candidates", "adverbs")
_SUBORDINATES = frozenset(("while", "though", "as", "after", "when"))
_NOBODY = frozenset(("no", "nobody", "none", "nothing", "neither", "any", "there"))  # speak of no speaker
_MAX_SKIP = 14  # words between a cue and its 'that' or quotation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that might attribute, by positions of words.

    Attributes:
        cue: The verb group, noun or colon.
        speaker: Who would say it; None where the sentence does not tell.
        subject: The words before the cue that name somebody; None where the speaker was named further off.
        content: What would be said, in one or two parts.
        start: How the content begins: after 'that', after a time, before the verb ...
        end: What it ends before.
        rule: The rules' clause that this is; None where they found none.
    """

    cue: Part
    speaker: Part | None
    subject: Part | None
    content: tuple[Part, ...]
    start: str
    end: str
    rule: Clause | None = None


def candidates_of(words: Sequence[Word], by_rules: Sequence[Clause]) -> list[Candidate]:
    """The candidates of a sentence, the rules' first.

    Args:
        words: The sentence.
        by_rules: What the rules found in it.
    """
    found = [candidate for clause in by_rules if (candidate := _of_clause(words, clause)) is not None]
    end = len(words)
    while end and words[end - 1].text in _ENDS:
        end -= 1
    opening = end_of_opening(words)
    groups = {match.main: match.first for match in cue_matches(words)}
    named: Part | None = None  # who speaks in the sentence so far
    for i in range(len(words)):
        if not _may_attribute(words, i):
            continue
        first = groups.get(i, _group_start(words, i))
        subject = None if _is_participle(words, first, i) else noun_phrase_before(words, first)
        if subject is not None and words[subject[0]].lower in _NOBODY:
            continue
        speaker = subject or named or _first_subject(words, first)
        found.extend(_after(words, (first, i + 1), subject, speaker, opening if opening and i < opening else end))
        found.extend(_before(words, (first, i + 1), subject, end))
        if subject is not None and i in groups and any(w.text[:1].isupper() for w in words[subject[0] : subject[1]]):
            named = subject
    return found


def _of_clause(words: Sequence[Word], clause: Clause) -> Candidate | None:
    cue, speaker = _part(words, clause.cue), _part(words, clause.speaker) if clause.speaker else None
    content = tuple(part for span in clause.content if (part := _part(words, span)) is not None)
    return Candidate(cue, speaker, speaker, content, clause.frame, "rule", clause) if cue and content else None


def _part(words: Sequence[Word], span: tuple[int, int]) -> Part | None:
    inside = [i for i, word in enumerate(words) if word.start < span[1] and word.end > span[0]]
    return (inside[0], inside[-1] + 1) if inside else None


def _may_attribute(words: Sequence[Word], i: int) -> bool:
    """Whether the word is a cue of the lexicon or looks like a verb."""
    word, lower = words[i], words[i].lower
    if word.quoted:
        return False
    if word.text == ":":
        return 0 < i < len(words) - 1
    if not word.text.isalpha() or lower in AUXILIARIES or lower in PREPOSITIONS or (i and word.text[:1].isupper()):
        return False
    known = lexicon()
    if lower in known.verbs or lower in known.nouns or lower in known.phrases or is_past(lower):
        return True
    return len(lower) > 3 and lower.endswith(("ed", "s", "ing")) and not lower.endswith(("ss", "us", "is"))


def _group_start(words: Sequence[Word], verb: int) -> int:
    first = verb
    while first > 0 and not words[first - 1].quoted:
        lower = words[first - 1].lower
        if lower not in AUXILIARIES | NEGATIONS | _ADVERBS and not lower.endswith(("n't", "n’t", "ly")):
            break
        first -= 1
    return first


def _is_participle(words: Sequence[Word], first: int, verb: int) -> bool:
    """Whether ', adding' goes on with the subject of the clause before."""
    return first == verb > 0 and words[verb].lower.endswith("ing") and words[verb - 1].text in (",", "—", "–")


def _first_subject(words: Sequence[Word], before: int) -> Part | None:
    named = noun_phrase_after(words, 0, short=True)
    return named if named and named[1] <= before else None


def _after(words: Sequence[Word], cue: Part, subject: Part | None, speaker: Part | None, end: int) -> Iterator[Candidate]:
    """Contents that follow the cue."""
    seen: set[Part] = set()
    for start, begins in _starts(words, cue[1], end):
        for stop, ends in _stops(words, start, end):
            if stop > start and (start, stop) not in seen:
                seen.add((start, stop))
                yield Candidate(cue, speaker, subject, ((start, stop),), begins, ends)


def _starts(words: Sequence[Word], at: int, end: int) -> Iterator[tuple[int, str]]:
    if at >= end:
        return
    if words[at].lower not in ("of", "about", ":"):
        yield at, "bare"
    if words[at].lower in _LINKS and at + 1 < end:
        yield _past_time(words, at + 1, end), "link"
    if (timed := _past_time(words, at, end)) > at:
        yield timed, "time"
    yield from _marked(words, at, end)
    addressee = noun_phrase_after(words, at, short=True)
    if addressee and addressee[1] < end - 1:
        yield _past_time(words, addressee[1], end), "object"
        if words[addressee[1]].lower in _LINKS or words[addressee[1]].text == ",":
            yield _past_time(words, addressee[1] + 1, end), "object link"


def _past_time(words: Sequence[Word], at: int, end: int) -> int:
    """Where the words go on after 'on Monday that'."""
    start = at
    while start < end - 1 and words[start].lower in _TIME:
        start += 1
    return start + (start < end - 1 and words[start].lower == "that")


def _marked(words: Sequence[Word], at: int, end: int) -> Iterator[tuple[int, str]]:
    """After the first 'that' or colon, or at the first quotation."""
    for i in range(at, min(end, at + _MAX_SKIP)):
        if words[i].quoted:
            yield i, "quote"
        elif words[i].lower in ("that", ":") and i + 1 < end:
            yield i + 1, "that" if words[i].text != ":" else "colon"
        elif words[i].lower not in ("and", "but", ";"):
            continue
        return


def _stops(words: Sequence[Word], start: int, end: int) -> Iterator[tuple[int, str]]:
    yield end, "end"
    if words[start].quoted:
        yield start + 1, "quote"
    commas = 0
    for i in range(start + 2, end):
        lower = words[i].lower
        if lower in _BOUNDARIES:
            yield i, "comma"
            commas += 1
            if commas == 2:
                return
        elif i > start + 2 and not commas and lower in ("and", "but"):
            yield i, "and"
        elif i > start + 2 and not commas and lower in _SUBORDINATES:
            yield i, "subordinate"


def _before(words: Sequence[Word], cue: Part, subject: Part | None, end: int) -> Iterator[Candidate]:
    """Contents that go before the cue: 'S, X said', 'S, said X', 'S, X said, S'."""
    ahead = noun_phrase_after(words, cue[1])
    for who, at, order in ((subject, subject[0] if subject else 0, "post"), (ahead, cue[0], "inverted")):
        if who is None or at < 2:
            continue
        quoted = words[at - 1].quoted
        stop = at if quoted else at - 1
        if stop < 1 or not (quoted or words[at - 1].text in (",", "—", "–")):
            continue
        rest = _rest(words, max(cue[1], who[1]), end)
        for start, ends in _openings(words, stop):
            yield Candidate(cue, who, who, ((start, stop),), order, ends)
            if rest is not None:
                yield Candidate(cue, who, who, ((start, stop), rest), f"{order} split", ends)


def _openings(words: Sequence[Word], stop: int) -> Iterator[tuple[int, str]]:
    yield 0, "start"
    if stop > 2 and words[0].lower in ("but", "and", "so", "that"):
        yield 1, "conjunction"
    for i in range(stop - 2, 0, -1):
        joined = words[i].lower in ("but", "and", "while", "although") and words[i - 1].text == ","
        if joined or words[i].text in (";", ":", "—"):
            yield i + 1, f"after {words[i].lower}"
            return


def _rest(words: Sequence[Word], at: int, end: int) -> Part | None:
    """Where the content goes on after the cue and the speaker."""
    if at < end and words[at].quoted:
        return at, end
    return (at + 1, end) if at < end - 1 and words[at].text in (",", "—", ";") else None
