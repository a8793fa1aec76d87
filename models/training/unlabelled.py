"""Pairs that nobody labelled: a teacher judges them (distil.py), a small model learns from that.

    python models/training/unlabelled.py --corpora CORPUS.jsonl.gz ... --pairs 320000 --groups own.accounts --group-pairs 8 \\
        --data-dir DATA --out runs/mini/unlabelled.jsonl.gz

From corpora, pairs as `compare` would find them. CORPUS: JSON lines with party, date, topic and text, a paragraph. Sentences of
the parties within one topic are searched as `compare` does, and a share of the pairs is drawn at random, as far apart as most
pairs of an affair. Sentences of dev sets, affairs and matters are left out.

From sets of groups (a statement and answers that agree with it, contradict it or do neither), the answers of a group two by
two: of them far more contradict or agree than of what a search finds.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rows import Row, check_licence, normal, read_manifest, read_rows, write_json, write_rows

from stancecheck.judging.candidates import find_candidates
from stancecheck.models import DEFAULT_MODEL, LoadOptions, NLIModel, embed, load_model

SENTENCES = 1500  # of one topic
TOP_K = 12  # partners that a sentence asks for
RANDOM_SHARE = 0.25  # of the pairs


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph that are neither very short nor very long."""
    return [s for s in re.split(r"(?<=[.!?])\s+", " ".join(text.split())) if 40 < len(s) < 320]


def kept_out(data_dir: Path) -> set[str]:
    """Every text of a dev set, and of the affairs and matters that rules may be fitted on; without case and punctuation."""
    parts = read_manifest(data_dir)
    entries = [*parts["dev"].values(), *(entry for entry in parts["train"].values() if entry["task"] == "report")]
    rows = (row for entry in entries for row in read_rows(data_dir / entry["file"]))
    texts = ((row.get("a"), row.get("b"), *(s["text"] for s in row.get("statements", []))) for row in rows)
    return {normal(text) for found in texts for text in found if text}


def topics_of(paragraphs: Iterable[Row], excluded: set[str], rng: random.Random) -> Iterator[list[Row]]:
    """By topic on which several parties speak, a sample of their sentences, evenly among the parties."""
    by_topic: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in paragraphs:
        if row.get("party") and row.get("topic"):
            for text in sentences(row["text"]):
                if normal(text) not in excluded:
                    about = {"text": text, "party": row["party"], "date": row.get("date")}
                    by_topic[row["topic"]][row["party"]].setdefault(text, about)
    for topic in sorted(by_topic):
        parties = by_topic[topic]
        if len(parties) > 1:
            each = SENTENCES // len(parties) + 1
            yield [s for p in sorted(parties) for s in rng.sample(list(parties[p].values()), min(each, len(parties[p])))]


def pairs_of(said: list[Row], vectors: NDArray[np.float32], rng: random.Random) -> list[tuple[int, int]]:
    """Positions of near pairs of two parties, and of some drawn at random."""
    found = [(int(i), int(j)) for i, j in find_candidates(vectors, [s["party"] for s in said], top_k=TOP_K).pairs]
    wanted = round(len(found) * RANDOM_SHARE / (1 - RANDOM_SHARE))
    drawn = {(i, j) for i, j in (sorted(rng.sample(range(len(said)), 2)) for _ in range(2 * wanted))}
    free = sorted(p for p in drawn - set(found) if said[p[0]]["party"] != said[p[1]]["party"])
    return found + rng.sample(free, min(wanted, len(free)))


def fair_shares(sizes: list[int], count: int) -> list[int]:
    """How many pairs each corpus gives: the same number, and all that it has where that is less."""
    shares = [0] * len(sizes)
    for rank, place in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[place] = min(sizes[place], (count - sum(shares)) // (len(sizes) - rank))
    return shares


def unlabelled(corpora: list[Iterable[Row]], embedder: NLIModel, count: int, excluded: set[str], seed: int) -> Iterator[Row]:
    """Rows by corpus, at most `count`."""
    rng = random.Random(seed)
    made: list[list[tuple[Row, Row]]] = []
    for paragraphs in corpora:
        made.append([])
        for said in topics_of(paragraphs, excluded, rng):
            vectors = embed(embedder, [s["text"] for s in said])
            made[-1] += [(said[i], said[j]) for i, j in pairs_of(said, vectors, rng)]
    for pairs, share in zip(made, fair_shares([len(pairs) for pairs in made], count), strict=True):
        for a, b in rng.sample(pairs, share):
            row = {"a": a["text"], "b": b["text"], "party_a": a["party"], "party_b": b["party"], "set": "unlabelled"}
            yield row | {f"date_{side}": s["date"] for side, s in (("a", a), ("b", b)) if s["date"]}


def answers_in_pairs(rows: Iterable[Row], each: int, excluded: set[str], rng: random.Random) -> Iterator[Row]:
    """Of every group at most `each` pairs of answers, first those of an answer that agrees and one that contradicts."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if normal(row["b"]) not in excluded:
            groups[row["group"]].append(row)
    for group in groups.values():
        pairs = list(combinations(group, 2))
        rng.shuffle(pairs)
        pairs.sort(key=lambda pair: {x["label"] for x in pair} != {"agree", "contradict"})
        for first, second in pairs[:each]:
            yield {"a": first["b"], "b": second["b"], "set": "answers_in_pairs"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, nargs="*", default=[])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=320_000, help="of the corpora")
    parser.add_argument("--groups", nargs="*", default=[], help="training sets whose rows name their group")
    parser.add_argument("--group-pairs", type=int, default=8, help="of one group")
    parser.add_argument("--licence", default="", help="of the corpora, for the model card")
    parser.add_argument("--embedder", default=DEFAULT_MODEL)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    excluded = kept_out(args.data_dir)
    embedder = load_model(LoadOptions(model=args.embedder))
    corpora = [read_rows(path) for path in args.corpora]
    rows = list(unlabelled(corpora, embedder, args.pairs if corpora else 0, excluded, args.seed))
    sets = {"unlabelled": {"licence": args.licence, "rows": len(rows)}} if rows else {}
    trained, rng = read_manifest(args.data_dir)["train"], random.Random(args.seed)
    for name in args.groups:
        check_licence(trained[name])
        made = list(answers_in_pairs(read_rows(args.data_dir / trained[name]["file"]), args.group_pairs, excluded, rng))
        sets[f"{name}, answers in pairs"] = {"licence": trained[name]["licence"], "rows": len(made)}
        rows += made
    write_rows(args.out, rows)
    write_json(args.out.with_name("unlabelled-counts.json"), {"rows": len(rows), "sets": sets})
    print(f"{len(rows):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
