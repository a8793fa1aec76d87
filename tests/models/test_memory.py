"""models.memory: rows that the model has read are not read again, and nothing is taken for something else."""

from __future__ import annotations

import numpy as np

from stancecheck import StanceChecker, Statement
from stancecheck.models.memory import Memory
from tests.fakes import FakeModel
from tests.test_checker import PAIRS

STATEMENTS = [Statement(text, party="AB"[side]) for pair in PAIRS for side, text in enumerate(pair)]


def rows_read(model):
    return sum(len(batch.rows) for batch in model.batches)


def batches(model, pairs, token_budget=1024):
    return model.tokenizer.plan(pairs, token_budget=token_budget).batches


def test_check_pairs_again_reads_nothing():
    model = FakeModel()
    checker = StanceChecker(model)
    first = checker.check_pairs(PAIRS)
    once = rows_read(model)
    assert once > 0
    assert checker.check_pairs(PAIRS) == first
    assert checker.check_pairs([(b, a) for a, b in PAIRS])[0].scores == first[0].scores
    assert rows_read(model) == once


def test_a_report_again_reads_nothing():
    model = FakeModel()
    checker = StanceChecker(model)
    first = checker.compare(STATEMENTS, top_k=2)
    once = rows_read(model)
    assert checker.compare(STATEMENTS, top_k=2) == first
    assert rows_read(model) == once
    checker.compare(STATEMENTS, exhaustive=True)
    assert rows_read(model) > once


def test_stream_pairs_remembers_nothing():
    model = FakeModel()
    checker = StanceChecker(model)
    for _ in range(2):
        list(checker.stream_pairs(PAIRS))
    assert rows_read(model) == 2 * rows_read_once()


def rows_read_once():
    model = FakeModel()
    list(StanceChecker(model).stream_pairs(PAIRS))
    return rows_read(model)


def test_memory_asks_only_for_new_rows():
    model, memory = FakeModel(), Memory(100)
    (known,) = batches(model, [("one cat", "two town")])
    memory.logits(known, model.logits)
    (mixed,) = batches(model, [("one cat", "two town"), ("the raid flew", "it was a dog . not")])
    found = memory.logits(mixed, model.logits)
    assert [len(batch.rows) for batch in model.batches] == [2, 2]
    np.testing.assert_array_equal(found, FakeModel().logits(mixed))


def test_memory_drops_least_recently_used():
    model, memory = FakeModel(), Memory(4)
    one, two, three = (batches(model, [pair])[0] for pair in [("one", "cat"), ("two", "dog"), ("three", "town")])
    for batch in (one, two, one, three):  # `two` was not asked for the longest
        memory.logits(batch, model.logits)
    model.batches.clear()
    memory.logits(one, model.logits)
    assert not model.batches
    memory.logits(two, model.logits)
    assert len(model.batches) == 1


def test_memory_tells_token_types_apart():
    model, memory = FakeModel(), Memory(100)
    (batch,) = batches(model, [("one cat", "two town")])
    memory.logits(batch, model.logits)
    other = type(batch)(batch.rows, batch.input_ids, batch.attention_mask, 1 - batch.token_type_ids)
    memory.logits(other, model.logits)
    assert len(model.batches) == 2


def test_memory_ignores_padding():
    model, memory = FakeModel(), Memory(100)
    (short,) = batches(model, [("one", "cat")])
    (padded,) = batches(model, [("one", "cat"), ("the raid flew", "it was a dog . not")])
    memory.logits(short, model.logits)
    memory.logits(padded, model.logits)
    assert len(model.batches[1].rows) == 2
