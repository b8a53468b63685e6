"""§11.4 to §11.6: what came of one participant by each estimand, and of all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from math import exp, log, sqrt
from random import Random

import pytest

from taper.results import cohort as cohorts
from taper.results.cohort import Spread, days_of_all
from taper.results.estimands import RULES, SOURCE, Estimand, Intercurrent
from taper.results.figures import or_none, root, text, told
from taper.results.proportions import proportion
from taper.results.series import Name, Series
from taper.results.sparing import AtTime, Given, InSeries, Question, Sparing, sparing, time_weighted
from taper.results.taken import Exposed
from taper.results.time_to_target import Curve, curve_of, moments_of
from taper.results.times import Time, parse_times
from taper.results.unlikely import briefly_at_target
from taper.trial.taken import Exposure

FIRST = dt.date(2026, 1, 5)
TWO_WEEKS = Question(parse_times("2w"), window=7)
Mg = int | Fraction | None


def series(name: Name, *mg: Mg, derived: int = 0) -> Series:
    doses = tuple(None if each is None else Fraction(each) for each in mg)
    return Series(name, FIRST, doses, frozenset(range(derived)))


def given(*taken: Mg, prescribed: tuple[Mg, ...] = (10,) * 15, **more: object) -> Given:
    """Ten mg at entry, a target of 5, and what was taken from infusion 1 on."""
    three = (
        series(Name.PLANNED, *[10] * 15),
        series(Name.PRESCRIBED, *prescribed),
        series(Name.TAKEN, *taken),
    )
    return Given("A-01", FIRST, Fraction(10), Fraction(5), three, **more)  # type: ignore[arg-type]


def of(*taken: Mg, question: Question = TWO_WEEKS, **more: object) -> Sparing:
    return sparing(given(*taken, **more), question)


def seen(*taken: Mg, **more: object) -> InSeries:
    return of(*taken, **more).of(Name.TAKEN)


def at(*taken: Mg, **more: object) -> AtTime:
    return seen(*taken, **more).at[-1]


# One participant ---------------------------------------------------------------------------------


def test_times_count_from_infusion_1():
    """§11.4.1: months end where the month ends, and day 14 is two weeks after."""
    (month, weeks, days) = parse_times("1m, 5w,40d")
    assert month.after(dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)
    assert weeks.after(FIRST) == dt.date(2026, 2, 9)
    assert days.after(FIRST) == dt.date(2026, 2, 14)


@pytest.mark.parametrize("typed", ["", "6", "m6", "0m", "6m,6m", "8m,6m", "6y", "121m", "6m;8m"])
def test_other_times_are_refused(typed):
    """§11.4.1."""
    with pytest.raises(ValueError, match="6m,8m,16m"):
        parse_times(typed)


def test_the_latest_time_is_that_of_the_months_that_there_are():
    """§11.4.1: from 1 March 6 months are 184 days, and more than 183."""
    first = dt.date(2026, 3, 1)
    question = Question(parse_times("6m,183d"))
    assert [str(time.after(first)) for time in question.times] == ["2026-09-01", "2026-08-31"]
    assert str(question.last_day(first)) == "2026-09-01"


def test_a_fall_is_below_0():
    """§11.4.1: from 10 mg at entry to 6.5."""
    day = at(*[10] * 14, Fraction(13, 2))
    assert (day.day, day.mg, day.change_mg, day.change_percent) == (
        dt.date(2026, 1, 19),
        Fraction(13, 2),
        Fraction(-7, 2),
        -35,
    )


def test_each_series_is_told_beside_the_others():
    """§11.1.1, §11.4.1."""
    each = of(*[8] * 15, prescribed=(9,) * 15)
    assert [each.of(name).at[0].mg for name in Name] == [10, 9, 8]


def test_the_window_ends_with_the_day_and_counts_what_is_known():
    """§11.4.2: of the last seven days two are missing, the others are 6, 6, 6, 4 and 4 mg."""
    day = at(*[10] * 8, 6, 6, 6, None, None, 4, 4)
    assert (day.window_mg, day.window_known) == (Fraction(26, 5), 5)
    assert day.window_change_percent == -48


def test_a_day_that_nobody_reported_has_no_change_and_says_why():
    """§11.1.3, §11.4.7."""
    day = at(*[10] * 14)
    assert (day.mg, day.change_percent, day.is_at_target) == (None, None, None)
    assert day.why == "nothing is known of that day"


def test_a_sum_is_undefined_where_a_day_is_missing():
    """§11.4.3: what is known is told beside it, and the mean is that of the known days."""
    whole, lacking = at(*[10] * 7, *[5] * 8).sum, at(*[10] * 7, *[5] * 7, None).sum
    assert (whole.mg, whole.mean_mg) == (110, Fraction(22, 3))
    assert (lacking.mg, lacking.known_mg, lacking.known_days, lacking.days) == (None, 105, 14, 15)
    assert lacking.mean_mg == Fraction(15, 2)


def test_days_at_a_low_dose_are_counted_and_are_a_share_of_the_known():
    """§11.4.3: 5 mg is at most 5, and 7.5 at most 7.5."""
    summed = at(*[10] * 5, *[Fraction(15, 2)] * 4, *[5] * 3, None, None, 5).sum
    assert (summed.low_days, summed.middle_days) == (4, 8)
    assert summed.share(summed.low_days) == Fraction(4, 13)


@pytest.mark.parametrize(
    ("taken", "days", "kept"),
    [
        ((10, 5, 5, 5), 1, True),
        ((10, 5, 6, 5), 1, False),
        ((10, 5, None, 5), 1, None),
        ((10, 5, None, 6), 1, False),
        ((10, 9, 8, 7), None, None),
        ((4, 4, 4, 4), 0, True),
    ],
)
def test_the_target_is_reached_on_the_first_day_at_it_and_kept_or_not(taken, days, kept):
    """§11.4.4."""
    reached = seen(*taken).target
    assert (reached.days, reached.is_sustained, reached.followed) == (days, kept, 3)


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ((10, 0, 10, 5, 5), "2026-01-06, is one known day of 0 mg before 10 mg on 2026-01-07"),
        (
            (10, None, 5, None, 20),
            "2026-01-07, is one known day of 5 mg before 20 mg on 2026-01-09",
        ),
        ((10, 5, 5, 10), None),
        ((10, 10, 5), None),
        ((10, 9), None),
        ((), None),
    ],
)
def test_a_target_that_is_one_day_alone_is_named(taken, said):
    """§11.4.4: a missed dose, or a day of a cycle."""
    (*remarks,) = briefly_at_target(of(*taken))
    whole = f"A-01, taken: the first day at the target, {said}; the target counts as reached on it."
    assert remarks == ([whole] if said else [])


def test_a_day_alone_that_does_not_count_as_at_the_target_is_not_named():
    """§11.4.4, §11.5.3: on the day of a flare nobody counts as at the target."""
    flare = Intercurrent("flare", FIRST + dt.timedelta(1))
    question = replace(TWO_WEEKS, estimand=Estimand.COMPOSITE)
    assert not list(briefly_at_target(of(10, 0, 10, question=question, intercurrent=flare)))


def test_adherence_is_of_the_days_that_are_known_of_both():
    """§11.4.5: 10 of 12 known days as prescribed; of 120 mg 107 were taken."""
    kept = of(*[10] * 10, 5, 2, None, None, None).adherence
    assert (kept.days, kept.same_days, kept.share_of_days) == (12, 10, Fraction(5, 6))
    assert kept.share_of_mg == Fraction(107, 120)


def test_counted_tablets_tell_mg_and_no_day():
    """§11.1.2, §11.4.5."""
    counted = replace(
        given(), series=(*given().series[:2], series(Name.TAKEN, *[9] * 15, derived=15))
    )
    each = sparing(counted, TWO_WEEKS)
    assert (each.adherence.days, each.adherence.share_of_days) == (0, None)
    assert each.adherence.share_of_mg == Fraction(9, 10)
    assert each.of(Name.TAKEN).derived_days == 15


RESCUE = frozenset({FIRST + dt.timedelta(days=3), FIRST + dt.timedelta(days=14)})


def test_rescue_is_what_was_taken_on_its_days():
    """§11.4.6."""
    assert at(*[10] * 3, 40, *[10] * 10, 30, rescue=RESCUE).sum.rescue_mg == 70


def test_without_rescue_its_days_are_left_out():
    """§11.4.6, §11.4.7: of sums, shares and of the day itself; nothing of them is missing then."""
    without = replace(TWO_WEEKS, with_rescue=False)
    day = at(*[10] * 3, 40, *[10] * 10, 30, rescue=RESCUE, question=without)
    assert (day.sum.mg, day.sum.days, day.sum.rescue_mg) == (130, 13, 0)
    assert (day.mg, day.why) == (None, "left out, as a day of rescue or stress dose")
    all_of_it = of(*[10] * 3, 40, *[10] * 10, 30, rescue=RESCUE, question=without)
    planned = all_of_it.of(Name.PLANNED).at[0]
    assert (planned.mg, planned.sum.mg) == (10, 150)
    assert (all_of_it.adherence.days, all_of_it.adherence.taken_mg) == (13, 130)


WITH_THEM = replace(TWO_WEEKS, with_exposures=True)


def exposed(day: dt.date) -> Exposed:
    """Hydrocortisone 150 mg into a vein, which are 37.5 mg prednisone."""
    said = {"date": day, "drug": "hydrocortisone", "dose_mg": "150", "route": "iv"}
    given = Exposure.model_validate({**said, "reason": "infusion"})
    return Exposed(given, Fraction(75, 2), "A-01, exposures[1]")


def test_doses_beside_the_ladder_are_in_the_sums_where_the_analysis_says_so():
    """§11.2.2: and in nothing else, nor in what was planned."""
    beside = exposed(FIRST)
    each = of(*[10] * 15, exposures=(beside,), question=WITH_THEM)
    sums = [each.of(name).at[0].sum.mg for name in Name]
    assert sums == [150, Fraction(375, 2), Fraction(375, 2)]
    assert each.of(Name.TAKEN).at[0].mg == 10
    assert at(*[10] * 15, exposures=(beside,)).sum.mg == 150


def test_a_time_weighted_dose_is_of_the_days_own_doses_and_says_so():
    """§11.2.2, §11.4.3: 140 mg on 14 known days are 10 mg, whatever an infusion brought."""
    for question in (TWO_WEEKS, WITH_THEM):
        summed = at(*[10] * 14, None, exposures=(exposed(FIRST),), question=question).sum
        assert summed.mean_mg == 10
        assert summed.known_mg - summed.beside_mg == 140
        assert "doses beside the ladder are never in it" in time_weighted(question)
    assert "rescue and stress doses among them" in time_weighted(TWO_WEEKS)
    assert "stress doses left out" in time_weighted(replace(TWO_WEEKS, with_rescue=False))


@pytest.mark.parametrize(
    ("changes", "day", "mg"),
    [
        ({}, 10, Fraction(75, 2)),
        ({"estimand": Estimand.HYPOTHETICAL}, 10, 0),
        ({"estimand": Estimand.HYPOTHETICAL}, 9, Fraction(75, 2)),
        ({"estimand": Estimand.COMPOSITE}, 10, Fraction(75, 2)),
        ({"with_rescue": False}, 3, 0),
        ({"with_rescue": False}, 4, Fraction(75, 2)),
        ({}, 15, 0),
    ],
)
def test_a_dose_beside_the_ladder_is_left_out_with_its_day(changes, day, mg):
    """§11.2.2, §11.5.2, §11.4.6: a pulse for the flare goes where the flare's days go."""
    given_then = exposed(FIRST + dt.timedelta(days=day))
    question = replace(WITH_THEM, **changes)
    who = {"exposures": (given_then,), "rescue": RESCUE, "intercurrent": FLARE}
    assert at(*[10] * 15, question=question, **who).sum.beside_mg == mg
    assert at(question=question, **who).sum.known_mg == mg  # nothing else was reported


