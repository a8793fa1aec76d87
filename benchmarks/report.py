"""Tables and plots from the records in results/.

    python benchmarks/report.py                 # write the tables of README.md anew
    python benchmarks/report.py --check         # exit 1 if they are not those of the records
    python benchmarks/report.py --plots DIR     # draw the newest quality records

A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`; of each model, the newest record counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "release"))

from lowest import constraints, newest  # noqa: E402

Record = Mapping[str, Any]

_ENOUGH = 1000  # pairs a set; a record of the first N says N in its column 'pairs'
_ENOUGH_INPUTS = 200_000  # of the fuzzer
_ENOUGH_JUDGED = 5_000  # pairs of the determinism record
_BLOCK = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end of table -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plots", type=Path)
    parser.add_argument("--readme", type=Path, nargs="*", default=[HERE / "README.md"])
    args = parser.parse_args()
    records = read_records(HERE / "results")
    stale = [path for path in args.readme if refreshed(text := path.read_text(encoding="utf-8"), records) != text]
    if args.check:
        sys.exit(f"stale tables: {', '.join(map(str, stale))}; run python benchmarks/report.py" if stale else 0)
    for path in stale:
        path.write_text(refreshed(path.read_text(encoding="utf-8"), records), encoding="utf-8")
        print(f"tables written anew: {path}")
    if args.plots is not None:
        draw(records, args.plots)


def read_records(folder: Path) -> list[Record]:
    """All records, the oldest first."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return sorted((r for r in records if "created" in r), key=lambda r: str(r["created"]))


def refreshed(text: str, records: Sequence[Record]) -> str:
    """The text with every table made anew from the records.

    Raises:
        KeyError: If the text asks for a table that there is not.
    """
    return _BLOCK.sub(lambda m: m.group(1) + TABLES[m.group("name")](records) + m.group(4), text)


def quality_table(records: Sequence[Record]) -> str:
    """Sets by models: figures with their intervals, the newest of each; trials on a few pairs a set do not count."""
    newest: dict[str, dict[str, Record]] = {}
    for record in records:
        if str(record.get("name", "")).startswith("quality-") and (record.get("limit") or _ENOUGH) >= _ENOUGH:
            newest.setdefault(str(record["model"]).rstrip("/").rsplit("/", 1)[-1], {}).update(record["sets"])
    if not newest:
        return "No records yet.\n"
    models = sorted(newest)
    names = sorted({name for sets in newest.values() for name in sets}, key=_stance_first)
    rows = []
    for name in names:
        first = next(newest[m][name] for m in models if name in newest[m])
        alone = _baseline(first, "second statement alone")
        cells = [cell for model in models for cell in _cells(newest[model].get(name))]
        rows.append([name, f"{first['pairs']:,}", first["scheme"], alone, *cells])
    heads = ["set", "pairs", "scored as", "second statement alone: macro-F1"]
    for model in models:
        heads += [f"{model}: accuracy", "macro-F1", "contradict AP", "ECE"]
    return _markdown(heads, rows)


def baseline_table(records: Sequence[Record]) -> str:
    """Sets by baselines: accuracy and macro-F1."""
    sets: dict[str, Record] = {}
    for record in records:
        if record.get("name") == "baselines":
            sets.update(record["sets"])
    if not sets:
        return "No records yet.\n"
    kinds = ("majority", "word overlap", "second statement alone")
    rows = []
    for name in sorted(sets, key=_stance_first):
        known = {b["name"]: b for b in sets[name]["baselines"]}
        cells = [f"{known[k]['accuracy']:.3f} / {known[k]['macro_f1']:.3f}" if k in known else "-" for k in kinds]
        rows.append([name, f"{sets[name]['pairs']:,}", sets[name]["scheme"], *cells])
    return _markdown(["set", "pairs", "scored as", *(f"{k}: accuracy / macro-F1" for k in kinds)], rows)


def speed_table(records: Sequence[Record]) -> str:
    """The newest speed record of each model and device: pairs a second, and the ratio to transformers' pipeline."""
    newest = {(r["model"], r["device"]): r for r in records if str(r.get("name", "")).startswith("speed-")}
    if not newest:
        return "No records yet.\n"
    rows = []
    for (model, device), record in sorted(newest.items()):
        for name, found in record["contenders"].items():
            ratio = found["ratio_to_pipeline"]
            rows.append(
                [
                    Path(str(model)).name,
                    f"{device}, {record['threads_used']} threads, {_ways(record)}",
                    name,
                    f"{found['pairs_per_second']:,.1f}",
                    f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})",
                ]
            )
    return _markdown(["model", "on", "through", "pairs/s", "times the pipeline (rounds)"], rows)


def _ways(record: Record) -> str:
    return "a -> b" if record.get("directions", 2) == 1 else "both directions"


