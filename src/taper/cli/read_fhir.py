"""`taper read-fhir`: the days of somebody else's medication requests, and what contradicts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.sheets import read_option
from taper.cli.shown.schedules import schedule_text
from taper.cli.speech import put_text, tell
from taper.errors import ExitCode
from taper.exports import answers
from taper.exports.answers import schedules
from taper.sources.fhir import schedule_in
from taper.trial.fields import parse_date


def read_fhir(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="FHIR R4 as JSON: a MedicationRequest, a Bundle, or a list."
        ),
    ],
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="DATE", help="The first day of dosages that have no date."),
    ] = None,
    answer: Answer = "table",
) -> None:
    """List the days of medication requests (HL7 FHIR), and what in them contradicts."""
    as_json = wants_json(answer)
    first = _first_day(start)
    schedule = schedule_in(path, first)
    if first is not None and schedule_in(path).days == schedule.days:
        tell("--start: no dosage without a date is listed; it is used nowhere.")
    if as_json:
        put_text(answers.dumped(schedules.as_data(schedule)))
    else:
        put_text(schedule_text(schedule))
    raise typer.Exit(ExitCode.REFUSED if schedule.contradicts else ExitCode.WRITTEN)


def _first_day(typed: str | None) -> date | None:
    return None if typed is None else read_option("--start", typed, parse_date)
