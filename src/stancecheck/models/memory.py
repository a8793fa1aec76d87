"""What a model said of rows that it has read before in this process."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from stancecheck.models.tokens import Batch

__all__ = ["Memory"]


class Memory:
    """A model's logits of the rows that it read last; several threads may share one.

    A row is known by all that the model is given of it, so nothing is taken for something else.

    Args:
        most: How many rows are kept. Those that were not asked for the longest go first. Of 48 tokens each, 2,000 take 1 MB.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: dict[bytes, bytes] = {}  # the last asked for stands last
        self._lock = Lock()

    def logits(self, batch: Batch, read: Callable[[Batch], NDArray[np.float32]]) -> NDArray[np.float32]:
        """What `read` gives of the batch; it is given only the rows that are not known. Shape: (n, classes).

        Args:
            batch: The rows.
            read: The model's; gives the shape (rows, classes).
        """
        keys = _keys(batch)
        with self._lock:
            found = {key: self._rows[key] for key in keys if key in self._rows}
        new = [place for place, key in enumerate(keys) if key not in found]
        if new:
            values = read(batch if len(new) == len(keys) else batch.part(new))
            found |= {keys[place]: row.tobytes() for place, row in zip(new, values, strict=True)}
        with self._lock:
            for key in keys:
                self._rows.pop(key, None)
                self._rows[key] = found[key]
            while len(self._rows) > self._most:
                del self._rows[next(iter(self._rows))]
        return np.frombuffer(b"".join(found[key] for key in keys), dtype=np.float32).reshape(len(keys), -1)


def _keys(batch: Batch) -> list[bytes]:
    """The tokens of each row and their types, without the padding."""
    ids, types = batch.input_ids.astype(np.int32), batch.token_type_ids.astype(np.int8)
    lengths = batch.attention_mask.sum(axis=1)
    return [ids[row, :n].tobytes() + types[row, :n].tobytes() for row, n in enumerate(lengths)]
