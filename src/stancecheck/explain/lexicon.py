"""The word lists that the rules read: files beside this module, loaded once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from stancecheck.data.lists import read_toml

__all__ = ["Phrases", "antonyms", "bases", "is_place_name", "lexicon", "phrases", "place_nouns", "stem", "word_set"]

_DOUBLED = re.compile(r"([bdgkmnprt])\1$")
_VOWEL = re.compile(r"[aeiouy]")


def _lines(name: str) -> list[str]:
    text = files("stancecheck.explain").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def lexicon() -> Mapping[str, Any]:
    """The lists of lexicon.toml."""
    return read_toml("stancecheck.explain", "lexicon.toml")


@cache
def word_set(section: str, name: str) -> frozenset[str]:
    """A list of single words, as they stand."""
    values = lexicon()[section][name]
    return frozenset(values.split() if isinstance(values, str) else values)


@cache
def _irregular() -> dict[str, str]:
    pairs = (line.split("\t") for line in _lines("irregular.tsv"))
    return dict(pairs)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """One form for the inflected forms of an English word; other words come back in lower case.

    Two words of one meaning mostly share it; it need not be a word itself.
    """
    word = word.lower().replace("’", "'")
    word = word[:-2] if word.endswith("'s") else word.rstrip("'")
    if word in _irregular():
        word = _irregular()[word]
    elif len(word) > 3 and word.isascii() and word.isalpha():
        word = _without_ending(word)
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _without_ending(word: str) -> str:
    for ending, instead in (("bly", "ble"), ("ily", "y"), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ly", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)] + instead
    if word.endswith(("xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= 2 and _VOWEL.search(rest):
            return rest[:-1] if _DOUBLED.search(rest) and len(rest) > 3 else rest
    return word


def bases(word_stem: str) -> frozenset[str]:
    """The stem, and what it may be the comparative or superlative of: 'smallest' of 'small', 'bigger' of 'big'."""
    found = {word_stem}
    for ending in ("est", "er"):
        rest = word_stem[: -len(ending)]
        if word_stem.endswith(ending) and len(rest) >= 3:
            rest = rest[:-1] + "y" if rest.endswith("i") else rest
            found |= {rest, rest[:-1]} if _DOUBLED.search(rest) else {rest}
    return frozenset(found)


@cache
def antonyms() -> Mapping[str, frozenset[str]]:
    """Stems of the opposites of each stem."""
    found: dict[str, set[str]] = {}
    listed: Iterable[list[str]] = (line.split("\t")[:2] for line in _lines("antonyms.tsv"))
    for one, two in [*listed, *lexicon()["antonyms"]["pairs"]]:
        first, second = stem(one), stem(two)
        if first != second:
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
    return {word: frozenset(opposites) for word, opposites in found.items()}


@cache
def place_nouns() -> frozenset[str]:
    """Stems of common nouns that say where something happens."""
    return frozenset(stem(w) for w in [*_lines("place_nouns.txt"), *word_set("place", "nouns")])


@cache
def _place_names() -> frozenset[str]:
    return frozenset(_lines("places.txt"))


def is_place_name(text: str) -> bool:
    """Whether this is the name of a country, city or region in the list."""
    return text in _place_names()


@dataclass(frozen=True)
class Phrases:
    """Phrases of one or more words, ready to be looked up by their first word.

    Attributes:
        plain: Labelled phrases by their first word, longest first.
        stemmed: The same by the stem of their first word.
    """

    plain: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    stemmed: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    @classmethod
    def of(cls, labelled: Iterable[tuple[str, str]]) -> Phrases:
        """From (phrase, label); '~' before a phrase: its first word is matched by its stem."""
        plain: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        stemmed: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, label in labelled:
            words = tuple(phrase.lstrip("~").split())
            if phrase.startswith("~"):
                stemmed.setdefault(stem(words[0]), []).append((words[1:], label))
            else:
                plain.setdefault(words[0], []).append((words[1:], label))

        def ordered(table: dict[str, list[tuple[tuple[str, ...], str]]]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
            return {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in table.items()}

        return cls(ordered(plain), ordered(stemmed))


@cache
def phrases(*lists: tuple[str, str]) -> Phrases:
    """The phrases of these lists, each labelled with the name of its list.

    Args:
        lists: Pairs of section and name in lexicon.toml.
    """
    return Phrases.of((phrase, name) for section, name in lists for phrase in _section(section)[name])


def _section(dotted: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = lexicon()
    for name in dotted.split("."):
        found = found[name]
    return found
