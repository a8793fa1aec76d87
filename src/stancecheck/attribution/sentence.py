"""A sentence as the finders of attributions see it."""

from __future__ import annotations

from dataclasses import dataclass

from stancecheck.attribution.clauses import Clause
from stancecheck.attribution.layout import Block
from stancecheck.language.quotes import Span
from stancecheck.language.words import Word

__all__ = ["Sentence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its quotations and reporting clauses."""

    span: Span
    block: Block
    quotes: tuple[Span, ...]
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
