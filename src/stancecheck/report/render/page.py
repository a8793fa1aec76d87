"""The report page: one self-contained HTML file, and a small static fragment of it for notebooks."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import json
import math
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from stancecheck.data.statements import Statement
from stancecheck.judging.judge import Judgement, NLIScores
from stancecheck.report.render.articles import placed
from stancecheck.report.render.clean import clean, clean_lines, utf16_offsets
from stancecheck.report.render.fragment import fragment
from stancecheck.report.render.view import READING_ORDER, ReportView, Side, statement_of, statement_party
from stancecheck.report.render.words import caution_words, cue_words, doubt_words, kind_words, marked_spans, reversal_words

__all__ = ["fragment", "to_html"]

_ONE_LINE_FIELDS = ("speaker", "date", "source", "id", "commitment")
_PLACEHOLDER = re.compile(r"\{\{([A-Z_]+)\}\}")


def to_html(view: ReportView) -> str:
    """The page as one HTML document that loads nothing from elsewhere.

    The statements travel as JSON and become text nodes in the reader's browser, a few at a time; they are never markup.

    Args:
        view: What to show.
    """
    script = _asset("desk.js") + _asset("articles.js") + _asset("page.js")
    parts = {
        "TITLE": html.escape(clean(view.title)),
        "LEDE": html.escape(_lede(view)),
        "META": html.escape(_meta(view)),
        "NOTES": _notes(view),
        "STATIC": fragment(view),
        "STYLE": _asset("page.css"),
        "SCRIPT": script,
        "SCRIPT_HASH": _csp_hash(script),
        "DATA": _json_in_html(_data(view)),
    }
    # One pass: a statement that holds a placeholder is not filled in again.
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], _asset("page.html"))


def _asset(name: str) -> str:
    return files("stancecheck.report.render").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _csp_hash(script: str) -> str:
    """The only script that the page's own security policy lets run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _json_in_html(value: Any) -> str:
    """JSON that can stand inside a script element: no tag, comment or line separator can be read out of it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _lede(view: ReportView) -> str:
    if not view.judgements:
        return view.no_pairs()
    contradict, agree, neither = (view.count(stance) for stance in READING_ORDER)
    named = [party for party in view.parties if party]
    by = f" by {_plural(len(named), 'party', 'parties')}" if named else ""
    pairs = _plural(len(view.judgements), "pair of statements", "pairs of statements")
    rest = f"{agree:,} {'agrees' if agree == 1 else 'agree'}, and {neither:,} {'does' if neither == 1 else 'do'} neither."
    if not contradict:
        return f"No contradiction was found among {pairs}{by}; {rest}"
    doubted = sum(dispute.is_doubt for dispute in view.disputes)
    matters = _plural(len(view.disputes) - doubted, "dispute", "disputes")
    sentence = (
        f"Of {pairs}{by}, {contradict:,} {'is a contradiction' if contradict == 1 else 'contradict each other'}, in {matters}; "
    )
    return sentence + (f"{_plural(doubted, 'matter is', 'matters are')} doubted; " if doubted else "") + rest


def _meta(view: ReportView) -> str:
    parts = []
    if view.pairs_considered:
        parts.append(f"{view.pairs_judged:,} of {_plural(view.pairs_considered, 'possible pair', 'possible pairs')} judged")
    if view.is_filtered:
        parts.append(f"{_plural(len(view.judgements), 'judgement', 'judgements')} shown")
    if view.truncated:
        parts.append(f"{_plural(view.truncated, 'pair', 'pairs')} not read to the end")
    if view.model:
        parts.append(f"model {clean(view.model)}")
    if view.created:
        parts.append(_day(clean(view.created)))
    return " · ".join(parts)


def _day(iso: str) -> str:
    try:
        day = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _notes(view: ReportView) -> str:
    if not view.notes:
        return ""
    items = "".join(f"<li>{html.escape(clean(note))}</li>" for note in view.notes)
    return f'<ul class="notes">{items}</ul>'


def _data(view: ReportView) -> dict[str, Any]:
    """What the page's script reads: each statement once, judgements in reading order, offsets as a browser counts them."""
    party_number = {party: i for i, party in enumerate(view.parties)}
    statements: dict[str, int] = {}
    listed: list[dict[str, Any]] = []
    given: list[Statement] = []
    judgements = []
    order, disputes = _order(view)
    for number, judgement in enumerate(order, start=1):
        row = _judgement(judgement, number)
        keys = []
        sides: tuple[Side, Side] = ("a", "b")
        for side in sides:
            party = party_number.setdefault(statement_party(judgement, side), len(party_number))
            original = statement_of(judgement, side)
            known = {name: clean(value) for name in _ONE_LINE_FIELDS if (value := getattr(original, name))}
            statement = {"text": clean_lines(original.text), "party": party} | known
            # By the party's name: its number is another in another report, and a reader's marks are kept by this key.
            keys.append(json.dumps([clean(statement_party(judgement, side)), statement | {"party": 0}], sort_keys=True))
            row[side] = statements.setdefault(keys[-1], len(statements))
            if row[side] == len(listed):
                listed.append(statement)
                given.append(original)
        judgements.append(row | {"key": hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16]})
    matrix = [
        [party_number[one], party_number[other], cell, view.disputes_between(one, other)]
        for one, other, cell in view.meetings()
    ]
    return {
        "parties": [clean(p) for p in party_number],
        "matrix": matrix,
        "counts": {stance.value: view.count(stance) for stance in READING_ORDER},
        "statements": listed,
        "judgements": judgements,
        "disputes": disputes,
        "articles": placed(view.articles, given),
    }


