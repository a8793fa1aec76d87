"""The surest contradictions between two governments' press releases, to be read by a person.

    python tools/press_releases.py RELEASES.jsonl.gz --from 2022-03-01 --days 14 --out top.txt

RELEASES: gzipped JSON lines with `party`, `date` and `body`. Every sentence of the window is a statement of its party. Nobody
has labelled them, so nothing is scored: read the file, and count how many of its pairs are real collisions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from datetime import date, timedelta
from pathlib import Path

from stancecheck import StanceChecker, Statement


def statements(path: Path, first: date, days: int) -> list[Statement]:
    """The different sentences of the releases from `first` on, for so many days."""
    found: dict[tuple[str, str], Statement] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            day = date.fromisoformat(row["date"][:10])
            if first <= day < first + timedelta(days=days):
                for text in re.split(r"(?<=[.!?])\s+", row["body"] or ""):
                    if 40 <= len(text.strip()) <= 400:
                        kept = Statement(text.strip(), party=row["party"], date=day.isoformat())
                        found.setdefault((row["party"], kept.text), kept)
    return list(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", type=Path)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--top", type=int, default=50)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--escalate")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    found = statements(args.releases, args.first, args.days)
    report = StanceChecker.load(args.model, escalate=args.escalate).compare(found)
    worst = sorted(report.where(stance="contradict"), key=lambda j: -j.confidence)
    with args.out.open("w", encoding="utf-8") as out:
        for number, judgement in enumerate(worst[: args.top], 1):
            out.write(f"{number}. {judgement.confidence:.3f} by {judgement.model}\n")
            out.writelines(f"   {s.party}, {s.date}: {s.text}\n" for s in (judgement.a, judgement.b))
    print(f"{len(found):,} statements, {len(report):,} pairs judged, {len(worst):,} contradictions -> {args.out}")


if __name__ == "__main__":
    main()
