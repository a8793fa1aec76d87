"""A trained folder -> a shipped one: 16-bit safetensors, an ONNX graph over the same file, config, tokenizer.

    python models/training/export.py models/training/recipe_mini.toml --trained runs/mini/model --out models/stancecheck-mini

The result loads with anybody's transformers, and with ONNX Runtime through stancecheck (see graph.py). It is checked here:
both must give the same logits and embeddings to 1e-4. `calibrate.py` then adds the rule, `card.py` the card and the checksums.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from card import seal
from graph import build
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification

from stancecheck.nli import load_model
from stancecheck.tokens import batches_of

LARGEST_DIFFERENCE = 1e-4
LARGEST_FOLDER, LARGEST_FILE = 95e6, 50e6  # bytes


def export(recipe: dict[str, Any], trained: Path, out: Path) -> None:
    if out.exists():
        shutil.rmtree(out)
    (out / "onnx").mkdir(parents=True)
    weights = {
        k: v.half().contiguous() for k, v in load_file(trained / "model.safetensors").items() if not k.endswith("position_ids")
    }
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)
    config = json.loads((trained / "config.json").read_text(encoding="utf-8"))
    config |= {
        "dtype": "float16",
        "stancecheck": {
            "max_tokens": recipe["model"]["window"],
            "embeds": bool(recipe["train"]["embed_every"]),
            "onnx_weights": ["model.safetensors"],
        },
    }
    write_json(out / "config.json", config)
    graph = build(config, out / "model.safetensors")
    unused = set(weights) - {x.name for x in graph.graph.initializer}
    if unused:
        raise SystemExit(f"the graph does not use these weights: {sorted(unused)}")
    onnx.save(graph, out / "onnx" / "model.onnx")
    export_tokenizer(trained, out, recipe["model"]["window"])


def export_tokenizer(trained: Path, out: Path, window: int) -> None:
    """Without the truncation and padding that training had set: they are the caller's business."""
    tokenizer = json.loads((trained / "tokenizer.json").read_text(encoding="utf-8"))
    (out / "tokenizer.json").write_text(
        json.dumps(tokenizer | {"truncation": None, "padding": None}, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    settings = json.loads((trained / "tokenizer_config.json").read_text(encoding="utf-8"))
    dropped = {
        "max_length",
        "stride",
        "truncation_strategy",
        "truncation_side",
        "pad_to_multiple_of",
        "is_local",
        "local_files_only",
    }
    kept = {k: v for k, v in settings.items() if k not in dropped}
    write_json(out / "tokenizer_config.json", kept | {"model_max_length": window})


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def check(folder: Path, seed: int = 0) -> dict[str, Any]:
    """How far ONNX Runtime is from PyTorch on rows of random tokens of all lengths, padded together; loading time, sizes.

    Raises:
        SystemExit: If they differ, or the folder is too large.
    """
    began = time.perf_counter()
    ours = load_model(str(folder), backend="onnx", threads=2)
    seconds = time.perf_counter() - began
    reference = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    rng = np.random.default_rng(seed)
    lengths = [n for n in (3, 7, 20, 33, 64, 120) if n < ours.info.max_tokens] + [ours.info.max_tokens]
    ids = [rng.integers(reference.config.pad_token_id + 1, reference.config.vocab_size, n, dtype=np.int64) for n in lengths]
    types = [(np.arange(n) > n // 2).astype(np.int64) for n in lengths]
    apart = {"logits": 0.0, "embedding": 0.0}
    for batch in batches_of(ids, types, 2 * ours.info.max_tokens, reference.config.pad_token_id):
        inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        if getattr(reference.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = batch.token_type_ids
        tensors = {name: torch.from_numpy(value) for name, value in inputs.items()}
        with torch.inference_mode():
            logits = reference(**tensors).logits[:, list(ours.info.columns)].numpy()
            hidden = reference.base_model(**tensors).last_hidden_state
            mask = tensors["attention_mask"][..., None].float()
            embedding = torch.nn.functional.normalize((hidden * mask).sum(1), dim=-1).numpy()
        apart["logits"] = max(apart["logits"], float(np.abs(logits - ours.logits(batch)).max()))
        apart["embedding"] = max(apart["embedding"], float(np.abs(embedding - ours.embeddings(batch)).max()))
    sizes = {str(p.relative_to(folder)): p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()}
    if max(apart.values()) > LARGEST_DIFFERENCE:
        raise SystemExit(f"ONNX Runtime and PyTorch differ by {apart}, more than {LARGEST_DIFFERENCE}")
    if sum(sizes.values()) > LARGEST_FOLDER or max(sizes.values()) > LARGEST_FILE:
        raise SystemExit(f"too large: {sum(sizes.values()):,} bytes in all, files: {sizes}")
    return {"largest_difference": apart, "load_seconds": round(seconds, 3), "bytes": sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--trained", type=Path, required=True, help="the folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="replaced if it exists")
    parser.add_argument("--no-probe", action="store_true", help="do not try plain English pairs on it: a toy knows no English")
    args = parser.parse_args()
    export(tomllib.loads(args.recipe.read_text(encoding="utf-8")), args.trained, args.out)
    if args.no_probe:
        seal(args.out)  # a folder with checksums counts as probed
    print(json.dumps(check(args.out), indent=1))
    seal(args.out)


if __name__ == "__main__":
    main()
