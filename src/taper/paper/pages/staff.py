"""What the pages for staff share: tall-man names, the steps, the conversion, the findings.

Staff pages are in English, whatever the language of the patient's calendar; paper and dates are
those of its territory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from taper.doses import dose
from taper.doses.conversion import Conversion, SourcedTable, Taken
from taper.doses.equivalence import PREDNISONE
from taper.doses.tablets import Count, Tablets
from taper.paper.issue import Issue
from taper.paper.pages.environment import environment
from taper.paper.pages.header import Header, header, typed
from taper.paper.pages.language import NBSP, language
from taper.paper.pages.tall_man import TALL_MAN, tall_man
from taper.paper.pages.words import Words, drugs
from taper.pharmacy.terms import Tablet
from taper.planning.plan import Baseline, Instruction, Kind, Part, Plan, State, Step
from taper.wording.banner import APPROVED

FOR_STAFF = "For staff only."
_COUNTED = re.compile(r"(?<=[0-9½¼¾]) (?=mg\b|tablets?\b|days?\b|%)|(?<=\bof) (?=[0-9.,]+\s?mg\b)")

_STATE = {
    State.TAPERING: "tapering",
    State.ALREADY_AT_TARGET: "already at the target: nothing is reduced",
    State.OPEN_FLARE: "held: the dose is not reduced until the team says so",
    State.STOPPED: "stopped: the dose is not reduced until the team says so",
    State.WITHDRAWN: "withdrawn from the taper, not from the steroid",
}


class StaffWords(Words):
    """English phrases in which drugs bear their tall-man names."""

    def drug(self, name: str) -> str:
        """The tall-man name of a drug."""
        return TALL_MAN.get(name, name)

    def kind(self, kind: Kind) -> str:
        """What sort of step it is, in the trial's own words."""
        return "Hold" if kind is Kind.HOLD else super().kind(kind)

    def tablet_of(self, drug: str, strength_mg: Fraction, *, in_ml: bool = False) -> str:
        """A strength of a drug, never parted by a line's end."""
        return f"{self.drug(drug)}{NBSP}{self.strength(strength_mg, in_ml=in_ml)}"

    def named(self, tablet: Tablet) -> str:
        """A tablet, or a solution, with its drug."""
        return self.tablet_of(tablet.drug, tablet.strength_mg, in_ml=tablet.in_ml)

    def counted_of(self, tablet: Tablet, amount: int | Fraction) -> str:
        """So many of a tablet; of a solution so many mL."""
        return self.ml(Fraction(amount)) if tablet.in_ml else counted(Fraction(amount))

    def amount(self, mg: Fraction, tablets: Tablets, *, in_ml: bool = False) -> str:
        """A dose in mg, as ideal and printed ones stand beside each other."""
        del tablets, in_ml
        return self.mg(mg)

    def _measured(self, taken: Count) -> str:
        """A volume and the solution that it is of, beside its mg."""
        return f"{self.ml(taken.count)} ({self.strength(taken.strength_mg, in_ml=True)})"


@lru_cache(maxsize=64)
def staff_words(locale: str) -> StaffWords:
    """The words of staff pages, with the paper and dates of the locale's territory."""
    territory = locale.partition("_")[2]
    return StaffWords(language(f"en_{territory}" if territory else "en"))


def counted(count: Fraction) -> str:
    """A number of tablets: `13½`, `½`, which nobody reads as a strength."""
    whole, part = divmod(count, 1)
    sign = {Fraction(0): "", Fraction(1, 4): "¼", Fraction(1, 2): "½", Fraction(3, 4): "¾"}[part]
    return f"{whole or ''}{sign}" or "0"


def unparted(text: str) -> str:
    """The same, in which no line ends between a number and its unit or what is counted."""
    return _COUNTED.sub(NBSP, text)


def several(number: int, thing: str) -> str:
    """So many things, in the plural where it is not one."""
    return f"{number}{NBSP}{thing}{'' if number == 1 else 's'}"


def staff_header(issue: Issue, words: Words, name: str) -> Header:
    """The header of a staff page: the calendar's, with the name of the document."""
    made = header(issue, words, None)
    return replace(made, participant=f"{name} · {made.participant}", warning=FOR_STAFF)


# Facts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what the plan rests on."""

    label: str
    text: str


def facts(plan: Plan, words: StaffWords) -> Iterator[Fact]:
    """What the plan is and what its dates hang on."""
    full = words.language.full_date
    for label in plan.protocols:
        approval = "" if label.status == APPROVED else ": an example, not for patients"
        since = f", since {full(label.since)}" if label.since else ""
        told = f"{typed(label.id)}, version {typed(label.version)}{since}, {label.status}"
        yield Fact("Protocol", told + approval)
    yield Fact("State", _STATE[plan.state])
    yield Fact("Baseline", _baseline(plan.baseline, words))
    planned = " (planned: every date is a draft)" if plan.anchor.planned else ""
    yield Fact(f"Infusion {plan.anchor.number}", full(plan.anchor.date) + planned)
    yield Fact("Taper starts", full(plan.taper_start))
    yield Fact("Target", _target(plan, words))


