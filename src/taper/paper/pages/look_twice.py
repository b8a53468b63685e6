"""What a pharmacist looks at twice: tablets that look alike, and those that are broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain, combinations

from taper.doses import dose
from taper.paper.pages.finding_lines import finding_text
from taper.paper.pages.staff import StaffWords, several
from taper.paper.pages.tall_man import TALL_MAN
from taper.paper.pages.words import drugs
from taper.pharmacy.amounts import tablets_of
from taper.pharmacy.terms import Tablet, Terms
from taper.planning.plan import Part, Plan


def look_alikes(plan: Plan, words: StaffWords) -> Iterator[str]:
    """Tablets that are mistaken for one another, and where the strength alone changes."""
    for one, other in combinations(tablets_of(plan), 2):
        if one.drug == other.drug and _digits(one.strength_mg) == _digits(other.strength_mg):
            small, large = sorted((one, other), key=lambda each: each.strength_mg)
            both = f"{_strength(small, words)} and {_strength(large, words)}"
            yield f"{words.drug(one.drug)} {both}: the same digits."
        elif one.drug != other.drug and _strength(one, words) == _strength(other, words):
            made_as = "a solution" if one.in_ml else "tablets"
            yield (
                f"{words.drug(one.drug)} and {words.drug(other.drug)}: both as {made_as} of "
                f"{_strength(one, words)}."
            )
    if len(set(drugs(plan)) & set(TALL_MAN)) > 1:
        yield f"{words.medicines(drugs(plan))}: names that look alike."
    yield from (
        finding_text(found, words) for found in plan.findings if found.code == "strength-change"
    )


def _strength(tablet: Tablet, words: StaffWords) -> str:
    return words.strength(tablet.strength_mg, in_ml=tablet.in_ml)


def _digits(strength_mg: Fraction) -> str:
    """What the eye sees where a decimal point or a zero is overlooked: 0.5, 5 and 50 are alike."""
    return dose.text(strength_mg).replace(".", "").strip("0")


@dataclass
class _Broken:
    """On which days a tablet is broken, and into what."""

    first: date
    days: int = 0


def broken_tablets(plan: Plan, part: Part | None, terms: Terms, words: StaffWords) -> Iterator[str]:
    """Each tablet that is broken: since when, how often, and where the rest goes."""
    found: dict[Tablet, _Broken] = {}
    for day in plan.days():
        if part is not None and not part.holds(day.date):
            continue
        each = [t for t in chain.from_iterable(day.tablets.takings) if not t.in_ml]
        for strength in dict.fromkeys(t.strength_mg for t in each if t.count.denominator > 1):
            broken = found.setdefault(Tablet(day.step.drug, strength), _Broken(day.date))
            broken.days += 1
    for tablet, broken in found.items():
        yield (
            f"{words.tablet_of(tablet.drug, tablet.strength_mg)} is broken on "
            f"{several(broken.days, 'day')}, first on {words.language.full_date(broken.first)}. "
            f"The rest is {the_rest(terms)}."
        )


def the_rest(terms: Terms) -> str:
    """What becomes of the rest of a broken tablet."""
    return "discarded" if terms.discard_halves else "kept for another day"
