"""What the words that name a speaker say: a name, an office, and the body that it is spoken for."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from stancecheck.attribution.lexicon import names
from stancecheck.attribution.offices import (
    CLAUSE,
    DETERMINERS,
    LINKS,
    OWNERS,
    Office,
    joined,
    office_of,
    owner_after,
    owner_of,
    plain_word,
    role_at,
    sex_of,
    singular,
)
from stancecheck.language.classes import word_class

__all__ = ["Mention", "is_body_name", "read_mention", "tokens_of"]

_TOKEN = re.compile(
    r"['’]s(?![^\W_])|[^\W_][\w&]*(?:[.’'-](?!s(?![^\W_]))[^\W_][\w&]*)*(?:(?<=\b\w)\.|(?<=[sS])['’](?=\s))?|,|-(?=\s)|\(|\)|—|–|&"
)
_PARTICLES = word_class("speakers", "particles")
_WHEN = word_class("nouns", "days") | word_class("speakers", "months")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a speaker is called at one place.

    Attributes:
        name: A person's or a body's own name; None for 'the minister', 'a witness'.
        person: Whether the name is a person's, or the words mean one person by office.
        owner: The words for the body or person spoken for ('Karvesia', 'the company', 'its'); None where there are none.
        roles: Nouns for the office, in lower case.
        sex: 'f' or 'm' where a title says.
        definite: Whether it is 'the ...', somebody the text knows.
        words: The phrase without what stands between commas, determiner left out.
        body: Whether it is a body without a name: 'the ministry', 'the company'.
        document: Whether it is something written that speaks: 'a report'.
    """

    name: str | None
    person: bool
    owner: str | None = None
    roles: frozenset[str] = frozenset()
    sex: str | None = None
    definite: bool = False
    words: str = ""
    body: bool = False
    document: bool = False


def tokens_of(text: str) -> list[str]:
    """Words, possessive endings, commas, brackets and dashes."""
    return _TOKEN.findall(text)


def is_body_name(tokens: list[str]) -> bool:
    """Whether a name of these words is a body's: a ministry, company, union, paper."""
    return any(t.lower().rstrip("s") in names().institutions or t.lower() in names().institutions for t in tokens)


def read_mention(text: str) -> Mention:
    """A mention's parts.

    Args:
        text: The words that name the speaker, an apposition between commas included.
    """
    segments = _segments(tokens_of(text))
    if not segments:
        return Mention(None, person=False)
    first = segments[0]
    found = _segment(first)
    for other in segments[1:3]:
        if found.person and found.name:
            found = _in_office(found, office_of(other))
            continue
        if other[0].lower() in CLAUSE or not any(t[:1].isupper() for t in other):
            continue
        more = _segment(other)
        if more.name and not more.person and not found.name and found.definite:
            return more  # 'The operator, Solvo Minerals,'
        if more.name and more.person and (found.roles or not found.name):
            found = replace(
                _in_office(more, Office(_spoken_for(found), found.roles, found.sex)), definite=found.definite, words=found.words
            )
    return found


def _in_office(found: Mention, office: Office) -> Mention:
    """The mention with what an office beside it says; 'her deputy' of a ministry named elsewhere is of that ministry."""
    vague = found.owner in ("her", "his", "their") and office.owner and "ministry" not in found.words
    owner = office.owner if vague else found.owner or office.owner
    return replace(found, owner=owner, roles=found.roles | office.roles, sex=found.sex or office.sex)


def _spoken_for(found: Mention) -> str | None:
    """The owner; none of 'Vold's opponent', who does not speak for Vold."""
    return None if found.roles & names().relations else found.owner


def _segments(tokens: list[str]) -> list[list[str]]:
    """The phrase cut at commas and dashes; what stands in brackets is left out."""
    found: list[list[str]] = [[]]
    depth = 0
    for word in tokens:
        if word in "()":
            depth = max(0, depth + (1 if word == "(" else -1))
        elif word in (",", "—", "–", "-"):
            found.append([])
        elif not depth:
            found[-1].append(word)
    return [s for s in found if s]


def _segment(tokens: list[str]) -> Mention:
    """One segment: '[owner] role Name [of owner]', a name, a body, or a phrase."""
    while len(tokens) > 1 and tokens[0].lower() in _WHEN:
        tokens = tokens[1:]
    definite = tokens[0].lower() in ("the", "this", "that", *OWNERS)
    cut = next((i for i, t in enumerate(tokens) if t.lower() in CLAUSE and i), len(tokens))
    head, clause = tokens[:cut], tokens[cut:]
    start, end = _name_in(head)
    before, name, after = head[:start], head[start:end], head[end:]
    sex = sex_of(before)
    described = office_of(before)
    if name:
        owner = described.owner or owner_after(after) or office_of(clause).owner
        return Mention(" ".join(name), True, owner, described.roles, sex or described.sex, definite, " ".join(name))
    plain = [t for t in head if t.lower() not in DETERMINERS or t.lower() in OWNERS]
    own = next((i for i, t in enumerate(head) if t in ("'s", "’s")), 0)
    if own and own + 2 == len(head) and head[-1][:1].isupper() and not is_body_name(head[-1:]):
        return Mention(head[-1], True, joined(head[:own]), frozenset(), None, False, head[-1])
    words = joined(head[1:] if head[0].lower() in ("the", "a", "an") else head)
    if role_at(head) is not None:
        found = office_of([*head, *clause])
        return Mention(None, True, found.owner, found.roles, found.sex, definite, words)
    link = next((i for i, t in enumerate(head) if t.lower() in LINKS and i), len(head))
    noun = plain_word(head[link - 1]) if link else ""
    written = next((i for i, t in enumerate(head[:link]) if t.islower() and {t, singular(t)} & names().documents), None)
    if written is not None:
        noun = plain_word(head[written])
        owner = _author(head[written + 1 :]) or owner_of(head, written)
        return Mention(None, False, owner, frozenset((noun,)), None, definite, words, document=True)
    named = plain if len(plain) < len(head) or plain_word(plain[0]) in names().countries else plain[1:] or plain
    if any(t[:1].isupper() for t in named):
        return _named_body(plain, head, definite, words)
    body = noun in names().institutions
    owner = None if singular(noun) in names().relations else owner_of(head, link)
    return Mention(None, False, owner, frozenset((noun,)), None, definite, words, body=body)


