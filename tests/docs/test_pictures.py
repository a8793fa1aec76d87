"""docs/report.png and docs/matrix.png show what the demo prints."""

from __future__ import annotations

import importlib.util

import pytest

from stancecheck import Report
from stancecheck.evaluation import evaluate_report
from tests.source_tree import source_path

pytest.importorskip("matplotlib")
pytest.importorskip("PIL")


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", source_path("docs/pictures.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def demo(pictures) -> Report:
    return pictures.compared()


@pytest.mark.parametrize("name", ["report.png", "matrix.png"])
def test_pictures_show_the_demos_numbers(pictures, demo, name):
    assert pictures.stored_numbers(source_path(f"docs/{name}")) == pictures.numbers(demo), "make them again: make pictures"


def test_demo_finds_most_contradictions(demo):
    found = evaluate_report(demo, source_path("examples/raid.gold.jsonl"))
    shown, right, real = found.counts["contradict"]
    assert real == 8
    assert right >= 5
    assert right >= shown / 2
