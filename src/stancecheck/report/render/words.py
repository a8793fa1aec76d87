"""An explanation in plain words: the kind of conflict, its cues, and why it may be none."""

from __future__ import annotations

from stancecheck.explain.doubt import doubt
from stancecheck.judging.explanation import Cue, Explanation, Kind
from stancecheck.judging.judge import Judgement
from stancecheck.report.render.clean import clean
from stancecheck.report.render.view import Side, party_label, statement_of

__all__ = ["caution_words", "cue_words", "doubt_words", "excerpt", "kind_words", "marked_spans", "reversal_words"]

# The kinds whose name alone does not say what is meant; the others are shown by name.
_KINDS = {
    Kind.NEGATION: "negation or denial",
    Kind.WHO_DID_WHAT: "who did what",
    Kind.QUANTIFIER: "how far it holds",
    Kind.MODALITY: "how certain it is",
    Kind.ATTRIBUTION: "reported against asserted",
    Kind.LEXICAL: "meaning of the words",
}
_TOO_LONG = "too long for the model, which did not read all of it"


def kind_words(judgement: Judgement) -> str:
    """The kind of conflict, or ''."""
    kind = _explanation(judgement).kind
    return _kind(kind) if kind else ""


def caution_words(judgement: Judgement, *, brief: bool = False) -> list[str]:
    """Why to read with care: reasons why the conflict may be none, and text that was not read.

    Args:
        judgement: What was found.
        brief: Name the reasons only, each once, where there is no room for what they were seen by.
    """
    named = ((item.caution.replace("_", " "), clean(item.why)) for item in _explanation(judgement).caution)
    reasons = [name if brief else f"{name}: {why}" for name, why in named]
    if judgement.truncated:
        reasons.append("not read to the end" if brief else _TOO_LONG)
    return list(dict.fromkeys(reasons))


def cue_words(judgement: Judgement) -> list[str]:
    """The cues of a conflict, each with the words of the statements in which it was seen."""
    return [_cue(item, judgement) for item in _explanation(judgement).cues]


def reversal_words(judgement: Judgement) -> str:
    """That a party contradicts what it said earlier, with both dates; or ''."""
    found = _explanation(judgement).reversal
    if found is None:
        return ""
    return f"{party_label(found.party)} said the one on {clean(found.earlier_date)} and the other on {clean(found.later_date)}"


def doubt_words(judgement: Judgement) -> str:
    """That one party doubts or denies what the other asserts, and what both speak of; or ''."""
    found = doubt(judgement)
    if found is None:
        return ""
    statements = (judgement.a, judgement.b) if found.by == "a" else (judgement.b, judgement.a)
    one, other = (party_label(statement.party or statement.speaker) for statement in statements)
    about = ", ".join(f"“{clean(word)}”" for word in found.shared)
    return f"{one} {found.commitment} what {other} asserts; both speak of {about}"


def marked_spans(judgement: Judgement, side: Side) -> list[tuple[int, int, bool]]:
    """The words that the stance turns on, whole ones, in order, overlapping ones joined.

    Returns:
        Start and end in characters, and whether they weigh at least half as much as the heaviest.
    """
    text = statement_of(judgement, side).text
    explanation = _explanation(judgement)
    spans = sorted(explanation.spans_a if side == "a" else explanation.spans_b)
    heaviest = max((weight for _, _, weight in spans), default=0.0)
    joined: list[tuple[int, int, bool]] = []
    for first, last, weight in spans:
        start, end, heavy = *_whole_words(text, first, last), weight >= heaviest / 2
        if joined and start < joined[-1][1]:
            before = joined.pop()
            start, end, heavy = before[0], max(before[1], end), heavy or before[2]
        if start < end:
            joined.append((start, end, heavy))
    return joined


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The same characters and the rest of the words that they begin or end in, without space around them."""
    start, end = max(0, start), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def excerpt(judgement: Judgement, side: Side, longest: int) -> tuple[int, int]:
    """The part of a statement to show where there is no room for more: around the first words that decided.

    Args:
        judgement: What was found.
        side: Which statement.
        longest: Most characters; a statement that is no longer is shown whole.

    Returns:
        Start and end in characters.
    """
    length = len(statement_of(judgement, side).text)
    spans = marked_spans(judgement, side)
    evidence = judgement.evidence.a if side == "a" else judgement.evidence.b
    first = spans[0][0] if spans else evidence[0]
    start = max(0, min(first - longest // 4, length - longest))
    return start, min(length, start + longest)


def _explanation(judgement: Judgement) -> Explanation:
    return judgement.explanation or Explanation()


def _kind(kind: Kind) -> str:
    return _KINDS.get(kind, kind.value)


def _cue(item: Cue, judgement: Judgement) -> str:
    sides = ((judgement.a, item.a_span), (judgement.b, item.b_span))
    seen = [statement.text[slice(*span)] for statement, span in sides if span]
    quoted = " and ".join(f"“{clean(words)}”" for words in seen)
    kind = _kind(item.kind)
    return f"{kind}: {quoted}" if quoted else kind
