"""Noun phrases by rules: the speaker's words before or after a verb, and 'X's claim that S'."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.attribution.clauses import Clause
from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import is_past
from stancecheck.language.words import Word

__all__ = ["PREPOSITIONS", "noun_clauses", "noun_phrase_after", "noun_phrase_before"]

_PRONOUNS = word_class("nouns", "pronouns")
_DETERMINERS = word_class("nouns", "determiners")
_STOPS = word_class("nouns", "stops")
PREPOSITIONS = word_class("nouns", "prepositions")
_BEFORE_NOUN = word_class("nouns", "before_noun")
_DAYS = word_class("nouns", "days")
_DAYPARTS = word_class("nouns", "dayparts")
_APPOSED_CLAUSES = word_class("nouns", "apposed_clauses")
_PHRASE_STOPS = frozenset((",", "who", "which", "and", "or"))
_OPENS_APPOSITION = frozenset(("a", "an", "the", "who", "former"))
_AFTER_NAME = frozenset(("told", "said", "late", "early", "last", "this"))
_REJECTED = word_class("denials", "rejected")
_REJECTS = _REJECTED | word_class("denials", "rejects")
_BE = word_class("denials", "be")
_CONCLUDED = frozenset(("conclusion", "conclusions", "finding", "findings"))
_MADE = frozenset(("made", "voiced", "raised", "spread", "aired", "repeated", "levelled", "leveled"))
_FINITE = word_class("article", "finite")
_APART = frozenset((",", "—", "–", "-"))
_PARTS = frozenset((";", ":", "—", "–", ".", "!", "?"))
_RELATES = frozenset(("which", "that", "it", "he", "she", "they", "we"))
_MAX_WORDS = 22
_MORE_APPOSITIONS = 2


def noun_phrase_before(words: Sequence[Word], verb: int) -> tuple[int, int] | None:
    """The noun phrase that ends right before the verb, an apposition between commas included.

    Args:
        words: The sentence.
        verb: Position of the verb group's first word.

    Returns:
        Start and end as word positions, or None if there is none.
    """
    found = _nearest_phrase(words, verb)
    return _whole_document(words, found) if found is not None else None


def _whole_document(words: Sequence[Word], found: tuple[int, int]) -> tuple[int, int]:
    """The phrase from its document on: 'An affidavit filed by the Security Service', not 'the Security Service' alone."""
    first = next((i + 1 for i in range(found[0] - 1, -1, -1) if words[i].quoted or words[i].text in _PARTS), 0)
    while first < found[0] and words[first].lower in ("but", "and", "yet", "still"):
        first += 1
    written = (i for i in range(first, min(found[0], first + 5)) if _is_document(words[i].lower))
    last = next(written, None)
    if last is None or any(w.lower in PREPOSITIONS or w.text == "," for w in words[first:last]):
        return found
    between = words[last + 1 : found[0]]
    if between and between[0].lower in _RELATES:
        return first, found[1]
    reduced = all(
        a.lower not in _STOPS and (not is_past(a.lower) or b.lower in PREPOSITIONS)
        for a, b in zip(between, words[last + 2 : found[0] + 1], strict=True)
    )
    return (first, found[1]) if reduced else found


def _is_document(word: str) -> bool:
    return bool({word, word.removesuffix("s")} & names().documents)


def _nearest_phrase(words: Sequence[Word], verb: int) -> tuple[int, int] | None:
    end = _before_time(words, verb)
    if end and words[end - 1].text in _APART:
        opened = _opening_back(words, end - 2, words[end - 1].text)
        if opened is None or opened < 1:
            return None
        part = _walk_back(words, opened)
        for _ in range(_MORE_APPOSITIONS):
            further = _opening_back(words, opened - 1)
            if part is None or further is None or further < 1 or not _describes(words[further + 1 : opened]):
                break
            named = _walk_back(words, further)
            if named is None or sum(map(_is_name, words[slice(*named)])) < 2:
                break
            part, opened = named, further
        if part is None or not _named(words, part):
            return None
        return part if words[opened + 1].lower in _APPOSED_CLAUSES else (part[0], end)
    if end and words[end - 1].text == ")":
        opened = next((i for i in range(end - 2, max(-1, end - 8), -1) if words[i].text == "("), None)
        part = _walk_back(words, opened) if opened else None
        return (part[0], end) if part else None
    return _walk_back(words, end)


def _describes(words: Sequence[Word]) -> bool:
    """Whether words between commas say what somebody is: '91', 'finance minister of Lorne', 'a butcher'."""
    if len(words) == 1 and words[0].text.isdigit():
        return True
    opens = bool(words) and words[0].text.islower() and words[0].lower not in ("and", "or", "but")
    return opens and any(w.lower in names().roles or w.lower in ("a", "an") for w in words)


def _before_time(words: Sequence[Word], end: int) -> int:
    """Where the words end that stand before 'on Wednesday' or 'late on Friday night'."""
    at = end
    while at > 1 and words[at - 1].lower in _DAYPARTS:
        at -= 1
    if at < 2 or words[at - 1].lower not in _DAYS:
        return end
    at -= 1
    while at > 1 and words[at - 1].lower in ("on", "late", "early", "last"):
        at -= 1
    return at


def noun_phrase_after(words: Sequence[Word], at: int, *, short: bool = False) -> tuple[int, int] | None:
    """The noun phrase that starts here, with 'of' phrases and an apposition unless ``short``."""
    limit = min(len(words), at + _MAX_WORDS)
    if at < limit and words[at].lower in _PRONOUNS:
        return at, at + 1
    end = at
    while end < limit and not _phrase_ends(words, end, at, limit, short):
        end += 1
    if end == at or not _named(words, (at, end)):
        return None
    if not short and end + 1 < limit and words[end].text == ",":
        follows = words[end + 1].lower
        if follows in _OPENS_APPOSITION or follows in names().roles or _names_holder(words, (at, end), limit):
            closing = (j for j in range(end + 1, limit) if words[j].text in (",", ".", ":") or words[j].quoted)
            end = next(closing, limit)
    return at, end


def _names_holder(words: Sequence[Word], office: tuple[int, int], limit: int) -> bool:
    """Whether the name of an office's holder follows: "Solvo's chief executive, Leonie Abara"."""
    after = office[1] + 1
    end = next((i for i in range(after, limit) if not _is_name(words[i])), limit)
    return 2 <= end - after <= 4 and any(w.lower in names().roles for w in words[office[0] : office[1]])


