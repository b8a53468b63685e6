"""Results as tables that a spreadsheet, a page and a statistician can take: text cells. Pure.

Numbers have at most 4 decimals here; whoever shows them may show fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from taper.results.cohort import Cohort, Spread, Summary, days_of_all
from taper.results.figures import or_none, text
from taper.results.proportions import Proportion
from taper.results.series import Name, runs
from taper.results.sparing import LOW_MG, MIDDLE_MG, AtTime, InSeries, Sparing
from taper.results.time_to_target import Curve

Cell = str
Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Table:
    """A table by its name: titles and rows of text, an empty cell where there is no number."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _table(name: str, title: str, columns: Sequence[str], rows: Rows) -> Table:
    return Table(name, title, tuple(columns), tuple(tuple(row) for row in rows))


def _n(number: Fraction | int | None) -> Cell:
    return or_none(number) or ""


_LOW, _MIDDLE = text(LOW_MG), text(MIDDLE_MG)


# One by one -------------------------------------------------------------------------------------

_AT = (
    *("participant", "flagged", "entry_mg", "at", "date", "series", "dose_mg", "why_undefined"),
    *("change_mg", "change_percent", "window_mg", "window_days_known", "window_change_percent"),
    *("days", "days_known", "cumulative_mg", "known_mg", "exposures_mg_in_known"),
    "time_weighted_mg",
    *(f"days_up_to_{mg}_mg" for mg in (_LOW, _MIDDLE)),
    *(f"share_up_to_{mg}_mg" for mg in (_LOW, _MIDDLE)),
    *("rescue_mg", "at_target"),
)


def by_participant(everybody: Iterable[Sparing]) -> Table:
    """A row a participant, time and series."""
    rows = (
        [each.participant, _flag(each), _n(each.given.entry_mg), *_at(one, series)]
        for each in everybody
        for series in each.series
        for one in series.at
    )
    return _table("participants", "Each participant at each time", _AT, rows)


def _flag(each: Sparing) -> Cell:
    return "yes" if each.given.is_flagged else "no"


def _at(one: AtTime, series: InSeries) -> Iterator[Cell]:
    summed = one.sum
    yield from (one.time.label, one.day.isoformat(), str(series.name))
    yield from (_n(one.mg), one.why, _n(one.change_mg), _n(one.change_percent))
    yield from (_n(one.window_mg), str(one.window_known), _n(one.window_change_percent))
    yield from (str(summed.days), str(summed.known_days))
    yield from (_n(summed.mg), _n(summed.known_mg), _n(summed.beside_mg), _n(summed.mean_mg))
    yield from (str(summed.low_days), str(summed.middle_days))
    yield from (_n(summed.share(summed.low_days)), _n(summed.share(summed.middle_days)))
    yield from (_n(summed.rescue_mg), _yes(is_so=one.is_at_target))


def _yes(*, is_so: bool | None) -> Cell:
    return "" if is_so is None else "yes" if is_so else "no"


_TARGET = (
    *("participant", "flagged", "series", "target_mg", "first_day_at_target", "days_to_target"),
    *("sustained", "followed_days", "derived_days"),
)


def targets(everybody: Iterable[Sparing]) -> Table:
    """A row a participant and series: when the target was reached, and whether it was kept."""
    rows = (_target(each, series) for each in everybody for series in each.series)
    return _table("target", "When the target was reached", _TARGET, rows)


def _target(each: Sparing, series: InSeries) -> list[Cell]:
    reached = series.target
    return [
        each.participant,
        _flag(each),
        str(series.name),
        _n(each.given.target_mg),
        reached.day.isoformat() if reached.day else "",
        _n(reached.days),
        _yes(is_so=reached.is_sustained),
        _n(reached.followed),
        str(series.derived_days),
    ]


_BESIDE = (
    *("participant", "flares", "first_intercurrent_event", "days_of_both_known"),
    *("days_as_prescribed", "share_of_days_as_prescribed", "taken_mg", "prescribed_mg"),
    *("share_of_mg_taken", "exposures", "exposures_mg"),
)


def beside(everybody: Iterable[Sparing]) -> Table:
    """A row a participant: flares, adherence, doses beside the ladder."""
    rows = (_beside(each) for each in everybody)
    return _table("adherence", "Flares, adherence and other doses", _BESIDE, rows)


def _beside(each: Sparing) -> list[Cell]:
    given, kept = each.given, each.adherence
    first = given.intercurrent
    return [
        each.participant,
        " ".join(day.isoformat() for day in given.flares),
        f"{first.what} {first.day}" if first else "",
        str(kept.days),
        str(kept.same_days),
        _n(kept.share_of_days),
        _n(kept.taken_mg),
        _n(kept.prescribed_mg),
        _n(kept.share_of_mg),
        "; ".join(
            f"{e.exposure.date} {text(e.exposure.dose_mg)} mg {e.exposure.drug} "
            f"{e.exposure.route}: {e.exposure.reason}"
            for e in given.exposures
        ),
        _n(sum((e.prednisone_mg for e in given.exposures), Fraction(0))),
    ]


