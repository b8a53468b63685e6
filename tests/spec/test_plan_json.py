"""§9: the plan as JSON, the contract that other programs use."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from cases import golden_plans

from taper import __version__, sources
from taper.doses.tablets import Tablets
from taper.planning.labels import Finding, Severity
from taper.planning.plan import After, Instruction, Plan
from taper.planning.planner import make_plan
from taper.record.plan_document import as_dict, identity, plan_id, to_json

TODAY = date(2026, 11, 23)
EXAMPLE: dict[str, Any] = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "steroid": {"drug": "prednisone", "dose_mg": "25", "strengths": ["20", "5", "2.5", "1"]},
    "infusions": [
        {"number": "1", "date": "2026-01-31"},
        {"number": "2", "date": "2026-04-30"},
    ],
    "contact": {"site": "Riverside Myositis Clinic", "phone": "555-0101"},
}
FORBIDDEN_KEYS = {"arm", "name", "group", "treatment"}


def plan_for(today: date = TODAY, **changes: Any) -> Plan:
    data = {**EXAMPLE, **changes}
    return make_plan(
        sources.trial(data["protocol"]), sources.validate_participant(data, "IIM-001"), today
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_for()


@pytest.fixture(scope="module")
def document(plan: Plan) -> dict[str, Any]:
    return as_dict(plan)


# The example of section 9, key for key ---------------------------------------------------------


def test_the_top_level_is_that_of_the_example(document):
    """§9.1.1."""
    assert {key: document[key] for key in document if key not in {"protocol", "plan_id"}} | {
        "steps": [],
        "days": [],
        "quantities": [],
        "findings": [],
        "inputs_sha256": "",
    } == {
        "schema": "taper-plan/1",
        "participant": "IIM-001",
        "equivalence": "us-label",
        "drug": "prednisone",
        "provisional": False,
        "state": "tapering",
        "baseline": {"drug": "prednisone", "dose_mg": "25", "prednisone_equivalent_mg": "25"},
        "anchor": {"infusion": 2, "date": "2026-04-30"},
        "taper_start": "2026-05-14",
        "target_mg": "5",
        "target_reached": "2026-08-20",
        "revision": None,
        "after": {
            "drug": "prednisone",
            "dose_mg": "5",
            "instruction": "continue-until-told",
            "pattern_mg": ["5"],
        },
        "contact": {"site": "Riverside Myositis Clinic", "phone": "555-0101"},
        "steps": [],
        "days": [],
        "quantities": [],
        "findings": [],
        "inputs_sha256": "",
        "engine": f"taper {__version__}",
    }


def test_keys_stand_in_the_order_of_the_example(document):
    """§9.1.1."""
    assert " ".join(key for key in document if key != "contact") == (
        "schema participant protocol equivalence drug provisional state baseline anchor "
        "taper_start target_mg target_reached plan_id revision after steps days quantities "
        "findings inputs_sha256 engine"
    )


def test_the_protocol_is_named_with_version_status_and_hash(document):
    """§9.1.2."""
    *label, (last_key, sha256) = document["protocol"].items()
    assert dict(label) == {"id": "iimpact", "version": "1.0", "status": "illustrative"}
    assert last_key == "sha256"
    assert len(sha256) == len(document["inputs_sha256"]) == len(document["plan_id"]) == 64


def test_the_first_step_is_that_of_the_example(document):
    """§9.2.1."""
    assert document["steps"][0] == {
        "number": 0,
        "kind": "run-in",
        "start": "2026-04-30",
        "end": "2026-05-13",
        "days": 14,
        "drug": "prednisone",
        "daily_mg": ["25"],
        "ideal_mg": ["25"],
        "tablets": [[{"strength_mg": "20", "count": "1"}, {"strength_mg": "5", "count": "1"}]],
    }


def test_the_first_day_is_that_of_the_example(document):
    """§9.1.1."""
    assert document["days"][0] == {
        "date": "2026-04-30",
        "day": 89,
        "taper_day": None,
        "step": 0,
        "drug": "prednisone",
        "dose_mg": "25",
        "prednisone_equivalent_mg": "25",
        "tablets": [{"strength_mg": "20", "count": "1"}, {"strength_mg": "5", "count": "1"}],
    }


def test_taper_day_1_is_the_taper_start(document):
    """§9.2.4."""
    first = next(day for day in document["days"] if day["date"] == document["taper_start"])
    assert first["taper_day"] == 1


def test_quantities_are_whole_tablets_of_every_printed_day(document):
    """§9.2.5."""
    assert document["quantities"][0] == {
        "drug": "prednisone",
        "strength_mg": "20",
        "tablets": 21,
    }
    taken = sum(
        Fraction(tablet["count"])
        for day in document["days"]
        for tablet in day["tablets"]
        if tablet["strength_mg"] == "5"
    )
    assert document["quantities"][1]["tablets"] == taken


def test_a_finding_has_code_severity_text_date_step_and_source(plan):
    """§8.1.1."""
    found = Finding("rounded", Severity.INFO, "Said so.", "a source", date(2026, 5, 14), 1)
    unplaced = Finding("already-at-target", Severity.INFO, "Said so.", "a source")
    assert as_dict(replace(plan, findings=(found, unplaced)))["findings"] == [
        {
            "code": "rounded",
            "severity": "info",
            "text": "Said so.",
            "date": "2026-05-14",
            "step": 1,
            "source": "a source",
        },
        {
            "code": "already-at-target",
            "severity": "info",
            "text": "Said so.",
            "date": None,
            "step": None,
            "source": "a source",
        },
    ]


# What the words below the example say ----------------------------------------------------------


def test_with_infusion_day_1_there_is_no_day_0(plan):
    """§9.2.3."""
    first = next(plan.days()).date
    counted_from_1 = replace(plan, infusion_day=1, first_infusion=first)
    assert [day["day"] for day in as_dict(counted_from_1)["days"][:2]] == [1, 2]


def test_the_trial_day_is_null_where_infusion_1_is_not_dated(plan):
    """§9.2.3."""
    undated = as_dict(replace(plan, first_infusion=None))
    assert {day["day"] for day in undated["days"]} == {None}


def test_counts_are_text_and_a_half_is_point_five():
    """§9.1.3."""
    halved = plan_for(
        steroid={
            "drug": "methylprednisolone",
            "dose_mg": "6",
            "strengths": [{"mg": "4", "split": "2"}],
        }
    )
    assert as_dict(halved)["days"][0]["tablets"] == [{"strength_mg": "4", "count": "1.5"}]


def test_an_equivalent_has_at_most_four_decimals():
    """§9.1.3."""
    dexamethasone = plan_for(
        steroid={"drug": "dexamethasone", "dose_mg": "2", "strengths": ["0.75", "0.5"]}
    )
    assert as_dict(dexamethasone)["baseline"]["prednisone_equivalent_mg"] == "13.3333"


def test_the_ideal_doses_of_a_cycle_are_joined(plan):
    """§9.2.2."""
    last = plan.steps[-1]
    cycle = last._replace(ideal_mg=((Fraction(5), Fraction("2.5")), (Fraction(5),)))
    assert as_dict(replace(plan, steps=(cycle,)))["steps"][0]["ideal_mg"] == ["5/2.5", "5"]


def test_a_participant_without_steroid_has_nulls_and_empty_lists():
    """§9.1.4."""
    document = as_dict(plan_for(steroid="none"))
    assert document["state"] == "not-on-steroid"
    nulls = ["drug", "baseline", "anchor", "taper_start", "target_reached", "after", "revision"]
    assert [key for key in nulls if document[key] is not None] == []
    assert [document[key] for key in ("steps", "days", "quantities")] == [[], [], []]


def test_an_open_flare_has_no_day_on_which_the_target_is_reached():
    """§9.3.2."""
    document = as_dict(plan_for(events=[{"type": "flare", "date": "2026-06-01"}]))
    assert (document["state"], document["target_reached"]) == ("open-flare", None)
    assert document["after"]["instruction"] == "do-not-reduce-until-told"


# What comes after ------------------------------------------------------------------------------

ALTERNATE = (Fraction(5), Fraction("2.5"))
NO_MATTER = (Tablets(), Tablets())
"""The document does not say them."""


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        (Instruction.CONTINUE, "5/2.5"),
        (Instruction.NO_TABLETS, "5/2.5"),
        (Instruction.DO_NOT_REDUCE, "5/2.5"),
        (Instruction.KEEP_TAKING, "2.5"),
    ],
)
def test_a_document_of_an_older_taper_says_of_a_withdrawal_the_last_day(
    plan, instruction, expected
):
    """§9.3.4: it had no `from`, and its paper is still what it was."""
    after = After("prednisone", ALTERNATE, Fraction("2.5"), instruction, NO_MATTER)
    assert as_dict(replace(plan, after=after))["after"]["dose_mg"] == expected


@pytest.mark.parametrize("instruction", list(Instruction))
def test_a_cycle_that_goes_on_is_joined_from_its_first_day(plan, instruction):
    """§9.3.4, §6.17.6: whatever the instruction."""
    first = date(2026, 9, 17)
    after = After("prednisone", ALTERNATE, Fraction(5), instruction, NO_MATTER, first)
    said = as_dict(replace(plan, after=after))["after"]
    assert (said["dose_mg"], said["from"]) == ("5/2.5", "2026-09-17")


def test_the_pattern_after_the_last_day_is_a_list_too(plan):
    """§9.1.6."""
    after = After("prednisone", ALTERNATE, Fraction(5), Instruction.CONTINUE, NO_MATTER)
    assert as_dict(replace(plan, after=after))["after"]["pattern_mg"] == ["5", "2.5"]


# The text ---------------------------------------------------------------------------------------


def test_the_text_is_the_document_and_ends_with_a_line_end(plan, document):
    text = to_json(plan)
    assert json.loads(text) == document
    assert text.endswith("}\n")
    assert text == to_json(plan)


def test_the_text_has_one_day_a_line(plan):
    lines = to_json(plan).splitlines()
    assert sum(line.startswith('    {"date": "') for line in lines) == len(list(plan.days()))


def test_what_a_person_typed_stays_as_typed(plan):
    """§9.1.5."""
    text = to_json(replace(plan, contact_site='Clínica "Río" <b>'))
    assert '"Clínica \\"Río\\" <b>"' in text


def values(item: object) -> Any:
    if isinstance(item, dict):
        for key, value in item.items():
            yield key
            yield from values(value)
    elif isinstance(item, list):
        for value in item:
            yield from values(value)
    else:
        yield item


@pytest.mark.parametrize("name", golden_plans())
def test_no_golden_case_has_a_float_or_an_id_that_its_json_does_not_give_back(name):
    """§2.1.2, §9.4.1."""
    plan = golden_plans()[name]
    read_again = json.loads(to_json(plan))
    assert not any(isinstance(value, float) for value in values(read_again))
    assert FORBIDDEN_KEYS.isdisjoint(set(values(read_again)))
    assert identity(read_again) == read_again["plan_id"] == plan_id(plan)


# The id -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"findings": ()},
        {"revision": 7},
        {"inputs_sha256": "0" * 64},
        {"locale": "es_US"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_a_reader_does_not_read_as_an_instruction_leaves_the_id(plan, changes):
    """§9.4.2."""
    assert plan_id(replace(plan, **changes)) == plan_id(plan)


def test_another_day_of_printing_and_another_engine_leave_the_id(plan):
    """§9.4.2."""
    assert plan_id(plan_for(date(2027, 3, 1))) == plan_id(plan)
    assert identity({**as_dict(plan), "engine": "taper 99.0"}) == plan_id(plan)


@pytest.mark.parametrize(
    "changes",
    [
        {"participant": "IIM-002"},
        {"contact": {"phone": "555-0102"}},
        {"steroid": {**EXAMPLE["steroid"], "strengths": ["10", "5", "2.5", "1"]}},
        {"steroid": {**EXAMPLE["steroid"], "dose_mg": "20"}},
        {"taper_started": "2026-05-15"},
        {"protocol": "iimpact-2025-design"},
        {"events": [{"type": "withdraw", "date": "2026-09-16", "reason": "moved away"}]},
    ],
    ids=["participant", "contact", "tablets", "dose", "day", "protocol", "after"],
)
def test_what_a_reader_would_see_changes_the_id(plan, changes):
    """§9.4.1."""
    assert plan_id(plan_for(**changes)) != plan_id(plan)


def test_another_version_of_the_protocol_changes_the_id(plan):
    """§9.4.1."""
    amended = replace(plan, protocol=plan.protocol._replace(version="1.1"))
    assert plan_id(amended) != plan_id(plan)


def test_an_id_once_given_is_given_for_ever(plan):
    """§9.4.3: Printed calendars carry it: were this number to change, each would look out of
    date.
    """
    run_in = replace(
        plan,
        steps=plan.steps[:1],
        protocol=plan.protocol._replace(id="frozen", version="1.0"),
    )
    assert plan_id(run_in) == "0c9903f593a6a9a0ca85adf732853f748df0ae15cbde5d2cfafd36a980d98a73"
