"""An article is read into who says what: contents, speakers, parties, commitments and places."""

from __future__ import annotations

import datetime as dt
import pickle
import random
import sys

import pytest

from stancecheck import Statement
from stancecheck.attribution import read_article
from stancecheck.attribution.content import negated
from stancecheck.attribution.lexicon import lexicon
from stancecheck.data.statements import Commitment
from stancecheck.errors import InputError
from stancecheck.language.inflection import base_of_gerund, base_of_past, past_of_gerund
from stancecheck.language.quotes import find_quotes
from stancecheck.language.sentences import sentences_of
from tests.robustness.hostile import bounded

ARTICLE = """Officials trade accounts of the harbour fire

Norland Defence Ministry spokesman Major General Pavel Orlin said on Tuesday that no aircraft had crossed the strait.
“We recorded no flights on Monday,” Orlin said. “We are not aware of any request for help.”
He also added that the ministry had sent two letters to Estland.
Estland President Mara Vint thanked Norland for sending the tugboats, claiming that the ministry had been told in advance.
"The fire changes nothing for the port," the Norland Defence Ministry official said.
The harbour lies forty kilometres north of the capital.
According to the Coast Guard Council, three ships were damaged.
Vint denied that she had ordered the raid. She vowed to rebuild the harbour.
"""


def read(text: str, **options) -> list[Statement]:
    return read_article(text, **options)


def only(text: str, **options) -> Statement:
    spoken = [s for s in read(text, **options) if s.cue is not None or s.speaker is not None]
    assert len(spoken) == 1, spoken
    return spoken[0]


def said_by(statements: list[Statement], speaker: str | None) -> list[str]:
    return [s.text for s in statements if s.speaker == speaker]


def test_article_gives_speakers_and_parties():
    found = read(ARTICLE, source="The Strait Post")
    assert {s.party for s in found if s.speaker == "Pavel Orlin"} == {"Norland Defence Ministry"}
    assert {s.party for s in found if s.speaker == "Mara Vint"} == {"Estland"}
    assert "The harbour lies forty kilometres north of the capital." in said_by(found, None)
    assert {s.party for s in found if s.speaker is None} == {"The Strait Post"}


def test_names_resolve_to_who_spoke_before():
    texts = said_by(read(ARTICLE), "Pavel Orlin")
    assert "The Norland Defence Ministry recorded no flights on Monday." in texts  # 'Orlin said', and 'we'
    assert "The Norland Defence Ministry had sent two letters to Estland." in texts  # 'He also added', and 'the ministry'
    assert "The fire changes nothing for the port." in texts  # 'the ... Ministry official'


def test_content_becomes_a_sentence():
    found = {s.text: s for s in read(ARTICLE)}
    vint = {text: s.commitment for text, s in found.items() if s.speaker == "Mara Vint"}
    assert vint["Norland sent the tugboats."] == "asserts"
    assert vint["The Norland Defence Ministry had been told in advance."] == "asserts"
    assert vint["Mara Vint had not ordered the raid."] == "denies"
    assert vint["Mara Vint will rebuild the harbour."] == "announces"
    assert found["Three ships were damaged."].commitment == "asserts"


def test_spans_point_at_their_content():
    for text in (ARTICLE, "\n\n  " + ARTICLE.replace("\n", "\r\n"), ARTICLE.replace("fire", "🔥 feu")):
        found = read(text, source="X")
        assert len(found) > 8
        for s in found:
            start, end = s.span
            assert 0 <= start < end <= len(text)
            assert set(s.text.lower().strip(".").split()[-2:]) <= set(
                text[start:end].lower().replace(",", "").replace(".", "").split()
            )
        assert [s.span for s in found] == sorted(s.span for s in found)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('"', '"'),
        ("“", "”"),
        ("«", "»"),
        ("« ", " »"),
        ("„", "“"),
        ("„", "”"),
        ("‘", "’"),
        ("''", "''"),
        ("``", "''"),
        ("「", "」"),
    ],
)
def test_any_quotation_marks_are_read(opening, closing):
    text = f"{opening}The bridge is closed to all traffic,{closing} Anna Berg said."
    found = only(text)
    assert (found.speaker, found.text, found.cue) == ("Anna Berg", "The bridge is closed to all traffic.", "said")
    assert text[slice(*found.span)].startswith("The bridge")
    assert text[slice(*found.span)].rstrip(",").endswith("traffic")


def test_quoted_sentences_are_statements():
    text = "“The road is open. The bridge is not,” Berg said. “It will stay closed.” The river rose overnight."
    found = read(text, source="Post")
    assert said_by(found, "Berg") == ["The road is open.", "The bridge is not.", "It will stay closed."]
    assert [(s.text, s.party) for s in found if s.speaker is None] == [("The river rose overnight.", "Post")]


