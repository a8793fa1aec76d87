"""The speech model marks what somebody says, however long the text, and refuses another judge's layers."""

from __future__ import annotations

import json
import multiprocessing
import shutil

import numpy as np
import pytest

from stancecheck.errors import ModelDamagedError
from stancecheck.models.folders import installed_folder
from stancecheck.models.speech import SPEECH_MODEL, Marks, SpeechModel, marks_of, windows_of

SAID = "The harbour master said that the gates had been shut since noon. Rain fell on the quay."


def logit(text, part, label):
    marks = marks_of(text)
    start = text.index(part)
    return float(marks.logits(marks.rows(start, start + len(part)), label).mean())


def test_content_cue_and_source_are_marked():
    assert logit(SAID, "the gates had been shut since noon", "content") > 0 > logit(SAID, "Rain fell on the quay", "content")
    assert logit(SAID, "said", "cue") > 0 > logit(SAID, "fell", "cue")
    assert logit(SAID, "The harbour master", "source") > logit(SAID, "the quay", "source") + 2


@pytest.mark.parametrize("tokens", [0, 1, 191, 192, 193, 1000])
def test_windows_cover_every_token_once(tokens):
    covered = np.zeros(tokens, dtype=int)
    for first, new, last in windows_of(tokens, 192, 48):
        assert first <= new < last <= first + 192
        covered[new:last] += 1
    assert covered.all()


def test_far_text_changes_nothing():
    long = SAID + " The tide was out and the boats lay on the mud." * 60
    assert logit(long, "the gates had been shut", "content") == pytest.approx(
        logit(long + " Gulls cried.", "the gates had been shut", "content"), abs=1e-4
    )


def test_half_a_character_is_read_over():
    assert logit(SAID.replace("noon", "no\ud800n"), "said", "cue") > 0


@pytest.mark.parametrize("text", ["", "\u200b"])
def test_text_without_tokens_has_no_marks(text):
    marks = marks_of(text)
    assert len(marks.logits(marks.rows(0, len(text)), "content")) == 0


def test_only_what_is_asked_for_is_read():
    asked = []

    def read(first, last):
        asked.append((first, last))
        return np.arange(first, last, dtype=np.float32)[:, None]

    windows = list(windows_of(400, 192, 48))
    marks = Marks(np.arange(400), {"content": 0}, windows, read)
    assert marks.logits(range(160, 180), "content").tolist() == list(range(160, 180))
    assert marks.logits(range(170, 175), "content").tolist() == list(range(170, 175))
    assert asked == [(0, 192), (120, 312)]


def test_other_layers_below_are_refused(tmp_path):
    folder = tmp_path / "speech"
    shutil.copytree(installed_folder(SPEECH_MODEL), folder)
    (folder / "SHA256SUMS").unlink()
    config = json.loads((folder / "config.json").read_text())
    config["stancecheck"]["encoder_sha256"] = "0" * 64
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelDamagedError, match="other weights of stancecheck-mini"):
        SpeechModel(folder)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
def test_forked_child_reads_too():
    before = logit(SAID, "said", "cue")
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(logit, (SAID, "said", "cue")).get(timeout=60) == pytest.approx(before, abs=1e-4)
