"""Findings about printed doses that are not the regimen's own: rounded ones, and cut ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from taper.doses import dose
from taper.doses.tablets import Stock, at_least, at_most, whole_stock
from taper.planning.findings.case import LADDER_KINDS, Case, finding, mg_of, warning
from taper.planning.findings.weighed import Rounding
from taper.planning.labels import Finding, Severity
from taper.planning.plan import ONE_DAY, Kind, Step
from taper.trial.participant import OtherTablets
from taper.trial.strengths import as_stock

ROUNDED_KINDS = LADDER_KINDS | {Kind.RESCUE}


class _Days(NamedTuple):
    """The days of a step on which one of its ideal doses counts."""

    place: int
    first: date
    last: date


def rounded(case: Case) -> Iterator[Finding]:
    """A printed dose that differs from its ideal, for the days of that one (§8.3.1, §8.3.2)."""
    told: dict[tuple[int, int, Rounding], list[tuple[Step, _Days]]] = {}
    for step, doses in zip(case.plan.steps, case.weights, strict=True):
        if doses.is_rounded and step.kind in ROUNDED_KINDS:
            for days in _days_of(step):
                rounding = doses.roundings[days.place]
                if rounding is not None and step.cut_from[days.place] is None:
                    key = step.ladder, step.level, rounding
                    told.setdefault(key, []).append((step, days))
    for (_, _, rounding), where in told.items():
        yield _rounded(case, rounding, where)


def _rounded(case: Case, rounding: Rounding, where: list[tuple[Step, _Days]]) -> Finding:
    step, first = where[0]
    to_nearest = case.rule_on(step.start).rounding == "nearest"
    is_far = to_nearest and _is_over_half_a_step(rounding, _stock_on(case, step))
    made_of = "the solution" if step.in_ml else "the tablets"
    printed, ideal = dose.text(rounding.printed_mg), dose.text(rounding.ideal_mg)
    text = (
        f"{_spans([days for _, days in where])} {printed} mg {step.drug} is printed where the "
        f"ideal dose is {ideal} mg"
    )
    return finding(
        Severity.WARNING if is_far else rounding.severity,
        "rounded",
        f"{text}, over half a step of {made_of} away." if is_far else f"{text}.",
        case.threshold("rounded").source,
        step,
        since=first.first,
    )


def _stock_on(case: Case, step: Step) -> Stock:
    """What a step was rounded to: events may have brought other tablets since."""
    stock, participant = case.rx.stocks[step.drug], case.participant
    listed = participant.events_of(OtherTablets)
    if not listed or step.drug != case.rx.drug:
        return stock
    before = [each for each in listed if each.date <= step.start]
    if before:
        return as_stock(max(before, key=lambda each: each.date).strengths)
    steroid, market = case.rx.steroid, case.trial.market.get(step.drug, ())
    typed = steroid.strengths if step.drug == steroid.drug else participant.taper_strengths
    return whole_stock(market) if typed is None else as_stock(typed)


@lru_cache(maxsize=4096)
def _is_over_half_a_step(rounding: Rounding, stock: Stock) -> bool:
    """Whether the nearest dose would have been another."""
    ideal = rounding.ideal_mg
    return 2 * rounding.off_mg > at_least(ideal, stock) - at_most(ideal, stock)


def row_cut(case: Case) -> Iterator[Finding]:
    """Doses that would have been above the one before, and were cut (§8.3.6).

    A hair above it, which four decimals do not show, is the same dose to every reader.
    """
    told: set[tuple[int, int]] = set()
    for step in case.ladder_steps:
        if not any(step.cut_from) or (step.ladder, step.level) in told:
            continue
        cut = [(days.first, step.cut_from[days.place]) for days in _days_of(step)]
        printed = {dose.text(mg) for mg in step.daily_mg}
        dated = {mg: day for day, mg in reversed(cut) if mg and dose.text(mg) not in printed}
        if dated:
            told.add((step.ladder, step.level))
            doses = dose.join([f"{dose.text(mg)} mg" for mg in sorted(dated)], "or")
            first = min(dated.values())
            yield warning(
                "row-cut",
                f"From {first} {mg_of(step)} is printed and not {doses}, which would be above the "
                "dose before: no row raises a dose.",
                about=step,
                since=first,
            )


def _days_of(step: Step) -> Iterator[_Days]:
    """The days of each ideal dose that has some in this step."""
    ends = (*step.starts[1:], step.days)
    for place, (begin, end) in enumerate(zip(step.starts, ends, strict=True)):
        first, last = max(begin, 0), min(end, step.days) - 1
        if first <= last:
            yield _Days(place, step.start + first * ONE_DAY, step.start + last * ONE_DAY)


def _spans(days: list[_Days]) -> str:
    """`From 2026-01-19 to 2026-01-25`, and further stretches where there are some."""
    joined: list[_Days] = []
    for each in days:
        if joined and joined[-1].last + ONE_DAY == each.first:
            joined[-1] = joined[-1]._replace(last=each.last)
        else:
            joined.append(each)
    said = dose.join([f"from {each.first} to {each.last}" for each in joined])
    return said[0].upper() + said[1:]
