"""Ministries, companies, states and their kind: what the text calls them, and which of its names mean one."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from stancecheck.attribution.lexicon import names
from stancecheck.attribution.salience import Passages, Salience
from stancecheck.attribution.ties import Ties

__all__ = ["Bodies"]

_MOST_BODIES = 60
# What only a state has: "Tolmar's Foreign Ministry", 'the Embassy of Bolvar'.
_STATE_HAS = (
    r"(?:foreign|defen[cs]e) (?:ministry|minister)|prime minister|government|embassy|general staff|air force|navy|"
    r"ambassador|parliament|armed forces"
)
_OF_STATE = re.compile(
    rf"\b([A-Z][^\W\d_]+)['’]s? (?i:{_STATE_HAS})\b|\b(?i:{_STATE_HAS}) (?:of|in) ([A-Z][^\W\d_]+)(?! [A-Z])"
)
_SMALL_BODY = re.compile(r"(?:foreign|defen[cs]e) ministry$")  # "Tolmar's defence ministry": 'the ministry' may mean it later
_AT_END = re.compile(rf"\b(?i:{_STATE_HAS}|coast guard|consulate) (?:of|in) ([A-Z][^\W\d_]+)$")
_OF_PEOPLE = re.compile(r"s['’] ")
_ARTICLE = re.compile(r"^(?:the|an?) ", re.I)
_RECENT = 3_000  # characters in which 'the company' is looked for
_KINDS = {kind: frozenset(words.split()) for kind, words in names().kinds.items()}


class Bodies:
    """The bodies and states that one text names.

    Args:
        passages: The text.
        runs: Names in it, each a run of words with capitals.
        ties: Where names that mean one body are listed.
    """

    def __init__(self, passages: Passages, runs: Sequence[str], ties: Ties) -> None:
        self._text = passages.text
        self._passages = passages
        self._places: Salience[str] = Salience(passages)
        self._ties = ties
        self._names: dict[str, str] = {}  # by name in lower case: the name to use
        self._heads: dict[str, list[tuple[int, str]]] = {}  # last word of a body's name -> where and which
        self._states = _states(runs)  # 'karvesian' -> 'Karvesia'
        for match in _OF_STATE.finditer(passages.text):
            state = match[1] or match[2]
            self._states.setdefault(state.lower(), state)
            if (small := _SMALL_BODY.search(match[0])) is not None:
                self.note(f"{state}’s {small[0]}", match.start())

    def knows(self, name: str) -> bool:
        """Whether a body of this name was noted."""
        return name.lower() in self._names

    def is_known(self, words: str, at: int) -> bool:
        """Whether 'the agency' is one whose name the text has, or the words name one: 'the public accounts committee'."""
        first, *rest = words.lower().split() or [""]
        if first != "the" or not rest or rest[-1] not in names().institutions - names().documents:
            return False
        return len(rest) > 1 or self.by_noun(rest[0], at) is not None

    def place(self, name: str, at: int) -> None:
        """Note that the text means this body or state here."""
        self._places.note(name, at)

    def place_names(self, runs: Sequence[tuple[int, str]]) -> None:
        """Note where names of known bodies and states stand."""
        for at, name in runs:
            run = _ARTICLE.sub("", name)
            known = self.state_of(run) or self._names.get(run.lower()) or self.longer(run, at)
            if known is not None and not self._passages.is_quoted(at):
                self.place(known, at)

    def meant(self, at: int) -> str | None:
        """What 'it' and 'its' mean: the nearest sentence's first body."""
        return self._places.meant(at, lambda _: True)

    def read(self, name: str, at: int, kind: str = "") -> None:
        """Note a body by its name, with the state that owns it: 'Foreign Ministry' after 'Karvesia's'.

        Args:
            name: As it stands in the text.
            at: Where.
            kind: The noun before it that says what it is, if any.
        """
        before = re.search(r"([^\W\d_a-z]\w+)['’]s $", self._text[max(0, at - 40) : at])
        self.note(f"{before[1]}’s {name}" if before and self._states.get(before[1].lower()) else name, at)
        if kind:
            self._heads.setdefault(kind, []).append((at, name))

    def note(self, name: str, at: int) -> None:
        if self._names.setdefault(name.lower(), name) == name:
            for head in _heads_of(name):
                bisect.insort(self._heads.setdefault(head, []), (at, name))

    def name_of(self, name: str, at: int) -> str:
        """The name in use for a body: a longer one that the text has, or the one that its letters stand for."""
        bare = _ARTICLE.sub("", name.strip())
        known = self._names.get(bare.lower())
        if known is None:
            known = self.longer(bare, at) or bare
            self.note(known, at)
            self._names[bare.lower()] = known
        if known != bare:
            self._ties.add(bare, known, at)
        return known

    def by_noun(self, noun: str, at: int) -> str | None:
        """The body that 'the company' or 'the union' means: of that noun, of that kind, or the last one that has spoken."""
        if (named := self.institution(noun, at)) is not None:
            return named
        kind = next((words for words in _KINDS.values() if noun in words), None)
        if kind is None:
            return None
        near = [(place, name) for head in kind for place, name in self._heads.get(head, ()) if head != noun]
        if "company" in kind:
            near = [(place, name) for place, name in near if not _OF_PEOPLE.search(name)]  # not the Residents' Group
        if near:
            return max((n for n in near if n[0] <= at), default=min(near))[1]
        if "company" in kind:
            free = [
                b
                for b in list(dict.fromkeys(self._names.values()))[:_MOST_BODIES]
                if not (_of_a_kind(b) or _OF_PEOPLE.search(b))
            ]
            lately = self._text[max(0, at - _RECENT) : at]
            return max((b for b in free if b.split()[0] in lately), key=lambda b: lately.rfind(b.split()[0]), default=None)
        return None

    def institution(self, head: str, at: int) -> str | None:
        """The body meant by 'the ministry' at this place: the last one named with that noun."""
        known = self._heads.get(head.lower())
        if not known:
            return None
        place = bisect.bisect_right(known, at, key=lambda row: row[0]) - 1
        return known[max(place, 0)][1]

    def alike(self, words: str) -> str | None:
        """A body known by another name of the same kind: 'the miners' union' and the Independent Union of Miners."""
        *rest, noun = words.lower().split()
        kind = next((kind for kind in _KINDS.values() if noun in kind), {noun})
        stems = {w[:5] for w in rest if len(w) > 3}
        for name in dict.fromkeys(self._names.values()):
            parts = {w.strip("’'") for w in name.lower().split()}
            if parts & kind and stems & {w[:5] for w in parts}:
                return name
        return None

    def state_of(self, name: str) -> str | None:
        """The country in 'Karvesia's Defence Ministry' and 'the Karvesian army', where several states speak."""
        first = re.sub(r"^(?:the) ", "", name, flags=re.I).split()
        if not first:
            return None
        if (last := _AT_END.search(name)) is not None and (state := self._states.get(last[1].lower())) is not None:
            return state
        two = " ".join(first[:2]).lower()
        return self._states.get(two) or self._states.get(re.sub(r"['’]s?$", "", first[0].lower()))

    def longer(self, name: str, at: int) -> str | None:
        """'Solvo' -> 'Solvo Minerals', 'TWF' -> 'Transport Workers' Federation', 'the Defence Ministry' -> 'Karvesia's'."""
        words = name.lower().split()
        for full in dict.fromkeys(self._names.values()):
            parts = full.lower().split()
            if parts == words or len(parts) < len(words) - 1:
                continue
            if len(parts) > len(words) and any(parts[i : i + len(words)] == words for i in range(len(parts) - len(words) + 1)):
                return full
            if len(words) > 1 and {*parts} - {"of"} == {*words} - {"of"}:  # 'the Health Ministry', 'the Ministry of Health'
                return full
            if len(words) == 1 and name.isupper() and _initials(full) == name.replace(".", ""):
                return full
        return None


