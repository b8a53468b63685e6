"""§11.1 to §11.3: what was taken, doses beside the ladder, and where results are measured from."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import cases
import pytest
from spec.build import ANCHOR, TODAY, case, codes, hold, plan, refusal, withdraw

from taper.errors import Refusal
from taper.planning.plan import Plan
from taper.results.series import Name, Series, entry_of, of_plan
from taper.results.taken import beside_in_file, exposures_of, in_file, series_of
from taper.trial.participant import Participant
from taper.trial.rules import Trial

FIRST, DAY = dt.date.fromisoformat(ANCHOR), dt.timedelta(days=1)
DAY_OFF = {"date": "2026-01-06", "dose_mg": "0"}


def told(**changes: object) -> tuple[Trial, Participant, Plan]:
    """The usual participant with these keys in the file, and the plan."""
    protocol, participant = case(participant=changes)
    trial, who = cases.read(protocol, participant)
    return trial, who, plan(participant=changes)


def taken(*entries: dict[str, object], today: str = TODAY, **changes: object) -> Series:
    """What the file says was taken, from infusion 1 on."""
    trial, who, made = told(taken=list(entries), **changes)
    day = dt.date.fromisoformat(today)
    return series_of(in_file(who), made, trial.table, FIRST, day)


def wrong(*entries: dict[str, object], **changes: object) -> str:
    """Why such entries are refused."""
    with pytest.raises(Refusal) as refused:
        taken(*entries, **changes)
    return str(refused.value)


def prescribed(days: int, **changes: object) -> Series:
    """The days of the plan, the first `days` of them from infusion 1 on."""
    trial, who, made = told(**changes)
    mg = made.baseline.prednisone_mg
    if who.enrolment is not None:
        mg = trial.table.to_prednisone(who.enrolment.dose_mg, who.enrolment.drug)
    entry = entry_of(who, made, mg)
    return of_plan(Name.PRESCRIBED, made, FIRST, FIRST + (days - 1) * DAY, entry)


def test_days_and_stretches_are_taken_as_they_were_reported():
    """§11.1.1, §5.6.1: and a missed dose is a dose of none."""
    stretch = {"from": "2026-01-07", "until": "2026-01-08", "dose_mg": "7.5"}
    assert taken({"date": ANCHOR, "dose_mg": "10"}, DAY_OFF, stretch).mg == (
        *(10, 0),
        *(Fraction(15, 2), Fraction(15, 2)),
    )


def test_a_gap_is_a_gap():
    """§11.1.3."""
    reported = taken({"date": ANCHOR, "dose_mg": "10"}, {"date": "2026-01-08", "dose_mg": "9"})
    assert reported.mg == (10, None, None, 9)
    assert reported.at(dt.date(2026, 1, 7)) is None


def test_what_follows_from_counted_tablets_is_derived():
    """§11.1.2, §5.6.2: 20 of 5 mg and 10 of 1 mg out, 4 of 5 mg back: 90 mg in 10 days."""
    counted = taken(
        {
            "from": ANCHOR,
            "until": "2026-01-14",
            "handed_out": [{"mg": "5", "count": "20"}, {"mg": "1", "count": "10"}],
            "returned": [{"mg": "5", "count": "4"}],
        },
        {"date": "2026-01-15", "dose_mg": "9"},
    )
    assert counted.mg == (*[Fraction(9)] * 10, 9)
    assert counted.derived == frozenset(range(10))


def test_a_dose_of_another_drug_is_counted_in_prednisone():
    """§11.3.3: dexamethasone 2 mg is 40/3 mg, and stays so; two drugs of a day are added."""
    both = taken(
        {"date": ANCHOR, "dose_mg": "2", "drug": "dexamethasone"},
        {"date": ANCHOR, "dose_mg": "4", "drug": "Medrol"},
    )
    assert both.mg == (Fraction(40, 3) + 5,)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([DAY_OFF, DAY_OFF], "taken[2] is prednisone on 2026-01-06, which taken[1] has too"),
        ([{"date": "2028-09-02", "dose_mg": "5"}], "taken[1].date is 2028-09-02"),
        ([{"date": ANCHOR}], "allowed: dose_mg, or handed_out"),
        ([{"from": ANCHOR, "dose_mg": "5"}], "allowed: date for one day, or from and until"),
        ([{"from": ANCHOR, "until": "2026-01-01", "dose_mg": "5"}], "a date on or after from"),
        ([{**DAY_OFF, "drug": "aspirin"}], "taken[1].drug is 'aspirin'"),
        ([{**DAY_OFF, "returned": [{"mg": "5", "count": "1"}]}], "given with handed_out only"),
    ],
)
def test_what_cannot_have_been_taken_is_refused(entries, said):
    """§11.1.5, §5.6.1."""
    assert said in wrong(*entries)


def test_no_more_comes_back_than_was_handed_out():
    """§5.6.2."""
    counted = {"from": ANCHOR, "until": "2026-01-14", "handed_out": [{"mg": "5", "count": "2"}]}
    more = {**counted, "returned": [{"mg": "5", "count": "2.5"}]}
    assert "no more of a strength than was handed out" in wrong(more)


def test_a_diary_moves_no_day_and_no_hash():
    """§5.6.6: the plan is the same to its hash."""
    beside = {"date": ANCHOR, "drug": "hydrocortisone", "dose_mg": "150", "route": "iv"}
    without = plan()
    also = plan(participant={"taken": [DAY_OFF], "exposures": [{**beside, "reason": "infusion"}]})
    assert (also.steps, also.inputs_sha256) == (without.steps, without.inputs_sha256)


# Doses beside the ladder -------------------------------------------------------------------------


def exposure(**changes: str) -> dict[str, str]:
    usual = {"date": ANCHOR, "drug": "hydrocortisone", "dose_mg": "150", "route": "Intravenous"}
    return {**usual, "reason": "at the infusion", **changes}


def test_a_dose_at_an_infusion_is_no_step_of_the_ladder():
    """§11.2.1, §5.6.3: hydrocortisone 150 mg are 37.5 mg prednisone by the usual table."""
    trial, who, made = told(exposures=[exposure()])
    (beside,) = exposures_of(beside_in_file(who), trial.table, FIRST)
    assert (beside.exposure.route, beside.prednisone_mg) == ("iv", Fraction(75, 2))
    assert made.steps == plan().steps


def test_an_exposure_after_today_has_not_been_given():
    """§11.1.5: it is named by its place in the file."""
    trial, who, _ = told(exposures=[exposure(), exposure(date="2026-01-07")])
    with pytest.raises(Refusal) as refused:
        list(exposures_of(beside_in_file(who), trial.table, FIRST + DAY))
    (problem,) = refused.value.problems
    assert (problem.field, problem.read) == ("exposures[2].date", "2026-01-07")
    assert problem.allowed == "a date up to today, 2026-01-06"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"route": "nasal"}, "exposures[1].route is 'nasal'"),
        ({"reason": "no"}, "exposures[1].reason is 'no'"),
        ({"drug": "aspirin"}, "exposures[1].drug is 'aspirin'"),
        ({"dose_mg": "0"}, "exposures[1].dose_mg is '0'"),
    ],
)
def test_an_exposure_says_which_drug_how_and_why(changes, said):
    """§5.6.3."""
    with pytest.raises(Refusal) as refused:
        told(exposures=[exposure(**changes)])
    assert said in str(refused.value)


# The dose at entry -------------------------------------------------------------------------------

ENTRY = {"drug": "methylprednisolone", "dose_mg": "16", "date": "2025-12-20"}
MOST_15 = {"eligibility": {"max_mg": "15"}}


def test_results_are_measured_from_the_dose_at_entry():
    """§11.3.1: 16 mg methylprednisolone are 20 mg prednisone."""
    _, who, made = told(enrolment=ENTRY)
    assert entry_of(who, made, Fraction(20)).mg == 20
    assert made.baseline.prednisone_mg == 10


def test_eligibility_is_judged_by_the_dose_at_entry():
    """§11.3.2, §6.3.1: 20 mg at entry are more than 15, though the taper starts from 10."""
    assert plan(protocol=MOST_15).baseline.prednisone_mg == 10
    problem = refusal(protocol=MOST_15, participant={"enrolment": ENTRY})
    assert problem.field == "enrolment.dose_mg"
    assert problem.read == "20 mg prednisone-equivalent"
    low = {**ENTRY, "dose_mg": "12"}
    assert plan("20", protocol=MOST_15, participant={"enrolment": low}).steps
    waived = {"enrolment": ENTRY, "eligibility_waived": "sponsor, 2026-01-20"}
    assert "eligibility-waived" in codes(plan(protocol=MOST_15, participant=waived))


def test_entry_comes_before_the_first_infusion():
    """§5.6.4."""
    problem = refusal(participant={"enrolment": {**ENTRY, "date": "2026-01-06"}})
    assert (problem.field, problem.read) == ("enrolment.date", "2026-01-06")
    problem = refusal(participant={"enrolment": {**ENTRY, "date": "1900-01-01"}})
    assert (problem.field, problem.read) == ("enrolment.date", "1900-01-01")


def test_entry_is_in_a_drug_that_the_table_has():
    """§11.3.3."""
    problem = refusal(participant={"enrolment": {**ENTRY, "drug": "deflazacort"}})
    assert problem.field == "enrolment.drug"


# Before, in and after the plan -------------------------------------------------------------------


def test_the_days_of_a_plan_go_on_as_it_says():
    """§11.1.4: after the last printed day the maintenance dose, day after day."""
    days = prescribed(200).mg
    assert days[:15] == (*[Fraction(10)] * 14, 9)
    assert set(days[70:]) == {5}


def test_after_a_withdrawal_nothing_is_known():
    """§11.1.4."""
    days = prescribed(60, events=[withdraw("2026-02-16")]).mg
    assert (days[41], days[42]) == (8, None)


def test_an_open_hold_goes_on():
    """§11.1.4."""
    assert prescribed(300, events=[hold("2026-02-10")]).mg[-1] == 8


@pytest.mark.parametrize(
    ("since", "expected"),
    [(None, (None, None)), ("2026-01-20", (20, 10)), ("2026-01-02", (10, 10))],
)
def test_between_entry_and_taper_the_dose_is_known_where_since_is_given(since, expected):
    """§11.1.4: the taper follows infusion 2, three months after infusion 1."""
    steroid = {"drug": "prednisone", "dose_mg": "10", "strengths": ["5", "1"]}
    protocol, participant = case(
        taper={"after_infusion": 2},
        steroid={**steroid, "since": since} if since else steroid,
        participant={"enrolment": ENTRY},
    )
    trial, who = cases.read(protocol, participant)
    made = cases.plan_of(protocol, participant, dt.date.fromisoformat(TODAY))
    entry = entry_of(who, made, trial.table.to_prednisone(Fraction(16), "methylprednisolone"))
    days = of_plan(Name.PRESCRIBED, made, FIRST, FIRST + 40 * DAY, entry)
    assert (days.mg[0], days.mg[40]) == expected
