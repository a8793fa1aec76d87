"""Judgements -> explanations: the model says which words carry the decision, the rules say what kind of conflict it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stancecheck.explain.caution import cautions, reversal
from stancecheck.explain.cues import RULES, Signal
from stancecheck.explain.roles import ROLE_RULES
from stancecheck.explain.spans import ScorePairs, SideSpans, decisive_spans
from stancecheck.explain.words import AnalyzedStatement
from stancecheck.judging.explanation import Cue, Explanation, Kind, WeightedSpan
from stancecheck.judging.judge import Judgement
from stancecheck.stance import Stance

__all__ = ["explain_by_model", "explain_judgement", "explain_judgements"]

_TOGETHER = 32  # judgements explained together: some 2,500 pairs of texts for the model
_BONUS = 0.1  # a signal whose words are among those that the model decided by counts for this much more
_WHOLE = 0.15  # a signal that covers all the words in which the statements differ counts for this much more
_PRIMARY = 0.5  # a signal of less strength is named as a cue, but is not what a conflict turns on


def explain_judgement(judgement: Judgement, score_pairs: ScorePairs) -> Explanation:
    """What one judgement turns on; see ``explain_judgements``."""
    return explain_judgements([judgement], score_pairs)[0]


def explain_judgements(
    judgements: Sequence[Judgement], score_pairs: ScorePairs, on_judgements: Callable[[int], Any] | None = None
) -> list[Explanation]:
    """What each judgement turns on, in order. Swapping a judgement's statements swaps the explanation, no more.

    The model is called at most three times for every 32 judgements. Only the judgement's ``evidence`` windows are read.

    Args:
        judgements: What was decided.
        score_pairs: The model that decided: pairs of texts -> probabilities of agree, contradict and unrelated.
            Shape of what it returns: (n, 3).
        on_judgements: Called with the number of judgements explained since its last call.

    Raises:
        InputError: If `score_pairs` returns another shape.
    """
    found: list[Explanation] = []
    for start in range(0, len(judgements), _TOGETHER):
        chunk = judgements[start : start + _TOGETHER]
        spans = decisive_spans(chunk, score_pairs)
        found.extend(_explanation(j, a, b) for j, (a, b) in zip(chunk, spans, strict=True))
        if on_judgements is not None:
            on_judgements(len(chunk))
    return found


def explain_by_model(
    judgements: Sequence[Judgement], scorer: Callable[[str], ScorePairs], on_judgements: Callable[[int], Any] | None = None
) -> list[Explanation]:
    """What each judgement turns on, in order, each read out of the model that judged.

    Args:
        judgements: What was decided, by one model or several.
        scorer: A model's name -> the model, as ``explain_judgements`` takes it.
        on_judgements: As for ``explain_judgements``.
    """
    found: dict[int, Explanation] = {}
    for name in dict.fromkeys(j.model for j in judgements):
        places = [place for place, j in enumerate(judgements) if j.model == name]
        explained = explain_judgements([judgements[place] for place in places], scorer(name), on_judgements)
        found |= zip(places, explained, strict=True)
    return [found[place] for place in range(len(judgements))]


def _explanation(judgement: Judgement, found_a: SideSpans, found_b: SideSpans) -> Explanation:
    spans_a, spans_b = found_a.spans, found_b.spans
    if judgement.stance is not Stance.CONTRADICT:
        return Explanation(spans_a, spans_b)
    sides = (
        AnalyzedStatement(judgement.a.text, found_a.focus, judgement.a.commitment),
        AnalyzedStatement(judgement.b.text, found_b.focus, judgement.b.commitment),
    )
    signals = _signals(*sides, spans_a, spans_b)
    strongest = signals[0] if signals else None
    kind = strongest.kind if strongest is not None and strongest.strength >= _PRIMARY else Kind.LEXICAL
    return Explanation(
        spans_a,
        spans_b,
        kind,
        tuple(dict.fromkeys(Cue(s.kind, s.a, s.b) for s in signals)),
        cautions((judgement.a, judgement.b), sides, signals),
        reversal(judgement.a, judgement.b),
    )


def _signals(
    a: AnalyzedStatement, b: AnalyzedStatement, spans_a: Sequence[WeightedSpan], spans_b: Sequence[WeightedSpan]
) -> list[Signal]:
    """All signals, the strongest first; where two are as strong, in the order of ``Kind``, then of the text."""
    order = list(Kind)
    found = []
    for rule in (*RULES, *ROLE_RULES):
        for signal in rule(a, b):
            touched = (_touches(signal.a, spans_a) + _touches(signal.b, spans_b)) / 2
            strength = signal.strength + _BONUS * touched + _WHOLE * _covers(signal, a, b)
            found.append((-strength, order.index(signal.kind), signal))
    found.sort(key=lambda f: (f[0], f[1], *_place_key(f[2])))
    return [Signal(s.kind, s.a, s.b, -strength) for strength, _, s in found]


def _touches(span: tuple[int, int] | None, heavy: Sequence[WeightedSpan]) -> float:
    """Whether words of the signal are among the heaviest found."""
    return float(span is not None and any(start < span[1] and span[0] < end for start, end, _ in heavy[:1]))


def _covers(signal: Signal, a: AnalyzedStatement, b: AnalyzedStatement) -> bool:
    """Whether the statements differ in no word with meaning beside the signal's."""
    if signal.a is None and signal.b is None:
        return False
    for side, other, span in ((a, b, signal.a), (b, a, signal.b)):
        start, end = span or (0, 0)
        if any(not start <= side.words[p].start < end for p in side.unmatched(other)):
            return False
    return True


def _place_key(signal: Signal) -> tuple[tuple[int, ...], ...]:
    """Sorts the same way round when the statements are swapped."""
    one, two = sorted([signal.a or (-1,), signal.b or (-1,)])
    return one, two
