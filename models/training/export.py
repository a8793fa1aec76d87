"""A trained folder -> a shipped one: safetensors in 16 or 8 bits, an ONNX graph over the same files, config, tokenizer.

    python models/training/export.py models/training/recipe_mini.toml --trained runs/mini/model --out models/stancecheck-mini

The result loads with anybody's transformers, and with ONNX Runtime through stancecheck (see graph.py). It is checked here:
both must give the same logits and embeddings to 1e-4. `calibrate.py` then adds the rule, `card.py` the card and the checksums.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from card import seal
from graph import STANCE_HEAD, build
from huggingface_hub import split_torch_state_dict_into_shards
from rows import read_recipe, write_json
from safetensors.torch import load_file, save_file
from torch import Tensor

from stancecheck.models import LoadOptions, load_model
from stancecheck.models.quantised import SCALE
from stancecheck.models.tokens import batches_of

LARGEST_DIFFERENCE = 1e-4
LARGEST_FOLDER, LARGEST_FILE = {16: 95e6, 8: 115e6}, 50e6  # bytes
SHARD = 49_000_000  # bytes
SMALL_TABLE = 10_000  # weights; 8 bits would save next to nothing
COMPRESSED_TENSORS = {  # so that transformers reads the same weights, if the package compressed-tensors is there
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "config_groups": {
        "group_0": {
            "targets": ["Linear", "Embedding"],
            "weights": {"num_bits": 8, "type": "int", "strategy": "channel", "symmetric": True, "dynamic": False},
        }
    },
    "ignore": [],
}


def export(recipe: dict[str, Any], trained: Path, out: Path) -> None:
    if out.exists():
        shutil.rmtree(out)
    (out / "onnx").mkdir(parents=True)
    weights = {k: v for k, v in load_file(trained / "model.safetensors").items() if not k.endswith("position_ids")}
    bits = recipe["model"].get("weight_bits", 16)
    stored = in_8_bits(weights) if bits == 8 else {k: v.half().contiguous() for k, v in weights.items()}
    files = write_shards(stored, out)
    config = json.loads((trained / "config.json").read_text(encoding="utf-8"))
    config |= {
        "dtype": "float16",
        "stancecheck": {
            "max_tokens": recipe["model"]["window"],
            "embeds": bool(recipe["train"].get("embed_every")),
            "onnx_weights": [file.name for file in files],
            "weight_bits": bits,
            "stance_head": f"{STANCE_HEAD[0]}.weight" in weights,
            "reads_parties": bool(recipe["train"].get("reads_parties")),
        },
    }
    if bits == 8:
        config["quantization_config"] = COMPRESSED_TENSORS
    write_json(out / "config.json", config)
    graph = build(config, files)
    unused = set(stored) - {x.name for x in graph.graph.initializer}
    if unused:
        raise SystemExit(f"the graph does not use these weights: {sorted(unused)}")
    onnx.save(graph, out / "onnx" / "model.onnx")
    export_tokenizer(trained, out, recipe["model"]["window"])


def in_8_bits(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices in int8 with one scale a row (an output channel, or a word); norms, biases and small tables in 16 bits."""
    out: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.ndim < 2 or value.numel() < SMALL_TABLE:
            out[name] = value.half().contiguous()
            continue
        scale = best_scale(value.float())
        out[name] = torch.round(value.float() / scale).clamp(-127, 127).to(torch.int8)
        out[name + SCALE] = scale
    return out


def best_scale(value: Tensor) -> Tensor:
    """Of some scales a row, from clipping nothing to clipping the largest fifth, the one with the least squared error.

    Args:
        value: Shape: (rows, columns).

    Returns:
        Shape: (rows, 1).
    """
    largest = value.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
    best, least = largest.clone(), torch.full_like(largest, torch.inf)
    for share in torch.linspace(1.0, 0.8, 11).tolist():
        scale = largest * share
        error = (torch.round(value / scale).clamp(-127, 127) * scale - value).square().sum(1, keepdim=True)
        best, least = torch.where(error < least, scale, best), torch.minimum(error, least)
    return best


def write_shards(tensors: dict[str, Tensor], out: Path) -> list[Path]:
    """Safetensors files under the size limit, named as the hub names them, with an index if there are several."""
    split = split_torch_state_dict_into_shards(tensors, max_shard_size=SHARD)
    for name, keys in split.filename_to_tensors.items():
        save_file({key: tensors[key] for key in keys}, out / name, metadata={"format": "pt"})
        (out / name).chmod(0o644)
    if split.is_sharded:
        write_json(out / "model.safetensors.index.json", {"metadata": split.metadata, "weight_map": split.tensor_to_filename})
    return [out / name for name in split.filename_to_tensors]


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


def check(folder: Path, seed: int = 0) -> dict[str, Any]:
    """How far ONNX Runtime is from PyTorch on rows of random tokens of all lengths, padded together; loading time, sizes.

    Raises:
        SystemExit: If they differ, or the folder is too large.
    """
    began = time.perf_counter()
    ours = load_model(LoadOptions(model=str(folder), backend="onnx", threads=2))
    seconds = time.perf_counter() - began
    reference = load_model(LoadOptions(model=str(folder), backend="torch", device="cpu", threads=2))
    rng = np.random.default_rng(seed)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    lengths = [n for n in (3, 7, 20, 33, 64, 120) if n < ours.info.max_tokens] + [ours.info.max_tokens]
    ids = [rng.integers(config["pad_token_id"] + 1, config["vocab_size"], n, dtype=np.int64) for n in lengths]
    types = [(np.arange(n) > n // 2).astype(np.int64) for n in lengths]
    apart = {"logits": 0.0, "embedding": 0.0}
    for batch in batches_of(ids, types, 2 * ours.info.max_tokens, config["pad_token_id"]):
        logits, embedding = reference.logits(batch), reference.embeddings(batch)
        apart["logits"] = max(apart["logits"], float(np.abs(logits - ours.logits(batch)).max()))
        apart["embedding"] = max(apart["embedding"], float(np.abs(embedding - ours.embeddings(batch)).max()))
    sizes = {str(p.relative_to(folder)): p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()}
    if max(apart.values()) > LARGEST_DIFFERENCE:
        raise SystemExit(f"ONNX Runtime and PyTorch differ by {apart}, more than {LARGEST_DIFFERENCE}")
    if sum(sizes.values()) > LARGEST_FOLDER[config["stancecheck"]["weight_bits"]] or max(sizes.values()) > LARGEST_FILE:
        raise SystemExit(f"too large: {sum(sizes.values()):,} bytes in all, files: {sizes}")
    return {"largest_difference": apart, "load_seconds": round(seconds, 3), "bytes": sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--trained", type=Path, required=True, help="the folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="replaced if it exists")
    parser.add_argument("--no-probe", action="store_true", help="do not try plain English pairs on it: a toy knows no English")
    args = parser.parse_args()
    export(read_recipe(args.recipe), args.trained, args.out)
    if args.no_probe:
        seal(args.out)  # a folder with checksums counts as probed
    print(json.dumps(check(args.out), indent=1))
    seal(args.out)


if __name__ == "__main__":
    main()
