"""Whatever people have is taken: tables with gaps, mappings, paths; and what cannot be is refused in words."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from stancecheck import Pair, Statement, read_statements
from stancecheck.data.intake import as_pairs, as_statements
from stancecheck.data.values import is_missing
from stancecheck.errors import InputError
from stancecheck.evaluation import read_pairs

ROWS = [{"text": "The dam is safe.", "party": "Council"}, {"text": "It is not.", "party": "Mayor"}]


@pytest.mark.parametrize("gap", [None, float("nan"), np.nan, pd.NA, pd.NaT, "", " ", "\u200b", "\n\t"])
def test_missing_is_missing(gap):
    (said,) = read_statements([{"text": "The dam is safe.", "party": gap, "speaker": gap, "date": gap, "id": gap}])
    assert (said.party, said.speaker, said.date, said.id) == (None, None, None, None)
    assert Statement("x", party=gap, date=gap) == Statement("x")
    (pair,) = read_pairs([{"a": "x", "b": "y", "party_a": gap, "id": gap, "label": gap}])
    assert (pair.a.party, pair.id, pair.gold) == (None, None, None)
    assert not is_missing("nan")
    assert not is_missing([])


@pytest.mark.parametrize("dtype", ["nullable", "string", "pyarrow"])
def test_gaps_and_nested_values_are_read(dtype):
    frame = pd.DataFrame({"text": ["x", "y"], "party": ["A", None], "n": [1, None], "ok": [True, None]})
    frame = {
        "nullable": lambda: frame.convert_dtypes(),
        "string": lambda: frame.astype({"party": "string", "n": "Int64", "ok": "boolean"}),
        "pyarrow": lambda: frame.convert_dtypes(dtype_backend="pyarrow"),
    }[dtype]()
    frame["embedding"] = [np.ones(3), np.ones(3)]
    frame["nested"] = [{"a": [1]}, None]
    assert [(s.text, s.party) for s in as_statements(frame)] == [("x", "A"), ("y", None)]
    pairs = frame.rename(columns={"text": "a"}).assign(b=["u", "v"], label=pd.array(["agree", pd.NA], dtype="string"))
    assert [p.gold for p in read_pairs(pairs)] == ["agree", None]


def test_plain_scalars_are_taken():
    said = Statement("x", id=np.int64(7), party=5, date=dt.date(2031, 5, 12))
    assert (said.id, said.party, said.date) == ("7", "5", "2031-05-12")
    assert Statement("x", date=pd.Timestamp("2031-05-12")).date == "2031-05-12"
    assert read_statements([{"text": "x", "id": 7.0}])[0].id == "7"


def test_compares_sources(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    expected = read_statements(ROWS)
    import datasets

    for source in (
        ROWS,
        iter(ROWS),
        pd.DataFrame(ROWS),
        datasets.Dataset.from_list(ROWS),
        str(path),
        path,
        {"Council": ["The dam is safe."], "Mayor": "It is not."},
    ):
        assert as_statements(source) == expected


@pytest.mark.parametrize(
    "wrong", [7, None, "The dam is safe", b"x", Statement("x"), {"A": 5}, {"A": [5]}, [5], [{"text": "x"}, "y"]]
)
def test_other_inputs_are_refused(wrong):
    with pytest.raises(InputError, match="expected"):
        as_statements(wrong)


def test_pairs_under_every_known_name(tmp_path):
    for a, b in (("a", "b"), ("premise", "hypothesis"), ("sentence1", "sentence2"), ("Text_A", "Text_B")):
        rows = [{a: "x", b: "y"}]
        path = tmp_path / "rows.csv"
        path.write_text(f"{a},{b}\nx,y\n")
        for source in (rows, pd.DataFrame(rows), path, str(path)):
            assert [(p.a.text, p.b.text) for p in as_pairs(source)] == [("x", "y")]
    for wrong in ("ab", {"a": "x", "b": "y"}, 7):
        with pytest.raises(InputError, match="expected pairs"):
            as_pairs(wrong)


def test_columns_are_named_and_guessed():
    rows = [{"words": "x", "Organisation": "A"}]
    assert read_statements(rows, columns={"text": "words", "party": "organisation"}) == [Statement("x", party="A")]
    with pytest.raises(InputError, match="expected names among"):
        read_statements(rows, columns={"partei": "x"})
    with pytest.warns(UserWarning, match="Organisation"):
        read_statements(rows, columns={"text": "words"})
    with pytest.raises(InputError, match=r"columns=\{'text'"):
        read_statements(rows)
    assert read_statements([{"Text": "note", "text": "x"}])[0].text == "x"


def test_dates_of_tables_become_iso():
    rows = [{"text": "x", "date": date} for date in ("May 12, 2031", "12/05/2031", 1936483200, "soon")]
    assert [s.date for s in read_statements(rows, day_first=True)] == [
        "2031-05-12",
        "2031-05-12",
        "2031-05-14T00:00:00+00:00",
        "soon",
    ]


def test_missing_column_gets_a_guess():
    rows = [{"quote": "x", "party": "A"}, {"quote": "y", "party": "B"}]
    with pytest.raises(InputError, match=r"^expected a column named 'text' or .* columns=\{'text': 'quote'\}$"):
        read_statements(rows)
    with pytest.raises(InputError, match=r"named 'qoute'.*columns=\{'text': 'quote'\}"):
        read_statements(rows, columns={"text": "qoute"})
    with pytest.raises(InputError, match="named 'prty'"):
        read_statements(rows, columns={"text": "quote", "party": "prty"})


@pytest.mark.parametrize("value", [["x"], {"name": "x"}, b"x", np.ones(2), (1, 2)])
@pytest.mark.parametrize("column", ["party", "speaker", "date", "id"])
def test_nested_values_are_no_party(value, column):
    with pytest.raises(InputError, match=f"row 0: {column}: expected text"):
        read_statements([{"text": "The dam is safe.", column: value}])


def test_twin_columns_are_refused():
    with pytest.raises(InputError, match="two columns are named 'text'"):
        as_statements(pd.DataFrame([["x", "y"]], columns=["text", "text"]))


def test_a_pair_holds_statements():
    with pytest.raises(InputError, match="a pair's b must be a Statement, got str"):
        Pair(Statement("x"), "y")


@pytest.mark.parametrize("span", [5, (1,), "ab", (3, 1), (-1, 2), (0.5, 2)])
def test_a_span_is_two_places(span):
    with pytest.raises(InputError, match="span"):
        Statement("x", span=span)
