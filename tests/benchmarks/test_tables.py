"""benchmarks/: each is found and has its table, and no table is older than the records it is made from."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest

from stancecheck.evaluation import evaluate
from tests.evaluation_fakes import Guess, pairs_with
from tests.source_tree import source_path

source_path("benchmarks")
tables = importlib.import_module("benchmarks._tables")
command = importlib.import_module("benchmarks.__main__")

THREE = ["agree", "contradict", "unrelated"]


def test_tables_match_the_records(capsys):
    assert command.main(["tables", "--check"]) == 0, f"{capsys.readouterr().out}run python -m benchmarks tables"


def record(created="2026-01-01T00:00:00+00:00", skill=2.0):
    evaluation = evaluate(Guess("g", skill), pairs_with(THREE * 10), resamples=20)
    return {"name": "quality-g", "model": "owner/g", "created": created, "sets": {"stance.made_up": evaluation.as_dict()}}


def test_changed_record_makes_table_stale():
    text = "# T\n<!-- table: quality -->\n<!-- end of table -->\nafter\n"
    first = record()
    fresh = tables.refreshed(text, [first])
    assert "| stance.made_up | 30 | three-way |" in fresh
    assert f"{first['sets']['stance.made_up']['metrics']['accuracy']['value']:.3f} [" in fresh
    assert fresh.endswith("<!-- end of table -->\nafter\n")
    assert tables.refreshed(fresh, [first]) == fresh
    assert tables.refreshed(fresh, [first, record(created="2026-02-01T00:00:00+00:00", skill=0.1)]) != fresh


def test_partial_records_stay_out_of_tables():
    assert tables.made("quality", [{**record(), "limit": 5}]) == "No records yet.\n"


def test_an_unknown_table_is_an_error():
    with pytest.raises(KeyError):
        tables.refreshed("<!-- table: nonsense -->\n<!-- end of table -->", [])


def test_plots_are_drawn_from_records(tmp_path):
    pytest.importorskip("matplotlib")
    tables.draw([record(created=dt.datetime.now(dt.UTC).isoformat())], tmp_path)
    assert (tmp_path / "quality-g.svg").stat().st_size > 1000


def test_every_table_is_on_a_page():
    text = "".join(page.read_text(encoding="utf-8") for page in tables.pages())
    assert [name for name in tables.names() if f"<!-- table: {name.replace('_', '-')} -->" not in text] == []


@pytest.mark.parametrize("name", tables.names())
def test_benchmark_has_help_and_options(name, capsys):
    assert tables.summary(name)
    with pytest.raises(SystemExit) as end:
        command.main(["run", name, "--help"])
    assert end.value.code == 0
    assert f"python -m benchmarks run {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", tables.names())
def test_a_table_without_records_says_so(name):
    assert tables.made(name, []) == "No records yet.\n"


def test_all_benchmarks_are_listed(capsys):
    assert command.main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == tables.names()


def test_small_run_is_no_scale_record():
    record = {"name": "scale", "created": "2026-01-01", "pairs": 100}
    assert tables.made("scale", [record]) == "No records yet.\n"
