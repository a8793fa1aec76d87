"""Who a speaker is and whom they speak for, from the words of the text alone; everything that is taken for one is listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stancecheck.attribution.bodies import Bodies
from stancecheck.attribution.cast import Cast
from stancecheck.attribution.lexicon import names
from stancecheck.attribution.mentions import Mention, read_mention
from stancecheck.attribution.offices import DETERMINERS
from stancecheck.attribution.people import People, Person
from stancecheck.attribution.roster import NAME, cased, named_in, runs_of
from stancecheck.attribution.salience import Passages
from stancecheck.attribution.speaker import Speaker
from stancecheck.attribution.ties import Tie, Ties
from stancecheck.attribution.variants import one_name
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span

__all__ = ["Speakers"]

_CONTEXT = 90  # characters beside a name in which its office is looked for
_ASIDE = re.compile(r"\s*\(((?:[A-Z][\w’'-]+ ){1,6}[A-Z][\w’'-]+)\)")
_ARTICLE = re.compile(r"^(?:the|a|an|its|his|her|their|this) ", re.I)
_SIDE = re.compile(rf"(?:M(?:r|rs|s)\.? )?([^\W\d_a-z][\w’'. -]*?)(?:['’]s?)? (?:{'|'.join(sorted(names().sides))})")
_IN_HOUSE = word_class("speakers", "in_house")  # offices of whatever body the sentence is about
_OPENING = re.compile(rf"^(?:{'|'.join(sorted(word_class('speakers', 'openings')))})\b,?\s+", re.I)


_NOBODY = Speaker(None, None, person=False, named=False)


class Speakers:
    """The people and bodies that a text names; resolves mentions of them in the order of the text.

    Attributes:
        bodies: The ministries, companies and states among them.

    Args:
        text: The whole text. It is read once for names with an office ('Turkish President A. B.', 'A. B., the mayor').
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ties = Ties(text)
        passages = Passages(text)
        self._people = People(passages)
        self._last_person: Person | None = None
        self._last_body: str | None = None
        self._last: Speaker | None = None
        self._turns: dict[str, Person] = {}  # by the last word of their label
        self._cast: Cast | None = None
        runs = runs_of(text)
        self.bodies = Bodies(passages, [run.text.rstrip(".") for run in runs], self._ties)
        later = []
        for named in named_in(text, runs):
            if named.person is None:
                self.bodies.read(named.body, named.at, named.kind)
            elif _is_named(named.person.owner):
                self._person(named.person, named.at)
            else:
                self._person(replace(named.person, owner=None), named.at)
                later.append(named)
        self._people.place_names([(run.at, run.text) for run in runs])
        self.bodies.place_names([(run.at, run.text) for run in runs])
        for named in later:
            if named.person is not None and self.bodies.is_known(named.person.owner or "", named.at):
                self._person(named.person, named.at)

    @property
    def ties(self) -> list[Tie]:
        """What was taken for one party, in the order of the text."""
        return list(self._ties)

    def resolve(self, mention: Span | None, *, label: bool = False) -> Speaker:
        """The speaker behind a mention; call in the order of the text, as 'he' is whoever spoke before.

        Args:
            mention: Where the text names the speaker; None gives nobody.
            label: Whether it opens a turn of a transcript, where names may be in capitals.
        """
        if mention is None:
            return _NOBODY
        words = _OPENING.sub("", self._text[slice(*mention)]).strip(" ,;:()*—–-")
        speaker = self._turn(mention, words) if label else self._of(words, mention[0])
        if speaker.person and speaker.named and self._last_person is not None:
            self._people.place(self._last_person, mention[0])
        if speaker.name is not None:
            self._last = speaker
            if not speaker.person and speaker.party:
                self._last_body = speaker.party
                self.bodies.place(speaker.party, mention[0])
        return speaker

    def under_one_name(self, speakers: Sequence[Speaker]) -> list[Speaker]:
        """The speakers, those of one body under its longest name, and people under the party that is known by now."""
        parties = [s.party for s in speakers if s.party]
        people = {p.name: p.party for p in self._people}
        known = one_name([p for p in parties if p not in people])
        known |= {name: known.get(party, party) for name, party in people.items() if party}
        for short, full in known.items():
            self._ties.add(short, full, max(0, self._text.find(short)))
        return [s.under(known[s.party]) if s.party in known else s for s in speakers]

    def _turn(self, mention: Span, words: str) -> Speaker:
        """Who opens a turn: a surname alone is whoever of it has had a turn; what stands in brackets is whom they speak for."""
        if self._cast is None:
            self._cast = Cast(self._text)
        if (told := self._cast.words_for(mention)) is not None:
            return self._of(told, mention[0])
        aside = _ASIDE.match(self._text, mention[1])
        words = cased(words)
        if (known := self._turns.get(words.split()[-1].lower())) is not None and len(words.split()) < 3:
            return self._as_speaker(known)
        speaker = self._of(f"{words}, of {aside[1]}" if aside else words, mention[0])
        if speaker.person and speaker.named and self._last_person is not None:
            self._turns.setdefault(words.partition(",")[0].split()[-1].lower(), self._last_person)
        return speaker

    def _of(self, words: str, at: int) -> Speaker:
        lower = words.lower()
        if lower in names().persons:
            return self._he_or_she("f" if lower == "she" else "m", at)
        if lower in names().things or lower in names().many:
            return self._it_or_they(lower in names().things, at)
        if lower in ("who", "which", "that"):
            return self._before(at)
        if (side := self._side(words, at)) is not None:
            return Speaker(side, side, person=False)
        mention = read_mention(words)
        if mention.name and mention.person:
            return self._as_speaker(self._person(mention, at))
        if mention.name:
            return self._named(mention, at)
        if mention.person:
            return self._by_office(mention, at)
        return self._nameless(mention, at)

    def _he_or_she(self, sex: str, at: int) -> Speaker:
        person = self._people.meant(sex, at)
        if person is not None and not person.named:
            self._people.place(person, at)
        return self._as_speaker(person) if person else _NOBODY

    def _it_or_they(self, one: bool, at: int) -> Speaker:
        body = (self.bodies.meant(at) if one else None) or self._last_body
        if body and (one or self._last is None or self._last.named):
            return Speaker(body, body, person=False)
        return self._last or _NOBODY

    def _before(self, at: int) -> Speaker:
        """Whom 'who' means: the name that ends right before it, or the last speaker."""
        runs = list(NAME.finditer(self._text, max(0, at - _CONTEXT), at))
        if runs and at - runs[-1].end() < 4:
            return self._of(runs[-1].group(), runs[-1].start())
        return self._last or _NOBODY

    def _as_speaker(self, person: Person) -> Speaker:
        self._last_person = person
        if person.party:
            self._last_body = person.party
        return Speaker(person.name, person.party or person.name, True, frozenset(person.roles), person.named)

    def _person(self, mention: Mention, at: int) -> Person:
        """The person of that name, who is new or known; what is learnt of them is kept."""
        name = mention.name or ""
        party = self._owner(mention.owner, at) if mention.owner else self._by_post(mention, at)
        known = self._people.known(mention, at, party if mention.owner else None)
        if known is None:
            known = self._people.add(name, at)
        if len(name.split()) > len(known.name.split()):
            known.name = name
        known.roles |= mention.roles
        known.sex = known.sex or mention.sex
        if party and (known.party is None or party == known.party) and party != known.name:
            known.party = party
            self._ties.add(known.name, party, at)
        return known

    def _by_post(self, mention: Mention, at: int) -> str | None:
        """The body that an office without one belongs to: a mayor's town, a managing director's company."""
        kind = next((names().posts[r] for r in sorted(mention.roles) if r in names().posts), None)
        found = self.bodies.by_noun(kind, at) if kind else None
        if found is None and mention.roles & _IN_HOUSE:
            found = self.bodies.meant(at)
        return self.bodies.state_of(found) or found if found else None

    def _side(self, name: str, at: int) -> str | None:
        """Whom "Vold's campaign", 'the Vold campaign' and 'a Solvo Minerals team' stand for: that person's party, that body."""
        side = _SIDE.fullmatch(_ARTICLE.sub("", name))
        if side is None:
            return None
        if self.bodies.knows(side[1]):
            return self.bodies.state_of(side[1]) or self.bodies.name_of(side[1], at)
        people = [p for p in self._people.family(side[1]) if p.name.endswith(side[1])]
        return people[0].party or people[0].name if len(people) == 1 else None

    def _named(self, mention: Mention, at: int) -> Speaker:
        name = mention.name or ""
        family = self._people.family(name)
        if len(name.split()) == 1 and family and not mention.definite:
            return self._as_speaker(self._people.known(mention, at) or family[0])
        state = self.bodies.state_of(name)
        known = self.bodies.knows(name) or self.bodies.longer(name, at)
        if len(name.split()) == 1 and not (
            state or known or mention.definite or name.isupper() or name.lower() in names().places
        ):
            return self._as_speaker(self._person(replace(mention, person=True), at))
        body = self.bodies.name_of(name, at)
        return Speaker(state or body, state or body, person=False)

    def _by_office(self, mention: Mention, at: int) -> Speaker:
        """'the official', 'the ministry's spokesman', 'a company spokesman': a person of that office, or nobody by name."""
        party = self._owner(mention.owner, at) if mention.owner else None
        nouns = {n for n in mention.roles if n not in names().titles or n in names().roles}
        fits = [p for p in self._people if nouns & p.roles and (party is None or p.party in (None, party))]
        if "official" in nouns and mention.definite and not fits:
            fits = [p for p in self._people if p.party == party and p.roles]
        lately = self._people.nameless(nouns) if mention.definite and not mention.owner else None
        if lately is not None and all(p.at < lately.at for p in fits):
            return self._as_speaker(lately)
        if fits and (mention.definite or (len(fits) == 1 and party is None)):
            before = [p for p in fits if p.at <= at]
            last = self._last_person
            person = last if last in fits else max(before, key=lambda p: p.at) if before else fits[0]
            return self._as_speaker(person)
        if any(mention.words.split(" of ")[0].split(" for ")[0].endswith(f"{noun}s") for noun in nouns):
            return Speaker(mention.words, party or mention.words, person=True, roles=mention.roles, named=False)
        return self._as_speaker(self._people.add_nameless(mention, party, at))

    def _nameless(self, mention: Mention, at: int) -> Speaker:
        """'the company', 'her ministry', 'a report by N', 'two witnesses'."""
        if mention.owner:
            party = self._owner(mention.owner, at)
            own = (
                mention.body
                and not mention.roles & names().sides
                and mention.owner not in ("its", "his", "her", "their", "whose")
            )
            if party and not own:
                body = self.bodies.institution(next(iter(mention.roles)), at) if mention.body else None
                return Speaker(body or party, party, person=False)
        noun = next(iter(mention.roles), "")
        if mention.body and len(mention.words.split()) > 1 and not self.bodies.alike(mention.words):
            self.bodies.note(mention.words, at)
        if (state := self.bodies.state_of(mention.words)) and noun in names().institutions:
            return Speaker(state, state, person=False)
        if mention.definite and not mention.body and (person := self._people.called(noun, at)):
            return self._as_speaker(person)
        if mention.definite or mention.body:
            known = (self.bodies.alike(mention.words) if mention.body else None) or self.bodies.by_noun(noun, at)
            if known and not mention.document:
                known = self.bodies.state_of(known) or known
                self._ties.add(f"the {mention.words}", known, at)
                return Speaker(known, known, person=False)
        return Speaker(mention.words, mention.words or None, person=False, named=mention.body)

    def _owner(self, words: str, at: int) -> str | None:
        """The party that an office belongs to."""
        lower = words.lower()
        if lower in ("its", "their", "whose", "our"):
            return self.bodies.meant(at) or self._last_body
        if lower in ("his", "her"):
            person = self._people.meant("f" if lower == "her" else "m", at)
            return (person.party or person.name) if person else None
        bare = _ARTICLE.sub("", words)
        if (side := self._side(bare, at)) is not None:
            return side
        if lower.startswith(("its ", "their ")) and self._last_body and bare.split()[-1].lower() in names().institutions:
            return self.bodies.by_noun(bare.split()[-1].lower(), at) or self._last_body
        if not any(t[:1].isupper() for t in bare.split()):
            known = self.bodies.by_noun(bare.split()[-1].lower(), at) or bare
            return self.bodies.state_of(known) or known
        family = self._people.family(bare)
        if len(bare.split()) == 1 and family and not self.bodies.knows(bare):
            return family[0].party or family[0].name
        return self.bodies.state_of(bare) or self.bodies.name_of(bare, at)


def _is_named(owner: str | None) -> bool:
    """Whether the words for a body are a name, not 'its', 'the company'."""
    return any(t[:1].isupper() and t.lower() not in DETERMINERS for t in (owner or "").split())
