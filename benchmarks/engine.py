"""Complete plans a second on one core, beside the plain day-by-day planner of the tests."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.people import Person, later, oracle_plan, people
from benchmarks.report import Line
from taper.planning.planner import make_plan

WANTED = 2000
DAYS_LATER = 371
ROUNDS = 40
ROUNDS_OF_PLAIN = 5


@dataclass(frozen=True)
class Rates:
    """Plans a second.

    `alone` is that of everybody's fastest plan: a core that is shared with strangers takes twice
    as long for seconds at a time, and what is added to a plan by them is none of the planner's.
    `fastest` and `usual` are those of whole rounds as they were.
    """

    alone: float
    fastest: float
    usual: float


def measure() -> Iterator[Line]:
    """Each round plans for other dates than before, as a night of many participants would."""
    found = people()
    engine, plain = _rates(_by_engine, found, ROUNDS), _rates(_by_oracle, found, ROUNDS_OF_PLAIN)
    yield Line(
        f"plans a second, one core ({len(found)} participants, each one's fastest of {ROUNDS})",
        f"{engine.alone:,.0f} ({engine.alone / WANTED:.2f} of wanted)",
        f">= {WANTED:,}",
        engine.alone >= WANTED,
    )
    yield Line(
        f"  whole rounds of {len(found)}, the fastest and the median",
        f"{engine.fastest:,.0f} and {engine.usual:,.0f}",
    )
    yield Line(
        "  against the plain day-by-day planner",
        f"{engine.alone / plain.alone:.1f} times ({plain.alone:,.0f} a second)",
        "> 1",
        engine.alone > plain.alone,
    )


def _rates(plan: Callable[[Person], object], found: Sequence[Person], rounds: int) -> Rates:
    seconds = [_seconds(plan, found, number) for number in range(1, rounds + 1)]
    whole = [len(found) / sum(each) for each in seconds]
    alone = len(found) / sum(map(min, zip(*seconds, strict=True)))
    return Rates(alone, max(whole), median(whole))


def _seconds(plan: Callable[[Person], object], found: Sequence[Person], number: int) -> list[float]:
    """What each plan of a round takes; the collector does not look at what the round is made of."""
    each = [later(person, number * DAYS_LATER) for person in found]
    gc.collect()
    gc.freeze()
    seconds: list[float] = []
    for person in each:
        began = time.perf_counter()
        plan(person)
        seconds.append(time.perf_counter() - began)
    return seconds


def _by_engine(person: Person) -> object:
    return make_plan(person.trial, person.model, person.today)


def _by_oracle(person: Person) -> object:
    return oracle_plan(person)