def _phrase_ends(words: Sequence[Word], i: int, at: int, limit: int, short: bool) -> bool:
    """Whether the phrase that starts at ``at`` ends before word i."""
    lower = words[i].lower
    before = words[i - 1] if i > at else None
    if lower == "and" and not short and before is not None and i + 1 < limit:
        return not (_is_name(before) and _is_name(words[i + 1]))
    if words[i].quoted or lower in _STOPS or lower in _PHRASE_STOPS:
        return True
    if lower in PREPOSITIONS:
        return before is None or short or lower not in ("of", "for") or i + 1 >= limit
    if before is None:
        return False
    if lower in names().persons or lower in names().things or lower in names().many:
        return True
    if lower in _DETERMINERS:
        return before.lower not in ("of", "for")
    return lower in _DAYS or (lower in _AFTER_NAME and _is_name(before))


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
    while i < end and (words[i].lower in PREPOSITIONS or words[i].lower in ("and", "or", "also", "however")):
        # 'In Moscow Smith said': what is left of the preposition's own noun cannot be told; keep the name at the end.
        i = _name_at_end(words, i + 1, end) if words[i].lower in PREPOSITIONS else i + 1
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
    return (
        any(w.text[:1].isalpha() or w.text[:1].isdigit() for w in words[part[0] : part[1]]) and last.lower not in PREPOSITIONS
    )


def _is_name(word: Word) -> bool:
    return word.text[:1].isupper()


