"""The speech model: which tokens of a text are what somebody says, and which say who says it.

Its lower layers are those of the small judge, read from that model's files; its own files hold the upper ones. It was learnt
from marked articles (models/training/speech.py).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError, ModelNotFoundError
from stancecheck.models.bundle import find_folder, installed_folder, load_tokenizer
from stancecheck.models.files import check_sums, read_json
from stancecheck.models.inline import inlined
from stancecheck.models.onnx import graph_of, onnxruntime
from stancecheck.models.quantised import read_weights
from stancecheck.models.special_tokens import special_tokens

__all__ = ["SPEECH_MODEL", "Marks", "SpeechModel", "marks_of", "windows_of"]

SPEECH_MODEL = "stancecheck-speech"


@dataclass(frozen=True, slots=True)
class Marks:
    """How a text's tokens are marked.

    Attributes:
        starts: Where each token starts. Shape: (tokens,).
        logits: Log odds of each label. Shape: (tokens, labels).
        labels: Column by label.
    """

    starts: NDArray[np.int64]
    logits: NDArray[np.float32]
    labels: dict[str, int]

    def rows(self, start: int, end: int) -> slice:
        """The tokens of a part of the text, at least one; none of a text without tokens."""
        first, last = (int(np.searchsorted(self.starts, place)) for place in (start, end))
        return slice(first, last) if first < last else slice(max(0, first - 1), max(1, first))


class SpeechModel:
    """Marks the tokens of a text.

    Args:
        folder: Its files.
        threads: Threads of one call; None leaves it to ONNX Runtime.

    Raises:
        ModelDamagedError: If a file is missing or is not what its checksum says, or the judge is another than it was made for.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        check_sums(folder)
        config = read_json(folder / "config.json")["stancecheck"]
        encoder = find_folder(config["encoder"], revision=None, local_files_only=True, files=())
        stated = config["encoder_sha256"]
        if check_sums(encoder).get("model.safetensors") != stated:
            raise ModelDamagedError(f"{folder}: made for other weights of {config['encoder']} than those in {encoder}")
        self._labels = {label: column for column, label in enumerate(config["labels"])}
        self._window, self._context = int(config["window"]), int(config["context"])
        self._tokenizer = load_tokenizer(encoder)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        around = special_tokens(self._tokenizer)
        self._opening, self._closing = around.prefix[0], around.suffix[0]
        ort = onnxruntime()
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or 0
        graph = inlined(graph_of(folder), read_weights(encoder) | read_weights(folder))
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def marks(self, text: str) -> Marks:
        """The marks of a text, read in windows that overlap."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids = np.asarray(encoded.ids, dtype=np.int64)
        logits = np.zeros((len(ids), len(self._labels)), dtype=np.float32)
        for first, new, last in windows_of(len(ids), self._window, self._context):
            logits[new:last] = self._read(ids[first:last])[new - first :]
        return Marks(np.array([start for start, _ in encoded.offsets], dtype=np.int64), logits, self._labels)

    def _read(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        row = np.concatenate([self._opening, ids, self._closing]).astype(np.int64)[None]
        given = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        marks = self._session.run(["marks"], given)[0][0, len(self._opening) :]
        return np.asarray(marks[: len(ids)], dtype=np.float32)


def windows_of(tokens: int, window: int, context: int) -> Iterator[tuple[int, int, int]]:
    """Of each window of a text: its first token, the first that was not in the one before, and its end.

    Args:
        tokens: How many the text has.
        window: How many are read at once.
        context: How many are read again before those that are new.
    """
    new = last = 0
    while last < tokens:
        first = max(0, new - context)
        last = min(tokens, first + window)
        yield first, new, last
        new = last - context // 2


def marks_of(text: str) -> Marks:
    """The marks of a text by the speech model that comes with the package."""
    return _loaded(os.getpid()).marks(text)


@functools.cache  # a child that let go of its parent's would wait for threads that do not live on there
def _loaded(process: int) -> SpeechModel:
    """The model, anew in a forked child."""
    folder = installed_folder(SPEECH_MODEL)
    if folder is None:
        raise ModelNotFoundError(f"model {SPEECH_MODEL!r} is not installed here; it comes with the package")
    return SpeechModel(folder)
