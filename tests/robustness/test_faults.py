"""Faults: memory that runs out, Ctrl-C, a full disk, a reader that goes away. What was there stays whole."""

from __future__ import annotations

import errno
import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stancecheck import StanceChecker
from stancecheck.errors import InputError, ModelError
from stancecheck.evaluation import evaluate, iter_pairs
from stancecheck.models import embed
from stancecheck.report import export
from stancecheck.report.export import write_atomically
from stancecheck.scale import pool
from stancecheck.scale.parts import RunFolder
from tests.evaluation_fakes import Guess, pairs_with
from tests.fakes import FakeModel
from tests.test_checker import texts


class OutOfMemoryError(RuntimeError):
    """Of the name that torch gives it, for any device."""


NO_MEMORY = [
    MemoryError(),
    OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError(
        "[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate"
    ),
    RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    RuntimeError(
        "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Failed to allocate memory for requested buffer of size 16777216"
    ),
    RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc"),
]


class Small(FakeModel):
    """Has memory for this many rows a call."""

    def __init__(self, error: Exception, rows: int) -> None:
        super().__init__()
        self.error, self.rows, self.failed = error, rows, 0

    def logits(self, batch):
        self._need(batch)
        return super().logits(batch)

    def embeddings(self, batch):
        self._need(batch)
        return super().embeddings(batch)

    def _need(self, batch):
        if len(batch.rows) > self.rows:
            self.failed += 1
            raise self.error


def pairs(count):
    words = texts(2 * count)
    return list(zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize("error", NO_MEMORY, ids=lambda e: str(e)[:30])
@pytest.mark.parametrize("rows", [1, 7, 40])
def test_out_of_memory_halves_the_batch(fake, caplog, error, rows):
    small = Small(error, rows)
    with caplog.at_level(logging.WARNING):
        judged = StanceChecker(small).check_pairs(pairs(150))
    assert judged == fake.check_pairs(pairs(150))
    assert small.failed
    assert "going on with half" in caplog.text
    words = texts(200)
    assert np.array_equal(embed(Small(error, rows), words), embed(FakeModel(), words))


def test_out_of_memory_is_remembered():
    small = Small(MemoryError(), 30)
    StanceChecker(small).check_pairs(pairs(1000))
    assert small.failed <= 4


def test_row_too_large_is_an_error():
    with pytest.raises(ModelError, match="not enough memory for a single row"):
        StanceChecker(Small(MemoryError(), 0)).check("cat", "dog")


def test_model_failure_keeps_its_cause():
    with pytest.raises(ModelError, match=r"IndexError.*belong together") as raised:
        StanceChecker(Small(IndexError("index out of range in self"), 0)).check("cat", "dog")
    assert isinstance(raised.value.__cause__, IndexError)


def test_closed_stream_frees_its_source(fake):
    closed = []

    def source():
        try:
            while True:
                yield ("the cat", "a dog")
        finally:
            closed.append(True)

    stream = fake.stream_pairs(source())
    next(stream)
    stream.close()
    assert closed == [True]


def test_closed_stream_closes_its_file(fake, tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"a": "the cat", "b": "a dog"}\n' * 5000)
    stream = fake.stream_pairs(iter_pairs(path))
    next(stream)
    assert str(path) in open_files()
    stream.close()
    assert str(path) not in open_files()


def open_files():
    folder = "/proc/self/fd"
    if not os.path.isdir(folder):
        pytest.skip("this system does not list open files")
    return [os.path.realpath(f"{folder}/{name}") for name in os.listdir(folder)]


def test_checker_survives_an_interruption(fake):
    for _ in fake.stream_pairs(iter(pairs(100))):
        break
    assert len(fake.check_pairs(pairs(5))) == 5


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk_keeps_the_old_file(tmp_path, monkeypatch, step):
    target = tmp_path / "report.html"
    target.write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export.os if step == "fsync" else export.Path, step, full)
    with pytest.raises(InputError, match=r"report.html: cannot be written.*No space"):
        write_atomically(target, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text() == "old"


def test_partial_write_keeps_the_old_file(tmp_path):
    resource = pytest.importorskip("resource")
    target = tmp_path / "report.html"
    target.write_text("old")
    script = f"""
        from stancecheck.report.export import write_atomically
        from stancecheck.errors import InputError
        try:
            write_atomically({str(target)!r}, "x" * 1_000_000)
        except InputError as error:
            print("refused:", error)
    """
    limit = 100_000

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-Bc", textwrap.dedent(script)], preexec_fn=small_files, capture_output=True, text=True
    )
    assert "refused:" in done.stdout, done.stderr
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_keeps_the_old_file(tmp_path, monkeypatch, stop):
    def stopped(_):
        raise stop

    target = tmp_path / "out.jsonl"
    target.write_text("old")
    monkeypatch.setattr(export.os, "fsync", stopped)
    with pytest.raises(stop):
        write_atomically(target, "new")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_written_file_keeps_permissions(tmp_path):
    plain, secret = tmp_path / "plain", tmp_path / "secret"
    other = tmp_path / "other"
    other.touch()
    secret.touch(mode=0o600)
    write_atomically(plain, "x")
    write_atomically(secret, "x")
    assert plain.stat().st_mode == other.stat().st_mode
    assert secret.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_leaves_whole_parts(tmp_path):
    run = RunFolder.at(tmp_path / "run")
    first, second = run.part("judged", 0, "parquet"), run.part("judged", 1, "parquet")
    run.write(first, lambda path: path.write_text("whole"))

    def stopped(path):
        path.write_text("ha")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.write(second, stopped)
    assert run.parts("judged") == [first]
    assert first.read_text() == "whole"


