"""What can be seen of a candidate clause, as words that the tagger has weights for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stancecheck.attribution.candidates import Candidate
from stancecheck.attribution.clauses import AUXILIARIES, Clause, CueMatch, Part, cue_matches
from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.marks import of_marks
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word
from stancecheck.models.speech import Marks

__all__ = ["Sight", "features_of"]

_PRONOUNS = word_class("candidates", "pronouns")
_OPENERS = _PRONOUNS | word_class("candidates", "openers")
_PASSIVE = frozenset(("is", "are", "was", "were", "been", "be", "being"))
_SUFFIXES = ("ing", "ied", "ies", "ed", "es", "s")
_LOOKED_AT = 12  # words of a content in which a finite verb is looked for
_FEATURES = tuple(
    line.split()
    for line in """
    stem|form|tail|lex|lex start|suffix|suffix start|start|end|start end|stem start|stem opener|stem after
    group|group start|group quote start|group end start|far start
    who|who start|who lex|who suffix start|who quote start|known lex|known start|known suffix quote start|known who lex finite
    quote|quote start|quote lex start|finite|finite start lex|subjective start lex|subjective finite lex|finite quote start
    before|after|next|next end|opener|second|last|previous|previous lex
    length|length start|length lex finite quote|short finite lex|one lex|parts start lex|semicolon start
    passive lex|passive start|place start|auxiliary suffix|more lex|gap start|between start|own before lex|lex end start
    digits lex start|rest start|rest end|rest lex quote|ahead who|ahead start lex|finite who lex|known finite start|stem who
    rules lex start|overlap mine|overlap lex|mine start|held lex start|overlap mine start end|frame start end|frame overlap
    marked|marked_share|marked_cue|marked_speaker|marked_subject|marked_first|marked_last|marked_begin|marked_end
    marked_before|marked_after|marked_cue marked|marked_cue marked_share|marked_cue marked_begin|marked_cue marked_speaker
    marked_share marked_begin marked_end|marked_share marked_before marked_after|marked_first marked_before
    marked_last marked_after|marked_cue marked_share marked_begin marked_end
    """.replace("|", "\n").split("\n")
    if line.split()
)
_OF_RULES = tuple(
    line.split()
    for line in ("frame", "lemma", "lemma frame", "clauses", "far", "overlap", "overlap frame other", "nested frame")
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the features of a sentence's candidates have in common.

    Attributes:
        words: The sentence.
        by_rules: The rules' clauses.
        cues: Where their cues stand.
        hits: The cues of the lexicon by their main word.
        heard: Words that name a speaker anywhere in the text, in lower case.
        marks: Of the text's tokens, by the speech model.
    """

    words: Sequence[Word]
    by_rules: Sequence[Clause]
    cues: Sequence[Part]
    matches: Mapping[int, CueMatch]
    heard: Collection[str]
    marks: Marks

    @classmethod
    def of(cls, words: Sequence[Word], candidates: Sequence[Candidate], heard: Collection[str], marks: Marks) -> Sight:
        """Of a sentence with its candidates."""
        ruled = [c for c in candidates if c.rule is not None]
        rules = [c.rule for c in ruled if c.rule is not None]
        return cls(words, rules, [c.cue for c in ruled], {h.main: h for h in cue_matches(words)}, heard, marks)


def features_of(candidate: Candidate, sight: Sight) -> Iterator[str]:
    """The names of all features that the candidate has."""
    facts = {
        **_of_cue(candidate, sight),
        **_of_speaker(candidate, sight),
        **_of_content(candidate, sight.words),
        **_of_place(candidate, sight),
        **(_beside_rules(candidate, sight) if candidate.rule is None else {}),
        **of_marks(candidate, sight.words, sight.marks),
    }
    for given in _FEATURES:
        if all(name in facts for name in given):
            feature = " ".join(f"{name}={facts[name]}" for name in given)
            yield feature
            if candidate.rule is not None:
                yield f"rule {feature}"
    if candidate.rule is not None:
        facts |= _of_rule(candidate.rule, sight.by_rules)
        for given in _OF_RULES:
            yield "rule " + " ".join(f"{name}={facts[name]}" for name in given)


def _of_cue(candidate: Candidate, sight: Sight) -> dict[str, object]:
    main = candidate.cue[1] - 1
    form, known = sight.words[main].lower, lexicon()
    cue = known.verbs.get(form)
    listed = (("verb", known.verbs), ("phrase", known.phrases), ("noun", known.nouns))
    lex = next((name for name, words in listed if form in words), ":" if form == ":" else "none")
    if main in sight.matches or candidate.rule is not None:
        lex += " hit"
    suffix = next((s for s in ("ing", "ed", "s") if form.endswith(s)), "past" if is_past(form) else "none")
    return {
        "form": form,
        "stem": _stem(form),
        "tail": form[-4:],
        "lex": lex,
        "group": "/".join(sorted(cue.frames)) if cue else lex,
        "far": next(iter(cue.frames.values())) if cue else "",
        "suffix": suffix,
        "passive": any(w.lower in _PASSIVE for w in sight.words[candidate.cue[0] : main]),
        "auxiliary": candidate.cue[0] < main,
    }


