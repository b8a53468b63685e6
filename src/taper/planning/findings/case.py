"""What a rule of the findings looks at, and how it says what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple

from taper.doses import dose
from taper.planning import cycles
from taper.planning.findings.weighed import HPA, Weighed, weigh
from taper.planning.labels import Finding, Severity
from taper.planning.ladder import Origin
from taper.planning.plan import ONE_DAY, Kind, Plan, Planned, Step
from taper.planning.prescription import Prescription
from taper.trial.participant import Participant
from taper.trial.protocol import TaperRule
from taper.trial.rules import Threshold, Trial

OWN_RULE = "project rule"
LADDER_KINDS = frozenset({Kind.RUN_IN, Kind.TAPER, Kind.SET_DOSE, Kind.MAINTENANCE})
SHORT_RISES = frozenset({Kind.RESCUE, Kind.STRESS_DOSE})


class Reached(NamedTuple):
    """The day that ends enough days of exposure, and whether assumed days are among them."""

    day: date
    is_assumed: bool

    @property
    def assumed(self) -> str:
        """What a sentence says that rests on assumed days (§5.2.7)."""
        return " (assumed, since when is not given)" if self.is_assumed else ""


Stretch = tuple[date, int, Weighed]
"""Days at one dose, the days before the anchor included: the first, how many, what they weigh."""


@dataclass
class AnyCase:
    """What a rule looks at that needs no day, and so looks at everybody.

    What many rules look at is made with it, once. `told` is what a participant's file says in a
    person's own words, each with what it is.
    """

    plan: Planned
    trial: Trial
    participant: Participant
    told: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.told = self._said_in_own_words()

    def _said_in_own_words(self) -> list[tuple[str, str]]:
        person, contact = self.participant, self.participant.contact
        reasons = [(event, vars(event).get("reason")) for event in person.events]
        said = [
            ("The site", contact.site),
            ("The phone", contact.phone),
            *((f"The reason of the {e.type} on {e.date}", why) for e, why in reasons if why),
            ("The waiver of the eligibility", person.eligibility_waived),
        ]
        return [(what, text) for what, text in said if text]


@dataclass
class Case(AnyCase):
    """A plan with what it was made from, so that a rule is one argument.

    `origins` says by what each ladder was made, by the number that steps have of it. `weights` are
    what the doses of each step amount to. `uninterrupted` are the steps without rescue and stress
    doses, whose end is no step of a ladder, and `exposure` all days that are known or assumed,
    from `since` or some weeks before infusion 1 on. `hpa_reached` is the day from which the
    adrenals may be suppressed.
    """

    plan: Plan
    today: date
    rx: Prescription
    origins: tuple[Origin | None, ...]
    weights: list[Weighed] = field(init=False)
    uninterrupted: list[Step] = field(init=False)
    exposure: list[Stretch] = field(init=False)
    hpa_reached: Reached | None = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        steps = self.plan.steps
        self.weights = [
            weigh(self.trial, step.drug, step.daily_mg, step.ideal_mg, step.is_by_mean)
            for step in steps
        ]
        self.uninterrupted = [step for step in steps if step.kind not in SHORT_RISES]
        self.exposure = self._stretches()
        self.hpa_reached = self.day_reached(HPA)

    def threshold(self, code: str) -> Threshold:
        """The figures of a finding, with their source."""
        return self.trial.thresholds[code]

    def rule_on(self, day: date) -> TaperRule:
        """The rule of the taper that is in force on a day: an amendment brings another."""
        trial = self.trial
        for label in reversed(self.plan.protocols):
            if trial.former is None or label.since is None or label.since <= day:
                break
            trial = trial.former
        return trial.protocol.taper or self.rx.rule

    def weighed(self, step: Step) -> Weighed:
        """What the step's doses amount to."""
        return self.weights[step.number]

    def _stretches(self) -> list[Stretch]:
        plan, steroid = self.plan, self.rx.steroid
        assumed = self.threshold("since-default").days * ONE_DAY
        since = steroid.since or (plan.first_infusion or plan.anchor.date) - assumed
        baseline = self.rx.baseline_cycle
        doses = weigh(self.trial, steroid.drug, baseline, cycles.as_meant(baseline))
        weighed = zip(plan.steps, self.weights, strict=True)
        taper = [(step.start, step.days, weight) for step, weight in weighed]
        return [(since, (plan.anchor.date - since).days, doses), *taper]

    def day_reached(self, code: str) -> Reached | None:
        """The first day that ends enough consecutive days of exposure for the finding `code`."""
        wanted = self.threshold(code).days
        run, is_assumed = 0, self.is_since_assumed
        for start, days, doses in self.exposure:
            if code not in doses.exposes_to:
                run, is_assumed = 0, False
            elif run + days >= wanted:
                return Reached(start + (wanted - run - 1) * ONE_DAY, is_assumed)
            else:
                run += days
        return None

    @property
    def is_since_assumed(self) -> bool:
        """Whether nobody said since when the baseline is taken (§5.2.6)."""
        return self.rx.steroid.since is None

    @property
    def is_under_physiologic(self) -> bool:
        """Whether the doses of any step are."""
        return any(doses.is_under_physiologic for doses in self.weights)

    @property
    def ladder_steps(self) -> list[Step]:
        """The steps that are levels of a ladder, without what interrupts them."""
        return [step for step in self.plan.steps if step.kind in LADDER_KINDS]


def finding(
    severity: Severity,
    code: str,
    text: str,
    source: str = OWN_RULE,
    about: Step | date | None = None,
    for_patients: str | None = None,
    since: date | None = None,
) -> Finding:
    """A finding about a step (`since` a later day of it), a date or the whole plan."""
    if isinstance(about, Step):
        day = since or about.start
        return Finding(code, severity, text, source, day, about.number, for_patients)
    return Finding(code, severity, text, source, about, None, for_patients)


info = partial(finding, Severity.INFO)
caution = partial(finding, Severity.CAUTION)
warning = partial(finding, Severity.WARNING)


def mg_of(step: Step) -> str:
    """The step's highest day with its drug, such as `7.5 mg prednisone`."""
    return f"{dose.text(step.highest_mg)} mg {step.drug}"
