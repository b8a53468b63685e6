"""`taper event`: an event into a participant's file, with both calendars side by side."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from taper.cli import streams
from taper.cli.options.formats import Out
from taper.cli.options.past import AcceptPast, accepted
from taper.cli.options.planning import Regimen, Today, day
from taper.cli.options.tablets import parse_drug, parse_strengths
from taper.cli.shown.event import side_by_side, today_line
from taper.cli.speech import put_text, report, tell
from taper.doses import dose
from taper.errors import TaperError, UsageError
from taper.operations import event as eventfile
from taper.operations import outputs
from taper.operations.event import Proposal
from taper.paper.documents import TITLES
from taper.trial.fields import Record, parse_count, parse_date, parse_reason, parse_text
from taper.trial.participant import EVENTS
from taper.wording.case import as_known
from taper.wording.quoting import did_you_mean, one_of, quoted

_TYPES: Mapping[str, type[Record]] = EVENTS
_OPTIONS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "date": ("--date", parse_date),
    "onset": ("--onset", parse_date),
    "resolved": ("--resolved", parse_date),
    "until": ("--until", parse_date),
    "days": ("--days", parse_count),
    "dose_mg": ("--dose", dose.parse_positive),
    "drug": ("--drug", parse_drug),
    "strengths": ("--strengths", parse_strengths),
    "protocol": ("--protocol", parse_text),
    "kg": ("--kg", dose.parse_positive),
    "reason": ("--reason", parse_reason),
}
"""The option of each field, in the order in which they are written, and how it is read."""


def event(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A participant's YAML file.")],
    type_: Annotated[str, typer.Argument(metavar="|".join(_TYPES), help="What happened.")],
    date: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The first day that the event changes.")
    ],
    resolved: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="A flare's first stable day; closes an open one."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="A hold's end, the first day it no longer holds."),
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
    protocol: Annotated[
        str | None,
        typer.Option(
            metavar="ID|PATH", help="For amendment: the protocol from then on, as in the file."
        ),
    ] = None,
    then: Annotated[
        str | None,
        typer.Option(
            "--then", metavar="ID|PATH", help="For set-dose: another regimen that then follows."
        ),
    ] = None,
    kg: Annotated[
        str | None, typer.Option(metavar="KG", help="For weight: the body weight from then on.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why: for a hold, a dose or a withdrawal.")
    ] = None,
    onset: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="When a flare began; changes nothing.")
    ] = None,
    regimen: Regimen = None,
    today: Today = None,
    prints: Annotated[
        bool, typer.Option("--print", help="Print what says something else now, as PDF.")
    ] = False,
    out: Out = None,
    accept_past: AcceptPast = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask when a dose rises much, or past days change.")
    ] = False,
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
        "protocol": protocol,
        "regimen": then,
        "kg": kg,
        "reason": reason,
    }
    fields = _fields(type_, {key: value for key, value in given.items() if value is not None})
    proposal, backup = eventfile.add(
        path,
        fields,
        today=day(today),
        regimen=regimen,
        accepted=accepted(accept_past),
        ask=not yes,
    )
    if backup is not None:  # written first: nobody is told of what could not be
        streams.note_written()
        report(side_by_side(proposal, is_written=True).rstrip("\n"))
    else:
        put_text(side_by_side(proposal, is_written=False))
        _ask(proposal, list(_doubts(proposal)))
        backup = eventfile.keep(proposal)
        streams.note_written()
    tell(f"Wrote {path}; as it was before, it is {backup}.")
    _end(proposal, out or Path(), prints=prints)


def _end(proposal: Proposal, out: Path, *, prints: bool) -> None:
    """What is taken today, before and after, and the papers that say so."""
    tell(today_line(proposal))
    if not proposal.papers:
        tell("No paper says anything else: there is nothing to print.")
    elif prints:
        for written in outputs.write(proposal.printed(), out):
            tell(f"Wrote {written}")
    else:
        papers = dose.join([TITLES[each] for each in proposal.papers])
        tell(f"To print, and to hand out for the old paper: {papers} (--print makes them).")


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
            fitting = [option for key, (option, _) in _OPTIONS.items() if key in known]
            option, _ = _OPTIONS[field]
            raise UsageError(
                f"{option} is given with a {type_}; allowed with it: {dose.join(fitting)}."
            )
    for field in known:
        is_needed = known[field].is_required() and not _is_said_already(type_, field, given)
        if field in _OPTIONS and is_needed and field not in given:
            raise UsageError(f"{_OPTIONS[field][0]} is missing, which a {type_} needs.")
    return {"type": type_, **{field: _read(field, given[field]) for field in given}}


def _is_said_already(type_: str, field: str, given: Mapping[str, str]) -> bool:
    """A hold that is only closed has its reason in the file."""
    return type_ == "hold" and field == "reason" and "until" in given


def _read(field: str, typed: str) -> Any:
    option, parse = _OPTIONS[field]
    try:
        parsed = parse(typed)
    except ValueError as allowed:
        raise UsageError(f"{option} is {quoted(typed)}; allowed: {allowed}.") from None
    return parsed if isinstance(parsed, list) else typed


# What is asked --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Doubt:
    """Something that somebody must want: what it is, and when it is right."""

    said: str
    if_right: str


def _doubts(proposal: Proposal) -> Iterator[_Doubt]:
    """Days before today that would change, and doses that rise much."""
    if proposal.unanswered:
        yield _Doubt(str(proposal.unanswered), "those days are to read as shown above")
    for rise in proposal.large_rises:
        yield _Doubt(rise.rstrip("."), "that dose is right")


def _ask(proposal: Proposal, doubts: Sequence[_Doubt]) -> None:
    """Go on only if somebody wants all of it."""
    who = proposal.after.participant
    said = f"{who}: {'. '.join(doubt.said for doubt in doubts)}"
    if not sys.stdin.isatty():
        right = dose.join(list(dict.fromkeys(doubt.if_right for doubt in doubts)))
        by_name = "" if proposal.large_rises else ' or --accept-past "WHO, WHY"'
        raise TaperError(f"{said}; allowed: --yes{by_name}, if {right}.")
    past = " What was taken then cannot change." if proposal.unanswered else ""
    tell(f"{said}.{past} Write it all the same? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise TaperError(f"{who}: nothing was written.")
