"""What makes a diary of a calendar: a box to tick each day, and a sheet for what came back (§10.9).

How one feels is not asked: what a trial asks of symptoms has forms of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from taper.paper.pages.liquids import has_liquid
from taper.paper.pages.words import Words, drugs
from taper.planning.plan import Day, Plan


@dataclass(frozen=True, slots=True)
class ReturnsSheet:
    """The last sheet of a diary: a row for each kind of tablets, to be filled in by hand."""

    title: str
    asked: str
    heads: tuple[str, ...]
    tablets: tuple[str, ...]


def ticks(day: Day, words: Words) -> tuple[str, ...]:
    """What is ticked, or written, on a day: none where there is nothing to take."""
    return (words.gettext("Taken"), words.gettext("Missed:")) if day.tablets else ()


def how_to_fill(plan: Plan, words: Words) -> str:
    """What a reader does with the boxes."""
    if has_liquid(plan.steps):
        return words.gettext(
            "Tick each day when you have taken its dose. Write how much you missed."
        )
    return words.gettext(
        "Tick each day when you have taken its tablets. Write how many you missed."
    )


def returns_sheet(plan: Plan, words: Words) -> ReturnsSheet:
    """The sheet for every strength that the plan has, the largest first, drug by drug."""
    strengths = {
        (step.drug, taken.strength_mg, step.in_ml)
        for step in plan.steps
        for tablets in step.tablets
        for taken in tablets
    }
    order = drugs(plan)
    listed = sorted(strengths, key=lambda each: (order.index(each[0]), -each[1], each[2]))
    _ = words.gettext
    title, asked = _what_came_back(words, of_tablets=not has_liquid(plan.steps))
    return ReturnsSheet(
        title=title,
        asked=asked,
        heads=(_("Strength"), _("Handed out"), _("Came back"), _("Counted by, on")),
        tablets=tuple(
            f"{words.drug(drug)} {words.strength(mg, in_ml=in_ml)}" for drug, mg, in_ml in listed
        ),
    )


def _what_came_back(words: Words, *, of_tablets: bool) -> tuple[str, str]:
    _ = words.gettext
    if of_tablets:
        return _("Tablets that came back"), _(
            "Bring this diary and all tablets that are left, empty packs too, to each visit."
        )
    return _("Medicine that came back"), _(
        "Bring this diary and all medicine that is left, empty packs and bottles too, to each "
        "visit."
    )
