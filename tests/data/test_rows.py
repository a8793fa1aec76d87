"""rows: any table becomes rows with their place; what is bad is named and nothing is lost."""

from __future__ import annotations

import gzip
import json

import pytest

from stancecheck.data.columns import pick_columns
from stancecheck.data.rows import BadRows, read_rows
from stancecheck.errors import InputError

ROWS = [{"text": "No raid took place, they say.", "party": "A"}, {"text": 'He said "no".\nTwice.', "party": "B"}]


def values(source):
    return [dict(row.values) for row in read_rows(source)]


def as_jsonl(rows):
    return "".join(json.dumps(r) + "\n" for r in rows)


def as_csv(rows, delimiter=","):
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, ["text", "party"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.jsonl", as_jsonl(ROWS)),
        ("rows.ndjson", as_jsonl(ROWS)),
        ("rows.json", json.dumps(ROWS)),
        ("rows.csv", as_csv(ROWS)),
        ("rows.tsv", as_csv(ROWS, "\t")),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_text_format_reads_the_same(tmp_path, name, content, zipped, mark):
    data = (mark + content).encode("utf-8")
    path = tmp_path / (name + (".gz" if zipped else ""))
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert values(path) == ROWS


def test_tables_in_memory_and_parquet_agree(tmp_path):
    import datasets
    import pandas as pd

    frame = pd.DataFrame(ROWS)
    frame.to_parquet(tmp_path / "rows.parquet")
    assert values(tmp_path / "rows.parquet") == ROWS
    assert values(frame) == ROWS
    assert values(datasets.Dataset.from_list(ROWS)) == ROWS


def test_missing_values_become_none():
    import pandas as pd

    assert values(pd.DataFrame([{"text": "x", "party": float("nan")}])) == [{"text": "x", "party": None}]


def test_bad_line_is_named_others_read(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"text": "one"}\n{"text": \n\n["list"]\n\xff\xfe\n{"text": "two"}\n')
    rows = list(read_rows(path))
    assert [r.location.rsplit(":", 1)[1] for r in rows] == ["1", "2", "4", "5", "6"]
    assert [r.problem is None for r in rows] == [True, False, False, False, True]


def test_extra_csv_cells_are_named_by_line(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text,party\n"two\nlines",A\nx,B,extra\n')
    good, bad = read_rows(path)
    assert good.values["text"] == "two\nlines"
    assert bad.location.endswith(":4")
    assert "expected 2 columns" in bad.problem


def test_open_quote_says_how_much_it_takes(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text,party\none,A\n"two,B\nthree,C\nfour,D\n')
    good, bad = read_rows(path)
    assert good.values == {"text": "one", "party": "A"}
    assert bad.location.endswith(":3")
    assert "never closed: it takes in all 3 line(s)" in bad.problem


def test_stray_quote_costs_its_row_alone(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text,party\n"a"b,A\nhe said "no",B\n"x""y",C\n')
    bad, *good = read_rows(path)
    assert "',' expected" in bad.problem
    assert [row.values["text"] for row in good] == ['he said "no"', 'x"y']


def test_csv_field_of_a_megabyte_is_read(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text\n" + "x" * 1_000_000 + "\n")
    assert len(values(path)[0]["text"]) == 1_000_000


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.xyz", b"", "ends in one of"),
        ("rows.json", b"{}", "JSON array"),
        ("rows.json", b"[" * 100_000, "not JSON"),
        ("rows.parquet", b"PAR1nonsense", "Parquet"),
        ("rows.jsonl.gz", b"not gzip", "cannot be read"),
        ("rows.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 9, mtime=0)[:-9], "cannot be read"),
        ("rows.csv", b"text\n\xff\xff\n", "UTF-8"),
        ("rows.csv", b'"te"xt,party\na,b\n', "the header is not CSV"),
    ],
)
def test_unreadable_file_is_an_input_error(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_rows(path))


def test_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_rows(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="expected a path"):
        read_rows(7)
    with pytest.raises(InputError, match="expected a path"):
        read_rows({"text": "one row, not a table"})
    assert [r.problem is not None for r in read_rows([{"text": "a"}, "b"])] == [False, True]


def test_first_known_column_name_is_used():
    names = {"text": ("text", "claim"), "party": ("party",)}
    assert pick_columns({"Claim": "c", " TEXT ": "t", "other": 1}, names) == {"text": "t"}


def test_bad_rows_are_summed_up():
    bad = BadRows()
    bad.raise_if_any(3)
    for i in range(7):
        bad.add(f"f:{i}", "broken")
    with pytest.raises(InputError, match=r"7 bad row\(s\) beside 3 good: f:0: broken.*and 2 more"):
        bad.raise_if_any(3)