def fuzz_table(records: Sequence[Record]) -> str:
    """The newest whole run of the fuzzer: inputs by target, what was found, and the slowest input."""
    record = _newest(records, "fuzz", inputs=_ENOUGH_INPUTS)
    if record is None:
        return "No records yet.\n"
    rows = [
        [name, f"{found['inputs']:,}", f"{found['findings']:,}", f"{found['slowest_cpu_s']:.2f} of {record['cpu_bound_s']}"]
        for name, found in record["targets"].items()
    ]
    counts = [sum(found[key] for found in record["targets"].values()) for key in ("inputs", "findings")]
    return _markdown(["what", "inputs", "wrong answers, crashes, hangs", "slowest input, seconds of CPU"], rows) + (
        f"\n{counts[0]:,} inputs, {counts[1]:,} findings, commit {record['commit']}.\n"
    )


def faults_table(records: Sequence[Record]) -> str:
    """The newest record of the tests of faults, threads and processes: each sentence that was tried, and how often it held."""
    record = _newest(records, "faults")
    if record is None:
        return "No records yet.\n"
    rows = []
    for kind, tests in record["kinds"].items():
        for said, counts in tests.items():
            ran = counts["passed"] + counts["failed"]
            rows.append([f"{kind}: {said}", f"{ran}", f"{counts['passed']}" if ran else "not tried there"])
    return _markdown(["what must hold", "cases", "held"], rows)


def determinism_table(records: Sequence[Record]) -> str:
    """The newest determinism record of each backend: how far scores moved, and how many stances flipped."""
    rows = []
    for backend in ("onnx", "openvino", "torch"):
        record = _newest(records, f"determinism-{backend}", pairs=_ENOUGH_JUDGED)
        for way, found in (record or {"ways": {}})["ways"].items():
            furthest = found["largest_difference"]
            moved = [f"{furthest:.1e}" if furthest else "0", f"{found['pairs_that_differ']:,}"]
            flips = [f"{found['flips']:,}", f"{found['flips_outside_a_margin_of_0.01']:,}"]
            rows.append([backend, way, f"{found['pairs']:,}", *moved, *flips])
    heads = [
        "backend",
        "judged",
        "pairs",
        "largest difference of a score",
        "pairs that differ",
        "flips",
        "outside a margin of 0.01",
    ]
    return _markdown(heads, rows) if rows else "No records yet.\n"


def versions_table(_: Sequence[Record]) -> str:
    """The lowest and the newest versions that the tests are run with; from pyproject.toml and constraints.txt, not records."""
    last = newest()
    rows = [[name, version, last[name]] for name, version in sorted(constraints([]).items())]
    return _markdown(["package", "lowest tried", "newest tried"], rows)


TABLES: dict[str, Callable[[Sequence[Record]], str]] = {
    "quality": quality_table,
    "baselines": baseline_table,
    "speed": speed_table,
    "fuzz": fuzz_table,
    "faults": faults_table,
    "determinism": determinism_table,
    "versions": versions_table,
}


def draw(records: Sequence[Record], folder: Path) -> None:
    """Macro-F1 by set of every quality record's model, with intervals."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    for record in (r for r in records if str(r.get("name", "")).startswith("quality-")):
        names = sorted(record["sets"], key=_stance_first)
        figure = Figure(figsize=(8, 1 + 0.3 * len(names)), layout="constrained")
        ax = figure.subplots()
        for place, name in enumerate(names):
            found = record["sets"][name]["figures"]["macro_f1"]
            ends = found["interval"]
            if ends:
                ax.plot([ends["low"], ends["high"]], [place, place], color="#1f5f8b")
            ax.plot(found["value"], place, "o", color="#1f5f8b")
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="macro-F1 with 95% interval", title=str(record["model"]))
        figure.savefig(folder / f"{record['name']}.svg")


def _newest(records: Sequence[Record], name: str, **least: int) -> Record | None:
    """The newest record of a name that was made with at least so many of each, or None: trials on a few do not count."""
    fit = (r for r in records if r.get("name") == name and all(r.get(key, 0) >= count for key, count in least.items()))
    return max(fit, key=lambda r: str(r["created"]), default=None)


def _cells(record: Record | None) -> list[str]:
    if record is None:
        return ["-"] * 4
    figures = record["figures"]
    return [
        _figure(figures["accuracy"]),
        _figure(figures["macro_f1"]),
        _figure(figures["contradict_ap"]),
        f"{figures['ece']['value']:.3f}",
    ]


def _figure(figure: Record) -> str:
    if figure["value"] is None:
        return "-"
    ends = figure["interval"]
    return f"{figure['value']:.3f}" + (f" [{ends['low']:.3f}, {ends['high']:.3f}]" if ends else "")


def _baseline(record: Record, name: str) -> str:
    return next((f"{b['macro_f1']:.3f}" for b in record["baselines"] if b["name"] == name), "-")


def _stance_first(name: str) -> tuple[int, str]:
    kinds = ("stance", "nli", "xnli")
    kind = name.split(".")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), name


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
