"""Somebody who says something."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Speaker"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says something.

    Attributes:
        name: As named, without titles; a ministry or country for those who are no person. None if not known.
        party: The institution or country spoken for, where the text says so; else the name.
        person: Whether it is a person, as far as can be told.
        roles: Their offices, in lower case.
        named: Whether it has a name of its own ('a source' has not).
    """

    name: str | None
    party: str | None
    person: bool
    roles: frozenset[str] = frozenset()
    named: bool = True

    def under(self, party: str) -> Speaker:
        """The same with another party; a body goes by its name."""
        return replace(self, party=party, name=self.name if self.person else party)
