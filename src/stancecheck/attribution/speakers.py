"""Who a speaker is and whom they speak for, from the words of the text alone."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from stancecheck.attribution.lexicon import names, word_class
from stancecheck.attribution.quotes import Span

__all__ = ["Speaker", "Speakers"]

_TOKEN = re.compile(r"[^\W_][\w&]*(?:[.’'-][^\W_][\w&]*)*\.?")
_LINKS = frozenset(("of", "for", "at", "with", "from", "in", "to"))
_DETERMINERS = word_class("speakers", "determiners")
_PARTICLES = word_class("speakers", "particles")
_LOOSE = word_class("speakers", "loose")
_OPENINGS = word_class("speakers", "openings")
_OPENING = re.compile(rf"^(?:{'|'.join(sorted(_OPENINGS))})\b,?\s+", re.I)
_RECENT = 20  # 'the official' is looked for among so many people
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says something.

    Attributes:
        name: As named, without titles; a ministry or country for those who are no person. None if not known.
        party: The institution or country spoken for, where the text says so; else the name.
        person: Whether it is a person, as far as can be told.
        roles: Their offices, in lower case.
        named: Whether it has a name of its own ('a source' has not).
    """

    name: str | None
    party: str | None
    person: bool
    roles: frozenset[str] = frozenset()
    named: bool = True


_NOBODY = Speaker(None, None, person=False, named=False)


