"""Reporting clauses found by rules on words: needs no model. The parser in parsing.py does the same job better."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.attribution.clauses import Clause, CueHit, Word, cue_hits
from stancecheck.attribution.lexicon import lexicon
from stancecheck.attribution.nouns import noun_phrase_after, noun_phrase_before
from stancecheck.attribution.quotes import Span

__all__ = ["clauses_by_rules"]

_BOUNDARIES = frozenset(", ; : — – -- ( ) [ ]".split())
_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight recently later earlier afterwards "
    "afterward late early last this next morning afternoon evening night week month year day".split()
)
_WITH_PLACE = frozenset("on in at during after before through via to with from by".split())
_CLAUSE_WORDS = frozenset("who which that when if as because while whether since although though where whom".split())
_MAX_SKIP = 14  # words between a cue and its 'that'
_SUBJECT_STARTS = frozenset(
    "the a an this that these those it he she they we i you there his her its their our my your no all some many most any each "
    "every both if when while in what how why one two more such nobody nothing everyone everything people whoever "
    "either neither although because since once".split()
)


def clauses_by_rules(words: Sequence[Word]) -> list[Clause]:
    """The reporting clauses of one sentence, in order of their cues."""
    found = [*_sources(words)]
    hits = cue_hits(words)
    for number, hit in enumerate(hits):
        following = hits[number + 1] if number + 1 < len(hits) else None
        clause = _clause_of(words, hit, following, found)
        if clause is not None:
            found.append(clause)
    return found


def _clause_of(words: Sequence[Word], hit: CueHit, following: CueHit | None, before: Sequence[Clause]) -> Clause | None:
    subject = noun_phrase_before(words, hit.first)
    participle = hit.form.endswith("ing") and (hit.first == hit.main) and (subject is None or _comma_before(words, hit.first))
    if participle:
        subject = None
        speaker = before[-1].speaker if before and before[-1].speaker else _first_subject(words, hit.first)
    else:
        speaker = _span(words, subject) if subject else None
    after = _content_after(words, hit, following)
    if after is not None:
        content, frame = after
        if speaker is None and not participle and frame not in ("quote",) and hit.cue.lemma != "say":
            return None
        return _made(words, hit, speaker, content, frame, subject)
    return _postposed(words, hit, subject)


def _made(
    words: Sequence[Word], hit: CueHit, speaker: Span | None, content: tuple[int, int], frame: str, subject: tuple[int, int] | None
) -> Clause:
    commitment = hit.cue.frames.get(frame) or next(iter(hit.cue.frames.values()))
    if hit.negated:
        commitment = lexicon().negated[commitment]
    start = subject[0] if subject else hit.first
    span = (words[content[0]].start, words[content[1] - 1].end)
    whole = (min(words[start].start, span[0]), max(words[hit.last].end, span[1]))
    return Clause((words[hit.first].start, words[hit.last].end), speaker, (span,), hit.cue.lemma, frame, commitment, whole)


def _content_after(words: Sequence[Word], hit: CueHit, following: CueHit | None) -> tuple[tuple[int, int], str] | None:
    """Words after the cue that are its content, and the frame; None if it has none there."""
    frames = hit.cue.frames
    at = hit.last + 1
    end = _end_of_content(words, at, following)
    if at >= end:
        return None
    for skip in range(at, min(end, at + _MAX_SKIP)):
        word = words[skip]
        if word.quoted or word.lower in ("but", "and", ";", "who", "which"):
            break
        if word.lower == "that" and ({"that", "object"} & frames.keys()) and skip + 2 < end:
            if skip == at or _fills(words, at, skip):
                return (skip + 1, end), "that"
            break
        if word.text == ":" and skip + 1 < end:
            return (skip + 1, end), "quote"
    start = _skip_time(words, at, end)
    if start < end and words[start].text in (",", ":") and start + 1 < end and words[start + 1].quoted:
        start += 1
    if start < end and words[start].quoted and len(words[start].text) > 2:
        return ((start, end), "quote") if frames.keys() & {"quote", "that", "bare"} else None
    if "whether" in frames and words[at].lower in ("whether", "if", "how", "why", "what"):
        return (at, end), "whether"
    if "unaware" in frames and words[at].lower in ("of", "that"):
        return (at + 1, end), "unaware"
    if ("denied" in frames or "unsaid" in frames) and start < end - 1 and words[start].text not in _BOUNDARIES and words[start].lower != "by":
        return (start, end), "denied" if "denied" in frames else "unsaid"
    if "to" in frames and words[at].lower in ("to", "not") and at + 1 < end:
        return (at, end), "to"
    if "order" in frames:
        return _with_object(words, at, end, ("to",), "order")
    if "gerund" in frames:
        return _with_object(words, at, end, ("of", "for", "with"), "gerund")
    if "object" in frames:
        addressee = noun_phrase_after(words, at)
        if addressee and addressee[1] < end - 2:
            rest = _skip_time(words, addressee[1], end)
            if rest < end and (words[rest].quoted or _starts_clause(words, rest)):
                return (rest, end), "object"
        return None
    if "bare" in frames and start < end - 2 and _starts_clause(words, start):
        return (start, end), "bare"
    return None


def _with_object(words: Sequence[Word], at: int, end: int, marks: tuple[str, ...], frame: str) -> tuple[tuple[int, int], str] | None:
    named = noun_phrase_after(words, at)
    if not named:
        return None
    for i in range(named[0] + 1, min(end, at + 20)):
        if words[i].lower in marks and (frame == "order" or (i + 1 < end and words[i + 1].lower.endswith("ing"))):
            return (at, end), frame
        if words[i].text in _BOUNDARIES and frame == "order":
            return None
    return None


def _fills(words: Sequence[Word], at: int, that: int) -> bool:
    """Whether what lies between a cue and 'that' is a time, a place or somebody told, and no clause."""
    return not any(w.quoted or w.lower in _CLAUSE_WORDS for w in words[at:that]) and words[that - 1].lower not in ("of", "about")


def _starts_clause(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.quoted or word.lower in _SUBJECT_STARTS:
        return True
    return word.text[:1].isupper() or word.text[:1].isdigit() or (word.lower.endswith("s") and word.text.isalpha() and word.lower not in ("as", "is", "was", "has"))


def _skip_time(words: Sequence[Word], at: int, end: int) -> int:
    """Where the content can start: past 'on Monday', 'in a statement', 'late Friday'."""
    start = at
    while start < end:
        word = words[start].lower
        if word in _TIME or (word.endswith("ly") and words[start].text.islower()):
            start += 1
        elif word in _WITH_PLACE and start + 1 < end and not words[start + 1].quoted:
            named = noun_phrase_after(words, start + 1, short=True)
            if named is None or (word == "in" and words[start].text == "In"):
                break
            start = named[1]
        else:
            break
    return start


def _end_of_content(words: Sequence[Word], at: int, following: CueHit | None) -> int:
    end = len(words)
    while end > at and words[end - 1].text in (".", "!", "?", ";", ",", "…"):
        end -= 1
    if following is None or following.first >= end:
        return end
    cut = following.first
    if following.form.endswith("ing") and cut > at and words[cut - 1].text == ",":
        return cut - 1
    subject = noun_phrase_before(words, following.first)
    if subject:
        cut = subject[0]
    if cut > at and words[cut - 1].lower in ("and", "but", "while", ";", "though", "although") and cut - 1 > at:
        cut -= 2 if words[cut - 2].text in (",", ";") else 1
        return cut if cut - at > 2 else end
    return end


def _postposed(words: Sequence[Word], hit: CueHit, subject: tuple[int, int] | None) -> Clause | None:
    """'S, X said.' and 'S, said X.'"""
    if not hit.cue.frames.keys() & {"quote", "bare"}:
        return None
    start = subject[0] if subject else hit.first
    if not subject:
        subject = noun_phrase_after(words, hit.last + 1)
    at = start
    while at > 0 and words[at - 1].lower in ("but", "and", "as", "so"):
        at -= 1
    if at == 0 or subject is None:
        return None
    comma = words[at - 1].text in (",", "—", "–", "--", "-")
    end = at - 1 if comma else at
    if end <= 0 or not (comma or words[at - 1].quoted):
        return None
    begin = _content_start(words, end)
    frame = "quote" if words[end - 1].quoted else "bare"
    if frame not in hit.cue.frames or end - begin < (1 if frame == "quote" else 3):
        return None
    made = _made(words, hit, _span(words, subject), (begin, end), frame, subject)
    return Clause(made.cue, made.speaker, made.content, made.lemma, frame, made.commitment, (words[begin].start, max(made.clause[1], words[subject[1] - 1].end)))


def _content_start(words: Sequence[Word], end: int) -> int:
    return 0


def _sources(words: Sequence[Word]) -> list[Clause]:
    """'According to X, S.' and 'S, according to X.'"""
    found = []
    for i in range(len(words) - 2):
        phrase = f"{words[i].lower} {words[i + 1].lower}"
        if phrase not in lexicon().sources:
            continue
        named = noun_phrase_after(words, i + 2)
        if named is None:
            continue
        last = len(words)
        while last and words[last - 1].text in (".", "!", "?"):
            last -= 1
        after = named[1] + 1 if named[1] < last and words[named[1]].text == "," else named[1]
        if i > 2 and not all(w.lower in ("but", "and", "yet", "still", ",") for w in words[:i]):
            content = (0, i - 1 if words[i - 1].text == "," else i)
        else:
            content = (after, last)
        if content[1] - content[0] < 2:
            continue
        span = (words[content[0]].start, words[content[1] - 1].end)
        cue = (words[i].start, words[i + 1].end)
        whole = (min(cue[0], span[0]), max(words[named[1] - 1].end, span[1]))
        found.append(Clause(cue, _span(words, named), (span,), phrase, "source", lexicon().sources[phrase], whole))
    return found


def _first_subject(words: Sequence[Word], before: int) -> Span | None:
    """The sentence's first noun phrase, past an opening 'In a statement,'."""
    start = 0
    for i in range(min(before, 12)):
        if words[0].lower in ("in", "on", "at", "during", "after", "speaking") and words[i].text == ",":
            start = i + 1
            break
    named = noun_phrase_after(words, start, short=True)
    return _span(words, named) if named and named[1] <= before else None


def _comma_before(words: Sequence[Word], at: int) -> bool:
    return at > 0 and (words[at - 1].text in _BOUNDARIES or words[at - 1].lower in ("and", "thus", "but"))


def _span(words: Sequence[Word], part: tuple[int, int]) -> Span:
    return words[part[0]].start, words[part[1] - 1].end