# Estimands ---------------------------------------------------------------------------------------

FLARE = Intercurrent("flare", FIRST + dt.timedelta(days=10))
COURSE = (*[10] * 5, *[5] * 5, *[20] * 3, 4, 4)


def by(estimand: Estimand) -> Sparing:
    """Down to 5 mg, a flare on day 10, and at the target again on the last day."""
    question = replace(TWO_WEEKS, estimand=estimand)
    return of(*COURSE, question=question, intercurrent=FLARE)


def test_by_treatment_policy_doses_count_as_they_were():
    """§11.5.1."""
    taken = by(Estimand.TREATMENT_POLICY).of(Name.TAKEN)
    assert (taken.at[0].mg, taken.at[0].is_at_target) == (4, True)
    assert taken.at[0].sum.mg == 143
    assert (taken.target.days, taken.target.is_sustained) == (5, False)


def test_hypothetically_days_from_the_flare_on_are_left_out():
    """§11.5.2, §11.4.7."""
    taken = by(Estimand.HYPOTHETICAL).of(Name.TAKEN)
    assert (taken.at[0].mg, taken.at[0].change_percent) == (None, None)
    assert taken.at[0].why == "left out from the flare of 2026-01-15 on"
    assert (taken.at[0].sum.mg, taken.at[0].sum.known_mg) == (None, 75)
    assert (taken.target.days, taken.target.is_sustained, taken.target.followed) == (5, True, 9)


