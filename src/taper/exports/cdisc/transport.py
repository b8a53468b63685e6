"""A dataset as a SAS transport file, version 5: names of 8 characters, texts of 200 bytes."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from taper.errors import EnvironmentLacking, Refusal
from taper.exports.cdisc.dataset import Dataset, Kind, Value, Variable
from taper.exports.cdisc.dataset_json import number

LONGEST = 200
"""Bytes of a text, by the format."""
LACKING = (
    "pyreadstat or polars is missing, which write SAS transport files: install taper with its "
    "extra [xpt], as by pip install '.[xpt]' in its folder, or leave out --xpt."
)
_ZERO = date(1960, 1, 1)
"""Day 0 of SAS."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CLOCK = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
_HEAD = 640
"""The first bytes, in which the time at which the file was written stands."""


def refuse_without_library() -> None:
    """Raise `EnvironmentLacking` where there is nothing to write such a file with."""
    try:
        import polars  # noqa: F401 - both are asked for before anything is written
        import pyreadstat  # noqa: F401
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking


def as_transport(dataset: Dataset, made_on: date) -> bytes:
    """The file, with that day in the place of the clock.

    Raises `Refusal` for a text that is too long or not of ASCII, and `EnvironmentLacking`.
    """
    refuse_without_library()
    import polars
    import pyreadstat

    _refuse_texts(dataset)
    columns: dict[str, Any] = {
        each.name: polars.Series(
            [_cell(each.kind, row[each.name]) for row in dataset.rows],
            dtype=polars.Float64 if each.kind.is_number else polars.String,
        )
        for each in dataset.variables
    }
    with TemporaryDirectory(prefix="taper-") as folder:  # the library writes to a path alone
        path = Path(folder, f"{dataset.name.lower()}.xpt")
        pyreadstat.write_xport(
            polars.DataFrame(columns),
            path,
            file_label=dataset.label,
            column_labels=[each.label for each in dataset.variables],
            table_name=dataset.name,
            file_format_version=5,
            variable_format={each.name: each.display for each in dataset.variables if each.display},
        )
        written = path.read_bytes()
    return _CLOCK.sub(_said(made_on), written[:_HEAD]) + written[_HEAD:]


def _said(day: date) -> bytes:
    return f"{day:%d}{_MONTHS[day.month - 1]}{day:%y}:00:00:00".encode()


def _refuse_texts(dataset: Dataset) -> None:
    for variable in dataset.variables:
        if not variable.kind.is_number:
            for text in dataset.texts(variable):
                _refuse_text(dataset, variable, text)


def _refuse_text(dataset: Dataset, variable: Variable, text: str) -> None:
    if len(text.encode()) > LONGEST:
        read = f"a text of {len(text.encode())} bytes, {text[:40]}…"
        raise Refusal.of(
            f"{dataset.name}.xpt", variable.name, read, f"at most {LONGEST} in a transport file"
        )
    if not text.isascii():
        raise Refusal.of(
            f"{dataset.name}.xpt", variable.name, text, "ASCII, as a transport file has no other"
        )


def _cell(kind: Kind, value: Value) -> str | float | None:
    match value:
        case date():
            is_number = kind is Kind.SAS_DAY
            return float((value - _ZERO).days) if is_number else value.isoformat()
        case Fraction():
            return number(value)
        case int():
            return float(value)
    return value
