"""The people whom a text names: who of a surname is meant, and whom 'he' and 'she' mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from stancecheck.attribution.mentions import Mention
from stancecheck.attribution.offices import sex_of
from stancecheck.attribution.salience import Passages, Salience

__all__ = ["People", "Person"]

_PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|(she|her|hers|herself))\b", re.I)
_MOST_NAMELESS = 20  # looked at


@dataclass(slots=True, eq=False)
class Person:
    """Somebody named.

    Attributes:
        name: The longest name that the text has, without titles.
        party: The body or country spoken for; None where the text does not say.
        roles: Their offices, in lower case.
        sex: 'f' or 'm', where a title or a pronoun says.
        at: Where they were named first.
        named: Whether that is a name, not 'a priest at the mission'.
    """

    name: str
    party: str | None
    roles: set[str] = field(default_factory=set)
    sex: str | None = None
    at: int = 0
    named: bool = True


class People:
    """The people of one text.

    Args:
        passages: The text.
    """

    def __init__(self, passages: Passages) -> None:
        self._passages = passages
        self._families: dict[str, list[Person]] = {}  # by surname, in lower case
        self._places: Salience[Person] = Salience(passages)
        self._nameless: list[Person] = []

    def __iter__(self) -> Iterator[Person]:
        return (p for family in self._families.values() for p in family)

    def family(self, name: str) -> list[Person]:
        """Everybody of this surname."""
        return self._families.get(_surname(name), [])

    def add(self, name: str, at: int) -> Person:
        """A new person of that name."""
        made = Person(name, None, at=at)
        self._families.setdefault(_surname(name), []).append(made)
        return made

    def add_nameless(self, mention: Mention, party: str | None, at: int) -> Person:
        """Somebody without a name, whom 'she' and 'the priest' can mean from here on."""
        made = Person(mention.words, party, set(mention.roles), mention.sex, at, named=False)
        self._nameless.append(made)
        self.place(made, at)
        return made

    def nameless(self, nouns: Set[str]) -> Person | None:
        """Who without a name was called one of these last."""
        return next((p for p in reversed(self._nameless[-_MOST_NAMELESS:]) if nouns & p.roles), None)

    def known(self, mention: Mention, at: int, party: str | None = None) -> Person | None:
        """Who of that surname fits: the same first name where there is one, else office, sex, party, and the last one named."""
        name = mention.name or ""
        family = self.family(name)
        if len(name.split()) > 1:
            first = name.split()[0].rstrip(".").lower()
            same = [p for p in family if p.name == name or _same_first(p.name.split()[0].rstrip(".").lower(), first)]
            return same[0] if same else next((p for p in family if len(p.name.split()) == 1), None)
        fits = [p for p in family if not (mention.sex and p.sex and mention.sex != p.sex)]
        best = (
            [p for p in fits if party and p.party == party]
            or [p for p in fits if mention.roles & p.roles]
            or [p for p in fits if p.sex and p.sex == mention.sex]
            or fits
        )
        return self._places.before(at, best.__contains__) or next(iter(best), None)

    def called(self, noun: str, at: int) -> Person | None:
        """Who was said to be this: 'the dealer' after 'map dealer Emil Brand'."""
        return self._places.before(at, lambda p: noun in p.roles) if noun else None

    def place(self, person: Person, at: int) -> None:
        """Note that the text means this person here."""
        self._places.note(person, at)

    def place_names(self, runs: Sequence[tuple[int, str]]) -> None:
        """Note where names of known people stand, and what pronouns tell of their sex."""
        for at, run in runs:
            family = self.family(run)
            if family and not self._passages.is_quoted(at):
                same = [p for p in family if p.name.split()[0] in run.split()] or family
                if len(same) == 1 and (sex := sex_of(run.split()[:1])):
                    same[0].sex = sex  # 'Mr. Vold'
                self.place(min(same, key=lambda p: (p.at > at, abs(at - p.at))), at)
        votes: dict[Person, Counter[str]] = {}
        for match in _PRONOUN.finditer(self._passages.text):
            person = self._sole_person(match.start())
            if person is not None:
                votes.setdefault(person, Counter())["m" if match[1] else "f"] += 1
        for person, counted in votes.items():
            person.sex = person.sex or counted.most_common(1)[0][0]

    def meant(self, sex: str, at: int) -> Person | None:
        """Whom 'he' or 'she' means: the nearest sentence's first person of that sex, or of no sex that is known.

        Args:
            sex: 'm' or 'f'.
            at: Where the pronoun stands.
        """
        found = self._places.meant(at, lambda p: p.sex in (None, sex), lambda p: p.sex == sex)
        if found is None:
            fits = [p for p in self if p.sex == sex] or [p for p in self if p.sex is None]
            found = max((p for p in fits if p.at <= at), key=lambda p: p.at, default=None)
        if found is not None:
            found.sex = sex
        return found

    def _sole_person(self, at: int) -> Person | None:
        """The one person named before this place in its sentence."""
        number = self._passages.number(at)
        if number < 0 or self._passages.is_quoted(at):
            return None
        named = {person for _, person in self._places.between(self._passages.sentences[number][0], at)}
        return next(iter(named)) if len(named) == 1 else None


def _same_first(a: str, b: str) -> bool:
    """Whether two first names are one, or one is the other's initial."""
    return a == b or (1 in (len(a), len(b)) and a[0] == b[0])


def _surname(name: str) -> str:
    return re.sub(r"['’]s$", "", name.split()[-1].lower().rstrip("."))
