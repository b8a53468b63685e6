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
from taper.sources.tables.columns import bare
from taper.sources.tables.doors import opened
from taper.sources.tables.opening import MOST_SECONDS, refuse_unreadable
from taper.sources.tables.rows import who
from taper.trial.rules import Trial
from taper.wording.quoting import plain, quoted
from taper.workers.pool import Pool

COLUMN = "dose_mg"
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
        at = {bare(cell.text).lower(): i for i, cell in grid.header.cells.items()}.get(COLUMN)
        if at is None:
            raise Refusal.of(grid.name, f"column '{COLUMN}'", "missing", "a start dose in each row")
        for line in grid.lines:
            cell = line.cells.get(at)
            try:
                doses.append(dose.parse_positive(cell.text.strip() if cell else ""))
            except ValueError as allowed:
                read = quoted(cell.text) if cell else "empty"
                whose = who(path, line.number, None)
                problems.append(Problem(whose, COLUMN, read, str(allowed)))
        if problems or not doses:
            nothing = Problem(grid.name, "the table", "without a row", "a row a participant")
            raise Refusal(*(problems or [nothing]))
    return Baselines(f"the {len(doses)} rows of {plain(path.name)}", "choice", tuple(doses))
