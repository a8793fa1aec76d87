"""Whom the labels of a transcript mean: by its heads, its rosters, the witness last sworn, and introductions in the talk."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from stancecheck.attribution.labels import labels_of
from stancecheck.attribution.lexicon import names
from stancecheck.attribution.mentions import is_body_name
from stancecheck.attribution.roster import cased
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span
from stancecheck.language.sentences import paragraphs_of

__all__ = ["Cast"]

_WORD = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Rev|Sen|Rep|Gov|Cllr|[A-Z])\.|[^\W\d_a-zß-öø-ÿ][\w’'-]*)"
_RUN = re.compile(rf"{_WORD}(?: (?:(?:de|van|von|der|la|al) )?{_WORD}){{0,5}}")
_TITLES = word_class("cast", "titles")
_ANYBODY = word_class("cast", "anybody")
_EXAMINED = re.compile(
    r"(?:\b(?i:(?:cross-?|re-?)?examin\w+(?:-in-chief)?(?: \(?\w+\)?)? by|questioned by|interviewed by)|^(?i:by)) "
    rf"(?P<who>{_RUN.pattern})"
)
_SWORN = re.compile(
    r"\b(?i:sworn|affirmed|recalled|called by|t(?:ook|akes) the (?:oath|stand)|testified as follows)\b|^(?i:(?:the )?witness: )"
)
_INTERVIEW = re.compile(
    r"\b(?i:interview\w*|deposition|examination|conversation|evidence|talk\w*|speak\w*|spoke) (?i:with|of|to|by) "
    r"(?P<who>[^\n]+)"
)
_LETTERS = re.compile(rf"({_RUN.pattern}) \((?:[“\"])?([A-Z]{{1,4}})[”\"]?\)")  # 'Anna Berg (AB)'
_FOR = re.compile(
    r"[\s,]*(?:\([^()\n]{2,20}\))?,? ?(?:(?:(?:appear|present)(?:s|ed|ing)|acting|speaking|here|counsel|solicitor) )?"
    r"(?:for|on behalf of) (?P<body>[^;,.()\n]{2,60})"
)
_OF = re.compile(r",? (?:of|from|at|with) (?P<body>(?:the )?[A-Z][^;,.()\n]{2,60})")
_BRACKETS = re.compile(r",?\s*[(\[](?P<what>[^()\[\]\n]{2,80})[)\]]")
_COMMA = re.compile(r",(?: \d\d,)? (?P<what>(?!(?:and|but|she|he|who|you|we|I|it|I[’'])\b)[^;.\n]{3,90})")
_DASHES = re.compile(r" [-–—|] (?P<what>[^\n;]{2,80})")
_KEY = re.compile(  # 'HC the coroner, Dr Ida Olden'
    r"(?:^|[;:,.]\s|\s\s)([A-Z]{1,4})(?:\s*[=:–-]\s*|\s+)(?=the \w|[A-Z])([^;\n]{4,100})"
)
_PLACE_OF_WORK = re.compile(r"^((?:[a-z][\w’'-]* ?){1,4}) (?:at|of|for|with|from) (?=(?:the )?[A-Z])")
_LONGEST_HEAD = 160  # characters of a line that calls a witness
_MOST_LETTERS = 5  # of a name's initials
_MOST_NAMES = 20  # places of one name that are looked at


class Cast:
    """The people of one transcript.

    Args:
        text: The whole text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        lines = paragraphs_of(text)
        labels = labels_of(text, lines)
        self._by_name: dict[str, list[Span]] = {}  # first or last word -> names of several words
        self._examiners: list[tuple[int, str]] = []
        self._witnesses: list[tuple[int, str]] = []
        self._keys: dict[str, str] = {}  # 'HC' -> 'the coroner, Dr Ida Olden'
        self._first: list[tuple[int, str]] = []  # the first people of the heads
        self._initials: dict[str, str] = {}
        for number, line in enumerate(lines):
            if number not in labels:
                self._read_head(line)
            for start, end in self._names(line):
                words = self._text[start:end].lower().split()
                self._initials.setdefault("".join(w[0] for w in words).upper(), _in_small(self._text[start:end]))
                if number < min(labels, default=0):
                    what = self._described((start, end))
                    self._first.append((start, f"{_in_small(self._text[start:end])}, {what}".rstrip(", ")))
                for word in {words[0], words[-1]}:
                    self._by_name.setdefault(word, []).append((start, end))

    def words_for(self, label: Span) -> str | None:
        """The speaker's name and office, to be read as a mention; None where the text says no more than the label."""
        said = self._text[slice(*label)].strip(" .*_")
        if said.lower() in ("q", "question"):
            return self._person_at(self._examiners, label[0])
        if said.lower() in ("a", "answer"):
            return self._person_at(self._witnesses or self._first[:1], label[0])
        if said in self._keys:
            return self._keys[said]
        if said.isupper() and 1 < len(said) < _MOST_LETTERS and said.lower() not in self._by_name and said in self._initials:
            return self._initials[said]
        aside = _BRACKETS.match(self._text, label[1])
        if aside is not None and (named := self._named_in_aside(said, aside["what"])) is not None:
            return named
        tokens = [w for w in re.split(r"[\s.]+", said.partition(",")[0].partition(" - ")[0]) if w and w.lower() not in _TITLES]
        if len(tokens) != 1 or _is_office(tokens[0]) or "," in said:
            return None
        return self._introduced(tokens[0], label)

    def _person_at(self, people: list[tuple[int, str]], at: int) -> str | None:
        """Who was named last before a place, or first after it."""
        if not people:
            return None
        words = people[max(0, bisect.bisect_right(people, at, key=lambda row: row[0]) - 1)][1]
        tokens = [w for w in words.partition(",")[0].split() if w.lower().strip(".") not in _TITLES]
        return (self._introduced(tokens[0], None) if len(tokens) == 1 else None) or words

    def _named_in_aside(self, said: str, aside: str) -> str | None:
        """'The Minister for Rivers (Per Berg)', 'CALLER (Denise, Overby)'."""
        name = aside.partition(",")[0].strip()
        full = re.fullmatch(rf"{_WORD}(?: {_WORD}){{1,3}}", name)
        office = any(w.lower() in names().roles for w in said.split())
        if full and said.isupper() and len(said) < _MOST_LETTERS:
            self._keys[said] = name
            return name
        if full and office and not is_body_name(name.split()):
            return f"{name}, {said}"
        anybody = said.split()[-1].lower() in _ANYBODY
        return name if anybody and re.fullmatch(rf"{_WORD}(?: {_WORD})?", name) and name[1:2].islower() else None

    def _introduced(self, word: str, label: Span | None) -> str | None:
        """The full name with this first or last word, and what is said of them there."""
        places = self._by_name.get(word.lower(), [])[:_MOST_NAMES]
        last = [p for p in places if self._text[slice(*p)].split()[-1].lower() == word.lower()]
        described = [(self._described(p), p) for p in last or places if label is None or p[0] != label[0]]
        if not described:
            return None
        words, place = max(described, key=lambda row: (bool(row[0]), -row[1][0]))
        name = self._text[slice(*place)]
        return f"{_in_small(name)}, {words}" if words else _in_small(name)

    def _described(self, place: Span) -> str:
        """What stands after a name: 'of the union', 'chief engineer, Solvo'."""
        end = place[1]
        if (match := _FOR.match(self._text, end)) or (match := _OF.match(self._text, end)):
            return f"of {match['body']}"
        if (match := _BRACKETS.match(self._text, end)) is not None:
            return _office_or_body(match["what"])
        if (match := _DASHES.match(self._text, end)) is not None:
            parts = re.split(r" [-–—|] |, ", match["what"])
            return ", ".join(sorted((_office_or_body(p) for p in parts), key=lambda p: p.startswith("of ")))
        if (match := _COMMA.match(self._text, end)) is None:
            return ""
        what = re.split(rf",? and (?={_WORD} [A-Z])|, (?={_WORD} [A-Z][\w’'-]+ \()", match["what"])[0]
        first = what.split(",")[0].split()
        listed = ";" in self._text[max(0, place[0] - 80) : end + 120]
        if listed or what[:1].islower() or any(_is_office(w) for w in first) or is_body_name(first):
            parts = [_office_or_body(p) for p in what.split(", ")[:3] if p.lower() not in ("sworn", "affirmed", "recalled")]
            return ", ".join(re.sub(r"^(\w[\w ]+), for ", r"\1, of ", p) for p in parts)
        return ""

    def _read_head(self, line: Span) -> None:
        start, end = line
        head = self._text[start:end].strip("()[]*_ ")
        if (match := _EXAMINED.search(head)) is not None:
            self._examiners.append((start, _in_small(match["who"])))
        for match in _LETTERS.finditer(head):
            self._keys.setdefault(match[2], match[1])
        for match in _KEY.finditer(head):
            if len(match[1]) > 1 and match[1].lower() not in _TITLES:
                self._keys.setdefault(match[1], match[2].strip())
        subject = head if end - start < _LONGEST_HEAD and _SWORN.search(head) else None
        if (
            subject is None
            and (not self._by_name or end - start < _LONGEST_HEAD)
            and (match := _INTERVIEW.search(head)) is not None
        ):
            subject = match["who"]
        if subject is None:
            return
        named = next(iter(self._names_of(subject)), None)
        if named is not None:
            after = re.sub(
                r"\((?:sworn|affirmed|recalled|resumed)[^)]*\)?|\b(?:sworn|affirmed|recalled)\b.*", "", subject[named[1] :]
            )
            rest = ", ".join(
                _office_or_body(p) for p in re.split(r"[,;]\s*", after.strip(" ,.")) if p and not p.startswith("called")
            )
            self._witnesses.append((start, f"{_in_small(subject[slice(*named)])}, {rest}".rstrip(", ")))
        elif (short := _RUN.search(subject)) is not None and short.group() in self._keys:
            self._witnesses.append((start, self._keys[short.group()]))

    def _names(self, line: Span) -> Iterator[Span]:
        for start, end in self._names_of(self._text[slice(*line)]):
            yield line[0] + start, line[0] + end

    def _names_of(self, text: str) -> Iterator[Span]:
        """Names of two words and more, titles left out."""
        for match in _RUN.finditer(text):
            words = match.group().rstrip(".").split()
            skipped = 0
            while words and (words[0].lower().strip(".") in _TITLES or _is_office(words[0])):
                skipped += len(words[0]) + 1
                words.pop(0)
            if 2 <= len(words) <= 4 and not is_body_name(words) and not any(w.lower().strip(".") in _TITLES for w in words):
                yield match.start() + skipped, match.start() + skipped + len(" ".join(words))


def _in_small(name: str) -> str:
    return cased(name, shortest=2)


def _is_office(word: str) -> bool:
    lower = word.lower().strip(".,")
    return lower in names().roles or lower in names().titles


def _office_or_body(words: str) -> str:
    """'engineer' as it is, 'Solvo Minerals' as 'of Solvo Minerals'."""
    words = _PLACE_OF_WORK.sub(r"\1, of ", re.sub(r"^for ", "of ", words.strip()))
    plain = words[:1].islower() or any(_is_office(w) for w in words.split()) or not words
    return words if plain else f"of {words}"
