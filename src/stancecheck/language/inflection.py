"""English verb forms that the rewriting of contents needs: 'bombing' -> 'bombed', 'bomb'; 'believe' -> 'believes'."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from stancecheck.data.lists import read_toml
from stancecheck.language.classes import word_class

__all__ = ["base_of_gerund", "base_of_past", "is_past", "past_of_gerund", "third_person"]

_THIRD = {"am": "is", "are": "is", "have": "has", "do": "does", "were": "was", "go": "goes", "be": "is"}
_UNCHANGED = word_class("inflection", "unchanged")
_CONTRACTED = {
    "don't": "doesn't",
    "don’t": "doesn’t",
    "aren't": "isn't",
    "aren’t": "isn’t",
    "haven't": "hasn't",
    "haven’t": "hasn’t",
    "weren't": "wasn't",
    "weren’t": "wasn’t",
}
# Stems that are no verb without their e: 'creat', 'violat', 'provid', 'escap' is not among them and stays as it is.
_DROPS_E = tuple(sorted(word_class("inflection", "drops_e")))


def past_of_gerund(gerund: str) -> str:
    """The past tense: 'bombing' -> 'bombed'."""
    base = base_of_gerund(gerund)
    known = _verbs().get(base)
    if known:
        return known[0]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ied"
    return gerund[:-3] + "ed"


def base_of_gerund(gerund: str) -> str:
    """The dictionary form: 'bombing' -> 'bomb', 'using' -> 'use'."""
    known = _gerunds().get(gerund.lower())
    if known:
        return known
    stem = gerund[:-3]
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsfze":
        return stem[:-1]
    return stem + "e" if stem.endswith(_DROPS_E) and not stem.endswith(("ss", "zz", "peak", "reak", "eak")) else stem


def base_of_past(past: str) -> str:
    """The dictionary form: 'closed' -> 'close', 'sent' -> 'send'."""
    known = _bases().get(past.lower())
    if known:
        return known
    if past.endswith("ied"):
        return past[:-3] + "y"
    if past.endswith("eed"):
        return past[:-1]
    return base_of_gerund(past.removesuffix("ed") + "ing")


def is_past(verb: str) -> bool:
    """Whether the form is a past tense, as far as its spelling and the list of irregular verbs say."""
    return (verb.endswith("ed") and len(verb) > 4) or verb in _bases()


def third_person(verb: str) -> str:
    """The form that goes with 'it': 'are' -> 'is', 'believe' -> 'believes', past and modal forms unchanged."""
    lower = verb.lower()
    if lower in _THIRD:
        return _THIRD[lower]
    if lower in _CONTRACTED:
        return _CONTRACTED[lower]
    if lower in _UNCHANGED or is_past(lower) or not lower.isalpha():
        return verb
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if lower.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


@functools.cache
def _verbs() -> Mapping[str, list[str]]:
    verbs: Mapping[str, list[str]] = read_toml("stancecheck.language", "verbs.toml")["verbs"]
    return verbs


@functools.cache
def _gerunds() -> Mapping[str, str]:
    return {gerund: base for base, (_, gerund) in _verbs().items()}


@functools.cache
def _bases() -> Mapping[str, str]:
    return {past: base for base, (past, _) in _verbs().items()}
