"""Whose row of domain CM is counted, and how often: what nobody can tell is left out and named."""

from __future__ import annotations

from datetime import date
from math import nan

import pytest

from taper.doses import dose
from taper.sources import cm, cm_files

ROW = {
    "CMTRT": "PREDNISONE",
    "CMDOSU": "mg",
    "CMROUTE": "ORAL",
    "CMSTDTC": "2026-01-05",
    "CMENDTC": "2026-01-06",
}
DAILY = {"CMDOSE": "20", "CMDOSFRQ": "QD"}


def counted(
    participants: list[str], *rows: dict[str, str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The doses of each participant's days, and why rows are left out."""
    numbered = (cm.CmRow(i, ROW | row) for i, row in enumerate(rows, start=1))
    found = cm.count(cm.Rows(tuple(numbered)), participants)
    doses = {
        id_: [dose.text(mg) for _, (mg, _) in sorted(days.items())]
        for id_, days in found.days.items()
    }
    return doses, [each.reason for each in found.left_out]


def test_the_rows_of_two_people_are_never_counted_as_one():
    """§11.1.7: 001 of two sites is nobody, unless one of them is called so in full."""
    one, other = {"USUBJID": "S-01-001"} | DAILY, {"USUBJID": "S-02-001"} | DAILY
    why = "another USUBJID of the file may be 001 too"
    assert counted(["001"], one, other) == ({}, [why, why])
    assert counted(["001"], one | {"USUBJID": "001"}, other) == ({"001": ["20", "20"]}, [why])
    assert counted(["001", "01-001"], one) == (
        {},
        ["it may be of several participants of the source"],
    )
    assert counted(["S-01-001", "001"], one) == ({"S-01-001": ["20", "20"]}, [])


@pytest.mark.parametrize(
    ("said", "doses", "why"),
    [
        ({"CMDOSTOT": "20"}, ["20", "20"], None),
        ({"CMDOSTOT": "20", "CMDOSFRQ": "BID"}, ["20", "20"], None),
        ({"CMDOSTOT": "20", "CMDOSFRQ": "QOD"}, ["20", "0"], None),
        ({"CMDOSTOT": "20", "CMDOSFRQ": "PRN"}, None, "its frequency is PRN, which is no number"),
        (DAILY | {"CMOCCUR": "U"}, None, "whether it was given is 'U' (CMOCCUR)"),
        (DAILY | {"CMOCCUR": "y"}, ["20", "20"], None),
    ],
)
def test_the_dose_of_a_day_is_counted_on_its_days_alone(said, doses, why):
    """§11.1.7."""
    found, left_out = counted(["A"], {"USUBJID": "A"} | said)
    assert found == ({"A": doses} if doses else {})
    assert [each[: len(why or "")] for each in left_out] == ([why] if why else [])


def test_an_empty_number_of_a_transport_file_is_none():
    """A dose of the whole day counts where that of each time is empty."""
    (row,) = cm_files._rows(
        "cm.xpt",
        ["USUBJID", "CMTRT"],
        [{"USUBJID": "A", "CMDOSE": nan, "CMDOSTOT": 20.0} | ROW],
        "a dataset",
    ).rows
    found = cm.count(cm.Rows((row,)), ["A"])
    assert found.days["A"][date(2026, 1, 5), "prednisone"][0] == 20
