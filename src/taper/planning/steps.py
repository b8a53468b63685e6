"""A course as the steps of a plan, and what follows from them: where they end, what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from taper.doses.quantities import whole_tablets
from taper.doses.tablets import Cycle, combine_each
from taper.planning import cycles
from taper.planning.course import Course
from taper.planning.plan import After, Instruction, Quantity, State, Step
from taper.planning.prescription import Prescription, Ratio
from taper.planning.walk import Printed


def steps_of(course: Course) -> tuple[Step, ...]:
    """The printed pieces of a course as steps, with their tablets."""
    numbers: dict[int, int] = {}
    steps = []
    for number, printed in enumerate(course.printed):
        ladder = numbers.setdefault(id(printed.piece.ladder), len(numbers))
        steps.append(_step(number, printed, ladder))
    return tuple(steps)


def state_of(course: Course) -> State:
    """Where the plan ends (§9.3.1)."""
    if course.withdrawn:
        return State.WITHDRAWN
    if course.stopped:
        return State.STOPPED
    if course.is_open:
        return State.OPEN_FLARE
    return State.TAPERING if course.reduces else State.ALREADY_AT_TARGET


def _step(number: int, printed: Printed, ladder: int) -> Step:
    piece = printed.piece
    cycle, ideal = piece.cycle, piece.ideal
    if max(map(len, ideal)) > 1:  # else every day is alike
        cycle = _in_turn(cycle, printed)
        ideal = tuple(_in_turn(each, printed) for each in ideal)
    return Step(
        number=number,
        kind=piece.kind,
        start=printed.start,
        days=printed.days,
        drug=piece.drug,
        daily_mg=cycle,
        ideal_mg=ideal,
        tablets=combine_each(cycle, printed.stock),
        level=piece.level,
        reason=piece.reason,
        ladder=ladder,
        starts=tuple(day - piece.phase for day in piece.starts) if piece.phase else piece.starts,
        cut_from=piece.cut_from,
        is_by_mean=piece.under.is_by_mean,
    )


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
            return last + timedelta(days=1) if last < steps[-1].end else None
    return steps[0].start


def _last_day_over(step: Step, target: Fraction) -> date:
    """The step's last day over the target, of which it has one."""
    length = len(step.daily_mg)
    tail = range(step.days - 1, max(step.days - 1 - length, -1), -1)
    return next(step.start + timedelta(days=i) for i in tail if step.daily_mg[i % length] > target)


def after(course: Course, state: State) -> After:
    """What is taken after the printed days, a cycle from the day that comes next (§6.17)."""
    drug, pattern = course.goes_on
    if max(pattern) == 0:
        instruction = Instruction.NO_TABLETS
    elif state is State.WITHDRAWN:
        instruction = Instruction.KEEP_TAKING
    else:
        instruction = Instruction.DO_NOT_REDUCE if course.is_open else Instruction.CONTINUE
    taken = combine_each(pattern, course.rx.stocks[drug])
    first_day = course.next_day if len(pattern) > 1 else None
    return After(drug, pattern, pattern[0], instruction, taken, first_day)


def quantities(steps: tuple[Step, ...]) -> Iterator[Quantity]:
    """Tablets of all printed days, by drug in the order taken, largest strength first (§9.2.5)."""
    taken: dict[str, dict[Ratio, dict[int, int]]] = {}
    for step in steps:
        for i, day in enumerate(step.tablets):
            days = len(range(i, step.days, len(step.tablets)))  # that have this turn of the cycle
            by_strength = taken.setdefault(step.drug, {}) if day else {}
            for strength, (count, of_a_whole) in day.ratios:
                parts = by_strength.setdefault(strength, {})
                parts[of_a_whole] = parts.get(of_a_whole, 0) + count * days
    for drug, by_strength in taken.items():
        for mg, strength in _largest_first(tuple(by_strength)):
            yield Quantity(drug, mg, whole_tablets(by_strength[strength]))


@lru_cache(maxsize=1024)
def _largest_first(strengths: tuple[Ratio, ...]) -> list[tuple[Fraction, Ratio]]:
    """The strengths in the order in which they are handed out, each beside what it is known by."""
    return sorted(((Fraction(*ratio), ratio) for ratio in strengths), reverse=True)
