"""The shipped model: real judgements that keep the promises of the design."""

from __future__ import annotations

import pytest

from stancecheck import Stance, StanceChecker, Statement, read_statements
from tests.source_tree import source_path
from tests.test_checker import texts

PLAIN = [
    ("The town was bombed on Saturday.", "The town was not bombed on Saturday.", Stance.CONTRADICT),
    ("Nobody was hurt in the raid.", "Twelve people were hurt in the raid.", Stance.CONTRADICT),
    ("Eight helicopters flew over the town on Sunday.", "Helicopters flew over the town.", Stance.AGREE),
    ("The minister resigned on Friday.", "On Friday the minister resigned.", Stance.AGREE),
    ("The minister resigned on Friday.", "Wheat prices rose in the south.", Stance.UNRELATED),
    ("The road to the coast is closed.", "The hospital has run out of blood.", Stance.UNRELATED),
]
LONG = "The committee met for three hours and spoke about the harvest, the roads and the school. " * 60


@pytest.mark.parametrize(("a", "b", "stance"), PLAIN)
def test_plain_pairs_are_judged_right(mini, a, b, stance):
    assert mini.check(a, b).stance is stance


def test_swapping_keeps_every_bit(mini):
    pairs = [(a, b) for a, b, _ in PLAIN] + [(LONG, "The committee never met."), (LONG[:2000], LONG[:2000] + "It rained.")]
    for a, b in pairs:
        one, other = mini.check(a, b), mini.check(b, a)
        assert (one.stance, one.scores) == (other.stance, other.scores)


def test_batch_scores_equal_single_scores(mini):
    words = texts(512, seed=5)
    others = [
        (f"{a} {a} of the committee", f"{b} on the road to the town") for a, b in zip(words[::2], words[1::2], strict=True)
    ]
    together = mini.check_pairs(others[:128] + [(a, b) for a, b, _ in PLAIN] + others[128:])[128 : 128 + len(PLAIN)]
    for (a, b, _), judged in zip(PLAIN, together, strict=True):
        alone = mini.check(a, b)
        assert max(abs(alone.scores[s] - judged.scores[s]) for s in Stance) < {"int8": 0.05}.get(mini.info.dtype, 0.005)


def test_contradicting_sentence_is_found(mini):
    speech = LONG + "No aircraft crossed the border on Friday. " + LONG
    judgement = mini.check(speech, "Aircraft crossed the border on Friday.")
    assert "No aircraft" in speech[slice(*judgement.evidence.a)]
    assert not judgement.truncated


@pytest.mark.parametrize(
    "text",
    ["\u200b\u200d", "\x00\x01\x1b[2J", "هذا اختبار", "🙂" * 300, "word " * 100_000, "x" * 1_000_000, "a. " * 300_000],
)
def test_strange_and_huge_texts_are_judged(mini, text):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a truncation warning is right for some of these
        judgement = mini.check(text, "Aircraft crossed the border on Friday.")
    assert sum(judgement.scores.values()) == pytest.approx(1)


def test_compare_finds_the_conflicts(mini):
    report = mini.compare(
        [
            Statement("Our jets struck the camp on Saturday.", party="President"),
            Statement("The camp was not struck on Saturday.", party="Ministry"),
            Statement("The harvest was good.", party="Ministry"),
        ]
    )
    assert [(j.a.party, j.b.party) for j in report.where("contradict")] == [("President", "Ministry")]


def test_the_model_says_what_it_is(mini):
    assert (mini.info.backend, mini.info.dtype) in {("onnx", "float32"), ("openvino", "bfloat16"), ("openvino", "int8")}
    assert mini.info.licence
    assert mini.info.embeds
    assert "model.safetensors" in mini.info.sha256


def test_the_example_reads():
    statements = read_statements(source_path("examples/raid.jsonl"))
    assert len({s.party for s in statements}) == 3
    assert all(s.date and s.source for s in statements)


def test_threads_do_not_change_a_judgement(mini):
    single = StanceChecker.load(threads=1)
    for a, b, _ in PLAIN:
        one, other = mini.check(a, b), single.check(a, b)
        assert max(abs(one.scores[s] - other.scores[s]) for s in Stance) < 0.005
