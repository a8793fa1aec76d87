"""Judgements -> those that a reader asks for, and counts by party."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from stancecheck.errors import InputError
from stancecheck.judging.judge import Judgement
from stancecheck.models.options import as_threshold
from stancecheck.stance import Stance

__all__ = ["Matrix", "fitting", "parties_of"]


class Matrix(dict[tuple[str | None, str | None], dict[Stance, int]]):
    """Counts by two parties and by stance. It holds the parties that met: it grows with the judgements, not with all pairs."""

    def __missing__(self, parties: tuple[str | None, str | None]) -> dict[Stance, int]:
        """Zeros for two that never met."""
        return dict.fromkeys(Stance, 0)

    @classmethod
    def of(cls, judgements: Iterable[Judgement]) -> Matrix:
        """The counts of these judgements."""
        cells = cls()
        for judgement in judgements:
            for key in {(judgement.a.party, judgement.b.party), (judgement.b.party, judgement.a.party)}:
                cells.setdefault(key, dict.fromkeys(Stance, 0))[judgement.stance] += 1
        return cells


def parties_of(judgements: Iterable[Judgement]) -> list[str | None]:
    """The parties in the order in which they first appear; None where a statement has none."""
    return list(dict.fromkeys(s.party for j in judgements for s in (j.a, j.b)))


def fitting(
    judgements: Sequence[Judgement], stance: Stance | str | None, party: str | tuple[str, str] | None, min_confidence: float
) -> list[Judgement]:
    """The judgements that fit, in the same order; see ``Report.where``.

    Raises:
        InputError: If there is no such stance or party, or `min_confidence` is not between 0 and 1.
    """
    as_threshold(min_confidence, "min_confidence")
    chosen = None if stance is None else _as_stance(stance)
    asked = (party,) if isinstance(party, str) else () if party is None else party
    if party is not None and not (isinstance(asked, (tuple, list)) and 1 <= len(asked) <= 2):
        raise InputError(f"party: expected a party's name or two in a tuple, got {party!r:.100}")
    present = parties_of(judgements)
    if unknown := [p for p in asked if p not in present]:
        known = [p for p in present if p is not None]
        near = difflib.get_close_matches(str(unknown[0]), known, n=1) or known[:5]
        raise InputError(f"party: {unknown[0]!r} says nothing in this report; its parties are {', '.join(map(repr, near))}")

    def fits(judgement: Judgement) -> bool:
        speakers = [judgement.a.party, judgement.b.party]
        return (
            (chosen is None or judgement.stance is chosen)
            and judgement.confidence >= min_confidence
            and all(speakers.count(p) >= asked.count(p) for p in asked)  # two that are the same: both must be
        )

    return list(filter(fits, judgements))


def _as_stance(stance: Stance | str) -> Stance:
    try:
        return Stance(stance)
    except ValueError:
        raise InputError(f"stance: expected one of {[s.value for s in Stance]}, got {stance!r}") from None
