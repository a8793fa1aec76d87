"""Several articles, folders and web pages are read together, each with its source and date."""

from __future__ import annotations

import builtins
import sys

import pytest

from stancecheck import read_statements
from stancecheck.attribution import read_articles
from stancecheck.attribution.files import article_of
from stancecheck.errors import InputError, MissingExtraError

PAGE = """<html><head><title>Dam</title><meta property="og:site_name" content="The Post">
<meta property="article:published_time" content="2024-05-14"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Dam row grows</h1><p>The water board said on Monday that the dam was safe and that no crack had been found.</p>
<p>The engineers' union said that its members had seen a crack in the wall in March, and that nobody had answered.</p></article>
<footer>Cookies and terms</footer></body></html>"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text("The water board said that the dam was safe.")
    (tmp_path / "b.txt").write_text("The water board said that no crack had been found. It rained.")
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8")
    return tmp_path


def test_articles_share_parties_by_name(folder):
    found = read_articles([folder], date="2031-05-14")
    assert [(s.party, s.source) for s in found] == [("water board", "a.txt"), ("water board", "b.txt"), ("b.txt", "b.txt")]
    assert {s.date for s in found} == {"2031-05-14"}


def test_notes_name_their_file(folder):
    (folder / "a.txt").write_text("Dam Minister Ida Vold said that the dam was safe.")
    notes: list[str] = []
    read_articles([folder / "a.txt", folder / "b.txt"], notes=notes)
    assert any(n.startswith("a.txt: 'Ida Vold' was taken for Dam Ministry") for n in notes)


def test_unreadable_articles_are_named(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.txt").write_bytes("Übung".encode("latin-1"))
    problems = {"none.txt": "no such file", "empty": "no article in this folder", "old.txt": "Windows-1252"}
    for path, problem in problems.items():
        with pytest.raises(InputError, match=problem):
            read_articles([tmp_path / path])


def test_web_page_gives_article_site_date(tmp_path):
    pytest.importorskip("trafilatura")
    (tmp_path / "dam.html").write_text(PAGE)
    found = read_articles([tmp_path])
    assert {s.party for s in found if s.cue} == {"water board", "engineers' union"}
    assert {(s.source, s.date) for s in found} == {("The Post", "2024-05-14")}
    assert not any("Cookies" in s.text or "Home" in s.text for s in found)


def test_web_page_names_the_missing_extra(tmp_path, monkeypatch):
    (tmp_path / "dam.html").write_text(PAGE)
    real = builtins.__import__

    def without(name, *rest):
        if name == "trafilatura":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancecheck\[articles\]'"):
        read_articles([tmp_path / "dam.html"])


def test_commitment_column_is_read_back(tmp_path):
    table = tmp_path / "s.csv"
    table.write_text("party,commitment,text\nA,denies,It rained.\nB,strong,It snowed.\n")
    assert [s.commitment for s in read_statements(table)] == ["denies", None]


def test_utf_16_is_read_tables_refused(tmp_path):
    (tmp_path / "wide.txt").write_text("The mayor said\nthat the dam was safe.", encoding="utf-16")
    assert article_of(tmp_path / "wide.txt").text == "The mayor said\nthat the dam was safe."
    (tmp_path / "table.csv").write_text("text,party\nx,A\n")
    (tmp_path / "raw.bin").write_bytes(b"PK\x03\x00")
    for name, problem in (("table.csv", "stancecheck compare"), ("raw.bin", "no plain text")):
        with pytest.raises(InputError, match=problem):
            article_of(tmp_path / name)


def _pdf(lines):
    """The bytes of a one-page PDF with these lines."""
    drawn = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 11 Tf 50 750 Td {drawn}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(made)
    return made + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def test_pdf_lines_become_paragraphs(tmp_path):
    pytest.importorskip("pypdf")
    lines = [
        "The water board said on Monday that the dam was",
        "safe and that no crack was found.",
        "The union said that it was not.",
    ]
    (tmp_path / "dam.pdf").write_bytes(_pdf(lines))
    texts = []
    found = read_articles([tmp_path], articles=texts)
    assert texts[0].text == f"{lines[0]} {lines[1]}\n{lines[2]}"
    assert [(s.party, s.source) for s in found] == [("water board", "dam.pdf"), ("union", "dam.pdf")]


def test_word_file_is_read_by_paragraph(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("The water board said that the dam was safe.")
    document.save(str(tmp_path / "dam.docx"))
    assert [(s.party, s.text) for s in read_articles([tmp_path])] == [("water board", "The dam was safe.")]


@pytest.mark.parametrize(("name", "package"), [("a.pdf", "pypdf"), ("a.docx", "docx")])
def test_document_names_the_missing_extra(tmp_path, monkeypatch, name, package):
    (tmp_path / name).write_bytes(b"")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"stancecheck\[documents\]"):
        read_articles([tmp_path / name])


def test_damaged_document_is_named(tmp_path):
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    with pytest.raises(InputError, match=r"a\.pdf: cannot be read as \.pdf"):
        read_articles([tmp_path / "a.pdf"])