class Speakers:
    """The people and institutions that a text names; resolves mentions of them in the order of the text.

    Args:
        text: The whole text. It is read once for names with an office ('Turkish President A. B.').
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._people: dict[str, Speaker] = {}  # by surname and by full name, in lower case
        self._institutions: dict[str, list[tuple[int, str]]] = {}  # head noun -> where and what, in order of the text
        self._longer: dict[str, str] = {}  # 'syrian observatory' -> its name with 'for ...'
        self._spoken: dict[str, Speaker] = {}  # people who spoke lately, the last one last
        self._last_person: Speaker | None = None
        self._last_thing: Speaker | None = None
        self._last: Speaker | None = None
        self._read_names()

    def resolve(self, mention: Span | None) -> Speaker:
        """The speaker behind a mention; call in the order of the text, as 'he' is whoever spoke before.

        Args:
            mention: Where the text names the speaker; None gives nobody.
        """
        if mention is None:
            return _NOBODY
        words = _OPENING.sub("", self._text[slice(*mention)]).strip(" ,;:()—–-")
        speaker = self._of(words, mention[0])
        if speaker.name is not None:
            self._last = speaker
            if speaker.person:
                self._last_person = speaker
                if speaker.named:
                    self._spoken.pop(speaker.name, None)
                    self._spoken[speaker.name] = speaker
                    if len(self._spoken) > _RECENT:
                        del self._spoken[next(iter(self._spoken))]
            elif speaker.named:
                self._last_thing = speaker
        return speaker

    def institution(self, head: str, at: int) -> str | None:
        """The institution meant by 'the ministry' at this place: the last one named with that noun."""
        known = self._institutions.get(head.lower())
        if not known:
            return None
        place = bisect.bisect_right(known, at, key=lambda row: row[0]) - 1
        return known[max(place, 0)][1]

    def _of(self, words: str, at: int) -> Speaker:
        lower = words.lower()
        if lower in names().persons:
            return self._last_person or _NOBODY
        if lower in names().things:
            return self._last_thing or self._last or _NOBODY
        if lower in names().many:
            return self._last or _NOBODY
        main, _, rest = words.partition(",")
        main = re.sub(r"\s*\([^)]*\)?", "", main).strip()
        tokens = _TOKEN.findall(main)
        if not tokens:
            return _NOBODY
        read = _read(tokens)
        if read.name and read.person:
            return self._person(read, rest, at)
        if read.roles and not read.name:
            return self._by_role(tokens, read, words)
        return self._thing(tokens, at, words)

    def _person(self, read: Speaker, rest: str, at: int) -> Speaker:
        name = read.name or ""
        known = self._people.get(name.lower()) or self._people.get(name.split()[-1].lower())
        more = _read(_TOKEN.findall(rest)) if rest else _NOBODY
        party = read.party or more.party or (known.party if known else None)
        if party and party.lower() in names().institutions:  # 'Observatory head A. B.'
            party = self.institution(party, at) or party
        full = known.name if known and known.name and known.name.lower().endswith(name.lower()) else name
        roles = read.roles | more.roles | (known.roles if known else frozenset())
        speaker = Speaker(full, party or full, person=True, roles=roles)
        self._remember(speaker)
        return speaker

    def _by_role(self, tokens: list[str], read: Speaker, words: str) -> Speaker:
        """'the official', 'the Russian ministry official': the last person with that office, or nobody by name."""
        recent = list(self._spoken.values()) if tokens[0].lower() == "the" else []
        for known in reversed(recent):
            fits = read.party is None or read.party == known.party
            if fits and known.roles and (read.roles & known.roles or "official" in read.roles):
                return known
        return Speaker(_without_article(words.partition(",")[0]), read.party, person=True, roles=read.roles, named=False)

    def _thing(self, tokens: list[str], at: int, words: str) -> Speaker:
        head = tokens[-1].lower()
        if len(tokens) == 2 and tokens[0].lower() in _DETERMINERS and head in names().institutions:
            name = self.institution(head, at)
            if name:
                return Speaker(name, name, person=False)
        plain = [t for t in tokens if t.lower() not in _DETERMINERS]
        named = any(t[:1].isupper() and t.lower() not in names().nameless for t in plain)
        name = _without_article(words.partition(",")[0])
        name = self._longer.get(name.lower()) or name
        if not named:
            return Speaker(name, None, person=False, named=False)
        single = self._people.get(head) if len(plain) == 1 else None
        if single is not None:
            return single
        person = len(plain) == 1 and not plain[0].isupper() and not _is_place(head)
        return Speaker(name, _country(name) or _office_holder(tokens) or name, person=person)

    def _remember(self, speaker: Speaker) -> None:
        name = (speaker.name or "").lower()
        old = self._people.get(name)
        # A name without a party of its own does not overwrite what was known.
        if old is None or speaker.party != speaker.name:
            self._people[name] = speaker
            self._people[name.split()[-1]] = speaker

    def _read_names(self) -> None:
        """Read the text once for runs of names: offices with names, and institutions."""
        run: list[re.Match[str]] = []
        for match in _TOKEN.finditer(self._text):
            word = match.group()
            lower = word.lower().rstrip(".")
            part = (
                word[:1].isupper() or lower in names().roles or lower in names().institutions or (run and lower in _PARTICLES)
            )
            joined = not run or (self._text[run[-1].end() : match.start()] == " " and not _ends_sentence(run[-1].group()))
            # 'Observatory for Human Rights' is one name.
            part = part or bool(run and lower in ("of", "for") and run[-1].group().lower() in names().institutions)
            if not (part and joined):
                self._note(run)
                run = [match] if part else []
            elif len(run) < 14:
                run.append(match)
        self._note(run)

    def _note(self, run: list[re.Match[str]]) -> None:
        if not run:
            return
        tokens = [_POSSESSIVE.sub("", m.group()) if m is run[-1] else m.group() for m in run]
        if _ends_sentence(tokens[-1]):
            tokens[-1] = tokens[-1][:-1]
        while len(tokens) > 1 and tokens[0].lower() in _OPENINGS:
            tokens.pop(0)
        read = _read(tokens)
        if (
            read.name
            and read.person
            and not _is_place(tokens[-1].lower())
            and (len(read.name.split()) > 1 or (read.roles and read.party))
        ):
            self._remember(Speaker(read.name, read.party or read.name, person=True, roles=read.roles))
        at = next((i for i, t in enumerate(tokens) if i and t in ("of", "for")), len(tokens))
        for i, token in enumerate(tokens[:at]):
            if token.lower() in names().institutions and i and any(t[:1].isupper() for t in tokens[:i]):
                start = max((j + 1 for j in range(i) if tokens[j].lower() in _DETERMINERS), default=0)
                if i > start:
                    self._note_institution(run[0].start(), tokens, start, i, at)

    def _note_institution(self, place: int, tokens: list[str], start: int, head: int, link: int) -> None:
        name = " ".join(tokens[start : head + 1])
        whole = tokens[link + 1 : link + 5] if link == head + 1 else []
        if whole and all(t[:1].isupper() for t in whole):
            longer = " ".join([name, tokens[link], *whole])
            self._longer.setdefault(name.lower(), longer)
        self._institutions.setdefault(tokens[head].lower(), []).append((place, self._longer.get(name.lower(), name)))


def _read(tokens: list[str]) -> Speaker:
    """Office, institution and name in a run of words such as 'Turkish Foreign Minister A. B.' or 'a spokesman for C'."""
    tokens = list(tokens)
    while tokens and tokens[0].lower() in _DETERMINERS:
        tokens.pop(0)
    tokens = [_POSSESSIVE.sub("", t) if t is tokens[-1] else t for t in tokens]
    lowers = [t.lower().rstrip(".") for t in tokens]
    link = next((i for i, t in enumerate(lowers) if t in _LINKS and i), None)
    head = lowers if link is None else lowers[:link]
    offices = [i for i, t in enumerate(head) if t in names().roles or t in names().titles]
    first = _first_of_run(offices)
    roles = frozenset(head[i] for i in offices if head[i] in names().roles)
    name = _name_in(tokens[: len(head)], offices)
    party = _party_before(tokens, first) if offices else None
    if party is None and link is not None and offices and not name:
        party = _party_of(tokens[link + 1 :])
    if offices and not name and not roles:
        return _NOBODY
    looks = not offices and 2 <= len(tokens) <= 4 and not (set(lowers) & names().institutions) and _country(tokens[0]) is None
    if looks and all(t[:1].isupper() or t.lower() in _PARTICLES for t in tokens):
        return Speaker(" ".join(tokens), None, person=True)
    return Speaker(name, party, person=bool(name), roles=roles)


def _ends_sentence(token: str) -> bool:
    """Whether the full stop after a word ends a sentence, and is not that of 'Gen.', 'Q.' or 'U.S.'."""
    return token.endswith(".") and "." not in token[:-1] and len(token) > 2 and token[:-1].lower() not in names().titles


def _first_of_run(offices: list[int]) -> int:
    """Where the last run of office words starts: 'Defence' in 'Defence Ministry spokesman General' is not in it."""
    at = len(offices) - 1
    while at > 0 and offices[at - 1] == offices[at] - 1:
        at -= 1
    return offices[at] if offices else 0


def _name_in(tokens: list[str], offices: list[int]) -> str | None:
    """The capitalised words after the last office."""
    if not offices:
        return None
    after = tokens[offices[-1] + 1 :]
    good = after and all(t[:1].isupper() or t.lower() in _PARTICLES for t in after) and len(after) <= 5
    return " ".join(after) if good and not {t.lower() for t in after} & names().institutions else None


def _party_before(tokens: list[str], office: int) -> str | None:
    """What stands before the office: an institution, a country or a group."""
    before = [t for t in tokens[:office] if t[:1].isupper() or t.lower() in names().institutions]
    while before and before[-1].lower() in _LOOSE:
        before.pop()
    while before and before[0].lower() in _LOOSE:
        before.pop(0)
    return _party_of(before)


def _party_of(tokens: list[str]) -> str | None:
    tokens = [_POSSESSIVE.sub("", t) for t in tokens if t.lower() not in _DETERMINERS]
    stop = next(
        (
            i
            for i, t in enumerate(tokens)
            if i and t.islower() and t.lower() not in {*_LINKS, *_PARTICLES, "and"} | names().institutions
        ),
        None,
    )
    tokens = tokens[:stop]
    while tokens and tokens[-1].lower() in _LINKS:
        tokens.pop()
    if not tokens or not any(t[:1].isupper() for t in tokens):
        return None
    name = " ".join(tokens)
    return _country(name) or names().groups.get(name.lower()) or name


def _country(name: str) -> str | None:
    return names().countries.get(name.lower())


def _is_place(word: str) -> bool:
    return word in names().institutions or word in names().countries or word in names().places


def _office_holder(tokens: list[str]) -> str | None:
    """The country in 'US officials', 'Turkish sources'."""
    plain = [t for t in tokens if t.lower() not in _DETERMINERS]
    return _country(plain[0]) if len(plain) > 1 and plain[-1].islower() and plain[-1] not in names().institutions else None


def _without_article(words: str) -> str:
    first, _, rest = words.strip().partition(" ")
    return rest.strip() if rest and first.lower() in ("the", "a", "an") else words.strip()
