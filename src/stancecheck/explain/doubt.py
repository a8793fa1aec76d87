"""One doubts or denies what the other asserts, though the words of the two need not contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stancecheck.data.statements import Statement
from stancecheck.explain.words import AnalyzedStatement, words_of
from stancecheck.judging.judge import Judgement
from stancecheck.stance import Stance

__all__ = ["Doubt", "doubt"]

_AGAINST = frozenset(["doubts", "denies"])
_FOR = frozenset(["asserts", "announces"])
_SHARED = 2  # words with meaning that both statements must have
_SHARE = 0.2  # and of the words with meaning of the shorter one, this part


@dataclass(frozen=True, slots=True)
class Doubt:
    """Who doubts or denies.

    Attributes:
        by: Whose statement doubts or denies: 'a' or 'b'; the other one asserts.
        commitment: 'doubts' or 'denies'.
        shared: Words with meaning that both statements have, as the doubting one writes them, in its order.
    """

    by: str
    commitment: str
    shared: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"by": self.by, "commitment": self.commitment, "shared": list(self.shared)}


def doubt(judgement: Judgement) -> Doubt | None:
    """Set where a party doubts or denies and another asserts, on one matter, and the stance is not CONTRADICT.

    'Not aware of any help' is not 'no help was given', so the model need not call such a pair a contradiction, and a reader
    still wants to see it. On one matter: at least two words with meaning are in both statements, a fifth of those of the
    shorter one, and not names alone. An assertion that negates them ('no help came') holds nothing that is doubted.

    Args:
        judgement: Its statements need a ``commitment``, as ``read_article`` gives them. Where no party is known, speakers
            count.
    """
    a, b = judgement.a, judgement.b
    if judgement.stance is Stance.CONTRADICT or (a.party or a.speaker) == (b.party or b.speaker):
        return None
    for by, one, other in (("a", a, b), ("b", b, a)):
        if one.commitment in _AGAINST and other.commitment in _FOR and (shared := _shared_words(one, other)):
            return Doubt(by, str(one.commitment), shared)
    return None


@lru_cache(maxsize=4096)  # the page, the terminal and every export ask for the same pairs
def _shared_words(doubting: Statement, assertion: Statement) -> tuple[str, ...]:
    """The words by which the two are on one matter; none if they are not."""
    doubted, asserted = (AnalyzedStatement(s.text, words_of(s.text)) for s in (doubting, assertion))
    claimed = {w.stem: w.text for p, w in enumerate(asserted.words) if w.content and p not in asserted.negated}
    shared: dict[str, str] = {}
    for word in doubted.words:
        if word.content and word.stem in claimed:
            shared.setdefault(word.stem, word.text)
    if len(shared) < max(_SHARED, _SHARE * min(len(doubted.stems), len(asserted.stems))):
        return ()
    if all(text[0].isupper() and claimed[stem][0].isupper() for stem, text in shared.items()):
        return ()
    return tuple(shared.values())
