"""Texts, tables and spoilt bytes made from a random source, as hostile as other people's can be."""

from __future__ import annotations

import csv
import io
import json
import random
import tempfile
from functools import cache
from pathlib import Path

PIECES = (
    *"ab.,;:!?'\"<>&/\\{}[]()%$#@`~^|-_=+\t\n\r 0179",
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x85\x9b\xa0\xad",
    *"\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffd\ufffe\ufff9",
    *"é\u0301ßİıŁ“”„‘’«»…—日本語。הםعربيहि🙂🏳\ufe0f👩\U0010ffff\U000e0041",
    *("the minister said that ", "Nobody was hurt. ", "not ", "No strikes took place", "according to ", 'he said, "', "denied"),
    *("<script>alert(1)</script>", "</script>", "<!--", "-->", "<img src=x onerror=alert(1)>", "javascript:", "&lt;", "]]>"),
    *(
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "=1+1",
        "{{7*7}}",
        "${x}",
        "%s%n",
        "../../etc",
        "NaN",
        "null",
        "[MASK]",
        "[SEP]",
    ),
)
LONGEST_MESSAGE = 4000  # characters of an error's message
SURROGATES = ("\ud800", "\udfff", "\ud83d", "x\udcff")


def text(r: random.Random, *, surrogates: bool = True) -> str:
    """Any text: mostly short and strange, now and then blank, long, or not Unicode."""
    kind = r.randrange(40)
    if kind == 0:
        return r.choice(("", " ", "\n\t", "\u3000", "\u200b"))
    if kind == 1:
        return r.choice(PIECES) * r.choice((100, 3000))
    if kind == 2 and surrogates:
        return r.choice(PIECES) + r.choice(SURROGATES)
    if kind == 3:
        return "".join(chr(c) for c in (r.randrange(0x110000) for _ in range(6)) if not 0xD800 <= c < 0xE000)
    return "".join(r.choice(PIECES) for _ in range(r.randrange(1, 12)))


def table(r: random.Random) -> tuple[str, bytes, list[str]]:
    """A file's ending, its bytes, and the texts that it holds."""
    texts = [t for t in (text(r, surrogates=False) for _ in range(r.randrange(1, 5))) if t.strip()]
    ending = r.choice((".jsonl", ".json", ".csv", ".tsv", ".ndjson"))
    if ending in (".csv", ".tsv"):
        out = io.StringIO()
        csv.writer(out, delimiter="\t" if ending == ".tsv" else ",").writerows(
            [["text", "a", "b"], *([t, t, "x"] for t in texts)]
        )
        content = out.getvalue()
    else:
        rows = [{"text": t, "a": t, "b": "x"} for t in texts]
        ascii_only = bool(r.randrange(2))
        content = "".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows)
        if ending == ".json":
            content = json.dumps(rows, ensure_ascii=ascii_only)
    return ending, (("\ufeff" if r.randrange(4) == 0 else "") + content).encode("utf-8"), texts


def spoilt(r: random.Random, data: bytes, *, packed: bool = False) -> bytes:
    """The bytes with something wrong: cut, changed, another encoding, deep or endless."""
    place = r.randrange(len(data) + 1)
    kind = r.randrange(9)
    if kind == 0 or (packed and kind == 2):
        return data[:place]
    if kind == 1:
        return data[:place] + bytes(r.randrange(256) for _ in range(3)) + data[place:]
    if kind == 2:
        return data.decode("utf-8").encode(r.choice(("utf-16", "utf-32", "utf-16-le")))
    if kind == 3:
        return data[:place] + r.choice(
            (b'"', b"'", b",", b"\n", b"\r", b"\x00", b"\\", b"{", b"[", b"\xff\xfe", b"\xed\xa0\x80")
        )
    if kind == 4:
        return r.choice((b"[", b'{"text":')) * r.choice((10, 5000)) + data
    if kind == 5:
        return (
            b'{"text": '
            + r.choice((b"1" * 5000, b"NaN", b"1e999", b'{"a": 1}', b'["x"]', b"null", b"true", b'"\\ud800"'))
            + b"}\n"
        )
    if kind == 6:
        return data[place:] + data[:place]
    if kind == 7:
        return r.choice(
            (b"", b"\n\n\n", b"text\n", b"text,text\na,b\n", b"\xef\xbb\xbf", b'{"TEXT": "x", "text": "y"}\n', b"x" * 100_000)
        )
    return bytes(r.randrange(256) for _ in range(r.randrange(40)))


def check_words(error: Exception, named: str = "") -> None:
    message = str(error)
    assert named in message, f"expected {named!r} in {message!r}"
    assert len(message) < LONGEST_MESSAGE, f"a message of {len(message)} characters"


@cache
def folder_for_files() -> Path:
    return Path(tempfile.mkdtemp(prefix="stancecheck-fuzz-"))
