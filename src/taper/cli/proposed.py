"""A change of a participant's file, from what was typed to its papers: shown, asked, written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from taper.cli import streams
from taper.cli.options.past import accepted
from taper.cli.options.planning import day
from taper.cli.shown.proposed import side_by_side, today_line
from taper.cli.speech import put_text, refuse, report, tell
from taper.doses import dose
from taper.errors import ExitCode, TaperError, UsageError
from taper.operations.changing import proposed
from taper.operations.changing.doubts import Doubt
from taper.operations.changing.proposed import Edit, Proposal
from taper.operations.plans import outputs
from taper.paper.documents import TITLES, Paper
from taper.record.changes import Replaced
from taper.record.plan_document import SHORT_ID


def carry_out(
    path: Path,
    edit: Edit,
    *,
    today: str | None,
    regimen: str | None,
    accept_past: str | None,
    yes: bool,
    prints: bool,
    out: Path | None,
) -> None:
    """Show both calendars, ask where somebody must want it, write the file and print the papers."""
    if out is not None and not prints:
        raise UsageError("--out is given without --print; allowed: both, or neither.")
    proposal, backup = proposed.write(
        path,
        edit,
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
        backup = proposed.keep(proposal)
        streams.note_written()
    tell(f"Wrote {path}; as it was before, it is {backup}.")
    _end(proposal, out or Path(), prints=prints)


def _end(proposal: Proposal, out: Path, *, prints: bool) -> None:
    """What is taken today, before and after, and the papers that say so."""
    tell(today_line(proposal))
    if not proposal.papers:
        tell("No paper says anything else: there is nothing to print.")
    elif prints:
        _print(proposal, out)
    else:
        papers = dose.join([TITLES[each] for each in proposal.papers])
        tell(f"To print, and to hand out for the old paper: {papers} (--print makes them).")


def _print(proposal: Proposal, out: Path) -> None:
    """The papers; where one cannot be made, the file was written all the same, and that is said."""
    try:
        for written in outputs.write(proposal.printed(), out):
            tell(f"Wrote {written}")
        if Paper.NOTICE in proposal.papers and proposal.replaced is not None:
            tell(_whose_notice(proposal.replaced))
    except TaperError as error:
        refuse(f"{error} The file is written: its papers can be printed with taper plan.")
        raise typer.Exit(ExitCode.SOME_REFUSED) from None


def _whose_notice(replaced: Replaced) -> str:
    """For whose paper the notice is: earlier changes of the file may never have been printed."""
    return (
        f"The change notice is for whoever has the paper of plan {replaced.plan_id[:SHORT_ID]}: "
        "for an older paper make one with taper plan --replaces and that paper's plan."
    )


# What is asked --------------------------------------------------------------------------------


def _doubts(proposal: Proposal) -> Iterator[Doubt]:
    """Days before today that would change, and whatever else somebody must want."""
    if proposal.unanswered:
        yield Doubt(str(proposal.unanswered), "those days are to read as shown above")
    yield from proposal.doubts


def _ask(proposal: Proposal, doubts: Sequence[Doubt]) -> None:
    """Go on only if somebody wants all of it."""
    who = proposal.after.participant
    said = f"{who}: {'. '.join(doubt.said for doubt in doubts)}"
    if not sys.stdin.isatty():
        right = dose.join(list(dict.fromkeys(doubt.if_right for doubt in doubts)))
        by_name = "" if proposal.doubts else ' or --accept-past "WHO, WHY"'
        raise TaperError(f"{said}; allowed: --yes{by_name}, if {right}.")
    past = " What was taken then cannot change." if proposal.unanswered else ""
    tell(f"{said}.{past} Write it all the same? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise TaperError(f"{who}: nothing was written.")
