"""Makes the README's pictures from examples/raid.jsonl with the shipped model, and two charts of the docs from records.

    make pictures

What docs/report.png and docs/matrix.png show is what ``make demo`` prints; each holds its numbers as text, and a test compares
them with a report made anew. Needs the extra ``plot`` and a Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")  # before pyplot: no display is asked for

import matplotlib.pyplot as plt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from benchmarks._markdown import newest
from benchmarks._tables import read_records
from stancecheck import Report, StanceChecker, read_statements
from tools.screenshots import photograph

ROOT = Path(__file__).resolve().parents[1]
TITLE = "The raid on Tell Amara, in three accounts"


def compared() -> Report:
    """The report that ``make demo`` shows, without explanations."""
    return StanceChecker.load().compare(read_statements(ROOT / "examples" / "raid.jsonl"))


def numbers(report: Report) -> str:
    """What a picture of the report shows in numbers."""
    counts = {stance.value: count for stance, count in report.counts.items()}
    return json.dumps({"pairs": len(report), "disputes": len(report.disputes), **counts}, sort_keys=True)


def stored_numbers(picture: Path) -> str:
    """The numbers that were written into a picture when it was made."""
    with Image.open(picture) as image:
        return str(image.text["Description"])


def write_into(picture: Path, text: str) -> None:
    """Write the text into the picture, where no eye sees it."""
    with Image.open(picture) as image:
        info = PngInfo()
        info.add_text("Description", text)
        image.save(picture, pnginfo=info, optimize=True)


def page_picture(report: Report, target: Path) -> None:
    """A Chromium's view of the report page."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        report.to_html(page, title=TITLE)
        photograph(page, target, width=1280, height=1500)


def matrix_picture(report: Report, target: Path) -> None:
    """The party x party matrix."""
    figure, ax = plt.subplots(figsize=(8.5, 3.8), layout="constrained")
    report.plot(ax=ax)
    plt.setp(ax.get_xticklabels(), rotation=0, ha="center")  # so wide, long names have room
    figure.savefig(target, dpi=120, metadata={"Software": None})


def chart(rates: dict[str, float], heading: str, target: Path) -> None:
    """Bars of pairs a second, those of this package in colour.

    Args:
        rates: By what judged, pairs a second.
        heading: What was measured, and where.
        target: The PNG to write.
    """
    figure, ax = plt.subplots(figsize=(8.5, 1.2 + 0.34 * len(rates)), layout="constrained")
    colours = ["#00796b" if "stancecheck" in name or "worker" in name else "#9e9e9e" for name in rates]
    ax.bar_label(ax.barh(list(rates), list(rates.values()), color=colours), fmt="{:,.0f}", padding=4)
    ax.invert_yaxis()
    ax.set(title=heading, xlabel="pairs a second")
    ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, dpi=120, metadata={"Software": None})


def speed_picture(target: Path) -> None:
    """Engines on the same weights, by the newest record of a processor with fast bfloat16."""
    records = [r for r in read_records() if r.get("bfloat16_is_fast") is not False]
    record = newest(records, "speed-stancecheck-mini-cpu", pairs=1000)
    rates = {name: found["pairs_per_second"] for name, found in record["contenders"].items()}
    chart(rates, f"The same weights on {record['threads_used']} threads of a CPU, {record['created'][:10]}", target)


def scale_picture(target: Path) -> None:
    """Ray's workers beside the bare checker, by the newest record."""
    record = newest(read_records(), "scale", pairs=1000)
    named = {"plain stancecheck": "bare", "one Ray worker": "one_worker", "two Ray workers": "two_workers"}
    rates = {name: record[f"{key}_pairs_per_second"] for name, key in named.items()}
    chart(rates, f"{record['pairs']:,} pairs, one thread a worker, {record['created'][:10]}", target)


def main() -> None:
    """Make all of them."""
    for draw, name in ((speed_picture, "speed"), (scale_picture, "scale")):
        draw(ROOT / "docs" / "images" / f"{name}.png")
        print(f"docs/images/{name}.png")
    report = StanceChecker.load().explain(compared())
    for draw, name in ((page_picture, "report.png"), (matrix_picture, "matrix.png")):
        target = ROOT / "docs" / name
        draw(report, target)
        write_into(target, numbers(report))
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
