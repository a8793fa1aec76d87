"""benchmarks/data.toml: the registered sets are sound, and only the registered files are scored."""

from __future__ import annotations

import importlib

import pytest

from stancecheck.errors import InputError
from stancecheck.evaluation.labels import GoldReader
from tests.source_tree import source_path

source_path("benchmarks")
registry = importlib.import_module("benchmarks._data")


def test_registered_labels_add_up():
    sets = registry.read_registry()
    assert len({s.name for s in sets}) == len(sets) >= 20
    for data in sets:
        assert sum(data.labels.values()) == data.rows, data.name
        assert data.task in ("stance", "nli")
        assert len(bytes.fromhex(data.sha256)) == 32
        assert (data.hub is None) == (data.split is None)
        assert all(GoldReader()(label) is not None for label in data.labels)


def test_other_local_file_is_refused(tmp_path):
    data = registry.read_registry()[0]
    with pytest.raises(InputError, match="no local copy"):
        registry.load(data, data_dir=tmp_path, hub=False)
    path = tmp_path / data.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"other")
    with pytest.raises(InputError, match=r"expected SHA-256 .* another file than"):
        registry.load(data, data_dir=tmp_path, hub=False)


def test_sets_are_chosen_by_prefix():
    sets = registry.read_registry()
    assert {s.name.split(".")[0] for s in registry.chosen_sets(["stance"], sets)} == {"stance"}
    assert registry.chosen_sets(None, sets) == sets
    with pytest.raises(InputError, match="--sets"):
        registry.chosen_sets(["nosuch"], sets)
