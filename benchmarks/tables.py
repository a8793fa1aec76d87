"""The tables of README.md, each made from the records in results/; see report.py."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

from lowest import constraints, newest

Record = Mapping[str, Any]

_ENOUGH = 1000  # pairs a set; a record of the first N says N in its column 'pairs'
_ENOUGH_INPUTS = 200_000  # of the fuzzer
_ENOUGH_JUDGED = 5_000  # pairs of the determinism record
_ENOUGH_SCALED = 50_000  # pairs that Ray's workers judge


def quality_table(records: Sequence[Record]) -> str:
    """Sets by models: figures with their intervals, the newest of each; trials on a few pairs a set do not count."""
    newest: dict[str, dict[str, Record]] = {}
    for record in records:
        if str(record.get("name", "")).startswith("quality-") and (record.get("limit") or _ENOUGH) >= _ENOUGH:
            newest.setdefault(str(record["model"]).rstrip("/").rsplit("/", 1)[-1], {}).update(record["sets"])
    if not newest:
        return "No records yet.\n"
    models = sorted(newest)
    names = sorted({name for sets in newest.values() for name in sets}, key=stance_first)
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
    for name in sorted(sets, key=stance_first):
        known = {b["name"]: b for b in sets[name]["baselines"]}
        cells = [f"{known[k]['accuracy']:.3f} / {known[k]['macro_f1']:.3f}" if k in known else "-" for k in kinds]
        rows.append([name, f"{sets[name]['pairs']:,}", sets[name]["scheme"], *cells])
    return _markdown(["set", "pairs", "scored as", *(f"{k}: accuracy / macro-F1" for k in kinds)], rows)


def speed_table(records: Sequence[Record]) -> str:
    """The newest speed record of each model and kind of processor: pairs a second, and the ratio to transformers' pipeline."""
    newest = {(r["model"], _processor(r)): r for r in records if str(r.get("name", "")).startswith("speed-")}
    if not newest:
        return "No records yet.\n"
    rows = []
    for (model, processor), record in sorted(newest.items()):
        for name, found in record["contenders"].items():
            ratio = found["ratio_to_pipeline"]
            rows.append(
                [
                    Path(str(model)).name,
                    f"{processor}, {record['threads_used']} threads, {_ways(record)}",
                    name,
                    f"{found['pairs_per_second']:,.1f}",
                    f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})",
                ]
            )
    return _markdown(["model", "on", "through", "pairs/s", "times the pipeline (rounds)"], rows)


def _processor(record: Record) -> str:
    slow = record.get("bfloat16_is_fast") is False
    return str(record["device"]) + (" without fast bfloat16" if slow else "")


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


def attribution_table(records: Sequence[Record]) -> str:
    """The newest attribution record: the held-out articles, by how much was used and by kind of span."""
    record = _newest(records, "attribution")
    if record is None:
        return "No records yet.\n"
    used = {"marks": "quotation marks alone", "rules": "rules", "spacy": "rules and parser"}
    kinds = {"speech": "quotes and indirect speech", "direct": "direct quotes", "all": "all that the gold marks"}
    rows = []
    for way, results in record["results"].items():
        for kind, shown in kinds.items():
            found = results["held_out"][kind]
            figures = [found["precision"], found["recall"]]
            f1 = f"{found['f1']:.3f} [{found['f1_low']:.3f}, {found['f1_high']:.3f}]"
            rows.append(
                [
                    used[way],
                    shown,
                    *(f"{x:.3f}" for x in figures),
                    f1,
                    f"{found['f1_exact']:.3f}",
                    f"{found['speaker_strict']:.3f}",
                ]
            )
    return _markdown(["read with", "spans", "precision", "recall", "F1", "exact F1", "speaker right"], rows)


def many_to_many_table(records: Sequence[Record]) -> str:
    """The newest record of the search for pairs worth judging: recall by set and by partners asked for."""
    record = _newest(records, "many-to-many")
    if record is None:
        return "No records yet.\n"
    asked = list(record["mean_recall"])
    rows = []
    for name, found in record["sets"].items():
        rows.append([name, f"{found['true_pairs']:,}", *(f"{found[f'top_{k}']['recall']:.3f}" for k in asked)])
    rows.append(["mean", "", *(f"{record['mean_recall'][k]:.3f}" for k in asked)])
    judged = [[found[f"top_{k}"]["judged"] for found in record["sets"].values()] for k in asked]
    rows.append(["judged, of all pairs", "", *(f"{max(shares):.1%}" for shares in judged)])
    search = record["search"]
    seconds = ", ".join(f"{int(side):,} a side {s:,.2f} s" for side, s in search["seconds_by_side"].items())
    table = _markdown(["set", "true pairs", *(f"top_k={k}" for k in asked)], rows)
    table += f"\nSearch alone, made-up embeddings: {seconds} (slope of log time {search['slope']:.2f}).\n"
    if (found := record.get("compare")) and found["slope"]:
        every = found["all_pairs_seconds_by_side"]
        told = ", ".join(
            f"{int(n):,} a side {s:,.0f} s (all pairs {every[n]:,.0f} s)" for n, s in found["seconds_by_side"].items()
        )
        table += f"The whole of `compare`: {told}; slope {found['slope']:.2f}.\n"
    return table


