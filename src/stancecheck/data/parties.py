"""One party is one party: names that a reader takes for the same are the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from stancecheck.data.statements import Statement

__all__ = ["as_one_party", "party_key"]

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛`´ʼ", "'") | dict.fromkeys("‐‑‒–—", "-"))


def party_key(name: str) -> str:
    """The name without what a reader does not see: case, odd spaces, characters of no width, the form of its apostrophes.

    Args:
        name: A party's.
    """
    if name.isascii() and name.isprintable():
        return " ".join(name.split()).casefold()
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = unicodedata.normalize("NFKC", folded).translate(_APOSTROPHES)
    seen = "".join(" " if unicodedata.category(c)[0] in "Z" or c in "\t\n\r" else c for c in plain if _is_seen(c))
    return unicodedata.normalize("NFKC", " ".join(seen.split()))


def as_one_party(statements: Sequence[Statement], *, same_party: bool = False) -> tuple[list[Statement], tuple[str, ...]]:
    """The statements with one name for each party, its first form, and what a reader must know of their parties.

    Where no statement has a party and some have speakers, the speaker serves as the party.

    Args:
        statements: In any order.
        same_party: Whether a party is also compared with itself.
    """
    notes: list[str] = []
    known = list(statements)
    if known and not any(s.party for s in known):
        if any(s.speaker for s in known):
            known = [replace(s, party=s.speaker) for s in known]
            notes.append("No statement has a party: the speaker serves as the party.")
        else:
            notes.append("No statement has a party: each was compared with all others.")
    shown: dict[str, str] = {}
    forms: dict[str, list[str]] = {}
    for statement in known:
        if statement.party is not None:
            key = party_key(statement.party)
            shown.setdefault(key, " ".join(statement.party.split()))
            if statement.party not in forms.setdefault(key, []):
                forms[key].append(statement.party)
    merged = {key: found for key, found in forms.items() if len(found) > 1}
    for key, found in merged.items():
        others = ", ".join(ascii(form) for form in found[1:])
        notes.append(f"{shown[key]!r} and {others} are taken for one party.")
    if len(forms) == 1 and all(s.party for s in known) and len(known) > 1 and not same_party:
        (only,) = shown.values()
        notes.append(
            f"All statements are of one party, {only!r}, and a party is not compared with itself: name the column of the "
            "parties, or pass same_party=True."
        )
    named = [s if s.party is None else _named(s, shown[party_key(s.party)]) for s in known]
    return named, tuple(notes)


def _named(statement: Statement, party: str) -> Statement:
    return statement if statement.party == party else replace(statement, party=party)


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Cc") or char in "\t\n\r"
