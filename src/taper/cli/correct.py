"""`taper correct` and `taper waive`: a field of a file put right, the limits of a dose waived."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.entries import Prints, Yes
from taper.cli.options.formats import Out
from taper.cli.options.past import AcceptPast
from taper.cli.options.planning import Regimen, Today, day
from taper.cli.options.sheets import read_option
from taper.cli.proposed import carry_out
from taper.errors import UsageError
from taper.operations.changing.correcting import Corrected, Field, TakenOut, Waived, field_named
from taper.sources.typed_values import entered
from taper.trial.fields import MAX_DAYS, parse_date, parse_waiver
from taper.wording.quoting import quoted

Participant = Annotated[Path, typer.Argument(metavar="FILE", help="A participant's YAML file.")]
_PARTICIPANT_ID = "participant"


def correct(
    path: Participant,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD",
            help="As a refusal names it: steroid.dose_mg, weight_kg, events[1].until; or "
            "infusion_2_date.",
        ),
    ],
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="What is right.")] = None,
    takes_out: Annotated[
        bool, typer.Option("--remove", help="Take the field, event or infusion out of the file.")
    ] = False,
    regimen: Regimen = None,
    today: Today = None,
    prints: Prints = False,
    out: Out = None,
    accept_past: AcceptPast = None,
    yes: Yes = False,
) -> None:
    """Put right what a participant's file says, or take it out.

    For what was wrong from the beginning; what changed on a day is an event. Both calendars are
    shown side by side. Comments and layout stay, lines that are taken out stay as comments, and
    the file as it was is kept beside it. At the end stands what is taken today, before and after,
    and which papers to print anew.
    """
    named = _named(field)
    if takes_out == (value is not None):
        given = "both are given" if takes_out else "neither is given"
        raise UsageError(f"VALUE or --remove: {given}; allowed: one of them.")
    edit = TakenOut(named) if value is None else Corrected(named, _value(named, value))
    carry_out(
        path,
        edit,
        today=today,
        regimen=regimen,
        accept_past=accept_past,
        yes=yes,
        prints=prints,
        out=out,
    )


def waive(
    path: Participant,
    by: Annotated[
        str, typer.Option("--by", metavar="ROLE", help="Who waives them: a role, and no name.")
    ],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="When that was decided.")],
    regimen: Regimen = None,
    today: Today = None,
    prints: Prints = False,
    out: Out = None,
    accept_past: AcceptPast = None,
    yes: Yes = False,
) -> None:
    """Waive the protocol's limits of the start dose for a participant who was refused by them.

    Written as eligibility_waived into the file, whose comments and layout stay; the file as it was
    is kept beside it. Then the participant is planned, with the warning eligibility-waived.
    """
    role = read_option("--by", by, parse_waiver("who waives them, a role such as sponsor"))
    decided = read_option("--on", on, parse_date)
    if not 0 <= (day(today) - decided).days <= MAX_DAYS:
        allowed = f"a day up to today, {day(today)}, and not ten years before"
        raise UsageError(f"--on is {decided}; allowed: {allowed}.")
    carry_out(
        path,
        Waived(role, decided),
        today=today,
        regimen=regimen,
        accept_past=accept_past,
        yes=yes,
        prints=prints,
        out=out,
    )


def _named(typed: str) -> Field:
    if typed == _PARTICIPANT_ID:
        raise UsageError(
            "FIELD is participant, whose other value is another participant; allowed: a file of "
            "its own for each."
        )
    try:
        return field_named(typed)
    except ValueError as allowed:
        raise UsageError(f"FIELD is {quoted(typed)}; allowed: {allowed}.") from None


def _value(field: Field, typed: str) -> object:
    if field.key is None:
        raise UsageError(
            f"FIELD is {field.typed}, which is no single value; allowed: one of its fields, or "
            "--remove."
        )
    return entered(f"VALUE of {field.typed}", field.key, typed)
