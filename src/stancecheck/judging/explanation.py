"""What an explanation holds: spans, the kind of a conflict, its cues, and reasons for caution."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from stancecheck.data.text import Span

__all__ = ["Caution", "CautionReason", "Cue", "Explanation", "Kind", "Reversal", "Span", "WeightedSpan"]

"""Start and end in a statement's text, in characters."""

WeightedSpan: TypeAlias = tuple[int, int, float]
"""Start, end, and by how much the decided stance's score falls when these characters are left out."""


class Kind(StrEnum):
    """What a conflict turns on. Compares equal to its lower-case name."""

    NEGATION = "negation"
    """One says that it is so, the other that it is not, or denies it."""
    ANTONYM = "antonym"
    """Opposite words: rose and fell."""
    NUMBER = "number"
    """Quantities that do not fit together."""
    TIME = "time"
    """When it happened."""
    PLACE = "place"
    """Where it happened."""
    WHO_DID_WHAT = "who_did_what"
    """Who acted, or who did it to whom."""
    QUANTIFIER = "quantifier"
    """All, some, only, none: how far it holds."""
    MODALITY = "modality"
    """Certain, possible, planned, obligatory, allowed: how firmly it holds."""
    ATTRIBUTION = "attribution"
    """Reported by one, asserted by the other."""
    CAUSE = "cause"
    """Why it happened."""
    EVALUATION = "evaluation"
    """Praised by one, condemned by the other."""
    LEXICAL = "lexical"
    """No cue shows: the meaning of the words, or knowledge of the world."""


class Caution(StrEnum):
    """Why a pair that looks like a conflict may be none. Compares equal to its lower-case name."""

    DIFFERENT_EVENT = "different_event"
    DIFFERENT_TIME = "different_time"
    DIFFERENT_SCOPE = "different_scope"
    REFINEMENT = "refinement"
    HEDGED = "hedged"
    REPORTED = "reported"
    CONDITIONAL = "conditional"
    RESTATEMENT = "restatement"


@dataclass(frozen=True, slots=True)
class Cue:
    """One signal of a kind of conflict.

    Attributes:
        kind: Of which kind.
        a_span: The words in the first statement, or None if the signal is in the other statement alone, or in no words
            (a speaker's commitment).
        b_span: The same in the second statement.
    """

    kind: Kind
    a_span: Span | None
    b_span: Span | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"kind": self.kind.value, "a_span": _listed(self.a_span), "b_span": _listed(self.b_span)}


@dataclass(frozen=True, slots=True)
class CautionReason:
    """A reason for caution, in words.

    Attributes:
        caution: Which.
        why: What it was seen by, for a person to read.
    """

    caution: Caution
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"caution": self.caution.value, "why": self.why}


@dataclass(frozen=True, slots=True)
class Reversal:
    """One party against its own earlier statement.

    Attributes:
        party: Who changed course.
        earlier: Which statement came first: 'a' or 'b'.
        earlier_date: Its date, as given.
        later_date: The other's date, as given.
    """

    party: str
    earlier: str
    earlier_date: str
    later_date: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "party": self.party,
            "earlier": self.earlier,
            "earlier_date": self.earlier_date,
            "later_date": self.later_date,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a judgement turns on. It describes; the stance stays what the model said.

    Attributes:
        spans_a: The words of the first statement that carry the decision, heaviest first. Their weight is the fall of the
            decided stance's score (a probability) when they are left out.
        spans_b: The same in the second statement.
        kind: What a conflict turns on above all; None where the stance is not CONTRADICT.
        cues: All signals of a conflict that were seen, the strongest first; empty where the stance is not CONTRADICT.
        caution: Why the conflict may be none; empty where the stance is not CONTRADICT.
        reversal: Set where a party contradicts its own statement of another date.
    """

    spans_a: tuple[WeightedSpan, ...] = ()
    spans_b: tuple[WeightedSpan, ...] = ()
    kind: Kind | None = None
    cues: tuple[Cue, ...] = ()
    caution: tuple[CautionReason, ...] = ()
    reversal: Reversal | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "kind": self.kind.value if self.kind else None,
            "cues": [cue.as_dict() for cue in self.cues],
            "caution": [reason.as_dict() for reason in self.caution],
            "spans_a": [list(span) for span in self.spans_a],
            "spans_b": [list(span) for span in self.spans_b],
            "reversal": self.reversal.as_dict() if self.reversal else None,
        }


def _listed(span: Span | None) -> list[int] | None:
    return None if span is None else list(span)
