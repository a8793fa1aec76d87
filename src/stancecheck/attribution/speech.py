"""Attributions: reporting clauses and quotations of a text put together, over sentences and paragraphs."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stancecheck.attribution.clauses import Clause
from stancecheck.attribution.denials import is_back_reference
from stancecheck.attribution.introductions import introduction_of
from stancecheck.attribution.layout import Block, blocks_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.rules import clauses_by_rules, opens_with_quote
from stancecheck.attribution.sentence import Sentence
from stancecheck.attribution.tagger import tagged_clauses
from stancecheck.attribution.turns import turns_of
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span, find_quotes, inside_of
from stancecheck.language.sentences import sentences_of
from stancecheck.language.words import words_of
from stancecheck.models.speech import marks_of

__all__ = [
    "Attribution",
    "Sentence",
    "find_attributions",
    "join_sentences",
    "of_others",
    "sentences_by_rules",
    "sentences_with_clauses",
    "speakers_heard",
]

_MIN_QUOTE_WORDS = 4  # a shorter quotation in a sentence is a word held at arm's length, not somebody's statement
_FIRST_PERSON = word_class("speech", "first_person")
_FIRST_WORD = re.compile(r"(?:(?<=[iewu])['’\s]|(?<=[mstye])['’\s]).*", re.S)
_NAME_WORD = re.compile(r"[^\W_]{3,}")
_NO_NAME = frozenset(("the", "and", "for", "who", "its", "his", "her"))


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what, as spans of the text.

    Attributes:
        content: What is said, in one or more parts, quotation marks included.
        speaker: Who says it, as written there ('he', 'the ministry'); None where the text does not say.
        cue: The attributing words; None for a quotation that stands alone.
        lemma: The cue's dictionary form.
        frame: How the content hangs on the cue (see cues.toml).
        commitment: How far the speaker stands behind it.
        clause: The clause with speaker, cue and content.
        direct: Whether the content is wholly quoted.
    """

    content: tuple[Span, ...]
    speaker: Span | None
    cue: Span | None
    lemma: str | None
    frame: str
    commitment: str
    clause: Span
    direct: bool


def find_attributions(text: str, *, transcript: bool | None = None) -> list[Attribution]:
    """Every attribution of the text, in order.

    Args:
        text: The text.
        transcript: Whether lines that open with a name are turns of a transcript; None looks at the text.
    """
    return join_sentences(text, list(sentences_with_clauses(text, transcript=transcript)))


def sentences_with_clauses(text: str, *, transcript: bool | None = None) -> Iterator[Sentence]:
    """The sentences of a text with what they attribute: what the rules found and the tagger believes, and what it adds.

    Args:
        text: The text.
        transcript: See find_attributions.
    """
    sentences = list(sentences_by_rules(text, transcript=transcript))
    heard, marks = speakers_heard(text, sentences), marks_of(text)
    for sentence in sentences:
        clauses = tagged_clauses(sentence.words, sentence.clauses, heard, marks)
        yield dataclasses.replace(sentence, clauses=of_others(text, sentence.block, clauses))


def sentences_by_rules(text: str, *, transcript: bool | None = None) -> Iterator[Sentence]:
    """The sentences of a text with what the rules find in them.

    Args:
        text: The text.
        transcript: See find_attributions.
    """
    quotes = find_quotes(text)
    starts = [q[0] for q in quotes]
    for block in blocks_of(text, transcript=transcript):
        near = _inside(quotes, starts, block.span)
        near_starts = [q[0] for q in near]
        for span in sentences_of(text, block.span, near):
            inside = tuple((max(a, span[0]), min(b, span[1])) for a, b in _inside(near, near_starts, span))
            words = tuple(words_of(text, span, inside))
            yield Sentence(span, block, inside, words, of_others(text, block, clauses_by_rules(words)))


def speakers_heard(text: str, sentences: Iterable[Sentence]) -> frozenset[str]:
    """The words of all speakers' names and offices, in lower case; short ones are left out."""
    named = (text[slice(*c.speaker)].lower() for s in sentences for c in s.clauses if c.speaker)
    return frozenset(word for name in named for word in _NAME_WORD.findall(name) if word not in _NO_NAME)


