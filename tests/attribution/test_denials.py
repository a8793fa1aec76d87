"""What somebody denies is never read as what they say, nor what they say as denied."""

from __future__ import annotations

import pytest

from stancecheck.attribution import read_article


def said(text: str) -> list[tuple[str | None, str, str]]:
    return [(s.speaker, str(s.commitment), s.text) for s in read_article(text) if s.cue is not None]


@pytest.mark.parametrize(
    "sentence",
    [
        "Solvo dismissed as nonsense claims by Fair Miles, a club of runners, that the dam was unsafe.",
        "Solvo dismissed as “pure fantasy” the claim of Fair Miles that the dam was unsafe.",
        "Solvo has laughed off a tabloid report that the dam was unsafe.",
        "Solvo refused to accept that the dam was unsafe.",
        "A claim by Fair Miles that the dam was unsafe was dismissed as “a fairy tale” by Solvo.",
        "Solvo rejected a suggestion that the dam was unsafe.",
        "Solvo rejects the suggestion, made by Fair Miles in a letter, that the dam was unsafe.",
        "Solvo denied that a lorry had crossed and rejected a claim by Fair Miles that the dam was unsafe.",
        "Fair Miles said that the dam was unsafe. Solvo denies it.",
        "The dam was unsafe, Fair Miles said. Solvo disputes this.",
        "Solvo scoffed at claims that the dam was unsafe.",
        "Solvo pushed back against a claim by Fair Miles that the dam was unsafe.",
        "Solvo has debunked claims made by Fair Miles that the dam was unsafe.",
        "Solvo ridiculed the suggestion, popular among runners, that the dam was unsafe.",
        "The dam was unsafe, an assertion Solvo rejected.",
        "Fair Miles said the dam was unsafe, a charge that Solvo rejected within the hour.",
        "What Solvo denies, in a short letter, is that the dam was unsafe.",
        "Solvo dismissed the claim of Fair Miles that the dam was unsafe as “a fairy tale”.",
        "Solvo disputes that the dam was unsafe, and has ordered new pumps.",
        "Solvo denied that the dam was unsafe, calling its critics idle.",
        "Fair Miles has said that it runs on Sundays, and Solvo rejects a report that the dam was unsafe.",
    ],
)
def test_denier_holds_the_opposite(sentence):
    assert ("Solvo", "denies", "The dam was not unsafe.") in said(sentence)
    assert not any(speaker == "Solvo" and made == "asserts" for speaker, made, _ in said(sentence))


def test_deniers_own_words_are_asserted():
    found = said("Solvo dismissed that as “grotesque”. “The dam is safe.” Vold disputed it: “The dam leaks.”")
    assert ("Solvo", "asserts", "The dam is safe.") in found
    assert ("Vold", "asserts", "The dam leaks.") in found


def test_colon_after_a_denial_opens_a_claim():
    assert said("Fair Miles rejects that: the complaints came from nine houses.") == [
        ("Fair Miles", "asserts", "The complaints came from nine houses.")
    ]


@pytest.mark.parametrize(
    ("sentence", "text", "commitment"),
    [
        ("Solvo called the report “fiction”.", "The report is fiction.", "denies"),
        ("Solvo described the measures as “theatre for voters”.", "The measures are theatre for voters.", "asserts"),
        ("Solvo dismissed the report as “old news”.", "The report is old news.", "denies"),
        ("Solvo put the number of dead at nine.", "The number of dead is nine.", "asserts"),
    ],
)
def test_name_for_a_thing_is_a_clause(sentence, text, commitment):
    assert said(sentence) == [("Solvo", commitment, text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Solvo said on Tuesday it could not confirm that the dam had failed.",
        "Solvo could not confirm reports by local papers that the dam had failed.",
        "Solvo was unable to say when the dam had failed.",
        "Solvo is not convinced that the dam had failed.",
        "Solvo declined to say whether the dam had failed.",
    ],
)
def test_what_is_not_known_is_not_asserted(sentence):
    mine = {made for speaker, made, _ in said(sentence) if speaker == "Solvo"}
    assert mine == {"doubts"}


