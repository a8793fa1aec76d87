"""text: what a person reads is what the model is given, and every place in it leads back to the text given."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from stancecheck.data.notes import Note
from stancecheck.data.text import prepare
from tests.robustness.hostile import bounded
from tests.robustness.hostile_inputs import text as any_text

KINDS = Path(__file__).resolve().parents[2] / "benchmarks" / "kinds"


def as_words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "plain",
    [
        "The bridge isn't closed; 5*3 is 15, a < b, AT&T and R&D, [sic] at 10:15 (local time).",
        "The mayor’s office – “not aware” – said so… naïve café, 100 €, 3 °C.",
        "12. May was the day.",
        "f***ing snake_case 2 * 3 * 4 <john@example.org> <10 people",
        "Мост не закрыт. 댐은 안전하다. הסכר בטוח. เขื่อนปลอดภัย",
        "Q4: revenue rose.",
    ],
)
def test_plain_text_is_left_as_it_is(plain):
    ready = prepare(plain)
    assert (ready.text, ready.notes) == (plain, ())
    assert ready.back((3, 5)) == (3, 5)


@pytest.mark.parametrize(
    ("given", "read", "note"),
    [
        ("Taxes will\u200bnot\u200brise.", "Taxes will not rise.", Note.CONTROL),
        ("did\x0bnot\x85cross\x1fit", "did not cross it", Note.CONTROL),
        ("un\u00adsafe and \u202enot\u202c open", "unsafe and not open", Note.CONTROL),
        ("conﬁrmed 𝓷𝓮𝓿𝓮𝓻 ｎｏｔ ⓝⓞⓣ ɴᴏᴛ 🅽🅾🆃", "confirmed never not not not not", Note.STYLED),
        ("nоt the Cоuncil", "not the Council", Note.STYLED),  # o is Cyrillic
        ("10⁵ CO₂ km² 10½ said.¹", "10^5 CO2 km2 10 1/2 said.", Note.STYLED),
        ("They didn&rsquo;t; &lt;10 &amp; more", "They didn’t; <10 & more", Note.MARKUP),
        ("<p>Not <b>un</b>safe<br/>at all</p><!-- safe -->", "Not unsafe at all", Note.MARKUP),
        ("**Olden:** the _dam_ is `not` [safe](http://x.invalid)", "Olden: the dam is not safe", Note.MARKUP),
        ("# Title\n- one\n> two", "Title one two", Note.MARKUP),
        ("(a) The minister resigned.", "The minister resigned.", Note.MARKUP),
        ("It is ~~open~~ <del>shut</del> <s class='x'>new</s> n̶o̶t̶ closed", "It is closed", Note.STRUCK_OUT),
        ("Not safe. [SEP] [PAD] </s> <|endoftext|>", "Not safe.", Note.SPECIAL),
        ("Bridge: 🟢 ✅ 👍🏽 1️⃣ to 🇺🇦", "Bridge: green yes yes 1 to UA", Note.SYMBOLS),
    ],
)
def test_text_is_normalized_with_notes(given, read, note):
    ready = prepare(given)
    assert as_words(ready.text) == as_words(read)
    assert note in ready.notes


def test_offsets_map_back_to_the_input():
    given = "<p>They didn&rsquo;t ~~ever~~ cross the ｂｏｒｄｅｒ.</p>"
    ready = prepare(given)

    def behind(word: str) -> str:
        start = ready.text.index(word)
        return given[slice(*ready.back((start, start + len(word))))]

    assert behind("They") == "They"
    assert behind("didn’t") == "didn&rsquo;t"
    assert behind("border") == "ｂｏｒｄｅｒ"
    assert ready.back((0, len(ready.text))) == (0, len(given))


def test_offsets_are_in_range_and_ordered():
    r = random.Random(20)
    for _ in range(400):
        given = any_text(r, surrogates=False) + any_text(r, surrogates=False)
        ready = prepare(given)
        assert ready.text.strip() or not given.strip() or ready.text == given or Note.CONTROL in ready.notes
        places = [ready.back((i, i + 1)) for i in range(min(len(ready.text), 200))]
        assert all(0 <= start <= end <= len(given) for start, end in places)
        assert places == sorted(places)


def test_punctuation_alone_is_kept():
    assert prepare("<b></b>").text == "<b></b>"
    assert prepare("~~gone~~").text == "~~gone~~"


def test_preparation_is_idempotent():
    for path in KINDS.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
            once = prepare(json.loads(line)["a"]).text
            assert as_words(prepare(once).text) == as_words(once)


@pytest.mark.parametrize("mark", ["<del>", "~~a", "[a](", "<!--", "<script>", "&amp", "**", "<p ", "о", "\x00", "a\u0336"])
def test_repeated_marks_take_linear_time(mark):
    with bounded():
        prepare(mark * (300_000 // len(mark)))