def test_by_a_composite_nobody_is_at_the_target_after_a_flare():
    """§11.5.3: the dose is the one at entry, 10 mg, as 4 is not higher; sums stay as they were."""
    taken = by(Estimand.COMPOSITE).of(Name.TAKEN)
    assert (taken.at[0].mg, taken.at[0].change_percent, taken.at[0].is_at_target) == (10, 0, False)
    assert taken.at[0].sum.mg == 143
    assert (taken.target.days, taken.target.is_sustained) == (5, False)
    higher = replace(TWO_WEEKS, estimand=Estimand.COMPOSITE)
    assert at(*[10] * 10, *[30] * 5, question=higher, intercurrent=FLARE).change_percent == 200
    gone = at(*[10] * 10, question=higher, intercurrent=FLARE)
    assert (gone.mg, gone.is_at_target) == (10, False)


def test_where_nothing_was_reported_no_estimand_makes_a_dose_of_it():
    """§11.1.3, §11.5.3."""
    composite = replace(TWO_WEEKS, estimand=Estimand.COMPOSITE)
    assert at(question=composite, intercurrent=FLARE).mg is None


def test_the_planned_series_knows_of_no_event():
    """§11.5.5."""
    assert {by(each).of(Name.PLANNED).at[0].mg for each in Estimand} == {10}


