"""The names that a text holds, read once: bodies, and people with the offices that stand beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.mentions import Mention, is_body_name, read_mention
from stancecheck.language.classes import word_class

__all__ = ["NAME", "Run", "cased", "named_in", "runs_of"]

_TITLES = "Dr Mr Mrs Ms Gen Lt Col Maj Capt Sgt Adm St Prof Sen Rep Gov Rev".replace(" ", "|")
_CAPITAL = rf"(?:(?:{_TITLES})\.|[A-Z]\.|[^\W\d_a-z][\w&]*(?:[.’'-](?!s\b)\w+)*(?:(?<=s)['’](?= [A-Z]))?)"
NAME = re.compile(rf"{_CAPITAL}(?: (?:(?:of|for|de|van|von|der|the|and|al|la|du|&) ){{0,2}}{_CAPITAL})*")
_CONTEXT = 90  # characters beside a name in which its office is looked for
_STOPS = word_class("nouns", "stops") | word_class("nouns", "prepositions") - {"of"} | frozenset(("and", "or", "who", "which"))
_FIRST = word_class("speakers", "openings") | word_class("speakers", "months") | frozenset(("from", "our", "my"))
_DETERMINERS = word_class("speakers", "determiners")
_PRONOUNS = word_class("nouns", "pronouns")
_KIND_BEFORE = re.compile(
    r"\b(company|firm|operator|maker|manufacturer|insurer|newspaper|daily|weekly|charity|airline|bank|contractor|group),? $"
)


_IS = re.compile(
    r"(?:, (?:aged )?\d\d,)? (?:is|was|has been|became) (?:(?:also|now) )?((?:(?:the|a|an) )?[^,.;:!?\n“”\"()]{4,80})"
    r"| \(([A-Z][^()\n]{2,60})\)"
)


_PERSON_FOLLOWS = re.compile(
    r", (?:who|whose|\d\d,)"
    r"|[^.;:!?\n“”\"]{0,80}(?:[.,;] ?[“”\"]?[^.;:!?\n“”\"A-Z]{0,40})?\b(?i:he|she|his|her|him|herself|himself)\b"
)
_THING_FOLLOWS = re.compile(
    r", which|, an? (?:[\w’'-]+ )?(?:group|company|firm|charity|agency)|[^.;:!?\n“”\"]{1,80}\b(?:its|itself)\b"
)
_DATELINE = re.compile(r"[A-Z .’'-]+(?:, [^\n—–]{2,40}?)?(?: \([^)\n]*\))? ?(?:—|–|--?) ")


@dataclass(frozen=True, slots=True)
class Run:
    """Words with capitals that follow one another."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A body by name, or a person with what is said of them.

    Attributes:
        at: Where.
        body: The body's name.
        kind: The noun before it that says what it is: 'the company Solvo'.
        person: What stands beside a person's name.
    """

    at: int
    body: str = ""
    kind: str = ""
    person: Mention | None = None


def runs_of(text: str) -> list[Run]:
    """The names of a text, determiners alone left out."""
    return [Run(m.start(), m.group()) for m in NAME.finditer(text) if m.group().lower() not in _DETERMINERS]


def named_in(text: str, runs: Sequence[Run]) -> Iterator[Named]:
    """The bodies and people that the runs name."""
    counted = Counter(_first_name(run.text.rstrip(".").split()) for run in runs)
    for run in runs:
        if run.text.isupper() and _DATELINE.match(text, run.at) and text[: run.at][-1:] in ("", "\n"):
            continue
        words = [t for t in run.text.split() if t.lower() not in _DETERMINERS]
        while words and words[0].lower() in _STOPS | _FIRST:
            words.pop(0)
        person = bool(words) and _has_office(words[:1]) and not is_body_name(words[1:2])
        if "of" in words[2:4] and not is_body_name(words[: words.index("of")]):
            words = words[: words.index("of")]
            person = True
        kind = _KIND_BEFORE.search(text, max(0, run.at - 24), run.at)
        if len(words) > 1 and (is_body_name(words) or kind) and not person:
            yield Named(run.at, " ".join(words), kind[1] if kind else "")
        elif words and _is_thing(text, run, words):
            yield Named(run.at, " ".join(words))
        elif len(words) > 1:
            start = text.find(words[0], run.at)
            if (mention := _person(text, start, start + len(" ".join(words)), counted)) is not None:
                yield Named(start, person=mention)
        elif words and kind and words[0].lower() not in _PRONOUNS:
            yield Named(run.at, words[0], kind[1])


def _first_name(words: Sequence[str]) -> str:
    """The first word that is no title: 'Vold' of 'Mr. Vold'."""
    return next((w for w in words if w.strip(".").lower() not in names().titles), words[0])


def _person(text: str, start: int, end: int, counted: Counter[str]) -> Mention | None:
    """A name with an office before it or between commas after it, or whose surname stands alone elsewhere."""
    name = cased(text[start:end])
    line = text.rfind("\n", 0, start) + 1
    before = _office_before(text[max(line, start - _CONTEXT) : start])
    after = re.match(r",? (?:[^,.;:!?\n“”\"()]|(?<=\b\w)\.){3,90}(?=[,.;:!?\n—–(])", text[end : end + _CONTEXT + 10])
    description = after.group().lstrip(", ") if after and after.group().startswith((", ", " of ")) else ""
    if (is_ := _IS.match(text, end)) is not None:
        description = is_[1] or is_[2]
    if not description.startswith(("a ", "an ", "the ", "who ", "its ", "his ", "her ", "of ")) and not _has_office(
        description.split()[:4]
    ):
        description = ""
    alone = counted.get(name.split()[-1], 0) > 0 and counted[name.split()[0]] <= counted[name.split()[-1]] + 3
    if not (_has_office(before.split()) or description or _has_office(name.split()) or alone):
        return Mention(name, person=True) if _acts(text, name, start, end) else None
    mention = read_mention(f"{before.strip()} {name}, {description}".strip(" ,"))
    if not (mention.name and mention.person and len(mention.name.split()) > 1 and (mention.roles or mention.owner or alone)):
        return None
    if counted[name.split()[0]] > counted.get(name.split()[-1], 0) + 3:
        return None
    return mention


def _acts(text: str, name: str, start: int, end: int) -> bool:
    """Whether a name of two or three words that no office stands beside is a person's: a 'she' or 'who' soon follows."""
    words = name.lower().split()
    strange = {*words} & (names().countries.keys() | names().places | names().documents | _DETERMINERS | _FIRST | _STOPS)
    if not 2 <= len(words) <= 3 or strange or text[start:end].isupper() or not all(w[:1].isalpha() for w in words):
        return False
    led = text[max(0, start - 5) : start].split()[-1:]
    return led not in (["the"], ["The"], ["a"]) and _PERSON_FOLLOWS.match(text, end) is not None


