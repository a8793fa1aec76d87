"""What a test needs of the source tree beside the package. Where the wheel alone is tested there is no source tree."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def source_path(name: str) -> Path:
    """A file or folder of the source tree; where there is none, the test that asks for it, or its whole file, is skipped.

    Raises:
        FileNotFoundError: If there is a source tree, but without it: then nothing is skipped in silence.
    """
    path = ROOT / name
    if path.exists():
        return path
    if (ROOT / "src").is_dir():
        raise FileNotFoundError(f"{path}: a test needs it")
    pytest.skip(f"needs {name} of the source tree", allow_module_level=True)
