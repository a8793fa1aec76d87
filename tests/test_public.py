"""The public face: these names, nothing heavy at import."""

from __future__ import annotations

import subprocess
import sys

import stancecheck


def test_the_public_names_are_these():
    assert stancecheck.__all__ == sorted(stancecheck.__all__)
    assert all(hasattr(stancecheck, name) for name in stancecheck.__all__)


def test_import_loads_nothing_heavy():
    heavy = {"torch", "transformers", "datasets", "onnxruntime", "sklearn", "scipy", "pandas", "matplotlib", "spacy", "ray"}
    code = f"import sys, stancecheck; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
