"""Turns open in many forms, questions and courtesies tell nothing, and the text says whom a label means."""

from __future__ import annotations

import pytest

from stancecheck.attribution import find_attributions, read_article
from stancecheck.attribution.layout import looks_like_transcript


def who_says(text):
    return [(s.speaker, s.text) for s in read_article(text, source="Post")]


@pytest.mark.parametrize(
    "form",
    [
        "{} — {}",
        "{}—{}",
        "{} | {}",
        "10.15 | {} | {}",
        "{}\t{}",
        "004  {}  {}",
        "[{}] {}",
        "{} 10:15:02 {}",
        "{}. {}",
        "{}\n{}",
        "{} 00:10:15\n{}",
        "{} - Moor Farms - Director\n{}",
        "*{}:* {}",
        "**{}** — {}",
        ">> {}: {}",
        "[12/05/2031, 10:15] {}: {}",
        "20:14:05Z {}: {}",
        "MR {}.– {}",
        "2. **{}** (Hollow) (Green): {}",
    ],
)
def test_forms_that_return_are_labels(form):
    said = ["The bridge is sound.", "The bridge has sunk.", "Nobody has seen it sink.", "My goats have seen it."]
    text = "\n".join(form.format(name, words) for name, words in zip(["VANT", "QUILLE"] * 2, said, strict=True))
    found = who_says(text)
    assert [speaker.split()[-1] for speaker, _ in found] == ["Vant", "Quille"] * 2
    assert [words for _, words in found[:3]] == said[:3]


def test_dashes_in_prose_open_no_turns():
    text = (
        "The ferry — a small one — sank.\n\nThe crew — all three — swam.\n\nA dog — white — was seen.\n\nThe crew — dry — left."
    )
    assert {s.party for s in read_article(text, source="Post")} == {"Post"}


COURT = """The Crown v Vant Dairies. Mr Ole Sand for the prosecution; Ms Una Brill for the defence

MR JON PELLE, dairyman at Vant Dairies, sworn
Examined by MR SAND

Q. Was the milk warm?

A. It was cold. I had my hand on the churn.

Q. The log gives nine degrees. Is that cold?

Cross-examined by MS BRILL

Q. I suggest to you that nobody read the thermometer.

A. Not once.

(The witness withdrew)

MRS ADA LOOM (affirmed)

A. It tasted of tin.
"""


def test_answers_are_the_last_witness_s():
    found = who_says(COURT)
    assert ("Jon Pelle", "It was cold.") in found
    assert ("Jon Pelle", "Not once.") in found
    assert ("Ada Loom", "It tasted of tin.") in found


def test_questions_are_the_examiner_s():
    found = who_says(COURT)
    assert ("Ole Sand", "The log gives nine degrees.") in found
    assert ("Una Brill", "Nobody read the thermometer.") in found
    assert not any("?" in words for _, words in found)


def test_witness_speaks_for_the_employer():
    assert {s.party for s in read_article(COURT) if s.speaker == "Jon Pelle"} == {"Vant Dairies"}


def test_first_names_come_with_the_talk():
    text = (
        "**Mia:** Hello, it's Mia Karst. With me is Bo Lind from the Otter Trust. Bo, how many are there?\n\n"
        "**Bo:** There are ninety. We counted them at night.\n\n"
        "**Mia:** And in spring?\n\n"
        "**Bo:** There were forty."
    )
    assert {(s.speaker, s.party) for s in read_article(text)} == {("Bo Lind", "Otter Trust")}


def test_initials_stand_in_a_key():
    text = (
        "Key: KW the coroner, Dr Kit Wold; AB Ann Brock, sister\n\n"
        "KW: Did he swim?\n\nAB: He could not swim.\n\nKW: Did he drink?\n\nAB: He drank tea."
    )
    assert {s.speaker for s in read_article(text)} == {"Ann Brock"}


def test_callers_are_named_in_brackets():
    text = (
        "PRESENTER: Good morning. Who is on line one?\n\nCALLER (Nell, Overby): The bus never came.\n\n"
        "PRESENTER: And on line two?\n\nCALLER (Sid): The bus came twice."
    )
    assert who_says(text) == [("Nell", "The bus never came."), ("Sid", "The bus came twice.")]


def test_office_has_its_holder_in_brackets():
    text = (
        "**The Minister for Canals (Per Holt)**: The lock is open.\n\n**Ida Stam** (Mere): The lock is shut.\n\n"
        "**Per Holt**: It was opened in March.\n\n**Ida Stam**: It was opened for the photograph."
    )
    assert [s.speaker for s in read_article(text)] == ["Per Holt", "Ida Stam"] * 2


def test_hosts_and_narrators_tell_nothing():
    text = (
        "ANCHOR: Good evening. The mill has closed. Why?\n\nSTOLL (voice-over): The gates are red with rust.\n\n"
        "BEA ROOK, owner: We lost the lease.\n\nSTOLL (voice-over): The lease lies in a drawer.\n\n"
        "ROOK: It ran out in May.\n\nSTOLL (on camera): Nobody lives here now."
    )
    assert {s.speaker for s in read_article(text)} == {"Bea Rook"}


def test_courtesies_say_nothing():
    text = (
        "MR VANT: Good morning, everybody. The bridge is sound.\n\nMS QUILLE: Excuse me.\n\nMR VANT: Can I just –\n\n"
        "MS QUILLE: No comment.\n\nMR VANT: It stands on oak. Thank you.\n\nMS QUILLE: Oak."
    )
    assert who_says(text) == [("Vant", "The bridge is sound."), ("Vant", "It stands on oak."), ("Quille", "Oak.")]


def test_reporters_who_only_ask_say_nothing():
    text = (
        "QUESTION: The miners say that the pit is wet. Is it?\n\nMS QUILLE: It is dry.\n\n"
        "QUESTION: There is water in the yard.\n\nMS QUILLE: That is rain."
    )
    found = read_article(text)
    assert [(s.speaker, s.text) for s in found if s.cue is None] == [
        ("Quille", "It is dry."),
        ("Question", "There is water in the yard."),
        ("Quille", "That is rain."),
    ]


def test_a_tag_question_is_a_statement():
    text = "MR VANT: You shut it, didn't you?\n\nMS QUILLE: I did not.\n\nMR VANT: Who did?\n\nMS QUILLE: The wind did."
    assert who_says(text)[0] == ("Vant", "You shut it, didn't you?")


def test_rosters_open_no_turns():
    text = (
        "Presenter: Ida Stam\nPresent: Per Holt, mayor\n\nHOLT: The lock is open.\n\nSTAM: It is shut.\n\n"
        "HOLT: It was opened in March.\n\nSTAM: It was shut in April."
    )
    assert {s.speaker for s in read_article(text, source="Post") if s.party != "Post"} == {"Per Holt", "Ida Stam"}


def test_a_long_turn_is_told_in_two_matters():
    first = "The bridge was built of oak in the year of the flood, and it has stood ever since without a nail in it."
    second = "The road behind it was laid by the county last spring, and it broke under the first cart that went over it."
    text = f"MR VANT: {first} {second}\n\nMS QUILLE: {first}\n\nMR VANT: It is so.\n\nMS QUILLE: It was so."
    spans = [text[slice(*a.content[0])] for a in find_attributions(text)]
    assert spans == [first, second, first, "It is so.", "It was so."]


def test_months_are_no_speakers():
    months = ("MARCH", "APRIL", "JUNE", "AUGUST") * 2
    lines = [f"{month}\nThe mill says that it ran on day {i}." for i, month in enumerate(months)]
    assert not looks_like_transcript("\n".join(lines))
