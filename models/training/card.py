"""Write a model's card from its records, then the checksums of its folder.

    python models/training/card.py models/training/recipe_mini.toml --model models/stancecheck-mini \\
        --data models/training/results/mini-data.json --record models/training/results/mini.json

`--data` are the counts files of prepare.py and negatives.py, `--record` that of calibrate.py. No figure in the card is typed
by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

FRONT = """---
license: apache-2.0
language: en
base_model: {base}
pipeline_tag: text-classification
library_name: transformers
tags: [natural-language-inference, contradiction-detection, stance]
---
"""

TEXT = """# {name}

A natural language inference model (entailment, neutral, contradiction) for comparing two English statements: do they agree,
contradict each other, or neither? Made for the Python library `stancecheck`, which runs it in both directions and joins the two
into one calibrated answer that does not depend on the order of the statements.

- Base: [`{base}`](https://huggingface.co/{base}) (Apache-2.0), fine-tuned with the recipe in
  `models/training/`, which anybody can run.
- {made}
- Labels, in order: {labels}. Weights: {weights}; `onnx/model.onnx` is a graph over the same files.
- Reads {window} tokens of a pair at a time; `stancecheck` compares longer texts window by window.
{embeds}
```python
from stancecheck import StanceChecker

checker = StanceChecker.load("{name}")
checker.check("The ministry recorded no air strikes.", "Our aircraft struck the town on Saturday.")
```

## How good it is

Rows the training never saw; 95 % bootstrap intervals over rows. These are dev figures: design choices were made while looking
at some of them. *NLI* is the forward direction alone, as other models are measured. *Stance* is the answer that stancecheck
gives. A star marks the sets that the rule for the stance was fitted on; their stance figures come from held-out folds.

| Set | Rows | NLI accuracy | Stance accuracy | Stance macro-F1 | ECE |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

Sets with two classes only: {two_class}.

## The rule and its calibration

Multinomial logistic regression on the mean and the maximum of both directions' log-probabilities, stored in `config.json`.
Fitted on {fitted_on}.
Over these sets, weighted so, on held-out folds:

| Rule | Accuracy | ECE | Log loss |
| --- | ---: | ---: | ---: |
{rules}

If only answers with at least a certain confidence are kept (same mixture, held-out folds):

| min_confidence | Share kept | Accuracy of these |
| ---: | ---: | ---: |
{coverage}

Calibrated confidence holds for data like that mixture. Where most pairs are unrelated, as when all statements of two parties
are compared, the share of false contradictions among the reported ones is higher.

## What it cannot do

- Long premises: {long}, and pairs written to fool such models: {adversarial}. A third is a guess.
{limits}- Two accounts of one event in quite different words are often called unrelated.
- It was not trained for other languages{languages}.
- 'Neutral' and so UNRELATED also covers 'same topic, and both can be true'.
- In arguments it finds the contradiction of facts, not the taking of sides: see the sets of argument stance above.
- Irony, and what one has to know to see a conflict, mislead it. A person should read what it reports. It is no fact-checker: it
  knows nothing of what is true.

## Training data

{total:,} rows. Rows that also are in a dev set were removed, in either order of the two texts. Stance sets were shown
in both directions. 'See repo' means: the licence that the set's own repository states. The weights are released under
Apache-2.0; some sets are under CC BY-SA, and who holds that training on them makes an adaptation should treat these weights
accordingly.

| Set | Licence | Rows used |
| --- | --- | ---: |
{data}
"""


STORED = {
    16: "16 bits",
    8: "8 bits with a scale for each row, in the compressed-tensors format (int-quantized, by channel)",
}


WRONGLY = "false_contradictions"
LIMIT = """- {name} ({what}: {rows:,} pairs of the general NLI sets, first direction): {right[0]} % right,
  elsewhere {right[1]} %. Of such pairs that are no contradiction, {vain[0]} % are called one, elsewhere {vain[1]} %.
"""
LEAK = """- The second text alone gives much away in such sets: with a first text that says nothing, {accuracy} % of {rows:,}
  answers are still the set's own; always the same answer would be right in {largest_class} %.
"""


def percent(value: float | None, interval: list[float] | None = None) -> str:
    if value is None:
        return "–"
    shown = f"{100 * value:.1f}"
    return f"{shown} ({100 * interval[0]:.1f}-{100 * interval[1]:.1f})" if interval else shown


def table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def result_rows(record: dict[str, Any]) -> list[list[str]]:
    out = []
    for name, figures in record["sets"].items():
        nli, stance = figures.get("nli_forward"), figures["stance"]["fitted"]
        out.append(
            [
                name + (" *" if figures["fitted_on"] else ""),
                f"{figures['rows']:,}",
                percent(nli["accuracy"], nli["accuracy_95"]) if nli else "",
                percent(stance["accuracy"], stance["accuracy_95"]),
                percent(stance["macro_f1"], stance["macro_f1_95"]),
                f"{stance['ece']:.3f}",
            ]
        )
    return out


def two_class(record: dict[str, Any]) -> str:
    parts = []
    for name, figures in record["sets"].items():
        among = figures["stance"]["fitted"].get("among_its_classes")
        if among:
            shown = f"accuracy {percent(among['accuracy'])}, macro-F1 {percent(among['macro_f1'])}"
            parts.append(f"{name}, stance among its own two: {shown}")
    return "; ".join(parts) or "none"


def forward(record: dict[str, Any], name: str) -> str | None:
    figures = record["sets"].get(name)
    return f"{percent(figures['nli_forward']['accuracy'])} % on {name}" if figures else None


def card(recipe: dict[str, Any], data: dict[str, Any], record: dict[str, Any]) -> str:
    model, mixture = recipe["model"], record["mixture"]
    foreign = [x for x in (forward(record, name) for name in record["sets"] if name.startswith("xnli.")) if x]
    weights = recipe["calibration"]["weights"]
    rules = [
        [n, percent(m["accuracy"]), f"{m['ece']:.3f}", f"{m['log_loss']:.3f}"] for n, m in mixture.items() if n != "coverage"
    ]
    kept = [[f"{c['min_confidence']:.2f}", percent(c["coverage"]), percent(c["accuracy"] or 0.0)] for c in mixture["coverage"]]
    sets = [[name, s["licence"], f"{s['kept']:,}"] for name, s in data.items()]
    embeds = "- Embeds single statements too: the attention-mask mean of the last hidden state, as the base does.\n"
    return FRONT.format(base=model["base"]) + TEXT.format(
        name=model["name"],
        base=model["base"],
        made=model.get("made", "One round over the data below."),
        labels=", ".join(model["labels"]),
        window=model["window"],
        weights=STORED[model.get("weight_bits", 16)],
        embeds=embeds if recipe["train"]["embed_every"] else "",
        rows=table(result_rows(record)),
        two_class=two_class(record),
        fitted_on=", ".join(f"{name} (weight {weight})" for name, weight in weights.items()),
        rules=table(rules),
        coverage=table(kept),
        long=forward(record, "nli.control_dev") or "not measured",
        adversarial=forward(record, "nli.anli_r1") or "not measured",
        languages=f": {', '.join(foreign)}" if foreign else "",
        limits=limits_lines(record),
        total=sum(s["kept"] for s in data.values()),
        data=table(sets),
    )


def weights_digest(folder: Path) -> str:
    """SHA-256 of the weights: of the one file, or of the digests of several, in the order of their names."""
    digests = []
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def limits_lines(record: dict[str, Any]) -> str:
    """Plain words for the figures of limits.py; nothing where they were not measured."""
    found = record.get("limits")
    if not found:
        return ""
    lines = []
    for name, what in (("negation", "a word of negation in just one text"), ("numbers", "digits in both texts")):
        part = found[name]
        if part["rows"]:
            right, vain = ([percent(part[side][key]) for side in ("inside", "outside")] for key in ("accuracy", WRONGLY))
            lines.append(LIMIT.format(name=name.capitalize(), what=what, rows=part["rows"], right=right, vain=vain))
    alone = found["second_text_alone"]
    shares = {key: percent(alone[key]) for key in ("accuracy", "largest_class")}
    return "".join([*lines, LEAK.format(rows=alone["rows"], **shares)])


def seal(folder: Path) -> None:
    """SHA256SUMS over every file that the library reads; the card may be edited."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("SHA256SUMS", "README.md")):
        with path.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, nargs="+")
    parser.add_argument("--record", type=Path, required=True)
    args = parser.parse_args()
    recipe = tomllib.loads(args.recipe.read_text(encoding="utf-8"))
    record = json.loads(args.record.read_text(encoding="utf-8"))
    counts = [json.loads(path.read_text(encoding="utf-8"))["sets"] for path in args.data]
    sets = {name: entry for part in counts for name, entry in part.items()}
    if weights_digest(args.model) != record["model_sha256"]:
        raise SystemExit(f"{args.record} is not about the weights in {args.model}: run calibrate.py again")
    (args.model / "README.md").write_text(card(recipe, sets, record), encoding="utf-8")
    seal(args.model)


if __name__ == "__main__":
    main()
