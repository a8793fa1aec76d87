"""Where the content of a verb of saying begins and ends, and how it hangs on the verb."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from stancecheck.attribution.clauses import AUXILIARIES, NO_VERB_AFTER, CueMatch, Part, end_of_opening
from stancecheck.attribution.denials import denied_content, denies, end_of_denied
from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.nouns import noun_phrase_after, noun_phrase_before
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word

__all__ = ["content_after", "end_of_content", "following_clause"]

_BOUNDARIES = word_class("rules", "boundaries")
_ENDS = word_class("rules", "ends")
_NO_ADVERBS = word_class("rules", "no_adverbs")
_NO_MORE = word_class("rules", "no_more") - {"and", "but", "because"}
_TIME = word_class("rules", "time")
_WITH_PLACE = word_class("rules", "with_place")
_CLAUSE_WORDS = word_class("rules", "clause_words")
_OTHER_SUBJECTS = frozenset(("he", "she", "it", "they", "we", "i", *AUXILIARIES)) - {"to", "'s", "’s"}
_ESTABLISHES = frozenset(("confirm", "verify"))  # 'could not confirm the toll'
_AFTER_PRONOUN = frozenset(("as", "is", "was", "would", "will", "has"))  # 'said that would be a mistake'
_ASKS = frozenset(("whether", "if", "how", "why", "what", "when", "where", "who", "which"))
_MAX_SKIP = 14  # words between a cue and its 'that'
_OBJECTS = frozenset(("me", "us", "him", "them"))
_SUBJECT_STARTS = word_class("rules", "subject_starts")


def content_after(words: Sequence[Word], match: CueMatch, following: CueMatch | None) -> tuple[Part, str] | None:
    """Words after the cue that are its content, and the frame; None if it has none there."""
    frames = match.cue.frames.keys()
    at = match.last + 1
    end = end_of_content(words, at, following)
    if denies(match):
        end = end_of_denied(words, at, end)
    if at >= end:
        return None
    that = _after_that(words, at, end, negates=denies(match))
    if that is not None and not denies(match) and "object" not in frames and _is_relative(words, at, that):
        return None
    if that is not None and frames & {"that", "object"} and words[that - 1].text != ":":
        return (that, end), "that"
    if that is not None and words[that - 1].text == ":":
        return (that, end), "quote"
    start = _skip_time(words, at, end)
    if start + 1 < end and words[start].text in (",", ":") and words[start + 1].quoted:
        start += 1
    if start < end and words[start].quoted:
        if denies(match) and words[start - 1].text not in (",", ":"):
            return (start, end), "denied" if "denied" in frames else "unsaid"
        return ((start, end), "quote") if frames & {"quote", "that", "bare"} else None
    return _framed(words, match, at, start, end)


def _framed(words: Sequence[Word], match: CueMatch, at: int, start: int, end: int) -> tuple[Part, str] | None:
    """Content by the frames that need no 'that' and no quotation."""
    frames = match.cue.frames.keys()
    if "entry" in frames and (own := _entry(words, match, start, end)) is not None:
        return own
    if (marked := _marked(words[at].lower, match)) is not None:
        return (at + (marked == "unaware"), end), marked
    if denies(match) and (denied := denied_content(words, at, end)) is not None:
        return denied, "that"
    if start < end - 1 and (thing := _thing(words, match, start, end)):
        return (start, end), thing
    for frame, marks in (("order", ("to",)), ("gerund", ("of", "for", "with"))):
        if frame in frames and _has_object(words, at, end, marks, frame):
            return (at, _end_of_order(words, at, end)), frame
    if "object" in frames:
        told = at, at + 1  # 'told me there were eleven'
        addressee = told if words[at].lower in _OBJECTS else noun_phrase_after(words, at, short=True)
        rest = _skip_time(words, addressee[1], end) if addressee and addressee[1] < end - 2 else end
        if rest < end and (words[rest].quoted or (_starts_clause(words, rest) and _has_verb(words[rest + 1 : end]))):
            return (rest, end), "object"
    elif "bare" in frames and start < end - 1 and _is_clause(words, start, end, match):
        return (start, end), "bare"
    return None


def _entry(words: Sequence[Word], match: CueMatch, start: int, end: int) -> tuple[Part, str] | None:
    """What a document gives, lists or records."""
    subject = noun_phrase_before(words, match.first)
    if subject is None or start >= end - 1 or not any(w.lower in names().documents for w in words[subject[0] : subject[1]]):
        return None
    return (start, end), "entry"


def _marked(word: str, match: CueMatch) -> str | None:
    """The frame that the word after the cue tells: 'whether', 'of', 'to'."""
    frames = match.cue.frames
    if ("whether" in frames or match.negated) and word in _ASKS:
        return "whether"
    if "unaware" in frames and word in ("of", "that"):
        return "unaware"
    return "to" if "to" in frames and word in ("to", "not") else None


def _thing(words: Sequence[Word], match: CueMatch, start: int, end: int) -> str | None:
    """The frame of a content that is no clause: 'denied any role', 'spoke of a lie', 'put the toll at nine'."""
    frames = match.cue.frames
    if "whole" in frames:
        return "whole"
    if "named" in frames and _names_it(words[start:end], denied="denies" in frames.values()):
        return "named"
    bare = words[start].text not in _BOUNDARIES and words[start].lower != "by"
    if bare and match.negated and match.cue.lemma in _ESTABLISHES:
        return "unsaid"
    return next((f for f in ("denied", "unsaid") if f in frames), None) if bare else None


def _names_it(words: Sequence[Word], *, denied: bool) -> bool:
    """Whether something is called by a name of the speaker's own, or put at a number; what is denied only 'as' something."""
    if denied:
        return any(a.lower == "as" and b.quoted for a, b in itertools.pairwise(words))
    return any(w.quoted for w in words) or any(w.lower == "at" for w in words[1:-1])


