"""`taper protocols`: the protocols, what one says, when its infusions and visits are due."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import sources
from taper.cli.options.common import Answer, wants_json
from taper.cli.options.sheets import read_option, refuse_unknown
from taper.cli.shown import protocols as shown
from taper.cli.speech import put_text
from taper.errors import UsageError
from taper.exports.answers import dumped
from taper.exports.answers import protocols as answers
from taper.trial.fields import parse_date
from taper.trial.infusions import due, due_visits
from taper.trial.protocol import Protocol


def protocols(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="One of them, or a path to a file.")
    ] = None,
    first_infusion: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="List when every infusion and visit is due."),
    ] = None,
    answer: Answer = "table",
) -> None:
    """List the protocols, or show one with its sources.

    With --first-infusion the date and window of every infusion and visit are listed instead.
    """
    as_json = wants_json(answer)
    if id_ is None:
        if first_infusion is not None:
            raise UsageError("--first-infusion needs the ID of a protocol before it.")
        put_text(_all(as_json=as_json))
        return
    refuse_unknown("protocol", id_, sources.protocol_ids())
    trial = sources.trial(id_)
    if first_infusion is not None:
        put_text(_infusions(trial.protocol, first_infusion, as_json=as_json))
    else:
        put_text(dumped(answers.protocol(trial)) if as_json else shown.protocol(trial))


def _all(*, as_json: bool) -> str:
    trials = [sources.trial(each) for each in sources.protocol_ids()]
    return dumped([answers.protocol(t) for t in trials]) if as_json else shown.protocols(trials)


def _infusions(protocol: Protocol, first_infusion: str, *, as_json: bool) -> str:
    first = read_option("--first-infusion", first_infusion, parse_date)
    dated, visits = due(protocol, first), due_visits(protocol, first)
    if as_json:
        return dumped(answers.infusions(protocol, dated, visits))
    return shown.infusions(protocol, dated, visits)
