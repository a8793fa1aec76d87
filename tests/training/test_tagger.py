"""The tagger's weights come out of marked articles, the same each time."""

from __future__ import annotations

import tagger

from stancecheck.attribution.tagger import Tagger
from stancecheck.models.speech import marks_of

TEXT = 'The harbour log places the ship north of the reef. Captain Moe said it was "never there". The ship left at noon.'


def marked(cue, content):
    spans = [[TEXT.index(part), TEXT.index(part) + len(part)] for part in (cue, content)]
    return {"cue": [spans[0]], "content": [spans[1]], "source": []}


ARTICLE = {
    "text": TEXT,
    "attributions": [marked("places", "the ship north of the reef"), marked("said", 'it was "never there"')],
}


def test_fit_prefers_gold_clauses():
    rows = tagger.read(ARTICLE, marks_of(TEXT)) * 5
    weights, bias = tagger.fit(rows, 1.0)
    assert (weights, bias) == tagger.fit(rows, 1.0)
    right = [s for r in rows for s, over in zip(tagger.scores_of(r, weights, bias), r.overlaps, strict=True) if over == 1]
    wrong = [s for r in rows for s, over in zip(tagger.scores_of(r, weights, bias), r.overlaps, strict=True) if over == 0]
    assert len(right) >= 10
    assert min(right) > max(wrong)


def test_count_tells_found_from_missed():
    rows = tagger.read(ARTICLE, marks_of(TEXT))
    none, every = ([[score] * len(r.candidates) for r in rows] for score in (-9.0, 9.0))
    learnt = Tagger({}, 0.0, (0.0, 0.0, 0.0), 0.0)
    assert tagger.count(ARTICLE, rows, none, learnt)["found"] == 0
    counted = tagger.count(ARTICLE, rows, every, learnt)
    assert counted["gold"] == 2
    assert counted["predicted"] >= counted["found"] > 0
