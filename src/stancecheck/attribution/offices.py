"""Offices: the words that say what somebody is, and of which body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancecheck.attribution.lexicon import names
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past

__all__ = [
    "CLAUSE",
    "DETERMINERS",
    "LINKS",
    "OWNERS",
    "Office",
    "joined",
    "office_of",
    "owner_after",
    "owner_of",
    "plain_word",
    "role_at",
    "sex_of",
    "singular",
]

DETERMINERS = word_class("speakers", "determiners")
OWNERS = frozenset(("its", "their", "his", "her", "our", "whose"))
LINKS = frozenset(("of", "for", "at", "with", "from", "by", "in", "on"))
CLAUSE = frozenset(("who", "which", "whose", "that", "whom", "where"))
_BEFORE_NAMES = frozenset(("dr", "prof", "professor"))
_LOOSE = word_class("speakers", "loose")
_PARTICLES = word_class("speakers", "particles") | frozenset(("and", "the"))
_LEADS = word_class("speakers", "leads")
_PORTFOLIOS = word_class("speakers", "portfolios")
_FEMALE = frozenset(
    ("mrs", "ms", "miss", "madam", "lady", "sister", "mother", "wife", "daughter", "woman", "widow", "queen", "her", "she")
)
_PAST = frozenset(("former", "retired", "ex", "onetime", "late"))  # who was in office speaks for it no more
_OF_PORTFOLIOS = frozenset(("minister", "member", "secretary", "commissioner"))
_TIMES = frozenset(("time", "moment"))
_REGIONS = frozenset(("western", "eastern", "northern", "southern"))
_MALE = frozenset(("mr", "sir", "lord", "brother", "father", "husband", "son", "man", "king", "his", "he"))


@dataclass(frozen=True, slots=True)
class Office:
    """What somebody is.

    Attributes:
        owner: The words for the body or person spoken for; None where there are none.
        roles: Nouns for the office, in lower case.
        sex: 'f' or 'm' where a word says.
    """

    owner: str | None = None
    roles: frozenset[str] = frozenset()
    sex: str | None = None


def joined(tokens: list[str]) -> str:
    """The tokens as text."""
    return re.sub(r" (['’]s)", r"\1", " ".join(tokens))


def sex_of(tokens: list[str], but: frozenset[str] = frozenset()) -> str | None:
    """'f' or 'm' where one of the words says, those of ``but`` left out."""
    return next((s for t in tokens for s, words in (("f", _FEMALE), ("m", _MALE)) if plain_word(t) in words - but), None)


def role_at(tokens: list[str]) -> int | None:
    """Position of the last word of the first run of office words that no 'of' precedes."""
    found = None
    for i, token in enumerate(tokens):
        lower = plain_word(token)
        if found is not None and (lower in LINKS or (lower == "and" and i + 1 < len(tokens))):
            return found
        if token.endswith(("s'", "s’")):
            continue
        if lower in names().surnames and i and token.istitle() and tokens[i - 1].istitle() and not _is_office(tokens[i - 1]):
            continue  # 'Cormac Dean'
        role = lower in names().roles or lower in names().titles or singular(lower) in names().roles
        if role and not (i + 1 < len(tokens) and tokens[i + 1] in ("'s", "’s") and found is None and not token[:1].islower()):
            if i + 1 < len(tokens) and plain_word(tokens[i + 1]) in names().institutions and tokens[i + 1][:1].isupper():
                continue  # 'the Foreign Ministry', 'Defence Council'
            found = i
    return found


def _is_office(token: str) -> bool:
    return plain_word(token) in names().roles or plain_word(token) in names().titles


def office_of(tokens: list[str]) -> Office:
    """The office and the body in words such as 'the ministry's spokesman', 'who heads planning at the county'."""
    tokens = [t for t in tokens if plain_word(t) not in _BEFORE_NAMES] or tokens
    if not tokens:
        return Office()
    sex = next(
        (s for t in tokens for s, words in (("f", _FEMALE), ("m", _MALE)) if plain_word(t) in words - {"her", "his"}), None
    )
    clause = next((i for i, t in enumerate(tokens) if t.lower() == "who"), None)
    if clause is not None:
        office = office_of(tokens[:clause])
        return Office(office.owner or _led(tokens[clause:]), office.roles or frozenset(("head",)), office.sex or sex)
    role = role_at(tokens)
    if role is None:
        return _by_nouns(tokens, sex)
    if singular(plain_word(tokens[role])) in names().relations or any(plain_word(t) in _PAST for t in tokens[:role]):
        return Office(None, frozenset((singular(plain_word(tokens[role])),)), sex)
    sex = sex or ("f" if tokens[role].lower().endswith("woman") else "m" if tokens[role].lower().endswith("man") else None)
    roles = frozenset(singular(plain_word(t)) for t in tokens[: role + 1] if t.lower() not in DETERMINERS and t[:1].isalpha())
    owner = owner_of(tokens, role) or owner_after(tokens[role + 1 :])
    if owner is not None and roles & _OF_PORTFOLIOS and tokens[role + 1 : role + 2] == ["for"] and not _names_body(owner):
        owner = None  # 'the minister for the coast', 'cabinet member for highways'
    return Office(owner, roles, sex)


