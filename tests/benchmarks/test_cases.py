"""benchmarks/cases: the affairs and their gold labels hold together."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from stancecheck import Stance
from stancecheck.data.statements import pairs_between, read_statements
from stancecheck.evaluation import read_gold
from tests.source_tree import source_path

CASES = source_path("benchmarks/cases")
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
