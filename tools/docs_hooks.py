"""What MkDocs calls while it builds the site: files from elsewhere in the repository, and the reference of the command.

`<!-- include: PATH -->` puts a Markdown file of the repository into a page. Its links are led to the page that includes
their target, or to the repository.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from typer.cli import get_docs_for_click
from typer.main import get_command

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = "https://github.com/stancecheck/stancecheck/blob/main/"
COMMANDS = "<!-- made from the command -->"
_INCLUDE = re.compile(r"<!-- include: (\S+) -->")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with what it includes."""
    whole_page = _INCLUDE.sub("", markdown).strip() == ""
    made = _INCLUDE.sub(lambda m: included(m[1], level=0 if whole_page else 1), markdown)
    return made.replace(COMMANDS, command_reference()) if COMMANDS in made else made


def included(path: str, *, level: int) -> str:
    """A Markdown file of the repository as a part of a page.

    Args:
        path: From the repository's root.
        level: How far its headings move down.
    """
    text = re.sub(r"\A---\n.*?\n---\n", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
    folder = PurePosixPath(path).parent
    text = _LINK.sub(lambda m: f"]({_led(posixpath.normpath(folder / m[1]))}{m[2] or ''})", text)
    return re.sub(r"^(?=#+ )", "#" * level, text, flags=re.MULTILINE) if level else text


def _led(target: str) -> str:
    """Where a link of an included file goes: to a page at the top of the site, else to the repository."""
    if target in _pages():
        return _pages()[target]
    return target.removeprefix("docs/") if target.startswith("docs/") else REPOSITORY + target


@cache
def _pages() -> dict[str, str]:
    """The pages at the top of the site by the file that they include."""
    return {path: page.name for page in (ROOT / "docs").glob("*.md") for path in _INCLUDE.findall(page.read_text("utf-8"))}


def command_reference() -> str:
    """Every command of `stancecheck` with its arguments and options, as Markdown."""
    import click

    from stancecheck.cli import app

    command = get_command(app)
    with click.Context(command, info_name="stancecheck") as context:
        made = get_docs_for_click(obj=command, ctx=context, name="stancecheck")
    return re.sub(r"^# .*\n", "", made, count=1)
