"""What a text is laid out in: prose and speakers' turns, without the bylines, datelines and times that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancecheck.attribution.labels import are_turns, is_heading, labels_of
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

_SIGNATURE = re.compile(r"[—–-]{1,2}\s*(?P<name>[A-Z][^\n()@]{1,60}?)\s*\(@\w{1,40}\)")
_CUE_TIMES = re.compile(r"(?:\d\d:)?\d\d:\d\d[.,]\d{3}\s+-->\s+.*$")
_LEAST_CUES = 2
_NOTED = ("From:", "Reply", "Answer (", "Response (")
_QUOTE_MARKS = "\"“„«‘'"
_ROSTER = re.compile(r"[A-Z][\w’' -]{1,50}:")  # 'Members present: ...' before, between and after the turns
# What ends a turn: the time, a witness who comes or goes.
_BREAK = re.compile(
    r"[\[(][^\])\n]*(?:\d\d?[.:]\d\d|\b(?:sworn|affirmed|withdrew|adjourned|resumed|suspended|ended|closed|break|called))\b"
)
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
    return _has_cue_times(text, lines) or are_turns(
        text, labels_of(text, lines), len(lines) - sum(_is_aside(text, line) for line in lines)
    )


def _is_aside(text: str, line: Span) -> bool:
    return is_heading(text, line) or bool(_DIRECTION.fullmatch(text, *line))


def _has_cue_times(text: str, lines: list[Span]) -> bool:
    return sum(bool(_CUE_TIMES.match(text, *line)) for line in lines[:40]) >= _LEAST_CUES


def _turns(text: str, lines: list[Span]) -> Iterator[Block]:
    label: Span | None = None
    turn = -1
    noted = False
    subtitles = _has_cue_times(text, lines)
    labels = labels_of(text, lines)
    for number, (first, end) in enumerate(lines):
        start, line = first, text[first:end]
        if _CUE_TIMES.match(line) or line.isdigit() or line == "WEBVTT":
            continue
        if (found := labels.get(number)) is not None:
            noted = line.startswith(_NOTED)
            label, start = found.name, found.start
            turn += 1
        elif noted and line[0] not in _QUOTE_MARKS:
            label = None  # notes of a meeting tell in their own words what was said
        elif not subtitles and ((is_heading(text, (first, end)) and not _DIRECTION.fullmatch(line)) or _BREAK.match(line)):
            label = None
            continue
        if start < end and not _DIRECTION.fullmatch(text[start:end]) and not (label is None and _ROSTER.match(line)):
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
