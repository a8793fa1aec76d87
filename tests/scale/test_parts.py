"""The folder of a long run, and what is taken into it. No Ray."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from stancecheck.errors import InputError
from stancecheck.scale.intake import Tally, checked_tables
from stancecheck.scale.parts import RunFolder

FACTS = {"kind": "pairs", "input": {"rows": 2, "fingerprint": "ab"}}


def table(ids=("p0", "p1"), a=("one", "two"), **columns):
    return pa.table({"id": list(ids), "a": list(a), **columns})


def tally_of(*tables):
    tally = Tally(("id", "a"))
    for t in tables:
        tally.add(t)
    return tally


def checked(t, **kwargs):
    return list(checked_tables([t], ["a"], **kwargs))


def test_a_part_appears_whole_or_not_at_all(tmp_path):
    run = RunFolder.at(tmp_path / "run")
    target = run.part("judged", 7, "txt")

    def fails(path):
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.write(target, fails)
    assert run.parts("judged") == []
    run.write(target, lambda path: path.write_text("whole"))
    assert run.parts("judged") == [target]
    assert target.read_text() == "whole"
    run.remove_staging()
    assert sorted(p.name for p in run.path.iterdir()) == ["judged"]


def test_parts_come_in_numeric_order(tmp_path):
    run = RunFolder.at(tmp_path)
    for number in (1_000_000, 3, 20):
        run.write(run.part("s", number, "txt"), lambda path: path.write_text(""))
    assert [int(p.stem) for p in run.parts("s")] == [3, 20, 1_000_000]


def test_stage_exists_once_committed(tmp_path):
    run = RunFolder.at(tmp_path)
    staging = run.staging_dir("input")
    (staging / "000000.txt").write_text("x")
    assert not run.has("input")
    run.commit(staging, "input")
    assert run.has("input")
    assert len(run.parts("input")) == 1


def test_resume_needs_the_same_facts(tmp_path):
    run = RunFolder.at(tmp_path)
    run.claim(FACTS)
    run.claim({**FACTS})
    with pytest.raises(InputError, match=r"other inputs or settings.*input: \{.*\"ab\".*\} then, \{.*\"cd\".*\} now"):
        run.claim({**FACTS, "input": {"rows": 2, "fingerprint": "cd"}})
    with pytest.raises(InputError, match=r"top_k: null then, 3 now"):
        run.claim({**FACTS, "top_k": 3})
    assert json.loads((tmp_path / "manifest.json").read_text()) == FACTS


def test_a_damaged_manifest_is_refused(tmp_path):
    run = RunFolder.at(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match=r"manifest\.json: not the manifest"):
        run.claim(FACTS)


def test_foreign_folder_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds \['thesis\.txt'\]"):
        RunFolder.at(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_unmakable_folder_is_an_input_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        RunFolder.at(tmp_path / "file" / "run")


def test_fingerprint_ignores_order():
    whole = tally_of(table()).facts()
    parts = tally_of(table(["p1"], ["two"]), table(["p0"], ["one"])).facts()
    large = table().cast(pa.schema([("id", pa.large_string()), ("a", pa.large_string())]))
    assert whole == parts == tally_of(large).facts()
    assert whole["rows"] == 2


@pytest.mark.parametrize(
    "other",
    [table(a=["one", "TWO"]), table(["p0", "p2"]), table(["p0"], ["one"]), table(a=["two", "one"])],
    ids=["a text", "an id", "a row less", "texts swapped between rows"],
)
def test_fingerprint_changes_with_rows(other):
    assert tally_of(other).facts() != tally_of(table()).facts()


def test_duplicate_ids_are_named():
    first, second = table(["p0", "p1"]), table(["p2", "p1"])
    with pytest.raises(InputError, match=r"'p1' comes twice"):
        tally_of(first, second).check_ids([first, second])
    tally_of(first).check_ids([first])
    Tally(("id", "a")).check_ids([])


def test_numbers_may_be_ids():
    t = table([7, 8])
    tally_of(t).check_ids([t])
    assert tally_of(t).facts() == tally_of(t.cast(pa.schema([("id", pa.int32()), ("a", pa.string())]))).facts()


def test_good_tables_pass_as_they_are():
    assert checked(table(n=[1, 2])) == [table(n=[1, 2])]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (pa.table({"id": ["p0"], "text": ["one"]}), r"expected the columns \['id', 'a'\].*\['a'\] missing"),
        (pa.table({"a": ["one"]}), r"\['id'\] missing"),
        (table(["p0", None]), r"column 'id': 1 rows have no id"),
        (table(a=["one", " \u00a0"]), r"column 'a': empty or blank in the rows with id \['p1'\]"),
        (table(a=["one", None]), r"rows with id \['p1'\]"),
        (table(a=[1, 2]), r"column 'a': expected texts, got int64"),
        (table([f"p{i}" for i in range(7)], [""] * 7), r"'p4'\] and 2 more"),
    ],
)
def test_bad_rows_are_named_before_judging(bad, message):
    with pytest.raises(InputError, match=message):
        checked(bad)


def test_a_column_in_the_way_is_refused():
    with pytest.raises(InputError, match=r"\['stance'\] are there already"):
        checked(table(stance=["x", "y"]), unwanted=("stance",))