def _author(tokens: list[str]) -> str | None:
    """The body in 'filed by the Security Service in May', 'of the agency': no date, nor what the document is about."""
    for link in ("by", "of", "from", "at"):
        at = next((i for i, t in enumerate(tokens) if t.lower() == link), None)
        found = owner_after(tokens[at:]) if at is not None else None
        if found and not any(t.isdigit() or t.lower() in _WHEN for t in found.split()):
            return found
    return None


def _named_body(plain: list[str], head: list[str], definite: bool, words: str) -> Mention:
    """A body by name, 'the daily Kustbladet' by what is capital in it, or somebody of a body: 'residents of Hadl'."""
    if (
        head
        and plain_word(head[0]) in OWNERS
        and len(head) > 2
        and head[1].islower()
        and all(t[:1].isupper() for t in head[2:])
    ):
        return _named_body(head[2:], head[2:], definite, " ".join(head[2:]))  # 'our competitor Ostnet'
    if head and plain_word(head[0]) in OWNERS:
        other = joined([t for t in plain if t[:1].isupper() and plain_word(t) not in OWNERS])
        if plain_word(plain[-1]) in names().relations:
            return Mention(None, False, other or None, frozenset((plain_word(plain[-1]),)), None, True, words)
        return Mention(None, False, head[0], frozenset((plain_word(plain[-1]),)), None, True, words, body=True)
    link = next((i for i, t in enumerate(plain) if t.lower() in LINKS and i), len(plain))
    people = link == 1 and (plain_word(plain[0]) in names().nameless or singular(plain_word(plain[0])) in names().nameless)
    if link and link < len(plain) and (people or not any(t[:1].isupper() for t in plain[:link])):
        body = plain_word(plain[link - 1]) in names().institutions
        owner = " ".join(plain[link + 1 :]) if not body else None
        return Mention(
            words if body else None, False, owner, frozenset((plain_word(plain[link - 1]),)), None, definite, words, body=body
        )
    first = next((i for i, t in enumerate(plain) if t[:1].isupper()), 0)
    lower = plain_word(plain[-1]) if plain[-1][:1].islower() else ""
    if lower and lower not in names().institutions and len(plain) > 1:
        return Mention(None, False, " ".join(plain[first:-1]), frozenset((lower,)), None, definite, words)
    kept = plain[first:]
    return Mention(joined(kept), False, None, frozenset(), None, definite, words)


def _name_in(tokens: list[str]) -> tuple[int, int]:
    """Where a person's name stands: capitals after the last office or title, or the whole of two to four capitals."""
    role = role_at(tokens)
    start = _after_nouns(tokens) if role is None else role + 1
    end = start
    while end < len(tokens) and (tokens[end][:1].isupper() or (end > start and tokens[end].lower() in _PARTICLES)):
        end += 1
    run = tokens[start:end]
    of_body = role is not None and any(
        plain_word(t) in names().institutions and u.lower() == "of" for t, u in itertools.pairwise(tokens[: role + 1])
    )  # 'the Ministry of Foreign Affairs'
    if not run or of_body or is_body_name(run) or (end < len(tokens) and tokens[end] in ("'s", "’s")):
        return len(tokens), len(tokens)
    alone = role is None and not (
        2 <= len(run) <= (3 if start else 4) and all(plain_word(t) not in names().countries for t in run)
    )
    if alone or (role is None and start == 0 and plain_word(tokens[0]) in DETERMINERS):
        return len(tokens), len(tokens)
    if end < len(tokens) and tokens[end].lower() not in LINKS and role is None:
        return len(tokens), len(tokens)
    return start, end


def _after_nouns(tokens: list[str]) -> int:
    """Where capitals begin after nouns that say what somebody is: 'map dealer Emil Brand', 'the photographer Noor Bakker'."""
    start = next((i for i, t in enumerate(tokens) if t[:1].isupper() and plain_word(t) not in DETERMINERS), 0)
    nouns = [t for t in tokens[:start] if plain_word(t) not in DETERMINERS]
    body = any(plain_word(t) in names().institutions | names().documents for t in nouns)
    return start if nouns and all(t.islower() for t in nouns) and not body and start + 2 <= len(tokens) <= start + 3 else 0
