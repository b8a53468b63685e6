"""What would take longer than a second is refused in a sentence: no file holds a program up.

Nothing is timed here: without its bound the first of these would not come back for minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import cases
import pytest
from spec import build

import taper
from taper import sources
from taper.doses import dose, tablets
from taper.errors import Refusal
from taper.operations.plans.one import earlier_plan
from taper.planning.course import MOST_IDEAL_DOSES
from taper.planning.ideal import MOST_LEVELS
from taper.record import plan_document
from taper.sources.checking import Subject
from taper.sources.raw import MAX_BYTES, MAX_JSON
from taper.sources.schema import schema_of
from taper.sources.tables.mapping_file import _File as MappingFile
from taper.trial.fields import MAX_ENTRIES, MAX_ROWS

FIRST = dt.date(2026, 1, 20)


# Tablets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "strengths", "read"),
    [
        ("1000", ["0.0001"], "0.0001 mg tablets, which divide 1000 mg into 10000000 steps"),
        ("25", ["0.0001"], "0.0001 mg tablets, which divide 25 mg into 250000 steps"),
        (
            "1000",
            ["999.9999", "0.0003"],
            "999.9999 and 0.0003 mg tablets, which divide 1000 mg into 3333334 steps",
        ),
        ("1000", ["7", "0.11"], "7 and 0.11 mg tablets, which divide 1000 mg into 100000 steps"),
        (
            "1000",
            [{"mg": "0.3", "split": "4"}, "0.4"],
            "0.4 and 0.3 mg tablets, which divide 1000 mg into 40000 steps",
        ),
    ],
)
def test_tablets_that_divide_a_dose_too_finely_are_refused(mg, strengths, read):
    problem = build.refusal(mg, strengths=strengths)
    assert (problem.who, problem.field) == ("IIM-001", "steroid.strengths")
    assert problem.read == read
    assert problem.allowed == "tablets that divide it into at most 10000"


def test_the_tablets_of_a_taper_in_another_drug_are_looked_at_too():
    problem = build.refusal(
        "1000",
        taper={"drug": "prednisolone"},
        participant={"taper_strengths": ["5", "0.001"]},
    )
    assert problem.field == "taper_strengths"
    assert problem.read == "5 and 0.001 mg tablets, which divide 1000 mg into 1000000 steps"


def test_an_event_may_ask_for_more_than_the_baseline_does():
    fine = ["0.01"]
    assert build.plan("10", strengths=fine)
    for event in (
        build.stress_dose("2026-02-03", 1, "900"),
        build.set_dose("2026-02-03", 1, "900"),
    ):
        problem = build.refusal("10", strengths=fine, events=[event])
        assert problem.read == "0.01 mg tablets, which divide 900 mg into 90000 steps"


def test_a_rescue_may_ask_for_more_than_the_baseline_does():
    rescue = {"action": "rescue", "rescue": build.rows(("900", 3))}
    problem = build.refusal("10", strengths=["0.01"], flare=rescue)
    assert problem.read == "0.01 mg tablets, which divide 900 mg into 90000 steps"


@pytest.mark.parametrize(
    ("mg", "strengths"),
    [
        ("1000", ["0.1"]),
        ("1000", ["20", "10", "5", "2.5", "1", "0.5"]),
        ("1000", [{"mg": mg, "split": "4"} for mg in ("20", "10", "5", "2.5", "1")]),
        ("40", [{"mg": mg, "split": "4"} for mg in ("4", "1.5", "0.75", "0.5")]),
    ],
)
def test_what_any_market_has_is_fine_enough_and_not_too_fine(mg, strengths):
    assert build.plan(mg, strengths=strengths).steps


def test_a_marketed_tablet_that_would_divide_too_finely_is_not_proposed():
    """What is missing is looked for among the market's; 20 beside 0.0667 has steps of 0.0001."""
    problem = build.refusal("66.7", strengths=["6.67"], taper={"max_rounding_mg": "0"}, target="0")
    assert problem.field == "steroid.strengths"
    assert problem.allowed.startswith("tablets that come closer, such as ")


def test_the_best_way_is_found_where_three_kinds_of_tablets_must_be_broken():
    stock = tablets.stock(tablets.Strength(dose.parse(mg), 4) for mg in ("4", "4.2", "4.24", "0.4"))
    made = tablets.combine(dose.parse("3.11"), stock)
    assert [(dose.text(t.strength_mg), dose.text(t.count)) for t in made] == [
        ("4.24", "0.25"),
        ("4.2", "0.25"),
        ("4", "0.25"),
    ]


