"""PyTorch backend: any sequence-classification NLI model of the hub, on cpu, cuda or mps."""

from __future__ import annotations

import inspect
import os
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForSequenceClassification
from transformers.utils import logging as transformers_logging

from stancecheck.errors import ModelDamagedError, ModelError
from stancecheck.models.bundle import ModelInfo, pad_id
from stancecheck.models.files import check_shards
from stancecheck.models.model import FloatArray, nli_columns
from stancecheck.models.quantised import dequantize, read_weights, stored_in_8_bits
from stancecheck.models.tokens import Batch, PairTokenizer

__all__ = ["TorchModel", "best_device"]


def best_device() -> str:
    """'cuda' or 'mps' where there is one, else 'cpu'."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


class TorchModel:
    """An NLI model run by PyTorch.

    Args:
        info: The model's description; its ``dtype`` says in which type to compute.
        tokenizer: The model's tokenizer.
        threads: Threads of one call, for the whole process (PyTorch has no other setting); None leaves it as it is.

    Raises:
        ModelDamagedError: If the weights are missing, pickled, or cannot be read.
        ModelError: If the device is not available, or the model is not a sequence classifier.
    """

    def __init__(self, info: ModelInfo, tokenizer: PairTokenizer, *, threads: int | None = None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self.info = info
        self._process = os.getpid()
        self.token_budget = 4096 if info.device == "cpu" else 65_536
        self.tokenizer = tokenizer
        self._model = _load(info)
        self._stance_head = _stance_head(info) if info.stance_head else None
        parameters = inspect.signature(self._model.forward).parameters
        self._takes_types = "token_type_ids" in parameters and getattr(self._model.config, "type_vocab_size", 0) > 1

    @torch.inference_mode()
    def logits(self, batch: Batch) -> FloatArray:
        """Raw scores of entailment, neutral, contradiction, then a stance head's. Shape: (n, 3) or (n, 6)."""
        out = self._model(**self._inputs(batch), output_hidden_states=self._stance_head is not None)
        nli = nli_columns(out.logits.float().cpu().numpy(), self.info)
        if self._stance_head is None:
            return nli
        stance = self._stance_head(out.hidden_states[-1][:, 0]).float().cpu().numpy()
        return np.concatenate([nli, stance], axis=1)

    @torch.inference_mode()
    def embeddings(self, batch: Batch) -> FloatArray:
        """Unit-length means of the last hidden states of single texts. Shape: (n, width)."""
        inputs = self._inputs(batch)
        hidden = self._model.base_model(**inputs).last_hidden_state.float()
        weights = inputs["attention_mask"][..., None].float()
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return np.asarray(torch.nn.functional.normalize(mean, dim=-1).cpu().numpy())

    def _inputs(self, batch: Batch) -> dict[str, Any]:
        if os.getpid() != self._process:
            self._set_up_in_child()
        values = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        if self._takes_types:
            values["token_type_ids"] = batch.token_type_ids
        return {name: torch.from_numpy(value).to(self.info.device) for name, value in values.items()}

    def _set_up_in_child(self) -> None:
        """Go on in a forked process: OpenMP's threads do not live on in it, and waiting for them would never end."""
        if self.info.device != "cpu":
            raise ModelError(
                f"the model was loaded on {self.info.device} before this process was forked, and a GPU does not follow into a "
                "child: load it in the child, and start children with 'spawn'"
            )
        torch.set_num_threads(1)
        self._process = os.getpid()


def _load(info: ModelInfo) -> Any:
    _check_device(info.device)
    check_shards(info.folder)
    model, missing = _from_8_bits(info) if stored_in_8_bits(info.folder) else _from_pretrained(info)
    if missing:
        raise ModelError(
            f"model {info.name!r} is not an NLI model: its file lacks the weights {missing[:3]}, which would be random "
            "numbers. Load a model that was fine-tuned for natural language inference."
        )
    if getattr(model.config, "pad_token_id", None) is None:  # decoders such as GPT-2 look for it to find a row's last token
        model.config.pad_token_id = pad_id(info.folder)
    return model.to(info.device, dtype=getattr(torch, info.dtype)).eval()


def _stance_head(info: ModelInfo) -> torch.nn.Sequential:
    """The head that says agree, contradict or unrelated of the first token's last hidden state."""
    weights = dequantize(read_weights(info.folder))
    width = len(weights.get("stance_classifier.dense.bias", ()))
    head = torch.nn.Sequential(torch.nn.Linear(width, width), torch.nn.Tanh(), torch.nn.Linear(width, 3))
    layers = {"0": "stance_classifier.dense", "2": "stance_classifier.out_proj"}
    parts = [(f"{place}.{part}", f"{name}.{part}") for place, name in layers.items() for part in ("weight", "bias")]
    try:
        head.load_state_dict({key: torch.from_numpy(weights[name]) for key, name in parts})
    except (KeyError, RuntimeError) as error:
        raise ModelDamagedError(f"{info.folder}: it states a stance head, but its weights do not fit ({error})") from error
    return head.to(info.device, dtype=getattr(torch, info.dtype)).eval()


def _check_device(device: str) -> None:
    kind = device.split(":")[0]
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(kind, False):
        raise ModelError(f"device {device!r} is not available here: expected one of {[k for k, v in there.items() if v]}")


def _from_pretrained(info: ModelInfo) -> tuple[Any, list[str]]:
    """The model, and the names of the weights that its files lack."""
    verbosity = transformers_logging.get_verbosity()
    bars_were_on = transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        model, report = AutoModelForSequenceClassification.from_pretrained(
            str(info.folder),
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelDamagedError(
            f"{info.folder}: cannot be loaded as a sequence classifier from safetensors ({str(error)[:300]}). Pickled weights "
            "(pytorch_model.bin) are refused: convert them to safetensors first."
        ) from error
    finally:
        transformers_logging.set_verbosity(verbosity)
        if bars_were_on:
            transformers_logging.enable_progress_bar()
    return model, sorted(report["missing_keys"])


def _from_8_bits(info: ModelInfo) -> tuple[Any, list[str]]:
    """The same of a model whose weights are stored in 8 bits."""
    config = AutoConfig.from_pretrained(str(info.folder), local_files_only=True)
    if hasattr(config, "quantization_config"):
        del config.quantization_config  # the weights are dequantize here; no other library has to
    model = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    weights = {name: torch.from_numpy(value) for name, value in dequantize(read_weights(info.folder)).items()}
    try:
        missing = model.load_state_dict(weights, strict=False).missing_keys
    except RuntimeError as error:
        raise ModelDamagedError(f"{info.folder}: its weights do not fit its config ({str(error)[:300]})") from error
    return model, sorted(name for name in missing if not name.endswith("position_ids"))
