"""Plans built by hand, so that printing is tested without the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from taper.doses.tablets import Stock, Strength, combine, stock
from taper.paper.issue import Issue
from taper.planning.effects import attributed
from taper.planning.labels import InfusionMark, Labels, ProtocolLabel
from taper.planning.plan import (
    After,
    Baseline,
    Instruction,
    Kind,
    NotTapering,
    Part,
    Plan,
    State,
    Step,
)
from taper.record.changes import Replaced

PLAN_ID = "3f2a9c1e" + "0" * 56
ISSUED = date(2026, 4, 23)
START = date(2026, 4, 30)


def tablets_of(*strengths: str | tuple[str, int]) -> Stock:
    """Tablets by strength; `("5", 2)` may be halved."""
    pairs = [(each, 1) if isinstance(each, str) else each for each in strengths]
    return stock(Strength(Fraction(mg), split) for mg, split in pairs)


PREDNISONE = tablets_of("20", "10", "5", "2.5", "1")

Row = tuple[Kind, str, int]
"""A step: its kind, its dose or doses joined by `/`, its days."""

SIX_MONTHS: tuple[Row, ...] = (
    (Kind.RUN_IN, "25", 14),
    (Kind.TAPER, "20", 7),
    (Kind.TAPER, "17.5", 7),
    (Kind.TAPER, "15", 7),
    (Kind.TAPER, "12.5", 7),
    (Kind.TAPER, "10", 14),
    (Kind.TAPER, "9", 14),
    (Kind.TAPER, "8", 14),
    (Kind.TAPER, "7", 14),
    (Kind.TAPER, "6", 14),
    (Kind.MAINTENANCE, "5", 28),
)


def steps_of(
    rows: Iterable[Row], start: date = START, tablets: Stock = PREDNISONE, drug: str = "prednisone"
) -> tuple[Step, ...]:
    """The rows as steps, one after another."""
    made: list[Step] = []
    for number, (kind, doses, days) in enumerate(rows):
        daily = tuple(Fraction(mg) for mg in doses.split("/"))
        made.append(
            Step(
                number=number,
                kind=kind,
                start=start,
                days=days,
                drug=drug,
                daily_mg=daily,
                ideal_mg=(daily,),
                tablets=tuple(combine(mg, tablets) for mg in daily),
                level=number,
            )
        )
        start += timedelta(days=days)
    return tuple(made)


def plan_of(
    steps: tuple[Step, ...] | None = None,
    *,
    instruction: Instruction = Instruction.CONTINUE,
    **changes: Any,
) -> Plan:
    """A plan of these steps; `changes` replace any of its fields."""
    steps = attributed(steps or steps_of(SIX_MONTHS), changes.get("events", ()))
    last = steps[-1]
    plan = Plan(
        participant="IIM-001",
        protocol=ProtocolLabel(
            "iimpact",
            "ULSC in dermatomyositis and polymyositis (IIMPACT)",
            "1.0",
            "illustrative",
            "0" * 64,
        ),
        equivalence="us-label",
        drug=last.drug,
        provisional=False,
        state=State.TAPERING,
        baseline=Baseline("prednisone", Fraction(25), Fraction(25)),
        anchor=InfusionMark(2, START, False),
        infusion_day=0,
        first_infusion=date(2026, 1, 31),
        infusions=(
            InfusionMark(1, date(2026, 1, 31), False),
            InfusionMark(2, START, False),
            InfusionMark(3, date(2026, 7, 31), True),
        ),
        taper_start=START + timedelta(days=14),
        target_mg=Fraction(5),
        target_reached=last.start,
        after=After(last.drug, last.daily_mg, last.daily_mg[0], instruction, last.tablets),
        steps=steps,
        quantities=(),
        prednisone_per_mg={
            "prednisone": Fraction(1),
            "prednisolone": Fraction(1),
            "methylprednisolone": Fraction(5, 4),
        },
        contact_site="IIMPACT study team, Houston Methodist",
        contact_phone="+1 713 555 0100",
        locale="en_US",
        inputs_sha256="0" * 64,
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def without_steroid() -> NotTapering:
    """The plan of one who takes no steroid, by the same protocol."""
    said = plan_of()
    shared = {each.name: getattr(said, each.name) for each in fields(Labels)}
    return NotTapering(**shared, target_mg=said.target_mg)


def issue_of(
    plan: Plan | None = None,
    issued: date = ISSUED,
    part: Part | None = None,
    replaces: Replaced | None = None,
) -> Issue:
    """What is issued of a plan, under an id that is the same whatever a test does to the plan."""
    issue = Issue.of(plan or plan_of(), issued, part=part, replaces=replaces)
    return replace(issue, plan_document={**issue.plan_document, "plan_id": PLAN_ID})
