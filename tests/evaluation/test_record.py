"""Records: they say what a system was, so that it can be reproduced."""

from __future__ import annotations

from types import SimpleNamespace

from stancecheck.evaluation.record import system_facts


def facts_of(folder):
    return system_facts(SimpleNamespace(info=SimpleNamespace(name="owner/model", revision="main", folder=folder)))


def test_hub_record_pins_the_commit(tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    facts = facts_of(tmp_path / "models--owner--model" / "snapshots" / commit)
    assert (facts["revision"], facts["commit"]) == ("main", commit)


def test_folder_record_names_no_local_path(tmp_path):
    facts = facts_of(tmp_path)
    assert "commit" not in facts
    assert str(tmp_path) not in str(facts)
