"""Determinism: a pair's scores are its own, to the last bit, whatever it is judged with."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import textwrap

import pytest

from stancecheck import Stance, StanceChecker, checker
from tests.test_checker import texts

NAMES = ("The minister", "A spokesman of the ministry", "The mayor of Arvik", "Nobody in the village", "The union")
DEEDS = ("closed the bridge", "did not close the bridge on Friday", "spoke of the raid", "saw two helicopters", "left")
PLACES = ("in the north.", "near the old harbour, where the market was held every other week before the flood.", "today.")


def pairs(count):
    source = random.Random(8)
    sentence = lambda: f"{source.choice(NAMES)} {source.choice(DEEDS)} {source.choice(PLACES)}"  # noqa: E731
    long = "It was a quiet week in the harbour. " * 25
    return [(sentence(), sentence()) for _ in range(count - 2)] + [("It fell.", "It rose."), (long + sentence(), sentence())]


@pytest.fixture(scope="module")
def mini():
    """In float32 by ONNX Runtime: OpenVINO's bfloat16 keeps to 0.005, not to the last bit, with other pairs in the batch."""
    return StanceChecker.load(backend="onnx", escalate=None)


def anew(model, known):
    """Judged without the memory of an earlier call."""
    return list(model.stream_pairs(known))


def exact(judged):
    return [(j.stance, tuple(j.scores.values()), j.forward, j.backward, j.evidence) for j in judged]


def test_same_input_gives_the_same_bits(mini):
    assert exact(anew(mini, pairs(16))) == exact(anew(mini, pairs(16)))


def test_order_and_chunks_keep_the_bits(mini, monkeypatch):
    known = pairs(16)
    expected = exact(anew(mini, known))
    assert [exact(anew(mini, [pair]))[0] for pair in known[-5:]] == expected[-5:]
    order = random.Random(1).sample(range(len(known)), len(known))
    assert exact(anew(mini, [known[i] for i in order])) == [expected[i] for i in order]
    monkeypatch.setattr(checker, "CHUNK", 4)
    assert exact(anew(mini, known)) == expected


@pytest.mark.parametrize("budget", [64, 300, 20_000])
def test_the_size_of_a_batch_changes_no_bit(mini, monkeypatch, budget):
    expected = exact(anew(mini, pairs(16)))
    monkeypatch.setattr(mini._model, "token_budget", budget)
    assert exact(anew(mini, pairs(16))) == expected


def test_other_process_gives_the_same_bits(mini):
    script = """
        import json
        from stancecheck import StanceChecker
        from tests.robustness.test_determinism import pairs
        judged = StanceChecker.load(backend="onnx", threads=1).check_pairs(pairs(10))
        print(json.dumps([[s.hex() for s in j.scores.values()] for j in judged]))
    """
    env = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-Bc", textwrap.dedent(script)], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[s.hex() for s in j.scores.values()] for j in anew(mini, pairs(10))]


def test_torch_is_stable_in_any_batch(make_model):
    model = StanceChecker.load(str(make_model()), backend="torch", device="cpu")
    words = texts(400, seed=3)
    known = list(zip(words[::2], words[1::2], strict=True))
    together = anew(model, known)
    model._model.token_budget = 64
    for one, other in zip(together, anew(model, known), strict=True):
        assert max(abs(one.scores[s] - other.scores[s]) for s in Stance) < 1e-5
