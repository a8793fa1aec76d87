"""evaluate(): what is counted, under which scheme, and what the result can do."""

import copy
import json
import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from stancecheck import StanceChecker
from stancecheck.data.statements import Pair, Statement
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate
from tests.evaluation_fakes import Guess, Table, judgement, pairs_with
from tests.fakes import FakeModel

EYE = np.eye(3).tolist()
AGREE, CONTRADICT, UNRELATED = EYE
THREE = ["agree", "contradict", "unrelated"]


def quick(system, pairs, **kwargs):
    return evaluate(system, pairs, **{"baselines": False, "resamples": 20, **kwargs})


def test_import_loads_no_heavy_package():
    heavy = ("torch", "transformers", "datasets", "onnxruntime", "sklearn", "scipy", "matplotlib", "pandas")
    code = f"import sys, stancecheck.evaluation; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_second_run_reads_all_pairs_anew():
    model = FakeModel()
    checker = StanceChecker(model)
    first = quick(checker, pairs_with(THREE))
    rows = [sum(len(batch.rows) for batch in model.batches)]
    assert quick(checker, pairs_with(THREE)).metrics == first.metrics
    rows.append(sum(len(batch.rows) for batch in model.batches))
    assert rows[1] == 2 * rows[0] > 0


def test_perfect_and_wrong_systems():
    pairs = pairs_with(THREE)
    assert quick(Table([AGREE, CONTRADICT, UNRELATED]), pairs).accuracy == 1.0
    wrong = quick(Table([CONTRADICT, UNRELATED, AGREE]), pairs)
    assert (wrong.accuracy, wrong.macro_f1) == (0.0, 0.0)
    assert wrong.confusion == ((0, 1, 0), (0, 0, 1), (1, 0, 0))


def test_unlabelled_pairs_are_skipped():
    system = Table([AGREE] * 4)
    found = quick(system, pairs_with(["agree", None, "agree", None]))
    assert (found.pairs, found.unlabelled) == (2, 2)
    assert system.calls[0] == 2
    assert any("2 pairs without a gold label" in note for note in found.notes)


def test_only_unlabelled_pairs_are_refused():
    with pytest.raises(InputError, match="no pair has a gold label"):
        quick(Table([AGREE]), pairs_with([None]))


def test_nli_labels_score_stances_and_back():
    system = Table([AGREE, CONTRADICT, UNRELATED])
    as_stance = quick(system, pairs_with(["entailment", "contradiction", "neutral"]))
    as_nli = quick(system, pairs_with(THREE), task="nli")
    assert as_stance.accuracy == as_nli.accuracy == 1.0
    assert as_stance.classes == ("agree", "contradict", "unrelated")
    assert as_nli.classes == ("entailment", "neutral", "contradiction")


def test_task_nli_scores_forward_direction():
    pairs = pairs_with(["entailment", "neutral", "contradiction"])
    scores = [AGREE, UNRELATED, CONTRADICT]
    found = quick(Table(scores, backward=UNRELATED, stance=2), pairs, task="nli")
    assert found.accuracy == 1.0
    assert found.swap.pairs == 3
    assert found.swap.same == 2  # the contradiction is not seen the other way round


