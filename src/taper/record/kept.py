"""One record of a plan: each of its facts as plain data, turned into data here alone. Pure.

The plan's own JSON, a line of the ledger, every summary and every table are made of this record,
and a line gives it back. Doses are text of at most 4 decimals, mg; dates are ISO; a cycle is the
doses of its days in turn. No free text is in it, neither a clinician's nor a finding's.

All of it is tuples, as light as can be: each table of a folder is a pass over all its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from taper.doses import dose
from taper.doses import tablets as doses_in_tablets
from taper.doses.division import parts_of
from taper.doses.solutions import named, strength_text
from taper.doses.texts import TabletTexts, tablet_texts
from taper.planning import labels
from taper.planning import plan as planned
from taper.planning.plan import Instruction, NotTapering, Plan, Planned

Texts = Sequence[str]
"""Doses of days in turn, begun again at the end."""
TimeTexts = Sequence[Sequence[Any]]
"""What is taken at each time of a day that is divided: the time, the dose, mg, and its tablets."""


def texts(doses: Iterable[Fraction]) -> list[str]:
    """Doses as text, mg."""
    return [dose.text(mg) for mg in doses]


def iso(day: date | None) -> str | None:
    """A date as text, None where there is none."""
    return None if day is None else day.isoformat()


class KeptBaseline(NamedTuple):
    """The dose before the taper, in its own drug and in mg prednisone."""

    drug: str
    dose_mg: str
    prednisone_mg: str | None
    product: str | None = None
    form: str | None = None

    @classmethod
    def of(cls, baseline: planned.Baseline) -> KeptBaseline:
        """The same as data."""
        mg, prednisone_mg = texts([baseline.dose_mg, baseline.prednisone_mg])
        return cls(baseline.drug, mg, prednisone_mg, baseline.product, baseline.form)


class KeptAnchor(NamedTuple):
    """The infusion that the taper follows."""

    infusion: int
    date: str

    @classmethod
    def of(cls, mark: labels.InfusionMark) -> KeptAnchor:
        """The same as data."""
        return cls(mark.number, mark.date.isoformat())


class KeptStep(NamedTuple):
    """Days with the same instruction: a step, or a day where a plan is known by its days alone.

    `daily_mg`, `tablets` and `equivalent_mg`, in mg prednisone, are of each day of the cycle;
    `ideal_mg` are the ideal doses that were rounded and merged, each a cycle. `times` are of each
    day too, and empty where none of them is divided.
    """

    start: str
    days: int
    drug: str
    daily_mg: Texts
    tablets: Sequence[TabletTexts]
    number: int = 0
    kind: str = ""
    ideal_mg: Sequence[Texts] = ()
    equivalent_mg: Texts = ()
    times: Sequence[TimeTexts] = ()

    @classmethod
    def of(cls, plan: Plan, step: planned.Step) -> KeptStep:
        """A step of the plan as data."""
        return cls(
            step.start.isoformat(),
            step.days,
            step.drug,
            tuple(texts(step.daily_mg)),
            tuple(tablet_texts(each) for each in step.tablets),
            step.number,
            step.kind.value,
            [texts(cycle) for cycle in step.ideal_mg],
            texts(plan.prednisone_equivalent(mg, step.drug) for mg in step.daily_mg),
            [time_texts(each) for each in step.tablets] if step.times else (),
        )

    @property
    def first_day(self) -> date:
        """The day that it begins on."""
        return date.fromisoformat(self.start)

    def takings(self, turn: int) -> Sequence[TabletTexts]:
        """What is taken at one go on a day of its cycle, of a divided day at each time."""
        if not self.times or not self.times[turn]:
            return [self.tablets[turn]]
        return [tablets for _, _, tablets in self.times[turn]]

    def division(self, turn: int) -> TimeTexts:
        """The times of a day of its cycle; all in the morning is what an undivided day is too."""
        times = self.times[turn] if self.times else ()
        return () if [time for time, *_ in times] == ["morning"] else times

    @property
    def last_day(self) -> date:
        """The day that it ends on."""
        return self.first_day + timedelta(days=self.days - 1)


def time_texts(taken: doses_in_tablets.Tablets) -> TimeTexts:
    """What is taken at each time of a day as text."""
    return [
        [part.time, dose.text(part.dose_mg), tablet_texts(part.tablets)] for part in parts_of(taken)
    ]


class KeptAfter(NamedTuple):
    """What is taken after the last printed day (§9.3.4), a cycle from the day that comes next."""

    drug: str
    instruction: str
    doses_mg: Texts

    @classmethod
    def of(cls, after: planned.After) -> KeptAfter:
        """The same as data."""
        says_one = after.instruction is Instruction.KEEP_TAKING and after.first_day is None
        doses = (after.dose_mg,) if says_one else after.pattern_mg
        return cls(after.drug, after.instruction.value, texts(doses))


class KeptQuantity(NamedTuple):
    """Whole tablets of a strength for every printed day; of a solution the mL, as text.

    The strength of a solution is `3/mL` (`taper.doses.solutions`).
    """

    drug: str
    strength_mg: str
    tablets: int | str

    @classmethod
    def of(
        cls, drug: str, strength_mg: Fraction, amount: int | Fraction, *, in_ml: bool
    ) -> KeptQuantity:
        """So many tablets, or mL where it is `in_ml`."""
        said = dose.text(Fraction(amount)) if in_ml else int(amount)
        return cls(drug, strength_text(strength_mg, in_ml=in_ml), said)

    @property
    def said(self) -> str:
        """In words: `21 of prednisone 20 mg`, `140 mL of prednisolone 3 mg per mL`."""
        unit = " mL" if isinstance(self.tablets, str) else ""
        return f"{self.tablets}{unit} of {self.drug} {named(self.strength_mg)}"


class KeptFinding(NamedTuple):
    """A finding of the day of issue, without its words."""

    severity: str
    code: str
    date: str | None
    step: int | None

    @classmethod
    def of(cls, finding: labels.Finding) -> KeptFinding:
        """The same as data."""
        return cls(finding.severity.value, finding.code, iso(finding.date), finding.step)


class Kept(NamedTuple):
    """What is kept of a plan.

    `first_infusion` has the trial day `infusion_day`. `cumulative_mg` is the sum over all printed
    days, mg prednisone-equivalent.
    """

    site: str | None
    protocol: str
    version: str
    equivalence: str
    state: str
    drug: str | None
    baseline: KeptBaseline | None
    anchor: KeptAnchor | None
    first_infusion: str | None
    infusion_day: int
    taper_start: str | None
    target_mg: str | None
    target_reached: str | None
    last_day: str | None
    after: KeptAfter | None
    steps: Sequence[KeptStep]
    cumulative_mg: str
    quantities: Sequence[KeptQuantity]
    findings: Sequence[KeptFinding]
    is_whole: bool = True
    """Whether all of it is known: a line of an older taper has days, and why and what not."""

    @classmethod
    def of(cls, plan: Planned) -> Kept:
        """The record of a plan."""
        kept = cls(
            site=plan.contact_site,
            protocol=plan.protocol.id,
            version=plan.protocol.version,
            equivalence=plan.equivalence,
            state=plan.state.value,
            drug=None,
            baseline=None,
            anchor=None,
            first_infusion=iso(plan.first_infusion),
            infusion_day=plan.infusion_day,
            taper_start=None,
            target_mg=None if plan.target_mg is None else dose.text(plan.target_mg),
            target_reached=None,
            last_day=None,
            after=None,
            steps=[],
            cumulative_mg="0",
            quantities=[],
            findings=[KeptFinding.of(finding) for finding in plan.findings],
        )
        return kept if isinstance(plan, NotTapering) else kept._with_days(plan)

    def _with_days(self, plan: Plan) -> Kept:
        """The same with what follows from days."""
        return self._replace(
            drug=plan.drug,
            baseline=KeptBaseline.of(plan.baseline),
            anchor=KeptAnchor.of(plan.anchor),
            taper_start=iso(plan.taper_start),
            target_reached=iso(plan.target_reached),
            last_day=iso(plan.last_day),
            after=KeptAfter.of(plan.after),
            steps=[KeptStep.of(plan, step) for step in plan.steps],
            cumulative_mg=dose.text(_cumulative(plan)),
            quantities=[
                KeptQuantity.of(each.drug, each.strength_mg, each.tablets, in_ml=each.in_ml)
                for each in plan.quantities
            ],
        )


def _cumulative(plan: Plan) -> Fraction:
    mg = none = Fraction(0)
    for step in plan.steps:
        rounds, rest = divmod(step.days, len(step.daily_mg))
        taken = rounds * sum(step.daily_mg, none) + sum(step.daily_mg[:rest], none)
        mg += plan.prednisone_equivalent(taken, step.drug)
    return mg
