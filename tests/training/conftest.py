"""The training scripts are in the source tree alone: beside an installed package there is nothing to collect."""

from __future__ import annotations

from tests.source_tree import ROOT

collect_ignore_glob = [] if (ROOT / "models" / "training").is_dir() else ["test_*.py"]
