"""What a text is laid out in: prose and speakers' turns, without the bylines, datelines and times that nobody says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stancecheck.language.quotes import Span
from stancecheck.language.sentences import paragraphs_of

__all__ = ["Block", "blocks_of", "looks_like_transcript"]

_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTHS}\s+\d{{1,2}}|\d{{1,2}}\.?\s+{_MONTHS}|\d{{4}}-\d\d-\d\d|[A-Z][a-z]+day)(?:,?\s+\d{{4}})?"
# 'RIVERTON, 14 May 2031 (Agency) —', 'MOSCOW (Reuters) -', 'QUEBRADA ALTA, Costa Aurea, June 19 (CNA) –'
_DATELINE = re.compile(
    rf"(?:For immediate release[.:]?\s+)?"
    rf"[A-Z][\w.'’-]*(?:[ /][A-Z][\w.'’-]*){{0,4}}(?:,\s+[A-Z][\w.'’ -]{{1,30}}?)?(?:,?\s+{_DATE})?"
    r"(?:\s*\([^()\n]{1,40}\))?\s+[—–-]{1,2}\s+"
)
_OUTLET = re.compile(r"[A-Z][\w.'’]*(?: [A-Z][\w.'’]*){0,4}[-–—] +(?=[A-Z])")  # 'Selmark News- The army ...'
_HEAD = 4  # paragraphs in which bylines stand
_DATED = re.compile(rf"{_DATE}|\([^()\n]{{2,40}}\)|^[A-Z][A-Z.'’ -]{{3,}}")
_BYLINE = re.compile(
    r"(?:(?:Reported |Written |Reporting )?[Bb]y|From)\s+"
    r"(?:our\s+[\w ]{3,40}|[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|and|in|of|for|[a-z]{2,3})){0,8})"
    r"(?:,\s+[\w ’'-]{2,50}){0,2}\.?$"
)
_FURNITURE = re.compile(
    r"(?:read (?:more|also|next|on)|see also|related|photo|picture|image|caption|video|watch|listen|advertisement|share this|"
    r"subscribe|follow us|tags?|topics?|ends?|notes? to editors|contact|press contact|media contact|for immediate release)"
    r"\b\s*[:|]?",
    re.I,
)
_QUOTED_TAIL = re.compile(r"[“\"‘'«]")
_TIME = re.compile(r"(?:\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?|\[?\d\d:\d\d(?::\d\d)?\]?)$", re.I)

_CAPS = r"[A-Z][A-Z.'’-]*[A-Z](?:['’]S)?"
_STAMP = r"(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?[\])]?\s*[-–—]?\s*)?"
_ASIDE = r"(?:\s*[\[(][^\])\n]{1,40}[\])])?"
_LABELS = (
    re.compile(rf"{_STAMP}\*\*(?P<name>[^*:\n]{{1,60}}?){_ASIDE}:?\*\*{_ASIDE}:?\s+"),
    re.compile(rf"{_STAMP}(?P<name>[^\W\d_][^:\n\"“”?!()\[\]]{{0,70}}?){_ASIDE}:\s+(?=\S)"),
    re.compile(rf"{_STAMP}(?P<name>(?:Mr|Mrs|Ms|Dr|Sir|The|Sen|Rep|Senator|Deputy|Lord)\.? {_CAPS}(?: {_CAPS})*){_ASIDE}\.\s+"),
    re.compile(rf"{_STAMP}(?P<name>[QA])\.\s+"),
    re.compile(r"<v(?:\.\w+)? (?P<name>[^>\n]{1,60})>\s*"),
)
_SIGNATURE = re.compile(r"[—–-]{1,2}\s*(?P<name>[A-Z][^\n()@]{1,60}?)\s*\(@\w{1,40}\)")
_CUE_TIMES = re.compile(r"(?:\d\d:)?\d\d:\d\d[.,]\d{3}\s+-->\s+.*$")
_NO_LABEL = re.compile(
    r"(?:https?|note|notes|photo|correction|read more|update|editor'?s note|source|sources|tel|email|contact)$", re.I
)
_MOST_WORDS = 9  # of a label
_LEAST_TURNS = 4
_CLOSES = ".?!…-–—”\"’'»)"  # a line of a turn ends so; one that does not is a heading
_DIRECTION = re.compile(r"[\[(*][^\])\n]*[\])*]\.?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of prose, or a part of a turn.

    Attributes:
        span: What is said there, labels and datelines left out.
        label: The name that opens the turn or stands below a post, for the whole of the turn; None in prose.
        turn: Number of the turn, counted from 0; -1 in prose.
    """

    span: Span
    label: Span | None = None
    turn: int = -1


