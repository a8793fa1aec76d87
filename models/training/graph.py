"""A sequence classifier's ONNX graph, with its weights read out of the safetensors files beside it.

The graph is written by hand, node by node: it has no second copy of the weights (each is external data: a file name, an
offset and a length), needs no exporter, and its weights bear the names that they have in the safetensors files. Weights are
stored in 16 bits and cast to 32, or in 8 bits and also multiplied by a scale for each row; ONNX Runtime does that once, at
load. Architectures: BERT and MPNet.

Inputs: input_ids, attention_mask and, for BERT, token_type_ids (int64, rows x tokens). Outputs: logits (rows x classes),
stance_logits (rows x 3) where the files hold a stance head, and embedding (rows x width): the unit-length mean of the last
hidden states over the unmasked tokens.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from stancecheck.models.quantised import SCALE

OPSET = 17  # the first with LayerNormalization; every ONNX Runtime of the last years reads it
MASKED = -1e9  # added to the attention score of padding: its weight is then exactly zero


STANCE_HEAD = ["stance_classifier.dense", "stance_classifier.out_proj"]
DTYPES = {"F32": TensorProto.FLOAT, "F16": TensorProto.FLOAT16, "I8": TensorProto.INT8}


class Graph:
    """Collects nodes and initialisers; weights are looked up in the safetensors files' headers."""

    def __init__(self, files: list[Path]) -> None:
        self.tensors: dict[str, tuple[str, int, Any]] = {}  # file, where its data begin, the header's entry
        for file in files:
            with file.open("rb") as stream:
                (size,) = struct.unpack("<Q", stream.read(8))
                header = json.loads(stream.read(size))
            self.tensors |= {name: (file.name, 8 + size, entry) for name, entry in header.items() if name != "__metadata__"}
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}
        self.floats: dict[str, str] = {}

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        name = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, value: Any, dtype: Any = np.int64) -> str:
        array = np.asarray(value, dtype=dtype)
        name = (
            f"const_{array.dtype}_{'_'.join(map(str, array.ravel()))}_{array.ndim}" if array.size < 5 else f"table_{array.size}"
        )
        self.initializers.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def stored(self, name: str) -> str:
        """A weight as it lies in its file."""
        if name not in self.initializers:
            file, data_start, entry = self.tensors[name]
            start, end = entry["data_offsets"]
            tensor = TensorProto(name=name, data_type=DTYPES[entry["dtype"]], dims=entry["shape"])
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": f"../{file}", "offset": data_start + start, "length": end - start}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            self.initializers[name] = tensor
        return name

    def weight(self, name: str) -> str:
        """A weight in 32 bits."""
        if name not in self.floats:
            self.floats[name] = self.dequantized(name, self.stored)
        return self.floats[name]

    def lookup(self, table: str, rows: str) -> str:
        """Rows of a table of weights; only the rows looked up are dequantized, so that a vocabulary stays small in memory."""
        return self.dequantized(table, lambda name: self.op("Gather", self.stored(name), rows))

    def dequantized(self, name: str, read: Callable[[str], str]) -> str:
        """What `read` gives of a weight, in 32 bits."""
        wide = self.op("Cast", read(name), to=TensorProto.FLOAT)
        return self.op("Mul", wide, read(name + SCALE)) if name + SCALE in self.tensors else wide

    def linear(self, x: str, name: str) -> str:
        matrix = self.op("Transpose", self.weight(f"{name}.weight"), perm=[1, 0])
        return self.op("Add", self.op("MatMul", x, matrix), self.weight(f"{name}.bias"))

    def layer_norm(self, x: str, name: str, epsilon: float) -> str:
        weights = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", x, *weights, axis=-1, epsilon=epsilon)

    def gelu(self, x: str) -> str:
        """In the exact form, as ONNX Runtime recognises it and fuses it."""
        erf = self.op("Erf", self.op("Div", x, self.constant(math.sqrt(2), np.float32)))
        one_more = self.op("Add", erf, self.constant(1, np.float32))
        return self.op("Mul", self.op("Mul", x, one_more), self.constant(0.5, np.float32))


