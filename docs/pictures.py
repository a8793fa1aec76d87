"""Makes the README's pictures from examples/raid.jsonl with the shipped model: docs/report.png and docs/matrix.png.

    make pictures

Needs the extra ``plot`` and a Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")  # before pyplot: no display is asked for

import matplotlib.pyplot as plt

from stancecheck import Report, StanceChecker, read_statements

ROOT = Path(__file__).resolve().parents[1]
TITLE = "The raid on Tell Amara, in three accounts"
WIDTH, HEIGHT = 1280, 1500  # CSS pixels
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    f"--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=3000 --window-size={WIDTH},{HEIGHT}"
)


def made_report() -> Report:
    """The report that ``make demo`` shows, with explanations."""
    checker = StanceChecker.load()
    return checker.explain(checker.compare(read_statements(ROOT / "examples" / "raid.jsonl"), progress=True))


def page_picture(report: Report, target: Path) -> None:
    """A Chromium's view of the report page."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("needs chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        report.to_html(page, title=TITLE)
        command = [chromium, *SWITCHES.split(), f"--user-data-dir={folder}/profile", f"--screenshot={target}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def matrix_picture(report: Report, target: Path) -> None:
    """The party x party matrix."""
    figure, ax = plt.subplots(figsize=(8.5, 3.8), layout="constrained")
    report.plot(ax=ax)
    plt.setp(ax.get_xticklabels(), rotation=0, ha="center")  # so wide, long names have room
    figure.savefig(target, dpi=120, metadata={"Software": None})


def main() -> None:
    """Make both pictures."""
    report = made_report()
    for draw, name in ((page_picture, "report.png"), (matrix_picture, "matrix.png")):
        target = ROOT / "docs" / name
        draw(report, target)
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
