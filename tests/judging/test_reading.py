"""reading: the shipped model is given what a person reads, and says what it could not read."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from stancecheck import Pair, Stance, Statement
from stancecheck.data.notes import Note
from stancecheck.errors import LanguageWarning

KINDS = Path(__file__).resolve().parents[2] / "benchmarks" / "kinds"
READING = [
    "case_tells_words_apart",
    "control_characters_join_words",
    "html_entities",
    "identical_but_for_case_or_space",
    "identical_long",
    "identical_short",
    "leading_labels_and_list_numbers",
    "long_text_and_itself_plus_a_sentence",
    "special_tokens_in_the_text",
    "struck_out_text",
    "unknown_characters",
]


def rows(kind):
    return [json.loads(line) for line in (KINDS / f"{kind}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]


@pytest.mark.parametrize("kind", READING)
def test_hard_texts_are_right_both_ways(mini, kind):
    for row in rows(kind):
        one, other = mini.check(row["a"], row["b"]), mini.check(row["b"], row["a"])
        assert one.stance.value in row["right"].split("|"), row
        assert (one.scores, one.notes, one.truncated) == (other.scores, other.notes, other.truncated)


def test_styled_letters_are_read_as_plain(mini):
    for row in rows("styled_letters_nfkc"):
        plain = [unicodedata.normalize("NFKC", row[side]) for side in "ab"]
        assert plain != [row["a"], row["b"]]
        assert mini.check(row["a"], row["b"]).scores == mini.check(*plain).scores


def test_sentence_agrees_with_its_long_text(mini):
    for row in rows("verbatim_sentence_of_long_text")[:4]:
        found = mini.check(row["a"], row["b"])
        assert (found.stance, found.truncated) == (Stance.AGREE, False)
        assert row["a"][slice(*found.evidence.a)].strip() == row["b"][slice(*found.evidence.b)] == row["b"]


def test_sentence_contradicts_a_long_text(mini):
    long = rows("verbatim_sentence_of_long_text")[0]["a"]
    found = mini.check("The orchard on the hill was not planted forty years ago.", long)
    assert found.stance is Stance.CONTRADICT
    assert long[slice(*found.evidence.b)].strip() == "The orchard on the hill was planted forty years ago."


def test_identical_texts_agree_by_rule(mini):
    found = mini.check("No one was hurt.", "“no one was hurt”")
    assert (found.stance, found.confidence, found.notes) == (Stance.AGREE, 1.0, (Note.IDENTICAL,))
    assert Note.IDENTICAL not in mini.check("No one was hurt.", "Nobody was hurt.").notes


def test_first_person_texts_go_to_the_model(mini):
    a, b = Statement("We won the election.", party="Left"), Statement("We won the election.", party="Right")
    (found,) = mini.check_pairs([Pair(a, b)])
    assert Note.IDENTICAL not in found.notes
    (same,) = mini.check_pairs([Pair(a, Statement("We won the election", party="Left"))])
    assert Note.IDENTICAL in same.notes


@pytest.mark.parametrize(
    ("a", "b", "note"),
    [
        ("Le barrage est sûr.", "Le barrage n'est pas sûr.", Note.LANGUAGE),
        ("asdf qwer zxcv", "fghj wqrt sdfg", Note.NONSENSE),
    ],
)
def test_unreadable_text_is_never_confident(mini, a, b, note):
    with pytest.warns(LanguageWarning):
        found = mini.check(a, b)
    assert note in found.notes
    assert found.truncated
    assert found.confidence <= 0.5
    assert found.stance is not Stance.AGREE
    assert sum(found.scores.values()) == pytest.approx(1)


def test_unknown_characters_do_not_agree(mini):
    found = mini.check("Team of the year: ស៊ីសុវត្ថិ", "Team of the year: នរោត្តម")
    assert found.stance is not Stance.AGREE
    assert (found.notes, found.truncated) == ((Note.UNKNOWN,), True)
    assert mini.check("The dam is safe 🙏", "The dam is safe").stance is Stance.AGREE


def test_evidence_points_into_the_input(mini):
    given = "The <b>dam</b> is ~~safe~~ not safe."
    found = mini.check(given, "The dam is safe.")
    assert found.stance is Stance.CONTRADICT
    assert found.evidence.a == (0, len(given))
    assert found.as_dict()["notes"] == ["struck-out text", "markup"]