def _is_thing(text: str, run: Run, words: Sequence[str]) -> bool:
    """Whether a name that opens a sentence and is nobody's office is a body's: 'which' or 'its' soon follows."""
    opens = text[max(0, run.at - 3) : run.at].strip(' \t“"')[-1:] in ("", "\n", ".", "?", "!")
    plain = all(w[:1].isalpha() and len(w) > 1 for w in words) and not _has_office(words)
    common = _STOPS | _FIRST | _PRONOUNS | _DETERMINERS | names().nameless | names().institutions
    lone = len(words) > 1 or words[0].lower() not in common
    end = run.at + len(run.text)
    return opens and plain and lone and _THING_FOLLOWS.match(text, end) is not None and not _PERSON_FOLLOWS.match(text, end)


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
        bent = word.endswith(("ing", "ed")) and tokens[at - 1].islower() and word not in names().roles | {"united"}
        if comma or verb or loose_of or word in _STOPS or bent:
            break
        at -= 1
        if word in ("the", "a", "an", "its", "his", "her", "their", "our"):
            break
    return " ".join(tokens[at:])


def cased(name: str, *, shortest: int = 3) -> str:
    """A name in capitals, 'MAYOR IDA OLDEN', as it is written elsewhere; words with fewer letters may be initials."""
    return re.sub(r"[^\W\d_]+", lambda m: m[0].title() if m[0].isupper() and len(m[0]) >= shortest else m[0], name)


def _has_office(words: Sequence[str]) -> bool:
    return any(w.lower().strip(".,") in names().roles or w.lower().strip(".,") in names().titles for w in words)
