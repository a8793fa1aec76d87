"""An article's text -> Statements: who said what, whom they speak for, how far they stand behind it, and where."""

from stancecheck.attribution.article import Parties, read_article
from stancecheck.attribution.parsing import parser_installed
from stancecheck.attribution.speech import Attribution, Parser, find_attributions

__all__ = ["Attribution", "Parser", "Parties", "find_attributions", "parser_installed", "read_article"]
