"""The pairs that a model is measured on and its rule is fitted on, and which of them belong together."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from rows import Row, check_licence, pair_of, read_manifest, read_rows, side_of

from stancecheck.data.statements import Pair, Statement

FOLDS = 5
GROUPS = ("affair", "group", "topic", "claim", "matter")


def fold_of(group: str) -> int:
    """The fold that everything of a group is in."""
    return hashlib.blake2b(group.encode("utf-8", "surrogatepass"), digest_size=2).digest()[0] % FOLDS


def group_of(pair: Pair) -> str:
    """What is never split between folds."""
    return str(next((pair.columns[c] for c in GROUPS if pair.columns.get(c)), pair.a.text))


def group_column(pairs: Sequence[Pair]) -> str:
    """The column whose rows the bootstrap draws together."""
    return next((c for c in GROUPS if all(c in p.columns for p in pairs)), "auto")


def pairs_of_affairs(affairs: Sequence[Row]) -> Iterator[Pair]:
    """Every pair of statements of two sides that gold labels tell about; what they do not name is unrelated."""
    for affair in affairs:
        gold = {frozenset((g["a"], g["b"])): g for g in affair["gold"]}
        for a, b in itertools.combinations(affair["statements"], 2):
            found = gold.get(frozenset((a["id"], b["id"])), {"label": "unrelated"})
            if side_of(a) != side_of(b) and found["label"] != "doubtful" and found.get("sure", True):
                sides = (Statement(s["text"], party=s["party"], date=s.get("date"), id=s["id"]) for s in (a, b))
                yield Pair(*sides, gold=found["label"], columns={"affair": affair["name"]})


def dev_sets(recipe: Row, data_dir: Path) -> dict[str, tuple[str, list[Pair]]]:
    """Task and pairs of every dev set that is measured; of affairs and matters, every pair."""
    wanted = recipe["calibration"]
    found: dict[str, tuple[str, list[Pair]]] = {}
    for name, entry in read_manifest(data_dir)["dev"].items():
        if name in wanted["weights"]:
            check_licence(entry)
        if name in wanted.get("not_measured", []) or entry["task"] == "attribution":
            continue
        rows = list(read_rows(data_dir / entry["file"]))
        if entry["task"] == "report":
            found[name] = ("stance", list(pairs_of_affairs(rows)))
        else:
            pairs = [pair_of(row, i) for i, row in enumerate(rows[: wanted.get("most_rows")])]
            found[name] = ("stance" if name.startswith(("stance.", "own.")) else "nli", pairs)
    return found