# Regimens -----------------------------------------------------------------------------------------


def percent(decrease: str, of: str = "current", **more: str) -> dict[str, Any]:
    return {"kind": "percent", "decrease_percent": decrease, "of": of, "every_days": 1, **more}


def linear(days: int) -> dict[str, Any]:
    regimen = {"kind": "linear", "every_days": 1}
    return {"regimen": regimen, "taper": {"complete_within": {"days": days}}}


@pytest.mark.parametrize(
    "rule",
    [
        linear(3000),
        linear(MOST_LEVELS + 1),
        {"regimen": percent("0.0001", of="baseline")},
        {"regimen": percent("0", min_decrease_mg="0.0001")},
        {"regimen": build.bands(("0", "0.0001", 1))},
        {"regimen": build.bands(("0", "0.01", 1))},
    ],
)
def test_a_ladder_of_more_doses_than_anybody_takes_is_refused(rule):
    """§2.3.8."""
    problem = build.refusal("25", **rule)
    assert (problem.who, problem.field) == ("IIM-001", "taper.regimen")
    assert problem.read == "a ladder of more than 500 doses"
    assert problem.allowed == "fewer, larger reductions"


def test_a_ladder_of_as_many_doses_as_are_allowed_is_planned():
    assert build.plan("25", **linear(MOST_LEVELS)).target_reached is not None


@pytest.mark.parametrize(
    ("decrease", "reductions"), [("0.0001", 201), ("0.05", 364), ("0.1", 401), ("0.3333", 201)]
)
def test_a_percentage_that_makes_doses_longer_and_longer_is_refused(decrease, reductions):
    problem = build.refusal("25", regimen=percent(decrease))
    assert problem.field == "taper.regimen"
    assert problem.read == (
        f"a percentage that makes a dose of more than 1200 digits after {reductions} reductions"
    )
    assert problem.allowed == (
        "a percentage of fewer decimals, or one with fewer reductions to the target"
    )


@pytest.mark.parametrize("decrease", ["1", "2.5", "10", "33.3333"])
def test_percentages_that_protocols_have_are_planned_exactly(decrease):
    assert build.plan("60", regimen=percent(decrease)).target_reached is not None


def test_set_doses_that_each_make_a_long_ladder_are_refused_together():
    doses = [
        build.set_dose(str(FIRST + dt.timedelta(days=n)), 1, f"{20 + n}")
        for n in range(MAX_ENTRIES)
    ]
    problem = build.refusal("25", events=doses, **linear(100))
    assert problem.field.startswith("events[")
    assert problem.read == "the event with which all ladders have more than 2000 doses"
    assert (
        problem.allowed
        == "fewer events that begin or change a ladder, or a regimen of fewer reductions"
    )


def test_as_many_set_doses_as_a_file_can_hold_are_planned_where_their_ladders_are_usual():
    doses = [
        build.set_dose(str(FIRST + dt.timedelta(days=7 * n)), 1, "15") for n in range(MAX_ENTRIES)
    ]
    plan = build.plan("25", events=doses)
    assert len([step for step in plan.steps if step.kind.value == "set-dose"]) == MAX_ENTRIES
    assert MOST_IDEAL_DOSES > 10 * MAX_ENTRIES


# Lists --------------------------------------------------------------------------------------------

MANY = MAX_ENTRIES + 1


def at(place: str, entries: list[Any]) -> Callable[[], object]:
    """The usual case with so many entries at a place of one of its files."""
    file, *keys = place.split(".")
    data = {"participant": build.PARTICIPANT, "protocol": build.PROTOCOL}[file]
    data = cases.as_text(data)
    here = data
    for key in keys[:-1]:
        here = here.setdefault(key, {})
    here[keys[-1]] = cases.as_text(entries)
    read = {"participant": sources.validate_participant, "protocol": sources.validate_trial}[file]
    return lambda: read(data, "x")


RESCUE = {"action": "rescue", "rescue": build.rows(*[("30", 1)] * MANY)}
TABLES = [{"from": str(n), "below": str(n + 1), "steps": build.rows(("5", 7))} for n in range(MANY)]


