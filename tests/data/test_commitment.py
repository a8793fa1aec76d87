"""A statement's commitment is one of six names."""

from __future__ import annotations

import json

import pytest

from stancecheck import Statement
from stancecheck.data.statements import Commitment
from stancecheck.errors import InputError


def test_commitment_is_read_and_written():
    made = Statement("It rained.", commitment="denies")
    assert made.commitment is Commitment.DENIES
    assert made == Statement("It rained.", commitment=Commitment.DENIES)
    assert json.loads(json.dumps(made.as_dict()))["commitment"] == "denies"


def test_unknown_commitment_is_refused():
    with pytest.raises(InputError, match="asserts, denies, doubts, reports, hedges, announces, got 'swears'"):
        Statement("It rained.", commitment="swears")
