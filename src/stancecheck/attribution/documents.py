"""The text of PDF and Word files, a paragraph a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from stancecheck.errors import InputError, MissingExtraError

__all__ = ["DOCUMENTS", "text_of"]

DOCUMENTS: Mapping[str, str] = {".pdf": "pypdf", ".docx": "python-docx"}
"""By ending, the package that reads it."""

_CLOSES = re.compile(r"[.!?:…][\"”’»)]?$")
_FULL = 0.8  # of the longest line: a shorter line that closes a sentence is a paragraph's last


def text_of(path: Path) -> str:
    """The text of a PDF or Word file, in which each paragraph is a line.

    Raises:
        InputError: If the file is damaged, or holds no text (a scan).
        MissingExtraError: If the package that reads it is not installed.
    """
    ending = path.suffix.lower()
    try:
        text = _of_pdf(path) if ending == ".pdf" else _of_word(path)
    except ImportError:
        raise MissingExtraError(
            f"{path}: reading {ending} needs {DOCUMENTS[ending]}: pip install 'stancecheck[documents]', or save it as text"
        ) from None
    except Exception as error:  # pypdf and python-docx raise what their parts raise
        raise InputError(f"{path}: cannot be read as {ending} ({type(error).__name__}: {error})") from error
    if not text.strip():
        raise InputError(f"{path}: holds no text; is it a scan? Read it with a program for that and save the text as .txt")
    return text


def _of_pdf(path: Path) -> str:
    import pypdf

    pages = (page.extract_text() for page in pypdf.PdfReader(path).pages)
    return _paragraphs("\n".join(pages).splitlines())


def _of_word(path: Path) -> str:
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def _paragraphs(lines: list[str]) -> str:
    """Lines that a page's width broke, joined again."""
    longest = max(map(len, lines), default=0)
    made: list[str] = []
    goes_on = False
    for line in (line.strip() for line in lines):
        if line and goes_on and made[-1].endswith("-") and line[0].islower():
            made[-1] = made[-1][:-1] + line
        elif line and goes_on:
            made[-1] += f" {line}"
        elif line:
            made.append(line)
        goes_on = bool(line) and not (_CLOSES.search(line) and len(line) < _FULL * longest)
    return "\n".join(made)
