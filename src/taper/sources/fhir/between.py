"""The days of a drug over all its requests: of which nothing is said, and which are said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from taper.sources.fhir.listed import Listed, Span
from taper.sources.fhir.schedule import Contradiction
from taper.sources.fhir.timing import day_of
from taper.wording.severity import Severity

_WARNING = Severity.WARNING


def between(every: Sequence[Listed]) -> Iterator[Contradiction]:
    """Days on which nothing is said of any steroid, or two dosages hold."""
    yield from _gaps(every)
    for drug in dict.fromkeys(each.request.drug for each in every):
        yield from _overlaps(drug, [each for each in every if each.request.drug == drug])


def _gaps(every: Iterable[Listed]) -> Iterator[Contradiction]:
    """Between the first day and the last: who is changed to another drug and back has none."""
    for is_dated, spans in _by_dated(every, with_passed=True):
        covered = {day for _, each in spans for day in each.covered}
        if not covered:
            continue
        missing = sorted(set(range(min(covered), max(covered) + 1)) - covered)
        for first, last in _runs(missing):
            yield Contradiction(
                "gap", _WARNING, f"Nothing is said of {_from_to(first, last, is_dated)}."
            )


def _overlaps(drug: str, every: Sequence[Listed]) -> Iterator[Contradiction]:
    """Days of two steps, or of two requests for the same tablets; other tablets are added."""
    for is_dated, spans in _by_dated(every):
        on_day: dict[tuple[Fraction | None, int], set[tuple[int, int | None]]] = {}
        for number, each in spans:
            strength = every[number].request.medication.strength_mg
            for day in each.taken if each.dosage.mg else ():
                those = on_day.setdefault((strength, day), set())
                those.add((number, each.dosage.sequence))
        twice = sorted({day for (_, day), those in on_day.items() if len(those) > 1})
        for first, last in _runs(twice):
            said = f"more than one step holds on {_from_to(first, last, is_dated)}"
            yield Contradiction("overlap", _WARNING, f"{drug}: {said}.")


def _by_dated(
    every: Iterable[Listed], *, with_passed: bool = False
) -> Iterator[tuple[bool, list[tuple[int, Span]]]]:
    """The spans with the number of their request, those with dates and those without apart."""
    numbered = [
        (i, each)
        for i, listed in enumerate(every)
        for each in (*listed.spans, *(listed.passed if with_passed else ()))
    ]
    for is_dated in (True, False):
        yield is_dated, [(i, each) for i, each in numbered if each.is_dated is is_dated]


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of days that follow on each other."""
    for _, run in groupby(enumerate(days), key=lambda each: each[1] - each[0]):
        those = [day for _, day in run]
        yield those[0], those[-1]


def _from_to(first: int, last: int, is_dated: bool) -> str:
    said = [str(day_of(day)) if is_dated else f"day {day}" for day in (first, last)]
    return said[0] if first == last else " to ".join(said)
