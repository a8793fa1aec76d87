"""Attributions: reporting clauses and quotations of a text put together, over sentences and paragraphs."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stancecheck.attribution.clauses import AUXILIARIES, Clause, Word, cue_hits, words_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import PREPOSITIONS, noun_phrase_before
from stancecheck.attribution.parsing import clauses_by_parser, parse, parser_installed
from stancecheck.attribution.quotes import Span, find_quotes, inside_of
from stancecheck.attribution.rules import clauses_by_rules, first_subject, opens_with_quote
from stancecheck.attribution.sentences import paragraphs_of, sentences_of

__all__ = ["Attribution", "Parser", "Sentence", "find_attributions", "sentences_with_clauses"]

Parser: TypeAlias = Literal["auto", "rules", "spacy"]

_MIN_QUOTE_WORDS = 4  # a shorter quotation in a sentence is a word held at arm's length, not somebody's statement
_LONG_SENTENCE = 2_000  # characters; a longer one is no sentence but a table or a list, and is not parsed


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its quotations and reporting clauses."""

    span: Span
    paragraph: int
    quotes: tuple[Span, ...]
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]


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


def find_attributions(text: str, *, parser: Parser = "auto") -> list[Attribution]:
    """Every attribution of the text, in order.

    Args:
        text: The text.
        parser: 'rules' (no model), 'spacy', or 'auto': spaCy where it is installed.

    Raises:
        MissingExtraError: If spaCy is asked for and not installed.
    """
    return join_sentences(text, list(sentences_with_clauses(text, parser=parser)))


def sentences_with_clauses(text: str, *, parser: Parser = "auto") -> Iterator[Sentence]:
    """The sentences of a text with what they attribute.

    Args:
        text: The text.
        parser: See find_attributions.
    """
    quotes = find_quotes(text)
    bare: list[tuple[Span, int, tuple[Span, ...], tuple[Word, ...]]] = []
    starts = [q[0] for q in quotes]
    for number, paragraph in enumerate(paragraphs_of(text)):
        near = _inside(quotes, starts, paragraph)
        near_starts = [q[0] for q in near]
        for span in sentences_of(text, paragraph, near):
            inside = tuple((max(a, span[0]), min(b, span[1])) for a, b in _inside(near, near_starts, span))
            bare.append((span, number, inside, tuple(words_of(text, span, inside))))
    by_parser = parser == "spacy" or (parser == "auto" and parser_installed())
    to_parse = [i for i, row in enumerate(bare) if by_parser and _worth_parsing(row[0], row[3])]
    docs = dict(zip(to_parse, parse(text, [bare[i][0] for i in to_parse]), strict=True)) if to_parse else {}
    for i, (span, number, inside, words) in enumerate(bare):
        clauses = clauses_by_rules(words)
        if i in docs:
            verbs = frozenset(span[0] + t.idx + len(t) for t in docs[i] if t.pos_ in ("VERB", "AUX"))
            clauses = _both(clauses, clauses_by_parser(docs[i], span[0], inside), verbs, words)
        yield Sentence(span, number, inside, words, tuple(clauses))


def _inside(quotes: Sequence[Span], starts: Sequence[int], span: Span) -> Sequence[Span]:
    """The quotations that lie at least partly in the span."""
    first = max(0, bisect.bisect_right(starts, span[0]) - 1)
    first += first < len(quotes) and quotes[first][1] <= span[0]
    return quotes[first : bisect.bisect_left(starts, span[1])]


def _worth_parsing(span: Span, words: Sequence[Word]) -> bool:
    """Sentences that open with a long quotation are read better by rules: a parser reads them as one sentence."""
    if span[1] - span[0] > _LONG_SENTENCE or not cue_hits(words):
        return False
    return not opens_with_quote(words)


def _both(
    by_rules: Sequence[Clause], by_parser: Sequence[Clause], verbs: frozenset[int], words: Sequence[Word]
) -> list[Clause]:
    """The parser's clauses, mended, and those of the rules that need no parser.

    Args:
        by_rules: What the rules found.
        by_parser: What the parser found.
        verbs: Ends of the words that the parser took for verbs.
        words: The sentence.
    """
    chosen = [_mended(clause, by_rules, words) for clause in by_parser]
    for clause in by_rules:
        trusted = clause.frame == "source" or clause.lemma in lexicon().nouns
        trusted |= clause.frame == "quote" and clause.cue[1] in verbs
        if trusted and not any(_overlap(clause.cue, other.cue) for other in chosen):
            chosen.append(clause)
    return sorted(chosen, key=lambda c: c.cue)


