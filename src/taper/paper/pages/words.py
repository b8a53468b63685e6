"""What a plan says in a patient's words: doses, tablets, steps and what comes after.

Each sentence stands on its own, because a reader may hold only one of the pages, and each
gives a whole dose, never a change of dose. Every word goes through gettext. Longer than other
modules: the phrases of a page are read beside each other by whoever translates them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from taper.doses.conversion import prints_exactly
from taper.doses.tablets import Tablets
from taper.paper.pages.forms import changes_form
from taper.paper.pages.language import NBSP, Language, language
from taper.paper.pages.tablet_words import TabletWords
from taper.paper.pages.times import TimesOfDay, division
from taper.planning.labels import InfusionMark, VisitMark
from taper.planning.plan import After, Day, Instruction, Kind, Plan, Step

WEEK = 7
"""Days; a cycle of so many is said by its weekdays."""


class Words(TimesOfDay, TabletWords):
    """The phrases of one locale."""

    def __init__(self, chosen: Language) -> None:
        self.language = chosen
        self.gettext = chosen.translations.gettext
        self.ngettext = chosen.translations.ngettext
        self.pgettext = chosen.translations.pgettext
        self.mg = chosen.mg
        self.tablets = lru_cache(maxsize=4096)(self._tablets)

    def drug(self, name: str) -> str:
        """The plain name of a drug; tall-man letters are for the staff's pages."""
        return self.gettext(name)

    def medicines(self, names: Sequence[str]) -> str:
        """The drugs of a plan, which are taken one after the other and never together."""
        said = [self.drug(name) for name in names]
        return _joined(said, self.pgettext("one medicine, then another", "%(most)s and %(last)s"))

    def join(self, parts: Sequence[str]) -> str:
        """Parts as `a, b and c`."""
        return _joined(parts, self.gettext("%(most)s and %(last)s"))

    def ml(self, volume: Fraction) -> str:
        """A volume with its unit, never parted by a line's end."""
        return self.language.ml(volume)

    def strength(self, mg: Fraction, *, in_ml: bool) -> str:
        """How strong a tablet is, or a solution: `3 mg per mL`, in one piece."""
        if not in_ml:
            return self.mg(mg)
        return (self.gettext("%(mg)s per mL") % {"mg": self.mg(mg)}).replace(" ", NBSP)

    def amount(self, mg: Fraction, tablets: Tablets, *, in_ml: bool = False) -> str:
        """What stands large: the dose of tablets, and of a solution what is measured (§7.3.1)."""
        if not (in_ml or tablets.in_ml):
            return self.mg(mg)
        return self._volume(tablets)

    def _volume(self, tablets: Tablets) -> str:
        return self.ml(sum((taken.count for taken in tablets), Fraction(0)))

    def about(self, mg: Fraction) -> str:
        """A dose that was worked out; "about" where its printed form is not exact."""
        if prints_exactly(mg):
            return self.mg(mg)
        return self.gettext("about %(dose)s") % {"dose": self.mg(mg)}

    def doses(
        self,
        daily_mg: tuple[Fraction, ...],
        tablets: Sequence[Tablets] = (),
        first: date | None = None,
    ) -> str:
        """The dose of a step, or the doses of its cycle from its `first` day on, in a sentence.

        With the `tablets` of each: where they are volumes of a solution, `5 mL (15 mg)`.
        """
        in_ml = any(each.in_ml for each in tablets)
        if not in_ml:
            return self._in_turn([self.mg(dose_mg) for dose_mg in daily_mg], first)
        both = zip(daily_mg, tablets, strict=True)
        said = [f"{self._volume(each)}{NBSP}({self.mg(mg)})" for mg, each in both]
        return self._in_turn(said, first)

    def amounts(self, step: Step) -> str:
        """The dose of a step in a column beside its tablets; of a solution what is measured."""
        both = zip(step.daily_mg, step.tablets, strict=True)
        said = [self.amount(mg, each, in_ml=step.in_ml) for mg, each in both]
        return self._in_turn(said, step.start)

    def _in_turn(self, each: Sequence[str], first: date | None) -> str:
        if len(each) == 1:
            return each[0]
        if len(each) == WEEK and first is not None:
            return self._by_weekday(each, first)
        if len(each) == 2:
            return self.gettext("%(doses)s on alternate days") % {"doses": self.join(each)}
        return self.gettext("day after day %(doses)s, then again from the first") % {
            "doses": self.join(each)
        }

    def _by_weekday(self, each: Sequence[str], first: date) -> str:
        """`5 mg (Monday) and 0 mg on all other days`: a cycle of a week, by its weekdays."""
        usual = max(dict.fromkeys(each), key=each.count)
        days: dict[str, list[date]] = {}
        for number, dose in enumerate(each):
            days.setdefault(dose, []).append(first + timedelta(days=number))
        del days[usual]
        others = [f"{dose} ({self._weekdays(taken)})" for dose, taken in days.items()]
        return self.join([*others, self.gettext("%(dose)s on all other days") % {"dose": usual}])

    def _weekdays(self, days: list[date]) -> str:
        in_order = sorted(days, key=self.language.column)
        return ", ".join(map(self.language.weekday_of, in_order))

    def step_tablets(self, step: Step, *, listed: bool = False) -> str:
        """The tablets of a step; of a cycle, those of each different dose."""
        by_dose = dict(zip(step.daily_mg, step.tablets, strict=True))
        each = {
            self.amount(dose_mg, tablets, in_ml=step.in_ml): self.tablets(tablets, listed=listed)
            if tablets
            else self.none(in_ml=step.in_ml)
            for dose_mg, tablets in by_dose.items()
        }
        if len(each) == 1:
            return "".join(each.values())
        below = "\n" if step.times or listed else " "
        return "\n".join(
            f"{self.with_colon(dose_mg)}{below}{tablets}" for dose_mg, tablets in each.items()
        )

    def dated_tablets(self, step: Step, since: date) -> str:
        """The same from a date on; each dose of a cycle with its days of the next two turns.

        Beside a cycle of a week stand its weekdays already.
        """
        if not step.is_cycle or len(step.daily_mg) == WEEK:
            return self.step_tablets(step)
        days = [day for day in step.made_days() if day.date >= since]
        lines = []
        for dose_mg in dict.fromkeys(day.dose_mg for day in days):
            like = [day for day in days if day.dose_mg == dose_mg]
            next_days = like[: 2 * step.daily_mg.count(dose_mg)]
            taken = like[0].tablets
            tablets = self.tablets(taken) if dose_mg else self.none(in_ml=step.in_ml)
            form = (
                self.gettext("%(days)s and so on: %(dose)s")
                if self.parts(taken)
                else self.gettext("%(days)s and so on: %(dose)s, %(tablets)s")
            )
            said = {
                "days": ", ".join(self.language.short_day(day.date) for day in next_days),
                "dose": self.amount(dose_mg, taken, in_ml=step.in_ml),
                "tablets": tablets,
            }
            lines.append(form % said)
            lines += [part.said for part in self.parts(taken)]
        return "\n".join(lines)

    def kind(self, kind: Kind) -> str:
        """What sort of step it is."""
        return {
            Kind.RUN_IN: self.gettext("Starting dose"),
            Kind.TAPER: self.gettext("New dose"),
            # never "hold", which in a clinic may mean to leave the medicine out
            Kind.HOLD: self.gettext("Keep this dose"),
            Kind.RESCUE: self.gettext("Rescue dose"),
            Kind.STRESS_DOSE: self.gettext("Stress dose"),
            Kind.SET_DOSE: self.gettext("Set dose"),
            Kind.MAINTENANCE: self.gettext("Maintenance dose"),
        }[kind]

    def step_label(self, step: Step, before: Step | None) -> str:
        """What a row of the step table is called."""
        if not step.highest_mg:
            return self._no_more(step)
        if before is not None and before.drug != step.drug:
            return self.gettext("New medicine, no more %(drug)s") % {"drug": self.drug(before.drug)}
        if before is not None and changes_form(before, step):
            return self._new_form(step)
        if step.kind is Kind.TAPER and before is not None and _same_dose(before, step):
            return self._same(before, step)
        return self.kind(step.kind)

    def mark(self, day: Day, before: Day | None) -> str:
        """The words that set a day apart: a step's first day, and each day of a hold."""
        is_hold = day.step.kind is Kind.HOLD
        if not day.is_first_of_step:
            return self.gettext("Keep dose") if is_hold else ""
        if before is None:
            return self.gettext("Start")
        if not (day.step.highest_mg or is_hold):
            return self._no_more(day.step)
        if before.step.drug != day.step.drug:
            return self.gettext("New medicine")
        if changes_form(before.step, day.step):
            return self._new_form(day.step)
        if day.step.is_cycle and len(before.step.daily_mg) != len(day.step.daily_mg):
            return self._cycle_starts(day.step)
        if before.step.is_cycle and not day.step.is_cycle:
            return self.gettext("Every day from here")
        if not _same_dose(before.step, day.step):
            return self.gettext("New dose") if day.dose_mg else self.gettext("Look at each day")
        return self.gettext("Keep dose") if is_hold else self._same(before.step, day.step)

    def _no_more(self, step: Step) -> str:
        return self.gettext("No more liquid") if step.in_ml else self.gettext("No more tablets")

    def _same(self, before: Step, step: Step) -> str:
        """Of the same dose, whether it is taken at the same times."""
        is_same = division(before) == division(step)
        return self.gettext("Same dose") if is_same else self.gettext("New times")

    def _new_form(self, step: Step) -> str:
        return self.gettext("New liquid") if step.in_ml else self.gettext("Now tablets")

    def _cycle_starts(self, step: Step) -> str:
        if len(step.daily_mg) == 2:
            return self.gettext("Alternate days start")
        return self.gettext("Look at each day")

    def infusion(self, mark: InfusionMark) -> str:
        """An infusion of the calendar, done or planned."""
        if mark.planned:
            return self.gettext("Infusion %(number)s (planned)") % {"number": mark.number}
        return self.gettext("Infusion %(number)s") % {"number": mark.number}

    def visit(self, mark: VisitMark) -> str:
        """A visit of the calendar, by the name that its protocol gives it, done or planned."""
        name = unicodedata.normalize("NFC", mark.name)
        return self.gettext("%(visit)s (planned)") % {"visit": name} if mark.planned else name

    def take(self, step: Step, *, once: bool = False) -> str:
        """What to take on each day of a step, or on one day alone, as the middle of a sentence."""
        said = {
            "dose": self.doses(step.daily_mg, step.tablets, step.start),
            "drug": self.drug(step.drug),
        }
        if not step.highest_mg and step.in_ml:
            return self.gettext("take no %(drug)s") % said
        if not step.highest_mg:
            return self.gettext("take no %(drug)s tablets") % said
        if step.times:
            return self._take_parts(step, once=once) % {**said, "times": self.at(step.times)}
        if once and not step.is_cycle:
            return self.gettext("take %(dose)s of %(drug)s in the morning, with food") % said
        form = (
            self.gettext("take %(drug)s, %(dose)s, in the morning, with food")
            if step.is_cycle
            else self.gettext("take %(dose)s of %(drug)s every day, in the morning, with food")
        )
        return form % said

    def _take_parts(self, step: Step, *, once: bool) -> str:
        if step.is_cycle:
            return self.gettext("take %(drug)s, %(dose)s, %(times)s, with food")
        if once:
            return self.gettext("take %(dose)s of %(drug)s %(times)s, with food")
        return self.gettext("take %(dose)s of %(drug)s every day, %(times)s, with food")

    def after(self, after: After) -> str:
        """What comes after the last printed day."""
        doses = self.doses(after.pattern_mg, after.tablets, after.first_day)
        said = {"drug": self.drug(after.drug), "dose": doses}
        if after.instruction is Instruction.NO_TABLETS and after.in_ml:
            return (
                self.gettext("take no more %(drug)s. Call the study team before you take any.")
                % said
            )
        if after.instruction is Instruction.NO_TABLETS:
            return (
                self.gettext(
                    "take no more %(drug)s tablets. Call the study team before you take any."
                )
                % said
            )
        if after.first_day is not None:
            said["date"] = self.language.full_date(after.first_day)
        if after.times:
            said["times"] = self.at(after.times)
        keep = self._keep_parts(after) if after.times else self._keep(after)
        ending = {
            Instruction.CONTINUE: self.gettext(
                "%(keep)s, until the study team tells you otherwise."
            ),
            Instruction.DO_NOT_REDUCE: self.gettext(
                "%(keep)s. Do not take less until the study team tells you."
            ),
            Instruction.KEEP_TAKING: self.gettext(
                "%(keep)s. Do not stop suddenly. Call the study team."
            ),
        }[after.instruction]
        return ending % {"keep": keep % said}

    def _keep(self, after: After) -> str:
        if len(after.pattern_mg) == 1:
            return self.gettext(
                "keep taking %(dose)s of %(drug)s every day, in the morning, with food"
            )
        if after.first_day is None:
            return self.gettext(
                "keep taking %(drug)s as before, %(dose)s, in the morning, with food"
            )
        return self.gettext(
            "keep taking %(drug)s as before, from %(date)s on %(dose)s, in the morning, with food"
        )

    def _keep_parts(self, after: After) -> str:
        if len(after.pattern_mg) == 1:
            return self.gettext("keep taking %(dose)s of %(drug)s every day, %(times)s, with food")
        if after.first_day is None:
            return self.gettext("keep taking %(drug)s as before, %(dose)s, %(times)s, with food")
        return self.gettext(
            "keep taking %(drug)s as before, from %(date)s on %(dose)s, %(times)s, with food"
        )

    def after_day(self, plan: Plan, last: date) -> str:
        """The sentence that follows the last printed day."""
        return self.gettext("After %(date)s: %(what)s") % {
            "date": self.language.full_date(last),
            "what": self.after(plan.after),
        }


def _joined(parts: Sequence[str], form: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return form % {"most": ", ".join(parts[:-1]), "last": parts[-1]}


def drugs(plan: Plan) -> tuple[str, ...]:
    """The drugs of a plan in the order in which they are taken."""
    return tuple(dict.fromkeys(step.drug for step in plan.steps))


def _same_dose(before: Step, step: Step) -> bool:
    return (before.drug, before.daily_mg) == (step.drug, step.daily_mg)


@lru_cache(maxsize=64)
def words(locale: str) -> Words:
    """The phrases of a locale; refused where its language has not been translated."""
    return Words(language(locale))
