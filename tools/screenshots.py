"""The pictures of the how-to pages: `python -m tools.screenshots` runs their examples and photographs what they make.

A page that shows `images/NAME.png` and writes `NAME.html` gets a picture of it; where no example writes it, a picture of the
terminal with the commands right above. The charts are made by `docs/pictures.py`. Needs a Chromium (Debian: apt-get install
chromium).
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tools.doc_examples import ROOT, WIDTH, blocks, commands, outputs, pages, run_command

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


TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px 22px; background: {background}; color: {foreground} }}
pre {{ font: 14px/1.35 "DejaVu Sans Mono", monospace }}
{stylesheet}</style><pre>{code}</pre>"""


def terminal(page: Path, name: str, target: Path) -> int:
    """Write what a terminal shows after the commands above a picture, as HTML.

    Args:
        page: The page.
        name: The picture's.
        target: The HTML file.

    Returns:
        How many lines it has; 0 where no command stands there, and nothing is written.
    """
    above = page.read_text(encoding="utf-8").partition(f"images/{name}.png")[0]
    last = [block for block in blocks(above) if block.language in ("python", "shell")][-1:]
    lines = [words for block in last if block.language == "shell" and block.run for words in commands(block)]
    if not lines:
        return 0
    console = Console(record=True, width=int(WIDTH), file=io.StringIO())
    for words in lines:
        console.print(f"$ stancecheck {' '.join(words)}", markup=False, highlight=False)
        printed = run_command(words, FORCE_COLOR="1", TERM="xterm-256color").replace(f"{ROOT}/", "")
        console.print(Text.from_ansi(printed))
    height = console.export_text(clear=False).count("\n")
    console.save_html(str(target), code_format=TERMINAL)
    return height


def main() -> None:
    """Make the pictures of the pages named, or of all."""
    for page in pages():
        names = re.findall(r"images/([\w-]+)\.png", page.read_text(encoding="utf-8"))
        if names and (not sys.argv[1:] or page.stem in sys.argv[1:]):
            with tempfile.TemporaryDirectory() as folder:
                outputs(page, Path(folder))
                for name in names:
                    shown, width, height = Path(folder, f"{name}.html"), 1100, 1400
                    if not shown.exists():
                        with contextlib.chdir(folder):
                            width, height = 900, min(50 + 19 * terminal(page, name, shown), 750)
                    if shown.exists():
                        photograph(shown, IMAGES / f"{name}.png", width=width, height=height)
                        print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
