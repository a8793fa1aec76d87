"""An explanation in plain words: the kind of conflict, its cues, and why it may be none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancecheck.report.render.clean import clean
from stancecheck.report.render.view import Side, party_label

__all__ = ["caution_words", "cue_words", "dispute_words", "excerpt", "kind_words", "marked_spans", "reversal_words"]

# The kinds whose name alone does not tell a reader what is meant; the others are shown by name.
_KINDS = {
    "negation": "negation or denial",
    "who_did_what": "who did what",
    "quantifier": "how far it holds",
    "modality": "how certain it is",
    "attribution": "reported against asserted",
    "lexical": "meaning of the words",
}
_TOO_LONG = "too long for the model, which did not read all of it"


def kind_words(judgement: Mapping[str, Any]) -> str:
    """The kind of conflict, or ''."""
    kind = _explanation(judgement).get("kind")
    return _kind(str(kind)) if kind else ""


def caution_words(judgement: Mapping[str, Any], *, brief: bool = False) -> list[str]:
    """Why to read with care: reasons why the conflict may be none, and text that was not read.

    Args:
        judgement: As in a `ReportView`.
        brief: Name the reasons only, each once, where there is no room for what they were seen by.
    """
    reasons = [_caution(item, brief) for item in _explanation(judgement).get("caution") or ()]
    if judgement.get("truncated"):
        reasons.append("not read to the end" if brief else _TOO_LONG)
    return list(dict.fromkeys(reasons))


def cue_words(judgement: Mapping[str, Any]) -> list[str]:
    """The cues of a conflict, each with the words of the statements in which it was seen."""
    return [_cue(item, judgement) for item in _explanation(judgement).get("cues") or ()]


def reversal_words(judgement: Mapping[str, Any]) -> str:
    """That a party contradicts what it said earlier, with both dates; or ''."""
    reversal = _explanation(judgement).get("reversal")
    if not reversal:
        return ""
    party, earlier, later = (str(reversal[key]) for key in ("party", "earlier_date", "later_date"))
    return f"{party_label(party)} said the one on {clean(earlier)} and the other on {clean(later)}"


def dispute_words(judgement: Mapping[str, Any]) -> str:
    """That one party doubts or denies what the other asserts, and what both speak of; or ''."""
    dispute = judgement.get("dispute")
    if not dispute:
        return ""
    sides: tuple[Side, Side] = ("a", "b") if dispute["by"] == "a" else ("b", "a")
    one, other = (party_label(judgement[side].get("party") or judgement[side].get("speaker")) for side in sides)
    about = ", ".join(f"“{clean(str(word))}”" for word in dispute["shared"])
    return f"{one} {clean(str(dispute['commitment']))} what {other} asserts; both speak of {about}"


def marked_spans(judgement: Mapping[str, Any], side: Side) -> list[tuple[int, int, bool]]:
    """The words that the stance turns on, in order, overlapping ones joined.

    Returns:
        Start and end in characters, and whether they weigh at least half as much as the heaviest.
    """
    length = len(judgement[side]["text"])
    spans = sorted(_explanation(judgement).get(f"spans_{side}") or ())
    heaviest = max((weight for _, _, weight in spans), default=0.0)
    joined: list[tuple[int, int, bool]] = []
    for first, last, weight in spans:
        start, end, heavy = max(0, int(first)), min(int(last), length), weight >= heaviest / 2
        if joined and start < joined[-1][1]:
            before = joined.pop()
            start, end, heavy = before[0], max(before[1], end), heavy or before[2]
        if start < end:
            joined.append((start, end, heavy))
    return joined


def excerpt(judgement: Mapping[str, Any], side: Side, longest: int) -> tuple[int, int]:
    """The part of a statement to show where there is no room for more: around the first words that decided.

    Args:
        judgement: As in a `ReportView`.
        side: Which statement.
        longest: Most characters; a statement that is no longer is shown whole.

    Returns:
        Start and end in characters.
    """
    length = len(judgement[side]["text"])
    spans = marked_spans(judgement, side)
    first = spans[0][0] if spans else int(judgement["evidence"][side][0])
    start = max(0, min(first - longest // 4, length - longest))
    return start, min(length, start + longest)


def _explanation(judgement: Mapping[str, Any]) -> Mapping[str, Any]:
    return judgement.get("explanation") or {}


def _kind(kind: str) -> str:
    return clean(_KINDS.get(kind, kind.replace("_", " ")))


def _caution(item: Any, brief: bool) -> str:
    if not isinstance(item, Mapping):
        return clean(str(item))
    name, why = str(item.get("caution") or "").replace("_", " "), str(item.get("why") or "")
    if brief and name:
        return clean(name)
    return clean(f"{name}: {why}" if name and why else name or why)


def _cue(item: Any, judgement: Mapping[str, Any]) -> str:
    if not isinstance(item, Mapping):
        return clean(str(item))
    sides: tuple[Side, Side] = ("a", "b")
    seen = [judgement[side]["text"][slice(*span)] for side in sides if (span := item.get(f"{side}_span"))]
    quoted = " and ".join(f"“{clean(words)}”" for words in seen)
    kind = _kind(str(item.get("kind") or ""))
    return f"{kind}: {quoted}" if quoted else kind
