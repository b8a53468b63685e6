"""A course as the steps of a plan, and what follows from them: where they end, what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache

from taper.doses.division import Shares, divide_each
from taper.doses.quantities import needed_of
from taper.doses.tablets import Cycle, Stock, Tablets, combine_each
from taper.doses.tablets import Kind as KindOfTablet
from taper.planning import cycles
from taper.planning.course import Course
from taper.planning.ladder import Origin
from taper.planning.plan import ONE_DAY, After, Instruction, Quantity, State, Step, is_in_ml
from taper.planning.prescription import Prescription
from taper.planning.walk import Printed


def steps_of(course: Course) -> tuple[Step, ...]:
    """The printed pieces of a course as steps, with their tablets."""
    numbers: dict[int, int] = {}
    steps: list[Step] = []
    for number, printed in enumerate(course.printed):
        ladder = numbers.setdefault(id(printed.piece.ladder), len(numbers))
        steps.append(_step(number, printed, ladder, steps[-1] if steps else None))
    return tuple(steps)


def origins_of(course: Course) -> tuple[Origin | None, ...]:
    """What each ladder was made by, in the order in which the steps count them."""
    ladders = {id(printed.piece.ladder): printed.piece.ladder for printed in course.printed}
    return tuple(ladder.origin for ladder in ladders.values())


def state_of(course: Course) -> State:
    """Where the plan ends (§9.3.1)."""
    if course.withdrawn:
        return State.WITHDRAWN
    if course.stopped:
        return State.STOPPED
    if course.is_open:
        return State.OPEN_FLARE
    return State.TAPERING if course.reduces else State.ALREADY_AT_TARGET


def _step(number: int, printed: Printed, ladder: int, before: Step | None) -> Step:
    piece = printed.piece
    cycle, ideal = piece.cycle, piece.ideal
    if max(map(len, ideal)) > 1:  # else every day is alike
        cycle = _in_turn(cycle, printed)
        ideal = tuple(_in_turn(each, printed) for each in ideal)
    taken = _taken(cycle, printed.stock, printed.shares)
    starts = tuple(day - piece.phase for day in piece.starts) if piece.phase else piece.starts
    return Step(  # in the order of its fields: by their names it takes three times as long
        number,
        piece.kind,
        printed.start,
        printed.days,
        piece.drug,
        cycle,
        ideal,
        taken,
        piece.level,
        piece.reason,
        None,
        ladder,
        starts,
        piece.cut_from,
        piece.under.is_by_mean,
        is_in_ml(taken, before),
    )


def _taken(cycle: Cycle, stock: Stock, shares: Shares | None) -> tuple[Tablets, ...]:
    """The tablets of each day of a cycle, divided where the day is."""
    return combine_each(cycle, stock) if shares is None else divide_each(cycle, stock, shares)


def _in_turn(cycle: Cycle, printed: Printed) -> Cycle:
    """The cycle from the step's first day; cut short it lacks its later days (§6.4.16)."""
    turned = cycles.from_day(cycle, printed.start, printed.piece.phase)
    return turned if len(turned) <= printed.days else turned[: printed.days]


def target_reached(steps: tuple[Step, ...], state: State, rx: Prescription) -> date | None:
    """The first day from which every printed day is at or under the target (§9.3.2)."""
    if state in {State.OPEN_FLARE, State.STOPPED}:
        return None
    for step in reversed(steps):
        target = rx.table.from_prednisone(rx.rule.target_mg, step.drug)
        if step.highest_mg > target:
            last = _last_day_over(step, target)
            return last + ONE_DAY if last < steps[-1].end else None
    return steps[0].start


def _last_day_over(step: Step, target: Fraction) -> date:
    """The step's last day over the target, of which it has one."""
    if not step.is_cycle:
        return step.end
    length = len(step.daily_mg)
    tail = range(step.days - 1, max(step.days - 1 - length, -1), -1)
    return next(step.start + i * ONE_DAY for i in tail if step.daily_mg[i % length] > target)


def after(course: Course, state: State, last: Step) -> After:
    """What is taken after the printed days, a cycle from the day that comes next (§6.17)."""
    drug, pattern = course.goes_on
    if max(pattern) == 0:
        instruction = Instruction.NO_TABLETS
    elif state is State.WITHDRAWN:
        instruction = Instruction.KEEP_TAKING
    else:
        instruction = Instruction.DO_NOT_REDUCE if course.is_open else Instruction.CONTINUE
    taken = _taken(pattern, course.rx.stocks[drug], course.rx.shares)
    first_day = course.next_day if len(pattern) > 1 else None
    first, is_solution = pattern[0], is_in_ml(taken, last)
    return After(drug, pattern, first, instruction, taken, first_day, is_solution)


def quantities(steps: tuple[Step, ...]) -> Iterator[Quantity]:
    """Tablets of all printed days, by drug in the order taken, largest strength first (§9.2.5)."""
    taken: dict[str, dict[KindOfTablet, dict[int, int]]] = {}
    for step in steps:
        for i, day in enumerate(step.tablets):
            if not day:
                continue
            days = len(range(i, step.days, len(step.tablets)))  # that have this turn of the cycle
            by_strength = taken.setdefault(step.drug, {})
            for kind, (count, of_a_whole) in day.ratios:
                parts = by_strength.setdefault(kind, {})
                parts[of_a_whole] = parts.get(of_a_whole, 0) + count * days
    for drug, by_strength in taken.items():
        for mg, kind in _largest_first(tuple(by_strength)):
            in_ml = kind[-1]
            yield Quantity(drug, mg, needed_of(by_strength[kind], in_ml=in_ml), in_ml)


@lru_cache(maxsize=1024)
def _largest_first(kinds: tuple[KindOfTablet, ...]) -> list[tuple[Fraction, KindOfTablet]]:
    """The strengths in the order in which they are handed out, each beside what it is known by."""
    return sorted(((Fraction(mg, of), (mg, of, in_ml)) for mg, of, in_ml in kinds), reverse=True)