def test_support_or_refute_is_forced_choice():
    pairs = pairs_with(["agree", "contradict", "contradict"])
    scores = [[0.3, 0.1, 0.6], [0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]
    found = quick(Table(scores), pairs)
    assert found.scheme == "agree-or-contradict"
    assert found.accuracy == pytest.approx(2 / 3)
    assert any("forced" in note for note in found.notes)
    assert any("100.0% of these pairs unrelated" in note for note in found.notes)
    three = quick(Table(scores), pairs, scheme="three-way")
    assert three.accuracy == 0.0


def test_contradiction_joins_other_classes():
    pairs = pairs_with(["contradict", "not_contradiction", "not_contradiction", "not_contradiction"])
    found = quick(Table([CONTRADICT, AGREE, UNRELATED, CONTRADICT]), pairs)
    assert found.scheme == "contradiction-or-not"
    assert found.classes == ("contradict", "not contradict")
    assert found.confusion == ((1, 0), (1, 2))
    assert found.metrics["contradict_ap"].value == pytest.approx(0.5)


def test_entailment_omits_contradiction():
    found = quick(Table([AGREE, CONTRADICT]), pairs_with(["entailment", "not_entailment"]), task="nli")
    assert found.scheme == "entailment-or-not"
    assert found.accuracy == 1.0
    assert found.metrics["contradict_ap"].value is None


@pytest.mark.parametrize(
    ("golds", "kwargs", "message"),
    [
        (["agree"], {"task": "sentiment"}, "task: expected one of stance, nli, got 'sentiment'"),
        (["agree"], {"resamples": -1}, "resamples: expected an integer"),
        (["agree"], {"scheme": "four"}, "scheme: expected 'auto' or one of"),
        (["unrelated"], {"scheme": "agree-or-contradict"}, "does not fit these gold labels"),
        (["not_contradiction", "not_entailment"], {}, "evaluate them apart"),
        (["agree"], {"slices": ["colour"]}, "slices: pair 0 .*no column 'colour'"),
        (["agree"], {"group": "colour"}, "group: pair 0 has no column 'colour'"),
        (["perhaps"], {}, "gold label: expected one of entailment"),
    ],
)
def test_impossible_task_says_the_way_out(golds, kwargs, message):
    with pytest.raises(InputError, match=message):
        quick(Table([AGREE] * 2), pairs_with(golds), **kwargs)


def test_tuples_are_refused():
    with pytest.raises(InputError, match="pair 0: expected a Pair with a gold label, got tuple; read_pairs"):
        quick(Table([AGREE]), [("a", "b")])


def test_bad_system_output_is_refused():
    class Short(Table):
        def check_pairs(self, pairs):
            return super().check_pairs(pairs)[1:]

    with pytest.raises(InputError, match="1 judgements for 2 pairs"):
        quick(Short([AGREE] * 2), pairs_with(["agree"] * 2))
    for scores in ([2.0, -1.0, 0.0], [0.9, 0.9, 0.9], [float("nan"), 0.0, 1.0]):
        with pytest.raises(InputError, match="probabilities that sum to 1"):
            quick(Table([scores]), pairs_with(["agree"]))


def test_swap_consistency_counts_flips():
    class FirstWord:
        name = "first word"

        def check_pairs(self, pairs):
            return [judgement(p, AGREE if p.a.text.startswith("Convoy") and int(p.id) % 4 == 0 else UNRELATED) for p in pairs]

    found = quick(FirstWord(), pairs_with(["agree"] * 40))
    assert (found.swap.same, found.swap.pairs) == (30, 40)


def test_swap_consistency_samples_500():
    system = Table([AGREE] * 1200)
    found = quick(system, pairs_with(["agree"] * 1200), group=None)
    assert found.swap.pairs == 500
    *judged, once, swapped = system.calls
    assert (sum(judged), once, swapped) == (1200, 500, 500)


def test_truncated_pairs_are_counted():
    found = quick(Table([AGREE] * 3, truncated=True), pairs_with(["agree"] * 3))
    assert found.truncated == 3
    assert any("3 pairs could not be read in full" in note for note in found.notes)


def test_slices_by_column_length_and_party():
    columns = [{"kind": "number" if i < 6 else "denial"} for i in range(10)]
    pairs = pairs_with(["contradict"] * 10, columns=columns)
    found = quick(Table([CONTRADICT] * 6 + [AGREE] * 4), pairs, slices=("kind", "length", "party"))
    assert [(s.value, s.pairs, s.accuracy.value) for s in found.slices["kind"]] == [("number", 6, 1.0), ("denial", 4, 0.0)]
    assert found.slices["kind"][1].contradict_recall == 0.0
    assert sum(s.pairs for s in found.slices["length"]) == 10
    assert {s.value for s in found.slices["party"]} == {"- / East", "- / North"}


def test_a_column_of_ids_is_no_slice():
    pairs = pairs_with(["agree"] * 1001, columns=[{"key": str(i)} for i in range(1001)])
    with pytest.raises(InputError, match="more than 1000 different values"):
        quick(Table([AGREE] * 1001), pairs, slices=("key",))


def test_grouped_pairs_resample_together():
    topics = pairs_with(THREE * 20, columns=[{"topic": f"t{i % 25}"} for i in range(60)])
    assert quick(Guess("g", 1), topics).grouped_by == "column 'topic', 25 groups"
    few = pairs_with(THREE * 20, columns=[{"topic": f"t{i % 2}"} for i in range(60)], a=[f"Claim {i // 2}." for i in range(60)])
    assert quick(Guess("g", 1), few).grouped_by == "first statement, 30 groups"
    assert quick(Guess("g", 1), few, group="topic").grouped_by == "column 'topic', 2 groups"
    assert quick(Guess("g", 1), few, group=None).grouped_by == "each pair alone"
    assert quick(Guess("g", 1), pairs_with(THREE)).grouped_by == "each pair alone"


def test_baselines_show_a_leak():
    golds = [THREE[i % 3] for i in range(150)]
    words = {"agree": "indeed", "contradict": "never", "unrelated": "tea"}
    pairs = [
        Pair(Statement(f"The {i}th train left the yard."), Statement(f"{words[g]} said number {i}."), gold=g, id=str(i))
        for i, g in enumerate(golds)
    ]
    found = {b.name: b for b in evaluate(Guess("g", 1), pairs, resamples=0).baselines}
    assert set(found) == {"majority", "word overlap", "hypothesis-only baseline"}
    assert found["majority"].accuracy == pytest.approx(1 / 3)
    assert found["hypothesis-only baseline"].accuracy > 0.95
    assert found["word overlap"].accuracy < 0.6


def test_balanced_statements_have_no_leak():
    pairs = [
        Pair(
            Statement(f"Report {i} says {'yes' if one else 'no'}."),
            Statement(f"Claim{i}{'yes' if two else 'no'}."),
            gold=g,
        )
        for i in range(40)
        for one in (True, False)
        for two in (True, False)
        for g in (["agree", "contradict"][one != two],)
    ]
    found = {b.name: b for b in evaluate(Guess("g", 1), pairs, resamples=0).baselines}
    assert 0.35 < found["hypothesis-only baseline"].accuracy < 0.65


def test_word_overlap_baseline():
    pairs = [
        Pair(
            Statement(f"Lorry {i} crossed bridge {i + 7} at noon."),
            Statement(f"Lorry {i} crossed bridge {i + 7} at noon today." if i % 2 else f"Rain fell on field {i + 900}."),
            gold="agree" if i % 2 else "unrelated",
        )
        for i in range(60)
    ]
    found = {b.name: b for b in evaluate(Guess("g", 1), pairs, resamples=0).baselines}
    assert found["word overlap"].accuracy > 0.95


def test_few_pairs_have_majority_only():
    found = evaluate(Guess("g", 1), pairs_with(THREE), resamples=0).baselines
    assert [b.name for b in found] == ["majority"]


def test_same_arguments_same_metrics():
    pairs = pairs_with(THREE * 20)
    one, again = (evaluate(Guess("g", 1), pairs, resamples=100, seed=4) for _ in range(2))
    assert (one.metrics, one.baselines, one.swap) == (again.metrics, again.baselines, again.swap)
    assert one.metrics["accuracy"].interval.low < one.accuracy < one.metrics["accuracy"].interval.high


def test_generator_equals_list():
    pairs = pairs_with(THREE * 10)
    assert quick(Guess("g", 1), iter(pairs)).metrics == quick(Guess("g", 1), pairs).metrics


def test_data_hash_covers_texts_and_labels():
    pairs = pairs_with(THREE)
    hashes = {
        quick(Guess("g", 1), p).data_sha256
        for p in (pairs, pairs[::-1], pairs_with(["agree", "contradict", "agree"]), pairs_with(THREE, a=["x", "y", "z"]))
    }
    assert len(hashes) == 4


def test_result_is_frozen_and_pickles():
    found = quick(Guess("g", 1), pairs_with(THREE * 5))
    assert copy.deepcopy(found) == found
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(AttributeError):
        found.pairs = 3


def test_record_is_complete_without_texts(tmp_path, fake):
    pairs = pairs_with(THREE * 5)
    found = quick(fake, pairs, seed=9)
    found.to_json(tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["system"]["name"] == "fake"
    assert record["system"]["backend"] == "fake"
    assert record["settings"]["seed"] == 9
    assert record["environment"]["packages"]["stancecheck"]
    assert record["environment"]["cpu"]
    assert record["metrics"]["accuracy"]["value"] == found.accuracy
    assert record["data_sha256"] == found.data_sha256
    assert "convoy" not in text.lower()


def test_checker_is_swap_consistent(fake):
    assert quick(fake, pairs_with(THREE * 5)).swap.share == 1.0


def stream(count):
    statement = Statement("A plain line of some words.")
    other = Statement("Another line.")
    for i in range(count):
        yield Pair(statement, other, gold=THREE[i % 3], id=str(i % 7))


def peak_bytes(count):
    tracemalloc.start()
    found = evaluate(Table([[0.5, 0.3, 0.2]] * 7), stream(count), resamples=2, group=None, baselines=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.pairs == count
    return peak


def test_memory_a_pair_is_bounded():
    peak_bytes(100)  # imports
    growth = (peak_bytes(60_000) - peak_bytes(20_000)) / 40_000
    assert growth < 500, f"{growth:.0f} bytes a pair"


@pytest.mark.slow
def test_million_rows_fit_in_a_gigabyte():
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = evaluate(Table([[0.5, 0.3, 0.2]] * 7), stream(1_000_000), resamples=20)
    assert found.pairs == 1_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000  # KiB
