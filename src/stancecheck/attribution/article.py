"""An article's text -> Statements: who says what, whom they speak for, and what the outlet itself asserts."""

from __future__ import annotations

import datetime as dt

from stancecheck.attribution.markup import blank_markup
from stancecheck.attribution.reader import Parties, Reader
from stancecheck.attribution.speech import join_sentences, sentences_with_clauses
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError

__all__ = ["Parties", "read_article", "read_transcript"]


def read_article(
    text: str,
    *,
    source: str | None = None,
    date: str | dt.date | None = None,
    parties: Parties | None = None,
    notes: list[str] | None = None,
) -> list[Statement]:
    """The statements of an article, in the order of the text: quotes, indirect speech, and the outlet's own assertions.

    Each has the content as a sentence that stands by itself (see content.py for how), ``span`` with the place of that
    content in the text, ``cue``, ``commitment``, ``speaker`` and ``party``. The party is what the text says of the
    speaker: the institution or country spoken for, else the speaker's own name. A ministry, its minister and its
    spokeswoman are one party where the text ties them. What nobody is said to have said is the outlet's: ``party=source``.
    A text whose lines open with speakers' names is read as a transcript.

    Args:
        text: The article as plain text, paragraphs on lines of their own; tags of HTML are passed over. English.
        source: The outlet or address; the party of the outlet's own assertions.
        date: When it was published.
        parties: Which names belong together, over what the text says: a mapping from a speaker, surname or party to the
            party wanted, or a function that returns it, or None to leave it.
        notes: A list to which a line is added for all names that were taken for one party, with the words that tie them.

    Raises:
        InputError: If the text is no string.

    Example:
        >>> read_article("The mayor said that no shots were fired.")[0].text
        'No shots were fired.'
    """
    return _read(text, None, source, date, parties, notes)


def read_transcript(
    text: str,
    *,
    source: str | None = None,
    date: str | dt.date | None = None,
    parties: Parties | None = None,
    notes: list[str] | None = None,
) -> list[Statement]:
    """The statements of a transcript: what each speaker tells in a turn, and what they say that others have said.

    A turn opens with the speaker's name: 'MAYOR OLDEN: ...', 'OLDEN (voice-over): ...', 'Mr. OLDEN. ...',
    '[10:15:02] OLDEN: ...', '**Olden:** ...', 'Q. ...'; subtitles (SRT, VTT) are read too. Questions are no statements.

    Args:
        text: The transcript as plain text.
        source: Where it was published.
        date: When it was spoken.
        parties: See read_article.
        notes: See read_article.

    Raises:
        InputError: If the text is no string.

    Example:
        >>> [(s.speaker, s.text) for s in read_transcript("MAYOR OLDEN: Is it safe? The dam has held.")]
        [('Olden', 'The dam has held.')]
    """
    return _read(text, True, source, date, parties, notes)


def _read(
    text: str,
    transcript: bool | None,
    source: str | None,
    date: str | dt.date | None,
    parties: Parties | None,
    notes: list[str] | None,
) -> list[Statement]:
    if not isinstance(text, str):
        raise InputError(f"read_article: expected the article's text, got {type(text).__name__}; open the file first")
    when = date.isoformat() if isinstance(date, dt.date) else date
    text = blank_markup(text)
    sentences = list(sentences_with_clauses(text, transcript=transcript))
    attributions = join_sentences(text, sentences)
    reader = Reader(text, source, when, parties)
    found = sorted([*reader.spoken(attributions), *reader.own(sentences, attributions)], key=lambda s: s.span or (0, 0))
    if notes is not None:
        if any(s.block.label is not None and s.block.label < s.block.span for s in sentences):
            notes.append("read as a transcript: its lines open with speakers' names")
        spoken = {s.party for s in found}
        notes.extend(f"'{t.name}' was taken for {t.party}: “{t.words}”" for t in reader.ties if t.party in spoken)
    return found