def explain_table(records: Sequence[Record]) -> str:
    """The newest record of explanations: how faithful the spans are, and how often the kind is right."""
    record = _newest(records, "explain")
    if record is None:
        return "No records yet.\n"
    faithful, rows = record["faithfulness"], []
    for way, shown in (("left_out", "left out"), ("dots_instead", "replaced by dots")):
        found = faithful[way]
        low, high = found["ratio_95"]
        told = f"falls {found['ratio']:.1f} [{low:.1f}, {high:.1f}] times as far as for random words"
        rows.append([f"heaviest span {shown}: the score", f"{faithful['compared']:,}", told])
    found = record["plausibility"]
    told = f"{found['top_touches_edit']:.1%}; a random run of words {found['random_touches_edit']:.1%}"
    rows.append(["heaviest span touches the words that were changed", f"{found['pairs']:,}", told])
    for name, kind in record["kind"].items():
        told = f"{kind['accuracy']:.1%}; among the cues {kind['gold_kind_among_cues']:.1%}"
        rows.append([f"kind right: {name}", f"{kind['pairs']:,}", told])
    return _markdown(["what", "pairs", "found"], rows)


def kinds_table(records: Sequence[Record]) -> str:
    """The confusion table of the newest record of explanations: the held-out pairs labelled by hand, gold kinds down."""
    record = _newest(records, "explain")
    confusion = (record or {"kind": {}})["kind"].get("WikiFactCheck by hand, held_out", {}).get("confusion")
    if not confusion:
        return "No records yet.\n"
    said = sorted({kind for row in confusion.values() for kind in row})
    rows = [[gold, *(str(row.get(kind) or "·") for kind in said)] for gold, row in confusion.items()]
    return _markdown(["gold, then what was said", *said], rows)


def cascade_table(records: Sequence[Record]) -> str:
    """The newest record of each cascade: accuracy against cost by set and threshold."""
    newest_of = {r["name"]: r for r in records if str(r.get("name", "")).startswith("cascade-")}
    rows = []
    for record in newest_of.values():
        for name, found in record["sets"].items():
            for system, figures in found["systems"].items():
                scores = [_figure(figures["figures"][key]) for key in ("accuracy", "macro_f1")]
                cost = [f"{figures['judged_again']:.0%}", f"{figures['ratio_to_larger']:.2f}"]
                rows.append([name, f"{figures['pairs']:,}", system, *scores, *cost])
    heads = ["set", "pairs", "judged by", "accuracy", "macro-F1", "read by the larger", "time, the larger alone = 1"]
    return _markdown(heads, rows) if rows else "No records yet.\n"


def scale_table(records: Sequence[Record]) -> str:
    """The newest record of Ray's workers: rates, speed-up, overhead, and what is computed from them."""
    record = _newest(records, "scale", pairs=_ENOUGH_SCALED)
    if record is None:
        return "No records yet.\n"
    rows = [[shown, f"{record[key]:,.1f} pairs/s"] for key, shown in _RATES.items()]
    rows.append(["two workers against one", f"{record['speed_up_of_two']:.2f} times"])
    overhead = "overhead_of_ray_against_bare"
    told = f"{record[overhead]:+.1%}; in processor time {record[f'{overhead}_in_cpu_time']:+.1%}"
    rows.append(["Ray's overhead a pair, of judging it", told])
    rows += [
        [f"{case['pairs']:,} pairs on {case['workers']:,} workers, computed", f"{case['hours']:,.1f} hours"]
        for case in record["simulation"]["cases"]
    ]
    return _markdown([f"{record['pairs']:,} pairs, one thread a worker", "found"], rows)


_RATES = {
    "bare_pairs_per_second": "the bare checker",
    "one_worker_pairs_per_second": "one Ray worker",
    "two_workers_pairs_per_second": "two Ray workers",
}


def agreement_table(records: Sequence[Record]) -> str:
    """The newest record of the engines' agreement with the plain checker."""
    record = _newest(records, "scale-agreement")
    if record is None:
        return "No records yet.\n"
    rows = [
        [name, f"{found['pairs']:,}", f"{found['unequal_stances']:,}", f"{found['largest_score_difference']:.1e}"]
        for name, found in record["agreement"].items()
    ]
    return _markdown(["engine", "pairs", "stances unlike the plain checker's", "largest difference of a score"], rows)


TABLES: dict[str, Callable[[Sequence[Record]], str]] = {
    "quality": quality_table,
    "baselines": baseline_table,
    "speed": speed_table,
    "fuzz": fuzz_table,
    "faults": faults_table,
    "determinism": determinism_table,
    "versions": versions_table,
    "attribution": attribution_table,
    "many-to-many": many_to_many_table,
    "explain": explain_table,
    "kinds": kinds_table,
    "cascade": cascade_table,
    "scale": scale_table,
    "agreement": agreement_table,
}


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


def stance_first(name: str) -> tuple[int, str]:
    kinds = ("stance", "nli", "xnli")
    kind = name.split(".")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), name


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