def test_split_sentence_is_one_statement():
    text = "“The bridge,” Berg said, “was closed before the storm.”"
    found = only(text)
    assert found.text == "The bridge was closed before the storm."
    assert text[slice(*found.span)] == "The bridge,” Berg said, “was closed before the storm."


@pytest.mark.parametrize("mark", ["?", "!", ".", ",", "…"])
def test_cue_after_a_quotation_belongs(mark):
    found = read(f"“Did the ships leave the port{mark}” Anna Berg said. Rain fell.", source="Post")
    assert [(s.speaker, s.text.rstrip("?!.…")) for s in found] == [
        ("Anna Berg", "Did the ships leave the port"),
        (None, "Rain fell"),
    ]


def test_nested_quotation_stays_in_content():
    found = only("“They told us ‘no ship may pass’ and left,” Berg said.")
    assert found.text == "They told us ‘no ship may pass’ and left."


def test_quotation_joins_paragraphs():
    text = "“The road is open to all.\n\n“The bridge is closed,” Berg said.\n\nThe “river rose.\n\nRain fell on Monday."
    found = read(text, source="Post")
    assert [s.text for s in found if s.party == "Post"] == ["The river rose.", "Rain fell on Monday."]
    assert "The bridge is closed." in said_by(found, "Berg")


@pytest.mark.parametrize(
    ("text", "content", "commitment"),
    [
        ("The mayor said that no strikes were recorded.", "No strikes were recorded.", "asserts"),
        ("No strikes were recorded, the mayor said.", "No strikes were recorded.", "asserts"),
        ("The mayor claimed on Monday that the dam was safe.", "The dam was safe.", "asserts"),
        ("The mayor announced that the dam would be closed.", "The dam would be closed.", "announces"),
        ("The mayor believes that the dam is safe.", "The dam is safe.", "hedges"),
        ("The mayor said the dam may have failed.", "The dam may have failed.", "hedges"),
        ("The dam is safe, according to the mayor.", "The dam is safe.", "asserts"),
        ("The mayor denied that the dam was safe.", "The dam was not safe.", "denies"),
        ("The mayor denied that his office closed the dam.", "His office did not close the dam.", "denies"),
        ("The mayor denied that the dam leaks.", "The mayor denied that the dam leaks.", "denies"),
        ("The mayor denied any role in the closure.", "There was no role in the closure.", "denies"),
        ("The mayor did not confirm that the dam was safe.", "The mayor did not confirm that the dam was safe.", "doubts"),
        ("The mayor is not aware of any leak in the dam.", "The mayor is not aware of any leak in the dam.", "doubts"),
        ("The mayor accused Estland of shelling the dam.", "Estland shelled the dam.", "asserts"),
        ("The mayor accused the crews of using old maps.", "The crews used old maps.", "asserts"),
        ("The mayor urged residents to leave the valley.", "Residents should leave the valley.", "asserts"),
        ("The mayor pledged not to close the dam.", "The mayor will not close the dam.", "announces"),
        ("The mayor’s claim that the dam was safe, made on Monday, caused anger.", "The dam was safe.", "asserts"),
    ],
)
def test_text_keeps_the_speakers_stance(text, content, commitment):
    found = [s for s in read(text) if s.cue]
    assert [(s.text, s.commitment, s.speaker) for s in found] == [(content, commitment, "mayor")]


@pytest.mark.parametrize(
    ("said", "commitment"),
    [
        ("the Norland fleet does not have reliable information on the raid", "doubts"),  # his own side
        ("the Estland fleet does not have reliable information on the raid", "asserts"),  # another's ignorance is a claim
    ],
)
def test_spokesman_who_does_not_know_doubts(said, commitment):
    assert only(f"Norland Navy spokesman Pavel Orlin said that {said}.").commitment == commitment


@pytest.mark.parametrize(
    ("quote", "content"),
    [
        ("I am sure we have no ships there.", "Pavel Orlin is sure the Norland Navy has no ships there."),
        ("We also believe our crews.", "The Norland Navy also believes the Norland Navy’s crews."),
        ("We’re not aware of it.", "The Norland Navy is not aware of it."),
        ("They told me that we did not try.", "They told Pavel Orlin that the Norland Navy did not try."),
        ("What do we know of World War I?", "What do we know of World War I?"),
    ],
)
def test_we_in_a_quotation_is_the_speaker(quote, content):
    assert only(f"“{quote}” Norland Navy spokesman Pavel Orlin said.").text == content


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Moscow said that it had sent nothing.", "Moscow had sent nothing."),
        ("Anna Berg said that she had sent nothing.", "Anna Berg had sent nothing."),
        ("Anna Berg said that it had sent nothing.", "It had sent nothing."),
        ("Moscow said that it was not clear who had won.", "It was not clear who had won."),
        ("Earlier Moscow said that it was still ready.", "Moscow was still ready."),
        ("The Norland Navy said that its ships were in port.", "The Norland Navy’s ships were in port."),
    ],
)
def test_opening_pronoun_is_the_speaker(text, content):
    assert only(text).text == content


