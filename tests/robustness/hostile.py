"""Hostile inputs and what must hold for each: shared by test_hostile.py (5,000 in CI) and fuzz.py (200,000 by hand).

A target makes one input from a random source, runs it, and raises AssertionError if the answer is wrong. Errors of the tree are
right answers where the input is bad; anything else that is raised is a finding.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import random
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from stancecheck import Pair, StanceChecker, Statement, read_statements
from stancecheck.attribution import read_article
from stancecheck.errors import InputError
from stancecheck.evaluation import read_pairs
from stancecheck.models.bundle import load_tokenizer
from stancecheck.models.tokens import Batch, PairTokenizer
from tests.fakes import FakeModel
from tests.robustness import hostile_reading
from tests.robustness.hostile_inputs import check_words, folder_for_files, spoilt, table, text
from tests.robustness.hostile_models import model_folder

SECONDS = 10  # of CPU for one input


def usable(value: Any) -> bool:
    """Whether a statement can have this text."""
    if isinstance(value, Statement):
        return True
    return isinstance(value, str) and bool(value.strip()) and not re.search("[\ud800-\udfff]", value)


@cache
def checker(tokenizer: str = "words") -> StanceChecker:
    """A checker without weights; with the shipped model's tokenizer, which normalises Unicode."""
    model = FakeModel()
    if tokenizer == "mini":
        from stancecheck.models.folders import find_folder

        folder = find_folder("stancecheck-mini", revision=None, local_files_only=True, files=())
        model.embeddings = _hashed  # the fake's own knows its own words alone
        model.tokenizer = PairTokenizer(load_tokenizer(folder), max_tokens=64, pad_id=0)
    return StanceChecker(model)


def _hashed(batch: Batch) -> Any:
    out = np.ones((len(batch.rows), 16), dtype=np.float32)
    for row, ids in enumerate(batch.input_ids):
        np.add.at(out[row], ids % 16, 1)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def _pair_like(r: random.Random) -> tuple[Any, bool]:
    """Something that may be a pair, and whether it is one."""
    kind = r.randrange(24)
    if kind == 0:
        bad = (
            None,
            7,
            "ab",
            ("a",),
            ("a", "b", "c"),
            {"a": "x"},
            {},
            (1, 2),
            ("a", None),
            ("a", b"b"),
            float("nan"),
            {"b": ["x"]},
        )
        return r.choice(bad), False
    a, b = text(r), text(r)
    right = usable(a) and usable(b)
    if kind == 1 and right:
        return Pair(Statement(a, party=b), Statement(b, id=a)), True
    return ({"a": a, "b": b, "other": None} if kind == 2 else [a, b] if kind == 3 else (a, b)), right


def _texts_of(pair: Any) -> tuple[str, str]:
    if isinstance(pair, Pair):
        return pair.a.text, pair.b.text
    return (pair["a"], pair["b"]) if isinstance(pair, dict) else tuple(pair)


def pairs(r: random.Random) -> None:
    """check_pairs and stream_pairs: all rows in order, or an error that names the first bad one."""
    made = [_pair_like(r) for _ in range(r.randrange(0, 6))]
    given = [pair for pair, _ in made]
    judge = checker(r.choice(("words", "mini")))
    wrong = [index for index, (_, right) in enumerate(made) if not right]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judged = judge.check_pairs(given) if r.randrange(2) else list(judge.stream_pairs(iter(given)))
    except InputError as error:
        check_words(error, f"pair {wrong[0]}" if wrong else "(no error, as all pairs are good)")
        return
    assert not wrong, f"pair {wrong[0]} was taken: {given[wrong[0]]!r}"
    assert [(j.a.text, j.b.text) for j in judged] == [_texts_of(p) for p in given]
    assert all(abs(sum(j.scores.values()) - 1) < 1e-9 for j in judged)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}
        self.handlers = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        self.handlers += sum(name.startswith("on") for name, _ in attrs)


@cache
def _tags_of_plain_report() -> tuple[int, int]:
    parser = _Tags()
    parser.feed(checker().compare([Statement("the cat", party="A"), Statement("a dog", party="B")]).to_html())
    return parser.seen.get("script", 0), parser.seen.get("img", 0)


