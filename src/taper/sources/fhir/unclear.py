"""What is said of a dosage's days so that nobody can lay them out: the end of a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.sources.fhir.elements import Element

_MAXIMA = ("frequencyMax", "periodMax", "durationMax", "countMax", "boundsRange")
_OF_AN_HOUR = frozenset({"s", "min", "h"})


def from_least_to_most(repeat: Element) -> Iterator[str]:
    """The elements that leave it open how often or how long."""
    return (key for key in _MAXIMA if repeat.has(key))


def unclear_days(repeat: Element, times: int | None, every: int, days: int | None) -> Iterator[str]:
    """What contradicts itself, or is no way to say on which days something is taken.

    `days` are those of its bounds, None where they are not said.
    """
    if repeat.has("duration") and repeat.text("durationUnit") not in _OF_AN_HOUR:
        yield "its duration says how long each time takes, and not for how long it goes on"
    yield from _counted(repeat, times, every, days)
    frequency, at = repeat.whole("frequency") or 1, _at(repeat)
    if at > 1 and frequency > 1 and at != frequency:
        yield f"it is taken {frequency} times at {at} times of the day"
    period = repeat.one("boundsPeriod")
    for key in ("start", "end"):
        if period.text(key) and period.date(key) is None:
            yield f"the {key} of its dates is no whole date"


def _counted(repeat: Element, times: int | None, every: int, days: int | None) -> Iterator[str]:
    count = repeat.count("count")
    if count is None or not times:
        return
    if repeat.has("dayOfWeek"):
        yield f"it is taken {count} times in all, on days of the week"
    elif count % times:
        yield f"it is taken {count} times in all, which ends within a day of {times} times"
    elif days is not None and Fraction(count, times) != -(-days // every):
        yield f"it is taken {count} times in all, and its {days} days have another number"


def _at(repeat: Element) -> int:
    return max(len(repeat.texts("when")), len(repeat.texts("timeOfDay")))
