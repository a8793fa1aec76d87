"""Judging on a local Ray: the same judgements, and a run that is killed and goes on.

Run as a program (``python -m tests.scale.test_ray KIND FOLDER``) it is the driver that the tests kill.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stancecheck import StanceChecker, Statement
from stancecheck.errors import InputError
from stancecheck.scale import COLUMNS, PairWorker, check_dataset, compare_dataset
from tests.fakes import FakeModel, fake_checker

ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")

pytestmark = [
    pytest.mark.ray,
    pytest.mark.filterwarnings("default::DeprecationWarning", "default::FutureWarning", "default::ResourceWarning"),
    pytest.mark.filterwarnings("default::UserWarning:ray.*"),
]

ROOT = Path(__file__).parents[2]
WORKER = PairWorker(loader=fake_checker)
WORDS = ["strike", "raid", "flew", "helicopters", "cat", "dog", "town", "one", "two", "three"]
PART = 20


def rows_of(count: int) -> list[dict]:
    """Made-up pairs, all different in id, with a column that has to pass through."""
    rows = []
    for n in range(count):
        words = [WORDS[n % 10], WORDS[n // 10 % 10], WORDS[n // 100 % 10]]
        negated = "not " if n % 3 == 0 else ""
        rows.append(
            {"id": f"p{n:05d}", "a": f"the {' '.join(words)}", "b": f"the {words[0]} {negated}{words[n % 2]}", "number": n}
        )
    return rows


def statements_of(count: int) -> list[dict]:
    return [
        {
            "id": f"s{n:04d}",
            "text": f"the {WORDS[n % 10]} was {'not ' * (n % 2)}{WORDS[n // 7 % 10]} {n % 23}",
            "party": "ABC"[n % 3],
        }
        for n in range(count)
    ]


class SlowModel(FakeModel):
    """Takes its time, so that it can be killed at work."""

    def logits(self, batch):
        time.sleep(0.3)
        return super().logits(batch)

    def embeddings(self, batch):
        time.sleep(0.3)
        return super().embeddings(batch)


def slow_checker() -> StanceChecker:
    """Tells by a file which process it is loaded in."""
    Path(os.environ["STANCECHECK_TEST_PIDS"], str(os.getpid())).touch()
    return StanceChecker(SlowModel())


def start_ray() -> None:
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100 * 2**20, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False


@pytest.fixture(scope="module")
def cluster():
    start_ray()
    yield
    ray.shutdown()


def assert_same(found: list[dict], rows: list[dict]) -> None:
    """Every row exactly once, with the plain checker's judgement and its own columns."""
    assert sorted(r["id"] for r in found) == [r["id"] for r in rows]
    by_id = {r["id"]: r for r in found}
    for row, judgement in zip(rows, fake_checker().check_pairs([(r["a"], r["b"]) for r in rows]), strict=True):
        got = by_id[row["id"]]
        assert set(got) == {*row, *COLUMNS}
        assert {name: got[name] for name in row} == row
        assert got["stance"] == judgement.stance.value
        assert got["truncated"] == judgement.truncated
        scores = [judgement.confidence, *judgement.scores.values()]
        assert np.allclose([got[name] for name in COLUMNS[1:5]], scores, atol=1e-6)


def test_lazy_check_equals_plain_check(cluster, tmp_path):
    rows = rows_of(300)
    ray.data.from_items(rows, override_num_blocks=3).write_parquet(str(tmp_path / "in"))
    judged = check_dataset(ray.data.read_parquet(str(tmp_path / "in")), worker=WORKER, concurrency=2, batch_size=50)
    assert_same(judged.take_all(), rows)


def test_check_in_a_folder_resumes(cluster, tmp_path):
    rows = rows_of(90)
    out = tmp_path / "run"
    assert_same(check_dataset(ray.data.from_items(rows), worker=WORKER, batch_size=PART, folder=out).take_all(), rows)
    assert len(list((out / "judged").iterdir())) == 5
    assert not (out / "tmp").exists()
    before = {p: p.stat().st_mtime_ns for p in (out / "judged").iterdir()}
    again = check_dataset(ray.data.from_items(rows[::-1]), worker=WORKER, batch_size=PART, folder=out)
    assert_same(again.take_all(), rows)
    assert {p: p.stat().st_mtime_ns for p in (out / "judged").iterdir()} == before


