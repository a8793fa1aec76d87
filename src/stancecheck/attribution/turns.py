"""What each speaker of a transcript tells in a turn: no questions, no courtesies, nothing of those who only lead the talk."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancecheck.attribution.labels import Label, key_of
from stancecheck.attribution.sentence import Sentence
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span

__all__ = ["Turn", "turns_of"]

_HOSTS = word_class("turns", "hosts")
_PRESIDES = word_class("turns", "presides")
_PRESS = word_class("turns", "press")
_ON_AIR = re.compile(r"\s*[\[(][^\])\n]*\b(?:voice-?over|v/?o|on camera|in studio|to camera|narrat\w+)\b", re.I)
_WELCOME = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day)|welcome|hello|hey|hi|with (?:me|us)|joining (?:me|us)|past (?:\w+))\b", re.I
)
_GREETING = 400  # characters of the first turn in which a host greets
_COURTESIES = word_class("turns", "courtesies")
_GREETS = word_class("turns", "greets")
_AFTER_GREETING = word_class("turns", "after_greeting")
_PROCEDURE = word_class("turns", "procedure")
_FILLERS = frozenset(("and", "but", "well", "oh", "so", "now", "yes", "then"))
_CUT_OFF = ("–", "—", "-", "...", "…")
_TAG = re.compile(
    r",\s+(?i:is|are|was|were|do|does|did|have|has|had|can|could|would|will|should|ca|wo)(?:n['’]t)?"
    r"\s+(?:I|you|he|she|it|we|they|there)\?$"
)
_PUTS = re.compile(
    r"(?:[\w ]{1,20}, )?I(?:['’]m| am)? (?:put|putting|suggest|suggesting)\b(?: it)?(?: to (?:you|the witness))?,? "
    r"(?:that\s+)?(?!to\b)"
)
_NEXT_MATTER = re.compile(
    r"(?:And )?(?:As (?:for|to|regards)|On the (?:first|second|third|other)|Secondly|Thirdly|Second,|Finally,)\b"
)
_LEADING_ASIDE = re.compile(r"^[\[(][^\])\n]*[\])]\s*")
_PLAIN_WORD = re.compile(r"\w[\w'’]*")
_LONG = 10  # words; shorter sentences of whoever presides are about the proceedings
_LONG_TURN = 38  # words
_ONE_MATTER = 28  # words of a long turn that are about one matter
_REFERS = word_class("turns", "refers")
_GOES_ON = frozenset(("and", "but"))
_BACKWARD, _FORWARD = 10, 6
_SHORT = 4
_SEVERAL = 2  # turns


@dataclass(frozen=True, slots=True)
class Turn:
    """What is told in a turn.

    Attributes:
        label: Where the speaker is named.
        parts: What is said, in one or more parts.
        whole: The turn with its label.
    """

    label: Span
    parts: tuple[Span, ...]
    whole: Span


def turns_of(text: str, sentences: Sequence[Sentence]) -> Iterator[Turn]:
    """The turns in which something is told, in order.

    Args:
        text: The text.
        sentences: Its sentences; those of turns have a label.
    """
    turns: dict[int, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        if sentence.block.label is not None:
            turns[sentence.block.turn].append(sentence)
    manners = _manners(text, list(turns.values()))
    for turn in turns.values():
        label = turn[0].block.label or (0, 0)
        told = _told(text, turn, manners[_name(text, turn)])
        whole = min(label[0], turn[0].span[0]), max(label[1], turn[-1].span[1])
        for parts in _matters(text, told, turn):
            yield Turn(label, tuple(parts), whole)


def _name(text: str, turn: Sequence[Sentence]) -> str:
    return key_of(text, Label(turn[0].block.label or (0, 0), 0))


def _manners(text: str, turns: Sequence[Sequence[Sentence]]) -> dict[str, str]:
    """By name: whether a speaker 'hosts', 'presides', 'asks' or 'tells'."""
    spoke, asked, on_air = Counter[str](), Counter[str](), Counter[str]()
    manners: dict[str, str] = {}
    for number, turn in enumerate(turns):
        name, label = _name(text, turn), turn[0].block.label or (0, 0)
        words = {w.strip(".") for w in re.split(r"[\s,]+", text[slice(*label)].lower())}
        spoke[name] += 1
        asked[name] += text[turn[-1].span[1] - 1] == "?" and not _TAG.search(text, *turn[-1].span)
        on_air[name] += bool(_ON_AIR.match(text, label[1]))
        greets = number == 0 and _greets(text, turn)
        if words & _PRESIDES:
            manners.setdefault(name, "presides")
        elif words & _PRESS or _is_press(text, label):
            manners.setdefault(name, "asks for the press")
        elif words & _HOSTS or greets:
            manners.setdefault(name, "hosts")
    for name, n in spoke.items():
        narrates = n > _SEVERAL and on_air[name] * 2 > n
        asks = name in ("q", "question") or (n > 1 and asked[name] * 2 >= n)
        manners.setdefault(name, "hosts" if narrates else "asks" if asks else "tells")
    return manners


def _is_press(text: str, label: Span) -> bool:
    """Whether an analyst or a reporter is named so after the label: 'Osei Barnard - Pallas Brothers - Analyst'."""
    end = text.find("\n", label[1])
    after = text[label[1] : min(end if end >= 0 else len(text), label[1] + 100)]
    return after.startswith((" - ", " – ", " | ", ", ")) and after.split()[-1].lower() in _PRESS


def _greets(text: str, turn: Sequence[Sentence]) -> bool:
    """Whether a first turn welcomes and then asks or brings in others."""
    start = turn[0].span[0]
    asks = any(text[s.span[1] - 1] == "?" for s in turn)
    return asks and bool(_WELCOME.search(text, start, min(start + _GREETING, turn[-1].span[1])))


def _told(text: str, turn: Sequence[Sentence], manner: str) -> list[Sentence]:
    """The sentences of a turn that tell something."""
    if manner == "hosts":
        return []
    told = [s for s in turn if not _asks(text, s) and not _is_procedure(text, s)]
    asked = any(_asks(text, s) for s in turn)
    if manner == "asks for the press":
        return [] if asked or not any(not s.clauses and _length(s) >= _SHORT for s in told) else told
    if manner == "presides":
        told = [s for s in told if s.clauses or (_length(s) >= _LONG and not _addresses(s))]
    elif manner == "asks" and asked:
        told = told if any(s.clauses for s in told) else [s for s in told if _length(s) > _SHORT and not _addresses(s)]
    return told


def _matters(text: str, told: Sequence[Sentence], turn: Sequence[Sentence]) -> Iterator[list[Span]]:
    """What is told, joined where sentences follow one another; another matter, or half of a long turn, is told apart."""
    place = {s.span: i for i, s in enumerate(turn)}
    opens = _openings(text, told)
    parts: list[Span] = []
    for i, sentence in enumerate(told):
        start, end = sentence.span
        if (put := _PUTS.match(text, start, end)) is not None:
            start = put.end()
        if parts and i in opens:
            yield parts
            parts = []
        before = told[i - 1]
        if parts and place[before.span] + 1 == place[sentence.span] and before.block == sentence.block:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    if parts:
        yield parts


def _openings(text: str, told: Sequence[Sentence]) -> set[int]:
    """The sentences with which another matter begins: the text says so, or a long turn refers to nothing before it."""
    lengths = [_length(s) for s in told]
    ends = list(itertools.accumulate(lengths))
    found = {i for i, s in enumerate(told) if i and _NEXT_MATTER.match(text, *s.span)}
    if found or not told or ends[-1] < _LONG_TURN:
        return found
    pieces = max(2, round(ends[-1] / _ONE_MATTER))
    for piece in range(1, pieces):
        ideal, first = ends[-1] * piece / pieces, max(found, default=0) + 1
        costs = [(abs(ends[i - 1] - ideal) + _cost(told[i]), i) for i in range(first, len(told))]
        if costs:
            found.add(min(costs)[1])
    return found


def _cost(sentence: Sentence) -> int:
    """How little a sentence looks like the start of something new, in words that it may be off the middle."""
    first = sentence.words[0].lower.partition("'")[0].partition("’")[0]
    return _BACKWARD if first in _REFERS else -_FORWARD if first in _GOES_ON else 0


def _asks(text: str, sentence: Sentence) -> bool:
    start, end = sentence.span
    return text[end - 1] == "?" and not _TAG.search(text, start, end)


def _addresses(sentence: Sentence) -> bool:
    return any(w.lower.startswith(("you", "we")) for w in sentence.words)


def _length(sentence: Sentence) -> int:
    return sum(w.text[:1].isalnum() or w.quoted for w in sentence.words)


def _is_procedure(text: str, sentence: Sentence) -> bool:
    """Whether a sentence thanks, greets, calls to order or is cut off, and tells nothing."""
    body = _LEADING_ASIDE.sub("", text[slice(*sentence.span)])
    words = [w.lower() for w in _PLAIN_WORD.findall(body)]
    while len(words) > 1 and words[0] in _FILLERS:
        words = words[1:]
    if not words or words == ["no", "comment"]:
        return True
    if len(words) < _SHORT and body.endswith(_CUT_OFF):
        return True
    if words[0] in _GREETS or (words[0] == "good" and words[1:2] and words[1] in _AFTER_GREETING):
        return True
    if words[0] in _COURTESIES and len(words) <= _SHORT:
        return True
    return len(words) <= 2 * _SHORT and (words[-1] == "please" or any(w in _PROCEDURE for w in words))
