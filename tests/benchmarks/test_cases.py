"""benchmarks/cases: the affairs and their gold labels hold together."""

from __future__ import annotations

import importlib
import re
from collections import Counter

import pytest

from stancecheck import Stance
from stancecheck.data.statements import pairs_between, read_statements
from stancecheck.evaluation import read_gold
from tests.fakes import fake_checker
from tests.source_tree import source_path

CASES = source_path("benchmarks/cases")
cases = importlib.import_module("benchmarks.cases")
GOLD = sorted(CASES.rglob("*.gold.jsonl"))


def statements_of(gold):
    return read_statements(gold.with_name(gold.name.replace(".gold", "")))


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.name.split(".")[0])
def test_labels_are_between_parties(gold):
    party = {s.id: s.party for s in statements_of(gold)}
    for pair, label in read_gold(gold).labels.items():
        one, other = pair
        assert label is None or party[one] != party[other]


def test_the_readme_counts_what_is_there():
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \| ([\d,]+) \| (\d+) \| (\d+) \|", (CASES / "README.md").read_text(), re.MULTILINE)
    told = {folder: tuple(int(n.replace(",", "")) for n in counts) for folder, *counts in rows}
    found: dict[str, Counter] = {}
    for path in GOLD:
        counts = found.setdefault(str(path.parent.relative_to(CASES)), Counter())
        labels = read_gold(path)
        counts.update({"cases": 1, "pairs": sum(1 for _ in pairs_between(statements_of(path)))})
        counts.update({stance: labels.count(stance) for stance in (Stance.CONTRADICT, Stance.AGREE)})
    assert told == {name: tuple(c[key] for key in ("cases", "pairs", "contradict", "agree")) for name, c in found.items()}


def test_fewer_partners_score_as_asked_for():
    gold = GOLD[0]
    case = ("one", statements_of(gold), read_gold(gold))
    found = cases.measure(fake_checker(), [case], [2, 5], top_k=5)
    alone = cases.measure(fake_checker(), [case], top_k=2)
    assert found["by_partners"]["2"]["judged"] == alone["judged"] < found["judged"]
    assert found["by_partners"]["2"]["metrics"] == alone["metrics"]
    assert found["by_partners"]["5"]["metrics"] == found["metrics"]
    assert f"| all | 2 | {alone['judged']} |" in cases.partners_table({"all": found})


def test_table_takes_the_newest_records():
    figures = cases.measure(fake_checker(), [("one", statements_of(GOLD[0]), read_gold(GOLD[0]))])
    records = [{"name": "cases-x", "judge": "x", "groups": {name: figures}} for name in ("cases", "real matters")]
    assert [line.split(" | ")[0] for line in cases.table(records).splitlines()[2:]] == ["| cases", "| real matters"]
