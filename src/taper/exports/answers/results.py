"""What came of the participants, for another program; numbers as text, exact to 4 decimals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from taper.results.cohort import QUARTILES, Cohort, Spread, Summary
from taper.results.estimands import MEASURED, RULES
from taper.results.figures import or_none
from taper.results.proportions import INTERVAL
from taper.results.series import MEANING, Name
from taper.results.sparing import AtTime, InSeries, Question, Sparing, time_weighted
from taper.results.time_to_target import METHOD, Curve

SCHEMA = "taper-results/1"


def as_data(
    everybody: Iterable[Sparing], cohort: Cohort, question: Question, main: Name, today: date
) -> dict[str, Any]:
    """Everybody and all together, with the rule that each number follows."""
    return {
        "schema": SCHEMA,
        "series": str(main),
        "series_mean": {str(name): MEANING[name] for name in Name},
        "estimand": {"name": str(question.estimand), **RULES[question.estimand].as_dict()},
        "measured": MEASURED,
        "window_days": question.window,
        "with_rescue": question.with_rescue,
        "with_exposures": question.with_exposures,
        "methods": {
            "time_weighted": time_weighted(question),
            "quartiles": QUARTILES,
            "interval": INTERVAL,
            "time_to_target": METHOD,
        },
        "participants": [_participant(each, main, today) for each in everybody],
        "cohort": [_summary(each) for each in cohort.summaries],
        "time_to_target": [_curve(each) for each in cohort.curves],
    }


def _participant(each: Sparing, main: Name, today: date) -> dict[str, Any]:
    given, kept = each.given, each.adherence
    first = given.intercurrent
    return {
        "participant": each.participant,
        "flagged": given.is_flagged,
        "provisional": given.is_provisional,
        "infusion_1": given.first.isoformat(),
        "baseline_mg": or_none(given.entry_mg),
        "target_mg": or_none(given.target_mg),
        "flares": [day.isoformat() for day in given.flares],
        "first_intercurrent": first and {"what": first.what, "date": first.day.isoformat()},
        "exposures": [
            {
                "date": e.exposure.date.isoformat(),
                "drug": e.exposure.drug,
                "dose_mg": or_none(e.exposure.dose_mg),
                "route": e.exposure.route,
                "reason": e.exposure.reason,
                "prednisone_equivalent_mg": or_none(e.prednisone_mg),
            }
            for e in given.exposures
        ],
        "adherence": {
            "days": kept.days,
            "days_as_prescribed": kept.same_days,
            "share_of_days": or_none(kept.share_of_days),
            "taken_mg": or_none(kept.taken_mg),
            "prescribed_mg": or_none(kept.prescribed_mg),
            "share_of_mg": or_none(kept.share_of_mg),
        },
        "at": [_time(each, place, main, today) for place in range(len(each.series[0].at))],
        "target": {str(series.name): _target(series) for series in each.series},
    }


def _time(each: Sparing, place: int, main: Name, today: date) -> dict[str, Any]:
    """One time: the doses side by side, the change of the main series, and each series whole."""
    at = {series.name: series.at[place] for series in each.series}
    return {
        "at": at[main].time.label,
        "date": at[main].day.isoformat(),
        "is_ahead": at[main].day > today,
        **{f"{name}_mg": or_none(at[name].mg) for name in Name},
        "series": str(main),
        "change_mg": or_none(at[main].change_mg),
        "change_percent": or_none(at[main].change_percent),
        **{str(name): _in_series(at[name]) for name in Name},
    }


def _in_series(at: AtTime) -> dict[str, Any]:
    summed = at.sum
    return {
        "dose_mg": or_none(at.mg),
        "why_undefined": at.why or None,
        "change_mg": or_none(at.change_mg),
        "change_percent": or_none(at.change_percent),
        "window_mg": or_none(at.window_mg),
        "window_days_known": at.window_known,
        "window_change_percent": or_none(at.window_change_percent),
        "days": summed.days,
        "days_known": summed.known_days,
        "cumulative_mg": or_none(summed.mg),
        "known_mg": or_none(summed.known_mg),
        "exposures_mg_in_known": or_none(summed.beside_mg),
        "time_weighted_mg": or_none(summed.mean_mg),
        "days_up_to_5_mg": summed.low_days,
        "share_up_to_5_mg": or_none(summed.share(summed.low_days)),
        "days_up_to_7_5_mg": summed.middle_days,
        "share_up_to_7_5_mg": or_none(summed.share(summed.middle_days)),
        "rescue_mg": or_none(summed.rescue_mg),
        "at_target": at.is_at_target,
    }


def _target(series: InSeries) -> dict[str, Any]:
    reached = series.target
    return {
        "first_day": reached.day and reached.day.isoformat(),
        "days": reached.days,
        "sustained": reached.is_sustained,
        "followed_days": reached.followed,
        "derived_days": series.derived_days,
    }


def _summary(each: Summary) -> dict[str, Any]:
    """One row; the change in percent stands flat, as it is what is asked for most."""
    percent, reached = each.change_percent, each.at_target
    return {
        "at": each.time.label,
        "who": each.who,
        "series": str(each.series),
        "n": each.n,
        "missing": each.missing,
        "mean_change_percent": or_none(percent.mean),
        "sd_change_percent": or_none(percent.sd),
        "sem_change_percent": or_none(percent.sem),
        "median_change_percent": or_none(percent.quartile(2)),
        "dose_mg": _spread(each.dose_mg),
        "change_mg": _spread(each.change_mg),
        "change_percent": _spread(percent),
        "window_change_percent": _spread(each.window_change_percent),
        "cumulative_mg": _spread(each.cumulative_mg),
        "time_weighted_mg": _spread(each.mean_mg),
        "share_up_to_5_mg": _spread(each.low_share),
        "share_up_to_7_5_mg": _spread(each.middle_share),
        "at_target": {
            "count": reached.count,
            "n": reached.n,
            "share": or_none(reached.share),
            "low": or_none(reached.low),
            "high": or_none(reached.high),
        },
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "n": spread.n,
        "mean": or_none(spread.mean),
        "sd": or_none(spread.sd),
        "sem": or_none(spread.sem),
        "q1": or_none(spread.quartile(1)),
        "median": or_none(spread.quartile(2)),
        "q3": or_none(spread.quartile(3)),
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "who": curve.who,
        "series": str(curve.series),
        "n": curve.n,
        "reached": curve.reached,
        "left_out": curve.left_out,
        "median_days": curve.median_days,
        "median_low_days": curve.median_low_days,
        "median_high_days": curve.median_high_days,
        "censored_days": list(curve.censored),
        "moments": [
            {
                "day": m.day,
                "at_risk": m.at_risk,
                "reached": m.reached,
                "share_over": or_none(m.share_over),
                "low": or_none(m.low),
                "high": or_none(m.high),
            }
            for m in curve.moments
        ],
    }
