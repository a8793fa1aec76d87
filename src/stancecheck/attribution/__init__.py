"""An article's text -> Statements: who said what, whom they speak for, how far they stand behind it, and where."""

from stancecheck.attribution.article import Parties, read_article, read_transcript
from stancecheck.attribution.files import Article, read_articles
from stancecheck.attribution.speech import Attribution, find_attributions

__all__ = ["Article", "Attribution", "Parties", "find_attributions", "read_article", "read_articles", "read_transcript"]
