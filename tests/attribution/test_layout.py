"""Datelines, bylines and labels are nobody's words; transcripts are read by turn."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article, read_transcript

TRANSCRIPT = """[Recorded on Monday]

MAYOR IDA OLDEN: The dam has held all week. We checked it twice.

PER BERG: It has not held, Mayor. The engineer told us that the gate was open.

OLDEN (voice-over): The gate was closed at nine.

BERG: Was it? I saw it open at ten.
"""


@pytest.mark.parametrize(
    "opening",
    [
        "RIVERTON, 14 May 2031 (Agency) — ",
        "MOSCOW, March 3 (Reuters) - ",
        "QUEBRADA ALTA, Costa Aurea, June 19 (CNA) – ",
        "PORT SEREN (ITA) — ",
    ],
)
def test_dateline_is_not_content(opening):
    text = f"By Anna Berg\n\n{opening}The dam was safe, the mayor said."
    assert [(s.speaker, s.text) for s in read_article(text, source="Post")] == [("mayor", "The dam was safe.")]


def test_weekday_is_not_part_of_the_speaker():
    (found,) = read_article("The water ministry on Wednesday denied that the dam had failed.")
    assert (found.speaker, found.text, found.commitment) == ("water ministry", "The dam had not failed.", "denies")


def test_rejection_is_a_denial_and_a_claim():
    text = "The Dam Ministry on Wednesday rejected claims by Mara Vint that the dam had failed."
    found = {(s.party, s.commitment): s.text for s in read_article(text)}
    assert found == {
        ("Dam Ministry", "denies"): "The dam had not failed.",
        ("Mara Vint", "asserts"): "The dam had failed.",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Three inspection reports since 2028, seen by the Post, lie in the archive.",
        "The first calls from the village came at noon.",
        "The dam is known to leak.",
        "It was unclear on Monday whether the gate was open.",
    ],
)
def test_nouns_and_passives_are_no_cues(text):
    assert [(s.party, s.cue) for s in read_article(text, source="Post")] == [("Post", None)]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('From Mayor Ida Olden: "The dam has held all week."', "Ida Olden"),
        ("Mayor Ida Olden: “The dam has held all week.”", "Ida Olden"),
        ('The mayor is pleased with the outcome: "The dam has held all week."', "mayor"),
    ],
)
def test_name_before_a_colon_is_the_speaker(text, speaker):
    assert [(s.speaker, s.text) for s in read_article(text)] == [(speaker, "The dam has held all week.")]


def test_transcript_is_read_by_turn():
    notes: list[str] = []
    found = read_article(TRANSCRIPT, source="Radio", notes=notes)
    assert notes[0].startswith("read as a transcript")
    assert [(s.speaker, s.text) for s in found] == [
        ("Ida Olden", "The dam has held all week."),
        ("Ida Olden", "We checked it twice."),
        ("Per Berg", "It has not held, Mayor."),
        ("Per Berg", "The engineer told us that the gate was open."),
        ("engineer", "The gate was open."),
        ("Ida Olden", "The gate was closed at nine."),
        ("Per Berg", "Per Berg saw it open at ten."),
    ]
    assert {s.commitment for s in found if s.text.startswith("The engineer told")} == {"reports"}


@pytest.mark.parametrize(
    "line",
    [
        "MAYOR OLDEN: {}",
        "OLDEN (voice-over): {}",
        "Mr. OLDEN. {}",
        "[10:15:02] OLDEN: {}",
        "**Olden:** {}",
        "1\n00:00:01,000 --> 00:00:04,000\nOLDEN: {}",
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Olden>{}",
    ],
)
def test_every_form_of_label_opens_a_turn(line):
    (found,) = read_transcript(line.format("The dam has held all week."))
    assert (found.speaker, found.text) == ("Olden", "The dam has held all week.")


def test_colons_alone_are_no_transcript():
    text = "The mayor spoke on Monday.\n\nRead more: The dam\n\nCorrection: It was 14 metres wide.\n\nThe dam is old."
    assert [s.party for s in read_article(text, source="Post")] == ["Post"] * 3
