"""A diary as a table: a row a day or a stretch, of a dose or of tablets that were counted (§11.1).

It is read through the same doors as a table of participants, apart, and each row is checked by the
rules of the participant file. A row that is wrong is told and concerns its participant alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from taper.confined.reading import apart
from taper.doses.conversion import Route
from taper.errors import Problem, Refusal
from taper.sources import cm, cm_files
from taper.sources.claims import sameness, seen_as
from taper.sources.diary_columns import COLUMNS, header
from taper.sources.drugs import Named, UnknownDrugError, named
from taper.sources.parsed import Found
from taper.sources.routes import refuse_injected, route_of
from taper.sources.tables import columns
from taper.sources.tables.columns import ROUTES, CellKind, Column
from taper.sources.tables.doors import opened
from taper.sources.tables.grid import Cell, Grid, Line, letter
from taper.sources.tables.opening import MOST_SECONDS, refuse_unreadable
from taper.sources.tables.rows import claimed, who
from taper.sources.tables.words import in_words, misplaced
from taper.sources.validation import model_of
from taper.trial.taken import Exposure, Taken
from taper.wording.case import as_known
from taper.wording.quoting import plain, quoted


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """A row as it was read: its number, its filled cells by our columns, and what is wrong."""

    number: int
    said: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()


Said = TypeVar("Said", Taken, Exposure)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Said]):
    """What a participant took, and where it stands: `who` names the participant and the row."""

    said: Said
    who: str


@dataclass
class Diary:
    """What a diary says of each participant, and what of it is no use.

    `problems` are told by the participant whose they are, under an empty id what is nobody's;
    `left_out` are the rows of an SDTM file that cannot be counted, each with its reason.
    """

    entries: dict[str, list[Entry[Taken]]] = field(default_factory=dict)
    exposures: dict[str, list[Entry[Exposure]]] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    left_out: list[cm.LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def find(self, participant: str, *problems: Problem) -> None:
        """Note what is wrong."""
        self.problems.setdefault(participant, []).extend(problems)


def read_diary(path: Path, participants: Iterable[str], sheet: str | None = None) -> Diary:
    """A diary, or the CM domain of an SDTM file, of these participants.

    Raises `Refusal` for what is wrong with it as a table.
    """
    reader = cm_files.READERS.get(path.suffix.lower())
    if reader is not None:
        return _of_sdtm(apart(plain(path.name), reader, path), path, participants)
    refuse_unreadable(path)
    most = MOST_SECONDS[path.suffix.lower()]
    found = apart(plain(path.name), _rows_of, path, sheet, seconds=most)
    if isinstance(found, cm.Rows):
        return _of_sdtm(found, path, participants)
    return _of_rows(found, path, set(participants))


def _rows_of(path: Path, sheet: str | None) -> list[DiaryRow] | cm.Rows:
    with opened(path, sheet) as grid:
        typed = {i: columns.bare(cell.text) for i, cell in grid.header.cells.items()}
        if cm.is_header(typed.values()):
            return cm_files.rows_of_grid(grid, typed)
        names = header(grid, typed)
        return [_row(grid, line, names, path) for line in grid.lines]


# Rows -------------------------------------------------------------------------------------------


def _row(grid: Grid, line: Line, names: Mapping[int, str], path: Path) -> DiaryRow:
    id_at = next(i for i, name in names.items() if name == columns.ID)
    claim = claimed(line.cells[id_at].text.strip(" ")) if id_at in line.cells else None
    whose = who(path, line.number, claim)
    problems = [Problem(whose, "the row", said.read, said.allowed) for said in line.wrong]
    said: dict[str, str] = {}
    if line.is_ragged:  # whose it is, is all that is sure
        said |= {columns.ID: claim} if claim else {}
        return DiaryRow(line.number, said, tuple(problems), line.remarks)
    for i, cell in line.cells.items():
        if i not in names:
            read = "without a name, and holds a value"
            problems.append(Problem(whose, f"column {letter(i)}", read, "a name in the header"))
            continue
        problems += _wrong_cell(whose, COLUMNS[names[i]], cell, grid.epoch_1904)
        said[names[i]] = cell.text.strip(" ")
    return DiaryRow(line.number, said, tuple(problems), line.remarks)


def _wrong_cell(whose: str, of: Column, cell: Cell, epoch_1904: bool | None) -> Iterator[Problem]:
    wrong = misplaced(of, cell, epoch_1904)
    if wrong is not None:
        yield Problem(whose, of.name, wrong.read, wrong.allowed)


_Stretch = tuple[str, ...]
"""Whose counted tablets, and what the rest of `_OF_A_STRETCH` says."""
_OF_A_STRETCH = ("date", "from", "until", "drug")
_COUNTED = frozenset({"strength_mg", "handed_out", "returned"})


def _of_rows(rows: Iterable[DiaryRow], path: Path, participants: set[str]) -> Diary:
    diary, counted = Diary(), dict[_Stretch, list[DiaryRow]]()
    strangers = dict[tuple[str, int], list[int]]()  # an empty id is told of each row
    meant = {sameness(each): each for each in participants}
    is_empty = True
    for row in rows:
        is_empty = False
        id_ = row.said.get(columns.ID, "")
        whose = who(path, row.number, claimed(id_))
        diary.remarks += row.remarks
        nearly = "" if id_ in participants else meant.get(sameness(seen_as(id_) or ""), "")
        if row.problems:
            diary.find(id_ if id_ in participants else nearly, *row.problems)
        elif id_ not in participants:
            strangers.setdefault((id_, 0 if id_ else row.number), []).append(row.number)
        elif "route" in row.said or "reason" in row.said:
            _add_exposure(diary, id_, whose, row.said)
        elif not _COUNTED.isdisjoint(row.said):
            of = (row.said.get(key, "") for key in _OF_A_STRETCH)
            counted.setdefault((id_, *of), []).append(row)
        else:
            _add(diary, id_, whose, row.said)
    if is_empty:
        raise Refusal.of(plain(path.name), "the table", "without a row", "a row a day or a stretch")
    for (id_, _), numbers in strangers.items():
        _find_stranger(diary, path, id_, numbers, meant.get(sameness(seen_as(id_) or ""), ""))
    for (id_, *_), together in counted.items():
        whose = who(path, together[0].number, claimed(id_))
        _add(diary, id_, whose, _counted(together))
    return diary


def _find_stranger(diary: Diary, path: Path, id_: str, rows: Sequence[int], nearly: str) -> None:
    """Whom the source does not have, told once whatever their rows: they may have left."""
    read = in_words(CellKind.ID, id_) if id_ else "empty"
    if len(rows) > 1:
        read += f" in {len(rows)} rows, of which this is the first"
    allowed = f"a participant of the source{f' (did you mean {nearly}?)' if nearly else ''}"
    diary.find(nearly, Problem(who(path, rows[0], claimed(id_)), columns.ID, read, allowed))


def _counted(rows: Iterable[DiaryRow]) -> dict[str, Any]:
    """Rows of one stretch, a strength each, as one entry of a file."""
    each = [row.said for row in rows]
    kept = {key: each[0][key] for key in _OF_A_STRETCH if key in each[0]}
    strengths = [said.get("strength_mg", "") for said in each]
    out = [said.get("handed_out", "") for said in each]
    back = [(said.get("strength_mg", ""), said["returned"]) for said in each if "returned" in said]
    kept |= next(({"dose_mg": said["dose_mg"]} for said in each if "dose_mg" in said), {})
    return {
        **kept,
        "handed_out": [{"mg": mg, "count": n} for mg, n in zip(strengths, out, strict=True)],
        "returned": [{"mg": mg, "count": n} for mg, n in back],
    }


def _add(diary: Diary, id_: str, whose: str, said: Mapping[str, Any]) -> None:
    """An entry of a participant, or what is wrong with it in the words of the table."""
    made = _made(Taken, diary, id_, whose, said)
    if made is not None:
        diary.entries.setdefault(id_, []).append(Entry(made, whose))


def _add_exposure(diary: Diary, id_: str, whose: str, said: Mapping[str, str]) -> None:
    """A dose beside the ladder, which has a route and a reason (§11.2.1)."""
    route = said.get("route")
    if route is not None:
        said = {**said, "route": as_known(route, ROUTES)}
    made = _made(Exposure, diary, id_, whose, said)
    if made is not None:
        diary.exposures.setdefault(id_, []).append(Entry(made, whose))


def _made(
    of: type[Said], diary: Diary, id_: str, whose: str, said: Mapping[str, Any]
) -> Said | None:
    """What a row says, None where something is wrong with it, which is noted."""
    data = {key: value for key, value in said.items() if key != columns.ID}
    found: list[Found] = []
    typed = data.get("drug")
    if typed:
        try:
            data["drug"] = _drug_given(named(str(typed)), data.get("route"))
        except UnknownDrugError as wrong:
            found.append(Found(("drug",), f"{quoted(str(typed))}{wrong.because}", str(wrong)))
    made = model_of(of, data, said, found)
    if made is None or found:
        diary.find(id_, *dict.fromkeys(_problem(whose, each) for each in found))
        return None
    return made


def _drug_given(what: Named, route: object) -> str:
    """The drug of a row; raises `UnknownDrugError` for a form that is not given in that way."""
    if route is None:
        refuse_injected(what)
    elif route in tuple(Route):
        route_of(what, Route(str(route)))
    return what.drug


def _problem(whose: str, found: Found) -> Problem:
    """What a rule of the file found, under the column that it is about."""
    keys = [str(key) for key in found.path]
    known = next((key for key in keys if key in COLUMNS), None)
    strength = keys[:1] in (["handed_out"], ["returned"]) and keys[-1:] == ["mg"]
    at = "strength_mg" if strength else known
    if at is None:
        return Problem(whose, "the row", found.read, found.allowed)
    return Problem(whose, at, found.read, found.allowed)


def _of_sdtm(rows: cm.Rows, path: Path, participants: Iterable[str]) -> Diary:
    """What can be counted of a CM domain; every row that cannot be is named with its reason."""
    counted = cm.count(rows, participants)
    diary = Diary(left_out=counted.left_out)
    for id_, days in counted.days.items():
        diary.entries[id_] = [
            Entry(
                Taken.model_validate({"date": day, "drug": drug, "dose_mg": mg}),
                who(path, number, id_),
            )
            for (day, drug), (mg, number) in sorted(days.items())
        ]
    for id_, exposures in counted.exposures.items():
        diary.exposures[id_] = [Entry(each, who(path, row, id_)) for each, row in exposures]
    return diary