def of_others(text: str, block: Block, clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """In a turn of a transcript, the clauses that tell what somebody else says."""
    if block.turn < 0:
        return tuple(clauses)
    return tuple(c for c in clauses if c.speaker and _FIRST_WORD.sub("", text[slice(*c.speaker)].lower()) not in _FIRST_PERSON)


def _inside(quotes: Sequence[Span], starts: Sequence[int], span: Span) -> Sequence[Span]:
    """The quotations that lie at least partly in the span."""
    first = max(0, bisect.bisect_right(starts, span[0]) - 1)
    first += first < len(quotes) and quotes[first][1] <= span[0]
    return quotes[first : bisect.bisect_left(starts, span[1])]


def join_sentences(text: str, sentences: Sequence[Sentence]) -> list[Attribution]:
    """Attributions of sentences, with quotations that go on over several sentences joined to their cue."""
    found: list[Attribution] = []
    further: dict[int, list[Span]] = {}  # quotations that stand alone, by the attribution that they go on with
    quoting: int | None = None
    opened: Attribution | None = None  # 'X said:' at the end of the sentence before
    for sentence in sentences:
        made = [_what_is_meant(text, _of_clause(text, clause, sentence.quotes), found) for clause in sentence.clauses]
        if sentence.block.turn >= 0:
            found.extend(made)
            continue
        free = _free_quotes(text, sentence, made)
        if made:
            found.extend(_take_free(made, free))
            quoted = [i for i in range(len(found) - len(made), len(found)) if _has_quote(found[i], sentence.quotes)]
            quoting = quoted[-1] if quoted else None
        elif free and opened is not None:
            found.append(dataclasses.replace(opened, content=tuple(free), direct=True))
            quoting = len(found) - 1
        elif free and quoting is not None and _is_of_others(found[quoting]):
            found.append(_own_words(found[quoting], free, sentence.span))
            quoting = len(found) - 1
        elif free and quoting is not None:
            further.setdefault(quoting, []).extend(free)
        elif free and _is_whole(free, sentence.span):
            found.append(Attribution(tuple(free), None, None, None, "quote", "asserts", sentence.span, True))
            quoting = len(found) - 1
        else:
            quoting = None
        opens = introduction_of(sentence.words)
        opened = _of_clause(text, opens, sentence.quotes) if opens is not None else None
    for i, quotes in further.items():
        found[i] = dataclasses.replace(found[i], content=(*found[i].content, *quotes))
    found.extend(Attribution(t.parts, t.label, None, None, "turn", "asserts", t.whole, True) for t in turns_of(text, sentences))
    return sorted(found, key=lambda a: (a.cue or a.content[0], a.content))


def _free_quotes(text: str, sentence: Sentence, made: Sequence[Attribution]) -> list[Span]:
    """The sentence's quotations of some length that no attribution has yet."""
    covered = [part for a in made for part in a.content]
    free = (q for q in sentence.quotes if not any(_overlap(q, c) for c in covered))
    opens = opens_with_quote(sentence.words)
    return [q for q in free if _is_speech(text, q, sentence.span, opens)]


def _of_clause(text: str, clause: Clause, quotes: Sequence[Span]) -> Attribution:
    content = tuple(_without_aside(text, part, quotes) for part in clause.content)
    direct = all(any(q[0] <= part[0] and part[1] <= q[1] + 1 for q in quotes) for part in content)
    return Attribution(
        content, clause.speaker, clause.cue, clause.lemma, clause.frame, clause.commitment, clause.clause, direct
    )


def _what_is_meant(text: str, attribution: Attribution, before: Sequence[Attribution]) -> Attribution:
    """'The company denies it': what was said last is what is denied."""
    if attribution.commitment != "denies" or len(attribution.content) != 1 or not before:
        return attribution
    words = words_of(text, attribution.content[0], ())
    if not is_back_reference(words):
        return attribution
    frame = before[-1].frame if before[-1].frame in ("gerund", "having") else attribution.frame
    return dataclasses.replace(attribution, content=before[-1].content, frame=frame)


def _without_aside(text: str, part: Span, quotes: Sequence[Span]) -> Span:
    """The content up to ', thus contradicting ...', where the outlet speaks again."""
    for match in _aside().finditer(text, *part):
        if match.start() > part[0] and not any(a <= match.start() < b for a, b in quotes):
            return part[0], match.start()
    return part


@functools.cache
def _aside() -> re.Pattern[str]:
    return re.compile(r",\s+(?:" + "|".join(map(re.escape, lexicon().asides)) + r")\b")


def _take_free(made: list[Attribution], free: Sequence[Span]) -> list[Attribution]:
    """Quotations left over in a sentence go to its attribution that has a quotation already, or else to the last."""
    if free:
        i = max((i for i, a in enumerate(made) if a.direct), default=len(made) - 1)
        if _is_of_others(made[i]):
            return [*made, _own_words(made[i], free, made[i].clause)]
        made[i] = dataclasses.replace(made[i], content=tuple(sorted({*made[i].content, *free})))
    return made


def _is_of_others(attribution: Attribution) -> bool:
    """Whether the content is not the speaker's own words: what is denied, doubted or called something."""
    return attribution.commitment in ("denies", "doubts") or attribution.frame == "named"


def _own_words(denial: Attribution, quotes: Sequence[Span], clause: Span) -> Attribution:
    """What somebody who denied something says in their own words after that."""
    return Attribution(tuple(quotes), denial.speaker, denial.cue, denial.lemma, "quote", "asserts", clause, True)


def _is_whole(quotes: Sequence[Span], sentence: Span) -> bool:
    return quotes[0][0] - sentence[0] < 2 and sentence[1] - quotes[-1][1] < 2


def _is_speech(text: str, quote: Span, sentence: Span, opens: bool) -> bool:
    """Whether a quotation is somebody's words: it fills its sentence, or is long and starts or goes on with a sentence."""
    start, end = inside_of(text, quote)
    body = text[start:end]
    whole = quote[0] - sentence[0] < 2 and sentence[1] - quote[1] < 2
    long = len(body.split(None, _MIN_QUOTE_WORDS)) >= _MIN_QUOTE_WORDS
    return whole or (long and (opens or body[:1].isupper()))


def _has_quote(attribution: Attribution, quotes: Sequence[Span]) -> bool:
    return any(_overlap(part, q) for part in attribution.content for q in quotes)


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
