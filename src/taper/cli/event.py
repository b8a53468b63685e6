"""`taper event`: an event into a participant's file, with both calendars side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from taper.cli.options.entries import Prints, Yes
from taper.cli.options.formats import Out
from taper.cli.options.past import AcceptPast
from taper.cli.options.planning import Regimen, Today
from taper.cli.proposed import carry_out
from taper.doses import dose
from taper.errors import Problem, Refusal, UsageError
from taper.operations.changing.event import Happened
from taper.sources.typed_values import entered
from taper.trial.fields import Record
from taper.trial.participant import EVENTS
from taper.wording.case import as_known
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

_TYPES: Mapping[str, type[Record]] = EVENTS
_OPTIONS: Mapping[str, str] = {
    "date": "--date",
    "onset": "--onset",
    "resolved": "--resolved",
    "until": "--until",
    "days": "--days",
    "dose_mg": "--dose",
    "drug": "--drug",
    "strengths": "--strengths",
    "times": "--times",
    "protocol": "--protocol",
    "regimen": "--then",
    "kg": "--kg",
    "reason": "--reason",
}
"""The option of each field, in the order in which they are written."""


def event(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A participant's YAML file.")],
    type_: Annotated[str, typer.Argument(metavar="|".join(_TYPES), help="What happened.")],
    date: Annotated[
        str, typer.Option(metavar="DATE", help="The first day that the event changes.")
    ],
    resolved: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A flare's first stable day; closes an open one."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A hold's end, the first day it no longer holds."),
    ] = None,
    days: Annotated[
        str | None, typer.Option(metavar="N", help="How long a stress or set dose is taken.")
    ] = None,
    mg: Annotated[
        str | None, typer.Option("--dose", metavar="MG", help="A stress or set dose, mg a day.")
    ] = None,
    drug: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Its drug, where the taper is in another than before."),
    ] = None,
    strengths: Annotated[
        str | None,
        typer.Option(metavar="MG[:2|:4],…", help="For tablets: those of the taper from then on."),
    ] = None,
    times: Annotated[
        str | None,
        typer.Option(metavar="TIME:SHARE,…", help="For tablets: the times of day from then on."),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(
            metavar="ID|FILE", help="For amendment: the protocol from then on, as in the file."
        ),
    ] = None,
    then: Annotated[
        str | None,
        typer.Option(
            "--then", metavar="ID|FILE", help="For set-dose: another regimen that then follows."
        ),
    ] = None,
    kg: Annotated[
        str | None, typer.Option(metavar="KG", help="For weight: the body weight from then on.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Why: for a hold, a dose or a withdrawal.")
    ] = None,
    onset: Annotated[
        str | None, typer.Option(metavar="DATE", help="When a flare began; changes nothing.")
    ] = None,
    regimen: Regimen = None,
    today: Today = None,
    prints: Prints = False,
    out: Out = None,
    accept_past: AcceptPast = None,
    yes: Yes = False,
) -> None:
    """Add an event to a participant's file.

    A flare or hold of that date that is still open is closed instead. Both calendars are shown
    side by side. The file as it was is kept beside it, as .1.bak, .2.bak and so on. At the end
    stands what is taken today, without the event and with it, and which papers to print anew.
    """
    given = {
        "date": date,
        "onset": onset,
        "resolved": resolved,
        "until": until,
        "days": days,
        "dose_mg": mg,
        "drug": drug,
        "strengths": strengths,
        "times": times,
        "protocol": protocol,
        "regimen": then,
        "kg": kg,
        "reason": reason,
    }
    typed = {key: value for key, value in given.items() if value is not None}
    fields = _fields(type_, typed)
    try:
        carry_out(
            path,
            Happened(fields),
            today=today,
            regimen=regimen,
            accept_past=accept_past,
            yes=yes,
            prints=prints,
            out=out,
        )
    except Refusal as refused:
        raise Refusal(*(_by_option(each, typed) for each in refused.problems)) from None


def _by_option(problem: Problem, typed: Mapping[str, str]) -> Problem:
    """The problem said of the option, where it is what was typed: no file has that line yet."""
    field = problem.field.rpartition(".")[2]
    is_typed = problem.field.startswith("events[") and problem.read == shown(typed.get(field))
    return replace(problem, field=_OPTIONS[field], line=None) if is_typed else problem


# What was typed -------------------------------------------------------------------------------


def _fields(type_: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The event as its file will have it; raises `UsageError` for options that do not fit."""
    type_ = as_known(type_, _TYPES)
    if type_ not in _TYPES:
        raise UsageError(
            f"The type is {quoted(type_)}; allowed: {one_of(_TYPES)}{did_you_mean(type_, _TYPES)}."
        )
    known = _TYPES[type_].model_fields
    for field in given:
        if field not in known:
            fitting = [option for key, option in _OPTIONS.items() if key in known]
            raise UsageError(
                f"{_OPTIONS[field]} is given with a {type_}; allowed with it: {dose.join(fitting)}."
            )
    for field in known:
        is_needed = known[field].is_required() and not _is_said_already(type_, field, given)
        if field in _OPTIONS and is_needed and field not in given:
            article = "an" if type_[0] in "aeiou" else "a"
            raise UsageError(f"{_OPTIONS[field]} is missing, which {article} {type_} needs.")
    typed = {field: entered(_OPTIONS[field], field, given[field]) for field in given}
    return {"type": type_, **typed}


def _is_said_already(type_: str, field: str, given: Mapping[str, str]) -> bool:
    """A hold that is only closed has its reason in the file."""
    return type_ == "hold" and field == "reason" and "until" in given
