"""Judgements -> disputes: the pairs that turn on one matter, together, with every party's version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stancecheck.data.statements import Statement
from stancecheck.explain.doubt import doubt
from stancecheck.explain.words import AnalyzedStatement, words_of
from stancecheck.judging.judge import Judgement
from stancecheck.stance import Stance

__all__ = ["Dispute", "count_disputes", "find_disputes", "ranked"]

_NEAR = 0.6  # of the words with meaning that either of two statements has, the share that both must have to be on one matter


@dataclass(frozen=True, slots=True)
class Dispute:
    """One matter on which accounts collide.

    Attributes:
        pairs: The pairs that turn on it, the likeliest first: contradictions, and doubts or denials of what another asserts.
    """

    pairs: tuple[Judgement, ...]

    @property
    def lead(self) -> Judgement:
        """The pair most worth reading."""
        return self.pairs[0]

    @property
    def confidence(self) -> float:
        """That of the lead."""
        return self.lead.confidence

    @property
    def is_doubt(self) -> bool:
        """Whether no pair of it contradicts: somebody only doubts or denies what another asserts."""
        return self.lead.stance is not Stance.CONTRADICT

    @property
    def parties(self) -> list[str | None]:
        """Who takes part, in the order in which they first speak."""
        return list(self.versions)

    @property
    def versions(self) -> dict[str | None, list[Statement]]:
        """By party, what it says on the matter; the lead's statements first."""
        statements: dict[str | None, list[Statement]] = {}
        for statement in (s for pair in self.pairs for s in (pair.a, pair.b)):
            own = statements.setdefault(statement.party, [])
            if statement not in own:
                own.append(statement)
        return statements


def ranked(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The pairs most worth reading first: contradictions, doubts of what another asserts, agreements, the rest.

    In each the likeliest first; of doubts and the rest, those that come nearest to a contradiction.
    """
    groups = {Stance.CONTRADICT: 0, Stance.AGREE: 2, Stance.UNRELATED: 3}

    def key(judgement: Judgement) -> tuple[int, float]:
        if doubt(judgement):
            return 1, -judgement.scores[Stance.CONTRADICT]
        shown = Stance.CONTRADICT if judgement.stance is Stance.UNRELATED else judgement.stance
        return groups[judgement.stance], -judgement.scores[shown]

    return sorted(judgements, key=key)


def find_disputes(judgements: Iterable[Judgement]) -> list[Dispute]:
    """The disputes, the one with the likeliest pair first.

    A pair joins the first dispute with whose lead it shares a statement, or where one party says nearly the same in both (three
    in five of the words with meaning); else it opens one of its own. Only the lead counts: a statement that collides with
    everything does not draw all into one.
    """
    found: list[list[Judgement]] = []
    leads: dict[str | None, list[tuple[frozenset[str], int]]] = {}
    for pair in ranked(judgements):
        if pair.stance is not Stance.CONTRADICT and not doubt(pair):
            continue
        sides = [(s.party, _stems(s.text)) for s in (pair.a, pair.b)]
        homes = [place for party, stems in sides for other, place in leads.get(party, ()) if _alike(stems, other)]
        if homes:
            found[min(homes)].append(pair)
            continue
        for party, stems in sides:
            leads.setdefault(party, []).append((stems, len(found)))
        found.append([pair])
    return [Dispute(tuple(pairs)) for pairs in found]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or len(one & other) >= max(1.0, _NEAR * len(one | other))


@lru_cache(maxsize=4096)  # a statement stands in many pairs
def _stems(text: str) -> frozenset[str]:
    """What a statement speaks of; a text without words that carry meaning is its own."""
    return AnalyzedStatement(text, words_of(text)).stems or frozenset([text])


def count_disputes(disputes: Sequence[Dispute]) -> dict[tuple[str | None, str | None], int]:
    """In how many disputes two parties meet in a pair; (A, B) and (B, A) hold the same."""
    counts: dict[tuple[str | None, str | None], int] = {}
    for dispute in disputes:
        met = {(p.a.party, p.b.party) for p in dispute.pairs}
        for key in met | {(other, one) for one, other in met}:
            counts[key] = counts.get(key, 0) + 1
    return counts
