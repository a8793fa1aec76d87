"""The words that carry a decision, found by the model itself: leave words out, and see how far the score falls.

Source: leave-one-out occlusion, as in J. Li, W. Monroe, D. Jurafsky, "Understanding Neural Networks through Representation
Erasure" (2016). How faithful it is, is measured by benchmarks/explain.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.statements import Statement, TextLike
from stancecheck.errors import InputError
from stancecheck.explain.words import Word, words_of
from stancecheck.judging.explanation import Span, WeightedSpan
from stancecheck.judging.judge import Judgement
from stancecheck.stance import STANCES, stance_index

__all__ = ["ScorePairs", "SideSpans", "decisive_spans", "without"]

TwoTexts: TypeAlias = tuple[TextLike, TextLike]
ScorePairs: TypeAlias = Callable[[Sequence[TwoTexts]], NDArray[np.float64]]
"""Pairs of texts -> probabilities of the stances, in the order of ``STANCES``. Shape: (n, 3).

Where both parties of a judgement are known, its texts come as Statements with them.
"""

FINE_WORDS = 24  # a side with more words is first looked at in chunks; these many words of it are then looked at one by one
CUE_WORDS = 64  # a side with up to so many words is searched for cues as a whole, a longer one only where the weight is
CHUNKS = 12  # chunks a side in the first look
LONGEST = 3  # words in the longest group that is left out together
SPANS_A_SIDE = 3
LEAST_SHARE = 0.25  # a further span is named if it weighs at least this share of the heaviest
GROWN = 2  # words a side that are tried together with their neighbours
_NEVER_AN_EDGE = frozenset(["a", "an", "the", "of", "and", "or", "to", "is", "are", "was", "were", "be", "been", "by", "that"])
_NEVER_ALONE = _NEVER_AN_EDGE | {
    "it",
    "he",
    "she",
    "they",
    "his",
    "her",
    "its",
    "their",
    "has",
    "have",
    "had",
    "do",
    "does",
    "did",
}


@dataclass(frozen=True, slots=True)
class SideSpans:
    """What was found in one statement.

    Attributes:
        spans: The heaviest words, heaviest first.
        focus: The words in which cues are looked for: all of them, or of a long text those that were looked at one by one.
    """

    spans: tuple[WeightedSpan, ...]
    focus: list[Word]


@dataclass(slots=True)
class _Task:
    """One statement of one judgement, in the making."""

    judgement: int
    side: int  # 0 for a, 1 for b
    text: str
    window: Span
    other: str
    words: list[Word]
    focus: list[Word]
    parties: tuple[str | None, str | None]

    def pair_without(self, span: Span) -> TwoTexts:
        start, end = self.window
        rest = without(self.text[start:end], (span[0] - start, span[1] - start))
        texts = [rest, self.other] if self.side == 0 else [self.other, rest]
        a, b = (text if text.strip() else "..." for text in texts)  # a statement with nothing left says nothing
        if None in self.parties:
            return a, b
        return Statement(a, party=self.parties[0]), Statement(b, party=self.parties[1])


def without(text: str, span: Span) -> str:
    """The text without the characters of a span, the gap closed."""
    before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
    glue = "" if not before or not after or after[0] in ".,;:!?)" else " "
    return before + glue + after


def decisive_spans(judgements: Sequence[Judgement], score_pairs: ScorePairs) -> list[tuple[SideSpans, SideSpans]]:
    """The words of both statements that carry each decision. At most three calls of `score_pairs`, whatever the number.

    Long texts are first narrowed down in chunks; then words are left out one by one; then the heaviest with their neighbours.

    Args:
        judgements: What was decided.
        score_pairs: The model.

    Raises:
        InputError: If `score_pairs` returns another shape.
    """
    tasks = [_task(number, side, j) for number, j in enumerate(judgements) for side in (0, 1)]
    _narrow([t for t in tasks if len(t.words) > FINE_WORDS], judgements, score_pairs)
    singles = [[(w.start, w.end) for w in t.words if w.lower not in _NEVER_ALONE and len(t.words) > 1] for t in tasks]
    alone = _falls(tasks, singles, judgements, score_pairs)
    groups = []
    for task, spans, fall in zip(tasks, singles, alone, strict=True):
        furthest = sorted(zip(spans, fall, strict=True), key=lambda found: (-found[1][1], found[0]))[:GROWN]
        groups.append(_groups(task.words, {span for span, _ in furthest}))
    joined = _falls(tasks, groups, judgements, score_pairs)
    sides = [
        SideSpans(_heaviest([*spans, *more], [*fall, *falls]), task.focus)
        for task, spans, more, fall, falls in zip(tasks, singles, groups, alone, joined, strict=True)
    ]
    return list(zip(sides[0::2], sides[1::2], strict=True))


def _task(number: int, side: int, judgement: Judgement) -> _Task:
    texts = judgement.a.text, judgement.b.text
    windows = judgement.evidence.a, judgement.evidence.b
    start, end = windows[side]
    other = texts[1 - side][slice(*windows[1 - side])]
    words = words_of(texts[side], start, end)
    parties = judgement.a.party, judgement.b.party
    return _Task(number, side, texts[side], windows[side], other, words, words, parties)


def _narrow(tasks: Sequence[_Task], judgements: Sequence[Judgement], score_pairs: ScorePairs) -> None:
    """Keep of each long side the chunks without which the score falls furthest."""
    chunks = [_chunks(t.words) for t in tasks]
    falls = _falls(tasks, [[(c[0].start, c[-1].end) for c in cs] for cs in chunks], judgements, score_pairs)
    for task, cs, fall in zip(tasks, chunks, falls, strict=True):
        kept: list[int] = []
        room = FINE_WORDS
        for best in sorted(range(len(cs)), key=lambda i: -fall[i][1]):
            if kept and len(cs[best]) > room:
                break
            kept.append(best)
            room -= len(cs[best])
        task.words = [w for i in sorted(kept) for w in cs[i]][: 2 * FINE_WORDS]
        if len(task.focus) > CUE_WORDS:
            task.focus = task.words


def _chunks(words: list[Word]) -> list[list[Word]]:
    """About CHUNKS runs of words of like length, cut at clause ends where there is one near."""
    size = max(FINE_WORDS // 3, -(-len(words) // CHUNKS))
    found: list[list[Word]] = [[]]
    for position, word in enumerate(words):
        new_clause = position > 0 and word.clause != words[position - 1].clause
        if len(found[-1]) >= size or (new_clause and len(found[-1]) >= size // 2):
            found.append([])
        found[-1].append(word)
    return found


def _groups(words: list[Word], around: set[Span]) -> list[Span]:
    """Groups of two to LONGEST neighbouring words, never the whole, around some; articles and the like only inside."""
    found = []
    for first, word in enumerate(words):
        for stop in range(first + 2, min(first + LONGEST, len(words)) + 1):
            last = words[stop - 1]
            if last.clause != word.clause or last.start - words[stop - 2].end > 3:
                break
            if word.lower in _NEVER_AN_EDGE or last.lower in _NEVER_AN_EDGE or stop - first == len(words):
                continue
            if not around.isdisjoint((w.start, w.end) for w in words[first:stop]):
                found.append((word.start, last.end))
    return found


def _falls(
    tasks: Sequence[_Task],
    groups: Sequence[Sequence[Span]],
    judgements: Sequence[Judgement],
    score_pairs: ScorePairs,
) -> list[list[tuple[float, float]]]:
    """By task and group: how far the decided stance's probability, and its log-odds, fall without the group."""
    if not tasks:
        return []
    complete = [t.pair_without((t.window[0], t.window[0])) for t in tasks]
    pairs = [t.pair_without(span) for t, spans in zip(tasks, groups, strict=True) for span in spans]
    decided = [stance_index(judgements[t.judgement].stance) for t in tasks]
    scores = _scores(complete + pairs, score_pairs)
    falls: list[list[tuple[float, float]]] = []
    row = len(tasks)
    for number, spans in enumerate(groups):
        base = scores[number, decided[number]]
        left = scores[row : row + len(spans), decided[number]]
        row += len(spans)
        falls.append(list(zip((base - left).tolist(), (_log_odds(base) - _log_odds(left)).tolist(), strict=True)))
    return falls


