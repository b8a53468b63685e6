"""`taper quantities`: the tablets to hand out, interval by interval, and what should come back."""

from __future__ import annotations

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.days import Since, Until, Weeks, asked_days
from taper.cli.options.pharmacy import (
    DiscardHalves,
    Dispense,
    Packs,
    SpareDays,
    tell_what_is_unused,
    terms_of,
)
from taper.cli.options.planning import Paths, Protocol, Regimen, Today, day, plans_of
from taper.cli.shown import quantities as shown
from taper.cli.speech import put_text, tell
from taper.errors import ExitCode
from taper.exports import answers
from taper.exports.answers.quantities import as_data
from taper.operations.parts import parts_of
from taper.pharmacy.dispensing import dispense


def quantities(
    paths: Paths,
    every: Dispense = "infusions",
    since: Since = None,
    until: Until = None,
    weeks: Weeks = None,
    spare_days: SpareDays = None,
    packs: Packs = None,
    discard_halves: DiscardHalves = False,
    protocol: Protocol = None,
    regimen: Regimen = None,
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Count the tablets to hand out, and those that should come back.

    For the printed days from each infusion to the next, unless --dispense says otherwise. With
    --from, for those days alone, beyond the printed ones too. Spare days are the next days of the
    calendar.
    """
    as_json = wants_json(answer)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    assert terms is not None  # --dispense has a default
    days = asked_days(since, until, weeks, day(today))
    planned, code = plans_of(paths, today=today, protocol=protocol, regimen=regimen)
    parts, refused = parts_of([each.plan for each in planned], days)
    for sentence in refused:
        tell(str(sentence))
        code = ExitCode.SOME_REFUSED
    done = [(plan, dispense(plan, terms, part)) for plan, part in parts]
    tell_what_is_unused(terms, [plan for plan, _ in done], [part for _, part in parts if part])
    put_text(answers.dumped(as_data(done)) if as_json else shown.quantities(done, terms))
    raise typer.Exit(code)
