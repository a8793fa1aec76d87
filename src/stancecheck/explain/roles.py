"""Signals of a conflict about who, where, why and on whose word; rules as in ``cues``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stancecheck.explain.cues import Rule, Signal, mirrored
from stancecheck.explain.lexicon import is_place_name, place_nouns, word_set
from stancecheck.explain.numbers import time_expressions
from stancecheck.explain.words import AnalyzedStatement, Match
from stancecheck.judging.explanation import Kind

__all__ = ["ROLE_RULES", "Mention", "names", "places"]

_NEAR = 4  # words after a preposition among which its place is looked for
_MOST_SHARED = 40  # shared words among which an exchange of roles is looked for


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or a place: positions of its first word and after its last, and whether it is a proper name."""

    first: int
    stop: int
    proper: bool

    def key(self, side: AnalyzedStatement) -> str:
        """What it is compared by."""
        return " ".join(w.stem for w in side.words[self.first : self.stop])


def names(side: AnalyzedStatement) -> list[Mention]:
    """Runs of capitalised words, and known places; a capital at the start of a sentence alone means nothing."""
    dates = time_expressions(side)[1]
    found: list[Mention] = []
    position = 0
    while position < len(side.words):
        stop = position
        while stop < len(side.words) and _is_capital(side, stop, position) and stop not in dates:
            stop += 1
        first = position
        if stop > first and not side.words[first].content:  # 'The Kremlin'
            first += 1
        if stop > first and (stop - first > 1 or not _opens(side, first) or _known(side, first, stop)):
            found.append(Mention(first, stop, True))
        position = max(stop, position + 1)
    return found


def _is_capital(side: AnalyzedStatement, position: int, first: int) -> bool:
    word = side.words[position]
    together = position == first or side.text[side.words[position - 1].end : word.start].strip(" .-'’") == ""
    return word.text[0].isupper() and together and word.lower != "i"


def _opens(side: AnalyzedStatement, position: int) -> bool:
    before = side.text[: side.words[position].start].rstrip(" \"'“‘«(")
    return not before or before[-1] in ".!?:\n"


def _known(side: AnalyzedStatement, first: int, stop: int) -> bool:
    return is_place_name(side.text[slice(*side.span(first, stop))])


def places(side: AnalyzedStatement) -> list[Mention]:
    """Names and common nouns that say where, by the preposition before them."""
    proper = {m.first: m for m in names(side)}
    prepositions, strong = word_set("place", "prepositions"), word_set("place", "strong")
    dates = time_expressions(side)[1]
    found: dict[int, Mention] = {}
    for position, word in enumerate(side.words):
        if word.lower not in prepositions:
            continue
        for near in range(position + 1, min(position + 1 + _NEAR, len(side.words))):
            here = side.words[near]
            if here.clause != word.clause or here.lower in prepositions or near in dates:
                break
            name = proper.get(near)
            if name and (word.lower in strong or _known(side, name.first, name.stop)) and word.lower != "by":
                found[near] = name
                break
            following = side.words[near + 1].stem if near + 1 < len(side.words) else ""
            if here.stem in place_nouns() and here.content and following not in place_nouns():
                found[near] = Mention(near, near + 1, False)
                break
    return list(found.values())


