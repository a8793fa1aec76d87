"""The benchmark of long texts: a text grows around one statement, and the shares count right answers."""

import importlib

from stancecheck import Stance
from tests.source_tree import source_path

source_path("benchmarks")
long_texts = importlib.import_module("benchmarks.long_texts")


def test_texts_grow_around_a_statement():
    made = list(long_texts.made_pairs(2))
    assert [count for count, _ in made] == [1, 3, 8, 24] * 6
    assert [pair.gold for _, pair in made] == [stance.value for stance in Stance for _ in range(8)]
    for start in range(0, len(made), 4):
        pairs = [pair for _, pair in made[start : start + 4]]
        assert len({pair.a for pair in pairs}) == 1
        assert all(pairs[0].b.text in pair.b.text for pair in pairs)
        assert [len(pair.b.text) for pair in pairs] == sorted(len(pair.b.text) for pair in pairs)


def test_shares_count_by_stance():
    made = list(long_texts.made_pairs(2))
    found = long_texts.shares(made, [Stance(pair.gold) for _, pair in made])
    assert all(row[f"{stance} called {stance}"] == 1 for row in found for stance in Stance)
    wrong = long_texts.shares(made, [Stance.CONTRADICT] * len(made))
    assert wrong[3]["unrelated called contradict"] == 1
    assert wrong[3]["agree called agree"] == 0
