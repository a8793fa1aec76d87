"""What a model is given of a pair, and what its answer is worth where it could not read all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from stancecheck.data.identity import case_tells_apart, same_words
from stancecheck.data.language import letter_groups, unreadable
from stancecheck.data.notes import UNREAD, Note
from stancecheck.data.statements import Pair
from stancecheck.data.text import Prepared, prepare
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.models.tokens import PairTokenizer
from stancecheck.stance import STANCES, Stance

__all__ = ["FIRST_PERSON", "Reading", "adjusted", "identical", "read_pairs"]

FIRST_PERSON = re.compile(r"\b(?:we|us|our|ours|ourselves|i|me|my|mine|myself)\b", re.IGNORECASE)
_DOUBT = 0.75  # of an answer about a text that the model cannot read, this part is no better than a guess
_LANGUAGE = "en"  # the one that unreadable() knows


@dataclass(frozen=True, slots=True)
class Reading:
    """A pair made ready.

    Attributes:
        a: The first text.
        b: The second text.
        notes: What was done to either, and what could not be read.
        identical: Whether the two agree by rule: they are the same to a reader.
    """

    a: Prepared
    b: Prepared
    notes: frozenset[Note]
    identical: bool

    @property
    def texts(self) -> tuple[str, str]:
        """What the model is given."""
        return self.a.text, self.b.text


def read_pairs(pairs: Sequence[Pair], tokenizer: PairTokenizer, language: str | None) -> list[Reading]:
    """The pairs made ready for a model, in order.

    Args:
        pairs: Pairs of statements.
        tokenizer: The model's.
        language: The language that the model reads, as its card states it; None where it states none or several.
    """
    groups = _groups(tokenizer) if language == _LANGUAGE else None
    ready: dict[str, tuple[Prepared, frozenset[Note]]] = {}
    for text in dict.fromkeys(s.text for p in pairs for s in (p.a, p.b)):
        prepared = prepare(text)
        why = unreadable(prepared.text, groups) if groups is not None else None
        ready[text] = prepared, frozenset((*prepared.notes, why) if why else prepared.notes)
    readings = []
    for pair in pairs:
        (a, notes_a), (b, notes_b) = ready[pair.a.text], ready[pair.b.text]
        notes = notes_a | notes_b
        if case_tells_apart(a.text, b.text) and not tokenizer.reads_case:
            notes |= {Note.CASE}
        readings.append(Reading(a, b, notes, _agree_by_rule(pair, a.text, b.text)))
    return readings


def identical(pair: Pair, reading: Reading, model: str) -> Judgement:
    """The judgement of a pair that agrees by rule.

    Args:
        pair: The two statements.
        reading: The pair made ready.
        model: The model that would have been asked, for the record.
    """
    follows = NLIScores(1.0, 0.0, 0.0)
    return Judgement(
        a=pair.a,
        b=pair.b,
        stance=Stance.AGREE,
        confidence=1.0,
        scores={stance: float(stance is Stance.AGREE) for stance in STANCES},
        forward=follows,
        backward=follows,
        truncated=False,
        evidence=Evidence((0, len(pair.a.text)), (0, len(pair.b.text))),
        model=model,
        notes=_in_order((reading.notes - UNREAD) | {Note.IDENTICAL}),
    )


def adjusted(judgement: Judgement, reading: Reading, unknown: Mapping[str, frozenset[str]]) -> Judgement:
    """The judgement with its places in the texts given, its notes, and what is left of it where not all could be read.

    What was not read supports no agreement: an AGREE of texts that differ in words that the tokenizer does not know, or are in
    another language, becomes UNRELATED, its score added to that. In another language, and of what holds no words, the scores
    are mixed with a guess.

    Args:
        judgement: The model's, of the prepared texts.
        reading: The pair made ready.
        unknown: By text, the words that the tokenizer does not know.
    """
    a, b = reading.texts
    unknown_a, unknown_b = unknown.get(a, frozenset()), unknown.get(b, frozenset())
    notes = set(reading.notes)
    if unknown_a or unknown_b:
        notes.add(Note.UNKNOWN)
    if judgement.truncated:
        notes.add(Note.TOO_LONG)
    if not notes and a is reading.a.given and b is reading.b.given:
        return judgement
    guess = not notes.isdisjoint({Note.LANGUAGE, Note.NONSENSE})
    scores = judgement.scores
    unread = guess or Note.CASE in notes or (unknown_a and unknown_b and unknown_a != unknown_b)
    if unread and judgement.stance is Stance.AGREE:
        agree, contradict, unrelated = (scores[stance] for stance in STANCES)
        scores = {Stance.AGREE: 0.0, Stance.CONTRADICT: contradict, Stance.UNRELATED: unrelated + agree}
    if guess:
        scores = {stance: (1 - _DOUBT) * score + _DOUBT / len(STANCES) for stance, score in scores.items()}
    stance = max(STANCES, key=lambda s: scores[s]) if scores is not judgement.scores else judgement.stance
    evidence = Evidence(reading.a.back(judgement.evidence.a), reading.b.back(judgement.evidence.b))
    return replace(
        judgement,
        stance=stance,
        confidence=scores[stance],
        scores=scores,
        evidence=evidence,
        truncated=not notes.isdisjoint(UNREAD),
        notes=_in_order(notes),
    )


def _agree_by_rule(pair: Pair, a: str, b: str) -> bool:
    """Whether the texts are the same, unless two parties say it each of itself."""
    if not same_words(a, b):
        return False
    return None in (pair.a.party, pair.b.party) or pair.a.party == pair.b.party or not FIRST_PERSON.search(a)


def _in_order(notes: frozenset[Note] | set[Note]) -> tuple[Note, ...]:
    return tuple(note for note in Note if note in notes)


@lru_cache(maxsize=4)
def _groups(tokenizer: PairTokenizer) -> frozenset[str]:
    return letter_groups(word.lstrip("Ġ▁") for word in tokenizer.vocabulary)
