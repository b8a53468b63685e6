"""One row put under its participant: each cell under our column, or told as a problem.

In a table of ours a row is a participant. In a REDCap export a participant has a row for each
event and for each instance of a repeating instrument; each field has to be given once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from taper.sources.tables.columns import column
from taper.sources.tables.grid import Cell, Grid, Held, Line, Said
from taper.sources.tables.header import Header
from taper.sources.tables.mapping import EVERY, IGNORE, NUMBER, PARTS, Instrument, nearly
from taper.sources.tables.redcap import EVENT, INSTANCE, INSTRUMENT, event_key
from taper.sources.tables.rows import (
    THE_ROW,
    CellProblem,
    Origin,
    ParticipantRow,
    ParticipantTable,
    who,
)
from taper.sources.tables.words import day_of, misplaced
from taper.wording.quoting import one_of, plain, quoted

_CODE = re.compile(r"-?[0-9]+([.,]0+)?", re.ASCII)
"""A number in a field of codes: unlisted, it would be read as the number that it is."""
_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)
_NO_VALUES: dict[str, str] = {}
_NO_ORIGINS: dict[str, Origin] = {}
_NOTHING_FOUND: list[CellProblem] = []
"""What most rows end with: one object for a million of them."""


@dataclass(slots=True)
class GrowingRow:
    """A participant's row while the file is read; once it is closed, only what is needed."""

    number: int
    claim: str | None
    values: dict[str, str] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    found: list[CellProblem] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    events: int = 0
    visits: int = 0
    exposures: int = 0
    is_whole: bool = True
    columns: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def close(self, same: dict[tuple[str, ...], tuple[str, ...]]) -> None:
        """Give back what is not needed any more; most have the `same` cells filled."""
        columns = tuple(self.values)
        self.columns, self.texts = same.setdefault(columns, columns), tuple(self.values.values())
        self.values = _NO_VALUES
        self.origins = self.origins or _NO_ORIGINS
        self.found = self.found or _NOTHING_FOUND

    def row(self, table: ParticipantTable) -> ParticipantRow:
        """What it says, as a row of its table."""
        return ParticipantRow(
            table=table,
            number=self.number,
            columns=self.columns,
            values=self.texts,
            origins=self.origins,
            found=tuple(self.found),
            claim=self.claim,
            is_whole=self.is_whole,
            remarks=self.remarks,
        )


class TableReading:
    """What the rows of a table share while they are read."""

    def __init__(self, grid: Grid, header: Header, path: Path) -> None:
        self.header, self.mapping, self.path = header, header.mapping, path
        self.epoch_1904 = grid.epoch_1904
        self.arms: set[str] = set()
        self._texts: dict[str, str] = {}

    def system(self, line: Line, name: str) -> str:
        """What stands in one of REDCap's own columns."""
        return text_at(line, self.header.system.get(name))

    def event(self, line: Line) -> str:
        """The event of a row; that all are of one arm is looked at in the end."""
        event, arm = event_key(self.system(line, EVENT))
        if arm:
            self.arms.add(arm)
        return event

    def once(self, text: str) -> str:
        """The same text, kept once for all rows."""
        return self._texts.setdefault(text, text)

    def find(self, growing: GrowingRow, line: Line, i: int, said: Said) -> None:
        """Note what is wrong with one cell."""
        typed = line.cells[i].text if i in line.cells else ""
        self._note(growing, line, self.header.headers[i], typed, said)

    def find_in_row(self, growing: GrowingRow, line: Line) -> None:
        """Note what is wrong with a row as a whole, and what somebody marked in it."""
        growing.remarks += line.remarks
        for said in line.wrong:
            self._note(growing, line, THE_ROW, "", said)

    def _note(self, growing: GrowingRow, line: Line, header: str, typed: str, said: Said) -> None:
        growing.found.append(
            CellProblem(
                who=who(self.path, line.number, growing.claim),
                field=plain(header),
                read=said.read,
                allowed=said.allowed,
                row=line.number,
                column=header,
                value=typed,
            )
        )


def text_at(line: Line, column: int | None) -> str:
    """What is typed in a column of a row, nothing where there is no such column."""
    cell = line.cells.get(column) if column is not None else None
    return cell.text.strip(" ") if cell else ""


def place(reading: TableReading, growing: GrowingRow, line: Line) -> None:
    """Put each cell of a row where it belongs."""
    _Placing(reading, growing, line).place()


