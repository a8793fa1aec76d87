"""The parties benchmark: each form tells no more of the speaker than it says, and the pairs stay the same."""

import importlib

import pytest

from stancecheck import Statement
from tests.source_tree import source_path

source_path("benchmarks")
parties = importlib.import_module("benchmarks.parties")


@pytest.mark.parametrize(("form", "party"), [("text", None), ("party", "Ministry"), ("party and date", "Ministry, 2031-05-12")])
def test_form_decides_what_is_read(form, party):
    read = parties.as_read(Statement("We left.", party="Ministry", date="2031-05-12"), form)
    assert (read.text, read.party) == ("We left.", party)


def test_a_date_alone_is_no_speaker():
    assert parties.as_read(Statement("We left.", date="2031-05-12"), "party and date").party is None


def test_date_of_the_pair_stands_in():
    read = parties.as_read(Statement("We left.", party="Ministry"), "party and date", "2031-05-12")
    assert read.party == "Ministry, 2031-05-12"
