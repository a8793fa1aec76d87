"""Separated files as spreadsheets write them are read, or named as what they are."""

from __future__ import annotations

import pytest

from stancecheck import read_statements
from stancecheck.errors import InputError

EXPECTED = [("Safe, and sound.", "Council"), ("It is “not”.", "Mayor")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text;party\nSafe, and sound.;Council\nIt is “not”.;Mayor\n".encode()),
        ("a.csv", '"text";"party"\n"Safe, and sound.";"Council"\n"It is “not”.";"Mayor"\n'.encode()),
        ("a.csv", "sep=;\r\ntext;party\r\nSafe, and sound.;Council\r\nIt is “not”.;Mayor\r\n".encode()),
        ("a.csv", '\n\ntext,party\n"Safe, and sound.",Council\nIt is “not”.,Mayor\n'.encode()),
        ("a.csv", "text\tparty\nSafe, and sound.\tCouncil\nIt is “not”.\tMayor\n".encode()),
        ("a.tsv", "text\tparty\nSafe, and sound.\tCouncil\nIt is “not”.\tMayor\n".encode("utf-16")),
        ("a.csv", '\ufefftext,party\n"Safe, and sound.",Council\nIt is “not”.,Mayor\n'.encode()),
    ],
)
def test_forms_of_spreadsheets_are_read(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert [(s.text, s.party) for s in read_statements(tmp_path / name)] == EXPECTED


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("text,party\nDéjà vu,Mayor\n".encode("cp1252"), "Windows-1252"),
        (b'text,party\n"He said \\"no\\", twice",Mayor\n', "written twice"),
        (b"text,text\nx,y\n", "two columns are named 'text'"),
        (b"words\nx\n", "columns="),
    ],
)
def test_unreadable_file_kind_is_named(tmp_path, content, cause):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=cause):
        read_statements(tmp_path / "a.csv")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError, match="folder"):
        read_statements(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("a.jsonl", '{"text": "Déjà vu"}\n'.encode("cp1252"), "Windows-1252"),
        ("a.json", '[{"text": "Déjà vu"}]'.encode("cp1252"), "Windows-1252"),
        ("a.jsonl", '{"text": "Déjà vu"}\n'.encode("utf-16"), "UTF-16"),
    ],
)
def test_encoding_of_json_is_named(tmp_path, name, content, cause):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=cause):
        read_statements(tmp_path / name)


def test_json_array_in_utf_16_is_read(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "Déjà vu", "party": "A"}]', encoding="utf-16")
    assert read_statements(tmp_path / "a.json")[0].text == "Déjà vu"


def test_csv_of_blank_lines_is_empty(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\n \n\n")
    assert read_statements(tmp_path / "a.csv") == []
