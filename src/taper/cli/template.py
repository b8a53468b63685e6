"""`taper template`: an empty sheet of participants to fill in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from taper.cli import streams
from taper.cli.options.common import named_out
from taper.cli.speech import put, tell
from taper.errors import UsageError
from taper.exports import redcap
from taper.storage import files
from taper.storage.reasons import CannotWrite
from taper.wording.case import known
from taper.wording.quoting import did_you_mean, one_of, quoted


def template(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="csv|xlsx|redcap|redcap-plan|mapping",
            help="A table, a REDCap data dictionary (redcap-plan: of plans), or a mapping.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            parser=named_out,
            help="Write it there; a file that exists is never replaced.",
        ),
    ] = None,
) -> None:
    """Write an empty sheet of participants: a header, what each column is for, drop-downs.

    The filled sheet, or an export of the REDCap project, is what taper batch reads.
    """
    from taper.sources.blank import BlankSheet, blank  # no other command waits for the library

    word = known(kind, BlankSheet)
    if word is None:
        raise UsageError(
            f"The kind of sheet is {quoted(kind)}; allowed: {one_of(BlankSheet)}"
            f"{did_you_mean(kind, BlankSheet)}."
        )
    sheet = BlankSheet(word)
    if out is None:
        if sheet is BlankSheet.XLSX and sys.stdout.isatty():
            raise UsageError("--out is missing; allowed: --out FILE.xlsx for a workbook.")
        put(blank(sheet))
        return
    _refuse(out, sheet.suffix)
    files.write_all({out: blank(sheet)}, new=[out])
    streams.note_written()
    tell(f"Wrote {out}")
    if sheet is BlankSheet.REDCAP_PLAN:
        tell(redcap.FIRST)


def _refuse(out: Path, suffix: str) -> None:
    if out.suffix.lower() != suffix:
        raise UsageError(f"--out is {quoted(str(out))}; allowed: a file that ends in {suffix}.")
    if os.path.lexists(out):  # it may be a sheet that somebody has filled in
        raise CannotWrite(out, "a file of that name is in the way")
