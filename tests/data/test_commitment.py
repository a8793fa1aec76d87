"""A statement's commitment is one of six names."""

from __future__ import annotations

import json

import pytest

from stancecheck import Statement
from stancecheck.data.statements import Commitment
from stancecheck.errors import InputError


def test_a_commitment_may_be_given_by_name_and_is_written_by_name():
    made = Statement("It rained.", commitment="denies")
    assert made.commitment is Commitment.DENIES
    assert made == Statement("It rained.", commitment=Commitment.DENIES)
    assert json.loads(json.dumps(made.as_dict()))["commitment"] == "denies"


def test_another_word_is_refused_with_the_six_that_are_known():
    with pytest.raises(InputError, match="asserts, denies, doubts, reports, hedges, announces, got 'swears'"):
        Statement("It rained.", commitment="swears")
