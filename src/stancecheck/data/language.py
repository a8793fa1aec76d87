"""Is a text in English, in another language, or in none? A count of small words, and of groups of letters that occur.

Small words (the, and, not; el, que, ist) distinguish the languages of Europe after a few words; another script shows at once.
Made for single statements, where counts of letters alone are too few, and for a reader that knows English only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from stancecheck.data.lists import read_toml
from stancecheck.data.notes import Note

__all__ = ["letter_groups", "unreadable"]

_LISTS = read_toml("stancecheck.data", "small_words.toml")
_ENGLISH, _PLAINLY, _PARTS_OF_NAMES, _TAKEN_IN = (
    frozenset(_LISTS[name].split()) for name in ("english", "plainly_english", "parts_of_names", "taken_in")
)
_LANGUAGES = tuple(frozenset(words.split()) for words in _LISTS["others"].values())
_SHARED = _ENGLISH & frozenset().union(*_LANGUAGES)
_OWN = _ENGLISH - _SHARED
_ENOUGH = 60  # characters of text for each such word that make it plainly English
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_LETTER = re.compile(r"[^\W\d_]")
_OFTEN = 3  # words in which three letters must stand together to be a group that occurs
_ENOUGH_GROUPS = 4  # of which a text must have to be called no words
_FEW_WORDS = 4
_SURE = 4  # small words of another language that outweigh English around them, as in a quotation


def letter_groups(words: Iterable[str]) -> frozenset[str]:
    """The groups of three letters that occur in several of the words.

    Args:
        words: Words of a language, such as a tokenizer's vocabulary.
    """
    counted: Counter[str] = Counter()
    for word in words:
        if word.isascii() and word.isalpha() and word.islower():
            counted.update({word[i : i + 3] for i in range(len(word) - 2)})
    return frozenset(group for group, count in counted.items() if count >= _OFTEN)


def unreadable(text: str, groups: frozenset[str]) -> Note | None:
    """Why a reader of English cannot read the text: it is in another language, or holds no words. None if it can be read.

    Args:
        text: A statement.
        groups: What `letter_groups` gives for English.
    """
    if text.isascii() and sum(map(_PLAINLY.__contains__, text.lower().split())) * _ENOUGH > len(text):
        return None
    words = _WORDS.findall(text)
    if not words:
        return None if any(c.isdigit() for c in text) else Note.NONSENSE
    lower = [word.lower().replace("’", "'") for word in words]
    english = sum(word in _OWN for word in lower)
    letters = _LETTER.findall(text)
    if 2 * len(_LATIN.findall(text)) < len(letters):
        return Note.LANGUAGE
    foreign = _foreign(words, lower)
    if (foreign >= _SURE and foreign > 3 * english) or (not english and foreign > (len(words) > _FEW_WORDS)):
        return Note.LANGUAGE
    return Note.NONSENSE if not english and not foreign and _is_no_word(words, groups) else None


def _foreign(words: list[str], lower: list[str]) -> int:
    """How many small words of the likeliest other language there are, and words with its accents."""
    counts = [0] * len(_LANGUAGES)
    shared = [0] * len(_LANGUAGES)
    accented = 0
    for index, word in enumerate(lower):
        if _is_part_of_name(words, index):
            continue
        accented += words[index].islower() and not word.isascii() and word not in _TAKEN_IN and "'" not in word
        first, _, last = word.partition("'")  # l'homme, n'est; but mayor's
        for part in (first, last) if len(last) > 1 else (first,):
            for number, language in enumerate(_LANGUAGES):
                if part in language:
                    (shared if part in _SHARED else counts)[number] += 1
    best = max(range(len(counts)), key=lambda n: (counts[n], shared[n]))
    return counts[best] + accented + (shared[best] if counts[best] or accented else 0)


def _is_part_of_name(words: list[str], index: int) -> bool:
    """Whether a small word belongs to the name after it: 'El Salvador', 'von der Leyen'."""
    if words[index].lower() not in _PARTS_OF_NAMES:
        return False
    after = next((word for word in words[index + 1 :] if word.lower() not in _PARTS_OF_NAMES), "")
    return after[:1].isupper()


def _is_no_word(words: list[str], groups: frozenset[str]) -> bool:
    """Whether most groups of letters are none that occur; words in capitals may be abbreviations and do not count."""
    found = [word[i : i + 3] for word in (w.lower() for w in words if not w.isupper()) for i in range(len(word) - 2)]
    return len(found) >= _ENOUGH_GROUPS and 2 * sum(group in groups for group in found) < len(found)