def test_reported_speech_is_second_hand():
    found = read("Anna Berg said that Pavel Orlin had claimed that the dam was safe.")
    assert [s.commitment for s in found if s.speaker == "Pavel Orlin"] == ["asserts"]
    assert [s.commitment for s in found if s.speaker == "Anna Berg"] == ["reports"]


@pytest.mark.parametrize(
    ("mention", "speaker", "party"),
    [
        ("Turkish Foreign Minister Orhan Demir", "Orhan Demir", "Turkey"),
        ("US President John Q. Small", "John Q. Small", "United States"),
        ("Anna Berg, a spokeswoman for the United Nations,", "Anna Berg", "United Nations"),
        ("A spokesman for the Finance Ministry", "spokesman for the Finance Ministry", "Finance Ministry"),
        ("The Norland military", "Norland military", "Norland military"),
        ("US officials", "US officials", "United States"),
        ("Two witnesses", "Two witnesses", "Two witnesses"),
        ("Anna Berg", "Anna Berg", "Anna Berg"),
    ],
)
def test_party_is_in_the_text_or_the_name(mention, speaker, party):
    found = only(f"{mention} said that the dam was safe.")
    assert (found.speaker, found.party) == (speaker, party)


def test_office_gives_the_surnames_party():
    found = read("Vint said that the dam was safe.\n\nThe visit of Estland President Mara Vint ended on Monday.")
    assert (found[0].speaker, found[0].party) == ("Mara Vint", "Estland")


def test_short_name_is_the_longer_one():
    text = "The Strait Observatory for Sea Rescue said that it rained. The Observatory said that it snowed. "
    text += "Observatory head Ivo Lund said that it hailed."
    found = read(text)
    assert {s.party for s in found} == {"Strait Observatory for Sea Rescue"}
    assert [s.speaker for s in found][-1] == "Ivo Lund"


def test_parties_join_only_as_asked():
    text = "Orlin said that it rained. The Norland military said that it snowed. Vint said that it hailed."
    plain = [s.party for s in read(text)]
    joined = [s.party for s in read(text, parties={"orlin": "Norland", "Norland military": "Norland"})]
    called = [s.party for s in read(text, parties=lambda name: "Estland" if name == "Vint" else None)]
    assert plain == ["Orlin", "Norland military", "Vint"]
    assert joined == ["Norland", "Norland", "Vint"]
    assert called == ["Orlin", "Norland military", "Estland"]


def test_statements_carry_date_and_source():
    found = read(ARTICLE, source="Post", date=dt.date(2024, 5, 6))
    assert {(s.source, s.date) for s in found} == {("Post", "2024-05-06")}
    assert pickle.loads(pickle.dumps(found)) == found


def test_short_quoted_word_is_no_statement():
    found = read("The so-called “safe zone” was empty on Monday.", source="Post")
    assert [(s.text, s.party, s.cue) for s in found] == [("The so-called safe zone was empty on Monday.", "Post", None)]


def test_empty_or_wrong_input_is_handled():
    assert read("") == read(" \n\t\n") == read("***\n---") == []
    with pytest.raises(InputError, match="expected the article's text, got bytes"):
        read_article(b"text")  # type: ignore[arg-type]


def test_text_that_is_no_article_is_read():
    rng = random.Random(3)
    marks = ['"', "“", "”", "«", "»", "‘", "’", "''", ",", ".", ":", "—", "(", ")", "\n", "\n\n", " ", "🔥", "\u202e", "\x00"]
    parts = [*marks, "said", "he", "Orlin", "that", "not aware of", "according to", "thanked", "for", "going", "denied", "any"]
    parts += ["to", "it", "is", "the ministry", "Orlin’s", "claim"]
    for _ in range(400):
        text = "".join(rng.choice(parts) + rng.choice(["", " "]) for _ in range(rng.randrange(60)))
        for s in read(text):
            assert 0 <= s.span[0] < s.span[1] <= len(text)


