"""What a participant has at home is used first: how long it lasts, and what is still needed.

A function of a plan, the pharmacy's terms, the tablets at home and the day that they were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import Any

from taper.doses import dose
from taper.doses.tablets import Tablets
from taper.errors import Refusal
from taper.pharmacy.amounts import in_packs, needed_of, tablets_of
from taper.pharmacy.dispensing import days_from
from taper.pharmacy.terms import Pack, Tablet, Terms, amount_as_data, parse_counts, strength_as_data
from taper.planning.plan import NotTapering, Plan, Planned

AT_HOME_ALLOWED = (
    "each strength once with the whole tablets at home, 5:30,1:12, of a solution with the mL, "
    "3/mL:120, or with the drug before it, cortisone:5:30"
)
MOST_AT_HOME = 10_000


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left to be taken of one tablet, and how far what is at home goes.

    `taken` are the tablets of all days from the day of counting on, half tablets as halves.
    `lasts_until` is the last day for which this strength is enough, None where that is none.
    `to_hand_out` are whole tablets for the days after it and the spare days, in whole packs;
    `left_over` those at home that neither needs, which should come back. Of a tablet that is not
    needed any more nothing is taken.
    """

    tablet: Tablet
    at_home: int
    taken: Fraction
    lasts_until: date | None
    packs: int | None
    to_hand_out: int | Fraction
    left_over: int | Fraction


@dataclass(frozen=True, slots=True)
class AtHome:
    """From `start` on: what is taken, at home, and still to be handed out.

    `lasts_until` is the last day for which every tablet is there.
    """

    start: date
    lasts_until: date | None
    remaining: tuple[Remaining, ...]

    @property
    def not_needed(self) -> list[Remaining]:
        """Of which none is taken any more, nor spare: all of it should come back."""
        return [each for each in self.remaining if not each.taken and each.left_over]


def parse_at_home(text: str, drug_named: Callable[[str], str]) -> tuple[Pack, ...]:
    """The tablets at home; raises `ValueError` whose text is what is allowed."""
    counted = parse_counts(text, drug_named, MOST_AT_HOME, least=0)
    if counted is None:
        raise ValueError(AT_HOME_ALLOWED)
    return counted


def used_first(
    plan: Planned, terms: Terms, home: Iterable[Pack], today: date, others: Iterable[Tablet] = ()
) -> AtHome | None:
    """How long the tablets last from today on; None where no day is left to be counted.

    `others` are tablets that no day of the plan takes and that may be at home all the same, from a
    plan before. Raises `Refusal` for any further tablet, and for a strength of two drugs.
    """
    if isinstance(plan, NotTapering) or today > plan.last_day:
        return None
    start = max(today, plan.steps[0].start)
    needed, spare = days_from(plan, start, terms)
    counts = _of_each(needed)
    every = _of_each([*needed, *spare])
    once = tablets_of(plan)
    have = _named(plan, home, list(dict.fromkeys([*every, *once])), list(others))
    every |= {tablet: {} for tablet in have if tablet not in every}  # no day takes it any more
    lasts = {
        tablet: _lasts(
            tablet, counts.get(tablet, {}), have.get(tablet, 0), start, len(needed), terms
        )
        for tablet in every
    }
    remaining = tuple(
        _remaining(tablet, have.get(tablet, 0), counts.get(tablet, {}), by_day, lasts, terms)
        for tablet, by_day in every.items()
    )
    ends = [lasts[tablet] for tablet in every] or [plan.steps[-1].end]
    until = None if None in ends else min(end for end in ends if end is not None)
    return AtHome(start, until, remaining)


_ByDay = Mapping[int, list[Fraction]]
"""How many of a tablet are taken at each taking, by the day counted from the first."""


def _of_each(days: Iterable[tuple[str, Tablets]]) -> dict[Tablet, dict[int, list[Fraction]]]:
    """Each tablet's counts, by drug in the order taken, the largest strength first."""
    counts: dict[Tablet, dict[int, list[Fraction]]] = {}
    drugs: list[str] = []
    for place, (drug, tablets) in enumerate(days):
        drugs += [] if drug in drugs else [drug]
        for taken in chain.from_iterable(tablets.takings):
            tablet = Tablet(drug, taken.strength_mg, taken.in_ml)
            counts.setdefault(tablet, {}).setdefault(place, []).append(taken.count)
    ordered = sorted(counts, key=lambda t: (drugs.index(t.drug), -t.strength_mg))
    return {tablet: counts[tablet] for tablet in ordered}


def _lasts(
    tablet: Tablet, by_day: _ByDay, have: int, start: date, days: int, terms: Terms
) -> date | None:
    """The last day before the first that lacks a tablet; all of them where none does."""
    used: list[Fraction] = []
    for place, counts in sorted(by_day.items()):
        used += counts
        if needed_of(tablet, used, terms) > have:
            return start + timedelta(days=place - 1) if place else None
    return start + timedelta(days=days - 1)


def _remaining(
    tablet: Tablet,
    have: int,
    needed: _ByDay,
    every: _ByDay,
    lasts: Mapping[Tablet, date | None],
    terms: Terms,
) -> Remaining:
    whole = needed_of(tablet, chain.from_iterable(every.values()), terms)
    lacking, pack = max(0, whole - have), terms.pack_of(tablet)
    packs, handed = in_packs(lacking, pack)
    taken = sum(chain.from_iterable(needed.values()), Fraction(0))
    return Remaining(tablet, have, taken, lasts[tablet], packs, handed, max(0, have - whole))


def _named(
    plan: Plan, home: Iterable[Pack], known: list[Tablet], others: list[Tablet]
) -> dict[Tablet, int]:
    """Which tablets are at home: each is one of the plan's or of the others, and of one drug."""
    found: dict[Tablet, int] = {}
    for each in home:
        fitting = [tablet for tablet in known if each.holds(tablet)]
        fitting = fitting or [tablet for tablet in others if each.holds(tablet)]
        if len(fitting) != 1:
            read = f"{each.tablets} {'mL' if each.in_ml else 'tablets'} of {each.said}"
            raise Refusal.of(plan.participant, "what is at home", read, _allowed(fitting, known))
        found[fitting[0]] = found.get(fitting[0], 0) + each.tablets
    return found


def _allowed(fitting: list[Tablet], known: list[Tablet]) -> str:
    if fitting:
        return f"one drug named before it: {dose.join([t.drug for t in fitting], 'or')}"
    if not known:
        return "tablets that a market or the file has: the plan takes none"
    drugs = dose.join(list(dict.fromkeys(t.drug for t in known)), "or")
    listed = dose.join([t.said for t in known], "or")
    return f"tablets of the plan: {listed}, or others of {drugs} that a market or the file has"


def as_dict(home: AtHome) -> dict[str, Any]:
    """The same as plain data; dates ISO, counts that may hold a half as text."""
    return {
        "from": home.start.isoformat(),
        "lasts_until": home.lasts_until and home.lasts_until.isoformat(),
        "tablets": [_as_dict(each) for each in home.remaining],
    }


def _as_dict(each: Remaining) -> dict[str, Any]:
    return {
        "drug": each.tablet.drug,
        **strength_as_data(each.tablet),
        "at_home": each.at_home,
        "taken": dose.text(each.taken),
        "lasts_until": each.lasts_until and each.lasts_until.isoformat(),
        "packs": each.packs,
        "still_to_hand_out": amount_as_data(each.tablet, each.to_hand_out),
        "left_over": amount_as_data(each.tablet, each.left_over),
    }
