"""Files of training rows, the sets that MANIFEST.toml names, and what no weights may be trained on."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from stancecheck.data.statements import Pair, Statement, as_pair

Row = dict[str, Any]

FORBIDDEN = re.compile(r"\bNC\b|\bLDC\b|evaluation only|not for weights", re.IGNORECASE)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write a gzipped JSON Lines file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".unfinished")
    with gzip.open(part, "wt", encoding="utf-8", compresslevel=3) as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    part.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write a config, counts or a record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_recipe(path: Path) -> Row:
    """The recipe; one that is `like` another states only what differs, section by section."""
    recipe = tomllib.loads(path.read_text(encoding="utf-8"))
    if "like" not in recipe:
        return recipe
    other = read_recipe(path.parent / recipe.pop("like"))
    return other | {name: other.get(name, {}) | section for name, section in recipe.items()}


def read_manifest(data_dir: Path) -> dict[str, dict[str, Row]]:
    """The sets by part ('train', 'dev') and name."""
    manifest = tomllib.loads((data_dir / "MANIFEST.toml").read_text(encoding="utf-8"))
    return {part: {entry["name"]: entry for entry in manifest[part]} for part in ("train", "dev")}


def check_licence(entry: Row) -> None:
    """Refuse a set whose licence or note forbids that shipped numbers are fitted on it.

    Raises:
        SystemExit: If it does.
    """
    if FORBIDDEN.search(f"{entry['licence']} {entry['note']}"):
        raise SystemExit(
            f"{entry['name']}: licence {entry['licence']!r}, note {entry['note']!r}: nothing that ships may be fitted on it"
        )


def normal(text: str) -> str:
    """The text without case, punctuation or spacing."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def pair_key(a: str, b: str) -> tuple[str, str]:
    """The pair without direction, case, punctuation or spacing."""
    first, second = sorted((normal(a), normal(b)))
    return first, second


def sample(rows: list[Any], share: float, rng: random.Random) -> list[Any]:
    """A random share of the rows; 2.0 takes each of them twice."""
    whole, part = int(share), share - int(share)
    return rows * whole + rng.sample(rows, round(part * len(rows)))


def is_held_out(name: str, share: float) -> bool:
    """Whether an affair or matter is kept for fitting rules: decided by a hash of its name, so that no new one moves others."""
    digest = hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 < share


def side_of(statement: Row) -> str:
    """What pairs lie between: of an affair the parties, of a real matter the two sides that the ids name (A.., B..)."""
    mark: str = statement["id"][0]
    return mark if mark in "AB" else statement["party"]


def pair_of(row: Row, index: int) -> Pair:
    """The row as the library's Pair: parties and dates in the statements, other columns beside them."""
    a = Statement(row["a"], party=row.get("party_a"), date=row.get("date_a") or row.get("date"))
    b = Statement(row["b"], party=row.get("party_b"), date=row.get("date_b") or row.get("date"))
    columns = {k: v for k, v in row.items() if k not in ("a", "b", "label")}
    return replace(as_pair((a, b), index), gold=row.get("label"), columns=columns)
