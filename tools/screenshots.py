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
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=3000"
)


def photograph(page: Path, picture: Path, *, width: int, height: int) -> None:
    """Write a Chromium's view of a page.

    Args:
        page: The HTML file.
        picture: The PNG to write.
        width: In CSS pixels.
        height: In CSS pixels.

    Raises:
        SystemExit: If there is no Chromium.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("needs chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        more = [f"--window-size={width},{height}", f"--user-data-dir={profile}", f"--screenshot={picture}"]
        command = [chromium, *SWITCHES.split(), *more, page.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=300)


def main() -> None:
    """Make the pictures of the pages named, or of all."""
    for page in pages():
        names = re.findall(r"images/([\w-]+)\.png", page.read_text(encoding="utf-8"))
        if names and (not sys.argv[1:] or page.stem in sys.argv[1:]):
            with tempfile.TemporaryDirectory() as folder:
                outputs(page, Path(folder))
                for name in names:
                    photograph(Path(folder, f"{name}.html"), IMAGES / f"{name}.png", width=1100, height=900)
                    print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
