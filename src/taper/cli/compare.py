"""`taper regimens compare`: regimens by days, dose, steps and window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper import sources
from taper.cli import streams
from taper.cli.options.common import Answer, wants_json
from taper.cli.options.sheets import (
    ForDisease,
    read_disease,
    read_option,
    regimen_sheet,
    regimens_for,
)
from taper.cli.shown import comparison as shown
from taper.cli.speech import put_text, tell
from taper.doses import dose
from taper.drawing.regimens import as_svg
from taper.errors import UsageError
from taper.exports.answers import dumped
from taper.operations.trying.comparing import Found, fitting, notes, window
from taper.operations.trying.comparing import answer as answer_of
from taper.planning import comparison
from taper.storage import files
from taper.trial.fields import parse_date
from taper.trial.protocol import USUAL_TABLE


def compare(
    start_mg: Annotated[
        str, typer.Option("--from", metavar="MG", help="The dose to taper from, mg prednisone.")
    ],
    target_mg: Annotated[
        str, typer.Option("--to", metavar="MG", help="The dose to reach, mg prednisone.")
    ],
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help="Regimens, or paths to files of regimens or protocols; without any, the shipped "
            "ones that fit.",
        ),
    ] = None,
    disease: ForDisease = None,
    window_months: Annotated[
        str, typer.Option(metavar="N", help="The window to reach it in, months.")
    ] = "4",
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight", "--weight-kg", metavar="KG", help="For regimens that go by weight."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The first taper day: gives dates, exact windows."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw them into this SVG file too.")
    ] = None,
    answer: Answer = "table",
) -> None:
    """Compare regimens by days, dose, steps and window.

    Doses are prednisone-equivalent and ideal, before any tablet. A regimen that was named and
    cannot be used from that dose is listed with the reason. Without an ID, or with --for, all
    shipped ones that were published for that dose and fit into the window are compared, the
    shortest first, and the others named.
    """
    as_json = wants_json(answer)
    question = _question(start_mg, target_mg, window_months, weight, start)
    named = [(Path(each).name, regimen_sheet(each)) for each in dict.fromkeys(ids or [])]
    asked = [(sheet, answer_of(name, sheet, question)) for name, sheet in named]
    searched = not named or disease is not None
    found = _searched(disease, {name for name, _ in named}, question) if searched else Found()
    asked += found.fitting
    answers = [each for _, each in asked]
    if svg is not None:
        from taper.folder.ledger_file import refuse_kept  # who draws nothing needs no folder

        refuse_kept([svg])
        files.write_all({svg: as_svg(answers, question).encode()})
        streams.note_written()
    if as_json:
        put_text(dumped([each.as_dict(question.start) for each in answers]))
    else:
        said = [*notes(asked, question), *found.said()]
        put_text(shown.comparison(answers, question, said))
    if svg is not None:
        tell(f"Wrote {svg}")


def _question(
    start_mg: str, target_mg: str, months: str, weight: str | None, start: str | None
) -> comparison.Question:
    start_dose = read_option("--from", start_mg, dose.parse_positive)
    target = read_option("--to", target_mg, dose.parse)
    if start_dose <= target:
        raise UsageError(
            f"--from is {dose.text(start_dose)} and --to is {dose.text(target)}; allowed: a --from "
            "above --to."
        )
    return comparison.Question(
        start_mg=start_dose,
        target_mg=target,
        window=read_option("--window-months", months, window),
        weight_kg=None if weight is None else read_option("--weight", weight, dose.parse_positive),
        start=None if start is None else read_option("--start", start, parse_date),
        table=sources.equivalence_table(USUAL_TABLE),
    )


def _searched(disease: str | None, named: set[str], question: comparison.Question) -> Found:
    """The shipped regimens for a disease, or all, beside those that were named."""
    wanted = None if disease is None else read_disease(disease)
    sheets = [sheet for sheet in regimens_for(wanted) if sheet["id"] not in named]
    return fitting(sheets, question)
