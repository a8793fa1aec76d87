"""The examples of README.md and docs/: run, and compared with what the pages say that they print.

    python -m tools.doc_examples              # write what is printed now into the pages
    python -m tools.doc_examples --check      # exit with 1 if a page says something else

A page's blocks are run in order, in an empty folder:

- a block with a `title` is a file; it is written under that name;
- `python` blocks share one namespace;
- in `shell` blocks, lines that begin with `stancecheck` are run;
- a `text` block after one of these holds what it prints. Words have to be the same, numbers within 0.02;
- a block after the line `<!-- not run -->` is left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOT_RUN = "<!-- not run -->\n"
WIDTH = "100"  # columns of the terminal that the pages show
_FENCE = re.compile(
    rf"(?P<not_run>{NOT_RUN})?^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?![\w])")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page.

    Attributes:
        language: As the fence names it.
        title: The name of the file that it shows, or None.
        code: What stands in it.
        run: Whether it may be run.
        line: Where the code begins in the page, counted from 1.
        place: Where the code begins and ends in the page, in characters.
    """

    language: str
    title: str | None
    code: str
    run: bool
    line: int
    place: tuple[int, int]


class ExampleError(Exception):
    """An example failed; the message names the page and the line."""


def pages() -> list[Path]:
    """README.md and the pages of docs/, without the notebooks."""
    return [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "notebooks" not in p.parts)]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(
            m["language"], m["title"], m["code"], m["not_run"] is None, text[: m.start("code")].count("\n") + 1, m.span("code")
        )
        for m in _FENCE.finditer(text)
    ]


def outputs(page: Path, folder: Path) -> list[tuple[Block, str]]:
    """Run a page's examples in a folder.

    Returns:
        Each block that says what is printed, with what is printed now.

    Raises:
        ExampleError: If an example fails.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed: str | None = None
    found = []
    with contextlib.chdir(folder):
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.title is not None:
                Path(block.title).write_text(block.code, encoding="utf-8")
            elif block.language == "text" and printed is not None and block.run:
                found.append((block, printed))
                printed = None
            elif block.language in ("python", "shell"):
                printed = _printed(block, page, namespace) if block.run else None
    return found


def _printed(block: Block, page: Path, namespace: dict[str, Any]) -> str:
    """What a block prints."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            if block.language == "python":
                code = "\n" * (block.line - 1) + block.code  # so that a traceback names the line of the page
                exec(compile(code, str(page), "exec"), namespace)
            else:
                for words in commands(block):
                    out.write(run_command(words, NO_COLOR="1", TERM="dumb"))
    except (Exception, SystemExit) as error:
        raise ExampleError(f"{page.relative_to(ROOT)}:{block.line}: {type(error).__name__}: {error}") from error
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def commands(block: Block) -> Iterator[list[str]]:
    """The words of each `stancecheck` command of a shell block, without that name."""
    for line in block.code.replace("\\\n", " ").splitlines():
        if line.startswith("stancecheck "):
            yield shlex.split(line, comments=True)[1:]


def run_command(words: list[str], **env: str) -> str:
    """What the command prints.

    Args:
        words: Its words, without its name.
        env: What the environment says of the terminal.

    Raises:
        ExampleError: If it fails.
    """
    from typer.testing import CliRunner

    from stancecheck.cli import app

    result = CliRunner(env={"COLUMNS": WIDTH, **env}).invoke(app, words)
    if result.exit_code != 0:
        raise ExampleError(
            f"stancecheck {' '.join(words)}: exit code {result.exit_code}: {result.output}{result.exception or ''}"
        )
    return result.stdout


def same(one: str, other: str) -> bool:
    """Whether two texts agree in their words, and in their numbers to 0.02."""
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    numbers = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(abs(float(x) - float(y)) <= 0.02 for x, y in numbers)


def refreshed(page: Path) -> str:
    """The page with what its examples print now, where that differs."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for block, now in reversed(outputs(page, Path(folder))):
            if not same(block.code, now):
                text = text[: block.place[0]] + now + text[block.place[1] :]
    return text


def main() -> None:
    """Write or check the pages that were named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", type=Path, help="all pages if none is named")
    parser.add_argument("--check", action="store_true", help="write nothing")
    given = parser.parse_args()
    os.environ.setdefault("TQDM_DISABLE", "1")
    stale, failed = [], 0
    for page in [path.resolve() for path in given.pages] or pages():
        try:
            now = refreshed(page)
        except ExampleError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        if now != page.read_text(encoding="utf-8"):
            stale.append(str(page.relative_to(ROOT)))
            if not given.check:
                page.write_text(now, encoding="utf-8")
    print(f"{'out of date' if given.check else 'updated'}: {', '.join(stale) or 'none'}")
    sys.exit(1 if failed or (given.check and stale) else 0)


if __name__ == "__main__":
    main()
