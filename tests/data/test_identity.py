"""identity: the same to a reader is the same whatever the case, quotation marks, end mark, number and spaces."""

from __future__ import annotations

import pytest

from stancecheck.data.identity import case_tells_apart, same_words


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("No one was hurt.", "no one  was hurt"),
        ("I DO NOT BELIEVE IT.", "I do not believe it."),
        ("“The dam is safe.”", "The dam is safe!"),
        ("It isn’t “true”.", "It isn't 'true'."),
        ("3. No one was hurt.", "7. No one was hurt."),
        ("(a) The minister resigned.", "(c) The minister resigned."),
        ("Q4: The bridge is open.", "Q9: The bridge is open."),
        ("10:15 The port was attacked.", "The port was attacked."),
        ("[10:15:02] The port was attacked", "The port was attacked"),
    ],
)
def test_identical_to_a_reader(a, b):
    assert same_words(a, b)
    assert same_words(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The port is open.", "The port is open?"),
        ("10:15 The port was attacked.", "16:40 The port was attacked."),
        ("Q1: Revenue rose.", "Q3: Revenue rose."),
        ("They sold us to the bank.", "They sold US to the bank."),
        ("The port is open.", "The port is not open."),
        ("Plot 12 was sold.", "Plot 31 was sold."),
        ("!!!", "..."),
    ],
)
def test_texts_that_are_not(a, b):
    assert not same_words(a, b)
    assert not same_words(b, a)


def test_capitals_matter_except_in_all_caps():
    assert case_tells_apart("The US attacked.", "They attacked us.")
    assert not case_tells_apart("The US told us.", "The US told us.")
    assert not case_tells_apart("THEY ATTACKED US.", "They attacked us.")
    assert not case_tells_apart("The port is NOT open.", "The port is not open.")