@pytest.mark.parametrize("estimand", Estimand)
def test_each_estimand_says_its_rules_and_their_source(estimand):
    """§11.5.4."""
    told_of = RULES[estimand].as_dict()
    assert all(len(told_of[key]) > 20 for key in ("rescue", "withdrawal", "missing"))
    assert told_of["source"] == SOURCE
    assert "E9(R1)" in SOURCE


# All of them -------------------------------------------------------------------------------------


def test_mean_sd_and_sem_are_those_of_a_sample():
    """§11.6.1: 2, 4, 4, 4, 5, 5, 7, 9 have the mean 5 and the variance 32/7."""
    spread = Spread(tuple(map(Fraction, (2, 4, 4, 4, 5, 5, 7, 9))))
    assert spread.mean == 5
    assert text(spread.sd, 6) == "2.13809"
    assert text(spread.sem, 6) == "0.755929"


def test_quartiles_lie_between_the_ordered_values_in_proportion():
    """§11.6.1: of 1, 2, 3, 4, 10 and 20 as R and NumPy have them."""
    spread = Spread(tuple(map(Fraction, (20, 1, 3, 2, 10, 4))))
    assert [spread.quartile(i) for i in (1, 2, 3)] == [
        Fraction(9, 4),
        Fraction(7, 2),
        Fraction(17, 2),
    ]


