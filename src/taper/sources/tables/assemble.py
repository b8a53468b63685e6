"""A grid to rows: the rows of a file under their participants, and what is wrong with them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from taper.errors import Problem, Refusal
from taper.sources.tables.grid import Grid, Line, letter
from taper.sources.tables.header import Header
from taper.sources.tables.mapping import IGNORE
from taper.sources.tables.placing import GrowingRow, TableReading, place, text_at
from taper.sources.tables.rows import ParticipantRow, ParticipantTable, claimed


def rows(grid: Grid, header: Header, path: Path) -> list[ParticipantRow]:
    """Every participant of a table; raises `Refusal` for what is wrong with it as a table."""
    found = _GrowingRows(grid, header, path)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in grid.lines:
        growing = found.add(line)
        if not header.is_export:
            growing.close(same)
    found.refuse_unsound()
    table = ParticipantTable(path, found.provided(), found.headers(), header.remarks)
    for growing in found.all if header.is_export else ():
        growing.close(same)
    return [growing.row(table) for growing in found.all]


class _GrowingRows:
    """The participants of a table so far."""

    def __init__(self, grid: Grid, header: Header, path: Path) -> None:
        self.name, self.header = grid.name, header
        self.reading = TableReading(grid, header, path)
        self.all: list[GrowingRow] = []
        self._by_id: dict[str, GrowingRow] = {}
        self._unnamed: set[int] = set()
        self._without_id: list[int] = []

    def add(self, line: Line) -> GrowingRow:
        """Put a row under its participant, who has no other row unless the table is an export."""
        growing = self._row_of(line)
        self.reading.find_in_row(growing, line)
        if line.is_ragged:
            growing.is_whole = False
            return growing
        self._unnamed |= {i for i in line.cells if i not in self.header.headers}
        place(self.reading, growing, line)
        return growing

    def _row_of(self, line: Line) -> GrowingRow:
        typed = text_at(line, self.header.id_at)
        if not self.header.is_export:
            self.all.append(GrowingRow(line.number, claimed(typed)))
            return self.all[-1]
        if not typed:
            self._without_id.append(line.number)
        if typed not in self._by_id:
            self._by_id[typed] = GrowingRow(line.number, claimed(typed))
            self.all.append(self._by_id[typed])
        return self._by_id[typed]

    def refuse_unsound(self) -> None:
        """Raise for what concerns the table as a whole."""
        found = [
            Problem(self.name, f"column {letter(i)}", "without a name, and holds values", "a name")
            for i in sorted(self._unnamed)
        ]
        if len(self.reading.arms) > 1:
            read = f"of {len(self.reading.arms)} arms of the project"
            found.append(Problem(self.name, "the export", read, "an export of one of them"))
        if self._without_id:
            read = f"empty in row {self._without_id[0]}"
            found.append(Problem(self.name, "the record id", read, "an id in each row"))
        if not (found or self.all):
            found.append(Problem(self.name, "the table", "without a participant", "a row for each"))
        if found:
            raise Refusal(*found)

    def provided(self) -> frozenset[str]:
        """Every column that the table has or could have."""
        most = max((growing.events for growing in self.all), default=0)
        repeated = {
            each.column(target, str(n + 1))
            for each in self.header.mapping.repeating.values()
            for target in each.fields.values()
            for n in range(most)
        }
        return self.header.mapping.provides() | repeated

    def headers(self) -> Mapping[str, str]:
        """The header of each column that has another name in this table."""
        headers: dict[str, str] = {}
        for i, name in self.header.fields.items():
            for target in self.header.mapping.columns.get(name, {}).values():
                if target not in {IGNORE, self.header.headers[i]}:
                    headers.setdefault(target, self.header.headers[i])
        return headers