def other_checker() -> StanceChecker:
    return fake_checker(max_tokens=32)


def test_other_rows_or_model_are_refused(cluster, tmp_path):
    rows = rows_of(30)
    check_dataset(ray.data.from_items(rows), worker=WORKER, folder=tmp_path / "run")
    with pytest.raises(InputError, match="input: "):
        check_dataset(ray.data.from_items([*rows[:-1], {**rows[-1], "b": "the cat"}]), worker=WORKER, folder=tmp_path / "run")
    with pytest.raises(InputError, match="model: "):
        check_dataset(ray.data.from_items(rows), worker=PairWorker(loader=other_checker), folder=tmp_path / "run")


def test_duplicate_ids_are_refused(cluster, tmp_path):
    with pytest.raises(InputError, match="'p00003' comes twice"):
        check_dataset(ray.data.from_items([*rows_of(30), rows_of(30)[3]]), worker=WORKER, folder=tmp_path / "run")
    assert not (tmp_path / "run" / "input").exists()


def test_nothing_in_nothing_out(cluster, tmp_path):
    empty = ray.data.from_items([{"id": "p0", "a": "x", "b": "y"}]).filter(lambda row: False)
    judged = check_dataset(empty, worker=WORKER, folder=tmp_path / "run")
    assert judged.count() == 0
    statements = ray.data.from_items([{"id": "s0", "text": "x"}]).filter(lambda row: False)
    assert compare_dataset(statements, tmp_path / "compared", worker=WORKER).count() == 0


def assert_compared(found: list[dict], rows: list[dict], **choice) -> None:
    """The pairs and judgements of the plain ``compare``, each once."""
    report = fake_checker().compare([Statement(r["text"], r["party"], id=r["id"]) for r in rows], **choice)
    expected = {(j.a.id, j.b.id): j for j in report}
    assert len(found) == len(expected) > 0
    assert {(r["id_a"], r["id_b"]) for r in found} == set(expected)
    for row in found:
        judgement = expected[row["id_a"], row["id_b"]]
        assert (row["party_a"], row["party_b"]) == (judgement.a.party, judgement.b.party)
        assert row["stance"] == judgement.stance.value
        assert abs(row["confidence"] - judgement.confidence) < 1e-6


def test_compare_judges_the_plain_pairs(cluster, tmp_path):
    rows = statements_of(1500)  # two blocks of candidates
    out = compare_dataset(ray.data.from_items(rows[::-1]), tmp_path / "run", worker=WORKER, concurrency=2, top_k=3)
    assert_compared(out.take_all(), rows, top_k=3)


def with_copies(rows: list[dict]) -> list[dict]:
    """Every third statement once more, every ninth twice, its party's name and its words written otherwise."""
    more = [
        {"id": f"{r['id']}-{k}", "text": f" {r['text'].upper()}.", "party": f"{r['party'].lower()} "}
        for n, r in enumerate(rows)
        for k in range((n % 3 == 0) + (n % 9 == 0))
    ]
    return rows + more


def test_compare_keeps_one_of_each_copy(cluster, tmp_path):
    import pyarrow.parquet as pq

    rows = with_copies([{**r, "text": f"{r['text']} {n}"} for n, r in enumerate(statements_of(90))])
    with pytest.warns(UserWarning, match="one party"):
        out = compare_dataset(ray.data.from_items(rows[::-1]), tmp_path / "run", worker=WORKER, top_k=3)
    found = out.take_all()
    assert_compared(found, rows, top_k=3)
    copies = pq.read_table(tmp_path / "run" / "input" / "copies.parquet").to_pylist()
    assert sorted((c["id"], c["same_as"]) for c in copies) == sorted((r["id"], r["id"].partition("-")[0]) for r in rows[90:])
    counts = {f"s{n:04d}": (n % 3 == 0) + (n % 9 == 0) for n in range(90)}
    assert all((r["copies_a"], r["copies_b"]) == (counts[r["id_a"]], counts[r["id_b"]]) for r in found)