def test_of_nobody_and_of_one_nothing_is_made_up():
    """§11.6.1, §11.4.7."""
    nobody, one = Spread(()), Spread((Fraction(3),))
    assert (nobody.mean, nobody.sd, nobody.quartile(2)) == (None, None, None)
    assert (one.mean, one.sd, one.sem, one.quartile(1)) == (3, None, None, 3)
    assert proportion(0, 0).share is None


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_a_share_has_wilsons_interval(count, n, low, high):
    """§11.6.2: as `prop.test(count, n, correct = FALSE)` of R 4.2.2 has it."""
    share = proportion(count, n)
    assert (text(share.low), text(share.high)) == (low, high)
    assert share.share == Fraction(count, n)


AML = ((9, 13, 18, 23, 31, 34, 48), (13, 28, 45, 161))
"""Weeks of maintained remission, and those censored: Miller, Survival Analysis, 1981, p. 49."""


def test_time_to_the_target_is_by_kaplan_and_meier_with_log_log_limits():
    """§11.6.3: the shares are exact; the limits are held against their formula below."""
    assert [(m.day, m.at_risk, m.share_over) for m in moments_of(*AML)] == [
        (9, 11, Fraction(10, 11)),
        (13, 10, Fraction(9, 11)),
        (18, 8, Fraction(63, 88)),
        (23, 7, Fraction(27, 44)),
        (31, 5, Fraction(27, 55)),
        (34, 4, Fraction(81, 220)),
        (48, 2, Fraction(81, 440)),
    ]


def by_hand(times: list[int], censored: list[int]) -> list[tuple[float, float, float]]:
    """Share and limits after each day: share ** exp(± 1.96 · root(Greenwood) / log share)."""
    found, share, greenwood = [], 1.0, 0.0
    for day in sorted(set(times)):
        at_risk = len([each for each in times + censored if each >= day])
        reached = times.count(day)
        if at_risk == reached:
            break
        share *= 1 - reached / at_risk
        greenwood += reached / (at_risk * (at_risk - reached))
        step = 1.959963984540054 * sqrt(greenwood) / log(share)
        low, high = sorted((share ** exp(step), share ** exp(-step)))
        found.append((share, low, high))
    return found


def score(count: int, n: int) -> tuple[float, float]:
    """Wilson's ends as the roots of his quadratic."""
    z2, p = 1.959963984540054**2, count / n
    middle, half = p + z2 / (2 * n), sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


@pytest.mark.parametrize("seed", range(5))
def test_random_cohorts_have_the_limits_that_the_formulas_give(seed):
    """§11.6.2, §11.6.3: with ties, and censoring on the day of an event, which comes after it."""
    by = Random(seed)
    times = [by.randint(0, 20) for _ in range(by.randint(1, 15))]
    censored = [by.randint(0, 20) for _ in range(by.randint(0, 15))]
    moments = [m for m in moments_of(times, censored) if m.low is not None]
    told_of = [(float(m.share_over), float(m.low), float(m.high)) for m in moments]
    assert len(told_of) == len(by_hand(times, censored))
    for ours, theirs in zip(told_of, by_hand(times, censored), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-12)
    share = proportion(len(times), len(times) + len(censored))
    ends = float(share.low), float(share.high)
    assert ends == pytest.approx(score(share.count, share.n), abs=1e-12)


LEUKEMIA = (
    (5, 5, 8, 8, 9, 12, 18, 23, 23, 27, 30, 31, 33, 34, 43, 45, 48, 13),
    (13, 16, 28, 45, 161),
)
"""Both groups of the same study together."""


