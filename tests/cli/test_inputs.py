"""cli.inputs: files, folders and standard input are read; what cannot be is refused in options' words, before a model loads."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from stancecheck import Statement, cli
from stancecheck.cli import commands
from stancecheck.cli.inputs import read_files, renamed
from stancecheck.cli.outputs import check_outputs
from stancecheck.errors import InputError
from tests.fakes import fake_checker

ROWS = [
    {"text": "the cat was it", "party": "Council"},
    {"text": "the cat was not it", "party": "Mayor"},
    {"text": "a dog is one", "party": "Mayor"},
]


@pytest.fixture
def run(monkeypatch, capsys):
    """The command in this process, with a model that needs no weights."""
    monkeypatch.setattr(commands, "_load", lambda *_: fake_checker())

    def run(*args: str, stdin: str = ""):
        monkeypatch.setattr(sys, "argv", ["stancecheck", *args])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin.encode())))
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out = capsys.readouterr()
        return stopped.value.code or 0, out.out, out.err

    return run


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "one.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    (tmp_path / "two.csv").write_text("text;party\nthe cat was not it;Mayor\na dog is one;Mayor\n")
    (tmp_path / "notes.txt").write_text("not a table")
    return tmp_path


def test_folders_files_and_stdin_are_read(run, folder):
    expected = [(row["text"], row["party"]) for row in ROWS]
    for places in ([str(folder)], [str(folder / "one.jsonl"), str(folder / "two.csv")]):
        assert [(s.text, s.party) for s in read_files(places, columns={})] == expected
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    for stdin in (lines, json.dumps(ROWS), "text,party\n" + "".join(f"{r['text']},{r['party']}\n" for r in ROWS)):
        code, out, err = run("compare", "-", "--jsonl", "-", "--exhaustive", "--no-explain", stdin=stdin)
        assert (code, err) == (0, "")
        judged = [json.loads(line) for line in out.splitlines()]
        assert [(j["a"]["party"], j["b"]["party"]) for j in judged] == [("Council", "Mayor")] * 2


def test_other_files_of_a_folder_are_left(folder):
    (folder / "two.csv").rename(folder / "TWO.CSV")
    (folder / "old.csv.bak").write_text("text,party")
    with gzip.open(folder / "zipped.jsonl.gz", "wt") as out:
        out.write(json.dumps(ROWS[0]))
    assert sorted(s.text for s in read_files([str(folder)], columns={})) == sorted(
        [*(r["text"] for r in ROWS), ROWS[0]["text"]]
    )


def test_standard_output_holds_json_alone(run, folder, tmp_path):
    (tmp_path / "gold.jsonl").write_text('{"a": "the cat was it", "b": "the cat was not it", "label": "contradict"}\n')
    article = "The mayor said the dam was safe. The council said it was not."
    compared = ("compare", str(folder / "one.jsonl"), str(folder / "two.csv"), "--gold", str(tmp_path / "gold.jsonl"))
    for args in (compared, ("read", "-")):
        code, out, err = run(*args, "--jsonl", "-", "--csv", str(tmp_path / "out.csv"), "--no-explain", stdin=article)
        assert code == 0
        assert all(json.loads(line)["stance"] for line in out.splitlines())
        assert "out.csv" in err


def test_standard_input_is_named_as_such(run, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, _, err = run("compare", "-", stdin="text,party\na,b\nc\n")
    assert code == 2
    assert "standard input:3: expected 2 columns" in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["compare", "read"])
def test_no_input_is_overwritten(run, folder, command):
    (folder / "a.txt").write_text("The mayor said no.")
    target = {"compare": ("{folder}/two.csv", "--csv"), "read": ("{folder}/a.csv", "--statements")}[command]
    path = target[0].format(folder=folder)
    code, _, err = run(command, path, target[1], str(folder / "." / Path(path).name))
    assert code == 2
    assert "would be overwritten" in " ".join(err.split())


def test_read_has_filters_and_exports(run, tmp_path):
    article = "The mayor said the dam was safe. The council said the dam was not safe. The union said it rained."
    out, notes = tmp_path / "out.csv", tmp_path / "notes.md"
    args = ("--csv", str(out), "--markdown", str(notes), "--only", "agree", "--top-k", "1", "--min-confidence", "1")
    assert run("read", "-", *args, "--no-explain", stdin=article)[0] == 0
    assert len(out.read_text().splitlines()) == 1
    assert notes.read_text().startswith("# ")


def test_read_refuses_a_party_of_nobody(run):
    article = "The mayor said the dam was safe. The council said it was not."
    code, _, err = run("read", "-", "--party", "Meyer=City", stdin=article)
    assert code == 2
    assert "no statement has the party or speaker 'Meyer'" in err
    assert run("read", "-", "--party", "mayor=City", "--no-explain", stdin=article)[0] == 0
    _, out, _ = run("read", "-", "--party", "mayor=City", "--party", "council=City", "--no-explain", stdin=article)
    assert "a party is not compared with itself." in " ".join(out.split())


def test_only_and_min_confidence_filter(run, folder, tmp_path):
    out = tmp_path / "out.csv"
    assert run("compare", str(folder), "--exhaustive", "--only", "contradict", "--csv", str(out), "--no-explain")[0] == 0
    assert len(out.read_text().splitlines()) == 2
    assert run("compare", str(folder), "--min-confidence", "2")[0] == 2
    assert run("compare", str(folder), "--only", "maybe")[0] == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--html", "{folder}"), "is a folder"),
        (("--html", "{folder}/none/a.html"), "no folder"),
        (("--jsonl", "{folder}/a.txt"), "--jsonl: expected a file that ends in .jsonl"),
        (("--csv", "{folder}/a.html"), "--csv"),
        (("--party", "Council"), "NAME=PARTY"),
        (("--party", "Counsel=City"), "no statement has"),
        (("--text-column", "words"), "--text-column"),
    ],
)
def test_bad_input_exits_2_before_loading(run, folder, monkeypatch, args, words):
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(commands, "_load", never)
    code, _, err = run("compare", str(folder), *(a.format(folder=folder) for a in args))
    assert code == 2
    assert words in " ".join(err.split())


@pytest.mark.parametrize("content", ["", "text,party\n"])
def test_an_empty_file_says_so(run, tmp_path, content):
    (tmp_path / "a.csv").write_text(content)
    code, _, err = run("compare", str(tmp_path / "a.csv"))
    assert (code, "no statements" in err) == (2, True)


def test_single_party_is_an_early_error(run, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "the cat", "party": "A"}\n{"text": "a dog", "party": "a "}\n')
    code, _, err = run("compare", str(path))
    assert code == 2
    assert "--party-column" in err
    assert run("compare", str(path), "--same-party", "--no-explain")[0] == 0


def test_bad_rows_are_named_or_skipped(run, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "{broken\n")
    code, _, err = run("compare", str(path))
    assert code == 2
    assert "--skip-bad" in err
    assert "skip_bad" not in err
    assert run("compare", str(path), "--skip-bad", "--no-explain")[0] == 0


def test_parties_merge_by_name_or_speaker():
    said = [Statement("x", party="City Council"), Statement("y", speaker="Olden"), Statement("z", party="Mayor")]
    assert [s.party for s in renamed(said, ["city council=City", "Olden=Mayor"])] == ["City", "Mayor", "Mayor"]


def test_check_json_and_version(run):
    code, out, _ = run("check", "the cat", "the cat was", "--json")
    assert (code, set(json.loads(out)) >= {"stance", "scores", "notes"}) == (0, True)
    assert run("--version")[1].strip()


def test_article_is_read_from_stdin(run, tmp_path):
    code, out, _ = run("read", "-", "--no-explain", stdin="The mayor said the dam was safe. The council said it was not.")
    assert code == 0
    assert "council" in out.lower()
    assert run("read", "-", stdin=" ")[0] == 2
    with pytest.raises(InputError, match="no file in this folder"):
        read_files([str(tmp_path)], columns={})
    check_outputs({"--jsonl": (Path("-"), (".jsonl",)), "--html": (tmp_path / "a.html", (".html",))})


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("compare", "{folder}", "--gold", "{folder}/none.jsonl"), "no such file"),
        (("compare", "{folder}", "--gold", "{folder}/bad.jsonl"), "label: expected"),
        (("compare", "{folder}", "--top-k", "0"), "--top-k"),
        (("compare", "{folder}/one.jsonl"), "one statement alone"),
        (("compare", "{folder}/two.csv", "--party-column", "prty"), "--party-column 'party'"),
        (("evaluate", "{folder}/pairs.csv", "--json", "{folder}"), "--json: "),
        (("evaluate", "{folder}/pairs.csv", "--json", "{folder}/a.txt"), "ends in .json"),
        (("read", "{folder}/notes.txt", "--statements", "{folder}/a.html"), "--statements: "),
        (("read", "{folder}/blank.txt"), "nothing to compare"),
    ],
)
def test_paths_are_checked_first(run, folder, monkeypatch, args, words):
    (folder / "bad.jsonl").write_text('{"a": "x", "b": "y", "label": "maybe"}\n') if "--gold" in args else None
    (folder / "pairs.csv").write_text("a,b,label\nx,y,agree\n") if "evaluate" in args else None
    (folder / "blank.txt").write_text("\n")
    monkeypatch.setattr(commands, "_load", lambda *_: pytest.fail("a model was loaded"))
    code, _, err = run(*(arg.format(folder=folder) for arg in args))
    assert code == 2
    assert words in " ".join(err.split())
    assert "=True" not in err


def test_notes_speak_of_options(run, tmp_path):
    rows = [{**ROWS[0], "date": "05/12/2031"}, ROWS[1]]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, out, err = run("compare", str(tmp_path / "a.jsonl"), "--no-explain")
    assert code == 0
    assert "give --day-first or --month-first" in err
    assert "give --day-first or --month-first" in " ".join(out.split())
    assert "day_first" not in out + err


def test_warnings_are_one_line(run, tmp_path):
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "{broken\n")
    _, _, err = run("compare", str(tmp_path / "a.jsonl"), "--skip-bad", "--no-explain")
    assert err.startswith("stancecheck: 1 bad row(s)")
    assert "Warning" not in err
