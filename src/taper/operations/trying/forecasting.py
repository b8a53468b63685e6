"""A trial's tablets forecast: as many trials as are wanted, by as many processes as there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path

from taper import sources
from taper.confined.reading import apart
from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.pharmacy.assumed import Assumed, Baselines
from taper.pharmacy.forecast import Demand, Forecast, forecast, one_trial, refuse_unanswerable
from taper.pharmacy.terms import Pack
from taper.sources.drugs import UnknownDrugError, named
from taper.sources.tables.columns import bare
from taper.sources.tables.doors import opened
from taper.sources.tables.grid import Cell, Grid
from taper.sources.tables.opening import MOST_SECONDS, refuse_unreadable
from taper.sources.tables.rows import who
from taper.trial.rules import Trial
from taper.wording.quoting import plain, quoted
from taper.workers.pool import Pool

COLUMN = "dose_mg"
_IN_MG_PREDNISONE = ("prednisone", "prednisolone")
_MG_PREDNISONE = "prednisone or prednisolone, as start doses are in mg prednisone"
Progress = Callable[[str, int, int], None]


@lru_cache(maxsize=4)
def _trial(reference: str, folder: str) -> Trial:
    """The protocol, read once by each process: its sheets do not travel."""
    return sources.trial(reference, Path(folder))


def _one_trial(reference: str, folder: str, assumed: Assumed, number: int) -> Demand:
    return one_trial(_trial(reference, folder), assumed, number)


def foretold(
    protocol: str,
    assumed: Assumed,
    *,
    pool: Pool,
    packs: Sequence[Pack] = (),
    prices: Mapping[Fraction, Fraction] | None = None,
    progress: Progress = lambda *_: None,
) -> Forecast:
    """What the trials come to by a protocol, an id or a path from the current folder.

    Raises `Refusal` where it cannot be asked.
    """
    folder = str(Path.cwd())
    refuse_unanswerable(_trial(protocol, folder), assumed)
    demands: list[Demand] = []
    progress("trials", 0, assumed.trials)
    work = partial(_one_trial, protocol, folder, assumed)
    for demand in pool.in_order(work, range(assumed.trials)):
        demands.append(demand)
        progress("trials", len(demands), assumed.trials)
    name = _trial(protocol, folder).protocol.id
    return forecast(assumed, name, demands, packs, prices)


def read_baselines(path: Path) -> Baselines:
    """Start doses of a table, mg prednisone, a row a participant; of others its columns say more.

    Raises `Refusal` with everything that is wrong in it.
    """
    refuse_unreadable(path)
    most = MOST_SECONDS[path.suffix.lower()]
    return apart(plain(path.name), _baselines_of, path, seconds=most)


def _baselines_of(path: Path) -> Baselines:
    doses: list[Fraction] = []
    problems: list[Problem] = []
    with opened(path, None) as grid:
        at = _column(grid, COLUMN)
        if at is None:
            raise Refusal.of(grid.name, f"column '{COLUMN}'", "missing", "a start dose in each row")
        drug_at = _column(grid, "drug")
        for line in grid.lines:
            whose = who(path, line.number, None)
            wrong = [Problem(whose, "the row", said.read, said.allowed) for said in line.wrong]
            cell, drug = line.cells.get(at), None if drug_at is None else line.cells.get(drug_at)
            try:
                doses.append(dose.parse_positive(cell.text.strip() if cell else ""))
            except ValueError as allowed:
                wrong.append(_problem(whose, COLUMN, cell, str(allowed)))
            if drug is not None and not _is_in_mg_prednisone(drug.text.strip()):
                wrong.append(_problem(whose, "drug", drug, _MG_PREDNISONE))
            problems += wrong
        if problems or not doses:
            nothing = Problem(grid.name, "the table", "without a row", "a row a participant")
            raise Refusal(*(problems or [nothing]))
    return Baselines(f"the {len(doses)} rows of {plain(path.name)}", "choice", tuple(doses))


def _is_in_mg_prednisone(typed: str) -> bool:
    try:
        return named(typed).drug in _IN_MG_PREDNISONE
    except UnknownDrugError:
        return False


def _problem(whose: str, column: str, cell: Cell | None, allowed: str) -> Problem:
    return Problem(whose, column, quoted(cell.text) if cell else "empty", allowed)


def _column(grid: Grid, name: str) -> int | None:
    """Where the column is, None where it is not; raises `Refusal` where it is there twice."""
    found = [i for i, cell in grid.header.cells.items() if bare(cell.text).lower() == name]
    if len(found) > 1:
        raise Refusal.of(grid.name, f"column '{name}'", "there twice", "each column once")
    for i in found:
        if i in grid.wrong_columns:
            said = grid.wrong_columns[i]
            raise Refusal.of(grid.name, f"column '{name}'", said.read, said.allowed)
    return next(iter(found), None)
