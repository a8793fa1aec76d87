"""The pictures of the how-to pages: `python -m tools.screenshots` runs their examples and photographs the report pages.

A page that shows `images/NAME.png` and writes `NAME.html` gets a picture. Needs a Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.doc_examples import ROOT, outputs, pages

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1100, 900  # CSS pixels
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    f"--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=3000 --window-size={WIDTH},{HEIGHT}"
)


def main() -> None:
    """Make the pictures of the pages named, or of all."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("needs chromium: apt-get install chromium")
    for page in pages():
        names = re.findall(r"images/([\w-]+)\.png", page.read_text(encoding="utf-8"))
        if not names or (sys.argv[1:] and page.stem not in sys.argv[1:]):
            continue
        with tempfile.TemporaryDirectory() as folder:
            outputs(page, Path(folder))
            for name in names:
                report = Path(folder, f"{name}.html").resolve()
                profile, picture = f"--user-data-dir={folder}/profile", f"--screenshot={IMAGES / name}.png"
                command = [chromium, *SWITCHES.split(), profile, picture, report.as_uri()]
                subprocess.run(command, check=True, capture_output=True, timeout=300)
                print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