@pytest.mark.parametrize(
    ("place", "entries", "most"),
    [
        (
            "participant.infusions",
            [{"number": n + 1, "missed": "true"} for n in range(MANY)],
            MAX_ENTRIES,
        ),
        (
            "participant.events",
            [build.flare(str(FIRST + dt.timedelta(days=n))) for n in range(MANY)],
            MAX_ENTRIES,
        ),
        ("protocol.infusions", [{"number": n + 1, "months": n} for n in range(MANY)], MAX_ENTRIES),
        ("protocol.sources", ["a"] * MANY, MAX_ENTRIES),
        ("protocol.flare.rescue", RESCUE["rescue"], MAX_ENTRIES),
        (
            "protocol.taper.regimen.bands",
            build.bands(*[(str(n), "1", 7) for n in range(MANY)])["bands"],
            MAX_ENTRIES,
        ),
        (
            "protocol.taper.regimen.steps",
            build.rows(*[("10", 1)] * (MAX_ROWS + 1)),
            MAX_ROWS,
        ),
        ("protocol.taper.regimen.tables", TABLES, MAX_ENTRIES),
    ],
)
def test_a_list_longer_than_any_file_needs_is_refused(place, entries, most):
    read = at(place, entries)
    if place.endswith((".steps", ".tables")):
        rule: dict[str, Any] = {"kind": "steps", place.rpartition(".")[2]: entries}
        rule |= {"choose_by": "start_mg"} if place.endswith("tables") else {}
        read = at("protocol.taper.regimen", rule)  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        read()
    field = place.partition(".")[2]
    assert str(refused.value) == (
        f"x: {field} is a list of {len(entries)} entries; allowed: a list of at most {most} "
        "entries."
    )


def parts_of(schema: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every list and text of a JSON Schema, by its place."""
    yield name, schema
    for key, part in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from parts_of(part, f"{name}.{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from parts_of(schema[key], f"{name}[]")
    for key in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(key, []):
            yield from parts_of(part, name)


ENDS_OF_TEXT = ("maxLength", "pattern", "enum", "const", "format")


@pytest.mark.parametrize("subject", Subject)
def test_every_list_and_every_text_of_a_file_has_an_end(subject: Subject):
    for place, part in parts_of(schema_of(subject)):
        if part.get("type") == "array":
            assert "maxItems" in part, place
        if part.get("type") == "string":
            assert any(end in part for end in ENDS_OF_TEXT), place


def test_a_mapping_has_texts_and_groups_alone_and_its_file_an_end():
    parts = list(parts_of(MappingFile.model_json_schema()))
    assert not [p for p, s in parts if s.get("type") == "array" and s["maxItems"] > MAX_ENTRIES]


# Files --------------------------------------------------------------------------------------------


def test_a_file_that_a_person_writes_is_at_most_as_long_as_a_hundred_events(tmp_path):
    path = tmp_path / "x.yaml"
    reason = "r" * 200
    events = "\n".join(
        f"  - {{type: hold, date: {FIRST + dt.timedelta(days=n)}, reason: {reason}}}"
        for n in range(MAX_ENTRIES)
    )
    text = f"participant: IIM-001\nprotocol: iimpact\nsteroid: none\nevents:\n{events}\n"
    path.write_text(text, encoding="utf-8")
    assert len(sources.participant(path).events) == MAX_ENTRIES
    path.write_text(text + "#" * MAX_BYTES, encoding="utf-8")
    with pytest.raises(Refusal, match="the file is larger than 128 KiB; allowed: at most 128 KiB"):
        sources.participant(path)


def test_an_earlier_plan_may_be_as_long_as_ten_years_of_days(tmp_path):
    path = tmp_path / "old.json"
    text = plan_document.to_json(build.plan())
    path.write_text(text + " " * (2 * MAX_BYTES), encoding="utf-8")
    assert earlier_plan(path)["participant"] == "IIM-001"
    path.write_text(text + " " * MAX_JSON, encoding="utf-8")
    with pytest.raises(Refusal, match="the file is larger than 4 MiB; allowed: at most 4 MiB"):
        earlier_plan(path)


def test_the_tablets_of_a_dose_are_bounded_for_a_program_that_asks():
    with pytest.raises(Refusal, match=r"strengths is 0\.0001 mg tablets, which divide 1000 mg"):
        taper.tablets("1000", "prednisone", strengths=["0.0001"])
