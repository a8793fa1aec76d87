"""Names of different length for one body: 'the grid operator Ruthgrid' and 'Ruthgrid', "Lume's Health Ministry" and its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stancecheck.attribution.lexicon import names
from stancecheck.attribution.offices import LINKS

__all__ = ["one_name"]


def one_name(known: Iterable[str]) -> dict[str, str]:
    """What each name that is not the one to use stands for, where exactly one of the names fits.

    A name is short for another that ends in it, so that what goes before says what it is or whose; or for one that goes on
    with one more word that is no noun for bodies ('Orbis', 'Orbis Rotables'; not 'Selma', 'Selma Council'). The longer one
    is used, unless all that it has more are nouns: 'Ruthgrid' is better than 'grid operator Ruthgrid'.
    """
    listed = list(dict.fromkeys(known))
    longer: dict[str, set[str]] = {}
    for name in listed:
        for short in _shorter(name.split()):
            longer.setdefault(short.lower(), set()).add(name)
    fits = ((n, longer.get(n.lower(), set())) for n in listed)
    found = dict(_in_use(n, next(iter(full))) for n, full in fits if len(full) == 1)
    return {name: found.get(better, better) for name, better in found.items()}


def _in_use(short: str, full: str) -> tuple[str, str]:
    """Which name gives way to which."""
    before = full.split()[: -len(short.split())][-1]
    plain = full.endswith(short) and before.islower() and before in names().institutions
    return (full, short) if plain else (short, full)


def _shorter(words: list[str]) -> Iterator[str]:
    for start in range(1, len(words)):
        if words[start - 1].lower() not in LINKS | {"and", "&", "the"} and _is_name(words[start:]):
            yield " ".join(words[start:])
    if len(words) == 2 and words[0].istitle() and words[1].istitle() and words[1].lower() not in names().institutions:
        yield words[0]


def _is_name(words: list[str]) -> bool:
    """Whether the words alone can name a body: several, or one that is no common noun for bodies."""
    last = words[-1].lower()
    return words[0][:1].isupper() and (len(words) > 1 or last not in names().institutions | names().roles)
