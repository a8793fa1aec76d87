"""How faithful the spans of an explanation are, and how often the kind of a conflict is right.

    python -m benchmarks run explain --data-dir DATA [--model stancecheck-mini] [--pairs 500]

DATA holds MANIFEST.toml's folders dev/ and train/ (JSON lines with a, b, label). Writes a record to benchmarks/results/.

Faithfulness: pairs of dev sets that the model gets right. In each, the heaviest span of all is left out, and so are random
runs of as many words of the same statement. Since spans are chosen by leaving out, the same is done by putting "…" in their
place, which the choice never saw.

Plausibility: contradictions made by changing up to two words of a sentence: does the heaviest span of the second sentence
touch the changed words, and would a random run of as many words?

Kind: rules are made with the dev halves; the held-out halves are scored. All pairs are contradictions by their gold label
and are explained as such, whatever the model says of them.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck import StanceChecker
from stancecheck.evaluation.record import system_facts
from stancecheck.explain import Explanation, explain_judgements
from stancecheck.explain.spans import without
from stancecheck.explain.words import words_of
from stancecheck.judging.judge import Judgement
from stancecheck.stance import STANCES, Stance, stance_index

TESTS = Path(__file__).resolve().parents[1] / "tests" / "explain"
DEV_SETS = ("nli.snli_val", "nli.lingnli_baseline", "nli.mnli_m")
GOLD = {"contradiction": Stance.CONTRADICT, "entailment": Stance.AGREE}
EDITED_SETS = ("nli.wikifactcheck_neg.all", "nli.conjnli.adv_train", "nli.equate.all", "nli.sick.train")
MONTHS = {"january", "february", "march", "april", "may", "june"}
MONTHS |= {"july", "august", "september", "october", "november", "december"}
NEGATORS = {"not", "never", "n't", "no"}
QUANTIFIER_EDITS = [{"all", "some"}, {"all", "few"}, {"most", "few"}, {"many", "few"}, {"all", "none"}, {"always", "sometimes"}]
BY_HAND = "WikiFactCheck by hand, held_out"  # the pairs that tell most; our own are of a kind with those behind the rules
RANDOM_SPANS = 5  # a pair
MOST_A_SET = 100  # pairs of an edited set that are scored

Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def key(row: Row) -> str:
    return hashlib.sha256(f"{row['a']}\t{row['b']}".encode()).hexdigest()[:16]


class Scores:
    """The model as ``explain`` wants it."""

    def __init__(self, checker: StanceChecker) -> None:
        self.checker = checker
        self.pairs = 0

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        self.pairs += len(pairs)
        found = self.checker.check_pairs(pairs)
        return np.array([[j.scores[s] for s in STANCES] for j in found]).reshape(-1, 3)


# --- faithfulness -----------------------------------------------------------------------------------------------------


def right_ones(checker: StanceChecker, data: Path, count: int, seed: int) -> list[Judgement]:
    """As many pairs of each dev set as of the others, of both stances, that the model judges as the gold label says."""
    found = []
    for name in DEV_SETS:
        rows = [r for r in read(data / "dev" / f"{name}.jsonl.gz") if r["label"] in GOLD]
        rows = random.Random(seed).sample(rows, min(len(rows), count))
        judged = checker.check_pairs([(r["a"], r["b"]) for r in rows])
        right = [j for j, r in zip(judged, rows, strict=True) if j.stance is GOLD[r["label"]]]
        found.append(right[: -(-count // len(DEV_SETS))])
    return [j for js in found for j in js][:count]


def heaviest(judgement: Judgement, explanation: Explanation) -> tuple[str, tuple[int, int]] | None:
    """Side and characters of the heaviest span of both statements."""
    every = [(s[2], side, s[:2]) for side in ("a", "b") for s in getattr(explanation, f"spans_{side}")]
    return max(every)[1:] if every else None


def random_runs(text: str, span: tuple[int, int], rng: random.Random) -> list[tuple[int, int]]:
    """Runs of as many words as the span has, drawn at random from the other such runs of the text."""
    words = words_of(text)
    count = sum(span[0] <= w.start < span[1] for w in words)
    runs = [(words[i].start, words[i + count - 1].end) for i in range(len(words) - count + 1)]
    runs = [r for r in runs if r != span]
    return rng.sample(runs, min(RANDOM_SPANS, len(runs)))


def with_dots(text: str, span: tuple[int, int]) -> str:
    return text[: span[0]] + "…" + text[span[1] :]


def faithfulness(scores: Scores, judgements: list[Judgement], seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    explained = explain_judgements(judgements, scores)
    cases = []
    for judgement, explanation in zip(judgements, explained, strict=True):
        top = heaviest(judgement, explanation)
        runs = random_runs(getattr(judgement, top[0]).text, top[1], rng) if top else []
        if top and runs:
            cases.append((judgement, top[0], [top[1], *runs]))
    print(f"faithfulness: {len(cases)} of {len(judgements)} pairs have a span and other runs to compare with")
    return {
        "pairs": len(judgements),
        "compared": len(cases),
        "left_out": removal(scores, cases, without, seed),
        "dots_instead": removal(scores, cases, with_dots, seed),
    }


def removal(scores: Scores, cases: list[Any], remove: Any, seed: int) -> dict[str, Any]:
    pairs, counts = [], []
    for judgement, side, spans in cases:
        for span in spans:
            text = remove(getattr(judgement, side).text, span) or "…"
            pairs.append((text, judgement.b.text) if side == "a" else (judgement.a.text, text))
        counts.append(len(spans))
    found = scores(pairs)
    top, other, wins, flips, other_flips, row = [], [], [], [], [], 0
    for (judgement, _, _), count in zip(cases, counts, strict=True):
        decided = stance_index(judgement.stance)
        left = found[row : row + count]
        fall = judgement.scores[judgement.stance] - left[:, decided]
        flip = left.argmax(1) != decided
        row += count
        top.append(fall[0])
        other.append(fall[1:].mean())
        wins.append((fall[0] > fall[1:]).mean())
        flips.append(flip[0])
        other_flips.append(flip[1:].mean())
    draws = np.random.default_rng(seed).integers(0, len(top), (1000, len(top)))
    ratios = np.array(top)[draws].mean(1) / np.array(other)[draws].mean(1)
    result = {
        "share_top_falls_further": float(np.mean(wins)),
        "mean_fall_top": float(np.mean(top)),
        "mean_fall_random": float(np.mean(other)),
        "ratio": float(np.mean(top) / np.mean(other)),
        "ratio_95": [float(x) for x in np.percentile(ratios, [2.5, 97.5])],
        "stance_changes_top": float(np.mean(flips)),
        "stance_changes_random": float(np.mean(other_flips)),
    }
    print(json.dumps(result))
    return result


# --- pairs made by an edit ----------------------------------------------------------------------------------------------


def edit(row: Row) -> tuple[list[str], list[str], str, str] | None:
    """The words changed, in a and in b, and the words before and after them in a; None unless there is one change."""
    x, y = (re.findall(r"\w+(?:[.,']\w+)*|[^\w\s]", t.lower()) for t in (row["a"], row["b"]))
    if len(x) > 50 or abs(len(x) - len(y)) > 2:
        return None
    changes = [o for o in difflib.SequenceMatcher(None, x, y, autojunk=False).get_opcodes() if o[0] != "equal"]
    if len(changes) != 1:
        return None
    _, i, j, k, m = changes[0]
    return x[i:j], y[k:m], x[i - 1] if i else "", x[j] if j < len(x) else ""


def kind_by_edit(row: Row) -> str | None:
    """The kind that a change of numbers, of a month, of a quantifier or of a negator makes; None for others."""
    found = edit(row)
    if found is None:
        return None
    one, two, before, after = found
    if sorted((" ".join(one), " ".join(two)))[0] in ("", "a") and NEGATORS & {*one, *two} and len(one + two) <= 2:
        return "negation"
    if len(one) != 1 or len(two) != 1:
        return None
    pair = {one[0], two[0]}
    if pair <= MONTHS:
        return "time"
    if pair in QUANTIFIER_EDITS:
        return "quantifier"
    if all(re.fullmatch(r"\d[\d,.]*", w) for w in pair):
        dated = before in MONTHS or after in MONTHS
        year = re.fullmatch(r"1\d{3}|20\d\d", one[0])
        if dated or (year and before in ("in", "since", "until", "from", "by")):
            return "time"
        return None if year else "number"
    return None


def edited_sets(data: Path, skipped: set[str], seed: int) -> dict[str, list[tuple[Row, set[str]]]]:
    """Held-out pairs by kind and set."""
    found: dict[str, list[tuple[Row, set[str]]]] = defaultdict(list)
    for name in EDITED_SETS:
        for row in read(data / "train" / f"{name}.jsonl.gz"):
            held_out = int(key(row), 16) % 2 == 1
            kind = kind_by_edit(row) if row["label"] == "contradiction" and held_out and key(row) not in skipped else None
            if kind:
                found[f"{kind}, {name.split('.')[1]}"].append((row, {kind}))
    rng = random.Random(seed)
    return {name: rng.sample(rows, min(MOST_A_SET, len(rows))) for name, rows in sorted(found.items())}


# --- kind ---------------------------------------------------------------------------------------------------------------


def labelled_sets(data: Path) -> dict[str, list[tuple[Row, set[str]]]]:
    """The own pairs and the labelled pairs of WikiFactCheck, by half."""
    found: dict[str, list[tuple[Row, set[str]]]] = defaultdict(list)
    for line in (TESTS / "kinds.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[f"own pairs, {row['split']}"].append((row, {row["kind"]}))
    labels = json.loads((TESTS / "kinds_wikifactcheck.json").read_text(encoding="utf-8"))
    for row in read(data / "train" / "nli.wikifactcheck_neg.all.jsonl.gz"):
        label = labels.get(key(row))
        if label:
            found[f"WikiFactCheck by hand, {label['split']}"].append((row, set(label["kinds"])))
    return dict(found)


def kinds(checker: StanceChecker, scores: Scores, sets: dict[str, list[tuple[Row, set[str]]]]) -> dict[str, Any]:
    results = {}
    for name, rows in sets.items():
        judged = [j.with_stance(Stance.CONTRADICT) for j in checker.check_pairs([(r["a"], r["b"]) for r, _ in rows])]
        explained = explain_judgements(judged, scores)
        confusion: Counter[tuple[str, str]] = Counter()
        right = seen = 0
        for explanation, (_, gold) in zip(explained, rows, strict=True):
            right += str(explanation.kind) in gold
            seen += bool(gold & {*map(str, (c.kind for c in explanation.cues)), str(explanation.kind)})
            confusion[
                sorted(gold)[0] if str(explanation.kind) not in gold else str(explanation.kind), str(explanation.kind)
            ] += 1
        table: dict[str, dict[str, int]] = defaultdict(dict)
        for (gold, predicted), count in sorted(confusion.items()):
            table[gold][predicted] = count
        results[name] = {
            "pairs": len(rows),
            "accuracy": right / len(rows),
            "gold_kind_among_cues": seen / len(rows),
            "confusion": dict(table),
        }
        print(f"{name}: {right}/{len(rows)} = {right / len(rows):.3f}, among cues {seen / len(rows):.3f}")
    return results


def plausibility(checker: StanceChecker, scores: Scores, data: Path, count: int, seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    rows = [
        r for r in read(data / "train" / "nli.wikifactcheck_neg.all.jsonl.gz") if (e := edit(r)) and e[1] and len(r["b"]) < 200
    ]
    rows = rng.sample(rows, min(2 * count, len(rows)))
    judged = checker.check_pairs([(r["a"], r["b"]) for r in rows])
    judged = [j for j in judged if j.stance is Stance.CONTRADICT][:count]
    touching, chance = [], []
    for judgement, explanation in zip(judged, explain_judgements(judged, scores), strict=True):
        text = judgement.b.text
        changed = edit({"a": judgement.a.text, "b": text})
        if changed is None or not explanation.spans_b:
            continue
        start = text.lower().find(" ".join(changed[1]))
        if start < 0:
            continue
        place = (start, start + len(" ".join(changed[1])))
        top = explanation.spans_b[0][:2]
        runs = [top, *random_runs(text, top, rng)]
        touched = [r[0] < place[1] and place[0] < r[1] for r in runs]
        touching.append(touched[0])
        chance.append(float(np.mean(touched[1:])) if len(touched) > 1 else 1.0)
    result = {
        "pairs": len(touching),
        "top_touches_edit": float(np.mean(touching)),
        "random_touches_edit": float(np.mean(chance)),
    }
    print("plausibility", json.dumps(result))
    return result


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("explain", __doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    checker = StanceChecker.load(args.model)
    scores = Scores(checker)
    began = time.perf_counter()
    chosen = right_ones(checker, args.data_dir, args.pairs, args.seed)
    before = time.perf_counter()
    faithful = faithfulness(scores, chosen, args.seed)
    explain_seconds = time.perf_counter() - before
    labels = json.loads((TESTS / "kinds_wikifactcheck.json").read_text(encoding="utf-8"))
    sets = {**labelled_sets(args.data_dir), **edited_sets(args.data_dir, set(labels), args.seed)}
    values = {
        "system": system_facts(checker),
        "seed": args.seed,
        "faithfulness": {"sets": list(DEV_SETS), **faithful, "seconds": round(explain_seconds, 1)},
        "plausibility": plausibility(checker, scores, args.data_dir, args.pairs // 2, args.seed),
        "kind": kinds(checker, scores, sets),
        "pairs_scored": scores.pairs,
        "seconds": round(time.perf_counter() - began, 1),
    }
    write_record("explain", values)


def table(records: Sequence[Record]) -> str:
    """The newest record of explanations: how faithful the spans are, and how often the kind is right."""
    record = newest(records, "explain")
    if record is None:
        return NO_RECORDS
    faithful, rows = record["faithfulness"], []
    for way, shown in (("left_out", "left out"), ("dots_instead", "replaced by dots")):
        found = faithful[way]
        low, high = found["ratio_95"]
        result = f"falls {found['ratio']:.1f} [{low:.1f}, {high:.1f}] times as far as for random words"
        rows.append([f"heaviest span {shown}: the score", f"{faithful['compared']:,}", result])
    found = record["plausibility"]
    result = f"{found['top_touches_edit']:.1%}; a random run of words {found['random_touches_edit']:.1%}"
    rows.append(["heaviest span touches the words that were changed", f"{found['pairs']:,}", result])
    for name, kind in record["kind"].items():
        result = f"{kind['accuracy']:.1%}; among the cues {kind['gold_kind_among_cues']:.1%}"
        rows.append([f"kind right: {name}", f"{kind['pairs']:,}", result])
    return markdown(["what", "pairs", "found"], rows) + _kinds(record)


def _kinds(record: Record) -> str:
    """The confusion table of the held-out pairs labelled by hand, gold kinds down."""
    confusion = record["kind"][BY_HAND]["confusion"]
    predicted = sorted({kind for row in confusion.values() for kind in row})
    rows = [[gold, *(str(row.get(kind) or "·") for kind in predicted)] for gold, row in confusion.items()]
    return f"\nOf *{BY_HAND}*, the kind that was found by the gold kind:\n\n" + markdown(["gold", *predicted], rows)