class Names:
    """Where BERT and MPNet keep the same things."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.mpnet = config["model_type"] == "mpnet"
        if not self.mpnet and config["model_type"] != "bert":
            raise SystemExit(f"expected a BERT or MPNet model, got {config['model_type']!r}")
        root = "mpnet" if self.mpnet else "bert"
        attention = "attention.attn" if self.mpnet else "attention.self"
        q, k, v = ("q", "k", "v") if self.mpnet else ("query", "key", "value")
        self.embeddings, self.layer = f"{root}.embeddings", f"{root}.encoder.layer"
        self.qkv = [f"{attention}.{x}" for x in (q, k, v)]
        self.out = "attention.attn.o" if self.mpnet else "attention.output.dense"
        self.out_norm = "attention.LayerNorm" if self.mpnet else "attention.output.LayerNorm"
        self.head = ["classifier.dense", "classifier.out_proj"] if self.mpnet else ["bert.pooler.dense", "classifier"]


def build(config: dict[str, Any], files: list[Path]) -> onnx.ModelProto:
    """The graph of a BERT or MPNet sequence classifier.

    Args:
        config: The model's config.json.
        files: Its safetensors files; the graph refers to them by their bare names.
    """
    g, names = Graph(files), Names(config)
    hidden = _encoded(g, names, config, [f"{names.layer}.{number}" for number in range(config["num_hidden_layers"])])
    first = g.op("Gather", hidden, g.constant(0), axis=1)
    width, classes = config["hidden_size"], len(config["id2label"])
    outputs = {"logits": classes, "embedding": width}
    heads = {"logits": names.head}
    if f"{STANCE_HEAD[0]}.weight" in g.tensors:
        outputs["stance_logits"], heads["stance_logits"] = 3, STANCE_HEAD
    for output, (dense, out) in heads.items():
        g.op("Identity", g.linear(g.op("Tanh", g.linear(first, dense)), out), output=output)
    _mean(g, hidden)
    return _model(g, names, config, {name: ["rows", size] for name, size in outputs.items()})


def build_token_classifier(
    config: dict[str, Any], files: list[Path], layers: list[str], head: str, labels: int
) -> onnx.ModelProto:
    """The graph of an encoder with a linear head on each token; its output is marks (rows x tokens x labels).

    Args:
        config: The encoder's config.json.
        files: The safetensors files of all weights.
        layers: Names of the layers in order, whichever file they are in.
        head: Name of the head.
        labels: How many it tells.
    """
    g, names = Graph(files), Names(config)
    g.op("Identity", g.linear(_encoded(g, names, config, layers), head), output="marks")
    return _model(g, names, config, {"marks": ["rows", "tokens", labels]})


def _encoded(g: Graph, names: Names, config: dict[str, Any], layers: list[str]) -> str:
    """The last hidden states."""
    hidden = _embeddings(g, names, config)
    mask = g.op("Cast", _unsqueeze(g, _unsqueeze(g, "attention_mask", 1), 2), to=TensorProto.FLOAT)
    bias = g.op("Mul", g.op("Sub", g.constant(1, np.float32), mask), g.constant(MASKED, np.float32))
    if names.mpnet:
        bias = g.op("Add", bias, _relative_positions(g, config))
    for layer in layers:
        hidden = _layer(g, names, config, layer, hidden, bias)
    return hidden


def _model(g: Graph, names: Names, config: dict[str, Any], outputs: dict[str, list[Any]]) -> onnx.ModelProto:
    """The graph with its inputs and these outputs, each with its shape."""
    inputs = ["input_ids", "attention_mask"] + ([] if names.mpnet else ["token_type_ids"])
    graph = helper.make_graph(
        g.nodes,
        config["model_type"],
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["rows", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        list(g.initializers.values()),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="stancecheck")


def _unsqueeze(g: Graph, x: str, axis: int) -> str:
    return g.op("Unsqueeze", x, g.constant([axis]))


def _embeddings(g: Graph, names: Names, config: dict[str, Any]) -> str:
    words = g.lookup(f"{names.embeddings}.word_embeddings.weight", "input_ids")
    shape = g.op("Shape", "input_ids")
    tokens = g.op("Gather", shape, g.constant(1))
    # MPNet counts positions from the padding id + 1; padding comes last and is masked, so its position does not matter.
    first = config["pad_token_id"] + 1 if names.mpnet else 0
    positions = g.op("Range", g.constant(first), g.op("Add", tokens, g.constant(first)), g.constant(1))
    summed = g.op("Add", words, g.lookup(f"{names.embeddings}.position_embeddings.weight", positions))
    if not names.mpnet:
        summed = g.op("Add", summed, g.lookup(f"{names.embeddings}.token_type_embeddings.weight", "token_type_ids"))
    return g.layer_norm(summed, f"{names.embeddings}.LayerNorm", config["layer_norm_eps"])


def _layer(g: Graph, names: Names, config: dict[str, Any], at: str, x: str, bias: str) -> str:
    heads = config["num_attention_heads"]
    size = config["hidden_size"] // heads
    split = g.constant([0, 0, heads, size])
    query, key, value = (g.op("Reshape", g.linear(x, f"{at}.{name}"), split) for name in names.qkv)
    query, value = (g.op("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
    key = g.op("Transpose", key, perm=[0, 2, 3, 1])
    scores = g.op("Div", g.op("MatMul", query, key), g.constant(math.sqrt(size), np.float32))
    shares = g.op("Softmax", g.op("Add", scores, bias), axis=-1)
    context = g.op("Transpose", g.op("MatMul", shares, value), perm=[0, 2, 1, 3])
    context = g.op("Reshape", context, g.constant([0, 0, heads * size]))
    attended = g.op("Add", g.linear(context, f"{at}.{names.out}"), x)
    attended = g.layer_norm(attended, f"{at}.{names.out_norm}", config["layer_norm_eps"])
    inner = g.gelu(g.linear(attended, f"{at}.intermediate.dense"))
    out = g.op("Add", g.linear(inner, f"{at}.output.dense"), attended)
    return g.layer_norm(out, f"{at}.output.LayerNorm", config["layer_norm_eps"])


def _relative_positions(g: Graph, config: dict[str, Any]) -> str:
    """MPNet's bias by the distance of two tokens. Shape: (1, heads, tokens, tokens)."""
    longest = config["max_position_embeddings"]
    buckets = [relative_bucket(distance, config["relative_attention_num_buckets"]) for distance in range(-longest, longest + 1)]
    tokens = g.op("Gather", g.op("Shape", "input_ids"), g.constant(1))
    places = g.op("Range", g.constant(0), tokens, g.constant(1))
    distance = g.op("Sub", _unsqueeze(g, places, 0), _unsqueeze(g, places, 1))  # of key from query
    bucket = g.op("Gather", g.constant(buckets), g.op("Add", distance, g.constant(longest)))
    bias = g.lookup("mpnet.encoder.relative_attention_bias.weight", bucket)
    return _unsqueeze(g, g.op("Transpose", bias, perm=[2, 0, 1]), 0)


def relative_bucket(distance: int, buckets: int, furthest: int = 128) -> int:
    """The bucket of a distance, as in T5: one each up close, then wider by the logarithm, per side."""
    side = buckets // 2
    offset, steps, near = (side if distance > 0 else 0), abs(distance), side // 2
    if steps < near:
        return offset + steps
    far = near + int(np.float32(math.log(steps / near)) / math.log(furthest / near) * (side - near))
    return offset + min(far, side - 1)


def _mean(g: Graph, hidden: str) -> None:
    weights = g.op("Cast", _unsqueeze(g, "attention_mask", 2), to=TensorProto.FLOAT)
    total = g.op("ReduceSum", g.op("Mul", hidden, weights), g.constant([1]), keepdims=0)
    length = g.op("ReduceL2", total, axes=[-1], keepdims=1)
    g.op("Div", total, length, output="embedding")
