"""Pairs of texts -> length-sorted, token-budget batches of both directions, and the way back.

Each text is tokenised once. A text of many sentences is read sentence by sentence, and one too long for the model is cut into
windows at sentence ends; every window of the one is set against every window of the other. Rows are put into batches in an
order that depends on their content alone, so that swapping a pair, or shuffling a chunk, gives the very same batches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.identity import same_words
from stancecheck.data.text import Span
from stancecheck.models.segments import Segments
from stancecheck.models.special_tokens import special_tokens, unknown_id

__all__ = ["Batch", "PairTokenizer", "Plan", "Window", "batches_of"]

IntArray: TypeAlias = NDArray[np.int64]

MAX_WINDOW_PAIRS = 128  # a pair needing more is judged on those with the most words in common, and marked as truncated
MAX_WINDOWS = 4096  # of one text, some two million characters; the rest is not read, and the pair is marked as truncated
MAX_BATCH_ROWS = 512
MANY_SENTENCES = 3  # from here on a text is read sentence by sentence: models are trained on one or two at a time
_MANY_TOKENS = 48  # which fewer tokens than these never are
_SENTENCE_END = re.compile(
    r"(?<=[.!?…。！？])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\b[A-Z]\.)[\"'”’»)\]]*\s+|\n+"
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a against a window of b.

    Attributes:
        pair: Position of the pair in the plan.
        a: Start and end of the window in the first text, in characters.
        b: The same in the second text.
        index_a: Which window of the first text it is.
        index_b: Which window of the second text it is.
        forward: Row of a -> b in the plan.
        backward: Row of b -> a in the plan.
        same: Whether the two are the same to a reader; the model's answer is then not used.
    """

    pair: int
    a: Span
    b: Span
    index_a: int
    index_b: int
    forward: int
    backward: int
    same: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs of one model call.

    Attributes:
        rows: Which rows of the plan these are. Shape: (n,).
        input_ids: Shape: (n, tokens).
        attention_mask: 1 for a token, 0 for padding. Shape: (n, tokens).
        token_type_ids: Shape: (n, tokens).
    """

    rows: IntArray
    input_ids: IntArray
    attention_mask: IntArray
    token_type_ids: IntArray

    def part(self, rows: slice | Sequence[int]) -> Batch:
        """Some of the rows, by their places in this batch."""
        return Batch(self.rows[rows], self.input_ids[rows], self.attention_mask[rows], self.token_type_ids[rows])


@dataclass(frozen=True, slots=True)
class Plan:
    """What the model has to read for a list of pairs.

    Attributes:
        windows: The window pairs of every pair, pairs in order.
        batches: Each row once, by rising length.
        row_count: Number of different rows (sequences) over all batches.
        truncated: Whether some of a pair's text is not in any window. Shape: (pairs,).
        unknown: By text, the words of it that the tokenizer does not know; texts that it knows whole are left out.
    """

    windows: list[Window]
    batches: list[Batch]
    row_count: int
    truncated: NDArray[np.bool_]
    unknown: Mapping[str, frozenset[str]] = field(default_factory=dict)


class PairTokenizer:
    """Tokenises texts once each and lays pairs of them out as the model expects.

    Args:
        tokenizer: A ``tokenizers.Tokenizer``; truncation and padding are switched off.
        max_tokens: The model's window, special tokens included.
        pad_id: Id of the padding token.
    """

    def __init__(self, tokenizer: Any, *, max_tokens: int, pad_id: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True  # a [SEP] in somebody's text is text
        self._tokenizer = tokenizer
        self._special = special_tokens(tokenizer)
        self.max_tokens = max_tokens
        self.pad_id = pad_id
        self._unknown_id = unknown_id(tokenizer)

    @property
    def vocabulary(self) -> Iterable[str]:
        """The tokens that the tokenizer knows."""
        return dict(self._tokenizer.get_vocab())

    @cached_property
    def reads_case(self) -> bool:
        """Whether the model is given capitals as such."""
        capitals, small = self.encode(["US WHO", "us who"])
        return not np.array_equal(capitals, small)

    def encode(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Token ids of each text, without special tokens. Shape of each: (tokens,)."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(e.ids, dtype=np.int32) for e in encoded]

    def plan(
        self,
        pairs: Sequence[tuple[str, str]],
        *,
        token_budget: int,
        speakers: Sequence[tuple[str, str]] | None = None,
        one_way: bool = False,
    ) -> Plan:
        """Windows and batches for these pairs, both directions.

        Args:
            pairs: The texts.
            token_budget: Most tokens in one batch, padding included.
            speakers: Who says each text, as the model reads it before every window of it; '' says nothing.
            one_way: Only a -> b, as other libraries read a pair; `backward` is then the row of `forward`.
        """
        texts = list(dict.fromkeys(t for pair in pairs for t in pair))
        ids = dict(zip(texts, self.encode(texts), strict=True))
        names = list(dict.fromkeys(s for pair in speakers or () for s in pair))
        leads = dict(zip(names, (x[: self.max_tokens // 8] for x in self.encode(names)), strict=True))
        segments = Segments(ids, leads)
        windows: list[Window] = []
        row_of: dict[tuple[int, int], int] = {}
        truncated = np.zeros(len(pairs), dtype=np.bool_)
        for number, (a, b) in enumerate(pairs):
            speaker_a, speaker_b = speakers[number] if speakers else ("", "")
            room = self.max_tokens - self._special.count - sum(len(leads[s]) for s in (speaker_a, speaker_b) if s)
            spans_a, spans_b = self._spans(a, b, len(ids[a]), len(ids[b]), room)
            segments_a = [segments.number(speaker_a, a, s, self.encode) for s in spans_a[:MAX_WINDOWS]]
            segments_b = [segments.number(speaker_b, b, s, self.encode) for s in spans_b[:MAX_WINDOWS]]
            chosen = segments.most_alike(segments_a, segments_b, MAX_WINDOW_PAIRS)
            truncated[number] = len({i for i, _ in chosen}) < len(spans_a) or len({j for _, j in chosen}) < len(spans_b)
            for i, j in chosen:
                ab, ba = (segments_a[i], segments_b[j]), (segments_b[j], segments_a[i])
                forward = row_of.setdefault(ab, len(row_of))
                backward = forward if one_way else row_of.setdefault(ba, len(row_of))
                same = len(chosen) > 1 and same_words(a[slice(*spans_a[i])], b[slice(*spans_b[j])])
                windows.append(Window(number, spans_a[i], spans_b[j], i, j, forward, backward, same))
        batches = list(self._batches(list(row_of), segments, token_budget))
        return Plan(windows, batches, len(row_of), truncated, self._unknown_words(ids))

    def _unknown_words(self, ids: Mapping[str, NDArray[np.int32]]) -> dict[str, frozenset[str]]:
        found = {}
        for text, tokens in ids.items():
            if self._unknown_id in tokens:
                encoded = self._tokenizer.encode(text, add_special_tokens=False)
                places = [place for token, place in zip(encoded.ids, encoded.offsets, strict=True) if token == self._unknown_id]
                found[text] = frozenset(text[slice(*place)] for place in places)
        return found

    def singles(self, texts: Sequence[str], *, token_budget: int) -> tuple[list[Batch], NDArray[np.bool_]]:
        """Batches of single texts, and which of them were cut at the model's window. Shape of the latter: (texts,)."""
        room = self.max_tokens - len(self._special.prefix[0]) - len(self._special.suffix[0])
        ids = self.encode(texts)
        cut = np.array([len(x) > room for x in ids], dtype=np.bool_)
        head, tail = self._special.prefix, self._special.suffix
        rows = [np.concatenate([head[0], x[:room], tail[0]]).astype(np.int64) for x in ids]
        types = [np.zeros(len(x), dtype=np.int64) for x in rows]
        return list(batches_of(rows, types, token_budget, self.pad_id)), cut

    def _spans(self, a: str, b: str, tokens_a: int, tokens_b: int, room: int) -> tuple[list[Span], list[Span]]:
        whole_a, whole_b = [(0, len(a))], [(0, len(b))]
        half = room // 2
        sentences_a, sentences_b = self._sentences(a, tokens_a, half), self._sentences(b, tokens_b, half)
        if sentences_a or sentences_b:
            return sentences_a or self._packed(a, tokens_a, half), sentences_b or self._packed(b, tokens_b, half)
        if tokens_a + tokens_b <= room:
            return whole_a, whole_b
        if tokens_b <= half:
            return self._windows(a, room - tokens_b), whole_b
        if tokens_a <= half:
            return whole_a, self._windows(b, room - tokens_a)
        return self._windows(a, half), self._windows(b, half)

    def _sentences(self, text: str, tokens: int, room: int) -> list[Span]:
        """The sentences of a text of many; none if there are fewer."""
        if tokens < _MANY_TOKENS or len(_SENTENCE_END.findall(text.strip())) < MANY_SENTENCES - 1:
            return []
        return self._windows(text, room, each=True)

    def _packed(self, text: str, tokens: int, room: int) -> list[Span]:
        return [(0, len(text))] if tokens <= room else self._windows(text, room)

    def _windows(self, text: str, room: int, *, each: bool = False) -> list[Span]:
        """Sentences packed into windows of at most `room` tokens; a longer sentence is cut between tokens.

        With `each`, every sentence is a window of its own.
        """
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        offsets = np.asarray(encoded.offsets, dtype=np.int64).reshape(-1, 2)
        ends = {m.end() for m in _SENTENCE_END.finditer(text)}
        starts_sentence = np.isin(offsets[:, 0], np.fromiter(ends, dtype=np.int64, count=len(ends)))
        # One token of slack: cutting a text may give its first word another token than it had in the middle.
        room = max(1, room - 2)
        spans: list[Span] = []
        first = 0
        while first < len(offsets):
            last = min(first + room, len(offsets))
            if each or last < len(offsets):
                sentence = np.flatnonzero(starts_sentence[first + 1 : last + 1])
                if len(sentence):
                    last = first + 1 + int(sentence[0 if each else -1])
            spans.append((int(offsets[first, 0]), int(offsets[last - 1, 1])))
            first = last
        return spans or [(0, len(text))]

    def _batches(self, rows: list[tuple[int, int]], segments: Segments, budget: int) -> Iterator[Batch]:
        special = self._special
        room = self.max_tokens - special.count
        ids, types = [], []
        for first, second in rows:
            a = segments.ids[first]
            b = segments.ids[second][: max(0, room - len(a))]  # a bound for windows that grew when cut out; seldom met
            ids.append(np.concatenate([special.prefix[0], a, special.middle[0], b, special.suffix[0]]).astype(np.int64))
            kinds = [special.types[0]] * len(a), [special.types[1]] * len(b)
            flat = special.prefix[1] + kinds[0] + special.middle[1] + kinds[1] + special.suffix[1]
            types.append(np.asarray(flat, dtype=np.int64))
        yield from batches_of(ids, types, budget, self.pad_id)


