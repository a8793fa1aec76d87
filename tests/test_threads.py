"""Threads and processes: one checker from many threads, and in forked and spawned children, with not a word on stderr."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from stancecheck import StanceChecker, Statement
from stancecheck.nli import forks
from tests.test_checker import texts
from tests.test_determinism import exact, pairs

THREADS = 8


def test_eight_threads_get_the_answers_of_one(mini):
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


def test_eight_threads_may_be_the_first_to_use_a_checker():
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
    import multiprocessing, os, sys
    from stancecheck import StanceChecker
    from tests.test_determinism import pairs

    KNOWN = pairs(9)
    ready = []

    def scores(judge):
        return [tuple(j.scores.values()) for j in judge.check_pairs(KNOWN)]

    def inherited(number):
        return scores(ready[number])

    def loaded(_):
        return scores(StanceChecker.load())

    def main(torch_folder):
        ready[:] = [StanceChecker.load(threads=2), StanceChecker.load(torch_folder, backend="torch", device="cpu")]
        expected = [scores(one) for one in ready]
        with multiprocessing.get_context("fork").Pool(1) as pool:
            assert pool.map(inherited, [0]) == expected[:1], "onnx in a forked child"
            got = pool.map(inherited, [1])[0]
            worst = max(abs(a - b) for x, y in zip(got, expected[1]) for a, b in zip(x, y))
            assert worst < 1e-5, "torch in a forked child"
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.map(loaded, [0]) == expected[:1], "spawn"
        child = os.fork()
        if child == 0:
            scores(ready[0])
            sys.exit(7)  # the ordinary way out, past the destructors of all libraries
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7, "the ordinary end of a forked child"
        assert "TOKENIZERS_PARALLELISM" not in os.environ
        print("all the same")

    if __name__ == "__main__":
        main(sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_forked_and_spawned_children_give_the_same_answers_and_no_warning(make_model, tmp_path):
    script = tmp_path / "children.py"
    script.write_text(textwrap.dedent(CHILDREN))
    env = {k: v for k, v in os.environ.items() if k != "TOKENIZERS_PARALLELISM"}
    env["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    command = [sys.executable, "-B", "-W", "ignore::DeprecationWarning", str(script), str(make_model())]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout.strip()) == (0, "all the same"), done.stderr
    assert done.stderr == ""


def test_the_variable_of_the_tokenizers_is_set_for_a_fork_alone_and_never_over_the_users(monkeypatch):
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
