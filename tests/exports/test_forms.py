"""The table of the forms that a plan is written in."""

from __future__ import annotations

import csv
import io
import pickle

import pyarrow as pa
import pytest

import taper
from taper.folder.outcomes import Outcome
from taper.folder.run_page import called
from taper.folder.tasks import Made
from taper.folder.together import USUAL, groups
from taper.operations.plans import outputs
from taper.record.forms import BY_NAME, BY_OPTION, FOR_OTHERS, Format
from taper.record.ledger_line import is_file_of


def test_every_form_for_other_systems_has_a_writer():
    """§12.1.2."""
    assert outputs.WRITERS.keys() == {each for each in Format if each.is_for_others}


@pytest.mark.parametrize("form", Format)
def test_a_ledger_knows_the_file_of_each_form_and_a_list_says_what_it_is(form: Format):
    assert is_file_of("A.1", f"A.1.{form}")
    assert called(f"A.1.{form}", "A.1").startswith(form.said or "calendar")
    assert pickle.loads(pickle.dumps(form)) is form


def test_each_form_is_asked_for_by_its_name_and_those_of_one_name_come_together():
    assert set().union(*BY_NAME.values(), *BY_OPTION.values()) == set(Format)
    assert BY_NAME["csv"] == (Format.DAYS, Format.STEPS)
    assert BY_NAME["days.csv"] == (Format.DAYS,)
    assert "csv" not in FOR_OTHERS
    assert "json" not in FOR_OTHERS


def test_two_participants_whose_files_would_have_one_name_are_never_written_together():
    """`A.fhir.json` may be of A, and the plain plan of A.fhir (§12.1.5)."""
    made = [
        Made(Outcome(""), contents={name: b"x"})
        for name in ("1", "A.fhir.json", "2", "A.fhir.json")
    ]
    assert [len(group) for group in groups(made, USUAL)] == [3, 1]


def test_the_records_of_a_plan_are_its_days_in_arrow_and_in_csv():
    """Whoever takes the days as records, in Arrow or as CSV has the same of each day (§12.1.1)."""
    participant = {
        "participant": "IIM-001",
        "protocol": "iimpact",
        "steroid": {"drug": "prednisone", "dose_mg": 25, "strengths": [20, 5, 2.5, 1]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
    }
    plan = taper.plan("iimpact", participant, today="2026-05-20")
    assert pa.Table.from_pylist(plan.records()).to_pylist() == plan.records()
    rows = csv.DictReader(io.StringIO(taper.export(plan, "days.csv").decode("utf-8-sig")))
    keys = ("date", "day", "taper_day", "step", "drug", "dose_mg", "prednisone_equivalent_mg")
    assert [[row[key] for key in keys] for row in rows] == [
        ["" if day[key] is None else str(day[key]) for key in keys] for day in plan.records()
    ]
