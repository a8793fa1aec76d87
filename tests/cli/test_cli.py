"""cli: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from stancecheck import cli, read_statements


def command(*args: str, width: str = "120"):
    env = {"COLUMNS": width, "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1"}
    return subprocess.run([sys.executable, "-m", "stancecheck", *args], capture_output=True, text=True, env=env)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in this process: quicker than a fresh one."""

    def run(*args: str):
        monkeypatch.setattr(sys, "argv", ["stancecheck", *args])
        monkeypatch.setenv("COLUMNS", "120")
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out = capsys.readouterr()
        return stopped.value.code or 0, out.out, out.err

    return run


@pytest.fixture
def statements(tmp_path):
    path = tmp_path / "statements.jsonl"
    rows = [
        {"text": "Our jets struck the camp on Saturday.", "party": "President", "date": "2031-05-12"},
        {"text": "The camp was not struck on Saturday.", "party": "Ministry"},
        {"text": "\x1b[2JThe harvest <b>was</b> good.", "party": "Ministry"},
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return str(path)


def test_check_prints_stance_and_exit_code(run):
    pair = ("The camp was struck on Saturday.", "The camp was not struck on Saturday.")
    code, out, _ = run("check", *pair)
    assert code == 0
    assert "contradict" in out.splitlines()[0]
    assert run("check", *pair, "--fail-on", "contradict")[0] == 1
    assert run("check", pair[0], pair[0], "--fail-on", "contradict")[0] == 0


def test_compare_prints_and_writes_a_report(run, statements, tmp_path):
    page, lines = tmp_path / "r.html", tmp_path / "r.jsonl"
    code, out, _ = run("compare", statements, "--html", str(page), "--jsonl", str(lines))
    assert code == 0
    assert "The camp was not struck" in out
    assert "\x1b[2J" not in out
    assert len(lines.read_text().splitlines()) == 2
    assert "<b>was</b>" not in page.read_text()
    assert run("compare", statements, "--fail-on", "contradict")[0] == 1


def test_model_says_what_is_loaded(run):
    code, out, _ = run("model")
    assert code == 0
    for word in ("stancecheck-mini", "entailment", "licence", "sha256"):
        assert word in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["check", "a", " "], "blank"),
        (["check", "a", "b", "--model", "/none"], "no model"),
        (["check", "a", "b", "--fail-on", "agree"], "contradict"),
        (["check", "a", "b", "--backend", "x"], "backend"),
        (["compare", "/none.jsonl"], "no such file"),
        (["compare"], "Missing argument"),
    ],
)
def test_bad_use_exits_2_with_one_message(run, args, message):
    code, _, err = run(*args)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_bad_lines_of_a_file_are_named(run, tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "fine"}\n{"text": ""}\n')
    code, _, err = run("compare", str(path))
    assert code == 2
    assert "bad.jsonl:2" in err.replace("\n", "")


def test_the_installed_command_runs(statements):
    done = command("compare", statements)
    assert done.returncode == 0, done.stderr
    assert "contradict" in done.stdout.lower()


def test_read_output_is_read_by_compare(run, tmp_path):
    (tmp_path / "a.txt").write_text("The water board denied that the dam had failed.")
    (tmp_path / "b.txt").write_text("The union said that the dam had failed.")
    table = tmp_path / "out.csv"
    code, out, _ = run("read", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--statements", str(table))
    assert code == 0
    assert "2 statements" in out
    found = read_statements(table)
    assert [(s.party, s.commitment, s.source) for s in found] == [
        ("water board", "denies", "a.txt"),
        ("union", "asserts", "b.txt"),
    ]
