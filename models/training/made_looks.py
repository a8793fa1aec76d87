"""Sentences of others in another look or with one thing changed, for made_pairs.py."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

from made_amounts import near_miss

AUXILIARY = re.compile(r"\b(is|are|was|were|will|could|has been|have been|had been)\b( not\b)?(?= \w)")
UNSURE = re.compile(
    r"\b(no|not|nor|neither|never|none|nobody|nothing|any|all|every|each|both|some|only|but|if|whether|unless|until|or|who|which|"
    r"that|because|when|while|where|what|how|as|than|there|still|though|may|might|should|must|would|"
    r"least|most|more|less|fewer|few|many|several|half|always|often)\b|n['’]t\b|[?;:\"“”]",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"(?<=[a-z] )(\d[\d,]*)(?= (?:(?!was|is|has|does|its|this|as|us|ours|plus|times|less)[a-z]+s|people|men|women|children|"
    r"per cent|percent|million)\b)"
)
INEXACT = re.compile(  # words before a number that make it a bound, about so, a part or the name of something
    r"\b(least|most|than|over|under|below|above|to|of|nearly|almost|about|some|roughly|only|even|within|section|article|item|line|"
    r"page|hall|gate|ward|room|flight|day|number|lane|core)\b",
    re.IGNORECASE,
)
CONTRACTIONS = re.compile(r"\b(did|does|was|were|is|are|has|have|had|would|could|should) not\b")


def load_texts(paths: Iterable[Path]) -> list[list[str]]:
    """Sentences by source: an affair's statements by party, the two sides of a pair, or a row's text."""
    sources: list[list[str]] = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                by_party: dict[str, list[str]] = {}
                for said in row.get("statements", []):
                    by_party.setdefault(said["party"], []).append(said["text"])
                sources += by_party.values()
                sources += [[row[key]] for key in ("a", "b", "text") if isinstance(row.get(key), str) and row[key].strip()]
    return sources


def overlap(a: str, b: str) -> float:
    """Share of the longer words of the shorter text that the other has too."""
    x, y = ({w for w in re.findall(r"\w+", t.lower()) if len(w) > 4} for t in (a, b))
    return len(x & y) / max(1, min(len(x), len(y)))


def other_count(rng: random.Random, text: str) -> str | None:
    """The text with another number where it counts one thing exactly."""
    found = list(COUNTED.finditer(text))
    if len(found) != 1:
        return None
    start, end, n = found[0].start(), found[0].end(), int(found[0][1].replace(",", ""))
    before = text[:start].split()[-3:]
    if not before[-1].islower() or INEXACT.search(" ".join(before)) or not 3 < n < 10**6:
        return None
    other = near_miss(rng, n)
    return None if other > 100 and re.match(r" per ?cent", text[end:]) else f"{text[:start]}{other:,}{text[end:]}"


def turned_round(text: str) -> str | None:
    """The text with 'not' put in or taken out, where that is sure to turn it round."""
    found = list(AUXILIARY.finditer(text))
    if len(found) != 1 or len(text.split()) > 22:
        return None
    verb, start, end = found[0][1], found[0].start(), found[0].end()
    if UNSURE.search(text[:start] + text[end:]) or re.search(r"[,.]| and ", text[:start]):
        return None
    first, *rest = verb.split()
    return text[:start] + (verb if found[0][2] else " ".join([first, "not", *rest])) + text[end:]


def changed(rng: random.Random, text: str) -> str | None:
    """The text so that it contradicts itself as it was; None where no change is sure to."""
    return other_count(rng, text) or turned_round(text)


def contracted(rng: random.Random, text: str) -> str:
    """The text with short forms in place of 'not', with either apostrophe."""
    return CONTRACTIONS.sub(rf"\1n{rng.choice(['’', chr(39)])}t", text)


def new_look(rng: random.Random, text: str) -> str:
    """The text in another case, with quotation marks, another end mark, or a label, time or number in front."""
    if rng.random() < 0.3:
        bare = text.rstrip(".")
        text = rng.choice([text.upper(), text.lower(), text.title(), bare, bare + "!"])
    if rng.random() < 0.25:
        opening, closing = rng.choice(['""', "''", "“”", "‘’", "«»", "„“"])
        text = opening + text + closing
    if rng.random() < 0.4:
        n, m, letter = rng.randint(1, 40), rng.randint(10, 59), rng.choice("abcdefgh")
        labels = [f"Q{n}: ", f"§ {n} ", f"[{n}] ", f"({letter}) ", f"{n}. ", f"{n}) ", f"{letter}. ", f"No. {n}: "]
        text = (
            rng.choice([*labels, f"Answer {n}: ", "- ", "* ", "• ", f"{n}.{n % 7 + 1} ", f"{n % 24:02}:{m} ", f"Art. {n}: "])
            + text
        )
    return text
