"""How right whole reports are: affairs told by several parties, every pair of statements labelled (see cases/README.md).

    python -m benchmarks run cases
    python -m benchmarks run cases --judges default stancecheck-mini stancecheck-mini+stancecheck-base my/folder
    python -m benchmarks run cases --groups 'real matters' --data-dir DIR
    python -m benchmarks run cases --groups affairs 'affairs, speech' --judges default --partners 3 5 8 10 15 20 30 --no-record

A judge is 'default' (what `StanceChecker.load()` gives), a model, or two joined by '+': the second gives second opinions
(`escalate`). With --data-dir, where a copy of own.real_matters lies, false alarms are counted on real sentences too; they are
other people's and not in this repository. With --partners each report is made once, with the most partners a statement, and
scored as it would be with fewer. Writes a record a judge; a table takes each group from the newest record that has it.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import markdown
from benchmarks._record import write_record
from stancecheck import Report, StanceChecker, Statement
from stancecheck.data.statements import read_statements
from stancecheck.evaluation import ReportGold, evaluate_reports, read_gold
from stancecheck.evaluation.record import system_facts

CASES = Path(__file__).resolve().parent / "cases"
GROUPS = {"cases": CASES, "affairs": CASES / "affairs" / "concrete", "affairs, speech": CASES / "affairs" / "speech"}
REAL = "real matters"
DEFAULT = "default"
JUDGES = (DEFAULT, "stancecheck-mini", "stancecheck-mini+stancecheck-base")

Case = tuple[str, list[Statement], ReportGold]


def labelled(folder: Path) -> Iterator[Case]:
    """The affairs of a folder: name, statements, gold."""
    for gold in sorted(folder.glob("*.gold.jsonl")):
        name = gold.name.removesuffix(".gold.jsonl")
        yield name, read_statements(gold.with_name(f"{name}.jsonl")), read_gold(gold)


def real_matters(data_dir: Path, part: str = "dev") -> Iterator[Case]:
    """Sentences of two sides on one matter; of the labels only those of which both readers were sure are scored."""
    with gzip.open(data_dir / part / "own.real_matters.jsonl.gz", "rt", encoding="utf-8") as lines:
        for matter in map(json.loads, lines):
            gold = [
                row if row["sure"] or row["label"] == "unrelated" else {**row, "label": "doubtful"} for row in matter["gold"]
            ]
            yield matter["name"], read_statements(matter["statements"]), read_gold(gold)


def measure(checker: StanceChecker, cases: Sequence[Case], partners: Sequence[int] = (), **options: Any) -> dict[str, Any]:
    """The metrics of one group of cases, plain values.

    Args:
        checker: The judge.
        cases: Affairs with their gold labels.
        partners: Numbers of partners with which each report is scored, too.
        options: Of `compare`.
    """
    reports: list[tuple[Report, ReportGold]] = []
    started = time.perf_counter()
    for _, statements, gold in cases:
        reports.append((checker.compare(statements, **options), gold))
    seconds = time.perf_counter() - started
    found = evaluate_reports(reports).as_dict()
    one_by_one = {name: evaluate_reports([case]).metrics for (name, _, _), case in zip(cases, reports, strict=True)}
    shown = {name: {key: metrics[key].value for key in ("contradict_f1", "first_5")} for name, metrics in one_by_one.items()}
    by_partners = {}
    for most in partners:
        scored = evaluate_reports([(_nearest(report, most), gold) for report, gold in reports])
        by_partners[str(most)] = {"judged": scored.judged, "metrics": scored.as_dict()["metrics"]}
    return {**found, "seconds": round(seconds, 1), "options": options, "by_case": shown, "by_partners": by_partners}


def _nearest(report: Report, most: int) -> Report:
    """The report as it would be if each statement had asked for fewer partners."""
    return replace(report, judgements=tuple(j for j in report if (j.rank or 1) <= most))


def partners_table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """What reports gain with the number of partners that a statement asks for."""
    names = {"contradict_precision": "precision", "contradict_recall": "recall", "contradict_f1": "F1", "first_5": "first 5"}
    names |= {"first_10": "first 10", "contradict_ap": "AP", "agree_f1": "agree: F1", "lost": "not judged"}
    rows = [
        [group, partners, f"{gain['judged']:,}", *(_cell({**gain["metrics"][name], "interval": None}, name) for name in names)]
        for group, found in groups.items()
        for partners, gain in found["by_partners"].items()
    ]
    return markdown(["cases", "partners", "pairs", *names.values()], rows) if rows else ""


def table(records: Sequence[Mapping[str, Any]]) -> str:
    """What each judge's reports get right, by group of cases, from the newest record that has the group."""
    newest: dict[str, dict[str, Mapping[str, Any]]] = {}
    for record in records:
        if str(record.get("name", "")).startswith("cases-"):
            newest.setdefault(record["judge"], {}).update(record["groups"])
    heads = [
        "cases",
        "judged by",
        "contradict: precision",
        "recall",
        "F1",
        "right of first 5",
        "of first 10",
        "AP",
        "agree: F1",
    ]
    heads += ["ECE", "not judged", "false contradict in 1,000", "false agree", "seconds a report"]
    names = ["contradict_precision", "contradict_recall", "contradict_f1", "first_5", "first_10", "contradict_ap", "agree_f1"]
    names += ["ece", "lost", "false_contradict", "false_agree"]
    lines = [heads, ["---", "---"] + ["---:"] * (len(heads) - 2)]
    for group in (*GROUPS, REAL):
        for judge, groups in newest.items():
            if found := groups.get(group):
                cells = [_cell(found["metrics"][name], name) for name in names]
                lines.append([group, judge, *cells, f"{found['seconds'] / found['reports']:.1f}"])
    return "".join("| " + " | ".join(line) + " |\n" for line in lines) if newest else "No records yet.\n"


