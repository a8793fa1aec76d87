"""The whole recipe in a minute or two, on made-up data and tiny random BERTs: to see that every step works.

    python models/training/tiny.py --out runs/tiny

Writes data, corpora, a base and two recipes under --out, and runs them: a teacher, and a model distilled from it. The result
judges about as well as one would fear; it is there to be loaded.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from pathlib import Path

import run_recipe
from rows import Row, read_recipe, write_rows
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, BertTokenizerFast

WHO = ["the ministry", "the president", "the northern army", "a spokesman", "the embassy", "the general", "the air force"]
DID = {
    "flew": "two sorties",
    "bombed": "the bridge",
    "evacuated": "the hospital",
    "signed": "the treaty",
    "closed": "the border",
    "denied": "the request",
    "paid": "the ransom",
    "recorded": "a convoy",
}
WHEN = ["on Monday", "on Friday night", "in early spring", "before the vote", "after the storm"]
WHERE = ["near the coast", "in the old town", "at the eastern airfield", "beyond the river"]
NLI = {"agree": "entailment", "contradict": "contradiction", "unrelated": "neutral"}
TEACHER = """[model]
name = "stancecheck-teacher"
base = "{base}"
made = "A toy."
max_tokens = 48
window = 64

[train]
seed = 3
epochs = {epochs}
learning_rate = 4e-3
warmup_share = 0.1
weight_decay = 0.01
tokens_per_batch = 512
clip_norm = 1.0
reads_parties = true
average_from = 0.8
checkpoint_every = 20

[made_pairs]
texts = ["own.accounts"]
pairs = 40
seed = 1

[data]
mismatched = 20
[data.hold_out]
"own.affairs" = 0.3
[data.negatives]
"own.affairs" = {{ near = 2, random = 2 }}
[data.shares]
"own.accounts" = 1.0
"own.affairs" = {{ agree = 2.0, contradict = 2.0, unrelated = 1.0 }}
"nli.made_up" = 0.5

[calibration.weights]
"own.accounts" = 1.0
"nli.made_up" = 0.3
"""
STUDENT = """like = "teacher.toml"

[model]
name = "stancecheck-tiny"

[train]
embed_every = 3
embed_tokens_per_batch = 256
embed_weight = 0.1

[unlabelled]
pairs = 60
licence = "own"

[distil]
teacher = "{teacher}"
"""


def pair(rng: random.Random, label: str) -> Row:
    """A statement, and one that follows from it, denies it, or is about something else."""
    (who, did, when, where), (who_else, did_else, when_else, _) = statement(rng), statement(rng)
    other = {
        "agree": rng.choice([f"{who} {did} {when}.", f"{who} {did} {where}.", f"{who} {did}."]),
        "contradict": rng.choice([f"{who} never {did} {when}.", f"it is not true that {who} {did}.", f"nobody {did} {where}."]),
        "unrelated": f"{who_else} {did_else} {when_else}.",
    }[label]
    parties = {"party_a": who.removeprefix("the "), "party_b": "the opposition"}
    return {"a": f"{who} {did} {when} {where}.", "b": other, "label": label, "kind": label, "group": f"{who} {did}", **parties}


def statement(rng: random.Random) -> tuple[str, str, str, str]:
    """Who did what, when and where."""
    verb = rng.choice(sorted(DID))
    return rng.choice(WHO), f"{verb} {DID[verb]}", rng.choice(WHEN), rng.choice(WHERE)


def affair(name: str, rng: random.Random) -> Row:
    """Two parties on six matters: two on which they agree, two on which they contradict, two of which one alone speaks."""
    labels = ["agree", "agree", "contradict", "contradict", "unrelated", "unrelated"]
    pairs = [pair(rng, label) for label in labels]
    statements = [{"id": f"s{n}{side}", "party": side, "text": p[side]} for n, p in enumerate(pairs) for side in "ab"]
    gold = [{"a": f"s{n}a", "b": f"s{n}b", "label": label, "sure": True} for n, label in enumerate(labels[:4])]
    return {"name": name, "statements": statements, "gold": gold}


def write_data(folder: Path, rows: int, seed: int) -> None:
    """The sets, their manifest, and corpora.jsonl.gz with paragraphs of two parties on some topics."""
    rng = random.Random(seed)
    unique = {(r["a"], r["b"]): r for r in (pair(rng, label) for _ in range(rows) for label in NLI)}
    known = list(unique.values())
    nli = [{"a": r["a"], "b": r["b"], "label": NLI[r["label"]]} for r in known]
    half = len(known) // 2
    sets = [
        ("train", "own.accounts", "stance", known[:half]),
        ("train", "nli.made_up", "nli", nli[:half]),
        ("train", "own.affairs", "report", [affair(f"train{n}", rng) for n in range(8)]),
        ("dev", "own.accounts", "stance", known[half:]),
        ("dev", "nli.made_up", "nli", nli[half:]),
        ("dev", "own.affairs", "report", [affair(f"dev{n}", rng) for n in range(4)]),
    ]
    manifest = ""
    for part, name, task, made in sets:
        write_rows(folder / part / f"{name}.jsonl.gz", made)
        manifest += f'[[{part}]]\nname = "{name}"\nfile = "{part}/{name}.jsonl.gz"\ntask = "{task}"\n'
        manifest += 'licence = "own"\nnote = ""\nsha256 = ""\n'
    (folder / "MANIFEST.toml").write_text(manifest, encoding="utf-8")
    said = (" ".join("{} {} {} {}.".format(*statement(rng)).capitalize() for _ in range(4)) for _ in itertools.count())
    paragraphs = [{"topic": str(n % 3), "party": p, "date": "2031", "text": next(said)} for n in range(12) for p in "AB"]
    write_rows(folder / "corpora.jsonl.gz", paragraphs)


def write_base(folder: Path, seed: int) -> None:
    """A BERT of two layers that knows the made-up words, with random weights."""
    import torch

    torch.manual_seed(seed)
    texts = [
        *WHO,
        *WHEN,
        *WHERE,
        *itertools.chain.from_iterable(DID.items()),
        "opposition never it is not true that nobody . :",
    ]
    words = sorted(set(re.findall(r"\w+|\.|:", " ".join(texts).lower())))
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.1,  # so small a model learns nothing from the usual 0.02 in so few steps
    )
    BertModel(config).save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=200, help="of each label")
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    out = args.out
    write_data(out / "data", args.rows, seed=1)
    write_base(out / "base", seed=1)
    teacher = out / "stancecheck-teacher"
    texts = {
        "teacher": TEACHER.format(base=(out / "base").as_posix(), epochs=args.epochs),
        "student": STUDENT.format(teacher=teacher.as_posix()),
    }
    for name, model, until in (("teacher", teacher, "export"), ("student", out / "stancecheck-tiny", "card")):
        (out / f"{name}.toml").write_text(texts[name], encoding="utf-8")
        line = [out / f"{name}.toml", "--data-dir", out / "data", "--corpora", out / "data" / "corpora.jsonl.gz", "--no-probe"]
        line += ["--out", out / name, "--model", model, "--results", out / "results", "--until", until]
        arguments = run_recipe.parsed([str(x) for x in line])
        run_recipe.run(read_recipe(arguments.recipe), arguments)
    print(f"made {out / 'stancecheck-tiny'}")


if __name__ == "__main__":
    main()
