"""What was taken for one party, with the words of the text that tie it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Tie", "Ties"]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two names taken for one party.

    Attributes:
        name: What was merged.
        party: Into which party.
        words: The words of the text that tie them.
    """

    name: str
    party: str
    words: str


class Ties:
    """The ties of one text.

    Args:
        text: The whole text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[tuple[str, str], Tie] = {}

    def __iter__(self) -> Iterator[Tie]:
        return iter(self._known.values())

    def add(self, name: str, party: str, at: int) -> None:
        """Note that the name was taken for the party, by the words at this place."""
        if name.lower() != party.lower():
            self._known.setdefault((name.lower(), party), Tie(name, party, self._words_at(at)))

    def _words_at(self, at: int) -> str:
        start = max(self._text.rfind("\n", 0, at) + 1, self._text.rfind(". ", 0, at) + 1, at - 40)
        return " ".join(self._text[start : at + 80].split())
