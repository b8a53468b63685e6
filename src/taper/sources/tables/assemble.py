"""A grid to rows: every cell under our column, and what stands in several rows of an export joined.

In a table of ours a row is a participant. In a REDCap export a participant has a row for each
event and for each instance of a repeating instrument; each field has to be given once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from taper.errors import Problem, Refusal
from taper.sources.tables.columns import column
from taper.sources.tables.grid import Cell, Grid, Line, Said, letter
from taper.sources.tables.header import Header
from taper.sources.tables.mapping import (
    EVENT,
    EVERY,
    IGNORE,
    INSTANCE,
    INSTRUMENT,
    NUMBER,
    Instrument,
    event_key,
)
from taper.sources.tables.rows import THE_ROW, CellProblem, Origin, Row, Table, claimed, who
from taper.sources.tables.words import misplaced
from taper.wording.quoting import one_of, plain, quoted

_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)


_NO_VALUES: dict[str, str] = {}
_NO_ORIGINS: dict[str, Origin] = {}
_NOTHING_FOUND: list[CellProblem] = []
"""What most drafts end with: one object for a million of them."""


@dataclass(slots=True)
class _Draft:
    """A participant while the rows are read; once it is closed, only what a row needs."""

    number: int
    claim: str | None
    values: dict[str, str] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    found: list[CellProblem] = field(default_factory=list)
    events: int = 0
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

    def row(self, table: Table) -> Row:
        """What it says, as a row of its table."""
        return Row(
            table=table,
            number=self.number,
            columns=self.columns,
            values=self.texts,
            origins=self.origins,
            found=tuple(self.found),
            claim=self.claim,
            is_whole=self.is_whole,
        )


def rows(grid: Grid, header: Header, path: Path) -> list[Row]:
    """Every participant of a table; raises `Refusal` for what is wrong with it as a table."""
    drafts = _Drafts(grid, header, path)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in grid.lines:
        draft = drafts.add(line)
        if not header.is_export:
            draft.close(same)
    drafts.refuse_unsound()
    table = Table(path, drafts.provided(), drafts.headers())
    for draft in drafts.all if header.is_export else ():
        draft.close(same)
    return [draft.row(table) for draft in drafts.all]


class _Drafts:
    """The participants of a table so far."""

    def __init__(self, grid: Grid, header: Header, path: Path) -> None:
        self.grid, self.header, self.path = grid, header, path
        self.mapping = header.mapping
        self.all: list[_Draft] = []
        self._by_id: dict[str, _Draft] = {}
        self._texts: dict[str, str] = {}
        self._arms: set[str] = set()
        self._unnamed: set[int] = set()
        self._without_id: list[int] = []

    def add(self, line: Line) -> _Draft:
        """Put a row under its participant, who has no other row unless the table is an export."""
        draft = self._draft(line)
        draft.found += [self._problem(draft, line, THE_ROW, "", said) for said in line.wrong]
        if line.is_ragged:
            draft.is_whole = False
            return draft
        self._unnamed |= {i for i in line.cells if i not in self.header.headers}
        _Placing(self, draft, line).place()
        return draft

    def _draft(self, line: Line) -> _Draft:
        typed = _text(line, self.header.id_at)
        if not self.header.is_export:
            self.all.append(_Draft(line.number, claimed(typed)))
            return self.all[-1]
        if not typed:
            self._without_id.append(line.number)
        if typed not in self._by_id:
            self._by_id[typed] = _Draft(line.number, claimed(typed))
            self.all.append(self._by_id[typed])
        return self._by_id[typed]

    # For a row that is placed

    def system(self, line: Line, name: str) -> str:
        """What stands in one of REDCap's own columns."""
        return _text(line, self.header.system.get(name))

    def event(self, line: Line) -> str:
        """The event of a row; that all are of one arm is looked at in the end."""
        event, arm = event_key(self.system(line, EVENT))
        if arm:
            self._arms.add(arm)
        return event

    def once(self, text: str) -> str:
        """The same text, kept once for all rows."""
        return self._texts.setdefault(text, text)

    def find(self, draft: _Draft, line: Line, i: int, said: Said) -> None:
        """Note what is wrong with one cell."""
        typed = line.cells[i].text if i in line.cells else ""
        header = self.header.headers[i]
        draft.found.append(self._problem(draft, line, header, typed, said))

    def _problem(
        self, draft: _Draft, line: Line, header: str, typed: str, said: Said
    ) -> CellProblem:
        return CellProblem(
            who=who(self.path, line.number, draft.claim),
            field=plain(header),
            read=said.read,
            allowed=said.allowed,
            row=line.number,
            column=header,
            value=typed,
        )

    # What is said in the end

    def refuse_unsound(self) -> None:
        """Raise for what concerns the table as a whole."""
        name = self.grid.name
        found = [
            Problem(name, f"column {letter(i)}", "without a name, and holds values", "a name")
            for i in sorted(self._unnamed)
        ]
        if len(self._arms) > 1:
            read = f"of {len(self._arms)} arms of the project"
            found.append(Problem(name, "the export", read, "an export of one of them"))
        if self._without_id:
            read = f"empty in row {self._without_id[0]}"
            found.append(Problem(name, "the record id", read, "an id in each row"))
        if not (found or self.all):
            found.append(Problem(name, "the table", "without a participant", "a row for each"))
        if found:
            raise Refusal(*found)

    def provided(self) -> frozenset[str]:
        """Every column that the table has or could have."""
        most = max((draft.events for draft in self.all), default=0)
        repeated = {
            each.column(target, str(n + 1))
            for each in self.mapping.repeating.values()
            for target in each.fields.values()
            for n in range(most)
        }
        return self.mapping.provides() | repeated

    def headers(self) -> Mapping[str, str]:
        """The header of each column that has another name in this table."""
        headers: dict[str, str] = {}
        for i, name in self.header.fields.items():
            for target in self.mapping.columns.get(name, {}).values():
                if target not in {IGNORE, self.header.headers[i]}:
                    headers.setdefault(target, self.header.headers[i])
        return headers


