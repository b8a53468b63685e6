"""Are there tablets enough: trials drawn at random, each planned by the engine itself. Pure.

One trial is so many participants with dates, start doses, flares and delays drawn from what is
assumed. What they take is counted by month and strength, and over many trials it is said how many
tablets suffice in 50, 80 and 95 of 100 of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from random import Random

from taper.doses import dose
from taper.doses.quantities import needed_of
from taper.pharmacy.amounts import in_packs
from taper.pharmacy.assumed import Assumed
from taper.pharmacy.terms import Pack, Tablet, Terms
from taper.planning.beyond import is_known_after, shown_until
from taper.planning.exploration import taper_asked_of
from taper.planning.plan import ONE_DAY, Plan, Step
from taper.planning.schedule import schedule
from taper.trial.attended import GivenInfusion
from taper.trial.infusions import due
from taper.trial.participant import Flare, Participant
from taper.trial.rules import Trial
from taper.trial.strengths import in_a_file

LEVELS = (50, 80, 95)
"""Percent of the trials in which so many tablets suffice."""
METHOD = (
    "So many tablets suffice in 50, 80 and 95 of 100 of these trials: the least number that is "
    "enough in so many of them. Months do not add up to the whole, as no trial is dear in each."
)
Amount = int | Fraction
"""Tablets, or mL of a solution."""
Demand = Mapping[tuple[int, Tablet], Amount]
"""What is taken in a month of one trial, the first month being 0."""


# One trial --------------------------------------------------------------------------------------


def one_trial(trial: Trial, assumed: Assumed, number: int) -> Demand:
    """What the participants of one trial take; the same number always gives the same.

    Raises `Refusal` for a participant whom the engine cannot plan.
    """
    by = Random(f"{assumed.seed}/{number}")
    demand: dict[_Place, Amount] = {}
    anybody = _anybody(trial, assumed)
    for _ in range(assumed.n):
        for at, amount in _months(_planned(trial, assumed, anybody, by), assumed.first):
            demand[at] = demand.get(at, 0) + amount
    return {
        (month, Tablet(drug, Fraction(mg, of), in_ml)): amount
        for (month, drug, mg, of, in_ml), amount in demand.items()
    }


def _anybody(trial: Trial, assumed: Assumed) -> Participant:
    """A participant of whom all is checked once; each is made of this one."""
    strengths = [in_a_file(each) for each in assumed.stock]
    weight = assumed.weight_kg
    return Participant.model_validate(
        {
            "participant": "anybody",
            "protocol": trial.protocol.id,
            "steroid": {"drug": assumed.drug, "dose_mg": "1", "strengths": strengths},
            "weight_kg": None if weight is None else dose.text(weight),
        }
    )


def _planned(trial: Trial, assumed: Assumed, anybody: Participant, by: Random) -> Plan:
    """The plan of somebody drawn at random."""
    first = assumed.first + timedelta(days=by.randrange(assumed.enrol_days))
    mg = assumed.baseline(by, trial.protocol.eligibility, _to_drug(trial, assumed))
    assert anybody.steroid is not None  # `_anybody` takes one
    steroid = anybody.steroid.model_copy(update={"dose_mg": mg})
    infusions = _infusions(trial, assumed, first, by)
    events = _flare(trial, assumed, infusions, by) if assumed.likely(by) else ()
    drawn = {"steroid": steroid, "infusions": infusions, "events": events}
    who = anybody.model_copy(update=drawn)
    days = [each.date for each in infusions if each.date is not None]
    today = max([*days, *(each.resolved or each.date for each in events)])
    plan, _ = schedule(trial, who, steroid, today)
    return plan if assumed.until_days is None else _until(plan, first, assumed.until_days)


def _to_drug(trial: Trial, assumed: Assumed) -> Callable[[Fraction], Fraction]:
    """From mg prednisone to mg of the drug, by the protocol's table."""
    return lambda prednisone: trial.table.from_prednisone(prednisone, assumed.drug)


def never_drawn(trial: Trial, assumed: Assumed) -> list[Fraction]:
    """The start doses that were stated one by one and that the protocol lets nobody begin with."""
    stated = assumed.baselines.numbers if assumed.baselines.shape == "choice" else ()
    eligible, to_drug = trial.protocol.eligibility, _to_drug(trial, assumed)
    return [mg for mg in stated if assumed.let_in(mg, eligible, to_drug) is None]


def _infusions(
    trial: Trial, assumed: Assumed, first: date, by: Random
) -> tuple[GivenInfusion, ...]:
    """The first as enrolled, each later one as planned or late; they stay in their order."""
    given: list[GivenInfusion] = []
    latest = first
    for each in due(trial.protocol, first):
        late = timedelta(days=assumed.delay.draw(by)) if given else timedelta(0)
        latest = max(each.planned + late, latest + ONE_DAY if given else first)
        given.append(GivenInfusion.model_construct(number=each.number, date=latest, missed=False))
    return tuple(given)


def _flare(
    trial: Trial, assumed: Assumed, infusions: Sequence[GivenInfusion], by: Random
) -> tuple[Flare, ...]:
    """One flare on a day of the window from the first taper day on."""
    rule = trial.protocol.taper
    assert rule is not None  # a protocol without taper is refused before
    anchor = next(each.date for each in infusions if each.number == rule.after_infusion)
    assert anchor is not None  # all have a date here
    start = anchor + timedelta(days=rule.offset_days)
    window = (rule.complete_within.end(start) - start).days
    day = max(start + timedelta(days=by.randrange(max(window, 1))), anchor + ONE_DAY)
    resolved = day + timedelta(days=assumed.flare_days.draw(by))
    return (Flare(type="flare", date=day, resolved=resolved),)


