"""`taper quantities`: the tablets to hand out, interval by interval, and what should come back."""

from __future__ import annotations

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.pharmacy import (
    DiscardHalves,
    Dispense,
    Packs,
    SpareDays,
    tell_what_is_unused,
    terms_of,
)
from taper.cli.options.planning import Paths, Protocol, Regimen, Today, plans_of
from taper.cli.shown import quantities as shown
from taper.cli.speech import put_text
from taper.exports import answers
from taper.exports.answers.quantities import as_data
from taper.pharmacy.dispensing import dispense


def quantities(
    paths: Paths,
    every: Dispense = "infusions",
    spare_days: SpareDays = None,
    packs: Packs = None,
    discard_halves: DiscardHalves = False,
    protocol: Protocol = None,
    regimen: Regimen = None,
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Count the tablets to hand out, and those that should come back.

    For the printed days from each infusion to the next, unless --dispense says otherwise. Spare
    days are the next days of the calendar.
    """
    as_json = wants_json(answer)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    assert terms is not None  # --dispense has a default
    planned, code = plans_of(paths, today=today, protocol=protocol, regimen=regimen)
    done = [(each.plan, dispense(each.plan, terms)) for each in planned]
    tell_what_is_unused(terms, [plan for plan, _ in done])
    put_text(answers.dumped(as_data(done)) if as_json else shown.quantities(done, terms))
    raise typer.Exit(code)