def blocks_of(text: str, *, transcript: bool | None = None) -> list[Block]:
    """The text in blocks, in order.

    Args:
        text: The text.
        transcript: Whether lines that open with a name are turns; None looks at the text.
    """
    paragraphs = paragraphs_of(text)
    if transcript is None:
        transcript = looks_like_transcript(text)
    return list(_turns(text, paragraphs) if transcript else _prose(text, paragraphs))


def looks_like_transcript(text: str) -> bool:
    """Whether so many lines open with a speaker's name that the text is a transcript, or it has the times of subtitles."""
    lines = paragraphs_of(text)
    if sum(bool(_CUE_TIMES.match(text, *line)) for line in lines[:40]) >= 2:
        return True
    names = [text[slice(*found[0])] for line in lines if (found := _label(text, line))]
    counted = Counter(name.split()[-1].lower() for name in names)
    again = sum(n for n in counted.values() if n > 1)
    return len(names) >= _LEAST_TURNS and len(counted) > 1 and again >= _LEAST_TURNS and again * 3 >= len(lines)


def _turns(text: str, lines: list[Span]) -> Iterator[Block]:
    label: Span | None = None
    turn = -1
    for whole in lines:
        start, end = whole
        line = text[start:end]
        if _CUE_TIMES.match(line) or line.isdigit() or line == "WEBVTT" or _DIRECTION.fullmatch(line):
            continue
        found = _label(text, whole)
        if found is not None:
            label, start = found
            turn += 1
            if start < end and _DIRECTION.fullmatch(text[start:end]):
                continue
        if start < end and (found is not None or line[-1] in _CLOSES):
            yield Block((start, end), label, turn if label else -1)


def _prose(text: str, paragraphs: list[Span]) -> Iterator[Block]:
    for number, paragraph in enumerate(paragraphs):
        start, end = paragraph
        line = text[start:end]
        if _signature(text, paragraph) is not None:
            continue
        signed = _signature(text, paragraphs[number + 1]) if number + 1 < len(paragraphs) else None
        if signed is not None:
            yield Block(paragraph, signed, number)
            continue
        short = len(line) < 160
        if _TIME.fullmatch(line) or (short and number < _HEAD and _BYLINE.fullmatch(line)):
            continue
        if short and (match := _FURNITURE.match(line)):
            if _QUOTED_TAIL.search(line):
                yield Block((start + match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip()), end))
            continue
        if number < _HEAD and (outlet := _OUTLET.match(line)):
            start += outlet.end()
        dateline = _DATELINE.match(line)
        if dateline and _DATED.search(dateline.group()) and len(dateline.group()) < 90:
            start += dateline.end()
        if start < end:
            yield Block((start, end))


def _signature(text: str, line: Span) -> Span | None:
    """The name in '— Tom Olden (@olden) May 12, 2031' below a post."""
    match = _SIGNATURE.match(text, *line)
    return match.span("name") if match else None


def _label(text: str, line: Span) -> tuple[Span, int] | None:
    """Where the speaker's name stands at the start of a line, and where the words begin."""
    for pattern in _LABELS:
        match = pattern.match(text, *line)
        if match and _is_name(match["name"]):
            start, end = match.span("name")
            return (start, end), match.end()
    return None


def _is_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > _MOST_WORDS or _NO_LABEL.match(name):
        return False
    head = [w for w in name.partition(",")[0].split() if w.lower() not in ("of", "for", "the", "de", "van", "von", "and", "al")]
    return bool(head) and all(w[:1].isupper() for w in head)
