"""What the words that name a speaker say: a name, an office, and the body that it is spoken for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancecheck.attribution.lexicon import names
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past

__all__ = ["Mention", "is_body_name", "read_mention", "tokens_of"]

_TOKEN = re.compile(
    r"['’]s(?![^\W_])|[^\W_][\w&]*(?:[.’'-](?!s(?![^\W_]))[^\W_][\w&]*)*(?:(?<=\b\w)\.|(?<=[sS])['’](?=\s))?|,|\(|\)|—|–|&"
)
_DETERMINERS = word_class("speakers", "determiners")
_PARTICLES = word_class("speakers", "particles")
_LOOSE = word_class("speakers", "loose")
_OWNERS = frozenset(("its", "their", "his", "her", "our", "whose"))
_LINKS = frozenset(("of", "for", "at", "with", "from", "by", "in", "on"))
_WHEN = word_class("nouns", "days") | word_class("speakers", "months")
_CLAUSE = frozenset(("who", "which", "whose", "that", "whom", "where"))
_LEADS = word_class("speakers", "leads")
_FEMALE = frozenset(
    ("mrs", "ms", "miss", "madam", "lady", "sister", "mother", "wife", "daughter", "woman", "widow", "queen", "her", "she")
)
_MALE = frozenset(("mr", "sir", "lord", "brother", "father", "husband", "son", "man", "king", "his", "he"))


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
            more = _described(other)
        elif other[0].lower() in _CLAUSE or not any(t[:1].isupper() for t in other):
            continue
        else:
            more = _segment(other)
            if more.name and not more.person and not found.name and found.definite:
                return more  # 'The operator, Solvo Minerals,'
            if not (more.name and more.person and (found.roles or not found.name)):
                continue
        found = _joined(found, more)
    return found


def _segments(tokens: list[str]) -> list[list[str]]:
    """The phrase cut at commas and dashes; what stands in brackets is left out."""
    found: list[list[str]] = [[]]
    depth = 0
    for word in tokens:
        if word in "()":
            depth = max(0, depth + (1 if word == "(" else -1))
        elif word in (",", "—", "–"):
            found.append([])
        elif not depth:
            found[-1].append(word)
    return [s for s in found if s]


def _segment(tokens: list[str]) -> Mention:
    """One segment: '[owner] role Name [of owner]', a name, a body, or a phrase."""
    while len(tokens) > 1 and tokens[0].lower() in _WHEN:
        tokens = tokens[1:]
    definite = tokens[0].lower() in ("the", "this", "that", *_OWNERS)
    cut = next((i for i, t in enumerate(tokens) if t.lower() in _CLAUSE and i), len(tokens))
    head, clause = tokens[:cut], tokens[cut:]
    start, end = _name_in(head)
    before, name, after = head[:start], head[start:end], head[end:]
    sex = next((s for t in before for s, words in (("f", _FEMALE), ("m", _MALE)) if _plain(t) in words), None)
    described = _described(before)
    if name:
        owner = described.owner or _owner_after(after) or _described(clause).owner
        return Mention(" ".join(name), True, owner, described.roles, sex or described.sex, definite, " ".join(name))
    plain = [t for t in head if t.lower() not in _DETERMINERS or t.lower() in _OWNERS]
    own = next((i for i, t in enumerate(head) if t in ("'s", "’s")), 0)
    if own and own + 2 == len(head) and head[-1][:1].isupper() and not is_body_name(head[-1:]):
        return Mention(head[-1], True, _phrase(head[:own]), frozenset(), None, False, head[-1])
    words = re.sub(r" (['’]s)", r"\1", " ".join(head[1:] if head[0].lower() in ("the", "a", "an") else head))
    if _role_at(head) is not None:
        found = _described([*head, *clause])
        return Mention(None, True, found.owner, found.roles, found.sex, definite, words)
    link = next((i for i, t in enumerate(head) if t.lower() in _LINKS and i), len(head))
    noun = _plain(head[link - 1]) if link else ""
    if noun in names().documents or _singular(noun) in names().documents:
        owner = _owner_after(head[link:]) or _owner_of(head, link)
        return Mention(None, False, owner, frozenset((noun,)), None, definite, words, document=True)
    told = plain if len(plain) < len(head) or _plain(plain[0]) in names().countries else plain[1:] or plain
    if any(t[:1].isupper() for t in told):
        return _named_body(plain, head, definite, words)
    body = noun in names().institutions
    return Mention(None, False, _owner_of(head, link), frozenset((noun,)), None, definite, words, body=body)


def _named_body(plain: list[str], head: list[str], definite: bool, words: str) -> Mention:
    """A body by name, 'the daily Kustbladet' by what is capital in it, or somebody of a body: 'residents of Hadl'."""
    if head and _plain(head[0]) in _OWNERS:
        return Mention(None, False, head[0], frozenset((_plain(plain[-1]),)), None, True, words, body=True)
    link = next((i for i, t in enumerate(plain) if t.lower() in _LINKS and i), len(plain))
    people = link == 1 and (_plain(plain[0]) in names().nameless or _singular(_plain(plain[0])) in names().nameless)
    if link and link < len(plain) and (people or not any(t[:1].isupper() for t in plain[:link])):
        body = _plain(plain[link - 1]) in names().institutions
        owner = " ".join(plain[link + 1 :]) if not body else None
        return Mention(
            words if body else None, False, owner, frozenset((_plain(plain[link - 1]),)), None, definite, words, body=body
        )
    first = next((i for i, t in enumerate(plain) if t[:1].isupper()), 0)
    lower = _plain(plain[-1]) if plain[-1][:1].islower() else ""
    if lower and lower not in names().institutions and len(plain) > 1:
        return Mention(None, False, " ".join(plain[first:-1]), frozenset((lower,)), None, definite, words)
    kept = plain[first:]
    return Mention(re.sub(r" (['’]s)", r"\1", " ".join(kept)), False, None, frozenset(), None, definite, words)


def _name_in(tokens: list[str]) -> tuple[int, int]:
    """Where a person's name stands: capitals after the last office or title, or the whole of two to four capitals."""
    role = _role_at(tokens)
    start = _after_nouns(tokens) if role is None else role + 1
    end = start
    while end < len(tokens) and (tokens[end][:1].isupper() or (end > start and tokens[end].lower() in _PARTICLES)):
        end += 1
    run = tokens[start:end]
    if not run or is_body_name(run) or (end < len(tokens) and tokens[end] in ("'s", "’s")):
        return len(tokens), len(tokens)
    alone = role is None and not (2 <= len(run) <= (3 if start else 4) and all(_plain(t) not in names().countries for t in run))
    if alone or (role is None and start == 0 and _plain(tokens[0]) in _DETERMINERS):
        return len(tokens), len(tokens)
    if end < len(tokens) and tokens[end].lower() not in _LINKS and role is None:
        return len(tokens), len(tokens)
    return start, end


