"""The public face: these names, nothing heavy at import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import stancecheck

CLASSES = {"Evaluation", "Judgement", "LoadOptions", "NLIScores", "Pair", "Report", "Stance", "StanceChecker", "Statement"}
FUNCTIONS = {"errors", "evaluate", "pairs_between", "read_article", "read_transcript", "read_pairs", "read_statements"}


def test_public_names():
    assert set(stancecheck.__all__) == CLASSES | FUNCTIONS
    assert stancecheck.__all__ == sorted(stancecheck.__all__)
    rooms = {p.stem for p in Path(stancecheck.__file__).parent.iterdir()}
    assert {n for n in vars(stancecheck) if not n.startswith("_")} - set(stancecheck.__all__) - rooms <= {"annotations"}


def test_import_loads_nothing_heavy():
    heavy = {
        "torch",
        "transformers",
        "datasets",
        "onnxruntime",
        "openvino",
        "sklearn",
        "scipy",
        "pandas",
        "matplotlib",
        "ray",
        "stancecheck.attribution",
        "stancecheck.evaluation",
    }
    code = f"import sys, stancecheck; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lazy_names_are_there():
    for name in stancecheck.__all__:
        assert getattr(stancecheck, name) is not None
        assert name in dir(stancecheck)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        stancecheck.nonsense  # noqa: B018
