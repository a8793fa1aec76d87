"""The whole recipe in a minute or two, on made-up pairs and a tiny random BERT: to see that every step works.

    python models/training/tiny.py --out runs/tiny

Writes a data folder, a base model and a recipe under --out, then runs prepare, train, distil, export, calibrate and card as a
person would. The result judges about as well as one would fear; it is there to be loaded.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, BertTokenizerFast

HERE = Path(__file__).parent
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
RECIPE = """[model]
name = "stancecheck-tiny"
base = "{base}"
labels = ["entailment", "neutral", "contradiction"]
max_tokens = 48
window = 64

[train]
seed = 3
epochs = {epochs}
learning_rate = 4e-3
warmup_share = 0.1
weight_decay = 0.01
tokens_per_batch = 512
dropout = 0.0
clip_norm = 1.0
embed_every = 2
embed_tokens_per_batch = 256
embed_weight = 0.1
checkpoint_every = 20

[data.shares]
"made_up" = 1.0

[calibration]
mismatched_from = ["made_up_dev"]
mismatched_pairs = 60

[calibration.weights]
"made_up_dev" = 1.0
"own.mismatched_dev" = 0.5
"""


def statement(rng: random.Random) -> tuple[str, str, str, str]:
    verb = rng.choice(sorted(DID))
    return rng.choice(WHO), f"{verb} {DID[verb]}", rng.choice(WHEN), rng.choice(WHERE)


def made_up_pair(rng: random.Random) -> dict[str, str]:
    """A statement and what follows from it, is denied by it, or is about something else."""
    who, did, when, where = statement(rng)
    label = rng.choice(["entailment", "neutral", "contradiction"])
    if label == "entailment":
        other = rng.choice([f"{who} {did} {when}.", f"{who} {did} {where}.", f"{who} {did}."])
    elif label == "contradiction":
        other = rng.choice([f"{who} never {did} {when}.", f"it is not true that {who} {did}.", f"nobody {did} {where}."])
    else:
        other = "{} {} {}.".format(*statement(rng)[:3])
    return {"a": f"{who} {did} {when} {where}.", "b": other, "label": label, "topic": who}


def write_data(folder: Path, rows: int, seed: int) -> None:
    rng = random.Random(seed)
    unique = {(r["a"], r["b"]): r for r in (made_up_pair(rng) for _ in range(2 * rows))}
    pairs = list(unique.values())
    sets = {"train": ("made_up", pairs[: rows * 3 // 4]), "dev": ("made_up_dev", pairs[rows * 3 // 4 : rows])}
    manifest = ""
    for kind, (name, part) in sets.items():
        folder.mkdir(parents=True, exist_ok=True)
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in part)
        manifest += (
            f'[[{kind}]]\nname = "{name}"\nfile = "{name}.jsonl.gz"\ntask = "nli"\nlicence = "own"\nnote = ""\nsha256 = ""\n'
        )
    (folder / "MANIFEST.toml").write_text(manifest, encoding="utf-8")


def write_base(folder: Path, seed: int) -> None:
    """A BERT of two layers that knows the made-up words, with random weights."""
    import torch

    torch.manual_seed(seed)
    texts = [*WHO, *WHEN, *WHERE, *itertools.chain.from_iterable(DID.items()), "never it is not true that nobody ."]
    words = sorted(set(re.findall(r"\w+|\.", " ".join(texts).lower())))
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


def steps(out: Path) -> list[list[str]]:
    """The command lines of the recipe, in order."""
    recipe, data, pairs, soft = out / "recipe.toml", out / "data", out / "pairs.jsonl.gz", out / "soft.jsonl.gz"
    model, record = out / "stancecheck-tiny", out / "record.json"
    lines = [
        ["prepare.py", recipe, "--data-dir", data, "--out", pairs],
        ["train.py", recipe, "--pairs", pairs, "--out", out / "teacher", "--device", "cpu"],
        ["distil.py", pairs, "--teacher", out / "teacher" / "model", "--out", soft],
        ["train.py", recipe, "--pairs", soft, "--out", out / "student", "--device", "cpu"],
        ["export.py", recipe, "--trained", out / "student" / "model", "--out", model, "--no-probe"],
        ["calibrate.py", recipe, "--model", model, "--data-dir", data, "--record", record, "--cache", out / "cache"],
        ["card.py", recipe, "--model", model, "--data", out / "counts.json", "--record", record],
    ]
    return [[str(HERE / str(line[0])), *map(str, line[1:])] for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    write_data(args.out / "data", args.rows, seed=1)
    write_base(args.out / "base", seed=1)
    recipe = RECIPE.format(base=(args.out / "base").as_posix(), epochs=args.epochs)
    (args.out / "recipe.toml").write_text(recipe, encoding="utf-8")
    for line in steps(args.out):
        print("$ python", *line, flush=True)
        subprocess.run([sys.executable, *line], check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    print(f"made {args.out / 'stancecheck-tiny'}")


if __name__ == "__main__":
    main()
