"""Files and folders of articles -> Statements: text, subtitles, and by their extras web pages, PDF and Word."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from stancecheck.attribution.article import Parties, read_article
from stancecheck.attribution.documents import DOCUMENTS, text_of
from stancecheck.data.dialects import encoding_of, not_utf_8
from stancecheck.data.rows import FORMATS
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError, MissingExtraError

__all__ = ["Article", "article_of", "article_paths", "read_articles"]

TEXTS = frozenset((".txt", ".md", ".text", ".srt", ".vtt"))
PAGES = frozenset((".html", ".htm", ".xhtml"))
READABLE = TEXTS | PAGES | DOCUMENTS.keys()


@dataclass(frozen=True, slots=True)
class Article:
    """An article's text and what its file says of it.

    Attributes:
        text: The plain text; spans of its statements count its characters.
        source: Who published it: a page's site, else the file's name.
        date: When, ISO 8601; None where the file does not say.
    """

    text: str
    source: str
    date: str | None = None


def read_articles(
    paths: Iterable[str | PathLike[str]],
    *,
    source: str | None = None,
    date: str | dt.date | None = None,
    parties: Parties | None = None,
    notes: list[str] | None = None,
    articles: list[Article] | None = None,
) -> list[Statement]:
    """The statements of several articles, file by file; what one party says in several of them comes together.

    The outlet's own account is the party named like its source: a page's site, else the file.

    Args:
        paths: Files, or folders whose files are read in order of their names: .txt, .md, .srt, .vtt, .html, .htm,
            .pdf, .docx.
        source: The outlet, over what the files say.
        date: When they were published, over what the files say.
        parties: See read_article.
        notes: See read_article; each line begins with the source.
        articles: A list to which each article is added as it was read.

    Raises:
        InputError: If a file is missing, is no UTF-8, or holds no article.
        MissingExtraError: If a web page, PDF or Word file is to be read and the extra for it is not installed.
    """
    found: list[Statement] = []
    for path in article_paths(paths):
        article = article_of(path)
        own: list[str] = []
        name = source or article.source
        if articles is not None:
            articles.append(replace(article, source=name))
        found.extend(read_article(article.text, source=name, date=date or article.date, parties=parties, notes=own))
        if notes is not None:
            notes.extend(f"{name}: {note}" for note in own)
    return found


def article_paths(paths: Iterable[str | PathLike[str]]) -> Iterator[Path]:
    """The files themselves, and those of folders that can be read, in order of their names.

    Raises:
        InputError: If there is no such file, or a folder holds none that can be read.
    """
    for given in map(Path, paths):
        if not given.is_dir():
            yield given
            continue
        inside = sorted(p for p in given.iterdir() if p.suffix.lower() in READABLE and p.is_file())
        if not inside:
            raise InputError(f"{given}: no article in this folder; expected files that end in {', '.join(sorted(READABLE))}")
        yield from inside


def article_of(path: Path) -> Article:
    """A file's article.

    Raises:
        InputError: If the file is missing, is neither UTF-8 nor UTF-16, is a table, or is a page without an article.
        MissingExtraError: If the extra that its kind needs is not installed.
    """
    if path.suffix.lower() in FORMATS:
        raise InputError(f"{path}: is a table, not an article; read it with read_statements, or with stancecheck compare")
    if path.suffix.lower() in DOCUMENTS and path.is_file():
        return Article(text_of(path), path.name)
    try:
        raw = path.read_bytes()
        text = raw.decode(encoding_of(raw)).replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: {not_utf_8(error)}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    if "\0" in text:
        raise InputError(f"{path}: holds no plain text; save it as text, or as a web page")
    return _of_page(path, text) if path.suffix.lower() in PAGES else Article(text, path.name)


def _of_page(path: Path, page: str) -> Article:
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError(
            f"{path}: reading web pages needs trafilatura: pip install 'stancecheck[articles]', or save the page as text"
        ) from None
    found = trafilatura.extract(page, output_format="json", with_metadata=True, include_comments=False, include_tables=False)
    read: dict[str, Any] = json.loads(found) if found else {}
    text = read.get("text") or ""
    if not text.strip():
        raise InputError(f"{path}: no article found in this page; save its text as .txt")
    return Article(text, read.get("source-hostname") or read.get("hostname") or path.name, read.get("date"))