class _Placing:
    """One row being put under its participant."""

    def __init__(self, reading: TableReading, growing: GrowingRow, line: Line) -> None:
        self.reading, self.growing, self.line = reading, growing, line
        self.mapping, self.fields = reading.mapping, reading.header.fields
        self.event = reading.event(line)
        self.instance = reading.system(line, INSTANCE)
        self.instrument = self._instrument()
        self.number = ""

    def place(self) -> None:
        """Put each cell of the row where it belongs."""
        self.growing.values.update(self.mapping.constants)
        if self.instrument is not None:
            if not self._is_numbered(self.instrument):
                return
            self._expect(self.instrument)
        for i, name in self.fields.items():
            if i in self.line.cells and not self._is_missing(self.line.cells[i]):
                self._cell(i, name, self.line.cells[i])
        self._refuse_nothing_said()

    def _is_missing(self, cell: Cell) -> bool:
        """Whether it holds a code that the mapping says to mean nothing."""
        return cell.trap is None and cell.text.strip() in self.mapping.missing

    def _refuse_nothing_said(self) -> None:
        """An instance that was begun and says no event: what it was to say is not known."""
        if self.instrument is None or self.instrument.part == "infusions":
            return
        prefix = self.instrument.column("", self.number)
        is_said = any(name.startswith(prefix) for name in self.growing.values)
        if not is_said and not any(each.row == self.line.number for each in self.growing.found):
            own = self.reading.header.system
            at = own.get(INSTRUMENT, own.get(EVENT, self.reading.header.id_at))
            what = self.instrument.part.removesuffix("s")
            article = "an" if what == "event" else "a"
            allowed = f"its {PARTS[self.instrument.part][0]} and date, or no such row"
            self._find(at, f"a row of {article} {what} that says none", allowed)

    def _find(self, i: int, read: str, allowed: str) -> None:
        self.reading.find(self.growing, self.line, i, Said(read, allowed))

    # Instances of repeating instruments

    def _instrument(self) -> Instrument | None:
        """The repeating instrument, or event, that the row is an instance of."""
        typed = self.reading.system(self.line, INSTRUMENT)
        name = event_key(typed)[0] or (self.event if self.instance else "")
        found = self.mapping.repeating.get(name)
        if name and found is None and self._says_something():
            at = self.reading.header.system[INSTRUMENT if typed else EVENT]
            known = one_of(self.mapping.repeating)
            self._find(at, f"{quoted(name)}, which repeats", f"those of the mapping: {known}")
        return found

    def _says_something(self) -> bool:
        """Whether a row of a further instrument fills a field that is read elsewhere."""
        if self.mapping.ignores_others:
            return False
        id_at = self.reading.header.id_at
        return any(i in self.line.cells for i in self.fields if i != id_at)

    def _is_numbered(self, instrument: Instrument) -> bool:
        """Find out which infusion, visit, event or exposure this instance is."""
        if instrument.part != "infusions":
            count = getattr(self.growing, instrument.part) + 1
            setattr(self.growing, instrument.part, count)
            self.number = str(count)
            return True
        at = next((i for i, f in self.fields.items() if f == instrument.number_field), None)
        at = self.reading.header.system[INSTANCE] if at is None else at
        self.number = text_at(self.line, at)
        if not _NUMBER.fullmatch(self.number):
            read = quoted(self.number) if self.number else "empty"
            self._find(at, read, "the number of an infusion, from 1 to 99")
            return False
        return True

    def _expect(self, instrument: Instrument) -> None:
        """Where the values of this instance stand, for the case that one is missing."""
        for i, name in self.fields.items():
            target = instrument.fields.get(name, IGNORE)
            if target not in {IGNORE, NUMBER}:
                at = Origin(self.line.number, self.reading.header.headers[i], "")
                self.growing.origins.setdefault(instrument.column(target, self.number), at)

    # Cells

    def _cell(self, i: int, name: str, cell: Cell) -> None:
        target = self._target(i, name)
        known = column(target) if target else None
        if target is None or known is None:
            return
        if known.kind.is_date and cell.day and self.mapping.takes_day_of(name):
            cell = Cell(cell.day, Held.DATE)
        said = misplaced(known, cell, self.reading.epoch_1904)
        if said is not None:
            self._find(i, said.read, said.allowed)
            return
        typed = cell.text.strip(" ")
        choices = self.mapping.choices.get(name, {})
        if _CODE.fullmatch(typed) and typed not in choices and any(choices.values()):
            read = f"{quoted(typed)}, a code that choices does not list"
            self._find(i, read, f"its codes: {one_of(choices)}")
            return
        near = nearly(typed, choices)
        if near:
            read = f"{quoted(typed)}, which choices does not list"
            self._find(i, read, f"its choices: {one_of(map(quoted, choices))}{near}")
            return
        text = choices.get(typed, typed)
        if known.kind.is_date and self.mapping.takes_day_of(name):
            text = day_of(text)
        if self.mapping.decimal == "," and known.kind.takes_numbers and cell.held is Held.TEXT:
            if "." in text:
                self._find(i, f"{quoted(text)}, with a point", "a comma, by decimal in the mapping")
                return
            text = text.replace(",", ".")
        if text:
            self._put(i, target, text, typed)

    def _target(self, i: int, name: str) -> str | None:
        """Our column for a field in this row; what has no place here is noted."""
        repeated = self.instrument.fields.get(name) if self.instrument else None
        if self.instrument is not None and repeated is not None:
            is_read = repeated not in {IGNORE, NUMBER}
            return self.instrument.column(repeated, self.number) if is_read else None
        targets = self.mapping.columns.get(name)
        if targets is None:
            self._find(i, "given outside of its repeating instrument", "a row of that instrument")
            return None
        target = targets.get(self.event) or targets.get(EVERY)
        if target is None:
            self._find(i, f"given at event {quoted(self.event)}", f"at event {one_of(targets)}")
        return None if target == IGNORE else target

    def _put(self, i: int, target: str, text: str, typed: str) -> None:
        growing, number = self.growing, self.line.number
        before = growing.values.get(target)
        if before == text:
            return
        if before is not None:
            at = growing.origins[target].row if target in growing.origins else growing.number
            where = f" in row {at}" if at != number else ""
            self._find(i, f"{quoted(text)}, and {quoted(before)}{where}", "one value a participant")
            return
        growing.values[target] = self.reading.once(text)
        if number != growing.number or typed != text or self.instrument is not None:
            header = self.reading.header.headers[i]
            growing.origins[target] = Origin(number, header, self.reading.once(typed))
