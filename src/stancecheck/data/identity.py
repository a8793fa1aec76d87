"""When two texts are the same to a reader: but for case, quotation marks, the end mark, a list's number and spaces."""

from __future__ import annotations

import re

__all__ = ["case_tells_apart", "same_words", "words_key"]

_LABEL = r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,3})\)|\d{1,3}\.(?=\s)|q\d{1,3}[:.]"
_CLOCK = r"\[?\d{1,2}[:.]\d\d(?:[:.]\d\d)?\]?"
_START = re.compile(rf"\s*(?:(?P<label>{_LABEL})|(?P<clock>{_CLOCK}))[\s:–-]+(?=\w|[\"'“‘])")
_QUARTER = re.compile(r"q[1-4][:.]")
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»‟', "") | dict.fromkeys("’‘‛`´", "'") | dict.fromkeys("‐‑‒–—―", "-"))
_SINGLE_QUOTES = re.compile(r"(?<!\w)'|'(?!\w)")
_EDGES = " '.!…-*•"
# Words that are others in capitals: the US and us, the WHO and who.
_ACRONYMS = re.compile(r"\b(?:US|WHO|IT|AIDS|ICE|ACT|SALT|SWIFT|CARE|START|PIN|CAP|UN)\b")


def words_key(text: str) -> tuple[str, str]:
    """A time or quarter that the text starts with ('' if none), and the text without what a reader does not count.

    Two texts with the same second part are the same to a reader, if the first parts do not tell them apart.

    Args:
        text: A text made ready by ``prepare``.
    """
    plain = _SINGLE_QUOTES.sub("", text.casefold().translate(_QUOTES))
    stated = ""
    if start := _START.match(plain):
        label = start["label"] or ""
        stated = start["clock"] or (label if _QUARTER.fullmatch(label) else "")
        plain = plain[start.end() :]
    return stated, " ".join(plain.split()).strip(_EDGES)


def same_words(a: str, b: str) -> bool:
    """Whether two texts, made ready by ``prepare``, are the same to a reader."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 40 and " ".join(a.split()) != " ".join(b.split()):  # a cheap look, for most pairs are not
        return False
    (told_a, words_a), (told_b, words_b) = words_key(a), words_key(b)
    alike = words_a == words_b and bool(words_a) and (told_a == told_b or not (told_a and told_b))
    return alike and not case_tells_apart(a, b)


def case_tells_apart(a: str, b: str) -> bool:
    """Whether one text has a word in capitals that is another word in the other's small letters: 'US' and 'us'."""
    found_a, found_b = set(_ACRONYMS.findall(a)), set(_ACRONYMS.findall(b))
    return (bool(found_a) and _has_small(b, found_a - found_b) and not a.isupper()) or (
        bool(found_b) and _has_small(a, found_b - found_a) and not b.isupper()
    )


def _has_small(text: str, acronyms: set[str]) -> bool:
    return bool(acronyms) and not text.isupper() and not acronyms.isdisjoint(re.findall(r"\w+", text.upper()))
