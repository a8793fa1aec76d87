"""Tables of any kind -> rows, each with its location, so that a bad one can be named.

A source is a path (JSONL, JSON array, CSV, TSV, Parquet; ``.gz`` too), a ``datasets.Dataset``, a pandas ``DataFrame``, or
any iterable of dictionaries.

Other people's files have limits, so that a small one cannot fill the memory: a line or CSV field of 64 MiB, a JSON array of
1 GiB, and of a ``.gz`` file 256 MiB, or 200 times its size if that is more (plain text shrinks 3 to 20 times).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from stancecheck.data.dialects import csv_words, encoding_of, not_utf_8, separated_by
from stancecheck.data.values import is_missing
from stancecheck.errors import InputError

__all__ = ["FORMATS", "BadRows", "Row", "RowSource", "read_rows"]

RowSource: TypeAlias = "str | Path | Iterable[Mapping[str, Any]]"
"""A path, a ``datasets.Dataset``, a ``DataFrame``, or an iterable of dictionaries."""

FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet"}
_LARGEST_FIELD = 64 * 1024 * 1024  # characters in one CSV field; Python's own limit of 128 Ki would refuse long speeches
_LARGEST_LINE = 64 * 1024 * 1024  # bytes
_LARGEST_ARRAY = 1024 * 1024 * 1024  # bytes of a JSON array, which is read whole
_LEAST_UNZIPPED = 256 * 1024 * 1024  # bytes that any .gz file may hold
_LARGEST_RATIO = 200  # bytes unzipped by byte zipped; gzip itself reaches 1,030


@dataclass(frozen=True, slots=True)
class Row:
    """One row, or what was wrong with it.

    Attributes:
        location: Where it stands, for messages: ``file:line`` or ``row N`` (rows count from 0).
        values: The columns by name; empty if the row could not be read.
        problem: Why it could not be read, or None.
    """

    location: str
    values: Mapping[str, Any]
    problem: str | None = None


class BadRows:
    """Collects what is wrong with rows, so that one error names them all."""

    _SHOWN = 5

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, location: str, problem: str) -> None:
        """Note one bad row."""
        self.messages.append(f"{location}: {problem}")

    def summary(self, good: int) -> str:
        """All bad rows in one message, the first five in full."""
        shown = "; ".join(self.messages[: self._SHOWN])
        more = f"; and {len(self.messages) - self._SHOWN} more" if len(self.messages) > self._SHOWN else ""
        return f"{len(self.messages)} bad row(s) beside {good} good: {shown}{more}"

    def raise_or_warn(self, good: int, *, skip_bad: bool) -> None:
        """At the end of a reading: raise one error that names the bad rows, or warn of them if they may be skipped.

        Raises:
            InputError: If any bad row was added and `skip_bad` is not set.
        """
        if not skip_bad:
            self.raise_if_any(good, ", or pass skip_bad=True to go on without them")
        elif self.messages:
            warnings.warn(self.summary(good), stacklevel=3)

    def raise_if_any(self, good: int, otherwise: str = "") -> None:
        """Raise one InputError that names the bad rows.

        Args:
            good: How many rows could be read.
            otherwise: What else to do than to fix them, for the message.

        Raises:
            InputError: If any bad row was added.
        """
        if self.messages:
            raise InputError(f"{self.summary(good)}. Fix these rows{otherwise}.")


def read_rows(source: RowSource) -> Iterator[Row]:
    """The rows of a source, one at a time, in order; unreadable ones with their problem.

    Args:
        source: A path, a ``datasets.Dataset``, a ``DataFrame``, or an iterable of dictionaries.

    Raises:
        InputError: If the file cannot be opened, has an unknown ending, or the source is of another kind.
    """
    if isinstance(source, (str, Path)):
        return _read_file(Path(source))
    if hasattr(source, "to_dict") and hasattr(source, "itertuples"):  # pandas, without importing it
        return _from_frame(source)
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise InputError(
            f"expected a path, a datasets.Dataset, a DataFrame or an iterable of dictionaries, got {type(source).__name__}"
        )
    return _from_mappings(source)


def _from_mappings(source: Iterable[Any]) -> Iterator[Row]:
    for index, values in enumerate(source):
        if isinstance(values, Mapping):
            yield Row(f"row {index}", values)
        else:
            yield Row(f"row {index}", {}, f"expected a dictionary of columns, got {type(values).__name__}")


def _from_frame(frame: Any) -> Iterator[Row]:
    columns = _checked_header([str(c) for c in frame.columns], "the DataFrame")
    for index, values in enumerate(frame.itertuples(index=False, name=None)):
        yield Row(f"row {index}", {c: (None if is_missing(v) else v) for c, v in zip(columns, values, strict=True)})


def _read_file(path: Path) -> Iterator[Row]:
    suffixes = [s.lower() for s in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    ending = (suffixes[:-1] if zipped else suffixes)[-1:]
    kind = FORMATS.get(ending[0]) if ending else None
    if kind is None:
        raise InputError(f"{path}: expected a file that ends in one of {', '.join(FORMATS)} (or one of these + .gz)")
    if not path.is_file():
        raise InputError(f"{path}: {'is a folder, not a file' if path.is_dir() else 'no such file'}")
    return _rows_of(path, kind, zipped)


class _Unzipped(io.RawIOBase):
    """What a .gz file holds, up to its limit."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = gzip.open(path, "rb")  # noqa: SIM115  # closed with this one
        self._most = self._left = max(_LEAST_UNZIPPED, _LARGEST_RATIO * path.stat().st_size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise InputError(
                f"{self._path}: holds more than {self._most:,} bytes unzipped, the most that is read from a .gz file of its "
                "size: unzip it yourself, or cut it into parts, if you trust it"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _rows_of(path: Path, kind: str, zipped: bool) -> Iterator[Row]:
    try:
        with io.BufferedReader(_Unzipped(path)) if zipped else path.open("rb") as raw:
            if kind == "parquet":
                yield from _parquet(path, io.BytesIO(raw.read()) if zipped else raw)
            elif kind == "jsonl":
                yield from _json_lines(path, raw)
            elif kind == "json":
                yield from _json_array(path, raw)
            else:
                with io.TextIOWrapper(raw, encoding=encoding_of(raw.peek(2)), newline="") as lines:
                    yield from _separated(path, _text_lines(path, lines), "\t" if kind == "tsv" else ",")
    except (OSError, EOFError, zlib.error) as error:  # a missing right, a broken gzip stream
        raise InputError(f"{path}: cannot be read: {error}") from error


def _json_lines(path: Path, raw: Any) -> Iterator[Row]:
    if encoding_of(raw.peek(2)) == "utf-16":
        raise InputError(f"{path}: is UTF-16, and JSON Lines are UTF-8; convert it: iconv -f UTF-16 -t UTF-8")
    number = 0
    while line := raw.readline(_LARGEST_LINE + 1):
        number += 1
        location = f"{path}:{number}"
        if len(line) > _LARGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = raw.readline(_LARGEST_LINE)
            yield Row(location, {}, f"longer than {_LARGEST_LINE:,} bytes; is it JSON Lines, with one object a line?")
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if not text:
                continue
            values = json.loads(text)
        except UnicodeDecodeError as error:
            yield Row(location, {}, not_utf_8(error))
            continue
        except (ValueError, RecursionError) as error:
            yield Row(location, {}, f"not JSON ({error})")
            continue
        if isinstance(values, dict):
            yield Row(location, values)
        else:
            yield Row(location, {}, f"expected a JSON object, got {type(values).__name__}")


def _json_array(path: Path, raw: Any) -> Iterator[Row]:
    content = raw.read(_LARGEST_ARRAY + 1)
    if len(content) > _LARGEST_ARRAY:
        raise InputError(f"{path}: a JSON array of more than {_LARGEST_ARRAY:,} bytes is not read; write it as JSON Lines")
    try:
        values = json.loads(content.decode(json.detect_encoding(content)))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: {not_utf_8(error)}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from error
    if not isinstance(values, list):
        raise InputError(f"{path}: expected a JSON array of objects, got {type(values).__name__}")
    for index, item in enumerate(values):
        problem = None if isinstance(item, dict) else f"expected a JSON object, got {type(item).__name__}"
        yield Row(f"{path}[{index}]", item if problem is None else {}, problem)


def _text_lines(path: Path, lines: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a CSV file, none longer than is read."""
    while line := lines.readline(_LARGEST_LINE + 1):
        if len(line) > _LARGEST_LINE:
            raise InputError(f"{path}: a line is longer than {_LARGEST_LINE:,} characters; is it a table of one row a line?")
        yield line


def _separated(path: Path, lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_FIELD))
    try:
        delimiter, above, rest = separated_by(lines, delimiter)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}:1: {not_utf_8(error)}") from error
    reader = csv.reader(rest, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        before = above + reader.line_num
        location = f"{path}:{before + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise InputError(f"{location}: {not_utf_8(error)}") from error
        except csv.Error as error:
            problem = f"not {'TSV' if delimiter == chr(9) else 'CSV'} ({csv_words(error, above + reader.line_num - before)})"
            if header is None:  # the next row must not be taken for it
                raise InputError(f"{location}: the header is {problem}") from error
            yield Row(location, {}, problem)
            continue
        if header is None:
            header = _checked_header(cells, location)
        elif len(cells) == len(header):
            yield Row(location, dict(zip(header, cells, strict=True)))
        elif cells:
            yield Row(location, {}, f"expected {len(header)} columns as in the header, got {len(cells)}")


def _checked_header(names: list[str], location: str) -> list[str]:
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{location}: two columns are named {twice[:100]!r}: rename one of them")
    return names


def _parquet(path: Path, raw: Any) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        index = 0
        for batch in pyarrow.parquet.ParquetFile(raw).iter_batches(batch_size=4096):
            for values in batch.to_pylist():
                yield Row(f"{path}[{index}]", values)
                index += 1
    except (pyarrow.ArrowException, ValueError, OverflowError, MemoryError) as error:  # of the file or its values
        raise InputError(f"{path}: not a readable Parquet file ({error})") from error
