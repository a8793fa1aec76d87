"""statements: what can be compared, and who is compared with whom."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import pytest

from stancecheck import Pair, Statement, pairs_between, read_statements
from stancecheck.data.statements import as_pair, as_statement
from stancecheck.errors import InputError


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000", None, 3, b"bytes"])
def test_blank_text_is_refused(text):
    with pytest.raises(InputError, match="party='North', id='n1'"):
        Statement(text, party="North", id="n1")


def test_lone_surrogate_is_refused():
    with pytest.raises(InputError, match=r"U\+D800 at character 3"):
        Statement("abc\ud800")


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "a\x00b\x1b[31m", "\u202eevil", "🙂" * 10, "x" * 1_000_000])
def test_strange_valid_text_is_kept(text):
    assert Statement(text).text == text


def test_fields_must_be_text_dates_iso():
    assert Statement("x", date=dt.date(2031, 5, 12)).date == "2031-05-12"
    with pytest.raises(InputError, match="party must be a string"):
        Statement("x", party=["x"])


def test_statements_copy_pickle_and_compare():
    statement = Statement("x", party="A", span=(0, 1))
    pair = Pair(statement, Statement("y"), gold="agree", columns={"topic": "t"})
    for thing in (statement, pair):
        assert pickle.loads(pickle.dumps(thing)) == copy.deepcopy(thing) == thing
        assert hash(thing) == hash(copy.deepcopy(thing))
    assert statement != Statement("x", party="B")


def test_a_pair_can_be_given_in_four_ways():
    a, b = Statement("a"), Statement("b")
    for value in (Pair(a, b), ("a", "b"), ["a", b], {"a": a, "b": "b", "label": "ignored"}):
        assert as_pair(value, 0) == Pair(a, b)


@pytest.mark.parametrize("value", ["ab", ("a",), ("a", "b", "c"), {"premise": "a"}, 7, None, ("a", 7), ("a", " ")])
def test_malformed_pair_is_refused(value):
    with pytest.raises(InputError, match="pair 5"):
        as_pair(value, 5)


def test_pairs_are_cross_party_in_order():
    a1, a2, b1, none = Statement("1", party="A"), Statement("2", party="A"), Statement("3", party="B"), Statement("4")
    pairs = [(p.a.text, p.b.text) for p in pairs_between([a1, a2, b1, none])]
    assert pairs == [("1", "3"), ("1", "4"), ("2", "3"), ("2", "4"), ("3", "4")]
    assert ("1", "2") in [(p.a.text, p.b.text) for p in pairs_between([a1, a2], same_party=True)]
    assert [*pairs_between(["x", "y"])] == [Pair(as_statement("x", ""), as_statement("y", ""))]
    assert [*pairs_between([])] == []


def test_statements_are_read_by_column_name():
    rows = [{"claim": "It flew.", "country": "A", "author": "", "date": dt.date(2031, 1, 2), "url": "u", "id": 7, "x": 1}]
    assert read_statements(rows) == [Statement("It flew.", party="A", date="2031-01-02", source="u", id="7")]


def test_bad_rows_raise_or_warn(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text('{"text": "one"}\n{"text": " "}\n{"words": "x"}\nnonsense\n{"text": "two"}\n')
    with pytest.raises(InputError, match=r"3 bad row\(s\) beside 2 good: .*s.jsonl:2: .*s.jsonl:3: .*s.jsonl:4"):
        read_statements(path)
    with pytest.warns(UserWarning, match="3 bad"):
        good = read_statements(path, skip_bad=True)
    assert [s.text for s in good] == ["one", "two"]


def test_dictionaries_keep_unknown_keys():
    assert Statement("x", party="A").as_dict() == {
        **dict.fromkeys(("speaker", "date", "source", "id", "span", "cue", "commitment")),
        **{"text": "x", "party": "A"},
    }
