"""Steps that somebody else wrote, as a plan: tablets, quantities and findings. Pure.

No dose and no day of it is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper import fingerprint
from taper.doses import dose
from taper.doses.tablets import Stock, combine
from taper.planning.findings import findings_of_written
from taper.planning.findings.case import Case
from taper.planning.labels import InfusionMark, ProtocolLabel
from taper.planning.plan import After, Baseline, Instruction, Kind, Plan, State, Step
from taper.planning.prescribing import prescribe
from taper.planning.steps import quantities
from taper.trial.participant import Participant
from taper.trial.rules import Trial
from taper.wording.banner import ELSEWHERE

NOBODYS = "none"
"""Stands where a plan names its protocol."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days with one dose, mg a day of `drug`."""

    start: date
    days: int
    drug: str
    dose_mg: Fraction


def plan_of(
    trial: Trial,
    participant: Participant,
    stocks: Mapping[str, Stock],
    assumed: frozenset[str],
    runs: Sequence[Run],
    today: date,
) -> Plan:
    """The runs, which follow on each other day after day, with their tablets and findings.

    `trial` and `participant` say by which table, market and thresholds they are looked at, and
    who takes the first dose. The tablets of `assumed` drugs are those of the market.
    """
    steroid = participant.steroid
    assert steroid is not None  # whose doses these are
    start = runs[0].start
    rx = prescribe(trial, participant, steroid, start, start)
    rx = rx._replace(stocks=dict(stocks), assumed=assumed)
    steps = tuple(_step(number, run, stocks) for number, run in enumerate(runs))
    plan = Plan(
        participant=participant.participant,
        protocol=_label(),
        equivalence=trial.table.id,
        drug=steps[-1].drug,
        provisional=False,
        state=State.TAPERING,
        baseline=Baseline(steroid.drug, steroid.dose_mg, rx.baseline_prednisone_mg),
        anchor=InfusionMark(1, start, planned=False),
        infusion_day=trial.protocol.infusion_day,
        first_infusion=None,
        infusions=(),
        taper_start=start,
        target_mg=rx.rule.target_mg,
        target_reached=None,
        after=_after(steps[-1]),
        steps=steps,
        quantities=tuple(quantities(steps)),
        prednisone_per_mg={name: trial.table.ratio(name) for name in stocks},
        contact_site=None,
        contact_phone=None,
        locale=participant.locale,
        inputs_sha256=_inputs_sha256(runs),
    )
    plan.say(findings_of_written(Case(plan, trial, participant, today, rx, ())))
    return plan


def _label() -> ProtocolLabel:
    return ProtocolLabel(
        NOBODYS, "Steps written elsewhere", NOBODYS, ELSEWHERE, fingerprint.sha256_of(NOBODYS)
    )


def _step(number: int, run: Run, stocks: Mapping[str, Stock]) -> Step:
    """A dose that somebody set, which no ladder led to."""
    taken = combine(run.dose_mg, stocks[run.drug])
    return Step(
        number=number,
        kind=Kind.SET_DOSE,
        start=run.start,
        days=run.days,
        drug=run.drug,
        daily_mg=(run.dose_mg,),
        ideal_mg=((run.dose_mg,),),
        tablets=(taken,),
        level=0,
        in_ml=taken.in_ml,
    )


def _after(last: Step) -> After:
    """What is taken afterwards, of which nothing was written: somebody must ask."""
    (mg,) = last.daily_mg
    instruction = Instruction.KEEP_TAKING if mg else Instruction.NO_TABLETS
    return After(last.drug, last.daily_mg, mg, instruction, last.tablets, in_ml=last.in_ml)


def _inputs_sha256(runs: Sequence[Run]) -> str:
    said = [
        [run.start.isoformat(), run.days, run.drug, dose.whole_text(run.dose_mg)] for run in runs
    ]
    return fingerprint.sha256_of(said)
