"""Who a speaker is and whom they speak for, from the words of the text alone; everything that is taken for one is listed."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.mentions import Mention, is_body_name, read_mention
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span

__all__ = ["Speaker", "Speakers", "Tie"]

_TITLES = "Dr Mr Mrs Ms Gen Lt Col Maj Capt Sgt Adm St Prof Sen Rep Gov Rev".replace(" ", "|")
_CAPITAL = rf"(?:(?:{_TITLES})\.|[A-Z]\.|[^\W\d_a-z][\w&]*(?:[.’'-](?!s\b)\w+)*(?:(?<=s)['’](?= [A-Z]))?)"
_RUN = re.compile(rf"{_CAPITAL}(?: (?:(?:of|for|de|van|von|der|the|and|al|la|du|&) ){{0,2}}{_CAPITAL})*")
_CONTEXT = 90  # characters beside a name in which its office is looked for
_OPENING = re.compile(rf"^(?:{'|'.join(sorted(word_class('speakers', 'openings')))})\b,?\s+", re.I)
_ENDINGS = ("", "n", "an", "ian", "ean", "ese", "i", "ish", "er")
_STOPS = word_class("nouns", "stops") | word_class("nouns", "prepositions") - {"of"} | frozenset(("and", "or", "who", "which"))
_FIRST = word_class("speakers", "openings") | word_class("speakers", "months") | frozenset(("from", "our", "my"))
_DETERMINERS = word_class("speakers", "determiners")
_KIND_BEFORE = re.compile(
    r"\b(company|firm|operator|maker|manufacturer|insurer|newspaper|daily|weekly|charity|airline|bank|contractor|group),? $"
)
_SUBJECT = re.compile(
    r"[\s\"”]*(?:The |An? )?((?:[\w’'-]+ ){0,4}?([\w’'-]+))(?= (?:has|had|is|was|will|would|[a-z]+ed|[a-z]+s) )"
)
_MOST_BODIES = 60
_RECENT = 3_000  # characters in which 'the company' is looked for
_KINDS = {kind: frozenset(words.split()) for kind, words in names().kinds.items()}


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


@dataclass(frozen=True, slots=True)
class Tie:
    """Two names taken for one party.

    Attributes:
        name: What was merged.
        party: Into which party.
        words: The words of the text that tie them.
    """

    name: str
    party: str
    words: str


@dataclass(slots=True)
class _Person:
    name: str
    party: str | None
    roles: set[str]
    sex: str | None
    at: int


_NOBODY = Speaker(None, None, person=False, named=False)


class Speakers:
    """The people and bodies that a text names; resolves mentions of them in the order of the text.

    Args:
        text: The whole text. It is read once for names with an office ('Turkish President A. B.', 'A. B., the mayor').
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._people: dict[str, list[_Person]] = {}  # by surname, in lower case
        self._bodies: dict[str, str] = {}  # by name in lower case: the name to use
        self._heads: dict[str, list[tuple[int, str]]] = {}  # last word of a body's name -> where and which
        self._states: dict[str, str] = {}  # 'karvesian' -> 'Karvesia'
        self._ties: dict[tuple[str, str], Tie] = {}
        self._last_person: _Person | None = None
        self._last_body: str | None = None
        self._last: Speaker | None = None
        self._spoke_at = -1
        self._read_names()

    @property
    def ties(self) -> list[Tie]:
        """What was taken for one party, in the order of the text."""
        return list(self._ties.values())

    def resolve(self, mention: Span | None, *, label: bool = False) -> Speaker:
        """The speaker behind a mention; call in the order of the text, as 'he' is whoever spoke before.

        Args:
            mention: Where the text names the speaker; None gives nobody.
            label: Whether it opens a turn of a transcript, where names may be in capitals.
        """
        if mention is None:
            return _NOBODY
        words = _OPENING.sub("", self._text[slice(*mention)]).strip(" ,;:()*—–-")
        if label:
            words = _cased(words)
        speaker = self._of(words, mention[0])
        if speaker.name is not None:
            self._last = speaker
            self._spoke_at = mention[0]
            if not speaker.person and speaker.party:
                self._last_body = speaker.party
        return speaker

    def institution(self, head: str, at: int) -> str | None:
        """The body meant by 'the ministry' at this place: the last one named with that noun."""
        known = self._heads.get(head.lower())
        if not known:
            return None
        place = bisect.bisect_right(known, at, key=lambda row: row[0]) - 1
        return known[max(place, 0)][1]

    def _of(self, words: str, at: int) -> Speaker:
        lower = words.lower()
        if lower in names().persons:
            person = self._pronoun("f" if lower == "she" else "m")
            return self._as_speaker(person) if person else _NOBODY
        if lower in names().things or lower in names().many:
            if self._last_body and (lower in names().things or not (self._last and not self._last.named)):
                return Speaker(self._last_body, self._last_body, person=False)
            return self._last or _NOBODY
        if lower in ("who", "which", "that"):
            return self._before(at)
        mention = read_mention(words)
        if mention.name and mention.person:
            return self._as_speaker(self._person(mention, at))
        if mention.name:
            return self._named(mention, at)
        if mention.person:
            return self._by_office(mention, at)
        return self._nameless(mention, at)

    def _before(self, at: int) -> Speaker:
        """Whom 'who' means: the name that ends right before it, or the last speaker."""
        runs = list(_RUN.finditer(self._text, max(0, at - _CONTEXT), at))
        if runs and at - runs[-1].end() < 4:
            return self._of(runs[-1].group(), runs[-1].start())
        return self._last or _NOBODY

    def _as_speaker(self, person: _Person) -> Speaker:
        self._last_person = person
        if person.party:
            self._last_body = person.party
        return Speaker(person.name, person.party or person.name, person=True, roles=frozenset(person.roles))

    def _person(self, mention: Mention, at: int) -> _Person:
        """The person of that name, who is new or known; what is learnt of them is kept."""
        name = mention.name or ""
        known = self._known(name, mention)
        party = self._owner(mention.owner, at) if mention.owner else self._by_post(mention, at)
        if known is None:
            known = _Person(name, None, set(), None, at)
            self._people.setdefault(_surname(name), []).append(known)
        if len(name.split()) > len(known.name.split()):
            known.name = name
        known.roles |= mention.roles
        known.sex = known.sex or mention.sex
        if party and (known.party is None or party == known.party) and party != known.name:
            known.party = party
            self._tie(known.name, party, self._words_at(at))
        return known

    def _by_post(self, mention: Mention, at: int) -> str | None:
        """The body that an office without one belongs to: a mayor's town, a managing director's company."""
        kind = next((names().posts[r] for r in sorted(mention.roles) if r in names().posts), None)
        found = self._by_noun(kind, at) if kind else None
        return self._state_of(found) or found if found else None

    def _known(self, name: str, mention: Mention) -> _Person | None:
        """Who of that surname fits: the same first name where there is one, else office, sex, and the last one named."""
        family = self._people.get(_surname(name), [])
        if len(name.split()) > 1:
            first = name.split()[0].rstrip(".").lower()
            same = [p for p in family if p.name == name or p.name.split()[0].lower() == first]
            return same[0] if same else next((p for p in family if len(p.name.split()) == 1), None)
        fits = [p for p in family if not (mention.sex and p.sex and mention.sex != p.sex)]
        office = [p for p in fits if mention.roles & p.roles]
        last = self._last_person
        return last if last in (office or fits) else next(iter(office or fits), None)

    def _pronoun(self, sex: str) -> _Person | None:
        last = self._last_person
        if last is not None and _could_be(last, sex):
            last.sex = last.sex or sex
            return last
        everyone = [p for family in self._people.values() for p in family if _could_be(p, sex)]
        said = [p for p in everyone if p.sex == sex] or everyone
        return max(said, key=lambda p: p.at, default=last)

    def _named(self, mention: Mention, at: int) -> Speaker:
        name = mention.name or ""
        family = self._people.get(_surname(name), [])
        if len(name.split()) == 1 and family and not mention.definite:
            return self._as_speaker(self._known(name, mention) or family[0])
        state = self._state_of(name)
        known = self._bodies.get(name.lower()) or self._longer(name, at)
        if len(name.split()) == 1 and not (
            state or known or mention.definite or name.isupper() or name.lower() in names().places
        ):
            return self._as_speaker(self._person(replace(mention, person=True), at))
        body = self._body(name, at)
        return Speaker(state or body, state or body, person=False)

    def _by_office(self, mention: Mention, at: int) -> Speaker:
        """'the official', 'the ministry's spokesman', 'a company spokesman': a person of that office, or nobody by name."""
        party = self._owner(mention.owner, at) if mention.owner else None
        everyone = [p for family in self._people.values() for p in family]
        nouns = {n for n in mention.roles if n not in names().titles or n in names().roles}
        fits = [p for p in everyone if nouns & p.roles and (party is None or p.party in (None, party))]
        if "official" in nouns and mention.definite and not fits:
            fits = [p for p in everyone if p.party == party and p.roles]
        if fits and (mention.definite or (len(fits) == 1 and party is None)):
            before = [p for p in fits if p.at <= at]
            last = self._last_person
            person = last if last in fits else max(before, key=lambda p: p.at) if before else fits[0]
            return self._as_speaker(person)
        return Speaker(mention.words, party or mention.words, person=True, roles=mention.roles, named=False)

    def _nameless(self, mention: Mention, at: int) -> Speaker:
        """'the company', 'her ministry', 'a report by N', 'two witnesses'."""
        if mention.owner:
            party = self._owner(mention.owner, at)
            own = mention.body and mention.owner not in ("its", "his", "her", "their", "whose")
            if party and not own:
                body = self.institution(next(iter(mention.roles)), at) if mention.body else None
                return Speaker(body or party, party, person=False)
        noun = next(iter(mention.roles), "")
        if mention.body and len(mention.words.split()) > 1 and not self._alike(mention.words):
            self._note_body(mention.words, at)
        if (state := self._state_of(mention.words)) and noun in names().institutions:
            return Speaker(state, state, person=False)
        if mention.definite or mention.body:
            known = (self._alike(mention.words) if mention.body else None) or self._by_noun(noun, at)
            if known and not mention.document:
                known = self._state_of(known) or known
                self._tie(f"the {mention.words}", known, self._words_at(at))
                return Speaker(known, known, person=False)
        return Speaker(mention.words, mention.words or None, person=False, named=mention.body)

    def _owner(self, words: str, at: int) -> str | None:
        """The party that an office belongs to."""
        lower = words.lower()
        if lower in ("its", "their", "whose", "our"):
            return self._subject_before(at) or self._last_body
        if lower in ("his", "her"):
            person = self._pronoun("f" if lower == "her" else "m")
            return (person.party or person.name) if person else None
        bare = re.sub(r"^(?:the|a|an|its|his|her|their|this) ", "", words, flags=re.I)
        if lower.startswith(("its ", "their ")) and self._last_body and bare.split()[-1].lower() in names().institutions:
            return self._by_noun(bare.split()[-1].lower(), at) or self._last_body
        if not any(t[:1].isupper() for t in bare.split()):
            known = self._by_noun(bare.split()[-1].lower(), at) or bare
            return self._state_of(known) or known
        family = self._people.get(_surname(bare), [])
        if len(bare.split()) == 1 and family and not self._bodies.get(bare.lower()):
            return family[0].party or family[0].name
        return self._state_of(bare) or self._body(bare, at)

    def _subject_before(self, at: int) -> str | None:
        """The body that the sentence before is about: 'The union rejected that. Its chairman said'."""
        here = max(self._text.rfind(end, 0, at) for end in (". ", ".\n", "\n", '." ', ".” "))
        start = max(self._text.rfind(end, 0, max(0, here)) for end in (". ", ".\n", "\n", '." ', ".” ")) + 1
        match = _SUBJECT.match(self._text, max(0, start), max(0, here)) if here > 0 and self._spoke_at < start else None
        if match is None or match[2].lower() not in names().institutions:
            return None
        name = match[1]
        if name[:1].isupper() or " " in name:
            return self._state_of(name) or self._alike(name) or self._body(name, at)
        return self._by_noun(match[2].lower(), at)

    def _body(self, name: str, at: int) -> str:
        """The name in use for a body: a longer one that the text has, or the one that its letters stand for."""
        bare = re.sub(r"^(?:the|an?) ", "", name.strip(), flags=re.I)
        known = self._bodies.get(bare.lower())
        if known is None:
            known = self._longer(bare, at) or bare
            self._note_body(known, at)
            self._bodies[bare.lower()] = known
        if known != bare:
            self._tie(bare, known, self._words_at(at))
        return known

    def _longer(self, name: str, at: int) -> str | None:
        """'Solvo' -> 'Solvo Minerals', 'TWF' -> 'Transport Workers' Federation', 'the Defence Ministry' -> 'Karvesia's'."""
        words = name.lower().split()
        for full in dict.fromkeys(self._bodies.values()):
            parts = full.lower().split()
            if parts == words or len(parts) <= len(words):
                continue
            if any(parts[i : i + len(words)] == words for i in range(len(parts) - len(words) + 1)):
                return full
            if len(words) == 1 and name.isupper() and _initials(full) == name.replace(".", ""):
                return full
        return None

    def _by_noun(self, noun: str, at: int) -> str | None:
        """The body that 'the company' or 'the union' means: of that noun, of that kind, or the last one that has spoken."""
        if (named := self.institution(noun, at)) is not None:
            return named
        kind = next((words for words in _KINDS.values() if noun in words), None)
        if kind is None:
            return None
        near = [(place, name) for head in kind for place, name in self._heads.get(head, ()) if head != noun]
        if near:
            return max((n for n in near if n[0] <= at), default=min(near))[1]
        if "company" in kind:
            free = [b for b in list(dict.fromkeys(self._bodies.values()))[:_MOST_BODIES] if not _of_a_kind(b)]
            lately = self._text[max(0, at - _RECENT) : at]
            return max((b for b in free if b.split()[0] in lately), key=lambda b: lately.rfind(b.split()[0]), default=None)
        return None

    def _alike(self, words: str) -> str | None:
        """A body known by another name of the same kind: 'the miners' union' and the Independent Union of Miners."""
        *rest, noun = words.lower().split()
        kind = next((kind for kind in _KINDS.values() if noun in kind), {noun})
        stems = {w[:5] for w in rest if len(w) > 3}
        for name in dict.fromkeys(self._bodies.values()):
            parts = {w.strip("’'") for w in name.lower().split()}
            if parts & kind and stems & {w[:5] for w in parts}:
                return name
        return None

    def _state_of(self, name: str) -> str | None:
        """The country in 'Karvesia's Defence Ministry' and 'the Karvesian army', where several states speak."""
        first = re.sub(r"^(?:the) ", "", name, flags=re.I).split()
        if not first:
            return None
        two = " ".join(first[:2]).lower()
        return self._states.get(two) or self._states.get(re.sub(r"['’]s?$", "", first[0].lower()))

    def _read_names(self) -> None:
        """Read the text once: states, bodies, and people with their offices."""
        runs = [m for m in _RUN.finditer(self._text) if m.group().lower() not in _DETERMINERS]
        counted = Counter(m.group().rstrip(".").split()[0] for m in runs)
        self._find_states([m.group().rstrip(".") for m in runs])
        for match in runs:
            words = [t for t in match.group().split() if t.lower() not in _DETERMINERS]
            while words and words[0].lower() in _STOPS | _FIRST:
                words.pop(0)
            person = bool(words) and _has_office(words[:1]) and not is_body_name(words[1:2])
            if "of" in words[2:4] and not is_body_name(words[: words.index("of")]):
                words = words[: words.index("of")]
                person = True
            if len(words) > 1 and is_body_name(words) and not person:
                self._note_body(self._with_state(" ".join(words), match.start()), match.start())
            elif len(words) > 1:
                start = self._text.find(words[0], match.start())
                self._note_person((start, start + len(" ".join(words))), counted)
            elif words and (kind := _KIND_BEFORE.search(self._text, max(0, match.start() - 24), match.start())):
                self._note_body(words[0], match.start())
                self._heads.setdefault(kind[1], []).append((match.start(), words[0]))

    def _with_state(self, name: str, at: int) -> str:
        """'Foreign Ministry' after 'Karvesia's' with the state in front."""
        before = re.search(r"([^\W\d_a-z]\w+)['’]s $", self._text[max(0, at - 40) : at])
        return f"{before[1]}’s {name}" if before and self._states.get(before[1].lower()) else name

    def _note_body(self, name: str, at: int) -> None:
        if self._bodies.setdefault(name.lower(), name) == name:
            head = name.split()[-1].lower()
            rows = self._heads.setdefault(head, [])
            bisect.insort(rows, (at, name))

    def _note_person(self, place: Span, counted: Counter[str]) -> None:
        """A name with an office before it or between commas after it, or whose surname stands alone elsewhere."""
        text, (start, end) = self._text, place
        name = _cased(text[start:end])
        line = text.rfind("\n", 0, start) + 1
        before = _office_before(text[max(line, start - _CONTEXT) : start])
        after = re.match(r",? (?:[^,.;:!?\n“”\"()]|(?<=\b\w)\.){3,90}(?=[,.;:!?\n—–(])", text[end : end + _CONTEXT + 10])
        told = after.group().lstrip(", ") if after and after.group().startswith((", ", " of ")) else ""
        if not told.startswith(("a ", "an ", "the ", "who ", "its ", "his ", "her ", "of ")) and not _has_office(
            told.split()[:4]
        ):
            told = ""
        alone = counted.get(name.split()[-1], 0) > 0 and counted[name.split()[0]] <= counted[name.split()[-1]] + 3
        if not (_has_office(before.split()) or told or _has_office(name.split()) or alone):
            return
        mention = read_mention(f"{before.strip()} {name}, {told}".strip(" ,"))
        if not (
            mention.name and mention.person and len(mention.name.split()) > 1 and (mention.roles or mention.owner or alone)
        ):
            return
        if counted[name.split()[0]] <= counted.get(name.split()[-1], 0) + 3:
            owner = mention.owner or ""
            known = any(t[:1].isupper() for t in owner.split() if t.lower() not in _DETERMINERS)  # not 'its', 'the company'
            self._person(mention if known else replace(mention, owner=None), start)

    def _find_states(self, runs: Sequence[str]) -> None:
        """Countries that the text names, and words such as 'Karvesian' that are made of them."""
        single = {w for run in runs for w in run.split() if len(w) > 1}
        for word in single:
            if (country := names().countries.get(word.lower())) is not None:
                self._states[word.lower()] = self._states[country.lower()] = country
        for word in single:
            for country, adjective in _adjectives(word, single):
                self._states[country.lower()] = self._states[adjective.lower()] = country
        lowered = {w.lower() for w in single}
        for capital, country in names().capitals.items():
            if capital in lowered and (country.lower() in lowered or country.lower() in self._states):
                self._states[capital] = country

    def _words_at(self, at: int) -> str:
        start = max(self._text.rfind("\n", 0, at) + 1, self._text.rfind(". ", 0, at) + 1, at - 40)
        return " ".join(self._text[start : at + 80].split())

    def _tie(self, name: str, party: str, words: str) -> None:
        if name.lower() != party.lower():
            self._ties.setdefault((name.lower(), party), Tie(name, party, words))


