"""A Ray dataset -> checked rows in a run's folder, and a fingerprint by which they are known again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError

__all__ = ["Tally", "checked_tables"]

ID = "id"
_SHOWN = 5  # bad rows named in a message


@dataclass
class Tally:
    """Counts rows and adds up their hashes: the same for the same rows in any order.

    Attributes:
        columns: The columns that count; others pass through and are not compared.
        rows: How many rows there were.
    """

    columns: Sequence[str]
    rows: int = 0
    _sum: int = 0
    _ids: list[NDArray[np.uint64]] = field(default_factory=list)

    def add(self, table: Any) -> None:
        """Count a table's rows."""
        hashes = [_hashes(table.column(name)) for name in self.columns]
        mixed = hashes[0]
        for other in hashes[1:]:
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) ^ other  # Fibonacci hashing, so that columns do not cancel out
        self.rows += table.num_rows
        self._sum = (self._sum + int(mixed.sum(dtype=np.uint64))) % 2**64
        self._ids.append(hashes[self.columns.index(ID)])

    def facts(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return {"rows": self.rows, "columns": list(self.columns), "fingerprint": f"{self._sum:016x}"}

    def check_ids(self, tables: Iterable[Any]) -> None:
        """Check that no id comes twice. Eight bytes a row of memory.

        Args:
            tables: The same rows again, to name ids that come twice.

        Raises:
            InputError: If one does.
        """
        hashes = np.sort(np.concatenate([*self._ids, np.empty(0, dtype=np.uint64)]))
        twice = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if not len(twice):
            return
        seen: set[Any] = set()
        for table in tables:
            column = table.column(ID)
            for value in column.filter(np.isin(_hashes(column), twice, kind="sort")).to_pylist():
                if value in seen:
                    raise InputError(f"column {ID!r}: expected a different id in every row, but {value!r} comes twice")
                seen.add(value)


def checked_tables(tables: Iterable[Any], texts: Sequence[str], *, unwanted: Sequence[str] = ()) -> Iterator[Any]:
    """The tables as they come, after a look at each: better a bad row now than after hours of judging.

    Args:
        tables: Arrow tables.
        texts: The columns that must hold texts.
        unwanted: Columns that must not be there.

    Raises:
        InputError: If a column is missing or in the way, an id is missing, or a text is not a string or blank.
    """
    for table in tables:
        names = table.column_names
        missing = [name for name in (ID, *texts) if name not in names]
        if missing:
            raise InputError(f"expected the columns {[ID, *texts]}, got {names}: {missing} missing; rename yours")
        taken = [name for name in unwanted if name in names]
        if taken:
            raise InputError(f"columns {taken} are there already and would be overwritten: rename or drop them first")
        if table.column(ID).null_count:
            raise InputError(f"column {ID!r}: {table.column(ID).null_count} rows have no id; give every row its own")
        for name in texts:
            _check_texts(table, name)
        yield table


def _check_texts(table: Any, name: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column(name)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)):
        raise InputError(f"column {name!r}: expected texts, got {column.type}")
    blank = pc.fill_null(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0), True)
    bad = table.column(ID).filter(blank).to_pylist()
    if bad:
        more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        raise InputError(
            f"column {name!r}: empty or blank in the rows with id {bad[:_SHOWN]}{more}: filter them out, or fix them"
        )


def _hashes(column: Any) -> NDArray[np.uint64]:
    """A number by value, the same in every run and for every width of a type. Shape: (rows,)."""
    from pandas.util import hash_array

    values = np.empty(len(column), dtype=object)
    values[:] = [str(value) for value in column.to_pylist()]
    return np.asarray(hash_array(values, categorize=False), dtype=np.uint64)
