"""The registry data.toml -> labelled pairs, from a local copy or the hub."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from stancecheck.data.statements import Pair
from stancecheck.errors import InputError
from stancecheck.evaluation import read_pairs

__all__ = ["DataSet", "chosen_sets", "load", "read_registry"]

REGISTRY = Path(__file__).resolve().parent / "data.toml"


@dataclass(frozen=True)
class DataSet:
    """One entry of data.toml; the fields are explained there."""

    name: str
    task: str
    origin: str
    licence: str
    rows: int
    labels: dict[str, int]
    file: str
    sha256: str
    hub: str | None = None
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    note: str = ""


def read_registry(path: Path = REGISTRY) -> list[DataSet]:
    """All entries, in order."""
    return [DataSet(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["set"]]


def chosen_sets(names: list[str] | None, registry: list[DataSet]) -> list[DataSet]:
    """The sets named, all if none is.

    Raises:
        InputError: If a name fits no set.
    """
    if not names:
        return registry
    unknown = [n for n in names if not any(s.name.startswith(n) for s in registry)]
    if unknown:
        raise InputError(f"--sets: expected beginnings of {', '.join(s.name for s in registry)}; got {unknown}")
    return [s for s in registry if any(s.name.startswith(n) for n in names)]


def load(data: DataSet, *, data_dir: Path | None, hub: bool) -> tuple[list[Pair], dict[str, object]]:
    """The pairs of a set, and where they came from, for the record.

    Raises:
        InputError: If there is no copy, or the local one is another file than the registry's.
    """
    path = None if data_dir is None else data_dir / data.file
    if path is not None and path.is_file():
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
        if actual != data.sha256:
            raise InputError(f"{path}: expected SHA-256 {data.sha256[:12]}…, got {actual[:12]}…: another file than data.toml's")
        return read_pairs(path), {"file": data.file, "sha256": actual}
    if hub and data.hub is not None:
        pairs = read_pairs(data.hub, split=data.split, config=data.config, revision=data.revision)
        return pairs, {"hub": data.hub, "config": data.config, "split": data.split, "revision": data.revision}
    raise InputError(
        f"{data.name}: no local copy ({path or 'no --data-dir'}); "
        + ("pass --hub to fetch it" if data.hub else f"it is on no hub: {data.origin}")
    )
