"""What can happen when a text is read, by name."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from enum import StrEnum

from stancecheck.errors import LanguageWarning, TruncationWarning

__all__ = ["UNREAD", "Note", "warn_of_unread"]


class Note(StrEnum):
    """What happened when a text was read. Compares equal to its own words."""

    TOO_LONG = "too long"
    """Part of the text is in no window of the model."""
    UNKNOWN = "unknown characters"
    """The model's tokenizer does not know some of the characters."""
    LANGUAGE = "another language"
    """The text is not in the language that the model reads."""
    NONSENSE = "no words"
    """The text holds no words of the language that the model reads."""
    CASE = "letter case"
    """Two words differ only in case, such as US and us, and the model does not read case."""
    STRUCK_OUT = "struck-out text"
    """Text that its author struck out was left out."""
    MARKUP = "markup"
    """Marks of HTML or Markdown, or a list's number, were taken away."""
    STYLED = "styled letters"
    """Letters that only look special (full-width, in circles, ligatures) are read as plain ones."""
    SYMBOLS = "symbols"
    """A sign that stands for a word is read as that word: a green circle, a flag."""
    CONTROL = "control characters"
    """Control characters and spaces of no width are read as spaces, or as nothing where they only steer the layout."""
    SPECIAL = "special tokens"
    """Words that steer a model, such as [SEP], were taken away."""
    IDENTICAL = "identical"
    """Both texts are the same to a reader, so they agree by rule; no model was asked."""


UNREAD: frozenset[Note] = frozenset({Note.TOO_LONG, Note.UNKNOWN, Note.LANGUAGE, Note.NONSENSE, Note.CASE})
"""The notes that say that something could not be read."""


def warn_of_unread(pairs: Sequence[Collection[Note]]) -> None:
    """Warn of what could not be read, three calls above: where the user called.

    Args:
        pairs: The notes of each pair.
    """
    if too_long := sum(Note.TOO_LONG in notes for notes in pairs):
        warnings.warn(
            f"{too_long} of {len(pairs)} pairs are too long to be read in full; their judgements say truncated=True",
            TruncationWarning,
            stacklevel=4,
        )
    if any(Note.LANGUAGE in notes or Note.NONSENSE in notes for notes in pairs):
        warnings.warn(  # without a count, so that Python shows it once
            "some statements are in another language than the model reads, or hold no words of it: their judgements say so in "
            "notes, and are little better than a guess",
            LanguageWarning,
            stacklevel=4,
        )
