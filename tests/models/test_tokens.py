"""tokens: every row is read once, as the model expects it, and finds its way back."""

from __future__ import annotations

import numpy as np
import pytest

from stancecheck.models.tokens import MAX_WINDOW_PAIRS, PairTokenizer
from tests.fakes import word_tokenizer


@pytest.fixture
def tokenizer() -> PairTokenizer:
    return PairTokenizer(word_tokenizer(), max_tokens=32, pad_id=0)


def rows_of(plan):
    found = {}
    for batch in plan.batches:
        for row, ids, mask, types in zip(batch.rows, batch.input_ids, batch.attention_mask, batch.token_type_ids, strict=True):
            n = int(mask.sum())
            assert mask[:n].all()
            assert not ids[n:].any()
            assert int(row) not in found
            found[int(row)] = (ids[:n].tolist(), types[:n].tolist())
    assert sorted(found) == list(range(plan.row_count))
    return found


def test_rows_match_the_tokenizers_layout(tokenizer):
    pairs = [("the cat", "a dog was"), ("it", "the town"), ("raid", "it")]
    plan = tokenizer.plan(pairs, token_budget=20)
    rows = rows_of(plan)
    for window, (a, b) in zip(plan.windows, pairs, strict=True):
        for row, first, second in ((window.forward, a, b), (window.backward, b, a)):
            expected = word_tokenizer().encode(first, second)
            assert rows[row] == (expected.ids, expected.type_ids)


def test_identical_rows_are_read_once(tokenizer):
    plan = tokenizer.plan([("cat", "dog"), ("dog", "cat"), ("cat", "dog"), ("cat", "cat")], token_budget=100)
    assert plan.row_count == 3
    first, swapped, again, same = plan.windows
    assert (first.forward, first.backward) == (swapped.backward, swapped.forward) == (again.forward, again.backward)
    assert same.forward == same.backward


def test_one_way_reads_only_a_to_b(tokenizer):
    pairs = [("the cat", "a dog was"), ("it", "the town")]
    plan = tokenizer.plan(pairs, token_budget=100, one_way=True)
    assert plan.row_count == 2
    rows = rows_of(plan)
    for window, (a, b) in zip(plan.windows, pairs, strict=True):
        assert rows[window.forward][0] == word_tokenizer().encode(a, b).ids
        assert window.backward == window.forward


def test_batches_ignore_row_order(tokenizer):
    pairs = [("the cat", "a dog was"), ("it", "the town"), ("raid it", "no"), ("two", "three .")]
    one = tokenizer.plan(pairs, token_budget=30)
    other = tokenizer.plan([(b, a) for a, b in reversed(pairs)], token_budget=30)
    assert [b.input_ids.tolist() for b in one.batches] == [b.input_ids.tolist() for b in other.batches]


def test_batches_fit_budget_with_few_pads(tokenizer):
    rng = np.random.default_rng(0)
    words = word_tokenizer().get_vocab()
    usable = [w for w in words if not w.startswith("[")]

    def text():
        return " ".join(rng.choice(usable, rng.integers(1, 13)))

    plan = tokenizer.plan([(text(), text()) for _ in range(1000)], token_budget=512)
    assert all(b.input_ids.size <= 512 for b in plan.batches)
    tokens, padded = sum(b.attention_mask.sum() for b in plan.batches), sum(b.input_ids.size for b in plan.batches)
    assert 1 - tokens / padded < 0.03


def test_long_text_is_cut_at_sentences(tokenizer):
    sentence = "the cat was not a dog . "
    long = sentence * 20
    plan = tokenizer.plan([(long, "it was a raid")], token_budget=512)
    assert not plan.truncated[0]
    spans = [w.a for w in plan.windows]
    assert len(spans) > 1
    covered = "".join(long[slice(*s)] for s in spans).replace(" ", "")
    assert covered == long.replace(" ", "")
    assert all(long[start:].startswith("the cat") for start, _ in spans)
    assert {w.b for w in plan.windows} == {(0, len("it was a raid"))}
    assert all(len(ids) <= 32 for ids, _ in rows_of(plan).values())


def test_window_pairs_are_symmetric(tokenizer):
    a, b = "the cat was a dog . " * 12, "no raid flew it . " * 9
    plan, swapped = tokenizer.plan([(a, b)], token_budget=512), tokenizer.plan([(b, a)], token_budget=512)
    assert {(w.a, w.b) for w in plan.windows} == {(w.b, w.a) for w in swapped.windows}
    assert len(plan.windows) == (plan.windows[-1].index_a + 1) * (plan.windows[-1].index_b + 1)
    assert [x.input_ids.tolist() for x in plan.batches] == [x.input_ids.tolist() for x in swapped.batches]


def test_too_many_windows_are_truncated(tokenizer):
    a, b = "the cat was a dog . " * 300, "no raid flew it . " * 300
    plan, swapped = tokenizer.plan([(a, b)], token_budget=512), tokenizer.plan([(b, a)], token_budget=512)
    assert plan.truncated[0]
    assert len(plan.windows) == MAX_WINDOW_PAIRS
    assert {(w.a, w.b) for w in plan.windows} == {(w.b, w.a) for w in swapped.windows}


def test_endless_sentence_is_cut_at_words(tokenizer):
    plan = tokenizer.plan([("cat " * 200, "dog")], token_budget=512)
    assert not plan.truncated[0]
    assert sum((w.a[1] - w.a[0] + 1) // 4 for w in plan.windows) == 200
    assert all(len(ids) <= 32 for ids, _ in rows_of(plan).values())


def test_single_text_is_cut_with_a_flag(tokenizer):
    batches, cut = tokenizer.singles(["cat", "dog " * 50], token_budget=64)
    assert cut.tolist() == [False, True]
    assert sorted(int(r) for b in batches for r in b.rows) == [0, 1]
    assert max(b.input_ids.shape[1] for b in batches) == 32