def test_unnegatable_denial_is_kept():
    found = said("Not one man was paid, Solvo denied.")
    assert [(made, text) for _, made, text in found] == [("denies", "Solvo denied that not one man was paid.")]


@pytest.mark.parametrize(
    "order", ["Kustbladet, citing two clerks, reported that {}.", "Kustbladet reported that {}, citing two clerks."]
)
def test_cited_source_says_it(order):
    found = said(order.format("the dam had failed"))
    assert ("Kustbladet", "reports", "The dam had failed.") in found
    assert ("two clerks", "asserts", "The dam had failed.") in found


def test_nobody_leaves_no_double_blank():
    assert "  " not in "".join(s.text for s in read_article("The board met. According to nobody it was closed."))


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Solvo flatly denied any part in the flood and pointed to the farmers.", "There was no part in the flood."),
        ("Solvo denies opening the gates and argues that the rain did it.", "Solvo did not open the gates."),
        ("Solvo denied ever having opened the gates.", "Solvo had never opened the gates."),
        ("Solvo denied that anybody had opened the gates.", "Nobody had opened the gates."),
        ("Solvo disputes that any of the gates was open.", "None of the gates was open."),
        (
            "Solvo denied that a lorry, a boat or a cart had been there.",
            "Solvo denied that a lorry, a boat or a cart had been there.",
        ),
        ("Runners accused Solvo of opening the gates, which it denies.", "Solvo did not open the gates."),
        ("Runners accused Solvo of opening the gates. Solvo denies it.", "Solvo did not open the gates."),
        ("Solvo denied having opened the gates, where a guard sat.", "Solvo had not opened the gates."),
    ],
)
def test_denial_ends_where_it_ends(sentence, text):
    assert ("Solvo", "denies", text) in said(sentence)


def test_other_side_asserts_what_is_denied():
    found = said("Solvo debunked a claim by Fair Miles that the dam, built in haste, was unsafe.")
    assert ("Fair Miles", "asserts", "The dam, built in haste, was unsafe.") in found


def test_negation_inside_is_no_denial():
    assert said("No such order was given, Vold said.") == [("Vold", "asserts", "No such order was given.")]


def test_predicate_alone_is_false():
    assert said("Solvo called the ban “confiscation by rumour”.")[0][1] == "asserts"


@pytest.mark.parametrize(
    ("sentence", "commitment"),
    [
        ("Vold said the council would meet on Friday.", "announces"),
        ("Solvo said the works would be closed until May.", "announces"),
        ("Solvo promised a review of every gate opened since 2031.", "announces"),
        ("Vold warned that a third of the farms would go under.", "asserts"),
        ("Vold said the new gate would cost nine million.", "asserts"),
        ("Vold said she had promised her father that she would.", "asserts"),
        ("Solvo predicts that it will run dry in May.", "asserts"),
        ("Solvo estimates that 300 lorries still cross.", "asserts"),
        ("Vold suggested that the letter might have been copied.", "hedges"),
        ("Vold said the marks were consistent with a flood.", "hedges"),
        ("Vold said the gate could be opened by hand.", "asserts"),
        ("Solvo did not rule out that the dam had leaked.", "hedges"),
        ("Vold said that she had never seen a flood like it.", "asserts"),
        ("Vold said that she had never heard of any such list.", "doubts"),
        ("“Dad always said that dam would go one day,” Vold said.", "reports"),
        ("Vold said that two engineers had told her it would hold.", "reports"),
        ("Vold said that the poll had shown a lead.", "asserts"),
    ],
)
def test_commitment_follows_the_content(sentence, commitment):
    assert next(made for speaker, made, _ in said(sentence) if speaker in ("Vold", "Solvo")) == commitment


def test_accused_denies_through_their_own():
    found = read_article("Marta Quill accused Taszlo of inventing the deaths, a charge his campaign denies.")
    assert [(s.party, str(s.commitment)) for s in found] == [("Marta Quill", "asserts"), ("Taszlo", "denies")]
