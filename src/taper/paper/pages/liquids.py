"""What papers say where a solution is taken: heads of columns, how it is measured (§7.3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from taper.paper.pages.words import Words
from taper.planning.plan import Step


class Heads(NamedTuple):
    """What stands above tablets: in a list, a table in brief, a whole one, one of divided days."""

    listed: str
    brief: str
    whole: str
    divided: str


def heads(words: Words, steps: Sequence[Step]) -> Heads:
    """What stands above the column of tablets, or of what a solution's volumes hold."""
    kinds = {step.in_ml for step in steps}
    if True not in kinds:
        return Heads(
            words.gettext("Tablets"),
            words.gettext("Tablets each day"),
            words.gettext("Tablets each day, in the morning, with food"),
            words.gettext("Tablets at each time, with food"),
        )
    both = len(kinds) > 1
    what = words.gettext("Tablets or liquid") if both else words.gettext("Liquid")
    said = {"what": what}
    return Heads(
        what,
        words.gettext("%(what)s each day") % said,
        words.gettext("%(what)s each day, in the morning, with food") % said,
        words.gettext("%(what)s at each time, with food") % said,
    )


def has_liquid(steps: Iterable[Step]) -> bool:
    """Whether a solution is taken on any day."""
    return any(step.in_ml for step in steps)


def strengths(words: Words, steps: Iterable[Step]) -> list[str]:
    """How strong the solutions of these steps are, each once."""
    taken = chain.from_iterable(day for step in steps for day in step.tablets)
    mgs = dict.fromkeys(each.strength_mg for each in taken if each.in_ml)
    return [words.strength(mg, in_ml=True) for mg in mgs]


def measuring(words: Words, steps: Iterable[Step]) -> str:
    """How a solution is measured, and that the bottle is the right one; nothing of tablets."""
    found = strengths(words, steps)
    if not found:
        return ""
    how = words.gettext(
        "Measure each dose in mL with the oral syringe from your pharmacy, never with a spoon."
    )
    if len(found) > 1:
        check = words.gettext("Check each time that the bottle has the strength of the day.")
    else:
        check = words.gettext("Check that the bottle says %(strength)s.")
    return f"{how} {check % {'strength': found[0]}}"
