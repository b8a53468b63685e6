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
ROUNDS = 15


def measure() -> Iterator[Line]:
    """Each round plans for other dates than before, as a night of many participants would.

    The fastest round counts: a core that is shared with strangers makes half as many at times. The
    collector of garbage does not look through what was made for the measuring.
    """
    found = people()
    rounds = [[later(person, n * DAYS_LATER) for person in found] for n in range(1, ROUNDS + 1)]
    gc.collect()
    gc.freeze()
    engine = max(_rate(_by_engine, each) for each in rounds)
    plain = max(_rate(_by_oracle, each) for each in rounds[:3])
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


def _rate(plan: Callable[[Person], object], whom: Sequence[Person]) -> float:
    began = time.process_time()
    for person in whom:
        plan(person)
    return len(whom) / (time.process_time() - began)


def _by_engine(person: Person) -> object:
    return make_plan(person.trial, person.model, person.today)


def _by_oracle(person: Person) -> object:
    return oracle_plan(person)
