"""What a reader made of a judgement, as marked on the report page."""

from __future__ import annotations

from dataclasses import dataclass

from stancecheck.errors import InputError

__all__ = ["VERDICTS", "Mark"]

VERDICTS = ("real", "not real", "to check")
"""What a reader can say of a pair that a report shows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A reader's mark.

    Attributes:
        verdict: 'real', 'not real' or 'to check'.
        note: What the reader wrote beside it.

    Raises:
        InputError: If there is no such verdict.
    """

    verdict: str
    note: str = ""

    def __post_init__(self) -> None:
        """Check the verdict."""
        if self.verdict not in VERDICTS:
            raise InputError(f"mark: expected one of {list(VERDICTS)}, got {self.verdict!r}")
