"""Input as people have it: tables, dates, parties, copies, models and articles, each with what is right.

    python -m benchmarks run input
    python -m benchmarks run input --no-record

Writes a record. The cases are in input/, with what an early version gave (`got`); what a model says of a pair counts only in
`duplicates crowd out` and in the articles.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._input_forms import FILES, FRAMES, GAPS, MODELS, MOVES, chain, models_folder
from benchmarks._markdown import NO_RECORDS, Record, markdown
from benchmarks._record import write_record
from stancecheck import Pair, StanceChecker, Statement, read_article, read_statements
from stancecheck.attribution import read_transcript
from stancecheck.errors import StancecheckError
from stancecheck.explain.caution import reversal
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.report import Report
from stancecheck.stance import Stance

CASES = Path(__file__).resolve().parent / "input"
_QUICK = 0.1  # seconds of CPU, as the cases state it

Case = Mapping[str, Any]


def _dialect(case: Case, _: StanceChecker) -> str | None:
    """A separated file is read, or refused with its cause."""
    name, content, cause = FILES[case["form"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            statements = read_statements(path)
        except StancecheckError as error:
            return None if cause and cause in str(error) else f"refused: {error}"
    return None if statements[0].text.startswith(("The dam", "They said")) and statements[0].party else f"read as {statements}"


def _formula(case: Case, _: StanceChecker) -> str | None:
    """No cell of a CSV export is one that a spreadsheet computes."""
    import csv

    report = Report((_judged(Statement(case["text"], party=case["party"]), Statement("x", party="y")),))
    cells = [cell for row in csv.reader(report.to_csv().splitlines()[1:]) for cell in row]
    computed = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    return str(computed) if computed else None


def _frame(case: Case, checker: StanceChecker) -> str | None:
    """A table with a value and a gap is read so."""
    if case["input"] not in FRAMES:  # the control
        return None if len(checker.check_pairs([{"a": "x", "b": "y"}] * 2)) == 2 else "not two"
    found = FRAMES[case["input"]]()
    return None if found[0] and found[1] is None else str(found)


def _date(case: Case, checker: StanceChecker) -> str | None:
    """The earlier of two dates is known, or the dates are called unreadable."""
    statements = [
        Statement(text, party=case["party"], date=case[date])
        for text, date in (("The dam was closed.", "date_a"), ("The dam was not closed.", "date_b"))
    ]
    found = reversal(*statements)
    earlier = None if found is None else found.earlier
    if case["right"].startswith("None"):
        return None if earlier is None else f"earlier: {earlier}"
    if earlier == "a" or (
        "warning" in case["right"] and any("date" in note for note in checker.compare(statements, same_party=True).notes)
    ):
        return None
    return f"earlier: {earlier}, and no note"


def _copies(case: Case, checker: StanceChecker) -> str | None:
    """A pair is found however many copies there are."""
    statements = [
        Statement(text, party=party, source=f"paper {n}")
        for n in range(case["copies"])
        for party, texts in (("A", case["statements_A"]), ("B", case["statements_B"]))
        for text in texts
    ]
    report = checker.compare(statements)
    first = (case["statements_A"][0], case["statements_B"][0])
    stances = [j.stance.value for j in report if {j.a.text, j.b.text} == set(first)]
    ok = stances == ["contradict"] and report.expected_recall == 1.0
    return None if ok else f"{stances or 'not judged'}, expected recall {report.expected_recall}"


def _many(case: Case, _: StanceChecker) -> str | None:
    """What is shown of many parties costs what their judgements do."""
    report = Report(tuple(_judged(a, b) for a, b in chain(case["parties"])), model="made up")
    calls: dict[str, Callable[[], Any]] = {
        "report.matrix()": report.matrix,
        "print(report)": report.__str__,
        "display in a notebook": report._repr_html_,
        "report.to_html()": report.to_html,
        "report.view()": report.view,
        "report.to_jsonl() (control)": report.to_jsonl,
    }
    call = calls[case["call"]]
    call()  # what is loaded and kept at the first call is no part of it
    began = time.process_time()
    call()
    took = time.process_time() - began
    return None if took < _QUICK * case["judgements"] / 799 else f"{took:.2f} s"


def _gap(case: Case, _: StanceChecker) -> str | None:
    """What is missing is None."""
    found = GAPS[case["input"]]()
    return None if found and set(found) == {None} else str(found)


def _model(case: Case, _: StanceChecker) -> str | None:
    """A model's folder is loaded, or refused with the fix."""
    return models_folder(MODELS[case["folder"]])


def _party(case: Case, checker: StanceChecker) -> str | None:
    """Names that look the same are one party; blanks are none."""
    if "input" in case:
        return (
            None
            if len(checker.compare([{"text": t, "party": " "} for t in ("The dam is safe.", "It is not.")])) == 1
            else "none"
        )
    statements = [Statement(f"The dam is {n}.", party=case[side]) for n, side in (("safe", "party_a"), ("not safe", "party_b"))]
    report = checker.compare(statements)
    return None if len(report) == 0 and any("one party" in note for note in report.notes) else f"{len(report)} pairs"


