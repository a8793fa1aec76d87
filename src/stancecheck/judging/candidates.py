"""Statements -> the pairs worth judging: for each statement, the nearest ones of other parties.

Exact top-k by blocked matrix products: memory grows with the block, not with the square of the statements. 'Nearest' is cosine
similarity, corrected for hubs: statements that are near to everything, and would hide the others.
Source: cross-domain similarity local scaling (CSLS), Conneau et al. 2018, "Word translation without parallel data",
arXiv:1710.04087.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError

__all__ = ["BLOCK", "RECALL", "Candidates", "Search", "check_choice", "expected_recall", "find_candidates", "partners"]

BLOCK = 1024  # statements a block: 8 MB of similarities
RECALL = {"stancecheck-mini": {5: 0.89, 10: 0.926, 20: 0.944, 25: 0.952, 30: 0.956, 40: 0.962}}
"""By embedding model and top_k: the mean share of true pairs of five labelled sets that the search finds, the pairs hidden
among press-release sentences, 2,000 statements a side. Source: benchmarks/results/many-to-many-20261128-526852a.json."""

_HUB_NEIGHBOURS = 5  # nearest partners whose mean similarity says how much of a hub a statement is
# Similarities are compared in steps of 1/4096: a matrix product's last bits depend on its threads and on the processor, and
# must not choose between statements that are as similar as each other (texts that occur twice).
_STEPS = 4096.0
_POSITIONS = 2**40  # more than there are statements
_BARRED = -(2**62)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which pairs of statements to judge.

    Attributes:
        pairs: Positions of the two statements, the smaller first, in rising order. Shape: (pairs, 2).
        similarity: Cosine similarity of the two, to 1/4096. Shape: (pairs,).
        nearness: The same, less how near the two are to their nearest partners, on average. Shape: (pairs,).
        rank: As which of the other's partners, from 1, the nearer one was asked for. Shape: (pairs,).
        considered: How many pairs there were to choose from.
    """

    pairs: NDArray[np.int64]
    similarity: NDArray[np.float64]
    nearness: NDArray[np.float64]
    rank: NDArray[np.int64]
    considered: int


def partners(statements: int) -> int:
    """How many partners a statement asks for among so many: 10 of a hundred, 30 of four thousand.

    On cases of some 35 statements, ten find 0.95 of the pairs that agree or contradict, at half of the cost of all pairs;
    among 2,000 statements a side, thirty do (see ``RECALL``), at 1.9% of it. Between them the number grows with the logarithm.
    Source: benchmarks/cases.py and benchmarks/many_to_many.py.
    """
    return round(10 * math.pow(max(1.0, statements / 100), 0.3))


def check_choice(top_k: object, min_similarity: object) -> None:
    """Refuse how many partners are asked for, or how near they are to be, where that cannot be.

    Args:
        top_k: An integer of at least 1, or None.
        min_similarity: Between -1 and 1.

    Raises:
        InputError: If one is something else.
    """
    if top_k is not None and (not isinstance(top_k, int) or top_k < 1):
        raise InputError(f"top_k: expected an integer of at least 1, got {top_k!r:.100}")
    if not isinstance(min_similarity, (int, float)) or not -1 <= min_similarity <= 1:
        raise InputError(f"min_similarity: expected a number between -1 and 1, got {min_similarity!r:.100}")


def find_candidates(
    embeddings: NDArray[np.float32],
    parties: Sequence[str | None],
    *,
    top_k: int,
    min_similarity: float = -1.0,
    same_party: bool = False,
) -> Candidates:
    """Pairs in which one statement is among the other's `top_k` nearest of other parties.

    Of those as near as each other, to 1/4096, the first are taken: threads and processors hardly ever change the pairs.

    Args:
        embeddings: Unit-length rows. Shape: (statements, width).
        parties: Party of each statement; those without one (None) count as different from all.
        top_k: How many partners each statement asks for.
        min_similarity: Least cosine similarity of a pair.
        same_party: Also pair a party with itself.
    """
    search = Search.over(embeddings, parties, same_party=same_party)
    starts = range(0, len(embeddings), BLOCK)
    hubness = np.concatenate([np.empty(0, dtype=np.int64), *(search.hubness(start) for start in starts)])
    found = [search.asked(start, hubness, top_k=top_k, min_similarity=min_similarity) for start in starts]
    every = np.concatenate([np.empty((0, 4), dtype=np.int64), *found])
    every = every[np.lexsort(every.T[[3, 1, 0]])]  # of a pair that both ends ask for, the better rank stands first
    pairs, first = np.unique(every[:, :2], axis=0, return_index=True)
    pairs, steps = pairs.reshape(-1, 2), every[first, 2]
    return Candidates(
        pairs,
        similarity=steps / _STEPS,
        nearness=(steps - hubness[pairs].sum(axis=1) / 2) / _STEPS,
        rank=every[first, 3],
        considered=_pairs_considered(search.groups, same_party),
    )


