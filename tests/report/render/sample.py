"""Judgements for the tests of render/: an invented raid on an invented coast, and as many made-up ones as are asked for."""

from __future__ import annotations

import random
from typing import Any

from stancecheck import Judgement, NLIScores, Stance, Statement
from stancecheck.explain import Caution, CautionReason, Cue, Explanation, Kind
from stancecheck.judging.explanation import WeightedSpan
from stancecheck.judging.judge import Evidence
from stancecheck.report.render.view import ReportView

_SAID: dict[str, tuple[str, str, str, str, str]] = {
    "v1": (
        "Vestmark",
        "Air Marshal Inga Holt",
        "2031-03-02",
        "Ministry briefing",
        "Our aircraft flew no sorties over the Sund on Saturday night.",
    ),
    "v2": (
        "Vestmark",
        "Minister Per Aas",
        "2031-03-03",
        "Radio Nord interview",
        "The Osterland command was told of the exercise two days in advance.",
    ),
    "v3": (
        "Vestmark",
        "Minister Per Aas",
        "2031-03-06",
        "https://press.vestmark.example/0306",
        "Four aircraft took part, and all of them returned.",
    ),
    "v4": (
        "Vestmark",
        "Air Marshal Inga Holt",
        "2031-03-08",
        "Ministry briefing",
        "The depot at Kelby was empty when it burned.",
    ),
    "o1": (
        "Osterland",
        "President Mira Voss",
        "2031-03-02",
        "Televised address",
        "Vestmark jets crossed the Sund on Saturday night and struck the depot at Kelby.",
    ),
    "o2": (
        "Osterland",
        "General Tomas Rehn",
        "2031-03-04",
        "Evening Courier",
        "Nobody in our command received any warning before the raid.",
    ),
    "o3": (
        "Osterland",
        "General Tomas Rehn",
        "2031-03-05",
        "Evening Courier",
        "Radar recorded six aircraft, two of which did not return.",
    ),
    "o4": (
        "Osterland",
        "President Mira Voss",
        "2031-03-09",
        "Televised address",
        "The fire at Kelby destroyed three hundred tonnes of grain.",
    ),
    "h1": (
        "Harbour Watch",
        "Lena Frost",
        "2031-03-03",
        "https://harbourwatch.example/report-12",
        "Harbour cameras show aircraft heading east over the Sund at 23:40 on Saturday.",
    ),
    "h2": (
        "Harbour Watch",
        "Lena Frost",
        "2031-03-07",
        "Report 13",
        "The grain store at Kelby was full on Friday, according to the port’s ledger.",
    ),
    "h3": ("Harbour Watch", "", "", "Report 13", "Ferry traffic resumed on Monday morning."),
}

# a, b, stance, confidence, kind, words of a, words of b, caution
_FOUND: list[tuple[str, str, str, float, str | None, str, str, str]] = [
    ("v1", "o1", "contradict", 0.972, "negation", "flew no sorties", "jets crossed the Sund", ""),
    ("v2", "o2", "contradict", 0.941, "negation", "was told", "Nobody", ""),
    ("v3", "o3", "contradict", 0.913, "number", "Four aircraft", "six aircraft", ""),
    (
        "v1",
        "h1",
        "contradict",
        0.874,
        "negation",
        "no sorties",
        "aircraft heading east",
        "reported: cameras do not name the aircraft’s nation",
    ),
    ("v4", "o4", "contradict", 0.838, "antonym", "was empty", "three hundred tonnes of grain", ""),
    ("v4", "h2", "contradict", 0.802, "antonym", "empty", "full", "different_time: Friday is not the night of the fire"),
    ("o1", "h1", "agree", 0.731, None, "jets crossed the Sund on Saturday night", "aircraft heading east over the Sund", ""),
    ("o4", "h2", "agree", 0.664, None, "three hundred tonnes of grain", "grain store at Kelby was full", ""),
    ("v2", "o1", "unrelated", 0.913, None, "", "", ""),
    ("v3", "o1", "unrelated", 0.702, None, "", "", ""),
    ("v2", "h3", "unrelated", 0.993, None, "", "", ""),
    ("o2", "h3", "unrelated", 0.991, None, "", "", ""),
    ("v3", "o4", "unrelated", 0.955, None, "", "", ""),
]