def _move(case: Case, checker: StanceChecker) -> str | None:
    """A checker goes to another process, or says what does."""
    try:
        MOVES[case["call"]](checker)
    except StancecheckError as error:
        return None if "stancecheck.scale.PairWorker" in str(error) else str(error)
    return None


def _article(case: Case, checker: StanceChecker) -> str | None:
    """Two parties are found in an article, and the one contradiction between them."""
    return _two_parties(case, read_article(case["text"], source="Courier"), checker)


def _transcript(case: Case, checker: StanceChecker) -> str | None:
    """The same of a transcript that its reader calls one."""
    return _two_parties(case, read_transcript(case["text"], source="Courier"), checker)


def _two_parties(case: Case, statements: Sequence[Statement], checker: StanceChecker) -> str | None:
    report = checker.compare(statements)
    found = report.counts[Stance.CONTRADICT]
    parties = {s.party for s in statements} - {None, "Courier"}
    if len(parties) >= 2 and found == 1 and (len(statements) == 2 or "nothing else" not in case["right"]):
        return None
    return f"{[(s.party, s.text) for s in statements]}, {found} contradictions"


CHECKS: Mapping[str, Callable[[Case, StanceChecker], str | None]] = {
    "csv_dialects": _dialect,
    "csv_export_formulas": _formula,
    "dataframes_with_pd_NA_or_arrays": _frame,
    "dates_with_zones_and_other_forms": _date,
    "duplicates_crowd_out": _copies,
    "many_parties": _many,
    "missing_values_become_the_party_nan": _gap,
    "model_folders": _model,
    "party_names_that_look_the_same": _party,
    "pickling": _move,
    "press_release_quotations": _article,
    "transcripts_have_one_party": _transcript,
}
"""By file of input/: what comes out where it is not right, or None."""


def measure(checker: StanceChecker) -> dict[str, dict[str, Any]]:
    """By file, how many cases there are, how many come out right, and what the others gave."""
    found: dict[str, dict[str, Any]] = {}
    for name, check in CHECKS.items():
        cases = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").split("\n") if line]
        wrong = []
        for case in cases:
            with _quiet():
                got = _tried(check, case, checker)
            if got is not None:
                wrong.append({"case": next(iter(case.values())), "got": got[:300]})
        found[name] = {"cases": len(cases), "right": len(cases) - len(wrong), "wrong": wrong}
    return found


def _tried(check: Callable[[Case, StanceChecker], str | None], case: Case, checker: StanceChecker) -> str | None:
    try:
        return check(case, checker)
    except Exception as error:  # a crash is what some cases are of
        return f"{type(error).__module__}.{type(error).__name__}: {error}"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _judged(a: Statement, b: Statement) -> Judgement:
    """A contradiction that nobody judged, for what shows one."""
    scores = {Stance.AGREE: 0.05, Stance.CONTRADICT: 0.9, Stance.UNRELATED: 0.05}
    one_way = NLIScores(0.05, 0.05, 0.9)
    evidence = Evidence((0, len(a.text)), (0, len(b.text)))
    pair = Pair(a, b)
    return Judgement(
        a=pair.a,
        b=pair.b,
        stance=Stance.CONTRADICT,
        confidence=0.9,
        scores=scores,
        forward=one_way,
        backward=one_way,
        truncated=False,
        evidence=evidence,
    )


def table(records: Sequence[Record]) -> str:
    """Cases by kind, and how many come out right, a column a record, the oldest first."""
    known = sorted((r for r in records if r.get("name") == "input"), key=lambda r: str(r["created"]))
    if not known:
        return NO_RECORDS
    kinds = known[-1]["kinds"]
    rows = [
        [
            name.replace("_", " "),
            f"{kind['cases']}",
            *(f"{r['kinds'][name]['right']}" if name in r["kinds"] else "-" for r in known),
        ]
        for name, kind in kinds.items()
    ]
    total = [sum(kind["cases"] for kind in kinds.values()), *(sum(k["right"] for k in r["kinds"].values()) for r in known)]
    heads = ["fault", "cases", *(f"right, {record['commit'].rstrip('+')}" for record in known)]
    return markdown(heads, [*rows, ["all", *map(str, total)]])


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("input", __doc__)
    parser.add_argument("--no-record", action="store_true", help="only print")
    args = parser.parse_args(arguments)
    found = measure(StanceChecker.load())
    for name, kind in found.items():
        print(f"{name:45} {kind['right']:3} of {kind['cases']:3}")
        print("".join(f"    {wrong['case']!r}: {wrong['got']}\n" for wrong in kind["wrong"]), end="")
    if not args.no_record:
        write_record("input", {"model": "default", "kinds": found})