def _is_relative(words: Sequence[Word], at: int, that: int) -> bool:
    """Whether 'that' opens a relative clause to the verb's object: 'wrote the section that shields'."""
    between = words[at : that - 1]
    thing = bool(between) and words[that - 1].lower == "that" and between[0].lower in NO_VERB_AFTER
    return thing and not any(w.lower in _WITH_PLACE or w.text in _BOUNDARIES for w in between)


def _quoted_after(words: Sequence[Word], that: int, end: int) -> bool:
    """Whether a colon and a quotation follow, and no verb before them: 'disputed that on Monday: “Q”'."""
    colon = next((i for i in range(that, min(end - 1, that + _MAX_SKIP)) if words[i].text == ":"), None)
    return (
        colon is not None
        and words[colon + 1].quoted
        and not any(w.lower in AUXILIARIES or is_past(w.lower) for w in words[that + 1 : colon])
    )


def _after_that(words: Sequence[Word], at: int, end: int, *, negates: bool) -> int | None:
    """Where the content starts after 'that' or a colon, if only a time, a place or somebody told lies between."""
    for skip in range(at, min(end, at + _MAX_SKIP)):
        word = words[skip]
        if word.quoted or word.lower in ("but", "and", ";", "who", "which"):
            return None
        if word.text == ":" and skip + 1 < end:
            return skip + 1
        if (
            word.lower == "that"
            and skip + 2 < end
            and not (negates and _quoted_after(words, skip, end))
            and words[skip + 1].text != ":"
        ):
            between = words[at:skip]
            clause = any(w.quoted or w.lower in _CLAUSE_WORDS - {"since"} or w.lower in _OTHER_SUBJECTS for w in between)
            no_conjunction = words[skip - 1].lower in ("of", "about") or words[skip + 1].lower in _AFTER_PRONOUN
            return None if clause or no_conjunction else skip + 1
    return None


def _has_object(words: Sequence[Word], at: int, end: int, marks: tuple[str, ...], frame: str) -> bool:
    named = noun_phrase_after(words, at)
    if not named:
        return False
    for i in range(named[0] + 1, min(end, at + 20)):
        verb = words[i + 1] if i + 1 < end else None
        if words[i].lower in marks and verb and (_is_base(verb) if frame == "order" else verb.lower.endswith("ing")):
            return True
        if words[i].text in _BOUNDARIES and frame == "order":
            return False
    return False


