"""Write a model's card from its records, then the checksums of its folder.

    T=models/training
    python $T/card.py $T/recipe_base_stance.toml --model models/stancecheck-base --record $T/results/base.json \\
        --data $T/results/base-counts.json --earlier $T/results/base-*data.json

`--record` is what calibrate.py wrote, `--data` the counts of mixture.py, `--earlier` those of a first stage. No number in the
card is typed by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from rows import Row, read_recipe

TEMPLATE = Path(__file__).with_name("card.md")
REPORT_RULES = Path(__file__).resolve().parents[2] / "src" / "stancecheck" / "judging" / "reports.json"
STORED = {
    16: "16 bits",
    8: "8 bits with a scale for each row, in the compressed-tensors format (int-quantized, by channel)",
}
PARTIES = {
    True: "It reads who speaks where both parties are known (`Ministry: our troops ...`), and so whose 'we' and 'our' it is. "
    "Of short, plain statements it is then less sure than of the bare texts.",
    False: "It does not read who speaks: 'our troops did not fire' said by two armies looks like an agreement to it.",
}
HEADS = {
    True: "two heads on one encoder, one for the stance of the pair, one for classic NLI of the first statement to the second; "
    "a fitted rule reads both",
    False: "one head, for classic NLI of the first statement to the second; a fitted rule joins both directions into a stance",
}
WHOLE_AFFAIRS = """### Whole affairs

Every pair of statements of two sides: affairs written for this project, and real sentences on one matter. Nearly all pairs are
unrelated. These are the model's answers pair by pair; order and confidence in a report come from a further rule (below).