# All together -----------------------------------------------------------------------------------

_SPREADS: tuple[tuple[str, Callable[[Summary], Spread]], ...] = (
    ("dose_mg", lambda each: each.dose_mg),
    ("change_mg", lambda each: each.change_mg),
    ("change_percent", lambda each: each.change_percent),
    ("window_change_percent", lambda each: each.window_change_percent),
    ("cumulative_mg", lambda each: each.cumulative_mg),
    ("time_weighted_mg", lambda each: each.mean_mg),
    (f"share_up_to_{_LOW}_mg", lambda each: each.low_share),
    (f"share_up_to_{_MIDDLE}_mg", lambda each: each.middle_share),
)
_OF_ALL = (
    *("at", "who", "series", "measure", "n", "missing", "mean", "sd", "sem"),
    *("q1", "median", "q3", "least", "most"),
)


def summaries(cohort: Cohort) -> Table:
    """A row a time, group, series and measure."""
    rows = (
        _summary(each, measure, spread(each))
        for each in cohort.summaries
        for measure, spread in _SPREADS
    )
    return _table("cohort", "All participants", _OF_ALL, rows)


def _summary(each: Summary, measure: str, spread: Spread) -> list[Cell]:
    asked = each.n + each.missing
    ends = (min(spread.values, default=None), max(spread.values, default=None))
    numbers = (spread.mean, spread.sd, spread.sem, *(spread.quartile(i) for i in (1, 2, 3)), *ends)
    missing = str(asked - spread.n)
    whose = [each.time.label, each.who, str(each.series), measure, str(spread.n), missing]
    return [*whose, *map(_n, numbers)]


_SHARES = ("at", "who", "series", "at_target", "n", "share", "low", "high")


def shares(cohort: Cohort) -> Table:
    """A row a time, group and series: how many are at the target."""
    rows = (
        [each.time.label, each.who, str(each.series), *_share(each.at_target)]
        for each in cohort.summaries
    )
    return _table("at_target", "Share at the target, with Wilson's 95 % interval", _SHARES, rows)


def _share(of: Proportion) -> list[Cell]:
    return [str(of.count), str(of.n), _n(of.share), _n(of.low), _n(of.high)]


_MOMENTS = ("who", "series", "day", "at_risk", "reached", "share_at_target", "low", "high")


def moments(curves: Iterable[Curve]) -> Table:
    """A row a day on which somebody reached the target; the share that has, and its limits."""
    rows = (
        [
            *(each.who, str(each.series), str(m.day), str(m.at_risk), str(m.reached)),
            *(_n(1 - m.share_over), _n(_rest(m.high)), _n(_rest(m.low))),
        ]
        for each in curves
        for m in each.moments
    )
    return _table("time_to_target", "Time to the target", _MOMENTS, rows)


def _rest(share: Fraction | None) -> Fraction | None:
    return None if share is None else 1 - share


_CURVES = (
    *("who", "series", "n", "reached", "censored", "left_out", "median_days"),
    *("median_low_days", "median_high_days"),
)


def curves(all_curves: Iterable[Curve]) -> Table:
    """A row a group and series: how many were followed, and when half were at the target."""
    rows = (
        [
            *(each.who, str(each.series), str(each.n), str(each.reached)),
            *(str(len(each.censored)), str(each.left_out), _n(each.median_days)),
            *(_n(each.median_low_days), _n(each.median_high_days)),
        ]
        for each in all_curves
    )
    return _table("median_time", "Median time to the target, with its 95 % interval", _CURVES, rows)


_WEEKS = ("series", "day", "n", "mean_mg", "low_mg", "high_mg")


def weeks(everybody: Sequence[Sparing]) -> Table:
    """A row a week and series: the mean dose, and one standard error below and above it."""
    rows = (
        [str(name), str(at.day), str(at.n), *map(_n, (at.mean_mg, at.low_mg, at.high_mg))]
        for name in Name
        for at in days_of_all(everybody, name)
    )
    return _table(
        "mean_dose", "Mean dose over time, and one standard error to each side", _WEEKS, rows
    )


_STRETCHES = ("participant", "series", "first_day", "last_day", "dose_mg")


def stretches(everybody: Iterable[Sparing], name: Name) -> Table:
    """A row a stretch of days of one dose, by their number; a gap has none."""
    rows = (
        [each.participant, str(name), str(first), str(last), _n(mg)]
        for each in everybody
        for first, last, mg in runs(each.of(name).days)
    )
    return _table("stretches", "Doses of each participant", _STRETCHES, rows)


def tables(everybody: Sequence[Sparing], cohort: Cohort, main: Name) -> tuple[Table, ...]:
    """Every table, what concerns each participant first."""
    return (
        by_participant(everybody),
        targets(everybody),
        beside(everybody),
        summaries(cohort),
        shares(cohort),
        curves(cohort.curves),
        moments(cohort.curves),
        weeks(everybody),
        stretches(everybody, main),
    )
