"""Judgements -> nested and flat rows, and text -> files that are written atomically."""

from __future__ import annotations

import csv
import io
import os
import stat
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stancecheck.data.statements import Statement
from stancecheck.errors import InputError
from stancecheck.explain.doubt import doubt
from stancecheck.judging.judge import Judgement
from stancecheck.stance import NLI_CLASSES, STANCES

__all__ = ["FLAT_COLUMNS", "flat_row", "nested_rows", "to_csv", "write_atomically"]

_SIDE_FIELDS = ("text", "party", "speaker", "date", "source", "id", "cue", "commitment")
FLAT_COLUMNS: tuple[str, ...] = (
    *(f"{name}_{side}" for side in ("a", "b") for name in _SIDE_FIELDS),
    "stance",
    "confidence",
    *(stance.value for stance in STANCES),
    *(f"{way}_{name}" for way in ("forward", "backward") for name in NLI_CLASSES),
    "truncated",
    "model",
    "similarity",
    "rank",
    "kind",
    "caution",
    "spans_a",
    "spans_b",
    "doubt",
    "mark",
    "note",
)
"""The columns of CSV, DataFrame and ``datasets.Dataset`` exports, in order."""


def nested_rows(judgements: Iterable[Judgement], copies: Mapping[Statement, Sequence[Statement]]) -> list[dict[str, Any]]:
    """Judgements as nested plain values, with who doubts or denies; the first row of a statement also has its copies.

    Args:
        judgements: In any order.
        copies: By statement, others that say the same.
    """
    rows = []
    left = dict(copies)
    for judgement in judgements:
        row = judgement.as_dict()
        if found := doubt(judgement):
            row["doubt"] = found.as_dict()
        sides = (("a", judgement.a), ("b", judgement.b))
        if same := {side: [copy.as_dict() for copy in left.pop(one)] for side, one in sides if one in left}:
            row["copies"] = same
        rows.append(row)
    return rows


def flat_row(judgement: Mapping[str, Any]) -> dict[str, Any]:
    """One judgement's nested dictionary as one flat row; what is not known is None.

    Args:
        judgement: As made by ``nested_rows``.
    """
    row = {f"{name}_{side}": judgement[side].get(name) for side in ("a", "b") for name in _SIDE_FIELDS}
    row |= {"stance": judgement["stance"], "confidence": judgement["confidence"], **judgement["scores"]}
    for way in ("forward", "backward"):
        row |= {f"{way}_{name}": judgement[way][name] for name in NLI_CLASSES}
    explanation = judgement.get("explanation") or {}
    row |= {"truncated": judgement["truncated"], "model": judgement["model"], "kind": explanation.get("kind")}
    row["caution"] = "; ".join(f"{c['caution']}: {c['why']}" for c in explanation.get("caution", ())) or None
    for side in ("a", "b"):
        text = judgement[side]["text"]
        spans = explanation.get(f"spans_{side}", ())
        row[f"spans_{side}"] = " | ".join(text[int(start) : int(end)] for start, end, _ in spans) or None
    doubt = judgement.get("doubt")
    row["doubt"] = f"{doubt['by']} {doubt['commitment']}" if doubt else None
    row |= {name: judgement.get(name) for name in ("similarity", "rank", "mark", "note")}
    return {name: row[name] for name in FLAT_COLUMNS}


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = FLAT_COLUMNS) -> str:
    """Flat rows as CSV with a header; a text that a spreadsheet would compute is marked with an apostrophe before it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=columns)
    writer.writeheader()
    writer.writerows({name: _inert(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _inert(value: Any) -> Any:
    """What a spreadsheet shows and does not compute. Source: OWASP, "CSV Injection"."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Write to a file beside the target, then rename: a full disk leaves the old file as it was.

    Raises:
        InputError: If the file cannot be written.
    """
    try:
        target = Path(path)
    except TypeError:
        raise InputError(f"path: expected the name of a file, got {type(path).__name__}") from None
    if not target.name:
        raise InputError(f"path: expected the name of a file, got {str(path)!r}")
    part = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}")
    try:
        try:
            with part.open("x", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            part.replace(target)
        except BaseException:  # Ctrl-C too leaves no half of a file
            part.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(f"{target}: cannot be written ({error})") from error