def _after_nouns(tokens: list[str]) -> int:
    """Where capitals begin after nouns that say what somebody is: 'map dealer Emil Brand', 'the photographer Noor Bakker'."""
    start = next((i for i, t in enumerate(tokens) if t[:1].isupper() and _plain(t) not in _DETERMINERS), 0)
    nouns = [t for t in tokens[:start] if _plain(t) not in _DETERMINERS]
    body = any(_plain(t) in names().institutions | names().documents for t in nouns)
    return start if nouns and all(t.islower() for t in nouns) and not body and start + 2 <= len(tokens) <= start + 3 else 0


def _role_at(tokens: list[str]) -> int | None:
    """Position of the last word of the first run of office words that no 'of' precedes."""
    found = None
    for i, token in enumerate(tokens):
        lower = _plain(token)
        if lower in _LINKS and found is not None:
            return found
        if token.endswith(("s'", "s’")):
            continue
        if lower in names().surnames and i and token.istitle() and tokens[i - 1].istitle() and not _is_office(tokens[i - 1]):
            continue  # 'Cormac Dean'
        role = lower in names().roles or lower in names().titles or _singular(lower) in names().roles
        if role and not (i + 1 < len(tokens) and tokens[i + 1] in ("'s", "’s") and found is None and not token[:1].islower()):
            if i + 1 < len(tokens) and _plain(tokens[i + 1]) in names().institutions and tokens[i + 1][:1].isupper():
                continue  # 'the Foreign Ministry', 'Defence Council'
            found = i
    return found


def _is_office(token: str) -> bool:
    return _plain(token) in names().roles or _plain(token) in names().titles


