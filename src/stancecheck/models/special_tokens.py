"""What a tokenizer puts around two texts, and which token stands for what it does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stancecheck.errors import ModelError

__all__ = ["SpecialTokens", "special_tokens", "unknown_id"]


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The special tokens around two texts: ids and type ids of prefix, middle and suffix; type ids of the texts."""

    prefix: tuple[list[int], list[int]]
    middle: tuple[list[int], list[int]]
    suffix: tuple[list[int], list[int]]
    types: tuple[int, int]

    @property
    def count(self) -> int:
        """How many special tokens a pair takes."""
        return len(self.prefix[0]) + len(self.middle[0]) + len(self.suffix[0])


def unknown_id(tokenizer: Any) -> int | None:
    """Id of the token that stands for what the tokenizer does not know; None where there is none."""
    named = getattr(tokenizer.model, "unk_token", None)
    ids = [tokenizer.token_to_id(name) for name in (named, "[UNK]", "<unk>") if isinstance(name, str)]
    return next((number for number in ids if number is not None), None)


def special_tokens(tokenizer: Any) -> SpecialTokens:
    """Read off two short texts which special tokens the tokenizer puts around a pair, and which type ids it gives."""
    try:
        both = tokenizer.encode("one", "two")
    except BaseException as error:  # a panic of the Rust library is not an Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ModelError(f"the model's tokenizer cannot encode a pair of words ({error})") from error
        raise
    places = [sequence if sequence is not None else -1 for sequence in both.sequence_ids]
    firsts = [i for i, p in enumerate(places) if p == 0]
    seconds = [i for i, p in enumerate(places) if p == 1]
    if not firsts or not seconds or firsts[-1] > seconds[0]:
        raise ModelError("the model's tokenizer does not put two texts one after the other; it cannot read pairs")

    def part(start: int, end: int) -> tuple[list[int], list[int]]:
        return list(both.ids[start:end]), list(both.type_ids[start:end])

    return SpecialTokens(
        prefix=part(0, firsts[0]),
        middle=part(firsts[-1] + 1, seconds[0]),
        suffix=part(seconds[-1] + 1, len(places)),
        types=(both.type_ids[firsts[0]], both.type_ids[seconds[0]]),
    )
