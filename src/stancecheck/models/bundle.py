"""A model's folder, checked and described.

Only ``config.json``, ``tokenizer.json``, safetensors and ONNX files are read: never pickled weights, never code from a model's
repository.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancecheck.errors import ModelDamagedError, ModelError
from stancecheck.models.files import check_links, check_sums, read_json
from stancecheck.models.forks import quiet_tokenizers_in_children
from stancecheck.models.rule import StanceRule
from stancecheck.stance import label_order

__all__ = ["ModelInfo", "load_tokenizer", "pad_id", "read_info"]

_LONGEST_WINDOW = 512  # tokens; models that state more (or nothing) are cut into windows of this, which they were trained on
_SHORTEST_WINDOW = 16
_MOST_TOKEN_IDS = 2**31
_SLOW_TOKENIZERS = ("vocab*", "*.model", "*.spm", "*.bpe.codes", "spiece*", "merges.txt")  # files that hold a vocabulary
_UNSTATED = 100_000  # transformers writes 1e30 for 'not stated'


@dataclass(frozen=True)
class ModelInfo:
    """What is loaded, for `stancecheck model`, records and cards.

    Attributes:
        name: As asked for.
        folder: Where its files are.
        revision: The hub revision asked for, if any.
        backend: 'onnx', 'openvino' or 'torch'.
        device: Where it runs.
        columns: Output columns of entailment, neutral and contradiction.
        max_tokens: Its window for a pair, special tokens included.
        licence: As its card states it, or None.
        rule: How both directions become one stance; None for the documented default.
        sha256: Checksum by file, of those files that have one in SHA256SUMS.
        embeds: Whether it also embeds single statements.
        stance_head: Whether it has a head for the stance beside that for NLI.
        reads_parties: Whether it was trained to read who speaks: 'Party: statement'.
        language: The language that it reads, as its card states it; None where it states none or several.
        dtype: In which type it computes: 'float32', 'bfloat16' or 'int8' (products alone).
    """

    name: str
    folder: Path
    revision: str | None
    backend: str
    device: str
    columns: tuple[int, int, int]
    max_tokens: int
    licence: str | None
    rule: StanceRule | None
    sha256: Mapping[str, str] = field(default_factory=dict)
    embeds: bool = False
    stance_head: bool = False
    reads_parties: bool = False
    language: str | None = None
    dtype: str = "float32"

    @property
    def digest(self) -> str:
        """SHA-256 of the checksums, which tells these files from a model's of the same name; '' without checksums."""
        lines = (f"{name} {checksum}\n" for name, checksum in sorted(self.sha256.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest() if self.sha256 else ""


def read_info(
    folder: Path,
    *,
    name: str,
    revision: str | None,
    backend: str,
    dtype: str,
    device: str,
    labels: Sequence[str] | None,
) -> ModelInfo:
    """The description of the model in a folder, its checksums verified.

    Args:
        folder: Where the files are.
        name: The model's name as asked for.
        revision: The hub revision asked for, if any.
        backend: As asked for, like `dtype` and `device`; 'auto' is resolved when the model starts.
        dtype: In which type to compute.
        device: Where it will run.
        labels: The caller's names of the output columns, in place of the config's.

    Raises:
        ModelDamagedError: If a file is missing, unreadable, or not what its checksum says.
        ModelError: If it is not a sequence classifier.
        LabelOrderError: If its labels cannot be read by name.
    """
    check_links(folder)
    sums = check_sums(folder)
    config = read_json(folder / "config.json")
    names = labels if labels is not None else _label_names(config, name)
    ours = _our_part(config, name)
    rule = ours.get("rule")
    return ModelInfo(
        name=name,
        folder=folder,
        revision=revision,
        backend=backend,
        device=device,
        columns=label_order(names, model=name),
        max_tokens=_checked_window(_whole(ours.get("max_tokens"), "max_tokens", name) or _window(folder, config, name), name),
        rule=StanceRule.from_json(rule) if rule else None,
        licence=_stated(folder, r"^license:\s*(\S+)"),
        sha256=sums,
        embeds=bool(ours.get("embeds")),
        stance_head=bool(ours.get("stance_head")),
        reads_parties=bool(ours.get("reads_parties")),
        language=_stated(folder, r"^language:\s*(?:\[\s*|\n\s*-\s*)?['\"]?([a-z]{2,3})['\"]?\s*\]?\s*$(?!\n\s*-)"),
        dtype=dtype,
    )


def load_tokenizer(folder: Path) -> Any:
    """The folder's ``tokenizers.Tokenizer``; made from a slow tokenizer's files where there is no tokenizer.json.

    Raises:
        ModelDamagedError: If there is none, or it cannot be read.
    """
    from tokenizers import Tokenizer

    quiet_tokenizers_in_children()
    path = folder / "tokenizer.json"
    if path.is_file():
        try:
            return Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelDamagedError(f"{path}: not a readable tokenizer ({error})") from error
    if not any(found for pattern in _SLOW_TOKENIZERS for found in folder.glob(pattern)):  # transformers would make an empty one
        raise ModelDamagedError(f"{folder}: no tokenizer.json, and no vocabulary to make a tokenizer of")
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(str(folder), use_fast=True, trust_remote_code=False).backend_tokenizer
    except (OSError, ValueError, AttributeError, ImportError) as error:
        raise ModelDamagedError(f"{folder}: no tokenizer.json, and none can be made from its other files ({error})") from error


def pad_id(folder: Path) -> int:
    """Id of the padding token, from the config; where it states none, that of the end of a text, or 0."""
    config = read_json(folder / "config.json")
    stated = config.get("pad_token_id")
    if stated is None:
        stated = config.get("eos_token_id")
        stated = stated[0] if isinstance(stated, list) and stated else stated  # chat models have several
    value = _whole(stated, "pad_token_id", str(folder))
    if value >= _MOST_TOKEN_IDS:
        raise ModelDamagedError(f"{folder}: its config's pad_token_id is not a token: {value}")
    return value


def _our_part(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    ours = config.get("stancecheck") or {}
    if not isinstance(ours, dict):
        raise ModelDamagedError(f"model {name!r}: its config's stancecheck part must be an object, got {type(ours).__name__}")
    return ours


def _whole(value: Any, what: str, name: str) -> int:
    """A count from a config; 0 where it states none."""
    if value is None:
        return 0
    if not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ModelDamagedError(f"model {name!r}: expected an integer for its config's {what}, got {str(value)[:50]!r}")
    return int(value)


def _label_names(config: dict[str, Any], name: str) -> dict[int, str]:
    architectures = config.get("architectures") or []
    if not isinstance(architectures, list):
        raise ModelDamagedError(
            f"model {name!r}: its config's architectures must be a list, got {type(architectures).__name__}"
        )
    if architectures and not any("SequenceClassification" in str(a) for a in architectures):
        raise ModelError(
            f"model {name!r} is not an NLI model: expected a sequence classifier with three classes, but its config says "
            f"{architectures}. Load a model that was fine-tuned for natural language inference."
        )
    names = config.get("id2label") or {0: "LABEL_0", 1: "LABEL_1"}
    try:
        return {int(k): str(v) for k, v in names.items()}
    except (ValueError, AttributeError) as error:
        raise ModelDamagedError(f"model {name!r}: its config's id2label cannot be read ({error})") from error


def _window(folder: Path, config: dict[str, Any], name: str) -> int:
    positions = _whole(config.get("max_position_embeddings"), "max_position_embeddings", name) or _LONGEST_WINDOW
    if str(config.get("model_type")) in {"roberta", "xlm-roberta", "camembert", "mpnet"}:
        positions -= 2  # these count positions from the padding id + 1
    stated = _UNSTATED
    if (folder / "tokenizer_config.json").is_file():
        length = read_json(folder / "tokenizer_config.json").get("model_max_length")
        stated = _whole(length, "model_max_length", name) or _UNSTATED
    return min(positions if positions > 0 else _LONGEST_WINDOW, stated, _LONGEST_WINDOW)


def _checked_window(tokens: int, name: str) -> int:
    if tokens < _SHORTEST_WINDOW:
        raise ModelDamagedError(f"model {name!r}: its config states a window of {tokens} tokens, too few for a pair of texts")
    return tokens


def _stated(folder: Path, pattern: str) -> str | None:
    """What the model's card states, by the first group of a pattern."""
    card = folder / "README.md"
    if not card.is_file():
        return None
    match = re.search(pattern, card.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return match.group(1) if match else None