def _order(view: ReportView) -> tuple[list[Judgement], list[list[int]]]:
    """The pairs of the disputes, then the others in reading order; and the positions of each dispute's pairs."""
    order: list[Judgement] = []
    disputes: list[list[int]] = []
    for dispute in view.disputes:
        disputes.append(list(range(len(order), len(order) + len(dispute.pairs))))
        order += dispute.pairs
    disputed = {id(judgement) for judgement in order}
    return order + [j for j in view.in_reading_order() if id(j) not in disputed], disputes


def _judgement(judgement: Judgement, number: int) -> dict[str, Any]:
    sides: tuple[Side, Side] = ("a", "b")
    row: dict[str, Any] = {
        "number": number,
        "stance": judgement.stance.value,
        "confidence": _number(judgement.confidence),
        "scores": {stance.value: _number(score) for stance, score in judgement.scores.items()},
        "forward": _nli(judgement.forward),
        "backward": _nli(judgement.backward),
        "marks": {side: _marks(judgement, side) for side in sides},
        "passage": {side: _passage(judgement, side) for side in sides},
    }
    explained = {
        "kind": kind_words(judgement),
        "caution": caution_words(judgement),
        "cues": cue_words(judgement),
        "reversal": reversal_words(judgement),
        "doubt": doubt_words(judgement),
    }
    if judgement.mark is not None:
        row["mark"] = {"mark": judgement.mark.verdict, "note": clean_lines(judgement.mark.note)}
    return row | {name: words for name, words in explained.items() if words}


def _nli(scores: NLIScores) -> list[float | None]:
    return [_number(score) for score in (scores.entailment, scores.neutral, scores.contradiction)]


def _number(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def _marks(judgement: Judgement, side: Side) -> list[list[int]]:
    """The words that the stance turns on, in order. Each: start, end in UTF-16 units, and 1 for the heaviest."""
    text = statement_of(judgement, side).text
    return [[*utf16_offsets(text, [start, end]), int(heavy)] for start, end, heavy in marked_spans(judgement, side)]


def _passage(judgement: Judgement, side: Side) -> Sequence[int] | None:
    """The part of a long statement that decided; None where it is the whole."""
    text = statement_of(judgement, side).text
    start, end = judgement.evidence.a if side == "a" else judgement.evidence.b
    return None if not text[:start].strip() and not text[end:].strip() else utf16_offsets(text, [start, end])
