"""Why a pair that looks like a conflict may be none. These describe; they change no stance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from stancecheck.data.dates import parse_dates
from stancecheck.data.statements import Statement
from stancecheck.explain.cues import Signal
from stancecheck.explain.lexicon import antonyms
from stancecheck.explain.numbers import compatible, quantities, time_expressions
from stancecheck.explain.roles import names
from stancecheck.explain.words import AnalyzedStatement, Match
from stancecheck.judging.explanation import Caution, CautionReason, Kind, Reversal

__all__ = ["cautions", "reversal"]

_DATE_DEPENDENT = frozenset([Kind.NUMBER, Kind.MODALITY, Kind.NEGATION, Kind.ANTONYM, Kind.QUANTIFIER])
_LONG_AFTER = dt.timedelta(days=14)  # parties answer each other within days: a later answer alone is no reason to doubt
_ENOUGH = 3  # words with meaning that a statement must have before sharing none means anything


def reversal(a: Statement, b: Statement) -> Reversal | None:
    """Set where one party's statements bear different dates; for two that contradict."""
    one, two = parse_dates(a.date, b.date)
    if a.party is None or a.party != b.party or a.date is None or b.date is None or one is None or two is None:
        return None
    if one.before(two):
        return Reversal(a.party, "a", a.date, b.date)
    return Reversal(a.party, "b", b.date, a.date) if two.before(one) else None


def cautions(
    statements: tuple[Statement, Statement], sides: tuple[AnalyzedStatement, AnalyzedStatement], signals: Sequence[Signal]
) -> tuple[CautionReason, ...]:
    """The reasons that were seen, in the order of ``Caution``, each once.

    Args:
        statements: The two statements.
        sides: Their words.
        signals: The signals of a conflict, the strongest first.
    """
    a, b = sides
    found = [
        *_other_event(a, b, signals),
        *_other_time(statements, signals),
        *_other_scope(a, b),
        *_refinement(a, b, signals),
        *_hedged(a, b),
        *_reported(a, b),
        *_conditional(a, b),
        *_restatement(a, b, signals),
    ]
    first: dict[Caution, CautionReason] = {}
    for reason in found:
        first.setdefault(reason.caution, reason)
    order = list(Caution)
    return tuple(sorted(first.values(), key=lambda w: order.index(w.caution)))


def _other_event(a: AnalyzedStatement, b: AnalyzedStatement, signals: Sequence[Signal]) -> Iterator[CautionReason]:
    kinds = {s.kind for s in signals if s.strength >= 0.5}
    settings = [k for k in (Kind.TIME, Kind.PLACE, Kind.WHO_DID_WHAT) if k in kinds]
    if len(settings) >= 2:
        named = " and ".join(
            {Kind.TIME: "the time", Kind.PLACE: "the place", Kind.WHO_DID_WHAT: "who acts"}[k] for k in settings
        )
        yield CautionReason(Caution.DIFFERENT_EVENT, f"{named} differ, so these may be two events")
    elif a.stems.isdisjoint(b.stems) and min(len(a.stems), len(b.stems)) >= _ENOUGH and not kinds:
        yield CautionReason(
            Caution.DIFFERENT_EVENT, "the statements share no word with meaning, so they may speak of different things"
        )
    elif Kind.PLACE in settings and kinds - {Kind.PLACE, Kind.LEXICAL}:
        yield CautionReason(Caution.DIFFERENT_EVENT, "the places differ as well, so these may be two events")
    else:
        left, right = ({m.key(s) for m in names(s)} for s in (a, b))
        if (
            len(left) > 1
            and len(right) > 1
            and not {w for k in left for w in k.split()} & {w for k in right for w in k.split()}
        ):
            yield CautionReason(Caution.DIFFERENT_EVENT, "no name is in both statements, so they may speak of different things")


def _other_time(statements: tuple[Statement, Statement], signals: Sequence[Signal]) -> Iterator[CautionReason]:
    a, b = statements
    one, two = parse_dates(a.date, b.date)
    if one is not None and two is not None and (one.before(two) or two.before(one)):
        early, late = (a.date, b.date) if one.before(two) else (b.date, a.date)
        if a.party is not None and a.party == b.party:
            yield CautionReason(Caution.DIFFERENT_TIME, f"said on {early} and on {late}: the later may supersede the earlier")
        elif abs(one.day - two.day) >= _LONG_AFTER:
            yield CautionReason(
                Caution.DIFFERENT_TIME, f"said on {early} and on {late}: what is spoken of may have changed between"
            )
    kinds = {s.kind for s in signals if s.strength >= 0.5}
    if Kind.TIME in kinds and kinds & _DATE_DEPENDENT:
        yield CautionReason(
            Caution.DIFFERENT_TIME, "the statements speak of different times, at which different things may hold"
        )


