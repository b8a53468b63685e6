"""One participant's row, small enough to travel to a worker, and what is wrong with its cells.

What a row says is checked by the rules of the participant file. A refusal comes back in the words
of the table: row, column, the value as it was typed, and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from taper.errors import Problem, Refusal
from taper.sources.participants import validate_participant
from taper.sources.tables.columns import DRUG, CellKind, Column, column
from taper.sources.tables.grid import Said
from taper.sources.tables.keys import Keyed, event_type, in_usual_case, keyed, left_over
from taper.sources.tables.words import in_words
from taper.sources.validation import UNKNOWN_KEY
from taper.trial.ids import parse_id
from taper.trial.participant import Participant
from taper.wording.no_values import says_nothing
from taper.wording.quoting import ABSENT, plain, shown

THE_ROW = "the row"
_MISSING = shown(ABSENT)
_SEVERAL = re.compile(r"infusions(?:\[[0-9]+\])?", re.ASCII)
"""The infusions, or one of them as a whole."""


@dataclass(frozen=True, slots=True)
class CellProblem(Problem):
    """A problem of one cell: besides the sentence, its row, its header and what was typed."""

    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantTable:
    """What the rows of one table have in common."""

    path: Path
    columns: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    """The header of a column, where it is not its name."""
    remarks: tuple[str, ...] = ()
    """What is to be said of it once, although it is read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands in the file, where that is not plain from the row and the column."""

    row: int
    header: str
    typed: str


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One participant of a table: the filled cells by our columns, and what was found so far."""

    table: ParticipantTable
    number: int
    columns: tuple[str, ...]
    values: tuple[str, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    found: tuple[CellProblem, ...] = ()
    claim: str | None = None
    """The id, where it is one; a row that is refused holds it all the same."""
    is_whole: bool = True
    """Whether more can be said of it than what was found: not where cells may have shifted."""
    remarks: tuple[str, ...] = ()
    """What somebody marked in it without a value: a struck-through row, a comment."""

    @property
    def name(self) -> str:
        """The row as a message calls it."""
        return who(self.table.path, self.number, None)

    @property
    def who(self) -> str:
        """Whom a message is about."""
        return who(self.table.path, self.number, self.claim)

    @property
    def said(self) -> dict[str, str]:
        """The filled cells by our columns."""
        return in_usual_case(dict(zip(self.columns, self.values, strict=True)))

    def origin(self, name: str) -> Origin:
        """Where the value of this column stands."""
        if name in self.origins:
            return self.origins[name]
        typed = dict(zip(self.columns, self.values, strict=True)).get(name, "")
        return Origin(self.number, self.table.headers.get(name, name), typed)

    def problem(self, name: str, said: Said) -> CellProblem:
        """What is wrong in one of our columns."""
        at = self.origin(name)
        field = at.header if at.header == name else f"{at.header} ({name})"
        return CellProblem(
            who=who(self.table.path, at.row, self.claim),
            field=plain(field),
            read=said.read,
            allowed=said.allowed,
            row=at.row,
            column=at.header,
            value=at.typed,
        )


def who(path: Path, row: int, claim: str | None) -> str:
    """A row as a message calls it, after the participant's id where it has one."""
    place = f"{plain(path.name)} row {row}"
    return f"{claim} ({place})" if claim else place


def claimed(typed: str) -> str | None:
    """The trial id that a row claims, None where it is no id."""
    try:
        return parse_id(typed)
    except ValueError:
        return None


def participant(row: ParticipantRow) -> Participant:
    """The participant of a row; raises `Refusal` with everything that is wrong in it."""
    if not row.is_whole:
        raise Refusal(*row.found)
    values = row.said
    as_keys = keyed(values)
    found = list(row.found)
    found += [
        row.problem(name, Said(in_words(CellKind.TEXT, values[name]), allowed))
        for name, allowed in left_over(values)
    ]
    try:
        made = validate_participant(as_keys.data, row.who)
    except Refusal as wrong:
        found += _in_columns(row, as_keys, values, wrong.problems)
        raise Refusal(*_once(found)) from None
    if found:
        raise Refusal(*_once(found))
    return made


def in_columns(row: ParticipantRow, refusal: Refusal) -> Refusal:
    """A refusal of a row's plan, its fields as the table's columns.

    What is wrong in the protocol's file is said of that file, and stays as it is.
    """
    as_keys = keyed(row.said)
    return Refusal(*(_as_cell(row, as_keys, problem) for problem in refusal.problems))


def _as_cell(row: ParticipantRow, as_keys: Keyed, problem: Problem) -> Problem:
    if problem.who not in {row.claim, row.who} or isinstance(problem, CellProblem):
        return problem
    name = as_keys.column_of(problem.field)
    if name is not None:
        return row.problem(name, Said(problem.read, problem.allowed))
    return CellProblem(row.who, problem.field, problem.read, problem.allowed, row=row.number)


def _in_columns(
    row: ParticipantRow, as_keys: Keyed, values: Mapping[str, str], problems: Iterable[Problem]
) -> Iterator[CellProblem]:
    for problem in problems:
        name = as_keys.column_of(problem.field)
        if name is None:
            yield row.problem(THE_ROW, Said(problem.read, problem.allowed))
        else:
            yield row.problem(name, _said(row, name, values, problem))


def _said(row: ParticipantRow, name: str, values: Mapping[str, str], problem: Problem) -> Said:
    """A rule of the participant file in the words of a table."""
    known = column(name)
    assert known is not None, "only our own columns stand behind a field"
    if name not in values:
        there = name in row.table.columns
        return Said("empty" if there else "missing, as there is no such column", known.allowed)
    if problem.read == UNKNOWN_KEY:
        allowed = f"an empty cell: {event_type(name, values)} has {problem.allowed}"
        return Said(in_words(known.kind, values[name]), allowed)
    if _is_of_one_cell(problem):
        return Said(_read(known, values[name], problem), _allowed(known, problem, values[name]))
    return Said(problem.read, problem.allowed)


def _is_of_one_cell(problem: Problem) -> bool:
    """Not so for a rule between several, such as dates that rise."""
    return not _SEVERAL.fullmatch(problem.field) and problem.read != _MISSING


def _read(known: Column, typed: str, problem: Problem) -> str:
    """What stands in the cell, with why it is refused or else what it seems to be."""
    because = problem.read.removeprefix(shown(typed))
    is_reason = because.startswith((", and ", ", of which ", ", which is "))
    return problem.read if is_reason else in_words(known.kind, typed)


_OF_SEVERAL = frozenset({CellKind.TABLETS, CellKind.TIMES, CellKind.INFUSION})


def _allowed(known: Column, problem: Problem, typed: str) -> str:
    """The rule's own words, but for a cell that may say more than one field of a file does."""
    is_none = known.name == DRUG and says_nothing(typed)
    return known.allowed if is_none or known.kind in _OF_SEVERAL else problem.allowed


def _once(found: Iterable[CellProblem]) -> Iterator[CellProblem]:
    """The problems of a row, one a cell unless the rules differ, by row and column of the file.

    A cell that could not be read is not also said to be empty.
    """
    seen: set[tuple[int, str]] = set()
    told: set[CellProblem] = set()
    for problem in found:
        place = (problem.row, problem.column)
        said_already = place in seen and problem.column != THE_ROW and not problem.value
        if problem in told or said_already:
            continue
        seen.add(place)
        told.add(problem)
        yield problem
