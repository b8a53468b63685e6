"""A table of any form opened as a grid: the one place that knows which reader is for which file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from taper.errors import Refusal
from taper.sources.tables import csv
from taper.sources.tables.grid import Grid
from taper.sources.tables.opening import ODS, XLSX
from taper.wording.quoting import plain


def opened(path: Path, sheet: str | None) -> AbstractContextManager[Grid]:
    """The grid of a file; `sheet` is the name of the one to read of a workbook."""
    suffix = path.suffix.lower()
    if suffix == XLSX:
        from taper.sources.tables import xlsx  # who reads CSV need not wait for the other library

        return xlsx.opened(path, sheet)
    if suffix == ODS:
        from taper.sources.tables import ods

        return ods.opened(path, sheet)
    if sheet is not None:
        raise Refusal.of(plain(path.name), "--sheet", "given with a text file", "with a workbook")
    return csv.opened(path)
