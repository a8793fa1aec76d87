"""Articles as the page shows them: their text, and where each statement stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancecheck.data.statements import Statement
from stancecheck.report.render.clean import clean, clean_lines, utf16_offsets

__all__ = ["placed"]


def placed(articles: Mapping[str, str], statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Each article's text with the places of its statements, for the page's script.

    Args:
        articles: By source, the text that its statements were read from.
        statements: In the order in which the page numbers them.

    Returns:
        A row an article; ``places`` holds start and end in UTF-16 units, and the statement's number.
    """
    return [
        {
            "source": clean(source),
            "text": clean_lines(text),
            "places": [
                [*utf16_offsets(text, list(statement.span)), number]
                for number, statement in enumerate(statements)
                if statement.source == source and statement.span and 0 <= statement.span[0] < statement.span[1] <= len(text)
            ],
        }
        for source, text in articles.items()
    ]
