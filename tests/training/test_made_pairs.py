"""Pairs made by rule: the logic of their labels, and that no cue of the surface tells one."""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import tomllib
from datetime import date

import made_amounts as amounts
import made_looks as looks
import made_pairs
import pytest

LISTS = tomllib.loads(made_pairs.LISTS.read_text(encoding="utf-8"))
VALUES = {"u": 30, "l": 40, "n": 40, "i": 60, "h": 80, "o": 95}
STATEMENTS = [
    "The lighthouse was repaired before the winter.",
    "The keeper counted 14 ships in one night.",
    "Fog horns are tested on Sundays.",
    "The harbour master had been warned by letter.",
    "A storm took the roof in spring.",
]


@pytest.fixture(scope="module")
def maker():
    return made_pairs.Maker(LISTS, [STATEMENTS, ["The bakery sells bread."], ["The orchard was sold to a baker."]], seed=3)


@pytest.fixture(scope="module")
def rows(maker):
    return maker.rows(2500)


def allowed(phrase: str) -> set[int]:
    """The whole numbers that a phrase of the bounds leaves open; what is about a number may be a tenth off."""
    numbers = [int(n) for n in re.findall(r"\d+", phrase)]
    low, high = {
        "more than": (numbers[0] + 1, 999),
        "fewer than": (0, numbers[0] - 1),
        "not even": (0, numbers[0] - 1),
        "at least": (numbers[0], 999),
        "at most": (0, numbers[0]),
        "no more than": (0, numbers[0]),
        "up to": (0, numbers[0]),
        "nearly": (numbers[0] * 9 // 10, numbers[0] - 1),
        "between": (numbers[0], numbers[-1]),
        "exactly": (numbers[0], numbers[0]),
        "": (numbers[0], numbers[0]),
    }.get(re.split(r" ?\d", phrase)[0], (numbers[0] * 9 // 10, numbers[0] * 11 // 10))
    return set(range(low, high + 1))


@pytest.mark.parametrize("label", made_pairs.LABELS)
def test_bounds_entail_or_exclude(label):
    for pair in LISTS["bounds"][label]:
        a, b = (allowed(side.format(**VALUES)) for side in pair.split(" | "))
        if label == "contradict":
            assert not a & b, pair
        else:
            assert a & b, pair
            assert (a <= b or b <= a) == (label == "agree"), pair


@pytest.mark.parametrize("table", ["percent", "duration"])
def test_a_form_stands_for_one_value_only(table):
    forms = [form for same in LISTS["equivalents"][table] for form in same]
    assert len(forms) == len(set(forms))


def test_quantities_are_written_naturally():
    assert amounts.in_words(412) == "four hundred and twelve"
    assert amounts.in_words(21_300) == "twenty-one thousand three hundred"
    assert {"€1.5m", "1,500,000 euros", "one and a half million euros", "1,5 million euros"} <= set(
        amounts.money_forms(1_500_000, "euro")
    )
    assert "2 km" in amounts.metric_forms(2000, ["metres"], ["km", "kilometres"])
    assert "the 22nd of May" in amounts.date_forms(date(2029, 5, 22))


@pytest.mark.parametrize("minute", [0, 10, 15, 20, 30, 45])
def test_time_forms_are_unambiguous(minute):
    forms = [(form, hour) for hour in [*range(6, 12), *range(13, 23)] for form in set(amounts.clock_forms(hour, minute))]
    assert len(forms) == len({form for form, _ in forms})
    for form, hour in forms:
        if re.fullmatch(r"\d\d[:.]\d\d", form):
            assert int(form[:2]) == hour
            assert hour not in (10, 11, 12)


def test_two_zones_name_one_moment():
    (utc, local), wrong = amounts.zone_forms(22, 30, 3)
    assert (utc, local) == ("22:30 UTC", "01:30 local time (UTC+3)")
    assert local not in wrong


def test_a_near_miss_is_another_number():
    rng = random.Random(1)
    assert all(amounts.near_miss(rng, n) != n for n in range(3, 2000))


def test_changes_flip_the_meaning():
    rng = random.Random(1)
    assert looks.changed(rng, "The gate had been locked since noon.") == "The gate had not been locked since noon."
    assert looks.changed(rng, "The gate was not locked.") == "The gate was locked."
    assert re.fullmatch(r"The crew counted (?!14 )[\d,]+ whales.", looks.changed(rng, "The crew counted 14 whales.") or "")
    for unsure in [
        "Not one gate was locked.",
        "At least 14 whales were seen.",
        "If the gate was locked, we waited.",
        "Line 14 was closed?",
    ]:
        assert looks.changed(rng, unsure) is None


def test_another_look_leaves_the_words():
    rng, text = random.Random(1), "The crew did not see the lighthouse."
    for _ in range(300):
        assert text[:-1].lower() in looks.new_look(rng, text).lower()


def test_label_shares_and_no_duplicates(rows):
    for label in made_pairs.LABELS:
        assert sum(row["label"] == label for row in rows) / len(rows) == pytest.approx(LISTS["share"][label], abs=0.05)
    assert len({(row["a"], row["b"]) for row in rows}) == len(rows)
    assert not [
        row
        for row in rows
        if re.search(r"[{}*]", row["a"] + row["b"]) and row["kind"] not in ("surface", "containment", "long_text")
    ]


def test_kinds_have_all_their_labels(maker, rows):
    kinds = {(row["kind"], row["label"]) for row in rows}
    for kind in [*maker.kinds, "own_side"]:
        if kind != "case_words":
            assert {(kind, label) for label in made_pairs.LABELS} <= kinds


def test_one_side_does_not_give_the_label(rows):
    def share(word, label):
        return sum(word in f" {row['b'].lower()} " for row in rows if row["label"] == label) / sum(
            r["label"] == label for r in rows
        )

    for word in (" not ", " was ", " more than ", " says ", " only "):
        shares = [share(word, label) for label in made_pairs.LABELS]
        assert max(shares) - min(shares) < 0.08, word


def test_text_does_not_deny_itself(rows):
    for row in rows:
        if row["label"] != "agree":
            assert row["a"].lower() != row["b"].lower()


def test_us_on_both_sides_has_no_party(rows):
    for row in rows:
        if row["kind"] == "own_side":
            assert row["party_a"]
            assert row["party_b"]
        elif row["kind"] == "surface" and row["label"] == "agree" and made_pairs.FIRST_PERSON.search(row["a"]):
            assert not row["party_a"]


def test_long_text_holds_its_sentence(rows):
    for row in rows:
        if row["kind"] == "containment":
            short, long = sorted((row["a"], row["b"]), key=len)
            assert (short in long) == (row["label"] == "agree"), row


def test_same_seed_same_rows(tmp_path, monkeypatch, capsys):
    texts = tmp_path / "texts.jsonl.gz"
    with gzip.open(texts, "wt", encoding="utf-8") as out:
        said = [{"party": "Keepers", "text": text} for text in STATEMENTS]
        out.writelines(
            json.dumps(row) + "\n" for row in ({"statements": said}, {"a": "The mill is idle.", "b": "The mill works."})
        )
    for name in ("one", "two"):
        arguments = ["--texts", str(texts), "--pairs", "60", "--seed", "5", "--out", str(tmp_path / name)]
        monkeypatch.setattr(sys, "argv", ["made_pairs.py", *arguments])
        made_pairs.main()
    with gzip.open(tmp_path / "one", "rt", encoding="utf-8") as one, gzip.open(tmp_path / "two", "rt", encoding="utf-8") as two:
        rows = [json.loads(line) for line in one]
        assert rows == [json.loads(line) for line in two]
    assert len(rows) == 60
    assert set(rows[0]) == {"a", "b", "label", "kind", "party_a", "party_b"}
    assert "all" in capsys.readouterr().out