def _end_of_order(words: Sequence[Word], at: int, end: int) -> int:
    """Where what is asked for ends: before ', argues in her complaint', ', which', ', a practice that'."""
    for i in range(at + 1, end - 1):
        after = words[i + 1].lower
        if words[i].text == "," and (
            after in _NO_MORE or after in AUXILIARIES or (after in lexicon().verbs and after.endswith("s"))
        ):
            return i
    return end


def _is_base(word: Word) -> bool:
    """Whether a word after 'to' can be a verb: 'to leave', but not 'to the airport'."""
    return word.text.islower() and word.lower not in _SUBJECT_STARTS and word.lower not in NO_VERB_AFTER


def _starts_clause(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.quoted or word.lower in _SUBJECT_STARTS or word.text[:1].isupper() or word.text[:1].isdigit():
        return True
    return word.lower.endswith("s") and word.text.isalpha() and word.lower not in ("as", "is", "was", "has")


def _is_clause(words: Sequence[Word], start: int, end: int, match: CueMatch) -> bool:
    """Whether the words are a sentence of their own: 'said production was normal', but not 'said nothing of it'."""
    if start == end - 2 and words[start].lower not in _SUBJECT_STARTS:
        return False
    begins = _starts_clause(words, start) or (match.cue.lemma == "say" and words[start].text[:1].isalpha())
    return begins and words[start].lower not in ("so", "nothing", "much", "more", "to") and _has_verb(words[start + 1 : end])


def _has_verb(words: Sequence[Word]) -> bool:
    """Whether a finite verb is likely among the words: an auxiliary, a past form, or an -s after a name or pronoun."""
    for i, word in enumerate(words):
        lower = word.lower
        if word.quoted or lower in AUXILIARIES or is_past(lower) or lower.endswith(("n't", "n’t", "’s", "'s")):
            return True
        if lower.endswith("s") and word.text.islower() and (i == 0 or words[i - 1].lower not in NO_VERB_AFTER):
            return True
    return False


def _skip_time(words: Sequence[Word], at: int, end: int) -> int:
    """Where the content can start: past 'on Monday', 'in a statement', 'late Friday'."""
    start = at
    while start < end:
        word = words[start].lower
        if word == "this" and not (start + 1 < end and words[start + 1].lower in _TIME):
            break
        if word in _TIME or (word.endswith("ly") and words[start].text.islower() and word not in _NO_ADVERBS):
            start += 1
        elif word in _WITH_PLACE and start + 1 < end and not words[start + 1].quoted:
            named = noun_phrase_after(words, start + 1, short=True)
            if named is None and words[start + 1].lower not in _TIME:
                break
            start = named[1] if named else start + 2
        else:
            break
    return start


def following_clause(words: Sequence[Word], matches: Sequence[CueMatch]) -> CueMatch | None:
    """The first of the cues that follow which opens a clause beside this one ('S, and Y denies N'), or else the first."""
    for match in matches:
        subject = noun_phrase_before(words, match.first)
        at = subject[0] if subject else match.first
        if at > 1 and words[at - 1].lower in ("and", "but", "while", ";") and words[at - 2].text == ",":
            return match
    return matches[0] if matches else None


def end_of_content(words: Sequence[Word], at: int, following: CueMatch | None) -> int:
    end = len(words)
    opening = end_of_opening(words)
    if opening is not None and at < opening:
        return opening
    while end > at and words[end - 1].text in _ENDS:
        end -= 1
    if following is None or following.first >= end:
        return end
    cut = following.first
    if following.form.endswith("ing") and cut > at and words[cut - 1].text == ",":
        return cut - 1
    subject = noun_phrase_before(words, following.first)
    cut = subject[0] if subject else cut
    if cut - 1 > at and words[cut - 1].lower in ("and", "but", "while", ";", "though", "although"):
        cut -= 2 if words[cut - 2].text in (",", ";") else 1
        return cut if cut - at > 2 else end
    return end
