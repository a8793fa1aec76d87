"""Attributions of one text become Statements: each sentence of a content, and what nobody is said to have said."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stancecheck.attribution.commitment import commitment_of
from stancecheck.attribution.content import as_sentence, called, decontextualize, is_clause, without_marks
from stancecheck.attribution.lexicon import names
from stancecheck.attribution.nouns import noun_phrase_before
from stancecheck.attribution.speaker import Speaker
from stancecheck.attribution.speakers import Speakers
from stancecheck.attribution.speech import Attribution, Sentence
from stancecheck.attribution.ties import Tie
from stancecheck.data.statements import Commitment, Statement
from stancecheck.language.classes import word_class
from stancecheck.language.quotes import Span, find_quotes, inside_of
from stancecheck.language.sentences import sentences_of
from stancecheck.language.words import words_of

__all__ = ["Parties", "Reader"]

Parties: TypeAlias = Mapping[str, str] | Callable[[str], str | None]

_INSTITUTION = re.compile(r"^[Tt]he (\w+)\b")
_LOWERABLE = word_class("rules", "subject_starts")
_FINITE = word_class("article", "finite")
_SAYS = word_class("commitment", "says")
_PRONOUNS = names().persons | names().things | names().many
_CLAUSES = frozenset(("that", "bare", "entry"))
_NO_SUBJECTS = _FINITE | {"of", "Of", "as"}
_MEASURES = frozenset(("estimate", "give", "list", "put", "record", "rate", "place", "count"))  # 'estimates the loss at nine'
_LOOK_BACK = 120  # characters in which the noun before 'which' is looked for


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of an attribution's content."""

    span: Span
    body: str
    quoted: bool