def _other_scope(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[CautionReason]:
    limits, any_quantifier = (
        _lists("existential", "exclusive", "minority"),
        _lists("existential", "exclusive", "minority", *_FULL),
    )
    for one, two in ((a, b), (b, a)):
        found = [
            h
            for h in one.matches(("caution", "scope"))
            if one.words_of(h) not in {two.words_of(o) for o in two.matches(("caution", "scope"))}
        ]
        if not two.matches(*any_quantifier):
            found += one.matches(*limits)
        for match in found:
            if one.bears_on(match, two):
                yield CautionReason(
                    Caution.DIFFERENT_SCOPE, f"one statement is limited by “{_words(one, match)}”, the other is not"
                )


_FULL = ("none", "universal", "majority", "large", "inclusive")


def _lists(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("quantifier", name) for name in names)


def _refinement(a: AnalyzedStatement, b: AnalyzedStatement, signals: Sequence[Signal]) -> Iterator[CautionReason]:
    left, right = quantities(a, time_expressions(a)[1]), quantities(b, time_expressions(b)[1])
    for x in left:
        for y in right:
            if x.unit == y.unit and compatible(x, y) and (x.low, x.high) != (y.low, y.high):
                yield CautionReason(
                    Caution.REFINEMENT, "one number is given more precisely than the other, and the two are compatible"
                )
    firm = any(s.strength >= 0.5 for s in signals if s.kind is not Kind.LEXICAL)
    contained = a.stems < b.stems or b.stems < a.stems
    if contained and not firm:
        yield CautionReason(Caution.REFINEMENT, "one statement has all the words of the other and adds to them")


def _hedged(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[CautionReason]:
    for side, other in ((a, b), (b, a)):
        months = time_expressions(side)[1]
        for match in side.matches(("caution", "hedges")):
            if match.first not in months and side.bears_on(match, other):
                yield CautionReason(Caution.HEDGED, f"one statement is hedged by “{_words(side, match)}”")
        if side.commitment in ("hedges", "doubts"):
            yield CautionReason(Caution.HEDGED, f"one speaker {side.commitment} rather than asserts")


def _reported(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[CautionReason]:
    for side, other in ((a, b), (b, a)):
        for match in side.matches(("attribution", "frames")):
            if side.bears_on(match, other):
                why = f"one statement reports what others say (“{_words(side, match)}”) and does not assert it itself"
                yield CautionReason(Caution.REPORTED, why)
        if side.commitment == "reports":
            yield CautionReason(Caution.REPORTED, "one speaker reports rather than asserts")


def _conditional(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[CautionReason]:
    for side, other in ((a, b), (b, a)):
        for match in side.matches(("caution", "conditional")):
            before = side.words[match.first - 1].lower if match.first else ""
            if before not in _NO_CONDITION and side.bears_on(match, other):
                yield CautionReason(Caution.CONDITIONAL, f"one statement holds under a condition (“{_words(side, match)}”)")


_NO_CONDITION = frozenset(["as", "even", "see", "know", "wonder", "ask", "asked", "what"])  # "as if", "see if"


def _restatement(a: AnalyzedStatement, b: AnalyzedStatement, signals: Sequence[Signal]) -> Iterator[CautionReason]:
    for p in a.unmatched(b):
        for q in b.unmatched(a):
            if b.words[q].stem in antonyms().get(a.words[p].stem, frozenset()) and (p in a.negated) != (q in b.negated):
                words = sorted((a.words[p].lower, b.words[q].lower))
                yield CautionReason(
                    Caution.RESTATEMENT, f"“{words[0]}” and “{words[1]}” are opposites, but one of them is negated"
                )
    if a.stems and a.stems == b.stems and not any(s.kind is not Kind.LEXICAL for s in signals):
        yield CautionReason(
            Caution.RESTATEMENT, "both statements have the same words with meaning, and no sign of a conflict was seen"
        )


def _words(side: AnalyzedStatement, match: Match) -> str:
    return side.text[slice(*side.span_of(match))]
