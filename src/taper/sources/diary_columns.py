"""The columns of a diary, and its header: every column is known, and names no person or arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.sources.tables import columns
from taper.sources.tables.columns import ROUTES, CellKind, Column
from taper.sources.tables.grid import Grid, Held, letter
from taper.trial.ids import ID_ALLOWED
from taper.wording.identifying import identifies
from taper.wording.quoting import did_you_mean, one_of, quoted

_DATE = "a calendar date YYYY-MM-DD"
_TABLETS = "a number of tablets, such as 30 or 2.5"


def _column(name: str, kind: CellKind, allowed: str, key: str = "") -> Column:
    return Column(name, key or name, kind, "", allowed)


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        each.name: each
        for each in (
            _column(columns.ID, CellKind.ID, ID_ALLOWED),
            _column("date", CellKind.DATE, _DATE),
            _column("from", CellKind.DATE, _DATE),
            _column("until", CellKind.DATE, _DATE),
            _column("drug", CellKind.TEXT, "the generic name of the drug, such as prednisone"),
            _column("dose_mg", CellKind.NUMBER, dose.ALLOWED),
            _column("strength_mg", CellKind.NUMBER, dose.ALLOWED_POSITIVE, "handed_out[1].mg"),
            _column("handed_out", CellKind.NUMBER, _TABLETS, "handed_out[1].count"),
            _column("returned", CellKind.NUMBER, _TABLETS, "returned"),
            _column("route", CellKind.TEXT, one_of(ROUTES)),
            _column("reason", CellKind.TEXT, "why it was given, beside the taper"),
        )
    }
)
KNOWN = f"the columns of a diary: {one_of(COLUMNS)}"


def header(grid: Grid, typed: Mapping[int, str]) -> dict[int, str]:
    """Our column of each column; raises `Refusal` with everything that is wrong in the header."""
    names = {i: name.lower() for i, name in typed.items()}
    found = [*_wrong_cells(grid), *_wrong_names(grid.name, typed, names)]
    there = set(names.values())
    for name in (columns.ID,):
        if name not in there:
            found.append(Problem(grid.name, f"column '{name}'", "missing", KNOWN))
    if not there & {"date", "from"}:
        allowed = "date for single days, or from and until for stretches"
        found.append(Problem(grid.name, "column 'date'", "missing", allowed))
    if not there & {"dose_mg", "handed_out"}:
        allowed = "dose_mg, or strength_mg, handed_out and returned for counted tablets"
        found.append(Problem(grid.name, "column 'dose_mg'", "missing", allowed))
    if found:
        raise Refusal(*found)
    return names


def _wrong_cells(grid: Grid) -> Iterator[Problem]:
    for i, cell in grid.header.cells.items():
        at = f"the header of {letter(i)}"
        if cell.trap is not None:
            yield Problem(grid.name, at, cell.trap.read, cell.trap.allowed)
        elif cell.held is not Held.TEXT:
            yield Problem(grid.name, at, str(cell.held), "a name as text")
    for i, said in grid.wrong_columns.items():
        yield Problem(grid.name, f"column {letter(i)}", said.read, said.allowed)


def _wrong_names(who: str, typed: Mapping[int, str], names: Mapping[int, str]) -> Iterator[Problem]:
    """A header that is unknown, there twice, or would name a person or an arm."""
    seen: set[str] = set()
    for i, name in names.items():
        at = f"column {quoted(typed[i])}"
        if identifies(typed[i]):
            yield Problem(who, at, "present", "no column that would name a person or an arm")
        elif name not in COLUMNS:
            yield Problem(who, at, "not known", f"{KNOWN}{did_you_mean(name, COLUMNS)}")
        elif name in seen:
            yield Problem(who, at, f"there twice, in {letter(i)} too", "each column once")
        seen.add(name)
