"""What taper says of a cohort, held beside what R says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import nan

import pytest
from beside_r.cohorts import Cohort
from beside_r.r import Said

from taper.results.cohort import Spread
from taper.results.proportions import proportion
from taper.results.series import Name
from taper.results.time_to_target import Curve, Moment, moments_of

CLOSE = 1e-9


def refuse_to_differ(cohort: Cohort, said: Said) -> None:
    """Raise where any number is another one than R's."""
    moments = moments_of(cohort.reached, cohort.censored)
    _alike([m.day for m in moments], said["day"])
    _alike([m.at_risk for m in moments], said["at_risk"])
    _alike([m.reached for m in moments], said["reached"])
    _alike([m.share_over for m in moments], said["share_over"])
    _alike([m.low for m in moments], said["low"])
    _alike([m.high for m in moments], said["high"])
    _refuse_another_median(cohort, moments, said["median"])
    n = len(cohort.reached) + len(cohort.censored)
    share = proportion(len(cohort.reached), n)
    _alike([share.low, share.high], said["wilson"])
    spread = Spread(cohort.changes)
    _alike([spread.mean, spread.sd, spread.sem], said["mean_sd_sem"])
    _alike([spread.quartile(i) for i in (1, 2, 3)], said["quartiles"])


def _alike(ours: Sequence[int | Fraction | None], theirs: Sequence[float | None]) -> None:
    assert [*map(_float, ours)] == pytest.approx(
        [*map(_float, theirs)], abs=CLOSE, rel=CLOSE, nan_ok=True
    )


def _float(number: int | float | Fraction | None) -> float:
    """Where there is no number of ours, R must have none either."""
    return nan if number is None else float(number)


def _refuse_another_median(
    cohort: Cohort, moments: Sequence[Moment], theirs: Sequence[float | None]
) -> None:
    """The first day by which half are at the target.

    Where the curve lies at exactly one half for a while R says the middle of that while, which is
    no day on which anything happened: then ours is its first day.
    """
    n = len(cohort.reached) + len(cohort.censored)
    curve = Curve("all", Name.TAKEN, n, len(cohort.reached), 0, tuple(moments), cohort.censored)
    ours, (median, low, high) = curve.median_days, theirs
    flat = next((i for i, m in enumerate(moments) if m.share_over == Fraction(1, 2)), None)
    if flat is not None:
        later = [m.day for m in moments[flat + 1 : flat + 2]]
        assert ours == moments[flat].day
        if later:
            assert median == pytest.approx((moments[flat].day + later[0]) / 2)
    else:
        _alike([ours], [median])
    _alike([curve.median_low_days, curve.median_high_days], [low, high])