def _opening_back(words: Sequence[Word], at: int, closing: str = ",") -> int | None:
    """Where the aside opens that such a mark closes."""
    for i in range(at, max(-1, at - _MAX_WORDS), -1):
        if words[i].text == closing:
            return i
        if words[i].quoted or words[i].text in (";", ":"):
            return None
    return None


def noun_clauses(words: Sequence[Word]) -> list[Clause]:
    """'X's claim that S', 'claims by X that S' and 'X's remarks about N having V-ed'."""
    return [c for i, w in enumerate(words) if w.lower in lexicon().nouns and i + 3 < len(words) for c in _noun_clause(words, i)]


def _noun_clause(words: Sequence[Word], i: int) -> list[Clause]:
    owner = next((j for j in range(i - 1, max(-1, i - 4), -1) if words[j].lower.endswith(("'s", "’s"))), None)
    after = i + 1 + (words[i + 1].lower in _MADE and words[i + 2].lower in ("by", "from"))
    if owner is not None:
        named = _name_at_end(words, max(0, owner - 6), owner + 1)
        part = (named, owner + 1) if _is_name(words[owner]) and words[named].lower not in _DETERMINERS else None
        part = part or noun_phrase_before(words, owner + 1)
    elif words[after].lower in ("by", "from") or (words[after].lower == "of" and words[i].lower in _CONCLUDED):
        that = next((j for j in range(after + 1, min(len(words), after + 14)) if words[j].lower == "that"), after)
        part = noun_phrase_after(words, after + 1)
        part = (part[0], min(part[1], that)) if part else None
        after = that
    elif (made := _made_by(words, after)) is not None:
        part, after = made
    elif words[after].lower == "that" and _is_rejected(words, i):
        part = None
    else:
        return []
    if words[after].lower == "that" and words[after + 1].lower in _FINITE:
        return []  # 'a message that was leaked'
    end = _end(words, after + 1)
    frame = {"that": "that", "about": "having"}.get(words[after].lower)
    has_having = any(w.lower == "having" for w in words[after + 2 : after + 11])
    if (
        frame is None
        or (part is None and words[after - 1].text != words[i].text)
        or end - after < 3
        or (frame == "having" and not has_having)
    ):
        return []
    speaker = (words[part[0]].start, words[part[1] - 1].end - (2 if owner is not None else 0)) if part else None
    content = words[after + 1].start, words[end - 1].end
    cue = words[i].start, words[i].end
    whole = min((speaker or cue)[0], cue[0]), content[1]
    return [Clause(cue, speaker, (content,), words[i].lower, frame, lexicon().nouns[words[i].lower], whole)]


def _made_by(words: Sequence[Word], at: int) -> tuple[tuple[int, int], int] | None:
    """Speaker and 'that' in 'the suggestion, made by X in a letter, that S', 'the rumour, popular among X, that S'."""
    if words[at].text != ",":
        return None
    that = next((j for j in range(at, min(len(words), at + 14)) if words[j].lower == "that" and words[j - 1].text == ","), None)
    by = next((j for j in range(at, that or at) if words[j].lower in ("by", "among", "from")), None)
    part = noun_phrase_after(words, by + 1, short=True) if by else None
    return (part, that) if part and that else None


def _is_rejected(words: Sequence[Word], noun: int) -> bool:
    """Whether 'rejected' stands before 'the suggestion'."""
    return any(w.lower in _REJECTS for w in words[max(0, noun - 4) : noun])


def _end(words: Sequence[Word], start: int) -> int:
    """Where a claim ends: at a comma, or before 'is rejected'."""
    marks = (i for i in range(start, len(words)) if words[i].text in (",", ";", "—", "–") or words[i].lower in _REJECTED)
    end = next(marks, len(words))
    if end < len(words) and words[end].lower in _REJECTED:
        while end > start and words[end - 1].lower in _BE:
            end -= 1
    while end > start and words[end - 1].text in (".", "!", "?"):
        end -= 1
    if end - start > 2 and words[end - 1].quoted and words[end - 2].lower == "as":
        end -= 2  # 'dismissed the claim that S as “Q”'
    return end
