"""A report as Markdown, for an editor's notes."""

from __future__ import annotations

import re

from stancecheck.data.statements import Statement
from stancecheck.judging.judge import Judgement
from stancecheck.report.disputes import Dispute
from stancecheck.report.render.clean import clean
from stancecheck.report.render.view import (
    LABELS,
    READING_ORDER,
    SYMBOLS,
    ReportView,
    party_label,
    percent,
    who_and_when,
)
from stancecheck.report.render.words import caution_words, doubt_words, kind_words
from stancecheck.stance import Stance

__all__ = ["to_markdown"]

_MARKUP = re.compile(r"([\\`*_\[\]<>|~#&])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")
_ADDRESS = re.compile(r"https?://[^\s<>()]+", re.IGNORECASE)


def to_markdown(view: ReportView) -> str:
    """The disputes with every party's version, then the agreements; unrelated pairs are counted only.

    Args:
        view: What to show.
    """
    lines = [f"# {_plain(view.title)}", "", _counted(view), ""]
    if view.disputes:
        lines += ["## Contradictions", ""]
    for number, dispute in enumerate(view.disputes, start=1):
        lines += _dispute(dispute, number)
    if not view.disputes and view.judgements:
        lines += [f"{view.none_found()}. Nearest to one, for a person to look at:", ""]
    for judgement in view.nearest():
        lines += _pair(judgement)
    agreements = [j for j in view.in_reading_order() if j.stance is Stance.AGREE]
    if agreements:
        lines += ["## Agreements", ""]
    for judgement in agreements:
        lines += _pair(judgement)
    if view.notes:
        lines += ["## How this was made", "", *(f"- {_plain(note)}" for note in view.notes), ""]
    return "\n".join(lines).rstrip() + "\n"


def _counted(view: ReportView) -> str:
    counts = ", ".join(f"{SYMBOLS[s]} {view.count(s):,} {LABELS[s].lower()}" for s in READING_ORDER)
    judged = view.count_of_pairs() if view.pairs_considered else "pairs judged"
    return f"{view.count_of_disputes()}; {counts}; {judged}" + (f" by {_plain(view.model)}." if view.model else ".")


def _dispute(dispute: Dispute, number: int) -> list[str]:
    about = "doubted, no contradiction in words" if dispute.is_doubt else percent(dispute.confidence)
    lines = [f"### {number}. {' / '.join(_plain(party_label(p)) for p in dispute.parties)} ({about})", ""]
    for party, statements in dispute.versions.items():
        lines += [f"- **{_plain(party_label(party))}**", *(line for statement in statements for line in _quoted(statement))]
    lines.append("")
    for pair in dispute.pairs:
        remarks = [percent(pair.confidence), _plain(doubt_words(pair) or kind_words(pair))]
        remarks += [_plain(f"read with care: {reason}") for reason in caution_words(pair)]
        ends = " ≠ ".join(_plain(s.id or f"{clean(s.text)[:40]}…") for s in (pair.a, pair.b))
        lines.append(f"- {ends}: {'; '.join(filter(None, [*remarks, _mark(pair)]))}")
    return [*lines, ""]


def _pair(judgement: Judgement) -> list[str]:
    """One pair in a list, with how sure its stance is."""
    head = f"- {LABELS[judgement.stance]}, {percent(judgement.confidence)} {_mark(judgement)}"
    return [head.rstrip(), *_said(judgement.a), *_said(judgement.b), ""]


def _said(statement: Statement) -> list[str]:
    return [f"  - **{_plain(party_label(statement.party))}**", *(f"  {line}" for line in _quoted(statement))]


def _quoted(statement: Statement) -> list[str]:
    about = ", ".join(f"<{part}>" if _ADDRESS.fullmatch(part) else _plain(part) for part in who_and_when(statement))
    named = f"\\[{_plain(statement.id)}\\] " if statement.id else ""
    return [f"  - {named}“{_plain(statement.text)}”" + (f" ({about})" if about else "")]


def _mark(judgement: Judgement) -> str:
    """What a reader made of it, or ''."""
    if judgement.mark is None:
        return ""
    note = f": {_plain(judgement.mark.note)}" if judgement.mark.note else ""
    return f"**{judgement.mark.verdict}**{note}"


def _plain(text: str) -> str:
    """Other people's text on one line, with nothing in it that Markdown would read as its own."""
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", clean(text)))
