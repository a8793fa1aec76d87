"""What a report shows, as everything in this package draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from stancecheck.data.statements import Statement
from stancecheck.judging.judge import Judgement
from stancecheck.report.disputes import Dispute, count_disputes, find_disputes, ranked
from stancecheck.report.render.clean import clean
from stancecheck.stance import STANCES, Stance

__all__ = ["LABELS", "NO_PARTY", "SYMBOLS", "ReportView", "percent"]

NO_PARTY = "no party"
"""What is shown for a statement that has none."""

# A word and a sign beside every colour: colour alone says nothing. The signs are in every common font.
LABELS: Mapping[str, str] = {Stance.CONTRADICT: "Contradict", Stance.AGREE: "Agree", Stance.UNRELATED: "Unrelated"}
SYMBOLS: Mapping[str, str] = {Stance.CONTRADICT: "≠", Stance.AGREE: "=", Stance.UNRELATED: "·"}


READING_ORDER: tuple[Stance, ...] = (Stance.CONTRADICT, Stance.AGREE, Stance.UNRELATED)

Side: TypeAlias = Literal["a", "b"]


@dataclass(frozen=True)
class ReportView:
    """What a report shows.

    Attributes:
        title: The heading.
        judgements: In any order.
        parties: In the order in which they are shown; '' stands for none.
        matrix: (party, party) -> counts by stance. (A, B) and (B, A) hold the same, or only one of them is there.
        counts: Stance -> number of judgements.
        pairs_considered: How many pairs there were to choose from.
        pairs_judged: How many of them were judged.
        truncated: How many judgements did not read all of the text.
        model: Which model judged.
        notes: How the pairs were chosen, and what else a reader must know.
        articles: By source, the text that statements were read from.
        created: When, ISO 8601, or None.
    """

    title: str = "Where the accounts collide"
    judgements: Sequence[Judgement] = ()
    parties: Sequence[str] = ()
    matrix: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    pairs_considered: int = 0
    pairs_judged: int = 0
    truncated: int = 0
    model: str = ""
    notes: tuple[str, ...] = ()
    articles: Mapping[str, str] = field(default_factory=dict)
    created: str | None = None

    @cached_property
    def disputes(self) -> list[Dispute]:
        """The matters on which accounts collide, the one most worth reading first."""
        return find_disputes(self.judgements)

    @cached_property
    def _disputes_by_party(self) -> dict[tuple[str | None, str | None], int]:
        return count_disputes(self.disputes)

    @property
    def is_filtered(self) -> bool:
        """Whether some of the judgements were left out."""
        return len(self.judgements) < self.pairs_judged

    def count_of_pairs(self) -> str:
        """How many pairs there were, were judged, and are shown, in words."""
        shown = f"{len(self.judgements):,} shown; " if self.is_filtered else ""
        return f"{shown}{self.pairs_judged:,} of {self.pairs_considered:,} pairs judged"

    def no_pairs(self) -> str:
        """Why no pair is shown, in words."""
        return "No pair fits the filter." if self.is_filtered else "No pairs were judged."

    def none_found(self) -> str:
        """That no contradiction is among the pairs, in words."""
        return f"No contradiction was found among the pairs {'shown' if self.is_filtered else 'judged'}"

    def in_reading_order(self) -> list[Judgement]:
        """Contradictions first, then doubts, agreements and the rest; in each those most worth reading first."""
        return ranked(self.judgements)

    def nearest(self, most: int = 3) -> list[Judgement]:
        """Where nothing contradicts: the pairs that come nearest to it, to be looked at by a person; else none."""
        return [] if self.disputes else sorted(self.judgements, key=lambda j: -j.scores[Stance.CONTRADICT])[:most]

    def count_of_disputes(self) -> str:
        """How many disputes there are, in words."""
        return f"{len(self.disputes):,} {'dispute' if len(self.disputes) == 1 else 'disputes'}"

    def disputes_between(self, one: str, other: str) -> int:
        """In how many disputes these two parties meet."""
        return self._disputes_by_party.get((one or None, other or None), 0)

    def cell(self, one: str, other: str) -> dict[str, int]:
        """Counts by stance where these two parties meet; 0 where they never do."""
        found = self.matrix.get((one, other)) or self.matrix.get((other, one)) or {}
        return {stance.value: int(found.get(stance.value, 0)) for stance in STANCES}

    def meetings(self) -> list[tuple[str, str, dict[str, int]]]:
        """Each two parties that met, once, with their counts; the most contradictions first."""
        place = {party: number for number, party in enumerate(self.parties)}
        pairs = {
            tuple(sorted(pair, key=lambda party: place.get(party, 0)))
            for pair, cell in self.matrix.items()
            if any(cell.values())
        }
        met = [
            (one, other, self.cell(one, other))
            for one, other in sorted(pairs, key=lambda pair: [place.get(p, 0) for p in pair])
        ]
        return sorted(met, key=lambda m: (-m[2][Stance.CONTRADICT], -m[2][Stance.AGREE]))

    def count(self, stance: Stance) -> int:
        """How many judgements have this stance."""
        return int(self.counts.get(stance.value, 0))


def judged_by(judges: Mapping[str, int], model: str) -> str:
    """The model, or each of several with the number of its judgements."""
    if set(judges) <= {model}:
        return model
    *others, last = [f"{name or 'another model'} ({count:,})" for name, count in judges.items()]
    return f"{', '.join(others)} and {last}" if others else last


def party_label(party: str | None) -> str:
    """A party's name, safe to show on one line."""
    return clean(party) if party else NO_PARTY


def statement_of(judgement: Judgement, side: Side) -> Statement:
    """One of the two statements of a judgement."""
    return judgement.a if side == "a" else judgement.b


def statement_party(judgement: Judgement, side: Side) -> str:
    """The party of one side of a judgement; '' stands for none."""
    return statement_of(judgement, side).party or ""


def who_and_when(statement: Statement) -> list[str]:
    """Speaker, date and source, as far as they are known, safe to show on one line."""
    return [clean(value) for value in (statement.speaker, statement.date, statement.source) if value]


def percent(probability: float) -> str:
    """A probability as a reader wants it: never 100%, never 0%.

    >>> percent(0.874), percent(0.9991), percent(0.002)
    ('87%', '>99%', '<1%')
    """
    if not 0 <= probability <= 1:  # not a number, or broken input: say so rather than round it to something
        return "?"
    if probability > 0.99:
        return ">99%"
    return "<1%" if probability < 0.01 else f"{probability:.0%}"
