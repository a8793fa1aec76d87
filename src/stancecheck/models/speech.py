"""The speech model: which tokens of a text are what somebody says, and which say who says it.

Its lower layers are those of the small judge, read from that model's files; its own files hold the upper ones. It was learnt
from marked articles (models/training/speech.py).
"""

from __future__ import annotations

import bisect
import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError, ModelNotFoundError
from stancecheck.models.bundle import load_tokenizer
from stancecheck.models.files import check_sums, read_json
from stancecheck.models.folders import find_folder, installed_folder
from stancecheck.models.inline import inlined
from stancecheck.models.onnx import graph_of, onnxruntime
from stancecheck.models.quantised import read_weights
from stancecheck.models.special_tokens import special_tokens

__all__ = ["SPEECH_MODEL", "Marks", "SpeechModel", "marks_of", "windows_of"]

SPEECH_MODEL = "stancecheck-speech"
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # lone surrogates, which have no place in UTF-8


class Marks:
    """How a text's tokens are marked. A window of the text is read when its marks are first asked for.

    Args:
        starts: Where each token starts. Shape: (tokens,).
        labels: Column by label.
        windows: The first token, the first new one and the end of each window; see windows_of.
        read: Gives the log odds of the labels for the tokens from one to another. Shape: (tokens, labels).
    """

    def __init__(
        self,
        starts: NDArray[np.int64],
        labels: Mapping[str, int],
        windows: Sequence[tuple[int, int, int]],
        read: Callable[[int, int], NDArray[np.float32]],
    ) -> None:
        self.labels = labels
        self._starts = starts
        self._windows = windows
        self._new = [new for _, new, _ in windows]
        self._read = read
        self._known: dict[int, NDArray[np.float32]] = {}

    def rows(self, start: int, end: int) -> range:
        """The tokens of a part of the text, at least one; none of a text without tokens."""
        first, last = (int(np.searchsorted(self._starts, place)) for place in (start, end))
        return range(first, last) if first < last else range(max(0, first - 1), min(len(self._starts), max(1, first)))

    def logits(self, rows: range, label: str) -> NDArray[np.float32]:
        """Log odds of a label for some tokens. Shape: (tokens,)."""
        column, parts, at = self.labels[label], [], rows.start
        while at < rows.stop:
            number = bisect.bisect_right(self._new, at) - 1
            new = self._new[number]
            stop = min(rows.stop, self._new[number + 1] if number + 1 < len(self._new) else rows.stop)
            parts.append(self._window(number)[at - new : stop - new, column])
            at = stop
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _window(self, number: int) -> NDArray[np.float32]:
        """The marks of a window from its first new token on."""
        if number not in self._known:
            first, new, last = self._windows[number]
            self._known[number] = self._read(first, last)[new - first :]
        return self._known[number]


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
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # texts come one by one; others may work
        graph = inlined(graph_of(folder), read_weights(encoder) | read_weights(folder))
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def marks(self, text: str) -> Marks:
        """The marks of a text."""
        encoded = self._tokenizer.encode(_HALF_CHARACTER.sub("?", text), add_special_tokens=False)
        ids = np.asarray(encoded.ids, dtype=np.int64)
        starts = np.array([start for start, _ in encoded.offsets], dtype=np.int64)
        windows = list(windows_of(len(ids), self._window, self._context))
        return Marks(starts, self._labels, windows, lambda first, last: self._read(ids[first:last]))

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
