"""checker: the same answers in every way of asking, and clear words about what cannot be asked."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest

from stancecheck import Pair, Stance, StanceChecker, Statement
from stancecheck.errors import InputError, ModelError, TruncationWarning
from tests.fakes import WORDS, FakeModel, fake_checker

PAIRS = [("the raid was not it", "the raid was it"), ("the cat flew", "the cat"), ("dog", "town"), ("it", "it")]


def texts(count, seed=0):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS[4:], rng.integers(2, 9))) for _ in range(count)]


def test_fake_model_reads_plain_pairs(fake):
    stances = [j.stance for j in fake.check_pairs(PAIRS)]
    assert stances == [Stance.CONTRADICT, Stance.AGREE, Stance.UNRELATED, Stance.AGREE]


def test_all_pair_forms_are_equal(fake):
    import datasets
    import pandas as pd

    expected = [fake.check(a, b) for a, b in PAIRS]
    dicts = [{"a": a, "b": b} for a, b in PAIRS]
    ways = [
        PAIRS,
        tuple(map(list, PAIRS)),
        (p for p in PAIRS),
        dicts,
        [Pair(Statement(a), Statement(b)) for a, b in PAIRS],
        pd.DataFrame(dicts),
        datasets.Dataset.from_list(dicts),
    ]
    for way in ways:
        assert fake.check_pairs(way) == expected
    assert list(fake.stream_pairs(iter(PAIRS))) == expected


def test_statements_keep_their_fields(fake):
    a, b = Statement("the cat", party="A", date="2031-01-01"), Statement("the dog", party="B")
    judgement = fake.check(a, b)
    assert (judgement.a, judgement.b) == (a, b)


@pytest.mark.parametrize("nothing", [[], (), iter(())])
def test_empty_in_empty_out(fake, nothing):
    assert fake.check_pairs(nothing) == []
    assert len(fake.compare([])) == 0
    assert list(fake.stream_pairs([])) == []


@pytest.mark.parametrize("pairs", ["ab", 7, None, Pair(Statement("a"), Statement("b"))])
def test_other_collections_are_refused(fake, pairs):
    with pytest.raises(InputError, match="expected pairs"):
        fake.check_pairs(pairs)


def test_bad_pair_is_named_by_position(fake):
    with pytest.raises(InputError, match="pair 2"):
        fake.check_pairs([*PAIRS[:2], ("a", "")])
    with pytest.raises(InputError, match="a: expected a text or a Statement"):
        fake.check(7, "b")
    with pytest.raises(InputError, match=r"b: .*blank"):
        fake.check("a", " ")


def test_stream_reads_no_more_than_needed(fake):
    read = itertools.count()
    stream = fake.stream_pairs(PAIRS[next(read) % 4] for _ in range(1_000_000))
    assert next(stream).stance is Stance.CONTRADICT
    assert next(read) < 5_000


def test_order_is_kept_across_chunks(fake):
    words = texts(6000)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    judged = fake.check_pairs(pairs)
    assert [(j.a.text, j.b.text) for j in judged] == pairs
    assert judged[2500] == fake.check(*pairs[2500])


def test_swapping_swaps_directions_only(fake):
    words = texts(400)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    for one, other in zip(fake.check_pairs(pairs), fake.check_pairs([(b, a) for a, b in pairs]), strict=True):
        assert one.scores == other.scores
        assert one.forward == other.backward


def test_long_texts_name_their_evidence():
    long = "the cat was a dog . " * 30 + "the raid was not it ."
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        judgement = fake_checker(max_tokens=32).check(long, "the raid was it .")
    assert judgement.stance is Stance.CONTRADICT
    assert "raid" in long[slice(*judgement.evidence.a)]
    assert not judgement.truncated


def test_unread_text_sets_field_and_warns():
    checker = fake_checker(max_tokens=32)
    with pytest.warns(TruncationWarning, match="1 of 2 pairs"):
        judgements = checker.check_pairs([("cat", "dog"), ("the cat was a dog . " * 300, "the raid was it . " * 300)])
    assert [j.truncated for j in judgements] == [False, True]


def test_compare_takes_nearest_of_others(fake):
    statements = [Statement(t, party="AB"[i % 2]) for i, t in enumerate(texts(60))]
    all_pairs = fake.compare(statements, exhaustive=True)
    assert all_pairs.pairs_judged == all_pairs.pairs_considered == 900
    some = fake.compare(statements, top_k=3)
    assert some.pairs_considered == 900
    assert 90 <= some.pairs_judged <= 180
    assert {(j.a, j.b) for j in some} <= {(j.a, j.b) for j in all_pairs}
    assert fake.compare(statements, top_k=1000).judgements == all_pairs.judgements


def test_report_states_expected_recall(fake, monkeypatch):
    statements = [Statement(t, party="AB"[i % 2]) for i, t in enumerate(texts(60))]
    monkeypatch.setattr("stancecheck.judging.candidates.RECALL", {"fake": {3: 0.925}})
    some = fake.compare(statements, top_k=4)
    assert some.expected_recall == 0.925
    assert "finds 92% of the pairs" in " ".join(str(some).split())
    assert "finds 92% of the pairs" in some.to_html()
    assert fake.compare(statements, top_k=2).expected_recall is None
    for everything in (fake.compare(statements, exhaustive=True), fake.compare(statements, top_k=1000)):
        assert everything.expected_recall == 1
        assert "finds" not in "".join(everything.notes)


def test_compare_same_party_only_if_asked(fake):
    assert fake.compare(["the cat", "the dog"]).pairs_judged == 1
    same = [Statement("the cat", party="A"), Statement("not the cat", party="A")]
    assert fake.compare(same).pairs_judged == 0
    assert fake.compare(same, same_party=True).pairs_judged == 1
    assert fake.compare(same, same_party=True, exhaustive=True).pairs_judged == 1


@pytest.mark.parametrize("top_k", [0, -1, 2.5, "3"])
def test_bad_top_k_is_refused(fake, top_k):
    with pytest.raises(InputError, match="top_k"):
        fake.compare(["a", "b"], top_k=top_k)


def test_non_finite_scores_are_an_error():
    class Broken(FakeModel):
        def logits(self, batch):
            return np.full((len(batch.rows), 3), np.nan, dtype=np.float32)

    with pytest.raises(ModelError, match="not finite"):
        StanceChecker(Broken()).check("cat", "dog")


def test_progress_counts_all_pairs(fake, capsys):
    fake.check_pairs(PAIRS * 10, progress=True)
    assert "40/40" in capsys.readouterr().err


@pytest.mark.parametrize("argument", [{"backend": "tensorflow"}, {"threads": 0}, {"threads": "two"}])
def test_load_refuses_bad_arguments(argument):
    with pytest.raises(InputError, match=next(iter(argument))):
        StanceChecker.load(**argument)


def test_embed_is_ordered_and_repeatable(fake):
    vectors = fake.embed(["the cat", "the dog", "the cat"])
    assert vectors.shape[0] == 3
    assert (vectors[0] == vectors[2]).all()
    assert not (vectors[0] == vectors[1]).all()
    assert len(fake.embed([])) == 0
