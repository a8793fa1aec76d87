"""What a finder of reporting clauses hands on, and the words of a sentence with its quotations left whole."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stancecheck.attribution.lexicon import Cue, lexicon, word_class
from stancecheck.attribution.quotes import Span

__all__ = ["AUXILIARIES", "NO_VERB_AFTER", "Clause", "CueHit", "Word", "cue_hits", "words_of"]

_WORD = re.compile(r"[^\W_][\w&]*(?:[.’'-][^\W_][\w&]*)*\.?|[$€£%]|\S")
_DOTTED = re.compile(r"(?:\w\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sen|Rep|Gov|St|Jr|Sr|Prof|Capt|Sgt|Adm)\.")
AUXILIARIES = word_class("clauses", "auxiliaries")
_NEGATIONS = word_class("clauses", "negations")
# After these the word is a noun or an adjective: 'the claim', 'an expected visit'.
NO_VERB_AFTER = word_class("clauses", "no_verb_after")
_ADVERBS = word_class("clauses", "adverbs")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a punctuation mark, or a whole quotation."""

    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue in a sentence.

    Attributes:
        first: Position of the first word of its verb group.
        last: Position of its last word.
        cue: What the lexicon says.
        form: The verb's form as written, in lower case.
        negated: Whether 'not', 'never' or 'declined to' stands in the group.
    """

    first: int
    last: int
    cue: Cue
    form: str
    negated: bool
    main: int


@dataclass(frozen=True, slots=True)
class Clause:
    """Somebody says something, within one sentence.

    Attributes:
        cue: The attributing words.
        speaker: Who, as written; None when the sentence does not say.
        content: What is said; a quotation split around its cue gives two.
        lemma: The cue's dictionary form.
        frame: How the content hangs on the cue (see cues.toml).
        commitment: How far the speaker stands behind it.
        clause: The whole clause, speaker and cue with the content.
    """

    cue: Span
    speaker: Span | None
    content: tuple[Span, ...]
    lemma: str
    frame: str
    commitment: str
    clause: Span


def words_of(text: str, span: Span, quotes: Sequence[Span]) -> list[Word]:
    """The words of a part of the text; quotations that lie in it are one word each."""
    starts = [q[0] for q in quotes]
    found: list[Word] = []
    at, last = span
    while at < last:
        place = bisect.bisect_left(starts, at)
        quote = quotes[place] if place < len(quotes) and quotes[place][0] < last else None
        stop = quote[0] if quote else last
        for match in _WORD.finditer(text, at, stop):
            start, end = match.span()
            if match.group().endswith(".") and len(match.group()) > 1 and not _DOTTED.fullmatch(match.group()):
                found.append(Word(text[start : end - 1], start, end - 1))
                start = end - 1
            found.append(Word(text[start:end], start, end))
        if quote is None:
            break
        found.append(Word(text[quote[0] : quote[1]], quote[0], quote[1], quoted=True))
        at = quote[1]
    return found


def cue_hits(words: Sequence[Word]) -> list[CueHit]:
    """Every verb group of the sentence that may attribute, in order."""
    known = lexicon()
    hits: list[CueHit] = []
    for i, word in enumerate(words):
        if word.quoted:
            continue
        form = word.lower
        last, cue = i, known.verbs.get(form)
        for others, phrase in known.phrases.get(form, ()):
            skip = i + 1
            while skip < len(words) and words[skip].lower in _ADVERBS:
                skip += 1
            if tuple(w.lower for w in words[skip : skip + len(others)]) == others:
                last, cue = skip + len(others) - 1, phrase
                break
        if cue is None or (hits and hits[-1].last >= i) or (i and _is_noun(words[i - 1], form)):
            continue
        first, negated = _group_start(words, i)
        hits.append(CueHit(first, last, cue, form, negated, i))
    return hits


def _is_noun(before: Word, form: str) -> bool:
    """Whether the word before makes a form no verb: 'the claim', 'Berg’s claim', but 'Berg’s claiming'."""
    return before.lower in NO_VERB_AFTER or (before.lower.endswith(("'s", "’s")) and not form.endswith("ing"))


def _group_start(words: Sequence[Word], verb: int) -> tuple[int, bool]:
    first, negated = verb, False
    while first > 0:
        before = words[first - 1]
        word = before.lower
        if before.quoted or not (
            word in AUXILIARIES
            or word in _NEGATIONS
            or word in _ADVERBS
            or (word.endswith("ly") and len(word) > 4 and before.text.islower())
        ):
            break
        negated |= word in _NEGATIONS or word.endswith(("n't", "n’t"))
        first -= 1
    return first, negated
