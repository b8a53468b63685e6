"""`taper quantities`: the tablets to hand out, interval by interval, and what should come back."""

from __future__ import annotations

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.days import Since, Until, Weeks, asked_days, refuse_beside_days
from taper.cli.options.pharmacy import (
    AtHomeTyped,
    DiscardHalves,
    Dispense,
    Former,
    Packs,
    SpareDays,
    tell_what_is_unused,
)
from taper.cli.options.planning import Paths, Protocol, Regimen, Today, day, plans_of
from taper.cli.speech import put_text, tell
from taper.errors import ExitCode, UsageError
from taper.exports import answers, handed_out
from taper.exports.answers.quantities import as_data
from taper.operations.pharmacy.handing_out import at_home, terms_of
from taper.operations.pharmacy.returned import may_be_at_home, returns_of
from taper.operations.plans.one import earlier_plan
from taper.operations.plans.parts import parts_of
from taper.pharmacy.at_home import used_first
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
    home: AtHomeTyped = None,
    replaces: Former = None,
    protocol: Protocol = None,
    regimen: Regimen = None,
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Count the tablets to hand out, and those that should come back.

    For the printed days from each infusion to the next, unless --dispense says otherwise. With
    --from, for those days alone, beyond the printed ones too. Spare days are the next days of the
    calendar. What is at home is used first: until when it lasts is said, and what is still to be
    handed out from today on. Where a plan has changed, what should come back counts from what the
    plan before it handed out.
    """
    as_json = wants_json(answer)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    assert terms is not None  # --dispense has a default
    days = asked_days(since, until, weeks, day(today))
    counted = None if home is None else at_home(home)
    former = None if replaces is None else earlier_plan(replaces)
    for_one = [("--at-home", counted), ("--replaces", former)]
    named = [option for option, given in for_one if given is not None]
    refuse_beside_days(days, named)
    planned, code = plans_of(paths, today=today, protocol=protocol, regimen=regimen)
    for option in named:
        if len(planned) != 1:
            raise UsageError(f"{option} is given with several participants; allowed: with one.")
    parts, refused = parts_of([each.plan for each in planned], days)
    for sentence in refused:
        tell(str(sentence))
        code = ExitCode.SOME_REFUSED
    done = [(plan, dispense(plan, terms, part)) for plan, part in parts]
    tell_what_is_unused(terms, [plan for plan, _ in done], [part for _, part in parts if part])
    plan, as_of = planned[0].plan, day(today)
    others = may_be_at_home(plan, planned[0].participant)
    left = None if counted is None else used_first(plan, terms, counted, as_of, others)
    back = None if former is None else returns_of(plan, former, terms, as_of)
    if as_json:
        put_text(answers.dumped(as_data(done, left, back)))
    else:
        put_text(handed_out.quantities(done, terms, left, back))
    if counted is not None and left is None:
        tell(f"{plan.participant}: no printed day is left for what is at home.")
    raise typer.Exit(code)