def _led(clause: list[str]) -> str | None:
    """The body in 'who heads planning at the county', 'who has led the union since 2022'."""
    leads = next((i for i, t in enumerate(clause) if t.lower() in _LEADS), None)
    if leads is None:
        return None
    links = (i for i in range(leads, len(clause)) if clause[i].lower() in ("at", "for", "of"))
    body = next((i for i in links if not any(t[:1].isupper() for t in clause[leads:i])), leads)
    found = body_phrase(clause[body + 1 :])
    return None if found and singular(plain_word(found.split()[-1])) in names().documents else found


def _by_nouns(tokens: list[str], sex: str | None) -> Office:
    """An apposition without an office: 'a former captain of the guard' has one, 'a trader from Hadl' has none."""
    if tokens[0].lower() in ("of", "for", "at", "from"):
        return Office(body_phrase(tokens[1:]), frozenset(), sex)
    end = next((i for i, t in enumerate(tokens) if t.lower() in ("of", "for", "at", "from", "with")), len(tokens))
    nouns = frozenset(plain_word(t) for t in tokens[:end] if t[:1].islower() and t.lower() not in DETERMINERS)
    if nouns & (names().relations | _PAST):
        return Office(None, nouns, sex)
    if tokens[0].lower() not in OWNERS and not any(t in ("'s", "’s") or t.endswith(("s'", "s’")) for t in tokens[:end]):
        owner = owner_after(tokens[end:])
        at = end < len(tokens) and tokens[end].lower() in ("at", "with") and any(t[:1].isupper() for t in tokens[end:])
        body = owner is not None and any(singular(plain_word(t)) in names().institutions for t in owner.split())
        return Office(owner if at or body else None, nouns, sex)  # 'a Republican businessman', 'a trader from Hadl'
    return Office(owner_of(tokens, len(tokens)), nouns, sex)


def owner_of(tokens: list[str], head: int) -> str | None:
    """The body before the office at ``head``: 'Karvesia's', 'its', 'Water board', 'Environment [Minister]'."""
    own = next(
        (i for i in range(min(head, len(tokens)) - 1, -1, -1) if tokens[i] in ("'s", "’s") or tokens[i].endswith(("s'", "s’"))),
        None,
    )
    if own is not None:
        stop = own if tokens[own] in ("'s", "’s") else own + 1
        return body_phrase(_name_at_end(tokens[:stop]))
    if tokens and tokens[0].lower() in OWNERS:
        return tokens[0].lower()
    before = [
        t
        for t in tokens[:head]
        if plain_word(t) not in _LOOSE and t.lower() not in DETERMINERS and plain_word(t) not in names().titles - _PORTFOLIOS
    ]
    while before and plain_word(before[-1]) in names().roles and plain_word(before[-1]) not in _PORTFOLIOS:
        before.pop()
    office = singular(plain_word(tokens[head])) if head < len(tokens) else ""
    minister = office == "minister" or (office == "secretary" and bool(before) and plain_word(before[-1]) in _PORTFOLIOS)
    if minister and before and (before[-1][:1].isupper() or len(before) > 1 or plain_word(before[-1]) in _PORTFOLIOS):
        return " ".join([*before, "Ministry"])
    if len(before) == 1 and plain_word(before[0]) in _REGIONS:
        return None  # 'a Western diplomat'
    good = before and (any(t[:1].isupper() for t in before) or plain_word(before[-1]) in names().institutions)
    if good:
        return " ".join(before)
    return owner_after(tokens[head + 1 :])


def _name_at_end(tokens: list[str]) -> list[str]:
    """The name at the end of the words: 'Hartwell' in 'last week Hartwell'; all of them where none ends them."""
    start = len(tokens)
    while start and (tokens[start - 1][:1].isupper() or (start < len(tokens) and _goes_on(tokens, start - 1))):
        start -= 1
    return tokens[start:] or tokens


def _goes_on(tokens: list[str], at: int) -> bool:
    """Whether a word without a capital is part of the name that it stands before: 'ministry of', 'van', 'the'."""
    lower = tokens[at].lower()
    return lower in LINKS | _PARTICLES or not lower[:1].isalpha() or tokens[at + 1].lower() in LINKS


def owner_after(tokens: list[str]) -> str | None:
    """The body in 'of the Northern League', 'for the town', after an office or a name."""
    if len(tokens) < 2 or tokens[0].lower() not in ("of", "for", "at", "from", "with", "by"):
        return None
    found = body_phrase(tokens[1:])
    named = found is not None and _names_body(found)
    further = next((i for i in range(2, len(tokens)) if tokens[i].lower() in ("of", "for", "at") and not named), None)
    return owner_after(tokens[further:]) or found if further else found


def _names_body(words: str) -> bool:
    return any(t[:1].isupper() for t in words.split()) or plain_word(words.split()[-1]) in names().institutions


def body_phrase(tokens: list[str]) -> str | None:
    """The words up to a clause, or to a link that no name goes on after; None if they name a time, as in 'at the time'."""
    kept: list[str] = []
    for i, word in enumerate(tokens):
        lower = word.lower()
        before, after = (tokens[j][:1].isupper() if 0 <= j < len(tokens) else False for j in (i - 1, i + 1))
        links = lower in LINKS and i and not (before and (after or lower == "of") and i + 1 < len(tokens))
        verb = word.islower() and before and is_past(lower)
        if verb or lower in CLAUSE or links or lower == "since" or (lower == "and" and not after):
            break
        kept.append(word)
    return None if kept and kept[-1] in _TIMES else joined(kept) or None


def plain_word(token: str) -> str:
    return token.lower().rstrip(".").rstrip("'’")


def singular(word: str) -> str:
    if word.endswith("men"):
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