class HalfDone:
    """Stands in for Ray Data: one part is made, then somebody presses Ctrl-C."""

    def __init__(self, run):
        self.run = run

    def from_items(self, items, **_):
        return self

    def map_batches(self, *_, **__):
        return self

    def iter_batches(self, **_):
        self.run.write(self.run.part("judged", 0, "parquet"), lambda path: path.write_text("whole"))
        raise KeyboardInterrupt

    def ActorPoolStrategy(self, **_):  # noqa: N802  # Ray's name
        return self


def test_ctrl_c_says_how_to_resume(tmp_path, monkeypatch, caplog):
    run = RunFolder.at(tmp_path / "run")
    monkeypatch.setattr(pool, "import_ray", lambda: SimpleNamespace(data=HalfDone(run)))
    job = SimpleNamespace(run=run, stage="judged", ending="parquet")
    with pytest.raises(KeyboardInterrupt), caplog.at_level(logging.WARNING):
        pool.run_parts(job, 3, pool.Pool(1, 0, 1))
    assert "1 of 3 parts" in caplog.text
    assert "The same call with this folder goes on from there" in caplog.text
    assert str(run.path) in caplog.text


def test_full_disk_keeps_the_old_record(tmp_path, monkeypatch):
    found = evaluate(Guess("g", 2.0), pairs_with(["agree", "contradict"] * 5), resamples=0, baselines=False)
    target = tmp_path / "record.json"
    target.write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export.os, "fsync", full)
    with pytest.raises(InputError, match="No space"):
        found.to_json(target)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.slow  # by the clock: the signal must come while pairs are judged
def test_ctrl_c_exits_130(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("text,party\n" + "".join(f"The bridge of village {i} was closed to traffic.,P{i}\n" for i in range(1500)))
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    command = [sys.executable, "-Bm", "stancecheck", "compare", str(rows), "--exhaustive", "--jsonl", str(out)]
    if not Path("/proc/self/maps").exists():
        pytest.skip("this system does not tell what a process has loaded")
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(600):  # until the model is being loaded
            time.sleep(0.1)
            if "onnxruntime" in Path(f"/proc/{running.pid}/maps").read_text():
                break
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130, err
    assert "run the same command to begin again" in " ".join(err.split())
    assert "Traceback" not in err
    assert out.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "rows.csv"]
