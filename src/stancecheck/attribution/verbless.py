"""Clauses without a verb of saying: 'according to X, S', '“Q.” — X', 'From X: “Q.”', 'S, citing X'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stancecheck.attribution.clauses import Clause, cue_matches, span_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import noun_phrase_after
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word

__all__ = ["cited", "verbless_clauses"]

_DASHES = word_class("rules", "dashes")
_OPENERS = word_class("rules", "openers")
_RELATES = frozenset(("which", "who", "whose"))
_NO_MORE = word_class("rules", "no_more") - {"and", "but"}
_CITES = frozenset(("citing", "quoting"))


def verbless_clauses(words: Sequence[Word]) -> list[Clause]:
    """The clauses of a sentence that need no verb."""
    return [*_sourced(words), *_dashed(words), *_introduced(words)]


def cited(words: Sequence[Word], found: Sequence[Clause]) -> list[Clause]:
    """The clauses with one for each 'X reported that S, citing Y': Y says S, and X passes it on."""
    made = list(found)
    for i in range(1, len(words) - 1):
        if words[i].lower not in _CITES or words[i - 1].text != ",":
            continue
        named = noun_phrase_after(words, i + 1)
        place = next((n for n in range(len(made) - 1, -1, -1) if made[n].cue[1] <= words[i].start), 0 if made else None)
        if named is None or place is None:
            continue
        outer = made[place]
        parts = [(a, min(b, words[i - 1].start)) if a < words[i].start < b else (a, b) for a, b in outer.content]
        cue = words[i].start, words[i].end
        whole = min(cue[0], parts[0][0]), max(words[named[1] - 1].end, parts[-1][1])
        made[place] = replace(outer, content=tuple(parts), commitment="reports")
        made.append(Clause(cue, span_of(words, named), tuple(parts), words[i].lower, "source", "asserts", whole))
    return made


def _sourced(words: Sequence[Word]) -> list[Clause]:
    """'According to X, S.' and 'S, according to X.'"""
    found = []
    for i in range(len(words) - 2):
        phrase = f"{words[i].lower} {words[i + 1].lower}"
        if phrase not in lexicon().sources:
            continue
        leads = all(w.lower in _OPENERS for w in words[:i])
        named = noun_phrase_after(words, i + 2)
        if leads and named is not None and words[named[1] : named[1] + 1] and words[named[1]].text != ",":
            named = noun_phrase_after(words, i + 2, short=True)  # what looked like an apposition begins the content
        if named is None:
            continue
        last = len(words)
        while last and words[last - 1].text in (".", "!", "?"):
            last -= 1
        if leads:
            after = named[1] + 1 if named[1] < last and words[named[1]].text == "," else named[1]
            if after < last and words[after].lower in _RELATES:  # 'According to X, which watches the border, S.'
                after = next((j + 1 for j in range(after, last) if words[j].text == ","), last)
            parts = [(after, last)]
        else:
            parts = [(0, i - 1 if words[i - 1].text == "," else i)]
            if named[1] + 3 < last and words[named[1]].text == "," and not _is_aside(words[named[1] + 1]):
                parts.append((named[1] + 1, last))
        if parts[0][1] - parts[0][0] < 2:
            continue
        cue = (words[i].start, words[i + 1].end)
        spans = tuple(span_of(words, part) for part in parts)
        pieces = [cue, span_of(words, named), *spans]
        whole = min(p[0] for p in pieces), max(p[1] for p in pieces)
        found.append(Clause(cue, span_of(words, named), spans, phrase, "source", lexicon().sources[phrase], whole))
    return found


def _is_aside(word: Word) -> bool:
    """Whether what follows a source and a comma says more of the source: ', published on Monday', ', which', ', a group'."""
    return word.lower in _NO_MORE or is_past(word.lower)


def _dashed(words: Sequence[Word]) -> list[Clause]:
    """'“Q.” — Name'"""
    if len(words) < 3 or not words[0].quoted or words[1].text not in _DASHES or len(words) > 12:
        return []
    if not words[2].text[:1].isupper() or cue_matches(words[2:]):
        return []
    named = noun_phrase_after(words, 2)
    if named is None:
        return []
    dash, quotation = (words[1].start, words[1].end), (words[0].start, words[0].end)
    return [
        Clause(
            dash,
            span_of(words, named),
            (quotation,),
            words[1].text,
            "quote",
            "asserts",
            (quotation[0], words[named[1] - 1].end),
        )
    ]


def _introduced(words: Sequence[Word]) -> list[Clause]:
    """'Mayor Olden: “Q.”', 'From Mayor Olden: “Q.”' and, without a verb of saying, 'The mayor is glad: “Q.”'"""
    colon = next((i for i, w in enumerate(words) if w.text == ":"), 0)
    if not colon or colon + 1 >= len(words) or not words[colon + 1].quoted or cue_matches(words[:colon]):
        return []
    start = 1 if words[0].lower == "from" else 0
    named = noun_phrase_after(words, start, short=False)
    if named is None or not words[named[0]].text[:1].isupper() or named[1] > colon:
        return []
    cue = (words[0].start, words[0].end) if start else (words[colon].start, words[colon].end)
    quotation = (words[colon + 1].start, words[-1].end if words[-1].quoted else words[colon + 1].end)
    return [Clause(cue, span_of(words, named), (quotation,), ":", "quote", "asserts", (words[0].start, quotation[1]))]
