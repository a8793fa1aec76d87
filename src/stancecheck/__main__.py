"""``python -m stancecheck`` is the command ``stancecheck``."""

from __future__ import annotations

from stancecheck.cli import main

main()
