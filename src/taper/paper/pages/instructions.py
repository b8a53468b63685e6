"""What patients' papers share: the dose of the day, steps as they are followed, lines to sign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from taper.paper.pages.liquids import measuring
from taper.paper.pages.words import Words
from taper.planning.plan import ONE_DAY, Instruction, Kind, Plan, Step

_NAMED = frozenset({Kind.RESCUE, Kind.STRESS_DOSE, Kind.SET_DOSE})
"""Steps that have a name of their own on paper, whatever their neighbours' dose."""


def merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, of which neighbours with the same instruction are one.

    A run-in that an event cuts without changing it, or a hold and the step after it, are one thing
    to whoever takes the tablets. Pages for staff show each of them.
    """
    made: list[Step] = []
    for step in steps:
        if made and _goes_on(made[-1], step):
            made[-1] = made[-1]._replace(days=made[-1].days + step.days)
        else:
            made.append(step)
    return tuple(made)


def _goes_on(before: Step, step: Step) -> bool:
    is_named = before.kind is not step.kind and not _NAMED.isdisjoint((before.kind, step.kind))
    is_next = before.end + ONE_DAY == step.start
    same = (before.drug, before.daily_mg, before.tablets) == (
        step.drug,
        step.daily_mg,
        step.tablets,
    )
    begins_again = before.days % len(before.daily_mg) == 0
    return same and is_next and begins_again and not is_named


def advice(plan: Plan, words: Words) -> tuple[tuple[str, str], ...]:
    """What to do, in paragraphs that each begin with what it is about."""
    _, after, measured = words.gettext, plan.after, measuring(words, plan.steps)
    never = never_stop(words)
    ends = _("It ends on the day from which this calendar says no tablets, and not before.")
    if after.in_ml:
        ends = _("It ends on the day from which this calendar says no liquid, and not before.")
    no_more = after.instruction is Instruction.NO_TABLETS
    return (
        *([(_("Measure in mL."), measured)] if measured else []),
        (_("Do not stop suddenly."), f"{never} {ends}" if no_more else never),
        (
            _("Missed a dose?"),
            _(
                "Take it as soon as you remember on the same day. If the day is over, leave it "
                "out. Never take a double dose."
            ),
        ),
        (_("Call at once"), _when_to_call(words, in_ml=bool(measured))),
    )


def never_stop(words: Words) -> str:
    """What stands beside "Do not stop suddenly"."""
    return words.gettext(
        "Never stop this medicine and never change the dose on your own: it can make you very ill."
    )


def _when_to_call(words: Words, *, in_ml: bool) -> str:
    if in_ml:
        return words.gettext(
            "if you vomit, have a fever, are injured or need surgery, or if you cannot take "
            "your medicine. You may need more, not less."
        )
    return words.gettext(
        "if you vomit, have a fever, are injured or need surgery, or if you cannot take "
        "your tablets. You may need more, not less."
    )


def to_sign(words: Words) -> tuple[str, ...]:
    """What stands under the lines that are signed before anybody takes a tablet by the paper."""
    return (
        words.gettext("Prescriber (signature, date)"),
        words.gettext("Checked by (signature, date)"),
    )


def on_day(plan: Plan, day: date, words: Words) -> str:
    """What is taken on the day of issue, whether or not the plan prints that day."""
    _, full = words.gettext, words.language.full_date
    if day > plan.last_day:
        return words.after_day(plan, plan.last_day)
    if day < plan.first_day:
        return _before(plan, words)
    found = next(each for each in plan.days() if each.date == day)
    said = {
        "date": full(day),
        "dose": words.amount(found.dose_mg, found.tablets),
        "drug": words.drug(found.step.drug),
        "tablets": words.tablets(found.tablets),
    }
    if not found.dose_mg and found.step.in_ml:
        return _("On %(date)s take no %(drug)s.") % said
    if not found.dose_mg:
        return _("On %(date)s take no %(drug)s tablets.") % said
    if found.step.times:
        said["times"] = words.at(found.step.times)
        said["tablets"] = ". ".join(part.in_sentence for part in words.parts(found.tablets))
        return _("On %(date)s take %(dose)s of %(drug)s %(times)s, with food. %(tablets)s.") % said
    return _("On %(date)s take %(dose)s of %(drug)s in the morning, with food: %(tablets)s.") % said


def _before(plan: Plan, words: Words) -> str:
    """Who is given a calendar early goes on as before until it begins."""
    begins = words.gettext("This plan begins on %(date)s.") % {
        "date": words.language.full_date(plan.first_day)
    }
    go_on = words.gettext(
        "Until then go on with %(dose)s of %(drug)s a day, unless the study team has told you "
        "otherwise."
    ) % {"dose": _baseline(plan, words), "drug": words.drug(plan.baseline.drug)}
    return f"{begins} {go_on}"


def _baseline(plan: Plan, words: Words) -> str:
    """The dose before the plan, in mL too where its first days measure the same."""
    first, mg = plan.steps[0], plan.baseline.dose_mg
    is_same = (first.drug, first.daily_mg) == (plan.baseline.drug, (mg,))
    return words.doses((mg,), first.tablets) if is_same else words.mg(mg)
