"""candidates: exactly the best partners of other parties, however the blocks fall."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stancecheck.judging import candidates
from stancecheck.judging.candidates import expected_recall, find_candidates, partners
from tests.source_tree import source_path


def unit(rng, n, width=8):
    rows = rng.normal(size=(n, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(embeddings, parties, top_k, min_similarity, same_party):
    similarity = np.rint(embeddings @ embeddings.T * 4096)
    others = [
        [j for j, theirs in enumerate(parties) if j != i and (same_party or mine is None or mine != theirs)]
        for i, mine in enumerate(parties)
    ]
    crowd = [np.sort(similarity[i, mine])[-5:] for i, mine in enumerate(others)]
    hubness = [np.rint(c.mean()) if len(c) else 0 for c in crowd]
    pairs = set()
    for i, mine in enumerate(others):
        near = [j for j in mine if similarity[i, j] >= min_similarity * 4096]
        best = sorted(near, key=lambda j: (-(2 * similarity[i, j] - hubness[j]), j))[:top_k]
        pairs |= {(min(i, j), max(i, j)) for j in best}
    return sorted(pairs)


@pytest.mark.parametrize("top_k", [1, 3, 1000])
@pytest.mark.parametrize("min_similarity", [-1.0, 0.2])
@pytest.mark.parametrize("same_party", [False, True])
def test_blocked_search_equals_brute_force(monkeypatch, top_k, min_similarity, same_party):
    monkeypatch.setattr(candidates, "BLOCK", 7)
    rng = np.random.default_rng(top_k)
    embeddings = unit(rng, 40)
    parties = [None if p == 3 else "ABC"[p] for p in rng.integers(0, 4, 40)]
    found = find_candidates(embeddings, parties, top_k=top_k, min_similarity=min_similarity, same_party=same_party)
    assert [tuple(p) for p in found.pairs.tolist()] == brute_force(embeddings, parties, top_k, min_similarity, same_party)
    for (i, j), similarity, rank in zip(found.pairs, found.similarity, found.rank, strict=True):
        assert similarity == pytest.approx(float(embeddings[i] @ embeddings[j]), abs=1 / 4096)
        alone = [brute_force(embeddings, parties, k, min_similarity, same_party) for k in (rank - 1, rank)]
        assert (i, j) not in alone[0]
        assert (i, j) in alone[1]


def test_ties_take_the_first_statements(monkeypatch):
    monkeypatch.setattr(candidates, "BLOCK", 16)
    rng = np.random.default_rng(3)
    once = unit(rng, 6)
    embeddings = once[np.arange(60) % 6]  # each text ten times
    parties = ["A" if place < 30 else "B" for place in range(60)]
    plain = find_candidates(embeddings, parties, top_k=2).pairs
    assert [int(j) for i, j in plain if i == 12] == [30, 36]  # the first two of B with that text
    for _ in range(5):
        shaken = embeddings + rng.uniform(-1e-7, 1e-7, embeddings.shape).astype(np.float32)
        assert np.array_equal(find_candidates(shaken, parties, top_k=2).pairs, plain)


def test_hub_statement_does_not_hide_others():
    """B's first is nearer to each of A's than that one's own partner is."""
    own = np.eye(8, dtype=np.float32)
    hub = np.full((1, 8), 8**-0.5, dtype=np.float32)
    a = own + 2 * hub
    b = np.concatenate([hub, own])
    embeddings = np.concatenate([a, b])
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    assert (embeddings[:8] @ embeddings[8:].T).argmax(axis=1).tolist() == [0] * 8
    found = find_candidates(embeddings, ["A"] * 8 + ["B"] * 9, top_k=1)
    asked_by_b = {(0, 8)}
    assert {tuple(p) for p in found.pairs.tolist()} == {(i, 9 + i) for i in range(8)} | asked_by_b


def test_considered_pairs_are_cross_party():
    embeddings = unit(np.random.default_rng(0), 5)
    parties = ["A", "A", "B", None, None]
    assert find_candidates(embeddings, parties, top_k=9).considered == 10 - 1
    assert find_candidates(embeddings, parties, top_k=9, same_party=True).considered == 10


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_gives_nothing(count):
    found = find_candidates(np.ones((count, 1), dtype=np.float32), ["A"] * count, top_k=3)
    assert (found.pairs.shape, found.considered) == ((0, 2), 0)


def test_expected_recall_is_the_records():
    records = source_path("benchmarks/results").glob("many-to-many-*.json")
    newest: dict = {}
    for record in sorted((json.loads(r.read_text()) for r in records), key=lambda r: r["created"]):
        newest[record["model"]] = {int(k): round(v, 3) for k, v in record["mean_recall"].items()}
    assert newest == candidates.RECALL


def test_expected_recall_is_a_lower_bound():
    name, known = next(iter(candidates.RECALL.items()))
    assert expected_recall(name, 20) == expected_recall(name, 24) == known[20]
    assert expected_recall(name, 4) is None
    assert expected_recall("another", 20) is None
    assert expected_recall(name, 20, 0.3) is None


def test_nearness_corrects_for_hubness():
    embeddings = unit(np.random.default_rng(5), 12)
    found = find_candidates(embeddings, ["A"] * 6 + ["B"] * 6, top_k=6)
    across = embeddings[:6] @ embeddings[6:].T
    hubness = np.concatenate([np.sort(side, axis=1)[:, -5:].mean(axis=1) for side in (across, across.T)])
    want = found.similarity - hubness[found.pairs].mean(axis=1)
    assert found.nearness == pytest.approx(want, abs=2 / 4096)


def test_top_k_grows_with_statements():
    assert [partners(n) for n in (0, 1, 30, 100, 160, 1000, 4000, 100_000)] == [10, 10, 10, 10, 12, 20, 30, 79]
