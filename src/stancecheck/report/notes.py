"""What a reader must know of a report, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stancecheck.data.dates import unread_note
from stancecheck.data.statements import Statement

__all__ = ["about_search", "about_statements"]


def about_statements(statements: Sequence[Statement], copies: Mapping[Statement, tuple[Statement, ...]]) -> Iterator[str]:
    """What there is to say of a report's statements.

    Args:
        statements: All of them.
        copies: By statement, others of its party that say the same.
    """
    if count := sum(map(len, copies.values())):
        yield f"{count:,} statement(s) say what another of their party says: it is judged once, with all its sources."
    if note := unread_note(s.date for s in statements):
        yield note
    if len(statements) < 2:
        yield f"There is nothing to compare: {len(statements)} statement(s)."


def about_search(asked: int, recall: float | None, without: Sequence[str]) -> Iterator[str]:
    """How the pairs of a report were chosen, and what its confidence means.

    Args:
        asked: How many partners each statement asked for.
        recall: The share of real pairs that such a search finds, 0 to 1, if it is known.
        without: The models that judged and have no rule for reports.
    """
    if recall == 1.0:
        yield "Every pair of statements of different parties was judged."
    else:
        yield f"Each statement was compared with its {asked} nearest ones of other parties."
        if recall is not None:
            yield f"Among 2,000 statements a side, such a search finds {recall:.0%} of the pairs that agree or contradict."
    if without:
        yield (
            f"The confidence is that of single pairs: no rule for reports was fitted to {' and '.join(without)}, and in a "
            "report, where nearly all pairs are unrelated, less of what it shows is real."
        )
