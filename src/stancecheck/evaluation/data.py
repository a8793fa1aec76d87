"""Labelled pairs from files, data sets of the hub, DataFrames and dictionaries."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from stancecheck.data.columns import PAIR_COLUMNS, named_columns, pick_columns
from stancecheck.data.rows import BadRows, Row, RowSource, read_rows
from stancecheck.data.statements import Pair, Statement
from stancecheck.data.values import is_missing, plain
from stancecheck.errors import InputError
from stancecheck.evaluation.labels import GoldReader

__all__ = ["SETS", "iter_pairs", "read_pairs"]

SETS = ("own.accounts", "own.affairs", "own.kinds")
"""Labelled pairs that come with the package, written for this project (Apache-2.0); ``read_pairs`` knows them by name.

own.accounts: statements of two parties, a statement and six of another party a group. own.kinds: contrast sets that differ in
one deciding thing each. own.affairs: every pair of statements of different parties of 17 cases; nearly all are unrelated.
"""

_HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w.-]+)?")


def read_pairs(
    source: RowSource,
    *,
    labels: Sequence[str] | Mapping[Any, str] | None = None,
    columns: Mapping[str, str] | None = None,
    split: str | None = None,
    config: str | None = None,
    revision: str | None = None,
    skip_bad: bool = False,
) -> list[Pair]:
    """Labelled pairs, in order. Use `iter_pairs` for more than fit into memory.

    Columns are found by name: a (or premise, sentence1, text_a, evidence, claim), b (hypothesis, sentence2, text_b,
    perspective, headline, claim), label (gold_label, gold, stance, relation, verdict), party_a, party_b, id. All others
    are kept in ``Pair.columns``, for slices. Labels are read by name (entailment, neutral, contradiction; agree, contradict,
    unrelated; support, refute, not enough info; …); -1, '-' and empty mean that a pair has no gold label.

    Args:
        source: A name of ``SETS``, a path (JSONL, JSON, CSV, TSV, Parquet; ``.gz`` too), a ``datasets.Dataset``, a
            ``DataFrame``, an iterable of dictionaries, or with `split` the id of a data set on the hub.
        labels: What the labels mean: the names in the order of the numbers 0, 1, 2, or a mapping from the data's own names.
            A ``datasets.Dataset`` whose label column has named classes needs none.
        columns: Our column names -> the data's, where the table does not know them: ``{"a": "text_left"}``.
        split: Which split of a data set on the hub.
        config: Which configuration of it, where it has several.
        revision: Which commit, tag or branch of it.
        skip_bad: Go on without bad rows, with a warning that names them.

    Raises:
        InputError: If the source cannot be read, or rows are bad and `skip_bad` is not set; the message names them.
    """
    good: list[Pair] = []
    bad = BadRows()
    rows, reader = _open(source, labels, columns, split, config, revision)
    for row in rows:
        pair = _pair_or_problem(row, reader, columns)
        if isinstance(pair, Pair):
            good.append(pair)
        else:
            bad.add(row.location, pair)
    bad.raise_or_warn(len(good), skip_bad=skip_bad)
    return good


def iter_pairs(
    source: RowSource,
    *,
    labels: Sequence[str] | Mapping[Any, str] | None = None,
    columns: Mapping[str, str] | None = None,
    split: str | None = None,
    config: str | None = None,
    revision: str | None = None,
    skip_bad: bool = False,
) -> Iterator[Pair]:
    """Labelled pairs one at a time, for files of any length; the arguments are those of `read_pairs`.

    Raises:
        InputError: If the source cannot be read; at the first bad row if `skip_bad` is not set.
    """
    rows, reader = _open(source, labels, columns, split, config, revision)
    return _stream(rows, reader, columns, skip_bad)


def _stream(rows: Iterator[Row], reader: GoldReader, columns: Mapping[str, str] | None, skip_bad: bool) -> Iterator[Pair]:
    bad = BadRows()
    good = 0
    for row in rows:
        pair = _pair_or_problem(row, reader, columns)
        if isinstance(pair, Pair):
            good += 1
            yield pair
        else:
            bad.add(row.location, pair)
            if not skip_bad:
                bad.raise_if_any(good)
    if bad.messages:
        warnings.warn(bad.summary(good), stacklevel=2)


def _open(
    source: RowSource,
    labels: Sequence[str] | Mapping[Any, str] | None,
    columns: Mapping[str, str] | None,
    split: str | None,
    config: str | None,
    revision: str | None,
) -> tuple[Iterator[Row], GoldReader]:
    named_columns(PAIR_COLUMNS, columns)  # refuses what is no column
    if isinstance(source, str) and source in SETS:
        source = str(files("stancecheck.evaluation").joinpath(f"{source}.jsonl.gz"))
    if split is not None or config is not None or revision is not None:
        source = _from_hub(source, split, config, revision)
    elif isinstance(source, str) and _looks_like_hub_id(source):
        raise InputError(f"{source}: no such file; if it is a data set on the hub, say which split: split='validation'")
    return read_rows(source), GoldReader(labels if labels is not None else _class_names(source, columns))


def _looks_like_hub_id(source: str) -> bool:
    return (
        source.count("/") == 1 and Path(source).suffix == "" and bool(_HUB_ID.fullmatch(source)) and not Path(source).exists()
    )


def _from_hub(source: RowSource, split: str | None, config: str | None, revision: str | None) -> Any:
    if not isinstance(source, str) or not _HUB_ID.fullmatch(source) or Path(source).exists():
        raise InputError(
            f"split, config and revision belong to a data set's id on the hub, such as 'owner/name'; got {source!r}"
        )
    if split is None:
        raise InputError(f"{source}: say which split of the data set: split='validation'")
    import datasets

    try:
        return datasets.load_dataset(source, config, split=split, revision=revision)
    except (OSError, ValueError, RuntimeError) as error:  # not found, no such split or configuration, hub out of reach
        raise InputError(
            f"{source}: the split {split!r} is neither on the hub nor in its local cache ({type(error).__name__}: {error}). "
            "Check the id, the split and the connection, or download the data and pass the file."
        ) from error


def _class_names(source: Any, columns: Mapping[str, str] | None) -> list[str] | None:
    """The class names of a ``datasets.Dataset``'s label column, where it has them."""
    features = getattr(source, "features", None)
    if not isinstance(features, Mapping):
        return None
    expected = ((columns or {}).get("gold"),) if (columns or {}).get("gold") else PAIR_COLUMNS["gold"]
    by_name = {str(name).lower(): feature for name, feature in features.items()}
    for name in expected:
        if name is not None and name.lower() in by_name:
            names = getattr(by_name[name.lower()], "names", None)
            return list(names) if names else None
    return None


