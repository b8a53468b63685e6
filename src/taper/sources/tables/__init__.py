"""Tables of participants: CSV, TSV, XLSX, ODS and REDCap exports to rows, each a participant.

A table is read whole before anything is planned. What is wrong with it as a table, such as an
unknown column, is one `taper.errors.Refusal`; what is wrong in a row comes with that row, and is
told with row, column, value and what is allowed.
"""

from __future__ import annotations

from pathlib import Path

from taper.confined.reading import apart
from taper.sources.tables.assemble import rows
from taper.sources.tables.columns import CellKind, Column, shown_columns
from taper.sources.tables.doors import opened
from taper.sources.tables.header import header, names
from taper.sources.tables.opening import MOST_SECONDS, is_table, refuse_unreadable
from taper.sources.tables.projects import (
    chosen,
    data_dictionary,
    mapping_to_start_from,
    plan_dictionary,
)
from taper.sources.tables.rows import (
    CellProblem,
    ParticipantRow,
    ParticipantTable,
    in_columns,
    participant,
)
from taper.wording.quoting import plain

__all__ = [
    "CellKind",
    "CellProblem",
    "Column",
    "ParticipantRow",
    "ParticipantTable",
    "data_dictionary",
    "in_columns",
    "is_table",
    "mapping_to_start_from",
    "participant",
    "plan_dictionary",
    "read",
    "shown_columns",
]


def read(path: Path, mapping: Path | None = None, sheet: str | None = None) -> list[ParticipantRow]:
    """The rows of a table; raises `Refusal` with everything that is wrong with it as a table.

    `sheet` is the name of the one to read of a workbook. They are read apart, in a process that can
    be ended.
    """
    refuse_unreadable(path)
    most = MOST_SECONDS[path.suffix.lower()]
    return apart(plain(path.name), _read, path, mapping, sheet, seconds=most)


def _read(path: Path, mapping: Path | None, sheet: str | None) -> list[ParticipantRow]:
    with opened(path, sheet) as grid:
        found = header(grid, chosen(mapping, names(grid)))
        return rows(grid, found, path)
