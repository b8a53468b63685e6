"""Complete plans a second on one core, beside the plain day-by-day planner of the tests."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.people import Person, later, oracle_plan, people
from benchmarks.report import Line
from taper.planning.planner import make_plan

WANTED = 2000
DAYS_LATER = 371
ROUNDS = 40
ROUNDS_OF_PLAIN = 5


def measure() -> Iterator[Line]:
    """Each round plans for other dates than before, as a night of many participants would.

    The fastest round counts: a core that is shared with strangers makes half as many for seconds at
    a time. The collector of garbage does not look through what was made for the measuring.
    """
    found = people()
    engine = max(_rates(_by_engine, found, ROUNDS))
    plain = max(_rates(_by_oracle, found, ROUNDS_OF_PLAIN))
    yield Line(
        f"plans a second, one core ({len(found)} participants, fastest of {ROUNDS} rounds)",
        f"{engine:,.0f} ({engine / WANTED:.2f} of wanted)",
        f">= {WANTED:,}",
        engine >= WANTED,
    )
    yield Line(
        "  against the plain day-by-day planner",
        f"{engine / plain:.1f} times ({plain:,.0f} a second)",
        "> 1",
        engine > plain,
    )


def _rates(
    plan: Callable[[Person], object], found: Sequence[Person], rounds: int
) -> Iterator[float]:
    for number in range(1, rounds + 1):
        each = [later(person, number * DAYS_LATER) for person in found]
        gc.collect()
        gc.freeze()
        yield _rate(plan, each)


def _rate(plan: Callable[[Person], object], whom: Sequence[Person]) -> float:
    began = time.process_time()
    for person in whom:
        plan(person)
    return len(whom) / (time.process_time() - began)


def _by_engine(person: Person) -> object:
    return make_plan(person.trial, person.model, person.today)


def _by_oracle(person: Person) -> object:
    return oracle_plan(person)