def batches_of(ids: list[IntArray], types: list[IntArray], budget: int, pad_id: int) -> Iterator[Batch]:
    """Rows of like length together, at most `budget` tokens a batch with padding, in an order set by content alone.

    Args:
        ids: Token ids by row. Shape of each: (tokens,).
        types: Token type ids by row. Shape of each: (tokens,).
        budget: Most tokens a batch; a single row may be longer.
        pad_id: Id of the padding token.
    """
    order = sorted(range(len(ids)), key=lambda r: (len(ids[r]), ids[r].tobytes()))
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and end - start < MAX_BATCH_ROWS and (end - start + 1) * len(ids[order[end]]) <= budget:
            end += 1
        chosen = order[start:end]
        longest = len(ids[chosen[-1]])
        input_ids = np.full((len(chosen), longest), pad_id, dtype=np.int64)
        mask = np.zeros((len(chosen), longest), dtype=np.int64)
        type_ids = np.zeros((len(chosen), longest), dtype=np.int64)
        for position, row in enumerate(chosen):
            n = len(ids[row])
            input_ids[position, :n] = ids[row]
            mask[position, :n] = 1
            type_ids[position, :n] = types[row]
        yield Batch(np.asarray(chosen, dtype=np.int64), input_ids, mask, type_ids)
        start = end