def _described(tokens: list[str]) -> Mention:
    """The office and the body in words such as 'the ministry's spokesman', 'who heads planning at the county'."""
    if not tokens:
        return Mention(None, person=False)
    sex = next((s for t in tokens for s, words in (("f", _FEMALE), ("m", _MALE)) if _plain(t) in words - {"her", "his"}), None)
    if tokens[0].lower() == "who":
        leads = next((i for i, t in enumerate(tokens) if t.lower() in _LEADS), None)
        if leads is None:
            return Mention(None, person=False, sex=sex)
        body = next((i for i in range(leads, len(tokens)) if tokens[i].lower() in ("at", "for", "of")), leads)
        return Mention(None, True, _phrase(tokens[body + 1 :]), frozenset(("head",)), sex)
    role = _role_at(tokens)
    if role is None:
        return _described_by_nouns(tokens, sex)
    sex = sex or ("f" if tokens[role].lower().endswith("woman") else "m" if tokens[role].lower().endswith("man") else None)
    roles = frozenset(_singular(_plain(t)) for t in tokens[: role + 1] if t.lower() not in _DETERMINERS and t[:1].isalpha())
    return Mention(None, True, _owner_of(tokens, role) or _owner_after(tokens[role + 1 :]), roles, sex)


def _described_by_nouns(tokens: list[str], sex: str | None) -> Mention:
    """An apposition without an office: 'a former captain of the guard' has one, 'a trader from Hadl' has none."""
    if tokens[0].lower() in ("of", "for", "at", "from"):
        return Mention(None, True, _phrase(tokens[1:]), frozenset(), sex)
    end = next((i for i, t in enumerate(tokens) if t.lower() in ("of", "for", "at", "from")), len(tokens))
    nouns = frozenset(_plain(t) for t in tokens[:end] if t[:1].islower() and t.lower() not in _DETERMINERS)
    return Mention(None, True, _owner_of(tokens, len(tokens)), nouns, sex)


def _owner_of(tokens: list[str], head: int) -> str | None:
    """The body before the office at ``head``: 'Karvesia's', 'its', 'Water board', 'Environment [Minister]'."""
    own = next(
        (i for i in range(min(head, len(tokens)) - 1, -1, -1) if tokens[i] in ("'s", "’s") or tokens[i].endswith(("s'", "s’"))),
        None,
    )
    if own is not None:
        stop = own if tokens[own] in ("'s", "’s") else own + 1
        return _phrase(tokens[:stop])
    if tokens and tokens[0].lower() in _OWNERS:
        return tokens[0].lower()
    before = [
        t
        for t in tokens[:head]
        if _plain(t) not in _LOOSE and t.lower() not in _DETERMINERS and _plain(t) not in names().titles - _PORTFOLIOS
    ]
    while before and _plain(before[-1]) in names().roles and _plain(before[-1]) not in _PORTFOLIOS:
        before.pop()
    office = _singular(_plain(tokens[head])) if head < len(tokens) else ""
    minister = office == "minister" or (office == "secretary" and bool(before) and _plain(before[-1]) in _PORTFOLIOS)
    if minister and before and (before[-1][:1].isupper() or len(before) > 1 or _plain(before[-1]) in _PORTFOLIOS):
        return " ".join([*before, "Ministry"])
    good = before and (any(t[:1].isupper() for t in before) or _plain(before[-1]) in names().institutions)
    if good:
        return " ".join(before)
    return _owner_after(tokens[head + 1 :])


def _owner_after(tokens: list[str]) -> str | None:
    """The body in 'of the Northern League', 'for the town', after an office or a name."""
    if len(tokens) < 2 or tokens[0].lower() not in ("of", "for", "at", "from", "with", "by"):
        return None
    return _phrase(tokens[1:])


def _phrase(tokens: list[str]) -> str | None:
    """The words up to a clause, or to a link that no name goes on after."""
    kept: list[str] = []
    for i, word in enumerate(tokens):
        lower = word.lower()
        before, after = (tokens[j][:1].isupper() if 0 <= j < len(tokens) else False for j in (i - 1, i + 1))
        links = lower in _LINKS and i and not (before and (after or lower == "of") and i + 1 < len(tokens))
        verb = word.islower() and before and is_past(lower)
        if verb or lower in _CLAUSE or links or (lower == "and" and not after):
            break
        kept.append(word)
    return re.sub(r" (['’]s)", r"\1", " ".join(kept)) or None


def _joined(first: Mention, more: Mention) -> Mention:
    owner = first.owner or more.owner
    if first.owner in ("her", "his", "their") and more.owner and "ministry" not in first.words:
        owner = more.owner
    name, person = (first.name, first.person) if first.person and first.name else (more.name, more.person)
    return Mention(name, person, owner, first.roles | more.roles, first.sex or more.sex, first.definite, first.words)


def _plain(token: str) -> str:
    return token.lower().rstrip(".").rstrip("'’")


def _singular(word: str) -> str:
    if word.endswith("men"):
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


_PORTFOLIOS = word_class("speakers", "portfolios")
