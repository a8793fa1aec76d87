"""Which candidate clauses report what somebody says, by weights that were learnt from marked articles (see tagger.json)."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from stancecheck.attribution.candidates import Candidate, candidates_of
from stancecheck.attribution.clauses import AUXILIARIES, NEGATIONS, Clause, Part, span_of
from stancecheck.attribution.features import Sight, features_of
from stancecheck.attribution.lexicon import lexicon
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word
from stancecheck.models.speech import Marks

__all__ = ["Tagger", "choose", "tagged_clauses", "tagger"]

_OF_OTHERS = frozenset(("denies", "doubts", "reports"))  # of what somebody else has said
_PLAIN = frozenset(("denied", "gerund", "named", "object", "source", "that", "to"))  # frames that the rules seldom find wrongly
_MAX_WORDS = 200  # of a sentence; what is longer is no sentence, and only the rules read it


@dataclass(frozen=True, slots=True)
class Tagger:
    """A linear model over the features of a candidate.

    Attributes:
        weights: By feature; a feature without one counts nothing.
        bias: What every candidate starts from.
        least: The least score of a clause that the rules found, of another, and of one whose content is no clause or quotation.
        lead: What the rules' clauses are ahead where two candidates are in each other's way.
    """

    weights: dict[str, float]
    bias: float
    least: tuple[float, float, float]
    lead: float

    def score(self, candidate: Candidate, sight: Sight) -> float:
        """The log odds that the candidate attributes, and that its content is right."""
        known = self.weights
        return self.bias + sum(known.get(feature, 0.0) for feature in sorted(set(features_of(candidate, sight))))


@functools.cache
def tagger() -> Tagger:
    """The tagger that comes with the package."""
    with resources.files(__package__).joinpath("tagger.json").open(encoding="utf-8") as file:
        data = json.load(file)
    least = data["least"]
    return Tagger(data["weights"], data["bias"], (least["rules"], least["others"], least["nouns"]), data["lead"])


def tagged_clauses(words: Sequence[Word], by_rules: Sequence[Clause], heard: Collection[str], marks: Marks) -> list[Clause]:
    """The reporting clauses of a sentence: the rules' that the tagger believes, and what it adds to them.

    Args:
        words: The sentence.
        by_rules: What the rules found.
        heard: Words that name a speaker anywhere in the text, in lower case.
        marks: Of the text's tokens, by the speech model.
    """
    if len(words) > _MAX_WORDS:
        return list(by_rules)
    found = candidates_of(words, by_rules)
    sight, learnt = Sight.of(words, found, heard, marks), tagger()
    return choose(words, found, [learnt.score(candidate, sight) for candidate in found], learnt)


def choose(words: Sequence[Word], found: Sequence[Candidate], scores: Sequence[float], learnt: Tagger) -> list[Clause]:
    """The clauses that score enough and are in nobody's way, best first: a cue has one content, a content one source.

    Args:
        words: The sentence.
        found: Its candidates.
        scores: One for each.
        learnt: Says what is enough.
    """
    order = [
        (-score - (learnt.lead if c.rule else 0.0), i)
        for i, (c, score) in enumerate(zip(found, scores, strict=True))
        if score >= _least(words, c, learnt)
    ]
    chosen: list[Candidate] = []
    for _, i in sorted(order):
        candidate = _as_by_rules(found[i], found)
        if not any(_clash(candidate, other) for other in chosen):
            chosen.append(candidate)
    return sorted((c.rule or _clause(words, c) for c in chosen), key=lambda clause: clause.cue)


def _least(words: Sequence[Word], candidate: Candidate, learnt: Tagger) -> float:
    """The score that is enough. Any is for what the rules find denied or doubted, which must not be lost, or in plain form."""
    if (rule := candidate.rule) is not None:
        plain = rule.speaker is not None and rule.frame in _PLAIN
        return -math.inf if plain or rule.commitment in ("denies", "doubts") else learnt.least[0]
    return learnt.least[1 if _has_clause(words, candidate) else 2]


def _has_clause(words: Sequence[Word], candidate: Candidate) -> bool:
    """Whether the content has a verb or a quotation in it."""
    return any(w.quoted or _is_verb(w) for part in candidate.content for w in words[slice(*part)])


def _as_by_rules(candidate: Candidate, found: Sequence[Candidate]) -> Candidate:
    """The rules' clause with the cue and about the content, if there is one: where it begins and ends they know better.

    Of "X's claim that S" and of denials they know it in any case.
    """
    ruled = (c for c in found if c.rule and _meet(c.cue, candidate.cue))
    return next((c for c in ruled if _same_content(c, candidate) or (c.rule and _is_noun_or_denial(c.rule.lemma))), candidate)


def _is_noun_or_denial(lemma: str) -> bool:
    verb = lexicon().verbs.get(lemma)
    return lemma in lexicon().nouns or lemma in lexicon().sources or (verb is not None and "denies" in verb.frames.values())


def _meet(a: Part, b: Part) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _same_content(a: Candidate, b: Candidate) -> bool:
    content, other = _words(*a.content), _words(*b.content)
    return len(content & other) * 2 > len(content | other)


def _clash(a: Candidate, b: Candidate) -> bool:
    """Whether two candidates cannot both stand. One may lie in the other, cue and all; what is told may also be denied."""
    cue, other_cue = _words(a.cue), _words(b.cue)
    content, other = _words(*a.content), _words(*b.content)
    if cue & other_cue:
        return True
    within = (cue <= other and content <= other) or (other_cue <= content and other <= content)
    if within and a.rule and b.rule:
        return False
    if _same_content(a, b):
        return not (a.rule and b.rule and (a.rule.commitment in _OF_OTHERS) != (b.rule.commitment in _OF_OTHERS))
    return bool(content & other) and not within


def _words(*parts: Part) -> frozenset[int]:
    return frozenset(i for part in parts for i in range(*part))


def _clause(words: Sequence[Word], candidate: Candidate) -> Clause:
    cue = span_of(words, candidate.cue)
    speaker = span_of(words, candidate.speaker) if candidate.speaker else None
    content = tuple(span_of(words, part) for part in candidate.content)
    pieces = [cue, *content, *([span_of(words, candidate.subject)] if candidate.subject else [])]
    lemma, frame, commitment = _meaning(words, candidate)
    whole = min(p[0] for p in pieces), max(p[1] for p in pieces)
    return Clause(cue, speaker, content, lemma, frame, commitment, whole)


def _meaning(words: Sequence[Word], candidate: Candidate) -> tuple[str, str, str]:
    """Lemma, frame and commitment: the lexicon's where it has the cue."""
    known, form = lexicon(), words[candidate.cue[1] - 1].lower
    cue = known.verbs.get(form)
    frames = cue.frames if cue else {}
    frame = _frame(words, candidate, frames)
    commitment = frames.get(frame) or _commitment(frames) or known.nouns.get(form, "asserts")
    group = words[candidate.cue[0] : candidate.cue[1] - 1]
    if any(w.lower in NEGATIONS or w.lower.endswith(("n't", "n’t")) for w in group):
        commitment = known.negated[commitment]
    return cue.lemma if cue else form, frame, commitment


def _commitment(frames: Mapping[str, str]) -> str | None:
    """That of a cue with a content that none of its frames is for: what can be denied with it is denied."""
    if "denies" in frames.values():
        return "denies"
    return frames.get("that") or next(iter(frames.values()), None)


def _frame(words: Sequence[Word], candidate: Candidate, frames: Collection[str]) -> str:
    """How the content hangs on the cue; of a content that is no clause the whole sentence is kept."""
    start, stop = candidate.content[0]
    first = words[start]
    if any(w.quoted for w in words[start:stop]) and (first.quoted or candidate.start == "quote"):
        return "quote"
    if candidate.start in ("that", "bare") and first.lower in ("whether", "if", "how", "why"):
        return "whether"
    if first.lower == "to":
        return "to" if "to" in frames else "unsaid"
    gerund = first.lower.endswith("ing") and "denied" in frames
    if not gerund and _has_clause(words, candidate):
        return "that" if candidate.start == "that" else "bare"
    return "denied" if "denied" in frames else "unsaid"


def _is_verb(word: Word) -> bool:
    return (word.lower in AUXILIARIES and word.lower != "to") or is_past(word.lower)
