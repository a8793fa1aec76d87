"""Many-to-many on Ray: statements -> embeddings -> candidates -> judged pairs, every stage in parts, in a folder."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.copies import groups_of_copies
from stancecheck.data.parties import as_one_party
from stancecheck.data.statements import Statement
from stancecheck.data.values import plain
from stancecheck.judging.candidates import BLOCK, Search, check_choice, partners
from stancecheck.scale.intake import Tally, checked_tables
from stancecheck.scale.parts import RunFolder
from stancecheck.scale.pool import Pool, run_parts
from stancecheck.scale.ray import add_columns, model_facts, read_judged
from stancecheck.scale.worker import PairWorker

__all__ = ["compare_dataset"]

_STATEMENTS, _COPIES = "input/statements.arrow", "input/copies.parquet"
_ABOUT = ("party", "speaker", "date")  # columns that a table may leave out
_EMBEDDINGS, _HUBNESS, _PAIRS = "embeddings.npy", "hubness.npy", "pairs.npy"
_ROWS_A_PART = BLOCK  # statements: blocks as find_candidates cuts them, so that the same pairs come out
_PAIRS_A_PART = 16_384


# Nine arguments: Ray's four of check_dataset, and the choices of StanceChecker.compare under the same names.
def compare_dataset(
    statements: Any,
    folder: str | os.PathLike[str],
    *,
    worker: PairWorker | None = None,
    concurrency: int = 1,
    num_gpus: float = 0,
    batch_size: int | None = None,
    top_k: int | None = None,
    min_similarity: float = -1.0,
    same_party: bool = False,
) -> Any:
    """Judgements of the pairs that ``StanceChecker.compare`` would judge: each statement with its nearest ones.

    Scores are those of ``check_pairs``: ``compare`` reads them again, as in a report (see ``stancecheck.judging.ranking``).

    It runs now, and can be killed and started again with the same call, as ``check_dataset`` with a folder. Statements are
    sorted by id; of two, the one that comes first is a. As in ``compare``, names that look the same are one party, and what a
    party says several times takes one place: ``input/copies.parquet`` in the folder holds the id of each copy, and of the
    statement that stands for it. The calling process holds the statements, their embeddings for a moment, and one number a
    pair found; workers map the embeddings from the folder's file.

    Args:
        statements: A ``ray.data.Dataset`` with columns id and text, and party, speaker and date where they are known.
        folder: Where to keep the run: on a file system that all nodes share.
        worker: What embeds and judges; None for the shipped model. Its ``columns`` are not used.
        concurrency: Number of workers.
        num_gpus: GPUs of each worker; give the worker device='cuda' too.
        batch_size: Pairs a part; 16,384 if None.
        top_k: How many partners each statement asks for; None as many as ``compare`` would.
        min_similarity: Least cosine similarity (-1 to 1) of a pair that is judged.
        same_party: Also compare a party with itself.

    Returns:
        A ``ray.data.Dataset``: id_a, id_b, party_a, party_b, copies_a, copies_b (how often else each is said), stance,
        confidence, agree, contradict, unrelated, truncated.

    Raises:
        InputError: If columns, ids, texts or arguments cannot be used, or the folder holds another run.
        MissingExtraError: If Ray is not installed.
    """
    check_choice(top_k, min_similarity)
    worker = worker or PairWorker()
    pool = Pool(concurrency, num_gpus, worker.threads)
    run = RunFolder.at(folder)
    rows = batch_size or _PAIRS_A_PART
    choice = {"top_k": top_k, "min_similarity": min_similarity, "same_party": same_party, "part_rows": rows}
    count = _take_in(statements, run, {"kind": "statements", "model": model_facts(worker, pool), **choice})
    blocks = -(-count // _ROWS_A_PART)
    if not run.has(_EMBEDDINGS):
        run_parts(_EmbedParts(run, worker), blocks, pool)
        _join(run, "embeddings", _EMBEDDINGS, np.empty((0, 1), dtype=np.float32))
    without_gpus = Pool(concurrency, 0, worker.threads)
    if not run.has(_HUBNESS):
        run_parts(_HubnessParts(run, same_party), blocks, without_gpus)
        _join(run, "hubness", _HUBNESS, np.empty(0, dtype=np.int64))
    if not run.has(_PAIRS):
        run_parts(_FindParts(run, top_k or partners(count), min_similarity, same_party), blocks, without_gpus)
        _join_pairs(run, count)
    pairs = len(np.load(run.path / _PAIRS, mmap_mode="r"))
    run_parts(_JudgePairs(run, worker, rows), max(1, -(-pairs // rows)), pool)
    return read_judged(run, pairs)


def _take_in(ds: Any, run: RunFolder, facts: dict[str, Any]) -> int:
    """Read and check the statements; put them into the run's folder if they are not there. Returns how many there are."""
    import pyarrow as pa

    columns = ("id", "text", *_ABOUT)
    batches = ds.iter_batches(batch_size=_PAIRS_A_PART, batch_format="pyarrow")
    tables = [_with_all(t).select(columns) for t in checked_tables(batches, ["text"])]
    tally = Tally(columns)
    for table in tables:
        tally.add(table)
    tally.check_ids(tables)
    run.claim({**facts, "input": tally.facts()})
    if not run.has("input"):
        empty = pa.table({name: pa.array([], pa.string()) for name in columns})
        every = pa.concat_tables(tables, promote_options="permissive").sort_by("id") if tables else empty
        staging = run.staging_dir("input")
        _write_one_of_each(every, staging, by_date=facts["same_party"])
        run.commit(staging, "input")
    return int(_read_statements(run).num_rows)


