"""A text -> its words, with places in characters; what two texts share and what they do not; what is negated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from stancecheck.explain.lexicon import Phrases, phrases, stem, word_set
from stancecheck.judging.explanation import Span

__all__ = ["AnalyzedStatement", "Match", "Word", "find", "words_of"]

# A run of anything but white space and punctuation, so that combining vowel signs stay with their letters; joined across
# an apostrophe, hyphen, stop or comma that stands between two characters of words. Chinese and Japanese characters, which
# are written without spaces, stand alone.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\s!-/:-@\[-`{{-~\u2000-\u206f\u3000-\u303f\uff00-\uff0f«»¡¿…।؟،{_CJK}]"
_WORD = re.compile(rf"[{_CJK}]|[$€£¥]?{_LETTER}+(?:['’.,:\-‑]{_LETTER}+)*%?")
_CLAUSE_END = re.compile(r"[.;:!?—–,()]|\s-\s")
_BEFORE, _BEHIND = 3, 6  # words before and behind a phrase within which it bears on a word
_CLAUSE_WORDS = frozenset(["but", "although", "though", "while", "whereas", "because", "however", "who", "which"])


@dataclass(frozen=True, slots=True)
class Word:
    """A word.

    Attributes:
        start: Where it starts, in characters of the statement's text.
        end: Where it ends.
        text: As written.
        lower: In lower case, apostrophes straight.
        stem: One form for its inflected forms.
        clause: Number of the clause it stands in.
        content: Whether it carries meaning of its own (is not an article, pronoun, auxiliary ...).
    """

    start: int
    end: int
    text: str
    lower: str
    stem: str
    clause: int
    content: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of a list found in a text.

    Attributes:
        label: Name of the list.
        first: Position of its first word.
        stop: Position after its last word.
    """

    label: str
    first: int
    stop: int


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words between two characters of a text; places count from the start of the text."""
    end = len(text) if end is None else end
    empty = word_set("function_words", "words")
    found: list[Word] = []
    clause, before = 0, start
    for match in _WORD.finditer(text, start, end):
        lower = match.group().lower().replace("’", "'")
        between = text[before : match.start()]
        if found and "." in found[-1].text:  # the stop of an abbreviation (U.S., a.m.) ends nothing
            between = between.replace(".", "", 1)
        content = lower not in empty or match.group() == "US"  # the country, not the pronoun
        if found and (_CLAUSE_END.search(between) or lower in _CLAUSE_WORDS):
            clause += 1
        found.append(Word(*match.span(), match.group(), lower, stem(match.group()), clause, content))
        before = match.end()
    return found


def find(words: Sequence[Word], table: Phrases) -> list[Match]:
    """The phrases in order; of those that start at one word the longest, and none inside another."""
    matches: list[Match] = []
    position = 0
    while position < len(words):
        best = _longest_at(words, position, table)
        if best is None:
            position += 1
        else:
            matches.append(best)
            position = best.stop
    return matches


def _longest_at(words: Sequence[Word], position: int, table: Phrases) -> Match | None:
    word = words[position]
    best: Match | None = None
    for rest, label in (*table.plain.get(word.lower, ()), *table.stemmed.get(word.stem, ())):
        stop = position + 1 + len(rest)
        if (best is None or stop > best.stop) and rest == tuple(w.lower for w in words[position + 1 : stop]):
            best = Match(label, position, stop)
    return best


@dataclass
class AnalyzedStatement:
    """One statement as the rules see it.

    Attributes:
        text: The whole text of the statement.
        words: The words looked at.
        commitment: The statement's commitment, if known.
    """

    text: str
    words: list[Word]
    commitment: str | None = None
    _found: dict[tuple[tuple[str, str], ...], list[Match]] = field(default_factory=dict, repr=False)

    def matches(self, *lists: tuple[str, str]) -> list[Match]:
        """Phrases of these lists of lexicon.toml in the words."""
        if lists not in self._found:
            self._found[lists] = find(self.words, phrases(*lists))
        return self._found[lists]

    def span(self, first: int, stop: int) -> Span:
        """Characters from one word up to before another."""
        return self.words[first].start, self.words[stop - 1].end

    def span_of(self, match: Match) -> Span:
        """Characters of a match."""
        return self.span(match.first, match.stop)

    def words_of(self, match: Match) -> tuple[str, ...]:
        """The words of a match, in lower case."""
        return tuple(w.lower for w in self.words[match.first : match.stop])

    def bears_on(self, match: Match, other: AnalyzedStatement) -> bool:
        """Whether a word that both statements have stands close to a match: a little before it, or somewhat further behind."""
        around = range(max(0, match.first - _BEFORE), min(match.stop + _BEHIND, len(self.words)))
        return any(p not in range(match.first, match.stop) and self.words[p].stem in self.stems & other.stems for p in around)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry meaning."""
        return frozenset(w.stem for w in self.words if w.content)

    @cached_property
    def negators(self) -> list[tuple[Match, frozenset[int]]]:
        """Each negator with the positions of the words that it negates."""
        skipped = {p for match in self.matches(("negation", "not")) for p in range(match.first, match.stop)}
        found = []
        for match in self.matches(("negation", "before"), ("negation", "after")):
            if match.first in skipped:
                continue
            clause = self.words[match.first].clause
            reach = range(match.stop, len(self.words)) if match.label == "before" else range(match.first - 1, -1, -1)
            scope = []
            for position in reach:
                if self.words[position].clause != clause:
                    break
                scope.append(position)
            found.append((match, frozenset(scope)))
        return found

    @cached_property
    def negated(self) -> frozenset[int]:
        """Positions of words that an odd number of negators negates."""
        counts: dict[int, int] = {}
        for _, scope in self.negators:
            for position in scope:
                counts[position] = counts.get(position, 0) + 1
        return frozenset(p for p, n in counts.items() if n % 2)

    def unmatched(self, other: AnalyzedStatement) -> list[int]:
        """Positions of the words with meaning that the other statement does not have."""
        return [p for p, w in enumerate(self.words) if w.content and w.stem not in other.stems]
