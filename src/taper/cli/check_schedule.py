"""`taper check-schedule`: steps that somebody else wrote, looked at; and a calendar of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.formats import Out
from taper.cli.options.planning import Today, day
from taper.cli.options.sheets import read_option
from taper.cli.options.tablets import Market, Strengths
from taper.cli.shown.checked import checked_text
from taper.cli.speech import put_text, tell
from taper.errors import ExitCode, Refusal
from taper.exports import answers
from taper.exports.answers import checked as for_programs
from taper.operations.checking.schedule import CALENDAR, CheckedSchedule, as_pdf, check, stocks_of
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_plain
from taper.operations.plans import outputs
from taper.sources.raw import MAX_JSON
from taper.sources.written import WrittenSchedule, read_apart, schedule_in
from taper.trial.fields import parse_date

_WHO = "taper check-schedule"
_STANDARD_INPUT = "-"


def check_schedule(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE|-", help="Steps as text, a CSV table or a FHIR request."),
    ],
    drug: Annotated[
        str | None, typer.Option("--drug", metavar="DRUG", help="Where the steps name none.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="DATE", help="The first day of steps without dates."),
    ] = None,
    strengths: Strengths = None,
    market: Market = None,
    today: Today = None,
    answer: Answer = "table",
    out: Out = None,
) -> None:
    """Look at steps that somebody else wrote: what contradicts, tablets, sums, findings.

    With --out a calendar of them is written too, marked as not computed from a protocol on every
    page. Ends with 1 where something contradicts.
    """
    as_json, as_of = wants_json(answer), day(today)
    named, first = _drug(drug), _first_day(start)
    read = _reader(path)
    written = read(named, first)
    _tell_unused(read, written, named, first)
    checked = check(written, stocks_of(written, strengths, market or DEFAULT_MARKET), as_of)
    if out is not None:
        _write_calendar(checked, as_of, out)
    if as_json:
        its = checked.schedule, checked.contradictions, checked.plan, checked.sums_mg
        put_text(answers.dumped(for_programs.as_data(*its, checked.why_no_plan)))
    else:
        put_text(checked_text(checked))
    raise typer.Exit(ExitCode.REFUSED if checked.contradicts else ExitCode.WRITTEN)


_Reader = Callable[[str | None, date | None], WrittenSchedule]


def _reader(path: Path) -> _Reader:
    """What reads the steps with a drug and a first day; standard input is taken in once."""
    if str(path) != _STANDARD_INPUT:
        return partial(schedule_in, path)
    raw = sys.stdin.buffer.read(MAX_JSON + 1)  # one more, so that more than that is refused
    return partial(read_apart, raw, "standard input")


def _tell_unused(
    read: _Reader, written: WrittenSchedule, drug: str | None, first: date | None
) -> None:
    """An option by which nothing was read otherwise is likely to be a slip."""
    for option, without in (("--drug", (None, first)), ("--start", (drug, None))):
        if (drug if option == "--drug" else first) is None:
            continue
        try:
            is_unused = read(*without).schedule.days == written.schedule.days
        except Refusal:  # it was wanted
            continue
        if is_unused:
            said = "drugs" if option == "--drug" else "dates"
            tell(f"{option}: the steps say their {said}; it is used nowhere.")


def _drug(typed: str | None) -> str | None:
    return None if typed is None else read_plain(_WHO, "--drug", typed)


def _first_day(typed: str | None) -> date | None:
    return None if typed is None else read_option("--start", typed, parse_date)


def _write_calendar(checked: CheckedSchedule, issued: date, out: Path) -> None:
    if checked.plan is None:
        tell(f"No calendar is written: {checked.why_no_plan}.")
        return
    for path in outputs.write({CALENDAR: as_pdf(checked.plan, issued)}, out):
        tell(f"Wrote {path}")