def test_the_curve_of_leukaemia_is_the_one_of_r():
    """§11.6.3: `survfit(Surv(time, status) ~ 1, aml, conf.type = "log-log")` of R 4.2.2 with
    survival 3.5.3, whose data they are."""
    told_of = [
        (m.day, *(text(each) for each in (m.share_over, m.low, m.high)))
        for m in moments_of(*LEUKEMIA)
    ]
    assert told_of[:5] == [
        (5, "0.913", "0.6949", "0.9775"),
        (8, "0.8261", "0.6006", "0.9309"),
        (9, "0.7826", "0.5542", "0.9032"),
        (12, "0.7391", "0.5092", "0.8734"),
        (13, "0.6957", "0.4656", "0.8417"),
    ]
    assert told_of[-1] == (48, "0.0828", "0.007", "0.2868")
    curve = Curve("all", Name.TAKEN, 23, 18, 0, moments_of(*LEUKEMIA), LEUKEMIA[1])
    days = (curve.median_days, curve.median_low_days, curve.median_high_days)
    assert days == (27, 13, 34)


def test_where_all_have_reached_it_there_is_no_limit():
    """§11.6.3, §11.4.7."""
    last = moments_of([1, 2, 3], [])[-1]
    assert (last.share_over, last.low, last.high) == (0, None, None)
    assert moments_of([], [5]) == ()


def everybody() -> list[Sparing]:
    """Down by a half, a quarter and nothing; the fourth has no day, the fifth flared and rose."""
    courses = ((5,) * 15, (Fraction(15, 2),) * 15, (10,) * 15, (), (20,) * 15)
    each = [replace(given(*course), participant=f"A-{i}") for i, course in enumerate(courses)]
    each[-1] = replace(each[-1], is_flagged=True)
    return [sparing(one, TWO_WEEKS) for one in each]


def test_all_are_told_with_and_without_the_flagged():
    """§11.6.4, §11.6.1: -50, -25, 0 and +100 percent; one has no dose."""
    made = cohorts.cohort(cohorts.members(everybody()), TWO_WEEKS)
    taken = {each.who: each for each in made.summaries if each.series is Name.TAKEN}
    told_of = {who: (s.n, s.missing, s.change_percent.mean) for who, s in taken.items()}
    assert told_of == {
        "all": (4, 1, Fraction(25, 4)),
        "without flagged": (3, 1, -25),
    }
    assert taken["all"].at_target.share == Fraction(1, 4)


def test_without_a_flag_all_are_told_once():
    """§11.6.4."""
    assert list(cohorts.members(everybody()[:2])) == ["all"]


def test_of_whom_no_day_is_known_nobody_counts():
    """§11.6.3: five, of whom one is left out and one reaches the target on day 0."""
    targets = [each.of(Name.TAKEN).target for each in everybody()]
    curve = curve_of("all", Name.TAKEN, targets)
    assert (curve.n, curve.reached, curve.left_out, curve.censored) == (4, 1, 1, (14, 14, 14))
    assert curve.median_days is None
    assert curve_of("all", Name.TAKEN, targets[:2]).median_days == 0


def test_the_mean_dose_of_a_day_has_a_band_of_one_standard_error():
    """§11.8.1: of 5, 7.5, 10 and 20 mg."""
    first, *_ = days_of_all(everybody(), Name.TAKEN)
    assert (first.day, first.n, first.mean_mg) == (0, 4, Fraction(85, 8))
    assert (
        text(first.mean_mg - first.low_mg, 3) == text(first.high_mg - first.mean_mg, 3) == "3.287"
    )


# Figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "decimals", "said"),
    [
        (Fraction(-35), 1, "-35"),
        (Fraction(-1, 3), 4, "-0.3333"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 1000), 1, "0"),
        (100, 0, "100"),
    ],
)
def test_a_number_is_rounded_half_away_from_0_and_only_when_shown(number, decimals, said):
    """§11.3.3."""
    assert text(number, decimals) == said


def test_what_is_undefined_is_said():
    """§11.4.7."""
    assert (told(None), or_none(None), told(Fraction(5), signed=True)) == ("undefined", None, "+5")
    assert text(root(Fraction(2)), 10) == "1.4142135624"
    assert Time("6m", 6, "m").label == "6m"