def _pair_or_problem(row: Row, reader: GoldReader, columns: Mapping[str, str] | None) -> Pair | str:
    if row.problem is not None:
        return row.problem
    try:
        return _pair_of(row.values, reader, columns or {})
    except InputError as error:
        return str(error)


def _pair_of(values: Mapping[str, Any], reader: GoldReader, columns: Mapping[str, str]) -> Pair:
    names = named_columns(PAIR_COLUMNS, columns)
    used = {key: _column(values, names[key]) for key in names}
    missing = [key for key in ("a", "b") if used[key] is None]
    if missing or used["a"] == used["b"]:
        expected = " and ".join(f"{key} ({', '.join(names[key])})" for key in (missing or ("a", "b")))
        raise InputError(
            f"expected columns for {expected}, got {sorted(map(str, values))}; "
            "name them yourself: columns={'a': 'your column', 'b': 'your other column'}"
        )
    picked = pick_columns(values, names)
    taken = {used["a"], used["b"], used["gold"]}
    return Pair(
        Statement(picked["a"], plain(picked.get("party_a"))),
        Statement(picked["b"], plain(picked.get("party_b"))),
        gold=reader(None if is_missing(gold := picked.get("gold")) else gold),
        id=plain(picked.get("id")),
        columns={key: value for key, value in values.items() if key not in taken},
    )


def _column(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    lowered = {str(key).strip().lower(): key for key in values}
    return next((lowered[name] for name in names if name in lowered), None)
