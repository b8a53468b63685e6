"""Every kind of paper of a handful of unlike plans, each printed once a process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import product

from pdf.plans import ISSUED, SIX_MONTHS, START, Row, plan_of, steps_of, tablets_of
from proving import every

from taper.paper import documents
from taper.paper.documents import Issue, Paper, Press
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Terms
from taper.planning.labels import Finding, Severity
from taper.planning.plan import Baseline, Instruction, Kind, Plan, Quantity, State
from taper.record import earlier, plan_document

LARGE = Paper.LARGE_PRINT
PAPERS = tuple(map(str, Paper))

_SOON: tuple[Row, ...] = ((Kind.RUN_IN, "25", 7), (Kind.TAPER, "20", 7))
_FINDING = Finding("rounded", Severity.WARNING, "From 2026-05-21 20 mg.", "Somebody, 2024", START)


def _two_drugs() -> Plan:
    old = steps_of(
        [(Kind.RUN_IN, "16", 7)], tablets=tablets_of("16", "4"), drug="methylprednisolone"
    )
    new = steps_of([(Kind.MAINTENANCE, "20", 21)], start=START + timedelta(days=7))
    return plan_of(
        (*old, *(step._replace(number=1) for step in new)),
        baseline=Baseline("methylprednisolone", Fraction(16), Fraction(20)),
    )


def _plans() -> dict[str, Plan]:
    many = [*SIX_MONTHS[:-1], *((Kind.TAPER, mg, 7) for mg in ("5", "4", "3", "2") * 3)]
    many = [(kind, mg, 3) for kind, mg, _ in many]  # a table that goes on, on few other pages
    every_other = ((Kind.RUN_IN, "10", 7), (Kind.MAINTENANCE, "5/0", 21))
    return {
        "long": plan_of(steps_of([*many, (Kind.MAINTENANCE, "5", 7)]), findings=(_FINDING,)),
        "alternate days": plan_of(steps_of(every_other), locale="en_GB"),
        "open flare": plan_of(
            steps_of([*_SOON, (Kind.HOLD, "20", 14)]),
            instruction=Instruction.DO_NOT_REDUCE,
            state=State.OPEN_FLARE,
        ),
        "provisional": plan_of(steps_of(_SOON), provisional=True, contact_phone=None),
        "two drugs": _two_drugs(),
    }


def _with_quantities(plan: Plan) -> Plan:
    supplies = dispense(plan, Terms()).whole_plan
    return replace(
        plan,
        quantities=tuple(
            Quantity(each.tablet.drug, each.tablet.strength_mg, each.tablets) for each in supplies
        ),
    )


PLANS = {name: _with_quantities(plan) for name, plan in _plans().items()}


PAIRS = every(5, product(PLANS, PAPERS), in_prove=1)
"""Plans and papers to look at: in the usual run each paper of one plan, no plan left out; in the
long one (`make prove`) every paper of every plan. `test_memory.py` holds that none is left out."""


def printed(plan: Plan, paper: str, press: Press | None = None) -> bytes:
    """A paper of any plan, read back."""
    return documents.as_pdf(issue_of(plan), Paper(paper), press)


def issue_of(plan: Plan) -> Issue:
    """What a batch issues of a plan that replaces another one."""
    day_before: date = plan.steps[0].start - timedelta(days=1)
    before = plan_of(steps_of(_SOON, start=day_before), participant=plan.participant)
    return Issue.of(plan, ISSUED, replaces=earlier.replaced_by(plan, plan_document.as_dict(before)))


@cache
def paper(plan: str, kind: str) -> bytes:
    """One of `PAPERS` of one of `PLANS`."""
    return printed(PLANS[plan], kind)
