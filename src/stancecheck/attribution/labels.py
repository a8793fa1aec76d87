"""Where the turns of a transcript open: lines that begin with a speaker's name, in whatever form the text writes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span

__all__ = ["Label", "are_turns", "is_heading", "key_of", "labels_of"]

_DAY = r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},?\s+)?"
_STAMP = (
    rf"(?:[\[(]?{_DAY}(?:T\s?)?[+-]?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:[.,:]\d+)?"
    r"(?:\s?(?:[apAP]\.?[mM]\.?|Z|UTC|GMT|hrs?))?[\])]?|[\[(][^\])\n]{0,30}\d[^\])\n]{0,30}[\])])"
)
_LEAD = (
    r"(?:[|>•#-]{1,3}\s*)?(?:Q?\d{1,4}[.)]?\s+(?=\D))?"
    rf"(?:{_STAMP}\s*(?:(?:[-–—|]|-->)\s*)?){{0,2}}(?:[|>•-]{{1,2}}\s+)?[*_]{{0,3}}"
)
_ASIDE = r"[*_]{0,3}(?:\s*[\[(][^\])\n]{1,160}[\])]){0,3}[*_]{0,3}"
_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_CAPS = rf"(?:Mc|Mac|O['’]|D['’])?{_UPPER}(?:{_UPPER}|[.'’-])*{_UPPER}(?:['’]S)?"
_TITLE = r"(?i:Mr|Mrs|Ms|Miss|Dr|Sir|The|Sen|Rep|Senator|Deputy|Lord|Lady|Judge|Justice|Prof|Mayor|Mme|M)"
_SURE = (
    re.compile(r"From:\s+(?P<name>[A-Z][^\n:]{2,120})$|(?:Reply|Answer|Response)\s+\((?P<other>[A-Z][^()\n]{2,80})\):\s+"),
    re.compile(
        rf"(?:Q?\d{{1,4}}[.)]?\s+)?(?:{_STAMP}\s+)?[*_]{{0,3}}(?P<name>[QA]|Question|Answer)(?:\s?\d{{1,3}})?[*_]{{0,3}}"
        r"(?:[.:)][*_]{0,3}\s*(?:[—–-]+\s*)?|\s*[—–|]\s*|\s-\s|\t\s*|\s\s+)(?=\S)"
    ),
    re.compile(
        rf"{_LEAD}(?P<name>[^\W\d_][^:\n\"“”?!()\[\]|*]{{0,80}}?){_ASIDE}(?:,[^:\n]{{2,60}})?:[*_]{{0,3}}(?:\s+(?=\S)|(?<=[^\W\d_a-z]:)(?=[A-Z“\"]))"
    ),
    re.compile(rf"{_LEAD}(?<=\*\*)(?P<name>[^*:\n]{{1,80}}?){_ASIDE}(?<=[*)])\s+(?:[—–-]\s+)?(?=[A-Z“\"])"),
    re.compile(
        rf"{_LEAD}(?P<name>{_TITLE}\.? {_CAPS}(?: {_CAPS})*(?: of [A-Z]\w+(?: [A-Z]\w+)?)?){_ASIDE}\.(?:\s*[—–-]+\s*|\s+)(?=\S)"
    ),
    re.compile(r"<v(?:\.\w+)? (?P<name>[^>\n]{1,60})>\s*"),
)
_WORD = rf"{_UPPER}[\w.'’-]{{0,30}}"
_NAME = rf"(?P<name>{_WORD}(?: (?:(?:of|the|de|van|von|for) )?(?:{_WORD}|\d{{1,2}}\b)){{0,5}}?)"
_REPEATED = (  # forms that other lines can have by chance: labels only where the same names return
    re.compile(rf"{_LEAD}{_NAME}{_ASIDE}\s*(?:—\s*|(?:\s[–-]{{1,2}}|//?|=>?|»|→|>{{1,2}}|;|~)\s+)(?=\S)"),
    re.compile(rf"{_LEAD}{_NAME}{_ASIDE}\s*\|\s*(?=\S)"),
    re.compile(rf"{_LEAD}{_NAME}{_ASIDE}(?:\t\s*|\s\s+)(?=\S)"),
    re.compile(rf"{_LEAD}(?P<name>[QA])\s+(?=[A-Z\d“\"‘'])"),
    re.compile(rf"{_LEAD}(?P<name>{_CAPS}(?: {_CAPS})*)\s*[\[(][^\])\n]{{1,90}}[\])]\s+(?=[A-Z“\"])"),
    re.compile(rf"{_LEAD}[\[<({{]{_NAME}[\]>)}}]:?\s+(?=\S)"),
    re.compile(rf"{_LEAD}{_NAME}{_ASIDE},?\s+{_STAMP}\s*[:|–—-]?\s+(?=\S)"),
    re.compile(
        rf"{_LEAD}(?P<name>(?:{_TITLE}\.? )?{_CAPS}(?: {_CAPS})*|{_TITLE}\.? {_WORD}(?: {_WORD})?){_ASIDE}"
        r"\.(?:\s*[—–-]+\s*|\s+)(?=\S)"
    ),
    re.compile(rf"{_LEAD}(?P<name>[A-Z](?:\.?[A-Z]){{0,3}}){_ASIDE}(?:[.)]\s*[—–-]*|\s+[—–-]+)\s+(?=\S)"),
    re.compile(rf"{_LEAD}<?(?P<name>@?[a-z][\w.-]{{1,20}}(?: [a-z]{{1,20}}| \d{{1,2}})?)>?{_ASIDE}:?(?<=[:>])\s+(?=\S)"),
)
_ALONE = re.compile(rf"{_LEAD}{_NAME}{_ASIDE}(?: [-–—|] [^\n]{{2,80}}|,? {{1,3}}{_STAMP})?:?[*_]{{0,3}}$")
_LONG_LINE = 60  # characters; a longer line under a name is speech that goes on in the next
_NAME_ALONE = re.compile(
    r"(?:[A-Z][\w’'-]*\.? ){1,4}[A-Z][\w’'-]*(?:,[^.?!\n]*[^.?!\n”\"]|\s*\([^()\n]*\))?$"
)  # 'Presenter: Ida Olden' names somebody; nobody speaks
_MOST_WORDS = 9  # of a label
_LEAST_TURNS = 4
_SEVERAL = 2  # turns
_NO_LABEL = word_class("labels", "no_label")
_SMALL = word_class("labels", "small")
_MONTHS = word_class("speakers", "months")
_AFTER_NAME = word_class("labels", "after_name")
_DIGITS = frozenset("#0123456789")
_QUOTES = frozenset("\"“„«‘'")
_CLOSES = frozenset(".?!…-–—”\"’'»")  # a line of a turn ends so; one that does not is a heading
_ASIDES_AT_END = re.compile(r"(?:\s*[\[(][^\])\n]{1,60}[\])]\.?)+$")


@dataclass(frozen=True, slots=True)
class Label:
    """How a line names its speaker.

    Attributes:
        name: Where the words that name the speaker stand.
        start: Where what is said begins.
    """

    name: Span
    start: int


def labels_of(text: str, lines: Sequence[Span]) -> dict[int, Label]:
    """The labels of a text, by number of the line.

    Args:
        text: The text.
        lines: Its lines, blanks around them left out.
    """
    found: dict[int, Label] = {}
    for i, line in enumerate(lines):
        made = next((label for pattern in _SURE if (label := _label(text, line, pattern)) is not None), None)
        if made is not None:
            found[i] = made
    headings = {i: x for i, y in enumerate(lines) if is_heading(text, y) and (x := _label(text, y, _ALONE)) is not None}
    alone = {i: x for i, x in headings.items() if key_of(text, x) not in _MONTHS}
    last = len(lines) - 1
    speaks = {i: x for i, x in alone.items() if i < last and i + 1 not in alone and not _stands_alone(text, lines[i + 1])}
    again = Counter(key_of(text, x) for x in speaks.values())
    _add(text, lines, found, {i: x for i, x in speaks.items() if again[key_of(text, x)] > 1 or " - " in text[slice(*lines[i])]})
    others = [(i, line) for i, line in enumerate(lines) if i not in alone]
    for pattern in _REPEATED:
        _add(text, lines, found, {i: x for i, line in others if (x := _label(text, line, pattern, sure=False)) is not None})
    return found


def _add(text: str, lines: Sequence[Span], found: dict[int, Label], more: Mapping[int, Label]) -> None:
    """Add labels of another form if these are the turns, or those of speakers who have turns already."""
    new = {i: label for i, label in more.items() if i not in found}
    if are_turns(text, new, len(lines) if not found else 2 * len(new)):
        found.update(new)
    elif are_turns(text, found, len(lines)):
        known = Counter(key_of(text, label) for label in (*found.values(), *new.values()))
        found.update({i: x for i, x in new.items() if known[key_of(text, x)] > _SEVERAL})


def are_turns(text: str, found: Mapping[int, Label], lines: int) -> bool:
    """Whether labels are so many, and return so often, that they are the turns of a transcript of so many lines."""
    if len(found) < _LEAST_TURNS:
        return False
    counted = Counter(key_of(text, label) for label in found.values())
    again = sum(n for n in counted.values() if n > 1)
    full = sum(_is_full(text, label) for label in found.values())
    return len(counted) > 1 and ((again >= _LEAST_TURNS and again * 3 >= lines) or (full >= _LEAST_TURNS and full * 2 >= lines))


def key_of(text: str, label: Label) -> str:
    """The last word of the name, in lower case."""
    words = text[slice(*label.name)].partition(",")[0].partition(" - ")[0].lower().split()
    while len(words) > 1 and words[-1] in _AFTER_NAME:
        words.pop()
    return words[-1].strip(".*_")


def _is_full(text: str, label: Label) -> bool:
    """Whether the name is in capitals or has several words, and no quotation follows it, as in a release."""
    name = text[slice(*label.name)]
    return (name.isupper() or len(name.split()) > 1) and text[label.start : label.start + 1] not in _QUOTES


def is_heading(text: str, line: Span) -> bool:
    """Whether a line ends without a mark, asides in brackets left out: nobody says it."""
    body = _ASIDES_AT_END.sub("", text[slice(*line)])
    return not body or body[-1] not in _CLOSES


def _stands_alone(text: str, line: Span) -> bool:
    return is_heading(text, line) and line[1] - line[0] < _LONG_LINE


def _label(text: str, line: Span, pattern: re.Pattern[str], *, sure: bool = True) -> Label | None:
    match = pattern.match(text, *line)
    if match is None:
        return None
    group = "name" if match.group("name") else "other"
    if not _is_name(match[group], small=not sure) or _NAME_ALONE.match(text, match.end(), line[1]):
        return None
    return Label(match.span(group), match.end())


def _is_name(name: str, *, small: bool) -> bool:
    """Whether words can name a speaker.

    Args:
        name: The words.
        small: Whether they may be in small letters.
    """
    words = name.split()
    if not words or len(words) > _MOST_WORDS + 6 * ("," in name) or words[0].lower() in _NO_LABEL or name.lower() in _NO_LABEL:
        return False
    head = [w for w in name.partition(",")[0].split() if w.lower() not in _SMALL and w not in "&/"]
    return 0 < len(head) <= _MOST_WORDS and all(w[:1].isupper() or w[:1] in _DIGITS or small for w in head)
