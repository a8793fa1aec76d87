"""benchmarks/: the registry is sound, and no README table is older than the records it is made from."""

import datetime as dt
import importlib

import pytest

from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate
from stancecheck.evaluation.labels import GoldReader
from tests.evaluation_fakes import Guess, pairs_with
from tests.source_tree import source_path

BENCHMARKS = source_path("benchmarks")
registry = importlib.import_module("registry")
report = importlib.import_module("report")

THREE = ["agree", "contradict", "unrelated"]


@pytest.mark.parametrize("readme", ["README.md", "../README.md"])
def test_the_readmes_tables_are_those_of_the_records(readme):
    text = (BENCHMARKS / readme).read_text(encoding="utf-8")
    assert report.refreshed(text, report.read_records(BENCHMARKS / "results")) == text, "run python benchmarks/report.py"


def record(created="2026-01-01T00:00:00+00:00", skill=2.0):
    evaluation = evaluate(Guess("g", skill), pairs_with(THREE * 10), resamples=20)
    return {"name": "quality-g", "model": "owner/g", "created": created, "sets": {"stance.made_up": evaluation.as_dict()}}


def test_a_changed_record_makes_a_table_stale():
    text = "# T\n<!-- table: quality -->\n<!-- end of table -->\nafter\n"
    first = record()
    fresh = report.refreshed(text, [first])
    assert "| stance.made_up | 30 | three-way |" in fresh
    assert f"{first['sets']['stance.made_up']['figures']['accuracy']['value']:.3f} [" in fresh
    assert fresh.endswith("<!-- end of table -->\nafter\n")
    assert report.refreshed(fresh, [first]) == fresh
    assert report.refreshed(fresh, [first, record(created="2026-02-01T00:00:00+00:00", skill=0.1)]) != fresh


def test_records_of_a_part_of_the_pairs_do_not_enter_the_table():
    assert report.TABLES["quality"]([{**record(), "limit": 5}]) == "No records yet.\n"


def test_an_unknown_table_is_an_error():
    with pytest.raises(KeyError):
        report.refreshed("<!-- table: nonsense -->\n<!-- end of table -->", [])


def test_every_registered_set_has_readable_labels_that_add_up():
    sets = registry.read_registry()
    assert len({s.name for s in sets}) == len(sets) >= 20
    for data in sets:
        assert sum(data.labels.values()) == data.rows, data.name
        assert data.task in ("stance", "nli")
        assert len(bytes.fromhex(data.sha256)) == 32
        assert (data.hub is None) == (data.split is None)
        assert all(GoldReader()(label) is not None for label in data.labels)


def test_a_local_file_that_is_not_the_registered_one_is_refused(tmp_path):
    data = registry.read_registry()[0]
    with pytest.raises(InputError, match="no local copy"):
        registry.load(data, data_dir=tmp_path, hub=False)
    path = tmp_path / data.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"other")
    with pytest.raises(InputError, match=r"expected SHA-256 .* another file than"):
        registry.load(data, data_dir=tmp_path, hub=False)


def test_sets_are_chosen_by_the_beginning_of_their_names():
    sets = registry.read_registry()
    assert {s.name.split(".")[0] for s in registry.chosen_sets(["stance"], sets)} == {"stance"}
    assert registry.chosen_sets(None, sets) == sets
    with pytest.raises(InputError, match="--sets"):
        registry.chosen_sets(["nosuch"], sets)


def test_plots_are_drawn_from_records(tmp_path):
    pytest.importorskip("matplotlib")
    report.draw([record(created=dt.datetime.now(dt.UTC).isoformat())], tmp_path)
    assert (tmp_path / "quality-g.svg").stat().st_size > 1000


def test_every_table_that_is_made_stands_in_a_readme():
    text = "".join((BENCHMARKS / name).read_text(encoding="utf-8") for name in ("README.md", "../README.md"))
    assert {name for name in report.TABLES if f"<!-- table: {name} -->" not in text} == set()


@pytest.mark.parametrize("name", sorted(set(report.TABLES) - {"versions"}))
def test_a_table_without_records_says_so(name):
    assert report.TABLES[name]([]) == "No records yet.\n"


def test_a_trial_on_few_pairs_is_not_shown_as_the_scale_record():
    record = {"name": "scale", "created": "2026-01-01", "pairs": 100}
    assert report.TABLES["scale"]([record]) == "No records yet.\n"