def _scores(pairs: Sequence[TwoTexts], score_pairs: ScorePairs) -> NDArray[np.float64]:
    """Scores of all pairs, each different one asked for once."""
    different = list(dict.fromkeys(pairs))
    scores = np.asarray(score_pairs(different), dtype=np.float64)
    if scores.shape != (len(different), len(STANCES)):
        raise InputError(f"score_pairs: expected scores of shape {(len(different), len(STANCES))}, got {scores.shape}")
    rows = {pair: row for row, pair in enumerate(different)}
    return scores[[rows[pair] for pair in pairs]]


def _log_odds(p: NDArray[np.float64]) -> NDArray[np.float64]:
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p) - np.log1p(-p))


def _heaviest(groups: Sequence[Span], falls: Sequence[tuple[float, float]]) -> tuple[WeightedSpan, ...]:
    """The heaviest groups that do not overlap. Log-odds rank them, which separate certain from very certain, shared among the
    characters so that a longer group must be worth its length; the weight is the fall in probability.
    """

    def value(i: int) -> float:
        return falls[i][1] / math.sqrt(groups[i][1] - groups[i][0] + 4)

    chosen: list[int] = []
    for i in sorted(range(len(groups)), key=lambda i: (-value(i), groups[i])):
        if falls[i][0] <= 0 or len(chosen) == SPANS_A_SIDE or (chosen and falls[i][1] < LEAST_SHARE * falls[chosen[0]][1]):
            continue
        if all(groups[i][1] <= groups[j][0] or groups[j][1] <= groups[i][0] for j in chosen):
            chosen.append(i)
    return tuple((*groups[i], falls[i][0]) for i in chosen)