def _write_one_of_each(every: Any, folder: Path, *, by_date: bool) -> None:
    """The statements, each once and with one name for each party; and the ids of those that say the same."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [every.column(name).to_pylist() for name in ("text", *_ABOUT)]
    statements = [Statement(*values) for values in zip(*columns, strict=True)]  # text, party, speaker, date
    named, notes = as_one_party(statements, same_party=by_date)
    for note in notes:
        warnings.warn(note, stacklevel=4)
    groups = groups_of_copies(named, by_date=by_date)

    def ids(places: Iterable[int]) -> Any:
        return every.column("id").take(pa.array(places, pa.int64()))

    of = [(place, group[0]) for group in groups for place in group[1:]]
    copies = pa.table({"id": ids(place for place, _ in of), "same_as": ids(place for _, place in of)})
    pq.write_table(copies, folder / Path(_COPIES).name)
    first = [group[0] for group in groups]
    # large_string counts in 64 bits: one column may hold more than 2 GB.
    kept = {
        "id": ids(first),
        "text": every.column("text").cast(pa.large_string()).take(pa.array(first, pa.int64())),
        "party": pa.array([named[place].party for place in first], pa.large_string()),
        "copies": pa.array([len(group) - 1 for group in groups], pa.int64()),
    }
    table = pa.table(kept).combine_chunks()
    with pa.OSFile(str(folder / Path(_STATEMENTS).name), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)


def _with_all(table: Any) -> Any:
    """The table with all columns that say something of a statement, as text; what is missing is null."""
    import pyarrow as pa

    for name in _ABOUT:
        known = table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
        table = table.drop_columns([name]) if name in table.column_names else table
        table = table.append_column(name, pa.array([plain(value) for value in known], pa.string()))
    return table


def _read_statements(run: RunFolder) -> Any:
    """The statements as an Arrow table that lies in the file, not in memory."""
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(run.path / _STATEMENTS))).read_all()


def _join(run: RunFolder, stage: str, file: str, nothing: NDArray[Any]) -> None:
    parts = [np.load(path) for path in run.parts(stage)]
    whole = np.concatenate(parts) if parts else nothing
    run.write(run.path / file, lambda path: np.save(path, whole))


def _join_pairs(run: RunFolder, count: int) -> None:
    """Both ends of a pair may have found it: keep it once. One number a pair: first * count + second."""
    parts = [np.load(path) for path in run.parts("candidates")]
    numbers = np.unique(np.concatenate([*parts, np.empty(0, dtype=np.int64)]))
    pairs = np.stack([numbers // max(1, count), numbers % max(1, count)], axis=-1)
    run.write(run.path / _PAIRS, lambda path: np.save(path, pairs))


@dataclass(frozen=True)
class _EmbedParts:
    """Statements -> unit-length embeddings."""

    run: RunFolder
    worker: PairWorker
    stage: str = "embeddings"
    ending: str = "npy"

    def make(self, number: int, path: Path) -> None:
        texts = _read_statements(self.run).column("text").slice(number * _ROWS_A_PART, _ROWS_A_PART).to_pylist()
        np.save(path, self.worker.checker().embed(texts))


@dataclass(frozen=True)
class _HubnessParts:
    """A block of statements -> their hubness (see ``judging.candidates``)."""

    run: RunFolder
    same_party: bool
    stage: str = "hubness"
    ending: str = "npy"

    def make(self, number: int, path: Path) -> None:
        np.save(path, _search(self.run, self.same_party).hubness(number * _ROWS_A_PART))


@dataclass(frozen=True)
class _FindParts:
    """A block of statements against all -> the numbers of the pairs found."""

    run: RunFolder
    top_k: int
    min_similarity: float
    same_party: bool
    stage: str = "candidates"
    ending: str = "npy"

    def make(self, number: int, path: Path) -> None:
        search, hubness = _search(self.run, self.same_party), np.load(self.run.path / _HUBNESS)
        asked = search.asked(number * _ROWS_A_PART, hubness, top_k=self.top_k, min_similarity=self.min_similarity)
        np.save(path, asked[:, 0] * len(hubness) + asked[:, 1])


def _search(run: RunFolder, same_party: bool) -> Search:
    embeddings = np.load(run.path / _EMBEDDINGS, mmap_mode="r")
    return Search.over(embeddings, _read_statements(run).column("party").to_pylist(), same_party=same_party)


@dataclass(frozen=True)
class _JudgePairs:
    """A range of the pairs found -> their judgements."""

    run: RunFolder
    worker: PairWorker
    rows: int
    stage: str = "judged"
    ending: str = "parquet"

    def make(self, number: int, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        statements = _read_statements(self.run)
        pairs: NDArray[np.int64] = np.load(self.run.path / _PAIRS, mmap_mode="r")[number * self.rows : (number + 1) * self.rows]
        a, b = (statements.take(pa.array(np.ascontiguousarray(pairs[:, side]))) for side in (0, 1))
        judged = self.worker.judge(_statements(a), _statements(b))
        columns = ("id", "party", "copies")
        names = {f"{name}_{side}": t.column(name) for name in columns for side, t in (("a", a), ("b", b))}
        pq.write_table(add_columns(pa.table(names), judged), path)


def _statements(table: Any) -> list[Statement]:
    texts, parties = (table.column(name).to_pylist() for name in ("text", "party"))
    return [Statement(text, party=party) for text, party in zip(texts, parties, strict=True)]
