"""`--format redcap`: what is imported, by the rules of its own dictionary."""

from __future__ import annotations

import pytest
from exports.golden_plans import golden_plans
from exports.redcap_rules import table, wrong_in_dictionary, wrong_in_import

import taper
from taper.doses import dose
from taper.exports.redcap import COLUMNS, REPEATING, rows_of
from taper.record.kept import KeptStep
from taper.sources.tables import plan_dictionary

DICTIONARY = table(plan_dictionary())
ID = "f860438b"
PARTICIPANT = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "steroid": {"drug": "prednisone", "dose_mg": 25, "strengths": [20, 5, 2.5, 1]},
    "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
}


def wrong(data: bytes) -> list[str]:
    return list(wrong_in_import(data, DICTIONARY, {REPEATING}))


def test_the_dictionary_keeps_the_rules_and_has_every_column_that_is_written():
    assert list(wrong_in_dictionary(DICTIONARY)) == []
    fields = {field["Variable / Field Name"] for field in DICTIONARY}
    assert fields == set(COLUMNS) - {"redcap_repeat_instrument", "redcap_repeat_instance"}


def test_every_golden_case_can_be_imported_and_its_steps_are_those_of_the_plan():
    """§12.1.1, §12.3.1."""
    for plan in golden_plans():
        data = rows_of(plan, ID, plan.first_day)
        assert wrong(data) == []
        head, *steps = table(data)
        assert head["tp_steps"] == str(len(steps))
        found = [
            (s["ts_start"], s["ts_end"], s["ts_drug"], s["ts_dose_mg"] or s["ts_cycle_mg"])
            for s in steps
        ]
        assert found == [
            (str(s.start), str(s.end), s.drug, " then ".join(map(dose.text, s.daily_mg)))
            for s in plan.steps
        ]
        assert {(s["ts_plan_id"], s["ts_superseded"]) for s in steps} == {(ID, "0")}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b",run_in,", b",run-in,", "row 3: ts_kind is run-in"),
        (b"2026-04-30", b"2026-04-31", "day is out of range"),
        (b",taper_step,2,", b",taper_step,1,", "row 4: an instance that is there already"),
        (b",taper_step,2,", b",,,", "row 4: an instance that is there already"),
    ],
)
def test_a_planted_fault_is_caught(before, after, said):
    data = taper.export(taper.plan("iimpact", PARTICIPANT, today="2026-05-20"), "redcap")
    assert before in data
    try:
        found = wrong(data.replace(before, after, 1))
    except ValueError as refused:
        found = [str(refused)]
    assert said in " ".join(found)


def test_the_times_of_a_divided_day_are_told():
    """§12.3.1: `ts_tablets` is the day's, and from that alone nobody could take it as is meant."""
    steroid = {"drug": "prednisone", "dose_mg": "12.5", "strengths": [5, {"mg": "2.5", "split": 2}]}
    steroid["times"] = {"morning": 1, "evening": 1}
    divided = taper.plan("iimpact", {**PARTICIPANT, "steroid": steroid}, today="2026-05-20")
    data = taper.export(divided, "redcap")
    assert wrong(data) == []
    _, first, *_ = table(data)
    assert first["ts_dose_mg"] == "12.5"
    half = "6.25 mg: 1 of 5 mg, half of 2.5 mg"
    assert first["ts_times"] == f"morning {half}; evening {half}"
    assert b",none" not in data
    once = table(taper.export(taper.plan("iimpact", PARTICIPANT, today="2026-05-20"), "redcap"))
    assert {row["ts_times"] for row in once} == {""}


def test_what_a_longer_plan_left_is_said_to_be_superseded():
    """§12.3.2."""
    long = taper.plan("iimpact", PARTICIPANT, today="2026-05-20")
    withdrawn = {"type": "withdraw", "date": "2026-06-10", "reason": "x1"}
    short = taper.plan("iimpact", {**PARTICIPANT, "events": [withdrawn]}, today="2026-06-10")
    data = taper.export(short, "redcap", replaces=long)
    assert wrong(data) == []
    superseded = {
        int(row["redcap_repeat_instance"]): row["ts_plan_id"]
        for row in table(data)
        if row["ts_superseded"] == "1"
    }
    assert superseded == dict.fromkeys(range(len(short.steps) + 1, len(long.steps) + 1), "")
    assert b"x1" not in data


def test_all_revisions_of_a_batch_are_counted():
    plan = golden_plans()[0]
    earlier = [KeptStep("2026-01-01", 1, "prednisone", ["5"], [[]], number=i) for i in (0, 1, 98)]
    rows = table(rows_of(plan, ID, plan.first_day, earlier))
    assert [row["redcap_repeat_instance"] for row in rows[1:]] == [str(i) for i in range(1, 100)]
