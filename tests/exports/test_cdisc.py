"""`--format sdtm`: what is planned and what was taken, by CDISC's own schemas and other readers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from exports.cdisc_read import days, refuse_define, rows
from exports.golden_plans import golden_plans

import taper
from taper.errors import EnvironmentLacking, Refusal
from taper.exports.cdisc import transport
from taper.exports.cdisc.adexsum import Days, adexsum
from taper.exports.cdisc.dataset import Dataset
from taper.exports.cdisc.dataset_json import as_json
from taper.exports.cdisc.define import define_of
from taper.exports.cdisc.domains import datasets, planned
from taper.exports.cdisc.given import Subject
from taper.exports.cdisc.transport import as_transport
from taper.planning.plan import Plan
from taper.results.exposure import Exposure, Interval, exposure_in
from taper.results.series import Name, Series
from taper.results.taken import Reported
from taper.sources import cm, cm_files
from taper.sources.tables.grid import Cell, Grid, Line
from taper.trial.taken import Taken

ID = "f860438b"
ISSUED = date(2026, 5, 1)


def read_transport(path: Path) -> Any:
    """The columns of a transport file and what it says of itself, as another library reads it."""
    import pyreadstat  # takes a second, wherever nobody asks

    return pyreadstat.read_xport(str(path), output_format="dict")


def a_plan() -> Plan:
    return golden_plans()[0]


def subject(plan: Plan, domain: str, *taken: dict[str, object]) -> Subject:
    """A participant who reported that; on every printed day of the plan its dose was due."""
    reported = tuple(
        Reported(Taken.model_validate(each), plan.participant, "taken") for each in taken
    )
    due = Series(Name.PRESCRIBED, plan.first_day, tuple(day.dose_mg for day in plan.days()))
    return Subject(plan, ID, domain, reported, due)


def told(dataset: Dataset) -> list[dict[str, object]]:
    return rows(as_json(dataset, "ours", ISSUED, "define.xml"))


def by_name(*subjects: Subject) -> dict[str, list[dict[str, object]]]:
    return {each.name: told(each) for each in datasets(subjects)}


# What is planned --------------------------------------------------------------------------------


def test_the_days_of_every_golden_case_are_those_of_the_plan_and_none_is_of_0_mg():
    """§12.1.1, §12.5.1."""
    for plan in golden_plans():
        found = told(planned(Subject(plan, ID)))
        wanted = {(day.date, day.step.drug): day.dose_mg for day in plan.days() if day.dose_mg}
        assert days(found) == wanted
        assert {row["ECMOOD"] for row in found} <= {"SCHEDULED"}
        assert {(row["ECOCCUR"], row["ECPRESP"]) for row in found} <= {(None, None)}
        assert [row["ECSEQ"] for row in found] == list(range(1, len(found) + 1))


def test_cycles_have_their_frequency_and_a_divided_day_a_row_a_time():
    often = set[str]()
    times = set[tuple[str | None, int | None]]()
    for plan in golden_plans():
        for row in told(planned(Subject(plan, ID))):
            often.add(str(row["ECDOSFRQ"]))
            times.add((row["ECTPT"], row["ECTPTNUM"]))
    assert {"QD", "QOD", "QS"} <= often
    assert {(None, None), ("MORNING", 1), ("EVENING", 4)} <= times


def test_a_study_day_has_no_zero_and_an_epoch_follows_the_first_infusion():
    for plan in golden_plans():
        for row in told(planned(Subject(plan, ID))):
            if plan.first_infusion is None:
                assert row["ECSTDY"] is row["EPOCH"] is None
                continue
            apart = (date.fromisoformat(str(row["ECSTDTC"])) - plan.first_infusion).days
            assert row["ECSTDY"] == (apart if apart < 0 else apart + 1)
            assert row["EPOCH"] == ("SCREENING" if apart < 0 else "TREATMENT")


def test_the_library_writes_the_same_bytes_each_time(tmp_path):
    who = {
        "participant": "A-1",
        "protocol": "iimpact",
        "steroid": {"drug": "prednisone", "dose_mg": 25, "strengths": [20, 5, 2.5, 1]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
    }
    plan = taper.plan("iimpact", who, today="2026-05-20")
    data, define = (taper.export(plan, name) for name in ("ec.json", "define.xml"))
    assert data == taper.export(plan, "ec.json")
    assert json.loads(data)["metaDataRef"] == "A-1.define.xml"
    assert {row["USUBJID"] for row in rows(data)} == {"iimpact-A-1"}
    assert b'xlink:href="A-1.ec.json"' in define
    path = tmp_path / "ec.xpt"
    path.write_bytes(taper.export(plan, "ec.xpt"))
    columns, _ = read_transport(path)
    assert list(columns["ECDOSE"]) == [row["ECDOSE"] for row in rows(data)]


# What was taken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "where"), [("CM", {"CM"}), ("EC", {"EC"}), ("EX", {"EC", "EX"})]
)
def test_what_was_taken_is_where_the_protocol_says_and_never_scheduled(domain, where):
    """§12.5.1, §12.5.2."""
    plan = a_plan()
    first, second = plan.first_day, plan.first_day + timedelta(days=1)
    found = by_name(
        subject(
            plan,
            domain,
            {"date": str(first), "dose_mg": "12.5"},
            {"date": str(second), "dose_mg": "0"},
        )
    )
    assert found.keys() == {"EC"} | where
    for name in where:
        mine = [row for row in found[name] if row.get("ECMOOD") != "SCHEDULED"]
        doses = [row[f"{name}DOSE"] for row in mine]
        assert doses == ([12.5] if name == "EX" else [12.5, None])
        if name != "EX":
            assert [row[f"{name}OCCUR"] for row in mine] == ["Y", "N"]
    if domain == "CM":
        assert {row["ECMOOD"] for row in found["EC"]} == {"SCHEDULED"}


def test_a_day_without_a_dose_on_which_none_was_due_has_no_row():
    """§12.5.2."""
    plan = a_plan()
    before = str(plan.first_day - timedelta(days=1))
    assert "CM" not in by_name(subject(plan, "CM", {"date": before, "dose_mg": "0"}))


def test_what_was_taken_is_read_back_as_it_was_reported():
    plan = a_plan()
    first = plan.first_day
    each = {
        "from": str(first),
        "until": str(first + timedelta(days=2)),
        "drug": "prednisone",
        "dose_mg": "7.5",
    }
    made = by_name(subject(plan, "CM", each))["CM"]
    titles = dict(enumerate(made[0]))
    lines = (
        Line(n, {i: Cell(str(row[name])) for i, name in titles.items() if row[name] is not None})
        for n, row in enumerate(made, start=2)
    )
    header = Line(1, {i: Cell(name) for i, name in titles.items()})
    read = cm_files.rows_of_grid(Grid("cm", header, len(titles), lines), titles)
    counted = cm.count(read, [plan.participant])
    assert counted.left_out == []
    mg = {day: dose for (day, _), (dose, _) in counted.days[plan.participant].items()}
    assert mg == dict.fromkeys((first + timedelta(days=i) for i in range(3)), Fraction("7.5"))


# define.xml -------------------------------------------------------------------------------------


def everything() -> tuple[Dataset, ...]:
    plan = a_plan()
    each = {"date": str(plan.first_day), "dose_mg": "12.5"}
    mine = subject(plan, "EX", each)
    other = subject(plan, "CM", each)
    assert mine.prescribed is not None
    return (*datasets([mine, other]), adexsum([Days(mine, (mine.prescribed,))]))


def test_define_xml_keeps_cdiscs_schema_and_names_every_variable_of_every_file(tmp_path):
    """§12.5.3."""
    path, every = tmp_path / "define.xml", everything()
    assert [each.name for each in every] == ["EC", "EX", "CM", "ADEXSUM"]
    path.write_bytes(define_of(every, "ours", ISSUED))
    refuse_define(path)
    for each in every:
        for column in json.loads(as_json(each, "ours", ISSUED, "define.xml"))["columns"]:
            assert f'<ItemDef OID="{column["itemOID"]}"'.encode() in path.read_bytes()
            assert len(column["name"]) <= 8
            assert len(column["label"]) <= 40


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'Name="INTERVENTIONS"', b'Name="STEROIDS"'),
        (b'DataType="float"', b'DataType="dose"'),
        (b'Mandatory="Yes"', b'Mandatory="yes"'),
    ],
)
def test_a_fault_planted_in_define_xml_is_caught(tmp_path, before, after):
    path, good = tmp_path / "define.xml", define_of(everything(), "ours", ISSUED)
    assert before in good
    path.write_bytes(good.replace(before, after, 1))
    with pytest.raises(Exception, match="failed validating"):
        refuse_define(path)


# Transport files --------------------------------------------------------------------------------


def test_a_transport_file_says_what_the_json_says_and_carries_no_clock(tmp_path):
    """§12.5.4."""
    for each in everything():
        data = as_transport(each, ISSUED)
        assert data == as_transport(each, ISSUED)
        assert b"01MAY26:00:00:00" in data[:640]
        path = tmp_path / "one.xpt"
        path.write_bytes(data)
        read, meta = read_transport(path)
        assert meta.table_name == each.name
        for variable in each.variables:
            if variable.display is None:
                wanted = [
                    "" if row[variable.name] is None else row[variable.name] for row in told(each)
                ]
                found = ["" if v is None or v != v else v for v in read[variable.name]]
                assert found == wanted, variable.name
            else:
                said = [date.fromisoformat(str(row[variable.name])) for row in told(each)]
                assert list(read[variable.name]) == said


@pytest.mark.parametrize(("text", "said"), [("x" * 201, "201 bytes"), ("Ä", "ASCII")])
def test_a_text_that_a_transport_file_cannot_hold_is_refused(text, said):
    """§12.5.4."""
    dataset = everything()[0]
    longer = Dataset(
        dataset.name,
        dataset.label,
        dataset.structure,
        dataset.group,
        dataset.variables,
        ({**dataset.rows[0], "ECTRT": text},),
    )
    with pytest.raises(Refusal, match=said):
        as_transport(longer, ISSUED)


def test_without_the_library_a_transport_file_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(EnvironmentLacking) as lacking:
        transport.refuse_without_library()
    assert str(lacking.value) == transport.LACKING


# How much ---------------------------------------------------------------------------------------

# Participants of CDISC's pilot study as the package pharmaversesdtm has them in its `ex` (commit
# 530a5ea), and what pharmaverseadam's `adex`, made by admiral, says of them (commit 2c7db61): each
# interval with DURD and DOSE, then TDURD, TDOSE and AVDDSE. Doses are mg a day.
PUBLISHED = {
    "01-701-1015": (
        [("2014-01-02", "2014-01-16", 0, 15, 0), ("2014-01-17", "2014-06-18", 0, 153, 0)],
        [("2014-06-19", "2014-07-02", 0, 14, 0)],
        (182, 0, "0"),
    ),
    "01-701-1028": (
        [("2013-07-19", "2013-08-01", 54, 14, 756), ("2013-08-02", "2014-01-06", 81, 158, 12798)],
        [("2014-01-07", "2014-01-14", 54, 8, 432)],
        (180, 13986, "77.7"),
    ),
    "01-701-1033": ([("2014-03-18", "2014-03-31", 54, 14, 756)], [], (14, 756, "54")),
    "01-704-1008": (
        [("2013-01-13", "2013-01-28", 54, 16, 864), ("2013-01-29", "2013-02-21", 81, 24, 1944)],
        [],
        (40, 2808, "70.2"),
    ),
}


@pytest.mark.parametrize(("first", "more", "summed"), PUBLISHED.values(), ids=PUBLISHED)
def test_exposure_is_summed_as_admirals_public_adex_is(first, more, summed):
    """§12.5.5."""
    told = [*first, *more]
    intervals = tuple(
        Interval(date.fromisoformat(begin), date.fromisoformat(end), Fraction(mg))
        for begin, end, mg, *_ in told
    )
    assert [(each.days, each.mg) for each in intervals] == [(d, mg) for *_, d, mg in told]
    whole = Exposure(intervals)
    assert (whole.days, whole.mg, whole.mg_a_day) == (*summed[:2], Fraction(summed[2]))


def test_a_gap_is_in_no_interval_and_days_of_0_mg_count_between_two_doses_alone():
    """§12.5.5."""
    mg = [0, 0, 10, 10, 0, None, 5, 0]
    series = Series(Name.TAKEN, ISSUED, tuple(None if x is None else Fraction(x) for x in mg))
    found = exposure_in(series)
    assert found is not None
    assert [(each.first.day, each.days, each.mg) for each in found.intervals] == [
        (3, 2, 20),
        (5, 1, 0),
        (7, 1, 5),
    ]
    assert (found.days, found.mg, found.mg_a_day) == (4, 25, Fraction(25, 4))
    assert [summed for _, summed in found.summed()] == [20, 20, 25]
    assert exposure_in(Series(Name.TAKEN, ISSUED, (Fraction(0), None))) is None


def test_adexsum_has_a_row_a_parameter_interval_and_series():
    plan = a_plan()
    mine = subject(plan, "CM")
    assert mine.prescribed is not None
    found = told(adexsum([Days(mine, (mine.prescribed,))]))
    by_code = {code: [r for r in found if r["PARAMCD"] == code] for code in ("DOSE", "TDOSE")}
    doses = sum(Fraction(str(row["AVAL"])) for row in by_code["DOSE"])
    (total,) = by_code["TDOSE"]
    assert Fraction(str(total["AVAL"])) == doses == sum(day.dose_mg for day in plan.days())
    assert by_code["DOSE"][-1]["CUMDOSE"] == total["AVAL"]
    assert {row["PARCAT2"] for row in found} == {"PRESCRIBED"}
    assert [row["ASEQ"] for row in found] == list(range(1, len(found) + 1))
