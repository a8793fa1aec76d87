"""Statements -> the pairs worth judging: for each statement, the most similar ones of other parties.

Exact cosine top-k by blocked matrix products: memory grows with the block, not with the square of the statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "RECALL", "TOP_K", "Candidates", "expected_recall", "find_candidates", "pairs_of_block", "party_codes"]

BLOCK = 1024  # statements a block: 8 MB of similarities
TOP_K = 25  # partners a statement asks for; as RECALL's record says, 1.9% of the pairs of 2,000 statements a side
RECALL = {"stancecheck-mini": {5: 0.88, 10: 0.907, 20: 0.937, 25: 0.944, 40: 0.952}}
"""By embedding model and top_k: the mean share of true pairs of five labelled sets that the search finds, the pairs hidden
among press-release sentences, 2,000 statements a side. Source: benchmarks/results/many-to-many-20261125-06b64c2.json."""

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
        considered: How many pairs there were to choose from.
    """

    pairs: NDArray[np.int64]
    considered: int


def find_candidates(
    embeddings: NDArray[np.float32],
    parties: Sequence[str | None],
    *,
    top_k: int,
    min_similarity: float = -1.0,
    same_party: bool = False,
) -> Candidates:
    """Pairs in which one statement is among the other's `top_k` most similar of other parties.

    Of those as similar as each other, to 1/4096, the first are taken: threads and processors hardly ever change the pairs.

    Args:
        embeddings: Unit-length rows. Shape: (statements, width).
        parties: Party of each statement; those without one (None) count as different from all.
        top_k: How many partners each statement asks for.
        min_similarity: Least cosine similarity of a pair.
        same_party: Also pair a party with itself.
    """
    codes = party_codes(parties)
    groups = np.zeros_like(codes) if same_party else codes
    considered = _pairs_considered(groups, same_party)
    found = [
        pairs_of_block(embeddings, groups, start, top_k=top_k, min_similarity=min_similarity, same_party=same_party)
        for start in range(0, len(embeddings), BLOCK)
    ]
    every = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
    return Candidates(np.unique(every, axis=0).reshape(-1, 2), considered)


def expected_recall(embedder: str, top_k: int, min_similarity: float = -1.0) -> float | None:
    """The share of contradicting and agreeing pairs that the search is expected to find; None where it was not measured.

    It was measured among 2,000 statements a side; among fewer it finds more.

    Args:
        embedder: Name of the embedding model.
        top_k: How many partners each statement asks for; between two that were measured, the smaller one's figure is taken.
        min_similarity: Least cosine similarity of a pair; only -1, which bars none, was measured.
    """
    measured = [recall for k, recall in RECALL.get(embedder, {}).items() if k <= top_k]
    return max(measured) if measured and min_similarity <= -1 else None


def pairs_of_block(
    embeddings: NDArray[np.float32],
    groups: NDArray[np.int64],
    start: int,
    *,
    top_k: int,
    min_similarity: float,
    same_party: bool,
) -> NDArray[np.int64]:
    """The pairs that the statements of the block from `start` on ask for; two of one block may ask for the same.

    Args:
        embeddings: Unit-length rows. Shape: (statements, width).
        groups: Pairs lie between different groups. Shape: (statements,).
        start: Position of the block's first statement.
        top_k: How many partners each statement asks for.
        min_similarity: Least cosine similarity of a pair.
        same_party: Also pair a group with itself.

    Returns:
        Positions of the two statements, the smaller first. Shape: (pairs, 2).
    """
    stop = min(start + BLOCK, len(embeddings))
    best = _best_of_block(embeddings, groups, start, stop, top_k, same_party)
    left = np.broadcast_to(np.arange(start, stop)[:, None], best.shape)
    right = -best % _POSITIONS
    wanted = (best != _BARRED) & ((best + right) // _POSITIONS >= min_similarity * _STEPS)
    return np.sort(np.stack([left[wanted], right[wanted]], axis=-1), axis=1)


def _best_of_block(
    embeddings: NDArray[np.float32],
    groups: NDArray[np.int64],
    start: int,
    stop: int,
    top_k: int,
    same_party: bool,
) -> NDArray[np.int64]:
    """The `top_k` best partners of statements start..stop, kept while going over all blocks. Shape: (rows, <= top_k).

    A partner is one number, the larger the better: the similarity in steps, and where that is the same, the smaller position.
    """
    best = np.empty((stop - start, 0), dtype=np.int64)
    for other in range(0, len(embeddings), BLOCK):
        end = min(other + BLOCK, len(embeddings))
        columns = np.arange(other, end)
        steps = np.rint((embeddings[start:stop] @ embeddings[other:end].T) * _STEPS)
        found = steps.astype(np.int64) * _POSITIONS - columns
        barred = np.arange(start, stop)[:, None] == columns[None, :]
        if not same_party:
            barred |= groups[start:stop, None] == groups[None, other:end]
        found[barred] = _BARRED
        best = np.concatenate([best, found], axis=1)
        if best.shape[1] > top_k:
            best = np.partition(best, -top_k, axis=1)[:, -top_k:]
    return best


def party_codes(parties: Sequence[str | None]) -> NDArray[np.int64]:
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