def test_compare_with_copies_resumes(cluster, tmp_path):
    rows = with_copies(statements_of(12))
    with pytest.warns(UserWarning, match="one party"):
        first = compare_dataset(ray.data.from_items(rows), tmp_path / "run", worker=WORKER, top_k=2).take_all()
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "run" / "judged").iterdir()}
    again = compare_dataset(ray.data.from_items(rows[::-1]), tmp_path / "run", worker=WORKER, top_k=2).take_all()
    assert sorted(map(str, again)) == sorted(map(str, first))
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "run" / "judged").iterdir()} == before


def wait_for(there: Callable[[], bool], driver: subprocess.Popen, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert driver.poll() is None, "the driver ended by itself"
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def drive(kind: str, folder: Path, **popen) -> subprocess.Popen:
    pids = folder.parent / "pids"
    pids.mkdir(exist_ok=True)
    env = {**os.environ, "STANCECHECK_TEST_PIDS": str(pids), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "tests.scale.test_ray", kind, str(folder)], cwd=ROOT, env=env, **popen)


def kill_a_worker_then_the_driver(kind: str, folder: Path) -> dict[str, tuple[int, int]]:
    """Start a run, kill a worker at work, and later the driver; the parts that were there then, by name."""
    judged, pids = folder / "judged", folder.parent / "pids"

    def parts() -> int:
        return len(list(judged.glob("*.parquet")))

    with drive(kind, folder) as driver:
        try:
            wait_for(lambda: parts() >= 2, driver)
            at_work = [int(p.name) for p in pids.iterdir() if Path(f"/proc/{p.name}").exists()]
            os.kill(at_work[0], signal.SIGKILL)
            seen, known = parts(), set(os.listdir(pids))
            wait_for(lambda: parts() >= seen + 3 and set(os.listdir(pids)) > known, driver)  # another took its place
        finally:
            driver.kill()
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in judged.glob("*.parquet")}


def finish(kind: str, folder: Path, before: dict[str, tuple[int, int]], parts: int) -> list[dict]:
    """Start the run again at once, see that it keeps the parts, and return its rows."""
    import pyarrow.parquet as pq

    assert 0 < len(before) < parts
    with drive(kind, folder) as driver:
        assert driver.wait(timeout=300) == 0
    after = {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in (folder / "judged").iterdir()}
    assert len(after) == parts
    assert {name: after[name] for name in before} == before
    return [row for path in sorted((folder / "judged").iterdir()) for row in pq.read_table(path).to_pylist()]


@pytest.mark.slow
def test_killed_check_resumes_completely(tmp_path):
    folder = tmp_path / "run"
    before = kill_a_worker_then_the_driver("check", folder)
    assert_same(finish("check", folder, before, parts=40), rows_of(40 * PART))


@pytest.mark.slow
def test_killed_compare_resumes_completely(tmp_path):
    folder = tmp_path / "run"
    before = kill_a_worker_then_the_driver("compare", folder)
    rows = statements_of(300)
    pairs = fake_checker().compare([Statement(r["text"], r["party"]) for r in rows], top_k=3).pairs_judged
    assert_compared(finish("compare", folder, before, parts=-(-pairs // PART)), rows, top_k=3)


if __name__ == "__main__":
    from tests.scale.test_ray import slow_checker as importable  # workers know no __main__ of ours

    _, kind, out = sys.argv
    start_ray()
    slow = PairWorker(loader=importable)
    if kind == "check":
        check_dataset(ray.data.from_items(rows_of(40 * PART)), worker=slow, concurrency=2, batch_size=PART, folder=out)
    else:
        items = ray.data.from_items(statements_of(300))
        compare_dataset(items, out, worker=slow, concurrency=2, batch_size=PART, top_k=3)