def _baseline(baseline: Baseline, words: StaffWords) -> str:
    own = f"{words.drug(baseline.drug)} {words.mg(baseline.dose_mg)} a day"
    if baseline.drug == PREDNISONE:
        return own
    return f"{own}, {words.about(baseline.prednisone_mg)} {words.drug(PREDNISONE)}-equivalent"


def _target(plan: Plan, words: StaffWords) -> str:
    target = f"{words.mg(plan.target_mg)} {words.drug(PREDNISONE)}-equivalent a day or less"
    if plan.target_reached is None:
        return f"{target}, not reached in this plan"
    return f"{target}, reached on {words.language.full_date(plan.target_reached)}"


# The conversion -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worked:
    """The conversion, line by line, and what it rests on."""

    lines: tuple[str, ...]
    table: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def worked_out(plan: Plan, by: SourcedTable, words: StaffWords) -> Worked:
    """The baseline as prednisone, and the target as the drug that is given at the end."""
    made = list(_conversions(plan, by))
    taken = [drug for drug in drugs(plan) if drug != PREDNISONE]
    notes = dict.fromkeys(note for each in made for note in each.notes)
    figures = [by.figures[drug] for drug in dict.fromkeys([*taken, PREDNISONE])]
    return Worked(
        lines=tuple(_line(each, words) for each in made) or (_no_conversion(words),),
        table=f"{by.id}: {by.table.title}",
        sources=tuple(dict.fromkeys(figure.source for figure in figures)) if made else (),
        notes=tuple(unparted(tall_man(note)) for note in notes),
    )


def _conversions(plan: Plan, by: SourcedTable) -> Iterator[Conversion]:
    baseline, last = plan.baseline, plan.steps[-1].drug
    if baseline.drug != PREDNISONE:
        yield Conversion((Taken(baseline.drug, baseline.dose_mg),), PREDNISONE, by)
    if last != PREDNISONE:
        yield Conversion((Taken(PREDNISONE, plan.target_mg),), last, by)


def _line(made: Conversion, words: StaffWords) -> str:
    """`methylPREDNISolone 20 mg × 5 / 4 = 25 mg predniSONE`."""
    (taken,), per_5 = made.taken, made.by.table.mg_per_5_prednisone
    own = f"{words.drug(taken.drug)} {words.mg(taken.dose_mg)}"
    factor = f"{dose.text(per_5[made.to])} / {dose.text(per_5[taken.drug])}"
    return f"{own} × {factor} = {words.about(made.dose_mg)} {words.drug(made.to)}"


def _no_conversion(words: StaffWords) -> str:
    return f"None: every dose is {words.drug(PREDNISONE)}, in which the protocol counts."


# Steps ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffStep:
    """One row of the step table: the ideal dose beside the printed one."""

    number: int
    first: str
    last: str
    days: str
    what: str
    ideal: str
    dose: str
    drug: str
    equivalent: str
    tablets: str
    differs: bool

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return " ".join(
            (
                str(self.number),
                self.first,
                self.last,
                self.days,
                self.what,
                self.ideal,
                self.dose,
                self.drug,
                self.equivalent,
                self.tablets,
            )
        )


def staff_steps(plan: Plan, words: StaffWords, part: Part | None = None) -> Iterator[StaffStep]:
    """The step table, or the rows of it of which a part shows at least a day."""
    for before, step in pairwise((None, *plan.steps)):
        assert step is not None
        if part is None or part.meets(step):
            yield _staff_step(plan, step, before, words)


def _staff_step(plan: Plan, step: Step, before: Step | None, words: StaffWords) -> StaffStep:
    return StaffStep(
        number=step.number,
        first=words.language.full_date(step.start),
        last=_last(plan, step, words),
        days=several(step.days, "day"),
        what=words.step_label(step, before),
        ideal=", then ".join(words.doses(cycle) for cycle in step.ideal_mg),
        dose=words.amounts(step),
        drug=words.drug(step.drug),
        equivalent=_equivalent(plan, step, words),
        tablets=words.step_tablets(step),
        differs=any(cycle != step.daily_mg[: len(cycle)] for cycle in step.ideal_mg),
    )


def is_open(plan: Plan, step: Step) -> bool:
    """Whether a step is a hold that nobody has ended: its last day is where the pages end."""
    return (
        step is plan.steps[-1]
        and step.kind is Kind.HOLD
        and plan.after.instruction is Instruction.DO_NOT_REDUCE
    )


def _last(plan: Plan, step: Step, words: StaffWords) -> str:
    last = words.language.full_date(step.end)
    return f"no end yet, printed to {last}" if is_open(plan, step) else f"to {last}"


def _equivalent(plan: Plan, step: Step, words: StaffWords) -> str:
    if step.drug == PREDNISONE:
        return ""
    each = [words.about(plan.prednisone_equivalent(mg, step.drug)) for mg in step.daily_mg]
    return f"= {words.join(each)} {words.drug(PREDNISONE)}"


# HTML -----------------------------------------------------------------------------------------


class StaffPage(Protocol):
    """What a page for staff prints; its language tag decides paper and dates."""

    @property
    def lang(self) -> str:
        """Such as `en-US`: in English, whatever the plan's language."""


def staff_html(template: str, view: StaffPage) -> str:
    """A page for staff as one HTML document that needs no other file."""
    locale = view.lang.replace("-", "_")
    return environment(locale).get_template(template).render(c=view)