@dataclass(frozen=True, slots=True)
class Search:
    """The search in its two passes, block by block: first `hubness` of every block, then `pairs`.

    Attributes:
        embeddings: Unit-length rows. Shape: (statements, width).
        groups: Pairs lie between different groups. Shape: (statements,).
        same_party: Also pair a group with itself.
    """

    embeddings: NDArray[np.float32]
    groups: NDArray[np.int64]
    same_party: bool

    @classmethod
    def over(cls, embeddings: NDArray[np.float32], parties: Sequence[str | None], *, same_party: bool) -> Search:
        """The arguments are those of `find_candidates`."""
        codes = _party_codes(parties)
        return cls(embeddings, np.zeros_like(codes) if same_party else codes, same_party)

    def hubness(self, start: int) -> NDArray[np.int64]:
        """How near their few nearest partners are to the statements of the block from `start` on, on average, in steps.

        Shape: (rows,); 0 for a statement without partners.
        """
        best = self._best(start, np.zeros(len(self.groups), dtype=np.int64), _HUB_NEIGHBOURS, -1.0)
        there = best != _BARRED
        doubled = np.where(there, _nearness(best), 0).sum(axis=1)  # nearness counts a similarity twice
        mean: NDArray[np.int64] = np.rint(doubled / 2 / np.maximum(1, there.sum(axis=1))).astype(np.int64)
        return mean

    def asked(self, start: int, hubness: NDArray[np.int64], *, top_k: int, min_similarity: float) -> NDArray[np.int64]:
        """The pairs that the statements of the block from `start` on ask for; two of one block may ask for the same.

        Args:
            start: Position of the block's first statement.
            hubness: What `hubness` gives of all blocks, joined. Shape: (statements,).
            top_k: How many partners each statement asks for.
            min_similarity: Least cosine similarity of a pair.

        Returns:
            Positions of the two statements, the smaller first; their similarity in steps of 1/4096; the rank, from 1, of the
            one among the other's partners. Shape: (pairs, 4).
        """
        best = np.sort(self._best(start, hubness, top_k, min_similarity), axis=1)[:, ::-1]
        left, rank = np.broadcast_arrays(start + np.arange(len(best))[:, None], 1 + np.arange(best.shape[1])[None, :])
        chosen = best != _BARRED
        right = _position(best)[chosen]
        steps = (_nearness(best)[chosen] + hubness[right]) // 2
        ends = np.sort(np.stack([left[chosen], right], axis=-1), axis=1)
        return np.column_stack([ends, steps, rank[chosen]])

    def _best(self, start: int, hubness: NDArray[np.int64], count: int, min_similarity: float) -> NDArray[np.int64]:
        """The best partners of the block's statements, kept while going over all blocks. Shape: (rows, <= count).

        A partner is one number, the larger the better: its nearness, and where that is the same, the smaller position. The
        asking statement's own hubness is the same for all its partners and so left out.
        """
        stop = min(start + BLOCK, len(self.embeddings))
        best = np.empty((stop - start, 0), dtype=np.int64)
        for other in range(0, len(self.embeddings), BLOCK):
            end = min(other + BLOCK, len(self.embeddings))
            columns = np.arange(other, end)
            steps = np.rint((self.embeddings[start:stop] @ self.embeddings[other:end].T) * _STEPS)
            barred = (np.arange(start, stop)[:, None] == columns[None, :]) | (steps < min_similarity * _STEPS)
            if not self.same_party:
                barred |= self.groups[start:stop, None] == self.groups[None, other:end]
            found = (2 * steps.astype(np.int64) - hubness[other:end]) * _POSITIONS - columns
            found[barred] = _BARRED
            best = np.concatenate([best, found], axis=1)
            if best.shape[1] > count:
                best = np.partition(best, -count, axis=1)[:, -count:]
        return best


def _position(best: NDArray[np.int64]) -> NDArray[np.int64]:
    return -best % _POSITIONS


def _nearness(best: NDArray[np.int64]) -> NDArray[np.int64]:
    return (best + _position(best)) // _POSITIONS


def expected_recall(embedder: str, top_k: int, min_similarity: float = -1.0) -> float | None:
    """The share of contradicting and agreeing pairs that the search is expected to find; None where it was not measured.

    It was measured among 2,000 statements a side; among fewer it finds more.

    Args:
        embedder: Name of the embedding model.
        top_k: How many partners each statement asks for; between two that were measured, the smaller one's value is taken.
        min_similarity: Least cosine similarity of a pair; only -1, which bars none, was measured.
    """
    measured = [recall for k, recall in RECALL.get(embedder, {}).items() if k <= top_k]
    return max(measured) if measured and min_similarity <= -1 else None


def _party_codes(parties: Sequence[str | None]) -> NDArray[np.int64]:
    """A number by party; each statement without a party gets one of its own."""
    known: dict[str, int] = {}
    codes = [known.setdefault(p, len(known)) if p is not None else -1 - i for i, p in enumerate(parties)]
    return np.asarray(codes, dtype=np.int64)


def _pairs_considered(groups: NDArray[np.int64], same_party: bool) -> int:
    count = len(groups)
    every = count * (count - 1) // 2
    if same_party:
        return every
    _, sizes = np.unique(groups, return_counts=True)
    return every - int((sizes * (sizes - 1) // 2).sum())
