"""`taper batch --check`, and what it and the batch itself tell of refusals and of terms unused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from taper.cli.shown import ahead as shown
from taper.cli.speech import refuse, say, tell
from taper.errors import ExitCode
from taper.exports import answers
from taper.folder.keeping import Interrupted
from taper.folder.outcomes import MOST_NAMED, Outcome, Tally
from taper.folder.verdicts import Fate, Verdict
from taper.operations.pharmacy.handing_out import all_at_once
from taper.wording.layout import wrapped


def tell_ahead(
    verdicts: Iterator[Verdict], out: Path, *, quiet: bool, as_json: bool, stop: Event
) -> ExitCode:
    """Tell what a batch would do; the code that it would end with."""
    told, tally = [], Tally()
    try:
        for verdict in verdicts:
            told.append(verdict)
            if verdict.fate is not Fate.NOT_IN_SOURCE:
                tally.add(verdict.outcome)
            if as_json:
                say(answers.in_one_line(verdict.as_dict()))
            else:
                tell_refusals(verdict.outcome)
    except Interrupted as interrupted:  # what lies in the way of the whole folder
        tell(str(interrupted))
        return ExitCode.REFUSED
    if stop.is_set():
        return ExitCode.STOPPED
    if not as_json:
        for block in shown.urgent(told) if quiet else [shown.ahead(told, out)]:
            say(block)
        if not quiet:
            tell_slips(tally)
    return tally.exit_code


def tell_refusals(outcome: Outcome) -> None:
    """Every ground of a refusal, each said of whose it is, and why there is no part."""
    for lacking in outcome.unprinted:
        tell(str(lacking))
    for ground, sentence in outcome.refusals():
        refuse(sentence if outcome.is_named_in(ground) else f"{outcome.source}: {sentence}")


def tell_slips(tally: Tally) -> None:
    """Which terms of handing out concern nobody of a site, and whom no visit divides."""
    for said in tally.unneeded:
        tell(wrapped(said))
    if tally.at_once:
        more = len(tally.at_once) - MOST_NAMED
        named = [*tally.at_once[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
        tell(wrapped(all_at_once(named)))