"""
SMALLEST = 10  # pairs of a kind; fewer tell nothing


def percent(estimate: Row | None) -> str:
    """An estimate and its interval in percent."""
    return shown(estimate, 100, 1)


def shown(estimate: Row | None, scale: float, digits: int) -> str:
    """An estimate and its interval, scaled; a dash where there is none."""
    if not estimate or estimate["value"] is None:
        return "–"
    text = f"{scale * estimate['value']:.{digits}f}"
    if not (ends := estimate.get("interval")):
        return text
    return f"{text} ({scale * ends['low']:.{digits}f}–{scale * ends['high']:.{digits}f})"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, numbers to the right; nothing without rows."""
    if not rows:
        return ""
    ruler = ["---:" if all(cell[0] in "0123456789–" for cell in column) else "---" for column in zip(*rows, strict=True)]
    lines = [head, ruler, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def stance_table(sets: Row) -> str:
    """How right the stance is, set by set."""
    head = ["Set", "Pairs", "Accuracy", "Macro-F1", "AP contradict", "AP agree", "ECE"]
    rows = []
    for name, found in sets.items():
        of = found["stance"]["metrics"]
        ap = [shown(x, 1, 2) for x in (of["contradict_ap"], found["stance"]["alarms"].get("agree_ap"))]
        marked = name + (" *" if found["fitted_on"] else "")
        ece = shown(of["ece"], 1, 3)
        rows.append([marked, f"{found['rows']:,}", percent(of["accuracy"]), percent(of["macro_f1"]), *ap, ece])
    return table(head, rows)


def nli_table(sets: Row) -> str:
    """How right the NLI head is, and what the hypothesis alone gives away."""
    head = ["Set", "Pairs", "Accuracy", "Macro-F1", "Largest class", "Second text alone"]
    rows = []
    for name, found in sets.items():
        if "nli" not in found:
            continue
        without = {b["name"]: f"{100 * b['accuracy']:.1f}" for b in found["nli"]["baselines"]}
        alone = without.get("hypothesis-only baseline", "–")
        of = found["nli"]["metrics"]
        pairs = f"{found['rows']:,}"
        rows.append([name, pairs, percent(of["accuracy"]), percent(of["macro_f1"]), without.get("majority", "–"), alone])
    return table(head, rows)


def report_table(sets: Row) -> str:
    """What is found among all pairs of whole affairs, and how many false alarms there are."""
    head = ["Set", "Stance", "Found", "Right of those called so", "False, in 1,000 pairs"]
    rows = []
    for name, found in sets.items():
        if not found["stance"]["grouped_by"].startswith("column 'affair'"):
            continue
        of = found["stance"]["alarms"]
        for stance in ("contradict", "agree"):
            parts = [of[f"{stance}_{key}"] for key in ("found", "right", "false")]
            rows.append([name, stance, percent(parts[0]), percent(parts[1]), shown(parts[2], 1000, 1)])
    return WHOLE_AFFAIRS + table(head, rows) if rows else ""


def kind_tables(sets: Row) -> str:
    """By set, how right each kind of pair is, the worst first."""
    parts = []
    for name, found in sets.items():
        kinds = [k for k in found["stance"]["slices"].get("kind", []) if k["pairs"] >= SMALLEST]
        kinds.sort(key=lambda k: (k["accuracy"]["value"], k["value"]))
        rows = [[k["value"].replace("_", " "), f"{k['pairs']:,}", percent(k["accuracy"])] for k in kinds]
        if rows:
            parts.append(f"### {name}\n\n" + table(["Kind", "Pairs", "Accuracy"], rows))
    return "\n".join(parts)


def data_table(sets: Row) -> str:
    """Training rows by set."""
    rows = [[name, found.get("licence", "Apache-2.0"), f"{size(found):,}"] for name, found in sets.items()]
    return table(["Set", "Licence", "Rows"], rows)


def size(counted: Row) -> int:
    """How many rows of a set were trained on; older counts call it 'kept'."""
    return int(counted["rows"] if "rows" in counted else counted["kept"])


def confidence(record: Row, recipe: Row) -> Iterator[str]:
    """Which number the confidence is, use by use."""
    sets, shares = record["sets"], recipe["calibration"]["weights"]
    errors = ", ".join(f"{shown(sets[name]['stance']['metrics']['ece'], 1, 3)} on {name}" for name in shares)
    yield f"- `check` and `check_pairs` judge pairs that somebody chose to compare. Expected calibration error: {errors}."
    in_reports = json.loads(REPORT_RULES.read_text(encoding="utf-8")).get(recipe["model"]["name"])
    if in_reports:
        yield (
            "- `compare` goes through pairs that are nearly all unrelated, so it reads the scores anew, by a rule that also "
            f"knows how near two statements are ({in_reports['source']}). The confidence in a report is that rule's."
        )


def limits(sets: Row) -> Iterator[str]:
    """What the model cannot do, in numbers, as far as it was measured."""
    for name, what in (("nli.control_dev", "Long premises"), ("nli.anli_r1", "Pairs written to fool such models")):
        if name in sets:
            accuracy = percent(sets[name]["nli"]["metrics"]["accuracy"])
            yield f"- {what}: {accuracy} % right on {name}, where a guess is right a third of the time."
    foreign = {name: found for name, found in sets.items() if name.startswith("xnli.")}
    if foreign:
        scores = ", ".join(f"{percent(f['nli']['metrics']['accuracy'])} % on {n}" for n, f in foreign.items())
        yield f"- It was trained on English alone: {scores}."


def card(recipe: Row, record: Row, data: Row, earlier: Row) -> str:
    """The card's text."""
    model, sets, most = recipe["model"], record["sets"], recipe["calibration"].get("most_rows")
    most_rows = f"Of a larger set the first {most:,} pairs are taken. " if most else ""
    first = f"\nBefore that, a first stage on NLI and stance sets:\n\n{data_table(earlier)}" if earlier else ""
    return TEMPLATE.read_text(encoding="utf-8").format(
        name=model["name"],
        base=model.get("hub_base", model["base"]),
        made=model.get("made", ""),
        heads=HEADS[record["stance_head"]],
        parties=PARTIES[record["reads_parties"]],
        stance_output=", `stance_logits` (agree, contradict, unrelated)" if record["stance_head"] else "",
        embeds=" It also embeds single statements, for the search of `compare`." if record["embeds"] else "",
        weights=STORED[model.get("weight_bits", 16)],
        window=record["max_tokens"],
        most_rows=most_rows,
        backend=f"{record['backend']}, {record['dtype']}",
        stances=stance_table(sets),
        reports=report_table(sets),
        kinds=kind_tables(sets),
        nli=nli_table(sets),
        confidence="\n".join(confidence(record, recipe)),
        limits="\n".join(limits(sets)),
        total=sum(size(found) for found in (*data.values(), *earlier.values())),
        data=data_table(data) + first,
    )


def weights_digest(folder: Path) -> str:
    """SHA-256 of the weights: of the one file, or of the digests of several, in the order of their names."""
    digests = []
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def seal(folder: Path) -> None:
    """SHA256SUMS over every file that the library reads; the card may be edited."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("SHA256SUMS", "README.md")):
        with path.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def counts(paths: list[Path]) -> Row:
    """The sets of several counts files."""
    return {name: found for path in paths for name, found in json.loads(path.read_text(encoding="utf-8"))["sets"].items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, nargs="+")
    parser.add_argument("--earlier", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    recipe = read_recipe(args.recipe)
    record = json.loads(args.record.read_text(encoding="utf-8"))
    if weights_digest(args.model) != record["model_sha256"]:
        raise SystemExit(f"{args.record} is not about the weights in {args.model}: run calibrate.py again")
    text = card(recipe, record, counts(args.data), counts(args.earlier))
    (args.model / "README.md").write_text(text, encoding="utf-8")
    seal(args.model)


if __name__ == "__main__":
    main()