def report(r: random.Random) -> None:
    """compare and everything that shows or exports: nothing of a text steers a terminal or becomes a tag; exports read back."""
    statements = []
    for _ in range(r.randrange(0, 5)):
        values = [text(r, surrogates=False) for _ in range(4)]
        if usable(values[0]):
            statements.append(Statement(values[0], party=r.choice((None, values[1], "A")), speaker=values[2], date=values[3]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = checker("mini").compare(statements, exhaustive=bool(r.randrange(2)))
    assert sorted(json.loads(line)["a"]["text"] for line in made.to_jsonl().split("\n")[:-1]) == sorted(j.a.text for j in made)
    flat = list(csv.DictReader(io.StringIO(made.to_csv(), newline="")))
    # A cell that a spreadsheet would compute has an apostrophe before it.
    assert sorted(row["text_b"].removeprefix("'") for row in flat) == sorted(j.b.text.removeprefix("'") for j in made)
    shown = str(made)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    page = made.to_html(title=text(r, surrogates=False))
    parser = _Tags()
    parser.feed(page)
    assert (parser.seen.get("script", 0), parser.seen.get("img", 0), parser.handlers) == (*_tags_of_plain_report(), 0)
    for markup in (page, made._repr_html_()):
        assert not re.search("[\x00-\x08\x0b\x0e-\x1f]", markup)
        markup.encode("utf-8")


def _read(reader: Callable[..., list[Any]], path: Path, *, skip_bad: bool) -> list[Any] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return reader(path, skip_bad=skip_bad)
    except InputError as error:
        check_words(error)
        return None


def tables(r: random.Random) -> None:
    """read_statements and read_pairs: a sound file is read whole and in order; a spoilt one is read or refused in words."""
    ending, data, texts = table(r)
    bad = r.randrange(3) > 0
    if bad:
        data = spoilt(r, data)
    zipped = r.randrange(5) == 0
    if zipped:
        data = gzip.compress(data, 1)
        if bad and r.randrange(2):
            data = spoilt(r, data, packed=True)
    path = folder_for_files() / f"rows{ending}{'.gz' if zipped else ''}"
    path.write_bytes(data)
    for reader in (read_statements, read_pairs):
        found = _read(reader, path, skip_bad=bad)
        if not bad:
            assert found is not None, "a sound file was refused"
            assert [x.text if isinstance(x, Statement) else x.a.text for x in found] == texts


@cache
def _parquet_bytes() -> bytes:
    import pyarrow
    import pyarrow.parquet

    out = io.BytesIO()
    rows = [{"text": f"row {i}", "a": "x", "b": "y"} for i in range(20)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


def parquet(r: random.Random) -> None:
    """Parquet that is cut short or changed: read, or refused in words."""
    data = bytearray(_parquet_bytes())
    if r.randrange(2):
        del data[r.randrange(len(data)) :]
    for _ in range(r.randrange(1, 4)):
        if data:
            data[r.randrange(len(data))] = r.randrange(256)
    path = folder_for_files() / "rows.parquet"
    path.write_bytes(data)
    _read(read_statements, path, skip_bad=True)


def article(r: random.Random) -> None:
    """read_article: statements in the order of the text, each with its place in it."""
    given = "".join(text(r, surrogates=r.randrange(20) == 0) + r.choice(("", " ", ". ", "\n\n")) for _ in range(r.randrange(6)))
    try:
        found = read_article(given, source=r.choice((None, text(r, surrogates=False))))
    except InputError as error:
        check_words(error, "surrogate")
        return
    places = [s.span for s in found]
    assert all(place is not None and 0 <= place[0] <= place[1] <= len(given) for place in places)
    assert [p[0] for p in places if p] == sorted(p[0] for p in places if p)


TARGETS: dict[str, tuple[Callable[[random.Random], None], int]] = {
    "check_pairs, stream_pairs": (pairs, 26),
    "read_statements, read_pairs": (tables, 28),
    "prepared texts, dates, parties": (hostile_reading.prepared, 8),
    "callers' values": (hostile_reading.values, 6),
    "read_article": (article, 15),
    "compare, renderers, exports": (report, 4),
    "model folder": (model_folder, 8),
    "parquet": (parquet, 5),
}
"""What is tried, and of how many percent of the inputs."""


@contextlib.contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Fail what takes more than this much CPU time; where the system has no such clock, nothing is bounded."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(*_: object) -> None:
        raise AssertionError(f"one input took more than {seconds} seconds of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
