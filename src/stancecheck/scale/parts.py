"""A folder that holds a long run's state: parts written atomically, and a manifest of what they are parts of.

::

    folder/
      manifest.json          what went in (a fingerprint of the rows) and what judges; written once
      input/00000.…          the rows as they came, cut into parts; the cut is fixed when the first run has read them
      judged/00000.parquet   one a part; it is there only when it is complete
      tmp/                   files being written; left-overs of killed runs

A part's name says which rows it holds, so a part that two workers write is the same part, and a run that starts again does what
is not there. Files are put in place by a rename: the folder must lie on a local or shared file system.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancecheck.errors import InputError

__all__ = ["RunFolder"]

_LARGEST_SHOWN = 120  # characters of a value in a message


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run. Holds only its path, so that it can be sent to workers.

    Attributes:
        path: Where it is, absolute: workers have other working directories.
    """

    path: Path

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> RunFolder:
        """The run folder at a path, made if it is not there.

        Raises:
            InputError: If it cannot be made, or holds something else.
        """
        folder = Path(path).expanduser().absolute()
        others = {p.name for p in folder.iterdir()} - {"tmp", "input", "manifest.json"} if folder.is_dir() else set()
        if others and not (folder / "manifest.json").is_file():
            raise InputError(f"{folder}: expected an empty folder or one of an earlier run, but it holds {sorted(others)[:5]}")
        try:
            (folder / "tmp").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made a run's folder ({error})") from error
        return cls(folder)

    def part(self, stage: str, number: int, ending: str) -> Path:
        """Where a part is, or will be."""
        return self.path / stage / f"{number:06d}.{ending}"

    def parts(self, stage: str) -> list[Path]:
        """The parts of a stage that are there, in order."""
        return sorted(p for p in (self.path / stage).glob("*.*") if p.stem.isdigit())

    def write(self, target: Path, write: Callable[[Path], Any]) -> None:
        """Write a file atomically.

        Args:
            target: Where it shall be.
            write: Called with the path to write to.
        """
        target.parent.mkdir(exist_ok=True)
        staging = self.path / "tmp" / f"{target.parent.name}-{target.stem}-{uuid.uuid4().hex}{target.suffix}"
        write(staging)
        with staging.open("rb") as stream:
            os.fsync(stream.fileno())
        staging.replace(target)

    def staging_dir(self, stage: str) -> Path:
        """A new folder in which to collect a whole stage before ``commit``."""
        folder = self.path / "tmp" / f"{stage}-{uuid.uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def commit(self, staging: Path, stage: str) -> None:
        """Move a collected stage to where it belongs, in one step."""
        staging.rename(self.path / stage)

    def has(self, stage: str) -> bool:
        """Whether a file or folder of this name is there; what is there is complete."""
        return (self.path / stage).exists()

    def claim(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest of a new run, or check that it describes this one.

        Args:
            facts: Plain values that decide the result: the input's fingerprint, the model, the settings.

        Raises:
            InputError: If the folder belongs to a run with other facts; the message names them.
        """
        target = self.path / "manifest.json"
        facts = json.loads(json.dumps(facts))
        if not target.is_file():
            self.write(target, lambda path: path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8"))
            return
        try:
            earlier = json.loads(target.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(f"{target}: not the manifest of a run ({error}); choose another folder") from error
        differing = [name for name in sorted({*facts, *earlier}) if facts.get(name) != earlier.get(name)]
        if differing:
            shown = "; ".join(f"{n}: {_short(earlier.get(n))} then, {_short(facts.get(n))} now" for n in differing)
            raise InputError(
                f"{self.path}: holds a run of other inputs or settings, and the two are not mixed ({shown}). Choose another "
                "folder, or delete this one to begin again."
            )

    def remove_staging(self) -> None:
        """Delete what killed runs left half-written. Only when no other run uses the folder."""
        shutil.rmtree(self.path / "tmp", ignore_errors=True)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LARGEST_SHOWN else f"{text[:_LARGEST_SHOWN]}…"
