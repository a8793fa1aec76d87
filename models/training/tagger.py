"""Learns the weights of src/stancecheck/attribution/tagger.json: which clauses report what somebody says.

    python models/training/tagger.py --held-out runs/speech-held-out.npz --out src/stancecheck/attribution/tagger.json

Rows: benchmarks/articles/train.jsonl.gz and written.jsonl.gz. `--held-out` is what speech.py wrote: the marks of each article
by a speech model that had not seen it. A logistic regression whose L1 penalty leaves some hundreds of features a weight. The
rules' own clauses are rows too, so it also learns which of them to leave out. The thresholds are those with the best F1 of
content spans over folds of whole articles; the dev articles are only measured. Run it again whenever the rules, the candidates
or the features change: it takes seconds, and the same rows give the same weights.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from speech import LABELS

from benchmarks.attribution import matched, overlap, read_rows, words_in
from stancecheck.attribution.candidates import Candidate, candidates_of
from stancecheck.attribution.clauses import Part
from stancecheck.attribution.features import Sight, features_of
from stancecheck.attribution.speech import Sentence, join_sentences, of_others, sentences_by_rules, speakers_heard
from stancecheck.attribution.tagger import Tagger, choose
from stancecheck.models.bundle import load_tokenizer
from stancecheck.models.folders import DEFAULT_MODEL, find_folder
from stancecheck.models.speech import Marks

ARTICLES = Path(__file__).resolve().parents[2] / "benchmarks" / "articles"
FOLDS = 4
RIGHT, WRONG = 0.7, 0.4  # overlap with a gold content; of candidates in between nothing is learnt
RIGHT_RULE = 0.5  # as the benchmark counts
LEAST_ROWS = 3  # in which a feature must be
LEAST = (-0.6, -0.3), (-0.3, 0.0, 0.3), (1.0, 1.5)  # of the rules' clauses, of others, of contents without a verb
LEAD = 0.5


@dataclasses.dataclass
class Read:
    """A sentence with its candidates.

    Attributes:
        sentence: With what the rules found.
        candidates: What they might be.
        features: By candidate.
        overlaps: By candidate, with the gold content that has its cue.
    """

    sentence: Sentence
    candidates: list[Candidate]
    features: list[list[str]]
    overlaps: list[float]


def read(row: dict[str, Any], marks: Marks) -> list[Read]:
    """The sentences of an article, with its marks."""
    text, made = row["text"], []
    sentences = list(sentences_by_rules(text))
    heard = speakers_heard(text, sentences)
    gold = [(words_in(text, a["content"], core=True), words_in(text, a["cue"])) for a in row["attributions"]]
    for sentence in sentences:
        found = candidates_of(sentence.words, sentence.clauses)
        sight = Sight.of(sentence.words, found, heard, marks)
        within = words_in(text, [sentence.span])
        here = [(content & within, cue) for content, cue in gold if content & within]
        overlaps = [overlap_of(text, sentence, candidate, here) for candidate in found]
        made.append(Read(sentence, found, [sorted(set(features_of(c, sight))) for c in found], overlaps))
    return made


def overlap_of(
    text: str, sentence: Sentence, candidate: Candidate, gold: Iterable[tuple[frozenset[int], frozenset[int]]]
) -> float:
    def spans(*parts: Part) -> list[Part]:
        return [(sentence.words[a].start, sentence.words[b - 1].end) for a, b in parts]

    said, cue = words_in(text, spans(*candidate.content), core=True), words_in(text, spans(candidate.cue))
    return max((overlap(said, content) for content, cues in gold if candidate.rule or cue & cues), default=0.0)


def fit(rows: Iterable[Read], strength: float) -> tuple[dict[str, float], float]:
    """Weights by feature, and the bias."""
    kept, targets = [], []
    for row in rows:
        for candidate, features, over in zip(row.candidates, row.features, row.overlaps, strict=True):
            if candidate.rule or not WRONG <= over < RIGHT:
                kept.append(features)
                targets.append(over >= (RIGHT_RULE if candidate.rule else RIGHT))
    counts = Counter(feature for features in kept for feature in features)
    columns = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_ROWS))}
    indices = [[columns[f] for f in features if f in columns] for features in kept]
    ends = np.cumsum([0, *map(len, indices)])
    matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(indices), ends), shape=(len(kept), len(columns)))
    model = LogisticRegression(C=strength, solver="liblinear", l1_ratio=1, random_state=0, max_iter=300)
    model.fit(matrix, targets)
    weights = {f: round(float(w), 3) for f, w in zip(columns, model.coef_[0], strict=True) if abs(w) >= 0.0005}
    return weights, round(float(model.intercept_[0]), 3)


def scores_of(row: Read, weights: dict[str, float], bias: float) -> list[float]:
    return [bias + sum(weights.get(f, 0.0) for f in features) for features in row.features]


def count(row: dict[str, Any], found: Sequence[Read], scores: Sequence[Sequence[float]], learnt: Tagger) -> Counter[str]:
    """Gold contents, predicted ones and those found, of an article."""
    text, sentences = row["text"], []
    for one, marks in zip(found, scores, strict=True):
        clauses = choose(one.sentence.words, one.candidates, marks, learnt)
        sentences.append(dataclasses.replace(one.sentence, clauses=of_others(text, one.sentence.block, clauses)))
    gold = [words_in(text, a["content"], core=True) for a in row["attributions"] if a["content"]]
    predicted = [words_in(text, a.content, core=True) for a in join_sentences(text, sentences)]
    return Counter(gold=len(gold), predicted=len(predicted), found=len(matched(gold, predicted)))


def f1(n: Counter[str]) -> float:
    return 2 * n["found"] / (n["gold"] + n["predicted"])


def marks_held_out(articles: Sequence[dict[str, Any]], path: Path) -> Iterator[Marks]:
    """The marks of each article that speech.py wrote."""
    tokenizer = load_tokenizer(find_folder(DEFAULT_MODEL, revision=None, local_files_only=True, files=()))
    tokenizer.encode_special_tokens = True
    logits, labels = np.load(path), {label: column for column, label in enumerate(LABELS)}
    for row in articles:
        starts = np.array([start for start, _ in tokenizer.encode(row["text"], add_special_tokens=False).offsets])
        given = logits[row["name"]].astype(np.float32)
        yield Marks(starts, labels, [(0, 0, len(starts))], lambda first, last, given=given: given[first:last])


def learn(articles: list[dict[str, Any]], found: Sequence[list[Read]], strength: float) -> tuple[Tagger, float]:
    """The tagger, and its F1 over the folds."""
    held: list[list[list[float]]] = [[] for _ in articles]
    for fold in range(FOLDS):
        weights, bias = fit((r for i, rows in enumerate(found) if i % FOLDS != fold for r in rows), strength)
        for i in range(fold, len(articles), FOLDS):
            held[i] = [scores_of(r, weights, bias) for r in found[i]]
    weights, bias = fit(itertools.chain.from_iterable(found), strength)
    best = (0.0, (0.0, 0.0, 0.0))
    for least in itertools.product(*LEAST):
        tried = Tagger({}, 0.0, least, LEAD)
        reached = f1(sum((count(*given, tried) for given in zip(articles, found, held, strict=True)), Counter()))
        best = max(best, (round(reached, 3), least))  # of equals the strictest
    return Tagger(weights, bias, best[1], LEAD), best[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, nargs="+", default=[ARTICLES / "train.jsonl.gz", ARTICLES / "written.jsonl.gz"])
    parser.add_argument("--held-out", type=Path, required=True, help="marks of the articles, written by speech.py")
    parser.add_argument(
        "--strength", type=float, nargs="*", default=[0.5, 1.0], help="inverse of the penalty; the best is taken"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    articles = [row for path in args.rows for row in read_rows(path)]
    found = [read(*given) for given in zip(articles, marks_held_out(articles, args.held_out), strict=True)]
    learnt = [learn(articles, found, strength) for strength in args.strength]
    for strength, (tagger, reached) in zip(args.strength, learnt, strict=True):
        print(f"strength {strength}: F1 {reached:.4f} over {FOLDS} folds, {len(tagger.weights)} weights, least {tagger.least}")
    tagger = max(learnt, key=lambda made: made[1])[0]
    least = dict(zip(("rules", "others", "nouns"), tagger.least, strict=True))
    data = {"bias": tagger.bias, "least": least, "lead": tagger.lead, "weights": dict(sorted(tagger.weights.items()))}
    args.out.write_text(json.dumps(data, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