def lines_run(unit: str, size: int) -> int:
    """How many lines of Python run while a text of this many characters is read; each turn of a loop counts."""
    text = (unit * (size // len(unit) + 1))[:size]
    count = 0

    def step(*_):
        nonlocal count
        count += 1
        return step

    earlier = sys.gettrace()  # that of coverage
    sys.settrace(step)
    try:
        read_article(text)
    finally:
        sys.settrace(earlier)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "“The road is open,” Berg said. He added that it rained. ",
        "“ ",
        '"a ',
        "‘it’s “so ",
        "said ",
        "Anna Berg, a mayor, ",
        "Orlin said that Berg said that ",
        "the ministry said.\n",
        "Paris. ",
        "according to ",
        "x",
        ", thus ",
    ],
)
def test_reading_work_grows_linearly(unit):
    read_article(unit * (8_000 // len(unit) + 1))  # fills the caches
    assert lines_run(unit, 8_000) < 2.1 * lines_run(unit, 4_000)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["“The road is open,” Berg said. He added that it rained. ", "“ ‘so ", "x"])
def test_megabyte_is_read(unit):
    """A limit for what a count of lines does not see, such as a regular expression that backtracks; it takes seconds."""
    with bounded(300):
        read_article(unit * (1_000_000 // len(unit)))


@pytest.mark.parametrize(
    ("clause", "opposite"),
    [
        ("it had bombed the town", "it had not bombed the town"),
        ("planes from the base hit the town", "planes from the base did not hit the town"),
        ("the army sent tanks", "the army did not send tanks"),
        ("the two sides agreed on a date, and met", "the two sides did not agree on a date, and met"),
        ("the crew carried arms", "the crew did not carry arms"),
        ("they are ready", "they are not ready"),
        ("no ship had left", None),
        ("it had never left", None),
        ("armed men attacked the town", None),
        ("troops backed by tanks entered", None),
        ("the dam leaks", None),
    ],
)
def test_clause_is_negated_at_its_main_verb(clause, opposite):
    assert negated(clause) == opposite


@pytest.mark.parametrize(
    ("gerund", "base", "past"),
    [
        ("bombing", "bomb", "bombed"),
        ("using", "use", "used"),
        ("planning", "plan", "planned"),
        ("violating", "violate", "violated"),
        ("carrying", "carry", "carried"),
        ("sending", "send", "sent"),
        ("killing", "kill", "killed"),
        ("attacking", "attack", "attacked"),
        ("helping", "help", "helped"),
        ("funding", "fund", "funded"),
        ("entering", "enter", "entered"),
        ("destroying", "destroy", "destroyed"),
        ("meeting", "meet", "met"),
        ("arming", "arm", "armed"),
        ("deploying", "deploy", "deployed"),
        ("creating", "create", "created"),
        ("supporting", "support", "supported"),
        ("hiding", "hide", "hid"),
        ("causing", "cause", "caused"),
        ("occupying", "occupy", "occupied"),
        ("targeting", "target", "targeted"),
        ("launching", "launch", "launched"),
        ("seizing", "seize", "seized"),
        ("allowing", "allow", "allowed"),
    ],
)
def test_verb_forms_are_spelled_right(gerund, base, past):
    assert (base_of_gerund(gerund), past_of_gerund(gerund), base_of_past(past)) == (base, past, base)


@pytest.mark.parametrize("form", ["said", "says", "saying", "denied", "admitted", "agreed", "told", "tweeted", "clarifies"])
def test_lexicon_knows_its_verbs_forms(form):
    known = lexicon()
    assert form in known.verbs
    used = {c for cue in known.verbs.values() for c in cue.frames.values()} | set(known.sources.values())
    assert used | set(known.nouns.values()) | set(known.negated.values()) <= set(Commitment)
    assert set(known.negated) == set(Commitment)


def test_sentences_end_where_they_end():
    text = "Gen. A. B. Orlin met U.S. envoys at 3 p.m. on Monday. It rained 2.5 cm! “Go. Now.” They left… "
    text += "Then? Yes (they did.) End"
    quotes = find_quotes(text)
    found = [text[a:b] for a, b in sentences_of(text, (0, len(text)), quotes)]
    assert found == [
        "Gen. A. B. Orlin met U.S. envoys at 3 p.m. on Monday.",
        "It rained 2.5 cm!",
        "“Go. Now.”",
        "They left…",
        "Then?",
        "Yes (they did.)",
        "End",
    ]


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        ("According to the minister, the talks failed on Monday.", "minister", "The talks failed on Monday."),
        ("According to Halvik, the rain was heavy.", "Halvik", "The rain was heavy."),
        ("According to Teo Halvik, the mayor, the rain was heavy.", "Teo Halvik", "The rain was heavy."),
    ],
)
def test_leading_source_ends_at_the_content(text, speaker, said):
    (statement,) = read_article(text, source="The Post")
    assert (statement.speaker, statement.text) == (speaker, said)
