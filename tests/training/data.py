"""Data folders for the tests of the training scripts; all texts are made up here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

STANCES = ("agree", "contradict", "unrelated")


def write_rows(path: Path, rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def write_sets(folder: Path, sets: list[tuple[str, str, str, list]], **entry) -> Path:
    """Write sets of (part, name, task, rows) and their manifest."""
    manifest = ""
    for part, name, task, rows in sets:
        write_rows(folder / part / f"{name}.jsonl.gz", rows)
        values = {"name": name, "file": f"{part}/{name}.jsonl.gz", "task": task, "licence": "own", "note": "", "sha256": ""}
        manifest += f"[[{part}]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in (values | entry).items())
    (folder / "MANIFEST.toml").write_text(manifest, encoding="utf-8")
    return folder


def statement_pairs(groups: int) -> list[dict]:
    """An anchor and three answers a group: one agrees, one denies it, one is on something else."""
    rows = []
    for n in range(groups):
        anchor, thing = f"the raid was {['one', 'two', 'three'][n % 3]}", ("strike", "helicopters", "town")[n % 3]
        answers = {"agree": f"raid was {n}", "contradict": "the raid was not", "unrelated": f"a cat , a dog , {thing}"}
        for label in STANCES:
            about = {"label": label, "kind": "denial" if label == "contradict" else "other", "group": f"g{n}"}
            rows.append({"a": anchor, "b": answers[label], "party_a": "Army", "party_b": "Navy", **about})
    return rows


def affair(name: str, ids=("s1", "s2", "s3", "s4")) -> dict:
    """Two parties with two statements each: one pair agrees, one contradicts."""
    texts = ["the raid was one", "a cat , a dog", "the raid was", "the raid was not one"]
    parties = ["Army", "Army", "Navy", "Navy"]
    statements = [{"id": i, "party": p, "text": f"{t} ."} for i, p, t in zip(ids, parties, texts, strict=True)]
    gold = [{"a": ids[0], "b": ids[2], "label": "agree", "sure": True}, {"a": ids[0], "b": ids[3], "label": "contradict"}]
    return {"name": name, "statements": statements, "gold": [*gold, {"a": ids[1], "b": ids[2], "label": "doubtful"}]}
