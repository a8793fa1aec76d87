"""What MkDocs calls while it builds the site: the command reference is made from the command itself."""

from __future__ import annotations

import re
from typing import Any

from typer.cli import get_docs_for_click
from typer.main import get_command

PLACE = "<!-- made from the command -->"
REPOSITORY = "https://github.com/stancecheck/stancecheck/blob/main/"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the command reference in its place, and lead links out of the site to the repository."""
    if PLACE in markdown:
        markdown = markdown.replace(PLACE, command_reference())
    return markdown


def command_reference() -> str:
    """Every command of `stancecheck` with its arguments and options, as Markdown."""
    import click

    from stancecheck.cli import app

    command = get_command(app)
    with click.Context(command, info_name="stancecheck") as context:
        made = get_docs_for_click(obj=command, ctx=context, name="stancecheck")
    return re.sub(r"^# .*\n", "", made, count=1)