def where(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Places without a counterpart in the other statement."""
    left, right = places(a), places(b)
    shared = {m.key(a) for m in left} & {m.key(b) for m in right}
    if shared:
        return
    for x in left:
        for y in right:
            if x.key(a) in _stems(b) or y.key(b) in _stems(a):
                continue
            strength = 0.85 if x.proper and y.proper else 0.75 if not x.proper and not y.proper else 0.55
            yield Signal(Kind.PLACE, a.span(x.first, x.stop), b.span(y.first, y.stop), strength)


def directions(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """North against south, inside against outside."""
    known = word_set("place", "directions")
    left, right = ({w.lower: p for p, w in reversed(list(enumerate(s.words))) if w.lower in known} for s in (a, b))
    if left and right and not left.keys() & right.keys():
        p, q = min(left.values()), min(right.values())
        yield Signal(Kind.PLACE, a.span(p, p + 1), b.span(q, q + 1), 0.9)


def agents(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Different names, or different doers after 'by', for one deed."""
    if not a.stems & b.stems:
        return
    left, right = _doers(a), _doers(b)
    for x in left:
        for y in right:
            if not (set(x.key(a).split()) & set(y.key(b).split())) and not _present(x, a, b) and not _present(y, b, a):
                yield Signal(
                    Kind.WHO_DID_WHAT, a.span(x.first, x.stop), b.span(y.first, y.stop), 0.85 if x.proper and y.proper else 0.8
                )


def _doers(side: AnalyzedStatement) -> list[Mention]:
    """Names that are not places, and what stands after the 'by' of a passive."""
    where_at = {m.first for m in places(side)}
    found = [m for m in names(side) if m.first not in where_at]
    taken = {p for m in found for p in range(m.first, m.stop)} | time_expressions(side)[1]
    for position, word in enumerate(side.words[:-1]):
        if word.lower != "by" or not any(w.lower in _AUXILIARIES for w in side.words[max(0, position - 4) : position]):
            continue
        first = position + 1 + (side.words[position + 1].lower in _ARTICLES)
        stop = first
        while stop < min(first + _NEAR, len(side.words)) and side.words[stop].clause == word.clause:
            if side.words[stop].lower in _BREAKS:
                break
            stop += 1
        if first < stop and taken.isdisjoint(range(first, stop)):
            found.append(Mention(first, stop, False))
    return found


_ARTICLES = frozenset(["the", "a", "an"])
_AUXILIARIES = frozenset(["was", "were", "been", "is", "are", "being", "be"])
_BREAKS = frozenset(
    ["in", "on", "at", "from", "of", "with", "for", "to", "and", "or", "near", "who", "which", "that", "during"]
)


def _present(mention: Mention, side: AnalyzedStatement, other: AnalyzedStatement) -> bool:
    return any(w.stem in _stems(other) for w in side.words[mention.first : mention.stop] if w.content)


def _stems(side: AnalyzedStatement) -> frozenset[str]:
    return frozenset(w.stem for w in side.words)


def subjects(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """The same said of different subjects: all that differs stands before the first shared word with meaning."""
    left, right = a.unmatched(b), b.unmatched(a)
    shared_a = [p for p, w in enumerate(a.words) if w.content and w.stem in b.stems]
    shared_b = [p for p, w in enumerate(b.words) if w.content and w.stem in a.stems]
    if not left or not right or len(shared_a) < 2 or not shared_b:
        return
    opens = all(side.words[p].lower in _ARTICLES for side, own in ((a, left), (b, right)) for p in range(own[0]))
    if opens and left[-1] < shared_a[0] and right[-1] < shared_b[0] and len(left) <= 3 and len(right) <= 3:
        yield Signal(Kind.WHO_DID_WHAT, a.span(left[0], left[-1] + 1), b.span(right[0], right[-1] + 1), 0.55)


def exchanged(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Who did it to whom the other way round: the same words, two of them in each other's place."""
    if len(a.stems ^ b.stems) > 0.34 * min(len(a.stems), len(b.stems)):
        return
    left, right = _bearers(a, b), _bearers(b, a)
    order = [s for s in left if s in right][:_MOST_SHARED]
    flipped = _is_passive(a) != _is_passive(b)
    pairs = (sorted((x, y)) for i, x in enumerate(order) for y in order[i + 1 :] if (right[x] > right[y]) != flipped)
    chosen = min(pairs, default=None)
    if chosen is not None:
        kind = Kind.CAUSE if a.matches(*_CAUSES) and b.matches(*_CAUSES) else Kind.WHO_DID_WHAT
        p, q = left[chosen[0]], right[chosen[0]]
        yield Signal(kind, a.span(p, p + 1), b.span(q, q + 1), 0.93)


def _bearers(side: AnalyzedStatement, other: AnalyzedStatement) -> dict[str, int]:
    """Shared names, and nouns after an article, by stem in order: what can act and be acted on."""
    dates = time_expressions(side)[1]
    found: dict[str, int] = {}
    for p, word in enumerate(side.words):
        acts = word.text[0].isupper() or (p > 0 and side.words[p - 1].lower in _ARTICLES)
        if acts and word.content and p not in dates and word.stem in other.stems:
            found.setdefault(word.stem, p)
    return found


def _is_passive(side: AnalyzedStatement) -> bool:
    lowers = [w.lower for w in side.words]
    return "by" in lowers and not _AUXILIARIES.isdisjoint(lowers)


_CAUSES = (("cause", "backward"), ("cause", "forward"))


def causes(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Both name a cause, and what stands beside the word for it differs."""
    for x in a.matches(*_CAUSES):
        for y in b.matches(*_CAUSES):
            one, two = _beside(a, x), _beside(b, y)
            if one and two and not one & two:
                yield Signal(Kind.CAUSE, a.span_of(x), b.span_of(y), 0.96)


def bare_cause(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A cause in a where b names none."""
    if not b.matches(*_CAUSES):
        for match in a.matches(*_CAUSES):
            yield Signal(Kind.CAUSE, a.span_of(match), None, 0.3)


def _beside(side: AnalyzedStatement, match: Match) -> set[str]:
    """Stems of the words with meaning that follow in the clause (and before it, where nothing follows)."""
    clause = side.words[match.stop - 1].clause
    after = {w.stem for w in side.words[match.stop :] if w.clause == clause and w.content}
    return after or {w.stem for w in side.words[: match.first] if w.clause == clause and w.content}


def attribution(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """Somebody's report in a, an assertion in b."""
    frames = a.matches(("attribution", "frames"))
    if not b.matches(("attribution", "frames")):
        for match in frames:
            if a.bears_on(match, b):
                yield Signal(Kind.ATTRIBUTION, a.span_of(match), None, 0.68)


def stated_report(a: AnalyzedStatement, b: AnalyzedStatement) -> Iterator[Signal]:
    """A statement that reports, as its commitment says, against one that asserts."""
    if a.commitment == "reports" and b.commitment not in ("reports", None):
        yield Signal(Kind.ATTRIBUTION, None, None, 0.4)


ROLE_RULES: tuple[Rule, ...] = (
    where,
    directions,
    agents,
    subjects,
    exchanged,
    causes,
    mirrored(bare_cause),
    mirrored(attribution),
    mirrored(stated_report),
)
