"""How well read_article finds who said what, and whether the collisions that it shows are there.

    python -m benchmarks run attribution --news NEWS.jsonl.gz

Two sets. ``articles/dev.jsonl.gz`` lies beside this file: articles, releases and transcripts that were written for this
project and marked by hand (Apache-2.0; rules, speech model and tagger were made on ``train.jsonl.gz`` and ``written.jsonl.gz``
beside it). The news articles of ``--news`` are PolNeAR's (Newell et al. 2018); they carry no licence and are not part of this
project. They are split by a seeded shuffle of their names into a half that the first rules were made on, and a half that nobody
looked at, which is the one measured. An article annotated twice counts once, with its first annotator.

What is counted:
- content spans: found when the words of a prediction and of a gold content overlap by half (intersection over union), each
  used once; 'all' is every gold attribution, 'direct' contents that are quotations from end to end, 'speech' those and
  indirect speech (own articles: all but noun cues; news: where the cue has a verb of communication, Levin 1993, classes 37.1
  to 37.9, or 'according to'; a prediction that matches gold outside is then neither right nor wrong);
- source: of the found contents, how often the words that name the speaker overlap by half too;
- of the statements that lie at least by half in a gold content: speaker (the surname, or nobody named), party (each gold party
  goes with the one predicted party that shares most of its statements) and commitment; ``inverted`` counts denials read as
  assertions and assertions read as denials;
- end to end, with ``--model``: of the contradictions that the gold names, how many the report shows, and how many of those
  shown are between contents of which the gold says so.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck import StanceChecker, Statement
from stancecheck.attribution import find_attributions, read_article

SEED = 0
RESAMPLES = 200
ARTICLES = Path(__file__).resolve().parent / "articles"
SCOPES = ("all", "speech", "direct")
LEVIN = """
    ask cite pose preach quote read relay show teach tell write assure inform notify remind reassure persuade convince babble
    bark bellow chant cry groan holler howl mumble murmur mutter roar scream shout shriek sing sob whisper yell speak talk argue
    chat converse discuss admit allege announce articulate assert claim communicate confess confide convey declare mention note
    observe proclaim propose recount reiterate relate remark repeat report reveal say state suggest acknowledge add affirm avow
    comment concede conclude confirm contend continue deny disclose emphasize explain indicate insist maintain point reply
    respond stress testify tweet swear vow warn caution boast brag complain grumble object lament admonish advise alert counsel
    instruct
