"""The small files of a model's folder, spoilt: what must hold when they are read."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from stancecheck.errors import ModelError
from stancecheck.models.bundle import load_tokenizer, pad_id, read_info
from stancecheck.models.tokens import PairTokenizer
from tests.fakes import word_tokenizer
from tests.robustness.hostile_inputs import check_words, folder_for_files, spoilt, text

_VALUES: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e30,
    float("nan"),
    10**400,
    "x",
    "\x00",
    "../..",
    [],
    ["a"],
    {},
    {"a": {}},
    True,
    [[]],
)
_KEYS = (
    "id2label",
    "pad_token_id",
    "max_position_embeddings",
    "architectures",
    "model_type",
    "stancecheck",
    "auto_map",
    "dtype",
)
_OURS = ("max_tokens", "rule", "embeds", "onnx_weights")


def model_folder(r: random.Random) -> None:
    """A model's small files: described and ready, or refused with a ModelError."""
    config: dict[str, Any] = {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"},
        "max_position_embeddings": 64,
        "stancecheck": {"max_tokens": 64},
    }
    for _ in range(r.randrange(1, 3)):
        if r.randrange(3):
            config[r.choice(_KEYS)] = copy.deepcopy(r.choice(_VALUES))
        elif isinstance(config["stancecheck"], dict):
            config["stancecheck"][r.choice(_OURS)] = copy.deepcopy(r.choice(_VALUES))
    folder = folder_for_files() / "model"
    folder.mkdir(exist_ok=True)
    data = json.dumps(config).encode()
    tokenizer = word_tokenizer().to_str().encode()
    sums = text(r, surrogates=False) if r.randrange(6) == 0 else None
    (folder / "config.json").write_bytes(spoilt(r, data) if r.randrange(4) == 0 else data)
    (folder / "tokenizer.json").write_bytes(spoilt(r, tokenizer) if r.randrange(3) == 0 else tokenizer)
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": r.choice(_VALUES)}))
    (folder / "SHA256SUMS").unlink(missing_ok=True)
    if sums is not None:
        (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    try:
        info = read_info(folder, name="x", revision=None, backend="onnx", dtype="float32", device="cpu", labels=None)
        ready = PairTokenizer(load_tokenizer(folder), max_tokens=info.max_tokens, pad_id=pad_id(folder))
        ready.plan([("the cat", "a dog")], token_budget=64)
    except ModelError as error:
        check_words(error)
