"""The different texts and windows of a plan, numbered, and which windows of two texts have the most in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.text import Span

__all__ = ["Segments"]


class Segments:
    """The different texts and windows, numbered; knows the token ids of each."""

    def __init__(self, whole: dict[str, NDArray[np.int32]], leads: dict[str, NDArray[np.int32]]) -> None:
        self._whole = whole
        self._leads = leads
        self._numbers: dict[tuple[str, str, Span], int] = {}
        self.ids: list[NDArray[np.int32]] = []

    def number(self, speaker: str, text: str, span: Span, encode: Any) -> int:
        """The segment's number, a new one where it was not there yet.

        Args:
            speaker: Who says it; '' for nobody.
            text: The whole text.
            span: Start and end of the segment in it.
            encode: Gives the token ids of texts.
        """
        key = (speaker, text, span)
        if key not in self._numbers:
            is_whole = span == (0, len(text))
            self._numbers[key] = len(self.ids)
            ids = self._whole[text] if is_whole else encode([text[slice(*span)]])[0]
            self.ids.append(np.concatenate([self._leads[speaker], ids]) if speaker else ids)
        return self._numbers[key]

    def most_alike(self, a: list[int], b: list[int], most: int) -> list[tuple[int, int]]:
        """The (i, j) with the most tokens in common, at most `most` of them, in order of i and j.

        Those come first that are the best for one of the two, so that each is read if there is room for all.
        """
        if len(a) * len(b) <= most:
            return [(i, j) for i in range(len(a)) for j in range(len(b))]
        words_a, words_b = self._words(a), self._words(b)
        shared = (words_a @ words_b.T) / np.sqrt(np.maximum(np.outer(words_a.sum(1), words_b.sum(1)), 1))
        order = {n: place for place, n in enumerate(sorted({*a, *b}, key=lambda n: self.ids[n].tobytes()))}
        place_a, place_b = np.array([order[n] for n in a])[:, None], np.array([order[n] for n in b])[None, :]
        # Ties go by content, and the same either way round, so that swapping the texts chooses the same windows.
        ties = (np.maximum(place_a, place_b).ravel(), np.minimum(place_a, place_b).ravel())
        order_of_pairs = np.lexsort((*ties, -shared.ravel()))
        best = np.zeros(len(order_of_pairs), dtype=np.bool_)
        for side in (order_of_pairs // len(b), order_of_pairs % len(b)):
            best[np.unique(side, return_index=True)[1]] = True
        chosen = np.concatenate([order_of_pairs[best], order_of_pairs[~best]])[:most]
        return [(int(c) // len(b), int(c) % len(b)) for c in np.sort(chosen)]

    def _words(self, numbers: list[int]) -> NDArray[np.float32]:
        """Which of 1,024 hashed tokens each segment holds. Shape: (segments, 1024)."""
        words = np.zeros((len(numbers), 1024), dtype=np.float32)
        for row, number in enumerate(numbers):
            words[row, self.ids[number] % 1024] = 1
        return words
