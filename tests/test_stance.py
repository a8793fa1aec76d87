"""stance: label order is read by name, never by position."""

from __future__ import annotations

import itertools

import pytest

from stancecheck.errors import LabelOrderError
from stancecheck.stance import NLI_CLASSES, STANCES, Stance, label_order, stance_index


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("style", [str.lower, str.upper, str.title])
def test_any_order_of_the_names_is_read(order, style):
    names = {column: style(NLI_CLASSES[c]) for column, c in enumerate(order)}
    columns = label_order(names, model="m")
    assert [order[c] for c in columns] == [0, 1, 2]


@pytest.mark.parametrize(
    "names",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["entailment", "not_entailment"],
        ["entailment", "neutral", "entail"],
        ["entailment", "neutral", "contradiction", "other"],
        [],
    ],
)
def test_unreadable_labels_name_the_fix(names):
    with pytest.raises(LabelOrderError, match=r"StanceChecker.load\('m', labels="):
        label_order(names, model="m")


def test_stance_equals_its_name():
    assert Stance("contradict") == "contradict"
    assert [stance_index(s) for s in STANCES] == [0, 1, 2]
