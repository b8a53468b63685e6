"""The files that domain CM of SDTM comes in: a table, Dataset-JSON, and a SAS transport file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from math import isnan
from pathlib import Path
from typing import Any

from taper.errors import EnvironmentLacking, Refusal
from taper.sources.cm import READ, CmRow, Rows, is_header
from taper.sources.raw import MAX_JSON, MIB, THE_FILE, bytes_of, text_of
from taper.sources.tables.grid import Grid
from taper.wording.quoting import plain

_DATASET = "a dataset of domain CM as Dataset-JSON: columns with their names, and rows"
_TRANSPORT = "a dataset of domain CM as a SAS transport file of version 5 or 8"
_MOST_TRANSPORT = 64 * MIB
_DIGITS = 12
"""What a number of such a file is true to: its fractions have the base 16, and 0.1 is none."""
LACKING = (
    "pyreadstat is missing, which reads SAS transport files: install taper with its extra [xpt], "
    "as by pip install '.[xpt]' in its folder, or save the dataset as CSV or Dataset-JSON."
)


def rows_of_grid(grid: Grid, typed: Mapping[int, str]) -> Rows:
    """The rows of a table; of its columns only those that are needed are looked at."""
    at = {i: name.upper() for i, name in typed.items() if name.upper() in READ}
    return Rows(
        tuple(
            CmRow(line.number, {at[i]: cell.text for i, cell in line.cells.items() if i in at})
            for line in grid.lines
        )
    )


def rows_of_json(path: Path) -> Rows:
    """The rows of a Dataset-JSON file; raises `Refusal` for what is none of this domain."""
    name = plain(path.name)
    text = text_of(bytes_of(path, MAX_JSON, _DATASET), name)
    try:
        data = json.loads(text)
        names = [str(each["name"]).upper() for each in data["columns"]]
        lines = [dict(zip(names, row, strict=True)) for row in data["rows"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal.of(name, THE_FILE, "another one", _DATASET) from None
    return _rows(name, names, lines, _DATASET)


def rows_of_transport(path: Path) -> Rows:
    """The same of a SAS transport file; raises `EnvironmentLacking` too, without [xpt]."""
    name = plain(path.name)
    try:
        import pyreadstat
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking
    bytes_of(path, _MOST_TRANSPORT, _TRANSPORT)  # that there is such a file, and no larger one
    try:
        columns, _ = pyreadstat.read_xport(str(path), output_format="dict")
    except (pyreadstat.ReadstatError, UnicodeDecodeError):
        raise Refusal.of(name, THE_FILE, "another one", _TRANSPORT) from None
    names = [each.upper() for each in columns]
    lines = (dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return _rows(name, names, lines, _TRANSPORT)


READERS: Mapping[str, Callable[[Path], Rows]] = {".json": rows_of_json, ".xpt": rows_of_transport}
"""Who reads a file by its ending, where that is no table."""


def _rows(
    name: str, names: Iterable[str], lines: Iterable[Mapping[str, Any]], allowed: str
) -> Rows:
    if not is_header(names):
        raise Refusal.of(name, "the columns", "without USUBJID or CMTRT", allowed)
    return Rows(tuple(CmRow(i, _texts(line)) for i, line in enumerate(lines, start=1)))


def _texts(line: Mapping[str, Any]) -> dict[str, str]:
    """What is read of a row, as text; a number is what its digits say."""
    return {name: _text(line[name]) for name in READ if line.get(name) is not None}


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.{_DIGITS}g}"  # an empty number is none of its own
    return str(value)
