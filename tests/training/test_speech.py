"""The speech model learns marks token by token, and what is exported reads as what was trained."""

from __future__ import annotations

import numpy as np
import pytest
import speech

from stancecheck.models.bundle import load_tokenizer
from stancecheck.models.folders import installed_folder
from stancecheck.models.speech import SpeechModel

TEXT = 'Captain Moe said that it was "never there".'


def spans(part):
    return [[TEXT.index(part), TEXT.index(part) + len(part)]]


ARTICLE = {
    "text": TEXT,
    "attributions": [{"source": spans("Captain Moe"), "cue": spans("said"), "content": spans('it was "never there"')}],
}


def test_labels_are_those_of_the_tokens():
    offsets = np.array([(0, 7), (8, 11), (12, 16), (17, 21), (22, 24), (25, 42), (42, 43)])
    made = speech.labels_of(ARTICLE, offsets)
    assert [speech.LABELS[row.argmax()] if row.any() else None for row in made] == [
        "source", "source", "cue", None, "content", "content", None
    ]  # fmt: skip
    assert made[:, speech.LABELS.index("begin")].tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert made[:, speech.LABELS.index("end")].tolist() == [0, 0, 0, 0, 0, 1, 0]


@pytest.fixture(scope="module")
def judge():
    return installed_folder("stancecheck-mini")


def test_export_reads_as_what_was_trained(judge, tmp_path):
    encoder = speech.encoder_of(judge)
    low = len(encoder.layers) - 1
    windows = speech.read(ARTICLE, load_tokenizer(judge), encoder, low)
    top = speech.fit(encoder, low, windows, epochs=60, rate=1e-3)
    trained = speech.apply(top, windows)
    assert ((trained > 0) == (windows[0].labels.numpy() > 0)).all()  # one article is soon learnt by heart
    speech.export(encoder, top, low, judge, tmp_path / "speech")
    marks = SpeechModel(tmp_path / "speech").marks(TEXT)
    read = np.stack([marks.logits(range(len(trained)), label) for label in speech.LABELS], axis=1)
    assert np.abs(read - trained).max() < 0.1
