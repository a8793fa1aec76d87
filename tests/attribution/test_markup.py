"""HTML in a text that should be plain: tags are no words, and spans point into the text given."""

import pytest

from stancecheck import read_article
from stancecheck.attribution.markup import blank_markup

PLAIN = (
    "Works Ministry, 14 May 2031\n\nThe ministry denied that the dam had cracked.\n\nMayor Per Dahl said the dam was unsafe."
)
HTML = (
    "<article><h1>Works Ministry, 14 May 2031</h1><p class='lead'>The ministry <b>denied</b> that the dam had cracked.</p>"
    "<!-- advert --><p>Mayor <a href='/d'>Per Dahl</a> said the dam was unsafe.</p></article>"
)


def test_article_of_html_is_read_as_plain():
    plain, tagged = (
        [(s.text, s.party, s.commitment) for s in read_article(text) if s.cue is not None] for text in (PLAIN, HTML)
    )
    assert plain
    assert tagged == plain


def test_spans_point_into_the_html():
    for statement in read_article(HTML):
        start, end = statement.span
        assert statement.text.rstrip(".").split()[-1] in HTML[start:end]


@pytest.mark.parametrize("text", ["", "x < y and y > z", "<" * 50, "a <b c", "<p>" * 3, "1 <2> 3"])
def test_length_never_changes(text):
    assert len(blank_markup(text)) == len(text)


def test_signs_that_are_no_tags_stay():
    text = "x < y and y > z, 1 <2> 3, <v Olden>the dam held"
    assert blank_markup(text) == text
