"""Who is in which arm: the one file that says so, read at the last step and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path

from taper.confined.reading import apart
from taper.errors import Problem, Refusal
from taper.sources.tables.columns import ID, bare
from taper.sources.tables.doors import opened
from taper.sources.tables.grid import Cell, Grid, Held
from taper.sources.tables.opening import MOST_SECONDS, refuse_unreadable
from taper.sources.tables.rows import who
from taper.trial.fields import parse_text
from taper.wording.quoting import plain, quoted
from taper.wording.words import folded

_GROUP = ("group", "arm")
_HEADER = "two columns, participant and group"


def read_groups(path: Path) -> dict[str, str]:
    """The group of each participant; raises `Refusal` with everything that is wrong in the file.

    No group is ever repeated in a message.
    """
    refuse_unreadable(path)
    most = MOST_SECONDS[path.suffix.lower()]
    return apart(plain(path.name), _groups_of, path, seconds=most)


def _groups_of(path: Path) -> dict[str, str]:
    with opened(path, None) as grid:
        names = {bare(cell.text).lower(): i for i, cell in grid.header.cells.items()}
        group_at = next((names[name] for name in _GROUP if name in names), None)
        if ID not in names or group_at is None or len(grid.header.cells) != 2:
            raise Refusal.of(grid.name, "the header", "another one", _HEADER)
        return _rows(grid, names[ID], group_at, path)


def _rows(grid: Grid, id_at: int, group_at: int, path: Path) -> dict[str, str]:
    groups: dict[str, str] = {}
    problems: list[Problem] = []
    for line in grid.lines:
        whose = who(path, line.number, None)
        id_, group = _text(line.cells, id_at), _text(line.cells, group_at)
        if line.wrong:
            read = "of another length than the header, or not seen as it is"
            problems.append(Problem(whose, "the row", read, "an id and a group, each as text"))
        elif id_ is None or group is None:
            read = "without an id or a group, or with a cell that is no text"
            problems.append(Problem(whose, "the row", read, "an id and a group, each as text"))
        elif id_ in groups:
            problems.append(Problem(whose, ID, f"{quoted(id_)}, there before", "each id once"))
        else:
            groups[id_] = group
    if problems:
        raise Refusal(*problems)
    _refuse_alike(set(groups.values()), plain(path.name))
    return groups


def _refuse_alike(groups: Set[str], name: str) -> None:
    """Raise `Refusal` for one arm that is written in two ways: it would be counted as two."""
    if len({" ".join(folded(each).split()) for each in groups}) < len(groups):
        read = "two that differ in case, accents or spaces alone"
        raise Refusal.of(name, "group", read, "each group in one spelling")


def _text(cells: Mapping[int, Cell], at: int) -> str | None:
    cell = cells.get(at)
    if cell is None or cell.trap is not None or cell.held is Held.DATE:
        return None
    try:
        return parse_text(cell.text.strip())
    except ValueError:
        return None