def _office_before(text: str) -> str:
    """The words right before a name that can tell an office: 'Estland Foreign Minister', 'its chairman,'."""
    text = re.split(r"[.;:!?“”\"()—–]\s", text)[-1]
    tokens = text.split(" ")
    at = len(tokens)
    while at and len(tokens) - at < 8:
        word = tokens[at - 1].strip(",").lower()
        comma = tokens[at - 1].endswith(",") and at < len(tokens) - 1
        verb = word in lexicon().verbs and word not in names().institutions | names().roles
        loose_of = word == "of" and at > 1 and not _has_office([tokens[at - 2]])
        if comma or verb or loose_of or word in _STOPS or (word.endswith("ing") and word not in names().roles):
            break
        at -= 1
        if word in ("the", "a", "an", "its", "his", "her", "their", "our"):
            break
    return " ".join(tokens[at:])


def _cased(name: str) -> str:
    """A name in capitals, 'MAYOR IDA OLDEN', as it is written elsewhere."""
    return re.sub(r"[^\W\d_]{3,}", lambda m: m[0].title() if m[0].isupper() else m[0], name)


def _surname(name: str) -> str:
    return re.sub(r"['’]s$", "", name.split()[-1].lower().rstrip("."))


def _could_be(person: _Person, sex: str) -> bool:
    return person.sex in (None, sex)


def _initials(name: str) -> str:
    return "".join(w[0] for w in re.split(r"[\s-]", name) if w[:1].isupper())


def _of_a_kind(name: str) -> bool:
    """Whether a body's name says what it is, so that 'the company' cannot mean it."""
    head = name.split()[-1].lower()
    return any(head in words for kind, words in _KINDS.items() if kind != "company") or name in names().countries.values()


def _has_office(words: Sequence[str]) -> bool:
    return any(w.lower().strip(".,") in names().roles or w.lower().strip(".,") in names().titles for w in words)


def _adjectives(word: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """(country, adjective) where a word of the text is another with the ending of a people: 'Karvesia', 'Karvesian'."""
    stem = word[:-1] if word[-1] in "aeyo" else word
    if len(word) < 4:
        return
    for ending in ("n", "an", "ian", "ean", "ese", "i", "ish", "ic"):
        for made in {word + ending, stem + ending}:
            if made in known and made != word:
                yield word, made