def _until(plan: Plan, first: date, days: int) -> Plan:
    """The plan with its days to the end of the trial, and none after it."""
    last = first + timedelta(days=days)
    whole = shown_until(plan, last) if is_known_after(plan) else plan
    kept = (step for step in whole.steps if step.start <= last)
    return replace(whole, steps=tuple(_cut(step, last) for step in kept))


def _cut(step: Step, last: date) -> Step:
    return step._replace(days=min(step.days, (last - step.start).days + 1))


# Months -----------------------------------------------------------------------------------------

_Place = tuple[int, str, int, int, bool]
"""A month and a tablet: its drug, the mg and their divisor, whether mL. Hashed fractions cost."""


def _months(plan: Plan, first: date) -> Iterator[tuple[_Place, Amount]]:
    """Whole tablets of each month: halves are kept within it."""
    parts: dict[_Place, dict[int, int]] = {}
    for step in plan.steps:
        for month, begun, days in _pieces(step, first):
            _count(parts, month, step, begun, days)
    for at, of in parts.items():
        yield at, needed_of(of, in_ml=at[-1])


def _pieces(step: Step, first: date) -> Iterator[tuple[int, int, int]]:
    """The month, the first day from the step's start, and the days, of each month of a step."""
    begun, year, month = 0, step.start.year, step.start.month
    left = monthrange(year, month)[1] - step.start.day + 1
    while begun < step.days:
        days = min(left, step.days - begun)
        yield (year - first.year) * 12 + month - first.month, begun, days
        begun, year, month = begun + days, year + month // 12, month % 12 + 1
        left = monthrange(year, month)[1]


def _count(
    parts: dict[_Place, dict[int, int]], month: int, step: Step, begun: int, days: int
) -> None:
    """What these days of a step take: how many halves (2), whole ones (1) and so on of each."""
    turns = len(step.tablets)
    for turn, taken in enumerate(step.tablets):
        times = len(range((turn - begun) % turns, days, turns))
        for (mg, of, in_ml), (count, of_a_whole) in taken.ratios if times else ():
            found = parts.setdefault((month, step.drug, mg, of, in_ml), {})
            found[of_a_whole] = found.get(of_a_whole, 0) + count * times


# Many trials ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suffices:
    """What is enough of one tablet in so many of the trials, by `LEVELS`; `month` None is all."""

    tablet: Tablet
    month: int | None
    mean: Fraction
    levels: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Stocked:
    """A whole trial's stock of one tablet at one level: packs and what they cost, where known."""

    tablet: Tablet
    level: int
    amount: Amount
    packs: int | None
    in_packs: Amount
    cost: Fraction | None


@dataclass(frozen=True)
class Forecast:
    """What the trials come to."""

    assumed: Assumed
    protocol: str
    months: tuple[Suffices, ...]
    whole: tuple[Suffices, ...]
    stocked: tuple[Stocked, ...]

    def cost(self, level: int) -> Fraction | None:
        """Of all strengths at a level, None where the price of one is not known."""
        each = [one.cost for one in self.stocked if one.level == level]
        return None if None in each else sum((x for x in each if x is not None), Fraction(0))


def forecast(
    assumed: Assumed,
    protocol: str,
    demands: Sequence[Demand],
    packs: Sequence[Pack] = (),
    prices: Mapping[Fraction, Fraction] | None = None,
) -> Forecast:
    """What the trials come to; `prices` are of one tablet, or mL, by its strength in mg."""
    tablets_taken = sorted({tablet for demand in demands for _, tablet in demand}, reverse=True)
    months = sorted({month for demand in demands for month, _ in demand})
    whole = tuple(_suffices(tablet, None, _wholes(demands, tablet)) for tablet in tablets_taken)
    by_month = tuple(
        _suffices(tablet, month, [demand.get((month, tablet), 0) for demand in demands])
        for month in months
        for tablet in tablets_taken
    )
    boxes = Terms(packs=tuple(packs))
    stocked = tuple(
        _stocked(each, place, boxes, prices or {}) for each in whole for place in range(len(LEVELS))
    )
    shown = tuple(each for each in by_month if each.levels[-1])
    return Forecast(assumed, protocol, shown, whole, stocked)


def _wholes(demands: Iterable[Demand], tablet: Tablet) -> list[Amount]:
    return [sum(n for (_, each), n in demand.items() if each == tablet) for demand in demands]


def _suffices(tablet: Tablet, month: int | None, amounts: Sequence[Amount]) -> Suffices:
    ordered = sorted(amounts)
    levels = (ordered[ceil(Fraction(level, 100) * len(ordered)) - 1] for level in LEVELS)
    mean = sum(map(Fraction, ordered), Fraction(0)) / len(ordered)
    return Suffices(tablet, month, mean, tuple(levels))


def _stocked(
    each: Suffices, place: int, boxes: Terms, prices: Mapping[Fraction, Fraction]
) -> Stocked:
    amount = each.levels[place]
    count, held = in_packs(amount, boxes.pack_of(each.tablet))
    price = prices.get(each.tablet.strength_mg)
    cost = None if price is None else price * held
    return Stocked(each.tablet, LEVELS[place], amount, count, held, cost)


def refuse_unanswerable(trial: Trial, assumed: Assumed) -> None:
    """Raise `Refusal` for a question that the protocol cannot be asked."""
    taper_asked_of(trial, assumed.drug, assumed.weight_kg)
    one_trial(trial, replace(assumed, n=1), 0)
