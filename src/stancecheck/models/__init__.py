"""A model's name, folder or hub id -> a ready NLI model."""

from __future__ import annotations

from stancecheck.models.backends import BACKENDS, exact, start
from stancecheck.models.bundle import ModelInfo, read_info
from stancecheck.models.folders import BASE_MODEL, DEFAULT_MODEL, find_folder, is_installed
from stancecheck.models.memory import Memory
from stancecheck.models.model import NLIModel, embed, run
from stancecheck.models.options import LoadOptions
from stancecheck.models.probe import check_label_order
from stancecheck.models.rule import StanceRule, rule_features

__all__ = [
    "BASE_MODEL",
    "DEFAULT_MODEL",
    "LoadOptions",
    "Memory",
    "ModelInfo",
    "NLIModel",
    "StanceRule",
    "embed",
    "exact",
    "is_installed",
    "load_model",
    "rule_features",
    "run",
]

_COMMON_FILES = (
    "config.json",
    "tokenizer*",
    "vocab*",
    "merges.txt",
    "special_tokens_map.json",
    "*.model",
    "README.md",
    "SHA256SUMS",
)


def load_model(options: LoadOptions) -> NLIModel:
    """A ready model. `escalate` is not looked at: one call loads one model.

    Raises:
        ModelError: If the model cannot be found, read, or used for NLI.
    """
    backend, revision = options.backend, options.revision
    weights = BACKENDS["torch" if backend == "auto" else backend].weights
    folder = find_folder(
        options.model, revision=revision, local_files_only=options.local_files_only, files=_COMMON_FILES + weights
    )
    asked = {"backend": backend, "dtype": options.dtype, "device": options.device}
    info = read_info(folder, name=options.model, revision=revision, labels=options.labels, **asked)
    loaded = start(info, threads=options.threads)
    if options.token_budget is not None:
        loaded.token_budget = options.token_budget
    if not info.sha256:  # a model with checksums was probed when it was released
        check_label_order(loaded)
    return loaded
