"""Noun phrases next to a cue, by rules: the speaker's words before or after the verb."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.attribution.clauses import Word
from stancecheck.attribution.lexicon import names

__all__ = ["noun_phrase_after", "noun_phrase_before"]

_PRONOUNS = frozenset("he she it they we i who which one many some others both several another most all this that".split())
_DETERMINERS = frozenset("the a an his her its their our my some several many two three four five other another one both".split())
_STOPS = frozenset(
    "; : — – -- ( ) [ ] . ! ? but while as because although though that if when whether where after before since until unless "
    "is are was were be been being has have had will would can could may might must should did does do not so than".split()
)
_PREPOSITIONS = frozenset("of for in at from with to on by against about into over under between among".split())
_BEFORE_NOUN = frozenset("of for at from with in".split())
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday yesterday today tonight".split())
_MAX_WORDS = 22


def noun_phrase_before(words: Sequence[Word], verb: int) -> tuple[int, int] | None:
    """The noun phrase that ends right before the verb, an apposition between commas included.

    Args:
        words: The sentence.
        verb: Position of the verb group's first word.

    Returns:
        Start and end as word positions, or None if there is none.
    """
    end = verb
    if end and words[end - 1].text == ",":
        opened = _comma_back(words, end - 2)
        if opened is None or opened < 1:
            return None
        part = _walk_back(words, opened)
        return (part[0], end) if part and _named(words, part) else None
    if end and words[end - 1].text == ")":
        opened = next((i for i in range(end - 2, max(-1, end - 8), -1) if words[i].text == "("), None)
        part = _walk_back(words, opened) if opened else None
        return (part[0], end) if part else None
    return _walk_back(words, end)


def noun_phrase_after(words: Sequence[Word], at: int, *, short: bool = False) -> tuple[int, int] | None:
    """The noun phrase that starts here, with 'of' phrases and an apposition unless ``short``."""
    i = at
    limit = min(len(words), at + _MAX_WORDS)
    if i < limit and words[i].lower in _PRONOUNS:
        return at, at + 1
    while i < limit:
        word = words[i]
        lower = word.lower
        if word.quoted or lower in _STOPS or lower in ("who", "which", "and", "or") or lower == ",":
            if lower == "and" and i > at and _is_name(words[i - 1]) and i + 1 < limit and _is_name(words[i + 1]) and not short:
                i += 1
                continue
            break
        if lower in _PREPOSITIONS and (i == at or short or lower not in ("of", "for") or i + 1 >= limit):
            break
        if i > at and word.text[:1].isalpha() and lower in _DETERMINERS and words[i - 1].lower not in ("of", "for"):
            break
        if i > at and not _is_name(word) and _is_name(words[i - 1]) and lower in ("told", "said", "late", "early", "last", "this"):
            break
        if i > at and lower in _DAYS:
            break
        i += 1
    if i == at or not _named(words, (at, i)):
        return None
    if not short and i + 1 < limit and words[i].text == ",":
        follows = words[i + 1].lower
        if follows in ("a", "an", "the", "who", "former") or follows in names().roles:
            close = next((j for j in range(i + 1, limit) if words[j].text == "," or words[j].text == "." or words[j].quoted), limit)
            i = close
    return at, i


def _walk_back(words: Sequence[Word], end: int) -> tuple[int, int] | None:
    i = end
    while i > 0 and end - i < _MAX_WORDS:
        word = words[i - 1]
        lower = word.lower
        if word.quoted or lower in _STOPS or word.text == ",":
            break
        if lower in ("and", "or"):
            joined = i < end and i > 1 and _is_name(words[i]) and _is_name(words[i - 2])
            if not joined:
                break
        if i < end and lower in _PRONOUNS and lower not in ("some", "many", "several", "all", "one", "both", "most", "another"):
            break
        if lower in _PRONOUNS and i == end:
            return i - 1, end
        i -= 1
        if lower in _DETERMINERS and not (i > 0 and words[i - 1].lower in _BEFORE_NOUN):
            break
    while i < end and (words[i].lower in _PREPOSITIONS or words[i].lower in ("and", "or", "also", "however")):
        # 'In Moscow Smith said': what is left of the preposition's own noun cannot be told; keep the name at the end.
        i = _name_at_end(words, i + 1, end) if words[i].lower in _PREPOSITIONS else i + 1
    part = (i, end)
    return part if i < end and _named(words, part) else None


def _name_at_end(words: Sequence[Word], start: int, end: int) -> int:
    i = end
    while i > start and _is_name(words[i - 1]):
        i -= 1
    return i if i < end else start


def _named(words: Sequence[Word], part: tuple[int, int]) -> bool:
    last = words[part[1] - 1]
    if part[1] - part[0] == 1 and last.lower in _DAYS:
        return False
    return any(w.text[:1].isalpha() or w.text[:1].isdigit() for w in words[part[0] : part[1]]) and last.lower not in _PREPOSITIONS


def _is_name(word: Word) -> bool:
    return word.text[:1].isupper()


def _comma_back(words: Sequence[Word], at: int) -> int | None:
    for i in range(at, max(-1, at - _MAX_WORDS), -1):
        if words[i].text == ",":
            return i
        if words[i].quoted or words[i].text in (";", ":"):
            return None
    return None
