"""Tables of participants: CSV, XLSX and REDCap exports to rows, each a participant.

A table is read whole before anything is planned. What is wrong with it as a table, such as an
unknown column, is one `taper.errors.Refusal`; what is wrong in a row comes with that row, and is
told with row, column, value and what is allowed.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from taper.sources.tables import csv
from taper.sources.tables.assemble import rows
from taper.sources.tables.columns import CellKind, Column, shown_columns
from taper.sources.tables.grid import Grid
from taper.sources.tables.header import header, names
from taper.sources.tables.mapping import chosen, data_dictionary
from taper.sources.tables.opening import XLSX, is_table, refuse_unreadable
from taper.sources.tables.rows import (
    CellProblem,
    ParticipantRow,
    ParticipantTable,
    in_columns,
    participant,
)

__all__ = [
    "CellKind",
    "CellProblem",
    "Column",
    "ParticipantRow",
    "ParticipantTable",
    "data_dictionary",
    "in_columns",
    "is_table",
    "participant",
    "read",
    "shown_columns",
]


def read(path: Path, mapping: Path | None = None) -> list[ParticipantRow]:
    """The rows of a table; raises `Refusal` with everything that is wrong with it as a table."""
    refuse_unreadable(path)
    with _opened(path) as grid:
        found = header(grid, chosen(mapping, names(grid)))
        return rows(grid, found, path)


def _opened(path: Path) -> AbstractContextManager[Grid]:
    if path.suffix.lower() == XLSX:
        from taper.sources.tables import xlsx  # who reads CSV need not wait for the other library

        return xlsx.opened(path)
    return csv.opened(path)
