"""What a finder of reporting clauses hands on, and where the cues of a sentence stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stancecheck.attribution.lexicon import Cue, lexicon
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.quotes import Span
from stancecheck.language.words import Word

__all__ = [
    "AUXILIARIES",
    "NEGATIONS",
    "NO_VERB_AFTER",
    "Clause",
    "CueMatch",
    "Part",
    "cue_matches",
    "end_of_opening",
    "span_of",
]

Part: TypeAlias = tuple[int, int]  # positions of words, the second one past the last

AUXILIARIES = word_class("clauses", "auxiliaries")
NEGATIONS = word_class("clauses", "negations")
# After these the word is a noun or an adjective: 'the claim', 'an expected visit'.
NO_VERB_AFTER = word_class("clauses", "no_verb_after")
_ADVERBS = word_class("clauses", "adverbs")
_PRONOUNS = word_class("nouns", "pronouns") - {"all", "this", "that", "both", "most", "another", "many", "some"}
_ALSO_NOUNS = word_class("clauses", "also_nouns")
_BEFORE_THINGS = word_class("clauses", "before_things")
_AFTER_NOUNS = word_class("clauses", "after_nouns")
_SUBORDINATES = frozenset(("when", "after", "before", "while", "although", "though"))
_PASSIVE = frozenset(("is", "are", "was", "were", "been", "being", "be"))


@dataclass(frozen=True, slots=True)
class CueMatch:
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


def cue_matches(words: Sequence[Word]) -> list[CueMatch]:
    """Every verb group of the sentence that may attribute, in order."""
    known = lexicon()
    matches: list[CueMatch] = []
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
        if cue is None or (matches and matches[-1].last >= i) or _is_noun(words, i):
            continue
        first, negated = _group_start(words, i)
        if _is_passive(words[first:i], form, cue):
            continue
        matches.append(CueMatch(first, last, cue, form, negated, i))
    return matches


def _is_noun(words: Sequence[Word], i: int) -> bool:
    """Whether a form of a verb is a noun or an adjective here: 'the claim', 'three inspection reports since 2028'."""
    form = words[i].lower
    before, after = (words[j].lower if 0 <= j < len(words) else "." for j in (i - 1, i + 1))
    if i and words[i].text[:1].isupper() and words[i - 1].text[:1].isupper():
        return True  # 'Granite State'
    if before in NO_VERB_AFTER or (before.endswith(("'s", "’s")) and not form.endswith("ing")):
        return True
    if form not in _ALSO_NOUNS:
        return False
    if i and before in lexicon().verbs and is_past(before) and words[i - 1].text.islower():
        return True  # 'ridiculed claims that'
    if before in _PRONOUNS or (after in (",", ".") and any(w.text == "," or w.quoted for w in words[max(0, i - 6) : i - 1])):
        return False  # 'S, the group claims.'
    return before in _BEFORE_THINGS or before[:1].isdigit() or after in _AFTER_NOUNS or after in AUXILIARIES - {"to"}


def _is_passive(group: Sequence[Word], form: str, cue: Cue) -> bool:
    """Whether the verb's subject is not who says it: 'the dam is known to', 'residents were told that'."""
    if form.endswith("ing") or " " in cue.lemma:
        return False
    return any(w.lower in _PASSIVE for w in group)


def _group_start(words: Sequence[Word], verb: int) -> tuple[int, bool]:
    first, negated = verb, False
    while first > 0:
        before = words[first - 1]
        word = before.lower
        if before.quoted or not (
            word in AUXILIARIES
            or word in NEGATIONS
            or word in _ADVERBS
            or (word.endswith("ly") and len(word) > 4 and before.text.islower())
        ):
            break
        negated |= word in NEGATIONS or word.endswith(("n't", "n’t"))
        first -= 1
    return first, negated


def end_of_opening(words: Sequence[Word]) -> int | None:
    """Position of the comma after an opening 'When he announced the rescue'; None where none opens the sentence."""
    if not words or words[0].lower not in _SUBORDINATES:
        return None
    return next((i for i, w in enumerate(words) if w.text == ","), None)


def span_of(words: Sequence[Word], part: Part) -> Span:
    """Where the words of a part stand in the text."""
    return words[part[0]].start, words[part[1] - 1].end
