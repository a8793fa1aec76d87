"""The cue words and name words, read from the data files beside this module."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from stancecheck.data.lists import read_toml

__all__ = ["Cue", "Lexicon", "Names", "forms_of", "lexicon", "names"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb or phrase that attributes.

    Attributes:
        lemma: Its dictionary form.
        frames: What it can stand with, and the commitment that goes with each (see cues.toml).
    """

    lemma: str
    frames: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything in cues.toml.

    Attributes:
        verbs: Cues by any form of the verb, in lower case; lemma by form is in the Cue.
        phrases: Cues of several words by their first word's forms: the other words, and the cue.
        sources: Commitment by 'according to' and its kind.
        nouns: Commitment by noun.
        negated: What a commitment becomes under 'not'.
        asides: Words after a comma with which the outlet's own comment begins.
    """

    verbs: Mapping[str, Cue]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Cue], ...]]
    sources: Mapping[str, str]
    nouns: Mapping[str, str]
    negated: Mapping[str, str]
    asides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Everything in names.toml, in lower case."""

    roles: frozenset[str]
    surnames: frozenset[str]
    relations: frozenset[str]
    sides: frozenset[str]
    titles: frozenset[str]
    institutions: frozenset[str]
    documents: frozenset[str]
    nameless: frozenset[str]
    places: frozenset[str]
    persons: frozenset[str]
    things: frozenset[str]
    many: frozenset[str]
    countries: Mapping[str, str]
    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    capitals: Mapping[str, str]
    posts: Mapping[str, str]


@functools.cache
def lexicon() -> Lexicon:
    """The cue lexicon."""
    data = read_toml("stancecheck.attribution", "cues.toml")
    irregular: Mapping[str, list[str]] = data["forms"]
    doubled = frozenset(data["doubled"]["verbs"])
    frames: dict[str, dict[str, str]] = {}
    for group in data["group"]:
        for verb in group["verbs"]:
            known = frames.setdefault(verb, {})
            for frame in group["frames"]:
                known.setdefault(frame, group["commitment"])
    verbs: dict[str, Cue] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Cue]]] = {}
    for lemma, known in frames.items():
        _add(Cue(lemma, known), forms_of(lemma.split()[0], irregular, doubled), verbs, phrases)
    for lemma, (commitment, frames_) in data["phrases"].items():
        _add(Cue(lemma, dict.fromkeys(frames_, commitment)), forms_of(lemma.split()[0], irregular, doubled), verbs, phrases)
    nouns = {noun: commitment for commitment, listed in data["nouns"].items() for noun in listed}
    longest_first = {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in phrases.items()}
    return Lexicon(verbs, longest_first, data["sources"], nouns, data["negated"], tuple(data["asides"]["verbs"]))


@functools.cache
def names() -> Names:
    """The words that help to read names."""
    data = read_toml("stancecheck.attribution", "names.toml")

    def words(key: str) -> frozenset[str]:
        return frozenset(data[key])

    return Names(
        roles=words("roles"),
        surnames=words("surnames"),
        relations=words("relations"),
        sides=words("sides"),
        titles=words("titles"),
        institutions=words("institutions"),
        documents=words("documents"),
        nameless=words("nameless"),
        places=words("places") | {c.lower() for c in data["countries"].values()},
        persons=words("pronouns_person"),
        things=words("pronouns_thing"),
        many=words("pronouns_many"),
        countries=data["countries"],
        groups=data["groups"],
        kinds=data["kinds"],
        capitals=data["capitals"],
        posts=data["posts"],
    )


def forms_of(lemma: str, irregular: Mapping[str, list[str]], doubled: frozenset[str] = frozenset()) -> list[str]:
    """The forms of an English verb: lemma, third person, gerund, past and participle.

    Args:
        lemma: The dictionary form.
        irregular: Past and participle where the spelling rules do not give them.
        doubled: Verbs that double their last letter ('admitted').
    """
    if lemma == "be":
        return ["be", "is", "are", "was", "were", "am", "been", "being", "'s", "’s", "'re", "’re", "'m", "’m"]
    ends_in_y = lemma.endswith("y") and lemma[-2] not in "aeiou"
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    stem = lemma + lemma[-1] if lemma in doubled else lemma
    gerund = (stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else stem) + "ing"
    past = irregular.get(lemma) or [lemma[:-1] + "ied" if ends_in_y else stem + ("d" if stem.endswith("e") else "ed")]
    return [lemma, lemma[:-1] + "ies" if ends_in_y else third, gerund, *past]


def _add(cue: Cue, forms: list[str], verbs: dict[str, Cue], phrases: dict[str, list[tuple[tuple[str, ...], Cue]]]) -> None:
    others = tuple(cue.lemma.split()[1:])
    for form in forms:
        if others:
            phrases.setdefault(form, []).append((others, cue))
        elif form not in verbs or form == cue.lemma:
            verbs[form] = cue
