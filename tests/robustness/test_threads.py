"""Threads and processes: one checker from many threads, in forked and spawned children, and no warning of the tokenizers."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from stancecheck import StanceChecker, Statement
from stancecheck.models import forks
from tests.robustness.test_determinism import exact, pairs
from tests.test_checker import texts

THREADS = 8


def test_eight_threads_agree_with_one(mini):
    known = pairs(8)
    expected = exact(mini.check_pairs(known))
    begin = Barrier(THREADS)

    def judge(number):
        begin.wait()
        shifted = known[number:] + known[:number]
        judged = exact(mini.check_pairs(shifted))
        return judged[len(known) - number :] + judged[: len(known) - number]

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(judged == expected for judged in pool.map(judge, range(THREADS)))


def test_eight_threads_start_a_checker():
    statements = [Statement(text, party="AB"[i % 2]) for i, text in enumerate(texts(8))]
    fresh = StanceChecker.load()
    begin = Barrier(THREADS)

    def compare(_):
        begin.wait()
        return fresh.compare(statements)

    with ThreadPoolExecutor(THREADS) as pool:
        reports = list(pool.map(compare, range(THREADS)))
    assert all(report == reports[0] for report in reports)


CHILDREN = """
    import multiprocessing, os
    from stancecheck import StanceChecker
    from tests.robustness.test_determinism import pairs

    KNOWN = pairs(9)

    def scores(checker):
        return [tuple(j.scores.values()) for j in checker.check_pairs(KNOWN)]

    def loaded(_):
        return scores(StanceChecker.load(backend="onnx", threads=2))

    def stances(_):
        return [j.stance for j in StanceChecker.load(threads=2).check_pairs(KNOWN)]

    def main():
        expected = scores(StanceChecker.load(backend="onnx", threads=2))
        fastest = stances(0)  # OpenVINO, where it is the faster: its threads do not live on in a forked child
        for way in ("fork", "spawn"):
            pool = multiprocessing.get_context(way).Pool(1)
            assert pool.map(loaded, [0]) == [expected], way
            assert pool.map(stances, [0]) == [fastest], way
            pool.close()
            pool.join()
        assert "TOKENIZERS_PARALLELISM" not in os.environ
        print("all the same")

    if __name__ == "__main__":
        main()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_child_processes_give_same_answers(tmp_path):
    script = tmp_path / "children.py"
    script.write_text(textwrap.dedent(CHILDREN))
    env = {k: v for k, v in os.environ.items() if k != "TOKENIZERS_PARALLELISM"}
    env["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    command = [sys.executable, "-B", "-W", "ignore::DeprecationWarning", str(script)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stdout.strip()) == (0, "all the same"), done.stderr
    assert "tokenizers" not in done.stderr.lower()  # Python's own tracker of semaphores may speak; the tokenizers may not


def test_tokenizers_variable_is_left_alone(monkeypatch):
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    forks._before()
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
    forks._before()
    forks._after()
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
    forks._after()
    assert "TOKENIZERS_PARALLELISM" not in os.environ
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    forks._before()
    forks._after()
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"
