"""The people whom a text names: who of a surname is meant, and whom 'he' and 'she' mean."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stancecheck.attribution.mentions import Mention
from stancecheck.language.quotes import Span, find_quotes
from stancecheck.language.sentences import paragraphs_of, sentences_of

__all__ = ["People", "Person", "surname_of"]

_PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|(she|her|hers|herself))\b", re.I)
_OBLIQUE = re.compile(
    r"\b(?:of|to|with|by|for|from|against|than|on|over|told|at|after|between|and|under|like|about) (?:\w+ ){0,3}$"
)
_SENTENCES_BACK = 8


@dataclass(slots=True, eq=False)
class Person:
    """Somebody named.

    Attributes:
        name: The longest name that the text has, without titles.
        party: The body or country spoken for; None where the text does not say.
        roles: Their offices, in lower case.
        sex: 'f' or 'm', where a title or a pronoun says.
        at: Where they were named first.
    """

    name: str
    party: str | None
    roles: set[str] = field(default_factory=set)
    sex: str | None = None
    at: int = 0


class People:
    """The people of one text.

    Args:
        text: The whole text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._families: dict[str, list[Person]] = {}  # by surname, in lower case
        self._places: list[tuple[int, Person]] = []
        quotes = find_quotes(text)
        self._quotes, self._quote_starts = quotes, [q[0] for q in quotes]
        self._sentences = [s for p in paragraphs_of(text) for s in sentences_of(text, p, _within(quotes, p))]
        self._starts = [s[0] for s in self._sentences]

    def __iter__(self) -> Iterator[Person]:
        return (p for family in self._families.values() for p in family)

    def family(self, name: str) -> list[Person]:
        """Everybody of this surname."""
        return self._families.get(surname_of(name), [])

    def add(self, name: str, at: int) -> Person:
        """A new person of that name."""
        made = Person(name, None, at=at)
        self._families.setdefault(surname_of(name), []).append(made)
        return made

    def known(self, name: str, mention: Mention, last: Person | None) -> Person | None:
        """Who of that surname fits: the same first name where there is one, else office, sex, and the last one named."""
        family = self.family(name)
        if len(name.split()) > 1:
            first = name.split()[0].rstrip(".").lower()
            same = [p for p in family if p.name == name or p.name.split()[0].lower() == first]
            return same[0] if same else next((p for p in family if len(p.name.split()) == 1), None)
        fits = [p for p in family if not (mention.sex and p.sex and mention.sex != p.sex)]
        office = [p for p in fits if mention.roles & p.roles]
        return last if last in (office or fits) else next(iter(office or fits), None)

    def place(self, person: Person, at: int) -> None:
        """Note that the text means this person here."""
        bisect.insort(self._places, (at, person), key=lambda row: row[0])

    def place_names(self, runs: Sequence[tuple[int, str]]) -> None:
        """Note where names of known people stand, and what pronouns tell of their sex."""
        for at, run in runs:
            family = self.family(run)
            if not family or self._is_quoted(at):
                continue
            words = run.split()
            same = [p for p in family if p.name.split()[0] in words] or family
            self.place(min(same, key=lambda p: (p.at > at, abs(at - p.at))), at)
        votes: dict[int, Counter[str]] = {}
        everyone = {id(p): p for p in self}
        for match in _PRONOUN.finditer(self._text):
            told = self._told(match.start())
            if told is not None:
                votes.setdefault(id(told), Counter())["m" if match[1] else "f"] += 1
        for key, counted in votes.items():
            everyone[key].sex = everyone[key].sex or counted.most_common(1)[0][0]

    def meant(self, sex: str, at: int, last: Person | None) -> Person | None:
        """Whom 'he' or 'she' means: the nearest sentence's first person of that sex, or of no sex that is known.

        Args:
            sex: 'm' or 'f'.
            at: Where the pronoun stands.
            last: Who spoke last.
        """
        place = bisect.bisect_right(self._starts, at) - 1
        for number in range(place, max(-1, place - _SENTENCES_BACK), -1):
            start, end = self._sentences[number]
            named = [(p, w) for w, p in self._named(start, min(end, at)) if p.sex in (None, sex)]
            if named:
                best = min(named, key=lambda row: (row[0].sex is None, self._weight(row[1]), row[1]))[0]
                best.sex = best.sex or sex
                return best
        if last is not None and last.sex in (None, sex):
            return last
        fits = [p for p in self if p.sex == sex] or [p for p in self if p.sex is None]
        return max((p for p in fits if p.at <= at), key=lambda p: p.at, default=None)

    def _told(self, at: int) -> Person | None:
        """The one person named before this place in its sentence."""
        if self._is_quoted(at):
            return None
        place = bisect.bisect_right(self._starts, at) - 1
        named = {id(p): p for _, p in self._named(self._starts[place], at)} if place >= 0 else {}
        return next(iter(named.values())) if len(named) == 1 else None

    def _named(self, start: int, end: int) -> list[tuple[int, Person]]:
        first = bisect.bisect_left(self._places, start, key=lambda row: row[0])
        last = bisect.bisect_left(self._places, end, key=lambda row: row[0])
        return self._places[first:last]

    def _weight(self, at: int) -> bool:
        """Whether the name stands where a subject does not."""
        return bool(_OBLIQUE.search(self._text, max(0, at - 40), at))

    def _is_quoted(self, at: int) -> bool:
        place = bisect.bisect_right(self._quote_starts, at) - 1
        return place >= 0 and at < self._quotes[place][1]


def surname_of(name: str) -> str:
    """The last word of a name, in lower case."""
    return re.sub(r"['’]s$", "", name.split()[-1].lower().rstrip("."))


def _within(quotes: Sequence[Span], part: Span) -> list[Span]:
    first = bisect.bisect_left(quotes, part)
    return list(quotes[first : bisect.bisect_left(quotes, (part[1], 0))])
