"""windows: what is said of two texts follows from their windows, and does not vanish among many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stancecheck.judging.windows import join_nli, join_stances
from stancecheck.models.tokens import Window

AGREES, CONTRADICTS, UNRELATED = [0.94, 0.02, 0.04], [0.02, 0.94, 0.04], [0.1, 0.1, 0.8]


def against(count: int) -> list[Window]:
    """A sentence against a text of so many."""
    return [Window(0, (0, 1), (n, n + 1), 0, n, n, n) for n in range(count)]


@pytest.mark.parametrize("scores", [AGREES, CONTRADICTS])
def test_one_window_stands_as_it_is(scores):
    found, deciding = join_stances(against(1), np.array([scores]))
    assert found.tolist() == scores
    assert deciding == against(1)[0]


@pytest.mark.parametrize("scores", [AGREES, CONTRADICTS])
@pytest.mark.parametrize("count", [3, 8, 24])
def test_one_of_many_windows_decides(scores, count):
    every = np.array([UNRELATED] * (count - 1) + [scores])
    found, deciding = join_stances(against(count), every)
    assert int(found.argmax()) == int(np.argmax(scores))
    assert max(found) < max(scores)  # of many, one says so by chance
    assert deciding.b == (count - 1, count)
    assert found.sum() == pytest.approx(1)


def test_doubtful_windows_decide_nothing():
    found, _ = join_stances(against(24), np.array([[0.3, 0.3, 0.4]] * 24))
    assert int(found.argmax()) == 2


def test_swapping_the_texts_keeps_every_bit():
    draw = np.random.default_rng(1)
    windows = [Window(0, (i, i + 1), (j, j + 1), i, j, 4 * i + j, 4 * i + j) for i in range(3) for j in range(4)]
    swapped = [replace(w, a=w.b, b=w.a, index_a=w.index_b, index_b=w.index_a) for w in windows]
    for scores in draw.dirichlet([1, 1, 1], (50, 12)):
        assert join_stances(windows, scores)[0].tolist() == join_stances(swapped, scores)[0].tolist()
    for probs in draw.dirichlet([1, 1, 1], (50, 12, 2)):
        assert join_nli(windows, probs).tolist() == join_nli(swapped, probs[:, ::-1])[::-1].tolist()


def test_the_same_words_are_no_dispute():
    windows = [replace(against(2)[0], same=True), against(2)[1]]
    found, deciding = join_stances(windows, np.array([CONTRADICTS, CONTRADICTS]))
    assert found.tolist() == [1, 0, 0]
    assert deciding == windows[0]