def _text(line: Line, column: int | None) -> str:
    cell = line.cells.get(column) if column is not None else None
    return cell.text.strip(" ") if cell else ""


class _Placing:
    """One row being put under its participant."""

    def __init__(self, drafts: _Drafts, draft: _Draft, line: Line) -> None:
        self.drafts, self.draft, self.line = drafts, draft, line
        self.mapping, self.fields = drafts.mapping, drafts.header.fields
        self.event = drafts.event(line)
        self.instance = drafts.system(line, INSTANCE)
        self.instrument = self._instrument()
        self.number = ""

    def place(self) -> None:
        """Put each cell of the row where it belongs."""
        self.draft.values.update(self.mapping.constants)
        if self.instrument is not None:
            if not self._is_numbered(self.instrument):
                return
            self._expect(self.instrument)
        for i, name in self.fields.items():
            if i in self.line.cells:
                self._cell(i, name, self.line.cells[i])

    def _find(self, i: int, read: str, allowed: str) -> None:
        self.drafts.find(self.draft, self.line, i, Said(read, allowed))

    # Instances of repeating instruments

    def _instrument(self) -> Instrument | None:
        """The repeating instrument, or event, that the row is an instance of."""
        typed = self.drafts.system(self.line, INSTRUMENT)
        name = event_key(typed)[0] or (self.event if self.instance else "")
        found = self.mapping.repeating.get(name)
        if name and found is None and not self.mapping.ignores_others:
            at = self.drafts.header.system[INSTRUMENT if typed else EVENT]
            known = one_of(self.mapping.repeating)
            self._find(at, f"{quoted(name)}, which repeats", f"those of the mapping: {known}")
        return found

    def _is_numbered(self, instrument: Instrument) -> bool:
        """Find out which infusion or event this instance is."""
        if instrument.part == "events":
            self.draft.events += 1
            self.number = str(self.draft.events)
            return True
        at = next((i for i, f in self.fields.items() if f == instrument.number_field), None)
        at = self.drafts.header.system[INSTANCE] if at is None else at
        self.number = _text(self.line, at)
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
                at = Origin(self.line.number, self.drafts.header.headers[i], "")
                self.draft.origins.setdefault(instrument.column(target, self.number), at)

    # Cells

    def _cell(self, i: int, name: str, cell: Cell) -> None:
        target = self._target(i, name)
        known = column(target) if target else None
        if target is None or known is None:
            return
        said = misplaced(known, cell, self.drafts.grid.epoch_1904)
        if said is not None:
            self._find(i, said.read, said.allowed)
            return
        typed = cell.text.strip(" ")
        text = self.mapping.choices.get(name, {}).get(typed, typed)
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
        draft, number = self.draft, self.line.number
        before = draft.values.get(target)
        if before == text:
            return
        if before is not None:
            at = draft.origins[target].row if target in draft.origins else draft.number
            where = f" in row {at}" if at != number else ""
            self._find(i, f"{quoted(text)}, and {quoted(before)}{where}", "one value a participant")
            return
        draft.values[target] = self.drafts.once(text)
        if number != draft.number or typed != text or self.instrument is not None:
            header = self.drafts.header.headers[i]
            draft.origins[target] = Origin(number, header, self.drafts.once(typed))