def statement(text: str, party: str | None = None, **fields: Any) -> Statement:
    """A statement; fields that are '' are not known."""
    return Statement(text, party, **{name: value or None for name, value in fields.items()})


def judgement(a: Statement, b: Statement, stance: str = "contradict", confidence: float = 0.9, **more: Any) -> Judgement:
    """A judgement of this stance; `more` are further fields."""
    scores = {s: confidence if s == stance else (1 - confidence) / 2 for s in Stance}
    nli = NLIScores(scores[Stance.AGREE], scores[Stance.UNRELATED], scores[Stance.CONTRADICT])
    fields: dict[str, Any] = {
        "scores": scores,
        "forward": nli,
        "backward": nli,
        "truncated": False,
        "evidence": Evidence((0, len(a.text)), (0, len(b.text))),
        "model": "sample-model",
    }
    return Judgement(a, b, Stance(stance), confidence, **(fields | more))


def view_of(judgements: list[Judgement], **fields: Any) -> ReportView:
    """The view that a report would make of these judgements."""
    parties = list(dict.fromkeys(s.party or "" for j in judgements for s in (j.a, j.b)))
    matrix = {(p, q): dict.fromkeys(("agree", "contradict", "unrelated"), 0) for p in parties for q in parties}
    counts = dict.fromkeys(("agree", "contradict", "unrelated"), 0)
    for found in judgements:
        p, q = (s.party or "" for s in (found.a, found.b))
        for key in {(p, q), (q, p)}:
            matrix[key][found.stance] += 1
        counts[found.stance] += 1
    given = {
        "title": "The night over the Sund",
        "model": "sample-model",
        "created": "2031-03-10T08:00:00",
        "pairs_considered": 40,
        "notes": ("Of 40 possible pairs, those with the most alike wording were judged.",),
        **fields,
    }
    truncated = sum(j.truncated for j in judgements)
    return ReportView(
        judgements=judgements,
        parties=parties,
        matrix=matrix,
        counts=counts,
        pairs_judged=len(judgements),
        truncated=truncated,
        **given,
    )


def raid() -> ReportView:
    """Three invented parties on one invented night: six contradictions, two agreements, five beside the point."""
    said = {
        key: statement(text, party, speaker=speaker, date=date, source=source, id=key)
        for key, (party, speaker, date, source, text) in _SAID.items()
    }
    found = []
    for a, b, stance, confidence, kind, words_a, words_b, caution in _FOUND:
        spans_a, spans_b = _span(said[a].text, words_a), _span(said[b].text, words_b)
        name, _, why = caution.partition(": ")
        explanation = Explanation(
            spans_a,
            spans_b,
            Kind(kind) if kind else None,
            (Cue(Kind(kind), spans_a[0][:2], spans_b[0][:2]),) if kind else (),
            (CautionReason(Caution(name), why),) if caution else (),
        )
        found.append(judgement(said[a], said[b], stance, confidence, explanation=explanation))
    return view_of(found[::-1])


def _span(text: str, words: str) -> tuple[WeightedSpan, ...]:
    return ((text.index(words), text.index(words) + len(words), 0.8),) if words else ()


def many(count: int, *, parties: int = 8, seed: int = 1) -> ReportView:
    """Judgements of made-up statements, for load."""
    draw = random.Random(seed)
    places, things = ["the pier", "the mill", "the ridge", "the old customs house"], ["boats", "lorries", "drones", "crates"]
    verbs = ["were seen near", "never reached", "left", "were counted at", "did not pass"]
    said = [
        statement(
            f"Statement {n}: {draw.randint(2, 90)} {draw.choice(things)} {draw.choice(verbs)} {draw.choice(places)}.",
            f"Party {n % parties}",
            speaker=f"Speaker {n % 37}",
            date=f"2031-{n % 12 + 1:02}-{n % 28 + 1:02}",
            source=f"Bulletin {n % 61}",
            id=f"s{n}",
        )
        for n in range(max(2, count // 4))
    ]
    found = []
    for _ in range(count):
        a, b = draw.sample(said, 2)
        stance = draw.choice(("agree", "contradict", "unrelated"))
        found.append(judgement(a, b, stance, 0.34 + 0.66 * draw.random()))
    return view_of(found, title=f"{count} made-up judgements", pairs_considered=10 * count)