def _stem(form: str) -> str:
    end = next((s for s in _SUFFIXES if form.endswith(s) and len(form) - len(s) > 2), "")
    return form.removesuffix(end).rstrip("e")


def _of_speaker(candidate: Candidate, sight: Sight) -> dict[str, object]:
    subject = candidate.subject
    named = sight.words[subject[0] : subject[1]] if subject else ()
    return {"who": _kind_of_speaker(named), "known": any(w.lower in sight.heard for w in named), "own": subject is not None}


def _kind_of_speaker(named: Sequence[Word]) -> str:
    if not named:
        return "none"
    head = (named[0] if named[-1].text == "," else named[-1]).lower
    known = names()
    if head in _PRONOUNS:
        return "relative" if head in ("who", "which") else head
    if any(w.lower in known.documents or w.lower.rstrip("s") in known.documents for w in named):
        return "document"
    for kind, listed in (("role", known.roles), ("body", known.institutions), ("people", known.nameless)):
        if head in listed or head.removesuffix("s") in listed:
            return kind
    return "name" if any(w.text[:1].isupper() for w in named[1:] or named) else "noun"


def _of_content(candidate: Candidate, words: Sequence[Word]) -> dict[str, object]:
    start, stop = candidate.content[0]
    inside = words[start:stop]
    first, last, length = inside[0], inside[-1], stop - start
    opener = "quote" if first.quoted else first.lower
    quotes = ("first", first.quoted), ("last", last.quoted), ("within", any(w.quoted for w in inside))
    return {
        "opener": opener,
        "second": inside[1].lower if length > 1 and not inside[1].quoted else "",
        "last": "quote" if last.quoted else last.lower,
        "quote": next((where for where, there in quotes if there), "none"),
        "finite": any(_is_finite(w) for w in inside[:_LOOKED_AT]),
        "subjective": first.lower in _OPENERS or first.text[:1].isupper(),
        "length": length if length < 5 else "5+" if length < 10 else "10+" if length < 20 else "20+",
        "short": length if length < 4 else "no",
        "one": opener if length == 1 else "",
        "parts": len(candidate.content),
        "semicolon": any(w.text == ";" for w in inside),
        "digits": any(w.text[:1].isdigit() for w in inside),
        "more": any(not w.quoted and w.lower in lexicon().verbs for w in inside),
    }


def _is_finite(word: Word) -> bool:
    lower = word.lower
    return not word.quoted and ((lower in AUXILIARIES and lower != "to") or is_past(lower) or lower.endswith("ed"))


def _of_place(candidate: Candidate, sight: Sight) -> dict[str, object]:
    words, (first, after), (start, stop) = sight.words, candidate.cue, candidate.content[0]
    between = words[after:start]
    return {
        "start": candidate.start,
        "end": candidate.end,
        "before": words[first - 1].lower if first else "",
        "after": "" if after == len(words) else "quote" if words[after].quoted else words[after].lower,
        "next": words[stop].lower if stop < len(words) and not words[stop].quoted else "",
        "previous": words[start - 1].lower if start else "",
        "place": min(after - 1, 3),
        "rest": min(len(words) - stop, 4),
        "ahead": min(candidate.subject[0], 3) if candidate.subject else -1,
        "gap": min(start - after, 5) if start >= after else -1,
        "between": any(not w.quoted and w.lower in lexicon().verbs for w in between),
    }


def _beside_rules(candidate: Candidate, sight: Sight) -> dict[str, object]:
    """How a candidate that the rules did not find lies to those that they found."""
    start, stop = candidate.content[0]
    span = sight.words[start].start, sight.words[stop - 1].end
    main = candidate.cue[1] - 1
    own = [clause.frame for clause, (a, b) in zip(sight.by_rules, sight.cues, strict=True) if a <= main < b]
    return {
        "rules": bool(sight.by_rules),
        "overlap": _quarters(max((_overlap(span, c.content[0]) for c in sight.by_rules), default=0.0)),
        "mine": bool(own),
        "frame": own[0] if own else "none",
        "held": any(a < stop and start < b for a, b in sight.cues),
    }


def _of_rule(clause: Clause, by_rules: Sequence[Clause]) -> dict[str, object]:
    others = [other for other in by_rules if other is not clause]
    near = max(others, key=lambda o: _overlap(clause.content[0], o.content[0]), default=None)
    first, last = clause.content[0][0], clause.content[-1][1]
    holds = any(first <= o.cue[0] and o.cue[1] <= last for o in others)
    lies = any(o.content[0][0] <= clause.cue[0] and clause.cue[1] <= o.content[-1][1] for o in others)
    return {
        "frame": clause.frame,
        "lemma": clause.lemma,
        "clauses": min(len(by_rules), 4),
        "far": clause.commitment,
        "overlap": _quarters(_overlap(clause.content[0], near.content[0])) if near else "none",
        "other": f"{near.frame} {near.commitment}" if near else "none",
        "nested": f"{holds} {lies}",
    }


def _overlap(a: Part, b: Part) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return both / (max(a[1], b[1]) - min(a[0], b[0])) if both > 0 else 0.0


def _quarters(share: float) -> int:
    return int(share * 4)
