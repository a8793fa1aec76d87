"""What the speech model's marks say of a candidate clause, in steps of log odds."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np

from stancecheck.attribution.candidates import Candidate
from stancecheck.attribution.clauses import Part, span_of
from stancecheck.language.words import Word
from stancecheck.models.speech import Marks

__all__ = ["of_marks"]

_STEPS = (-4, -2, -1, 0, 1, 2, 4)  # log odds
_SHARES = 5
_CLOSING = frozenset((".", ",", '"', "”"))


def of_marks(candidate: Candidate, words: Sequence[Word], marks: Marks) -> dict[str, object]:
    """How far cue, content and speaker are marked as such, and whether the marks begin and end where the content does.

    Args:
        candidate: The clause.
        words: Its sentence.
        marks: Of the text.
    """

    def mean(part: Part | None, label: str) -> int | None:
        return None if part is None else _step(float(marks.logits(marks.rows(*span_of(words, part)), label).mean()))

    rows = [marks.rows(*span_of(words, part)) for part in candidate.content]
    inside = np.concatenate([marks.logits(part, "content") for part in rows])
    first, last = rows[0].start, rows[-1].stop - 1
    return {
        "marked_cue": mean(candidate.cue, "cue"),
        "marked_speaker": mean(candidate.speaker, "source"),
        "marked_subject": mean(candidate.subject, "source"),
        "marked": _step(float(inside.mean())),
        "marked_share": int(float((inside > 0).mean()) * _SHARES),
        "marked_first": _at(marks, first, "content"),
        "marked_last": _at(marks, last, "content"),
        "marked_begin": _at(marks, first, "begin"),
        "marked_end": max(_at(marks, last, "end"), _at(marks, last - 1, "end")),
        "marked_before": _at(marks, first - 1, "content"),
        "marked_after": _at(marks, _next(candidate, words, marks), "content"),
    }


def _next(candidate: Candidate, words: Sequence[Word], marks: Marks) -> int:
    """The token after the content and what closes it; -1 where the sentence ends."""
    place = candidate.content[-1][1]
    while place < len(words) and words[place].text in _CLOSING:
        place += 1
    return marks.rows(*span_of(words, (place, place + 1))).start if place < len(words) else -1


def _at(marks: Marks, row: int, label: str) -> int:
    """The step of a token; the lowest outside of the text."""
    return _step(float(marks.logits(range(row, row + 1), label)[0])) if row >= 0 else 0


def _step(logit: float) -> int:
    return bisect.bisect(_STEPS, logit)
