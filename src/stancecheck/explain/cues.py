"""Signals of a conflict in two statements that share words: rules over word lists, the same either way round.

Each rule gives signals with a strength from 0 to 1: how surely such a signal alone means its kind.
Source: strengths set by hand on the dev half of tests/explain/kinds.jsonl; benchmarks/explain.py measures the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from stancecheck.explain.lexicon import antonyms, bases, lexicon, word_set
from stancecheck.explain.numbers import Quantity, TimeExpression, compatible, quantities, time_expressions
from stancecheck.explain.words import AnalyzedStatement, Match
from stancecheck.judging.explanation import Kind, Span

__all__ = ["RULES", "Signal", "mirrored"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of a kind of conflict, with its place in both statements and its strength."""

    kind: Kind
    a: Span | None
    b: Span | None
    strength: float


Rule = Callable[[AnalyzedStatement, AnalyzedStatement], Iterator[Signal]]


def mirrored(rule: Rule) -> Rule:
    """The rule that also looks the other way round: for rules whose signals start from one statement."""

    def both(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
        yield from rule(a, b)
        for signal in rule(b, a):
            yield Signal(signal.kind, signal.b, signal.a, signal.strength)

    return both


def negation(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A negator in a over words that b has without one."""
    plain = {b.words[p].stem: p for p in range(len(b.words) - 1, -1, -1) if b.words[p].content and p not in b.negated}
    denied = {b.words[p].stem for p in b.negated}
    for match, scope in a.negators:
        content = [a.words[p].stem for p in sorted(scope) if a.words[p].content and p in a.negated]
        met = [s for s in content if s in plain and s not in denied]
        if met:
            first = plain[met[0]]
            yield Signal(Kind.NEGATION, a.span_of(match), b.span(first, first + 1), 0.8)
        elif not b.negators and content:
            yield Signal(Kind.NEGATION, a.span_of(match), None, 0.7 if a.stems & b.stems else 0.4)


def stated_denial(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A speaker who denies, as the statement's commitment says, against one who does not."""
    if a.commitment == "denies" and b.commitment not in ("denies", "doubts"):
        yield Signal(Kind.NEGATION, None, None, 0.6)


def opposites(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A word in a and its antonym in b, neither in the other statement; not where a negation undoes one of them."""
    theirs = [(q, bases(b.words[q].stem)) for q in b.unmatched(a)]
    for p in a.unmatched(b):
        opposite = frozenset[str]().union(*(antonyms().get(base, frozenset()) for base in bases(a.words[p].stem)))
        for q, stems in theirs:
            if opposite & stems and (p in a.negated) == (q in b.negated):
                yield Signal(Kind.ANTONYM, a.span(p, p + 1), b.span(q, q + 1), 0.85)


def evaluations(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Praise in one, blame in the other."""
    praise, blame = word_set("evaluation", "positive"), word_set("evaluation", "negative")
    marks = []
    for side, other in ((a, b), (b, a)):
        marks.append(
            [
                (p, (w in praise) != (p in side.negated))
                for p in side.unmatched(other)
                if (w := side.words[p].lower) in praise | blame
            ]
        )
    for p, good in marks[0]:
        for q, other_good in marks[1]:
            if good != other_good and not (p in a.negated or q in b.negated):
                yield Signal(Kind.EVALUATION, a.span(p, p + 1), b.span(q, q + 1), 0.88)


def counts(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Quantities of the same thing that do not fit together, or that bound it differently ('over 40', 'over 60')."""
    left, right = _left_over(*(quantities(side, time_expressions(side)[1]) for side in (a, b)))
    for x in left:
        for y in right:
            if not _alike(x, y) or (compatible(x, y) and not _bounds_alike(x, y)):
                continue
            strength = 0.6 if compatible(x, y) else 0.92 if x.unit == y.unit else 0.7
            yield Signal(Kind.NUMBER, a.span(x.first, x.stop), b.span(y.first, y.stop), strength)


def _left_over(left: list[Quantity], right: list[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """The quantities without an equal one of the same thing in the other statement, each used up once."""
    for known in (True, False):  # first those that count the same, then those of which one does not say what it counts
        for x in list(left):
            same = (y for y in right if (x.low, x.high) == (y.low, y.high) and _same_unit(x, y, known))
            if (partner := next(same, None)) is not None:
                left = [other for other in left if other is not x]
                right = [other for other in right if other is not partner]
    return left, right


def _same_unit(x: Quantity, y: Quantity, known: bool) -> bool:
    return x.unit == y.unit if known else not x.unit or not y.unit


def _bounds_alike(x: Quantity, y: Quantity) -> bool:
    """Whether both are 'at least', or both 'at most', or both 'about'."""
    if inf in (x.high, y.high):
        return x.high == y.high
    if 0 in (x.low, y.low):
        return x.low == y.low
    return x.low < x.high and y.low < y.high


def _alike(x: Quantity, y: Quantity) -> bool:
    """Whether two quantities can be of one thing: shares with shares, money with money, ranks with ranks."""
    units = {x.unit, y.unit}
    if len(units) == 1:
        return True
    return "#" not in units and ("" in units or units.isdisjoint({"%", "¤"}))


def one_against_many(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """'a dog' in one, 'three dogs' in the other."""
    for quantity in quantities(b, time_expressions(b)[1]):
        if quantity.low <= 1 or quantity.unit in ("", "%", "¤", "#"):
            continue
        for p, word in enumerate(a.words[:-1]):
            following = [w.stem for w in a.words[p + 1 : p + 4] if w.clause == word.clause]
            if word.lower in ("a", "an") and quantity.unit in following:
                yield Signal(Kind.NUMBER, a.span(p, p + 1), b.span(quantity.first, quantity.stop), 0.6)
                break


def times(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Points in time of one sort that differ: years, weekdays, parts of the day, before and after."""
    left, right = time_expressions(a)[0], time_expressions(b)[0]
    for sort in dict.fromkeys(m.sort for m in left):
        here, there = (Counter(_value(m) for m in side if m.sort == sort) for side in (left, right))
        mine = [m for m in left if m.sort == sort and _value(m) in here - there]
        theirs = [m for m in right if m.sort == sort and _value(m) in there - here]
        if mine and theirs:
            strength = 0.75 if sort in ("order", "daypart") else 0.9
            yield Signal(Kind.TIME, mine[0].span, theirs[0].span, strength)


def other_times(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Points in time of different sorts, each without a counterpart: 'yesterday' and 'in March'."""
    left, right = ([m for m in time_expressions(s)[0] if m.sort != "order"] for s in (a, b))
    if left and right and not {m.sort for m in left} & {m.sort for m in right}:
        yield Signal(Kind.TIME, left[0].span, right[0].span, 0.5)


def _value(expression: TimeExpression) -> str:
    """What an expression is compared by: of the parts of the day, 'night' and 'midnight' are one."""
    return (
        str(lexicon()["daypart"].get(expression.value, expression.value)) if expression.sort == "daypart" else expression.value
    )


_QUANTIFIERS = tuple(
    ("quantifier", name)
    for name in ("universal", "majority", "existential", "minority", "exclusive", "inclusive", "large", "none")
)
_FIRM = frozenset(["universal", "none"])


def quantifiers(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """All against some, most against few, none against many, only against also."""
    for x in _alone(a, b):
        for y in _alone(b, a):
            if x.label != y.label:
                yield Signal(Kind.QUANTIFIER, a.span_of(x), b.span_of(y), 0.94 if {x.label, y.label} & _FIRM else 0.8)


def _alone(side: AnalyzedStatement, other: AnalyzedStatement) -> list[Match]:
    """The quantifiers whose words the other statement does not use as one."""
    there = {other.words_of(h) for h in other.matches(*_QUANTIFIERS)}
    return [h for h in side.matches(*_QUANTIFIERS) if side.words_of(h) not in there]


def bare_quantifier(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A quantifier in a where b has none of its own."""
    if _alone(b, a):
        return
    for match in _alone(a, b):
        if match.label != "none" and a.bears_on(match, b):
            yield Signal(Kind.QUANTIFIER, a.span_of(match), None, 0.45 if match.label in ("universal", "exclusive") else 0.3)


_MODALS = tuple(
    ("modality", name)
    for name in ("certain", "possible", "improbable", "necessary", "permitted", "intended", "considered", "impossible")
)


def modality(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Certain against possible, planned against done, obliged against free to."""
    left, right = _modal(a), _modal(b)
    labels = {h.label for h in left} & {h.label for h in right}
    for x in left:
        for y in right:
            if x.label not in labels and y.label not in labels:
                yield Signal(Kind.MODALITY, a.span_of(x), b.span_of(y), 0.9)


def bare_modality(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A modal in a where b states it outright."""
    if _modal(b):
        return
    for match in _modal(a):
        if not a.bears_on(match, b):
            continue
        strength = {"certain": 0.25, "impossible": 0.5, "permitted": 0.4}.get(match.label, 0.6)
        yield Signal(Kind.MODALITY, a.span_of(match), None, strength)


def stated_hedge(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A speaker who hedges or doubts, as the statement's commitment says, against one who asserts."""
    if a.commitment in ("hedges", "doubts") and b.commitment not in ("hedges", "doubts"):
        yield Signal(Kind.MODALITY, None, None, 0.4)


def _modal(side: AnalyzedStatement) -> Sequence[Match]:
    months = time_expressions(side)[1]
    return [h for h in side.matches(*_MODALS) if h.first not in months]


RULES: tuple[Rule, ...] = (
    mirrored(negation),
    mirrored(stated_denial),
    opposites,
    evaluations,
    counts,
    mirrored(one_against_many),
    times,
    other_times,
    quantifiers,
    mirrored(bare_quantifier),
    modality,
    mirrored(bare_modality),
    mirrored(stated_hedge),
)