"""
"""Levin's verbs of communication. Not read from the library's lexicon, so that its gaps count as misses."""
IRREGULAR = "said told wrote written spoke spoken swore sworn sang sung shown taught admitted bragged chatted according ―"
SPEECH = {f for v in LEVIN.split() for f in (v, v + "s", v + "es", v + "ed", v.rstrip("e") + "ed", v.rstrip("e") + "ing")}
SPEECH |= {v[:-1] + e for v in LEVIN.split() if v.endswith("y") for e in ("ies", "ied")} | set(IRREGULAR.split())
HEADS = (
    "articles", "precision", "recall", "F1", "quotes and indirect speech", "direct quotes", "source words", "speaker", "party",
    "commitment", "denials or assertions inverted", "collisions F1",
)  # fmt: skip
QUOTE_MARKS = "\"“”„«»'‘’`"
Words = frozenset[int]


def words_in(text: str, spans: Sequence[Sequence[Any]], *, core: bool = False) -> Words:
    """Where the words in these spans start; with ``core`` without an opening 'that' and its kind."""
    found = [s[0] + m.start() for s in spans for m in re.finditer(r"\w+", text[s[0] : s[1]])]
    if core and found and re.match(r"(?:that|to|whether|how|if)\b", text[found[0] :], re.I):
        found = found[1:]
    return frozenset(found)


def overlap(a: frozenset[Any], b: frozenset[Any]) -> float:
    return len(a & b) / len(a | b) if a & b else 0.0


def scopes_of(text: str, gold: dict[str, Any]) -> list[str]:
    """Which metrics a gold attribution counts in."""
    if "kind" in gold:
        direct, speech = gold["kind"] == "direct", gold["kind"] != "noun"
    else:
        said = " ".join(text[a:b] for a, b, *_ in gold["content"]).strip()
        direct = said[:1] in QUOTE_MARKS and said.rstrip(".,")[-1:] in QUOTE_MARKS
        cue = " ".join(text[a:b] for a, b, *_ in gold["cue"]).lower()
        speech = direct or any(w in SPEECH for w in re.findall(r"[\w―]+", cue))
    return ["all", *(["speech"] if speech else []), *(["direct"] if direct else [])]


def matched(gold: Sequence[Words], found: Sequence[Words]) -> dict[int, int]:
    """Gold -> prediction, one to one, greedily by overlap, of at least half."""
    scored = sorted(((-overlap(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(found) if g & p))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for score, i, j in scored:
        if -score >= 0.5 and i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def count_spans(row: dict[str, Any]) -> Counter[str]:
    """What one article adds to the metrics of spans and sources."""
    text = row["text"]
    attributions = [a for a in row["attributions"] if a["content"]]
    gold = [words_in(text, a["content"], core=True) for a in attributions]
    found = find_attributions(text)
    pairs = matched(gold, [words_in(text, a.content, core=True) for a in found])
    back = {j: i for i, j in pairs.items()}
    scopes = [scopes_of(text, a) for a in attributions]
    n: Counter[str] = Counter()
    for i, attribution in enumerate(attributions):
        for scope in scopes[i]:
            n[f"{scope}/gold"] += 1
            if i in pairs:
                speaker = found[pairs[i]].speaker
                named, said = words_in(text, attribution["source"]), words_in(text, [speaker] if speaker else [])
                n[f"{scope}/found"] += 1
                n[f"{scope}/source"] += overlap(named, said) >= 0.5 or not (named or said)
    for j, a in enumerate(found):
        n["all/predicted"] += 1
        n["speech/predicted"] += j not in back or "speech" in scopes[back[j]]
        n["direct/predicted"] += "direct" in scopes[back[j]] if j in back else a.direct
    return n


def count_who(row: dict[str, Any], statements: Sequence[Statement]) -> Counter[str]:
    """What one article adds to the metrics of speakers, parties and commitments."""
    spoken = [s for s in statements if s.cue or s.speaker]
    found = []
    for gold in row["attributions"]:
        words = words_in(row["text"], gold["content"], core=True)
        cue = frozenset(w for a, b, *_ in gold["cue"] for w in row["text"][a:b].split())
        scored = [
            (overlap(words, w), overlap(cue, frozenset((s.cue or "").split())), s)
            for s in spoken
            if _lies_in(w := words_in(row["text"], [s.span]), words)
        ]
        if scored:
            found.append((gold, max(scored, key=lambda row: row[:2])[2]))
    shared = Counter((g["party"], s.party) for g, s in found)
    party_of: dict[str, str | None] = {}
    for (gold_party, party), _ in shared.most_common():
        if gold_party not in party_of and party not in party_of.values() and party is not None:
            party_of[gold_party] = party
    n: Counter[str] = Counter(gold=len(row["attributions"]), found=len(found))
    for gold, s in found:
        n["speaker"] += same_speaker(gold["speaker"], s)
        n["party"] += s.party is not None and party_of.get(gold["party"]) == s.party
        n["commitment"] += s.commitment == gold["commitment"]
        n["inverted"] += (gold["commitment"] == "denies" and s.commitment not in ("denies", "doubts")) or (
            s.commitment == "denies" and gold["commitment"] not in ("denies", "doubts")
        )
        n["denials"] += gold["commitment"] == "denies"
    return n


def same_speaker(gold: str | None, statement: Statement) -> bool:
    """Whether the surname is the same, or the gold names nobody and the statement no person but a body or an office."""
    said = (statement.speaker or "").split()
    if gold is None:
        return not said or statement.speaker == statement.party or not said[-1][:1].isupper() or len(said) > 3
    return bool(said) and said[-1].strip(".,’'") == gold.split()[-1]


def count_collisions(row: dict[str, Any], statements: Sequence[Statement], checker: StanceChecker) -> Counter[str]:
    """What one article adds to the metrics from end to end."""
    content = {a["n"]: words_in(row["text"], a["content"]) for a in row["attributions"]}
    gold = {frozenset((p["a"], p["b"])) for p in row["pairs"] if p["label"] == "contradict"}
    found_gold, n = set(), Counter(gold=len(gold))
    for judgement in checker.compare(list(statements)).where("contradict"):
        a, b = (words_in(row["text"], [s.span]) for s in (judgement.a, judgement.b))
        fits = {
            p
            for p in gold
            for x, y in (sorted(p), sorted(p, reverse=True))
            if _lies_in(a, content[x]) and _lies_in(b, content[y])
        }
        n["shown"] += 1
        n["right"] += bool(fits)
        found_gold |= fits
    n["hit"] = len(found_gold)
    return n


def _lies_in(part: Words, whole: Words) -> bool:
    return len(part & whole) * 2 > len(part)


def metrics(n: Counter[str]) -> dict[str, float]:
    """Every metric of these counts that there is anything to say of."""
    made: dict[str, float] = {}
    for scope in SCOPES:
        gold, predicted, found = (n[f"{scope}/{k}"] for k in ("gold", "predicted", "found"))
        if gold:
            p, r = found / max(1, predicted), found / gold
            made |= {f"{scope}/precision": p, f"{scope}/recall": r, f"{scope}/f1": 2 * p * r / max(1e-9, p + r)}
            made[f"{scope}/source"] = n[f"{scope}/source"] / max(1, found)
    if n["who/found"]:
        made |= {f"who/{k}": n[f"who/{k}"] / n["who/found"] for k in ("speaker", "party", "commitment")}
        made |= {f"who/{k}": n[f"who/{k}"] for k in ("gold", "found", "denials", "inverted")}
    if n["ends/gold"]:
        p, r = n["ends/right"] / max(1, n["ends/shown"]), n["ends/hit"] / n["ends/gold"]
        made |= {"ends/precision": p, "ends/recall": r, "ends/f1": 2 * p * r / max(1e-9, p + r), "ends/shown": n["ends/shown"]}
    return made


def with_intervals(counts: Sequence[Counter[str]]) -> dict[str, Any]:
    """The metrics over all articles, and 95% intervals of F1 from resampling articles."""
    whole: dict[str, Any] = metrics(sum(counts, Counter()))
    rng = random.Random(SEED)
    drawn = [metrics(sum(rng.choices(counts, k=len(counts)), Counter())) for _ in range(RESAMPLES)]
    for name in [k for k in whole if k.endswith("f1")]:
        ordered = sorted(d.get(name, 0.0) for d in drawn)
        whole[f"{name}_low"], whole[f"{name}_high"] = ordered[int(0.025 * RESAMPLES)], ordered[int(0.975 * RESAMPLES)]
    return {k: round(v, 4) for k, v in whole.items()}


def measure(rows: Sequence[dict[str, Any]], checker: StanceChecker | None = None) -> dict[str, Any]:
    """Metrics by kind of text, and over all.

    Args:
        rows: Articles with gold; those without parties (news) are scored on spans and sources alone.
        checker: Judges the statements of each article; None leaves the collisions out.
    """
    counts: list[tuple[str, Counter[str]]] = []
    for row in rows:
        n = count_spans(row)
        if "party" in row["attributions"][0]:
            statements = read_article(row["text"], source=row["outlet"])
            n += _prefixed("who", count_who(row, statements))
            if checker is not None:
                n += _prefixed("ends", count_collisions(row, statements, checker))
        counts.append((row.get("kind", "news"), n))
    kinds = sorted({kind for kind, _ in counts})
    made = {kind: metrics(sum((n for k, n in counts if k == kind), Counter())) for kind in kinds if len(kinds) > 1}
    return {
        **{k: {f: round(v, 4) for f, v in d.items()} for k, d in made.items()},
        "all": with_intervals([n for _, n in counts]),
    }


def _prefixed(prefix: str, counted: Counter[str]) -> Counter[str]:
    return Counter({f"{prefix}/{k}": v for k, v in counted.items()})


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The articles of a file; of news articles the half that no rules were made on."""
    first: dict[str, dict[str, Any]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            first.setdefault(row.get("doc") or row["name"], row)
    if not any("doc" in row for row in first.values()):
        return list(first.values())
    names = sorted(first)
    random.Random(SEED).shuffle(names)
    seen = set(names[: len(names) // 2])
    return [row for name, row in first.items() if name not in seen]


def shown(name: str, made: dict[str, Any]) -> Iterator[str]:
    """The metrics as lines to read."""
    for kind, v in made.items():
        for scope in SCOPES:
            if f"{scope}/f1" in v:
                scores = "  ".join(f"{k} {v[f'{scope}/{k}']:.3f}" for k in ("precision", "recall", "f1", "source"))
                yield f"{name:5} {kind:14} {scope:10} {scores}"
        if "who/party" in v:
            who = "  ".join(f"{k} {v[f'who/{k}']:.3f}" for k in ("speaker", "party", "commitment"))
            inverted = f"inverted {v['who/inverted']} of {v['who/denials']} denials"
            yield f"{name:5} {kind:14} {'who':10} found {v['who/found']} of {v['who/gold']}  {who}  {inverted}"
        if "ends/f1" in v:
            scores = "  ".join(f"{k} {v[f'ends/{k}']:.3f}" for k in ("precision", "recall", "f1"))
            yield f"{name:5} {kind:14} {'collisions':10} {scores}  shown {v['ends/shown']}"


def run(arguments: Sequence[str] | None = None) -> None:
    options = make_parser("attribution", __doc__)
    options.add_argument("--own", type=Path, default=ARTICLES / "dev.jsonl.gz")
    options.add_argument("--news", type=Path, help="PolNeAR in JSON lines")
    options.add_argument("--model", help="judge the statements with this model, from end to end")
    options.add_argument("--no-record", action="store_true", help="write no record")
    given = options.parse_args(arguments)
    checker = StanceChecker.load(given.model) if given.model else None
    results: dict[str, Any] = {}
    hashes: dict[str, str] = {}
    for name, path in (("own", given.own), ("news", given.news)):
        if path is not None:
            results[name] = measure(read_rows(path), checker)
            hashes[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            print("\n".join(shown(name, results[name])), flush=True)
    if not given.no_record:
        values = {"data_sha256": hashes, "model": given.model, "seed": SEED, "resamples": RESAMPLES, "results": results}
        write_record("attribution", values)


def table(records: Sequence[Record]) -> str:
    """The newest attribution record: what is found and whose it is, by kind of text."""
    record = newest([r for r in records if isinstance(r.get("data_sha256"), dict)], "attribution")  # older ones count otherwise
    if record is None:
        return NO_RECORDS
    rows = []
    for name, kinds in record["results"].items():
        for kind, v in kinds.items():
            spans = [f"{v[f'all/{k}']:.3f}" for k in ("precision", "recall", "f1")]
            scopes = [f"{v[f'{s}/f1']:.3f}" if f"{s}/f1" in v else "-" for s in ("speech", "direct")]
            who = [f"{v[k]:.3f}" if k in v else "-" for k in ("all/source", "who/speaker", "who/party", "who/commitment")]
            inverted = f"{v['who/inverted']}" if "who/inverted" in v else "-"
            ends = f"{v['ends/f1']:.3f}" if "ends/f1" in v else "-"
            rows.append([f"{name}: {kind}", *spans, *scopes, *who, inverted, ends])
    return markdown(list(HEADS), rows)
