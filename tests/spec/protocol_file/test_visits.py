"""§4.5, §5.3.6: visits are marked like infusions, and no dose depends on them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from cases import Fields, as_text
from spec.build import ANCHOR, PROTOCOL, codes, found, plan, refusal

from taper.cli.shown import protocols as shown
from taper.exports.answers import protocols as answers
from taper.operations.pharmacy.handing_out import unneeded
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.slips import without_visits
from taper.pharmacy.terms import Terms, every_of, parse_every
from taper.record import plan_document, reading
from taper.sources import validate_trial
from taper.trial.infusions import due_visits

VISIT_4: Fields = {"name": "Visit 4", "months": 1, "window_days": 7}
VISIT_5: Fields = {"name": "Visit 5", "weeks": 8}
PLANNED = {"visits": [VISIT_5, VISIT_4]}
"""Visit 4 on 2026-02-05, Visit 5 on 2026-03-02, in another order than that of their dates."""
ON_5 = {"name": "visit 5", "date": "2026-03-04"}


def given(*visits: Fields) -> Fields:
    return {"visits": list(visits)}


def marks(*visits: Fields, today: str = "2028-09-01") -> list[str]:
    """Each mark of the plan, a planned one in brackets."""
    made = plan(protocol=PLANNED, participant=given(*visits) if visits else {}, today=today)
    said = [f"{mark.name} {mark.date}" for mark in made.visits]
    return [
        f"({text})" if mark.planned else text for text, mark in zip(said, made.visits, strict=True)
    ]


def test_visits_are_counted_from_infusion_1_in_months_weeks_or_days():
    """§4.5.1: a month after 5 January, and 56 days."""
    assert marks() == ["(Visit 4 2026-02-05)", "(Visit 5 2026-03-02)"]


def test_a_participants_date_is_the_date_of_a_visit_whatever_the_case_of_its_name():
    """§5.3.6, §5.1.12: on paper it bears the name that its protocol gives it."""
    assert marks(ON_5) == ["(Visit 4 2026-02-05)", "Visit 5 2026-03-04"]
    assert marks(ON_5, today="2026-03-03")[-1] == "(Visit 5 2026-03-04)"


def test_a_visit_that_was_missed_is_marked_nowhere():
    """§5.3.6."""
    assert marks({"name": "Visit 4", "missed": True}) == ["(Visit 5 2026-03-02)"]


def test_no_dose_depends_on_a_visit():
    """§4.5.1, §9.1.10: the id of the plan stays, and so do its days."""
    without, made = plan(), plan(protocol=PLANNED, participant=given(ON_5))
    assert [day.dose_mg for day in made.days()] == [day.dose_mg for day in without.days()]
    assert plan_document.plan_id(made) == plan_document.plan_id(without)


@pytest.mark.parametrize(
    ("visits", "field", "allowed"),
    [
        ([VISIT_4, {**VISIT_5, "name": "VISIT 4"}], "visits", "each visit once"),
        ([{"name": "Visit 4"}], "visits[1]", "exactly one of months, weeks or days"),
        ([{**VISIT_4, "name": "Visit 20 mg"}], "visits[1].name", "a text without a dose"),
        ([{**VISIT_4, "name": "x" * 41}], "visits[1].name", "1 to 40 characters"),
        ([{**VISIT_4, "name": "-"}], "visits[1].name", "what the visit is called"),
    ],
)
def test_a_visit_has_a_name_of_its_own_and_a_time(visits: list[Fields], field: str, allowed: str):
    """§4.5.1, §4.5.2."""
    problem = refusal(protocol={"visits": visits})
    assert problem.field == field
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    ("visits", "field", "allowed"),
    [
        ([{"name": "Visit 6", "date": ANCHOR}], "visits[1].name", "(did you mean 'Visit 5'?)"),
        ([{"name": "Visit 4"}], "visits[1]", "a date, or missed: true, and not both"),
        ([ON_5, {**ON_5, "name": "Visit 5"}], "visits", "each visit once"),
        ([{**ON_5, "visitor": "x"}], "visits[1].visitor", "name, date or missed"),
    ],
)
def test_a_visit_that_the_protocol_does_not_have_is_refused(
    visits: list[Fields], field: str, allowed: str
):
    """§5.3.6: and a name under it is that of a visit, never of a person."""
    problem = refusal(protocol=PLANNED, participant={"visits": visits})
    assert problem.field == field
    assert allowed.replace("'", "") in problem.allowed.replace("'", "")


def test_where_the_protocol_has_no_visits_none_is_given():
    """§5.3.6."""
    problem = refusal(participant=given(ON_5))
    assert problem.allowed == "none, as protocol p has no visits"


def test_after_an_amendment_the_visits_stay():
    """§4.5.3: as infusions do."""
    events = [{"type": "amendment", "date": "2026-02-10", "protocol": "later"}]
    later = {"amendments": {"later": plan_rules()}}
    made = plan(protocol={**PLANNED, **later}, events=events)
    assert [mark.name for mark in made.visits] == ["Visit 4", "Visit 5"]
    assert [each.date.isoformat() for each in found(made, "visit-undated")] == [
        "2026-02-05",
        "2026-03-02",
    ]


def plan_rules() -> Fields:
    return {**PROTOCOL, "version": "2.0"}


@pytest.mark.parametrize(
    ("visits", "today", "expected"),
    [
        ([], "2026-02-12", set()),
        ([], "2026-02-13", {"visit-undated"}),
        ([{"name": "Visit 4", "date": "2026-02-12"}], "2026-02-13", set()),
        ([{"name": "Visit 4", "date": "2026-02-13"}], "2026-02-13", {"visit-out-of-window"}),
        ([{"name": "Visit 4", "missed": True}], "2026-02-20", set()),
    ],
)
def test_a_window_is_told_where_it_was_not_kept(
    visits: list[Fields], today: str, expected: set[str]
):
    """§8.2.20, §8.2.21: visit 4 is due on 5 February, 7 days early or late."""
    made = plan(protocol=PLANNED, participant={"visits": visits} if visits else {}, today=today)
    assert {code for code in codes(made) if code.startswith("visit")} == expected
    assert {f.severity.value for f in made.findings if f.code in expected} <= {"info"}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2026-03-05", "2026-02-10"), ["2026-02-10"]),
        (("2026-02-10", "2026-03-05"), []),
        (("2026-02-10", "2026-02-10"), []),
        (("2027-02-05", None), ["2026-03-02"]),
    ],
)
def test_dates_of_visits_that_may_be_exchanged_are_a_finding(dates, expected):
    """§8.2.23: a year mistyped, too; and handing out from visit to visit says it."""
    names = ("Visit 4", "Visit 5")
    visits = [{"name": n, "date": day} for n, day in zip(names, dates, strict=True) if day]
    made = plan(protocol=PLANNED, participant={"visits": visits})
    exchanged = found(made, "visits-exchanged")
    assert [str(each.date) for each in exchanged] == expected
    told = [said for said in unneeded(Terms(at_visits=True), [made]) if "exchanged" in said]
    assert told == [f"--dispense, {made.participant}: {each.text}" for each in exchanged]
    assert not any("exchanged" in said for said in unneeded(Terms(), [made]))


def test_a_name_that_tells_of_an_arm_is_a_finding():
    """§8.2.17."""
    made = plan(protocol={"visits": [{**VISIT_4, "name": "Placebo visit"}]})
    assert "arm-in-text" in codes(made)


# What is handed out ------------------------------------------------------------------------------


def opened(made: Any) -> list[tuple[str, str, bool]]:
    given_out = dispense(made, Terms(at_visits=True))
    return [(str(i.start), i.opened_by, i.planned) for i in given_out.intervals]


def test_tablets_are_handed_out_from_visit_to_visit():
    """§7.2.4, §7.2.6: and not at infusion 2, on 2026-04-05."""
    assert opened(plan(protocol=PLANNED, participant=given(ON_5))) == [
        ("2026-01-05", "infusion 1", False),
        ("2026-02-05", "Visit 4", True),
        ("2026-03-04", "Visit 5", False),
    ]


def test_two_visits_on_one_day_open_one_interval():
    """§7.2.6."""
    both = {"visits": [VISIT_4, {"name": "Visit 4b", "days": 31}]}
    assert opened(plan(protocol=both))[1:] == [("2026-02-05", "Visit 4 and Visit 4b", True)]


def test_the_terms_are_written_as_they_are_read_and_a_plan_without_visits_is_told():
    """§7.2.4."""
    terms = parse_every("visits")
    assert terms == Terms(at_visits=True)
    assert every_of(terms) == "visits"
    assert [made.participant for made in without_visits(terms, [plan()])] == ["IIM-001"]
    assert not list(without_visits(terms, [plan(protocol=PLANNED)]))
    assert not list(without_visits(Terms(), [plan()]))


# Elsewhere ---------------------------------------------------------------------------------------


def test_the_document_says_the_visits_and_is_read_again():
    """§9.1.10."""
    made = plan(protocol=PLANNED, participant=given(ON_5))
    document = json.loads(plan_document.to_json(made))
    assert document["visits"] == [
        {"name": "Visit 4", "date": "2026-02-05", "planned": True},
        {"name": "Visit 5", "date": "2026-03-04", "planned": False},
    ]
    again = reading.plan_from(document, reading.beside(made))
    assert again.visits == made.visits
    assert "visits" not in plan_document.as_dict(plan())
    with pytest.raises(ValueError, match="no plan document"):
        reading.plan_from({**document, "visits": [{"name": "x"}]}, reading.beside(made))


def test_a_protocol_without_visits_has_the_hash_that_it_had():
    """§9.1.2: a key that is left out and an empty list are the same rules."""
    rules = as_text(plan_rules())
    without = validate_trial(rules, "p")
    assert validate_trial({**rules, "visits": []}, "p").protocol_sha256 == without.protocol_sha256
    with_some = validate_trial({**rules, **as_text(PLANNED)}, "p")
    assert with_some.protocol_sha256 != without.protocol_sha256


def test_visits_are_booked_by():
    """§4.5.3: `taper protocols`, and with `--first-infusion`."""
    read = validate_trial(as_text({**plan_rules(), **PLANNED}), "p")
    due = due_visits(read.protocol, dt.date(2026, 1, 5))
    assert [(v.name, str(v.earliest), str(v.latest), v.day_from_0) for v in due] == [
        ("Visit 4", "2026-01-29", "2026-02-12", 31),
        ("Visit 5", "2026-03-02", "2026-03-02", 56),
    ]
    assert re.search(r"^Visit 4 +1 month +7$", shown.protocol(read), re.MULTILINE)
    assert answers.infusions(read.protocol, (), due)["visits"][0]["to"] == "2026-02-12"
    assert "visits" not in answers.infusions(read.protocol, (), ())