def _mended(clause: Clause, by_rules: Sequence[Clause], words: Sequence[Word]) -> Clause:
    """The parser's clause with what it missed: the speaker of 'saying', and a content cut off before its verb."""
    other = next((c for c in by_rules if _overlap(c.cue, clause.cue)), None)
    if clause.speaker is None:
        place = next((i for i, w in enumerate(words) if w.end >= clause.cue[1]), 0)
        speaker = (other.speaker if other else None) or first_subject(words, place)
        if speaker and not any(_overlap(speaker, part) for part in clause.content):
            clause = dataclasses.replace(clause, speaker=speaker)
    if other is not None and len(clause.content) == len(other.content) == 1:
        (start, end), (_, further) = clause.content[0], other.content[0]
        following = next((w.lower for w in words if w.start >= end), "")
        cut = following in AUXILIARIES or (clause.frame in ("denied", "unsaid", "unaware") and following in PREPOSITIONS)
        if start == other.content[0][0] and further > end and cut:
            whole = clause.clause[0], max(clause.clause[1], further)
            clause = dataclasses.replace(clause, content=((start, further),), clause=whole)
    return clause


def join_sentences(text: str, sentences: Sequence[Sentence]) -> list[Attribution]:
    """Attributions of sentences, with quotations that go on over several sentences joined to their cue."""
    found: list[Attribution] = []
    further: dict[int, list[Span]] = {}  # quotations that stand alone, by the attribution that they go on with
    quoting: int | None = None
    opened: Attribution | None = None  # 'X said:' at the end of the sentence before
    for sentence in sentences:
        made = [_of_clause(text, clause, sentence.quotes) for clause in sentence.clauses]
        free = _free_quotes(text, sentence, made)
        if made:
            found.extend(_take_free(made, free))
            quoted = [i for i in range(len(found) - len(made), len(found)) if _has_quote(found[i], sentence.quotes)]
            quoting = quoted[-1] if quoted else None
        elif free and opened is not None:
            found.append(dataclasses.replace(opened, content=tuple(free), direct=True))
            quoting = len(found) - 1
        elif free and quoting is not None:
            further.setdefault(quoting, []).extend(free)
        elif free and _is_whole(free, sentence.span):
            found.append(Attribution(tuple(free), None, None, None, "quote", "asserts", sentence.span, True))
            quoting = len(found) - 1
        else:
            quoting = None
        opened = _opened(sentence)
    for i, quotes in further.items():
        found[i] = dataclasses.replace(found[i], content=(*found[i].content, *quotes))
    return found


def _free_quotes(text: str, sentence: Sentence, made: Sequence[Attribution]) -> list[Span]:
    """The sentence's quotations of some length that no attribution has yet."""
    covered = [part for a in made for part in a.content]
    free = (q for q in sentence.quotes if not any(_overlap(q, c) for c in covered))
    opens = opens_with_quote(sentence.words)
    return [q for q in free if _is_speech(text, q, sentence.span, opens)]


def _opened(sentence: Sentence) -> Attribution | None:
    """'X said:' where the quotation follows in a sentence or paragraph of its own."""
    words = sentence.words
    if not words or words[-1].text != ":":
        return None
    hits = [h for h in cue_hits(words) if h.cue.frames.keys() & {"quote", "that", "bare"}]
    if not hits:
        return None
    hit = hits[-1]
    subject = noun_phrase_before(words, hit.first)
    speaker = (words[subject[0]].start, words[subject[1] - 1].end) if subject else first_subject(words, hit.first)
    cue = (words[hit.first].start, words[hit.last].end)
    commitment = hit.cue.frames.get("quote") or next(iter(hit.cue.frames.values()))
    return Attribution((), speaker, cue, hit.cue.lemma, "quote", commitment, sentence.span, True)


def _of_clause(text: str, clause: Clause, quotes: Sequence[Span]) -> Attribution:
    content = tuple(_without_aside(text, part, quotes) for part in clause.content)
    direct = all(any(q[0] <= part[0] and part[1] <= q[1] + 1 for q in quotes) for part in content)
    return Attribution(
        content, clause.speaker, clause.cue, clause.lemma, clause.frame, clause.commitment, clause.clause, direct
    )


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
        made[i] = dataclasses.replace(made[i], content=tuple(sorted({*made[i].content, *free})))
    return made


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
