"""`taper regimens`: the regimens, and what the sheet of one says."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import sources
from taper.cli.options.common import Answer, wants_json
from taper.cli.options.sheets import ForDisease, read_disease, regimen_sheet, regimens_for
from taper.cli.shown import regimens as shown
from taper.cli.speech import put_text
from taper.errors import UsageError
from taper.exports.answers import dumped


def show(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="One of them, or a path to a file.")
    ] = None,
    disease: ForDisease = None,
    answer: Answer = "table",
) -> None:
    """List the regimens, or show one with its sources and the choices made in it."""
    as_json = wants_json(answer)
    wanted = None if disease is None else read_disease(disease)
    if id_ is None:
        put_text(_all(wanted, as_json=as_json))
        return
    if wanted is not None:
        raise UsageError("--for lists regimens, and one was named; allowed: one of the two.")
    sheet = regimen_sheet(id_)
    put_text(dumped(dict(sheet)) if as_json else shown.regimen(sheet))


def _all(disease: str | None, *, as_json: bool) -> str:
    sheets = regimens_for(disease)
    if as_json:
        return dumped([dict(sheet) for sheet in sheets])
    return shown.regimens(sheets, map(sources.burst_sheet, sources.burst_ids()))