class Reader:
    """Turns attributions of one text into Statements."""

    def __init__(self, text: str, source: str | None, date: str | None, parties: Parties | None) -> None:
        self._text = text
        self._source = source
        self._date = date
        self._parties = parties
        self._speakers = Speakers(text)
        self._quotes = find_quotes(text)
        self._quote_starts = [q[0] for q in self._quotes]

    @property
    def ties(self) -> list[Tie]:
        """The names that were taken for one party."""
        return self._speakers.ties

    def spoken(self, attributions: Sequence[Attribution]) -> Iterator[Statement]:
        """A Statement for each sentence of each attribution."""
        ordered = sorted(attributions, key=lambda a: (a.cue or a.content[0], a.content))
        speakers = [self._speakers.resolve(a.speaker, label=a.frame == "turn") for a in ordered]
        resolved = list(zip(ordered, self._speakers.under_one_name(speakers), strict=True))
        cues = [(a.cue, a, speaker) for a, speaker in resolved if a.cue]
        starts = [cue[0] for cue, _, _ in cues]
        seen: set[tuple[str | None, str]] = set()
        inside = sorted(
            ((part, s.party) for a, s in resolved if a.frame != "unaware" for part in a.content), key=lambda row: row[0]
        )
        for attribution, speaker in resolved:
            if attribution.frame == "unaware" and _says_so(inside, attribution, speaker):
                continue
            for piece in self._pieces(attribution):
                inner = cues[bisect.bisect_left(starts, piece.span[0]) : bisect.bisect_left(starts, piece.span[1])]
                passes_on = any(
                    other.party != speaker.party
                    and a is not attribution
                    and a.lemma in _SAYS
                    and (attribution.direct or not self._is_pronoun(a.speaker))
                    and _share((a.clause,), piece.span)
                    for _, a, other in inner
                )
                made = self._statement(attribution, piece, speaker, passes_on)
                if made is not None and (made.party, made.text) not in seen:
                    seen.add((made.party, made.text))
                    yield made

    def _is_pronoun(self, speaker: Span | None) -> bool:
        return speaker is not None and self._text[slice(*speaker)].lower() in _PRONOUNS

    def own(self, sentences: Sequence[Sentence], attributions: Sequence[Attribution]) -> Iterator[Statement]:
        """The sentences that nobody is said to have said."""
        taken = sorted([a.clause for a in attributions] + [part for a in attributions for part in a.content])
        starts, furthest = [t[0] for t in taken], _running_end(taken)
        for sentence in sentences:
            start, end = sentence.span
            if sentence.block.label is not None:
                continue
            place = bisect.bisect_left(starts, end)
            if place and furthest[place - 1] > start and not self._opens_itself(sentence, taken[max(0, place - 8) : place]):
                continue
            text = as_sentence(without_marks(self._text[start:end]))
            if any(c.isalpha() for c in text):
                yield Statement(
                    text,
                    party=self._source,
                    date=self._date,
                    source=self._source,
                    span=(start, end),
                    commitment=Commitment.ASSERTS,
                )

    def _opens_itself(self, sentence: Sentence, taken: Sequence[Span]) -> bool:
        """Whether the outlet's own main clause comes first: 'The raid was flown weeks after X announced that S'."""
        start = sentence.span[0]
        first = min((t[0] for t in taken if t[1] > start), default=start)
        before = [w for w in sentence.words if w.end <= first]
        return bool(before) and before[-1].text not in (",", ":") and any(w.lower in _FINITE for w in before)

    def _statement(self, attribution: Attribution, piece: _Piece, speaker: Speaker, passes_on: bool) -> Statement | None:
        body = self._with_subject(attribution, self._with_institution(piece))
        frame = attribution.frame
        if self._is_thing(attribution, piece, body):
            if attribution.speaker is None:
                return None
            frame = "named" if attribution.lemma in _MEASURES else "unsaid"
        if frame == "named":
            predicated = called(self._text[slice(*piece.span)])
            frame, body = ("unsaid", body) if predicated is None else (frame, without_marks(predicated))
        clause = self._clause_text(attribution, piece)
        if speaker.name is None and attribution.speaker is not None:
            clause = f"{self._text[slice(*attribution.speaker)]} {clause}"
        text = decontextualize(
            body,
            frame=frame,
            commitment=attribution.commitment,
            clause=clause,
            speaker=speaker,
            quoted=piece.quoted,
            source=self._source_words(attribution),
        )
        if not any(c.isalnum() for c in text):
            return None
        commitment = commitment_of(attribution, text, piece.body, speaker, passes_on=passes_on)
        cue = self._text[slice(*attribution.cue)].strip() if attribution.cue else None
        return Statement(
            text,
            party=self._party(speaker),
            speaker=speaker.name,
            date=self._date,
            source=self._source,
            span=piece.span,
            cue=cue,
            commitment=commitment,
        )

    def _is_thing(self, attribution: Attribution, piece: _Piece, body: str) -> bool:
        """Whether the content is no sentence: 'gave the length as nine metres', 'noted the number', 'accused Y of “Q”'."""
        if attribution.cue is None or piece.quoted or attribution.frame not in _CLAUSES:
            return False
        if attribution.lemma in _MEASURES and called(body) is not None:
            return True
        return not is_clause(body) or body.split()[0] in _NO_SUBJECTS

    def _source_words(self, attribution: Attribution) -> str:
        words = self._text[slice(*attribution.speaker)] if attribution.speaker else ""
        return "" if words.lower() in _PRONOUNS or "\n" in words else words

    def _party(self, speaker: Speaker) -> str | None:
        if self._parties is None:
            return speaker.party
        asked = [n for n in (speaker.name, speaker.party) if n]
        if callable(self._parties):
            answers = (self._parties(n) for n in asked)
            return next((a for a in answers if a is not None), speaker.party)
        known = {k.casefold(): v for k, v in self._parties.items()}
        surname = [speaker.name.split()[-1]] if speaker.name and speaker.person else []
        return next((known[n.casefold()] for n in [*asked[:1], *surname, *asked[1:]] if n.casefold() in known), speaker.party)

    def _with_institution(self, piece: _Piece) -> str:
        """An opening 'the ministry' by its full name."""
        match = _INSTITUTION.match(piece.body)
        if match is None or match[1] not in names().institutions:
            return piece.body
        name = self._speakers.bodies.institution(match[1], piece.span[0])
        follows = piece.body[match.end() :].split(None, 1)
        # 'the ministry official' is somebody else.
        return (
            f"the {name}{piece.body[match.end() :]}"
            if name and follows and follows[0].islower() and follows[0] not in names().roles
            else piece.body
        )

    def _with_subject(self, attribution: Attribution, body: str) -> str:
        """A content without a subject of its own with the one it has: 'raids, which X said were flown by Y'."""
        first = body.partition(" ")[0]
        if first not in _FINITE or attribution.cue is None:
            return body
        end = attribution.clause[0]
        words = words_of(self._text, (max(0, end - _LOOK_BACK), end), ())
        if len(words) < 2 or words[-1].lower not in ("which", "who", "that"):
            return body
        subject = noun_phrase_before(words, len(words) - (2 if words[-2].text == "," else 1))
        if subject is None:
            return body
        return f"{self._text[words[subject[0]].start : words[subject[1] - 1].end]} {body}"

    def _clause_text(self, attribution: Attribution, piece: _Piece) -> str:
        if attribution.cue is None:
            return piece.body
        if attribution.cue[0] > piece.span[0]:
            body = piece.body[:1].lower() + piece.body[1:] if piece.body.split()[0].lower() in _LOWERABLE else piece.body
            return f"{self._text[slice(*attribution.cue)]} that {body}"
        return without_marks(self._text[attribution.cue[0] : piece.span[1]])

    def _pieces(self, attribution: Attribution) -> Iterator[_Piece]:
        """The sentences of the content; a sentence split around its cue is one piece that spans the cue."""
        pending: _Piece | None = None
        for part in attribution.content:
            quoted = self._is_quoted(part)
            start, end = inside_of(self._text, part) if quoted else part
            quoted |= attribution.frame == "turn"
            for a, b in sentences_of(self._text, (start, end)):
                body = without_marks(self._text[a:b])
                if not body:
                    continue
                piece = _Piece((a, b), body, quoted)
                if pending is not None and _goes_on(pending, piece):
                    piece = _Piece((pending.span[0], b), f"{pending.body.rstrip(' ,')} {body}", quoted)
                elif pending is not None:
                    yield pending
                pending = piece
        if pending is not None:
            yield pending

    def _is_quoted(self, part: Span) -> bool:
        place = bisect.bisect_right(self._quote_starts, part[0]) - 1
        return place >= 0 and part[1] <= self._quotes[place][1] + 1


def _goes_on(first: _Piece, second: _Piece) -> bool:
    return first.body[-1:] not in ".!?…" and (not second.quoted or second.body[:1].islower() or not first.quoted)


def _says_so(inside: Sequence[tuple[Span, str | None]], attribution: Attribution, speaker: Speaker) -> bool:
    """Whether 'the ministry was not aware of N' is what its own spokesman is quoted with, as a statement by itself."""
    at = (attribution.cue or attribution.clause)[0]
    place = bisect.bisect_right(inside, at, key=lambda row: row[0][0])
    return any(end > at and party == speaker.party for (_, end), party in inside[max(0, place - 8) : place])


def _share(parts: Sequence[Span], whole: Span) -> bool:
    """Whether the parts fill at least half of the whole."""
    return 2 * sum(max(0, min(b, whole[1]) - max(a, whole[0])) for a, b in parts) >= whole[1] - whole[0]


def _running_end(spans: Sequence[Span]) -> list[int]:
    """The furthest end among the spans up to each. Shape: as many as spans."""
    furthest: list[int] = []
    for _, end in spans:
        furthest.append(max(end, furthest[-1] if furthest else 0))
    return furthest