def _cell(metric: Mapping[str, Any], name: str) -> str:
    if metric["value"] is None:
        return "-"
    digits = 1 if name.startswith("false") else 2
    ends = metric["interval"] if name in ("contradict_f1", "first_5") else None
    return f"{metric['value']:.{digits}f}" + (f" [{ends['low']:.2f}, {ends['high']:.2f}]" if ends else "")


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("cases", __doc__)
    parser.add_argument("--judges", nargs="+", default=JUDGES)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--top-k", type=int, help="partners a statement asks for; compare's own number if not given")
    parser.add_argument("--partners", nargs="+", type=int, default=[], help="score each report with so many partners, too")
    parser.add_argument("--groups", nargs="+", choices=[*GROUPS, REAL], help="these only; all by default")
    parser.add_argument("--no-record", action="store_true", help="only print")
    args = parser.parse_args(arguments)
    groups = {name: list(labelled(folder)) for name, folder in GROUPS.items()}
    if args.data_dir is not None:
        groups[REAL] = list(real_matters(args.data_dir))
    groups = {name: cases for name, cases in groups.items() if name in (args.groups or groups)}
    most = max(args.partners, default=args.top_k)
    options = {} if most is None else {"top_k": most}
    for judge in args.judges:
        model, _, larger = judge.partition("+")
        checker = StanceChecker.load() if judge == DEFAULT else StanceChecker.load(model, escalate=larger or None)
        shown = "+".join(Path(part).name for part in judge.split("+"))
        record: dict[str, Any] = {"judge": shown, "system": system_facts(checker), "groups": {}}
        for name, cases in groups.items():
            record["groups"][name] = measure(checker, cases, args.partners, **options)
            print(table([{"name": "cases-", **record, "groups": {name: record["groups"][name]}}]), flush=True)
        print(partners_table(record["groups"]), end="")
        if not args.no_record:
            write_record(f"cases-{shown}", record)