def _states(runs: Sequence[str]) -> dict[str, str]:
    """Countries that the text names, and words such as 'Karvesian' that are made of them."""
    states: dict[str, str] = {}
    single = {w for run in runs for w in run.split() if len(w) > 1}
    for word in single:
        if (country := names().countries.get(word.lower())) is not None:
            states[word.lower()] = states[country.lower()] = country
    for word in single:
        for country, adjective in _adjectives(word, single):
            states[country.lower()] = states[adjective.lower()] = country
    lowered = {w.lower() for w in single}
    for capital, country in names().capitals.items():
        if capital in lowered and (country.lower() in lowered or country.lower() in states):
            states[capital] = country
    return states


def _initials(name: str) -> str:
    return "".join(w[0] for w in re.split(r"[\s-]", name) if w[:1].isupper())


def _of_a_kind(name: str) -> bool:
    """Whether a body's name says what it is, so that 'the company' cannot mean it."""
    heads = _heads_of(name)
    return any(heads & words for kind, words in _KINDS.items() if kind != "company") or name in names().countries.values()


def _heads_of(name: str) -> set[str]:
    """The nouns that say what a body is: its last word, and 'ministry' of 'the Ministry of Justice'."""
    words = name.lower().split()
    link = next((i for i, w in enumerate(words) if i and w in ("of", "for")), 0)
    return {words[-1], words[link - 1]}


def _adjectives(word: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """(country, adjective) where a word of the text is another with the ending of a people: 'Karvesia', 'Karvesian'."""
    stem = word[:-1] if word[-1] in "aeyo" else word
    if len(word) < 4:
        return
    for ending in ("n", "an", "ian", "ean", "ese", "i", "ish", "ic"):
        for made in {word + ending, stem + ending}:
            if made in known and made != word:
                yield word, made
