"""compare_dataset takes statements in as compare does: one name a party, one place for what is statements again. No Ray."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancecheck.scale.compare import _read_statements, _take_in
from stancecheck.scale.parts import RunFolder


class Dataset:
    """Gives tables as a Ray dataset does."""

    def __init__(self, *tables):
        self._tables = tables

    def iter_batches(self, **_):
        return iter(self._tables)


def taken_in(tmp_path, *tables, same_party=False):
    run = RunFolder.at(tmp_path / "run")
    count = _take_in(Dataset(*tables), run, {"same_party": same_party})
    rows = _read_statements(run).to_pylist()
    assert count == len(rows)
    assert _take_in(Dataset(*tables), run, {"same_party": same_party}) == count  # again, from the folder
    return rows, pq.read_table(run.path / "input/copies.parquet").to_pylist()


def test_copies_are_judged_once_and_listed(tmp_path):
    first = pa.table({"id": [3, 1], "text": ["The dam is safe.", "THE DAM is safe"], "party": ["council ", "Council"]})
    second = pa.table({"id": [2, 4], "text": ["The dam is safe.", "The weir is shut."], "party": ["Mayor", "Mayor"]})
    with pytest.warns(UserWarning, match="one party"):
        rows, copies = taken_in(tmp_path, first, second)
    assert [(row["id"], row["party"], row["copies"]) for row in rows] == [(1, "Council", 1), (2, "Mayor", 0), (4, "Mayor", 0)]
    assert copies == [{"id": 3, "same_as": 1}]


def test_another_day_is_no_copy(tmp_path):
    statements = {"id": ["a", "b"], "text": ["It is safe."] * 2, "party": ["Council"] * 2, "date": ["2031-05-12", "2031-05-13"]}
    rows, copies = taken_in(tmp_path, pa.table(statements), same_party=True)
    assert (len(rows), copies) == (2, [])


def test_speakers_stand_in_for_parties(tmp_path):
    gaps = pa.table({"id": [1], "text": ["It is safe."], "party": [float("nan")], "speaker": ["Olden"]})
    other = pa.table({"id": [2], "text": ["It is not."], "speaker": ["Harrow"]})
    with pytest.warns(UserWarning, match="speaker serves"):
        rows, _ = taken_in(tmp_path, gaps, other)
    assert [row["party"] for row in rows] == ["Olden", "Harrow"]
