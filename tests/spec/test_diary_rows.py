"""Rows of a diary that count tablets: those of one stretch together, each day for itself."""

from __future__ import annotations

import pytest

from taper.errors import Refusal
from taper.results.taken import Reported
from taper.results.unlikely import nothing_back
from taper.sources.diary import Diary, read_diary

HEAD = "participant,date,from,until,strength_mg,handed_out,returned\n"
ROWS = (
    "A,2026-05-01,,,5,60,",
    "A,2026-05-15,,,1,30,",
    "B,,2026-05-01,2026-05-10,5,60,4",
    "B,,2026-05-01,2026-05-10,1,30,2",
    "C,,2026-05-01,2026-05-10,,,4",
)


def test_tablets_of_two_days_are_never_those_of_the_first(tmp_path):
    """§5.6.2: and strengths of one stretch are one entry."""
    path = tmp_path / "diary.csv"
    path.write_text(HEAD + "\n".join(ROWS) + "\n", encoding="utf-8")
    diary = read_diary(path, "ABC")
    days = [str(each.said.first) for each in diary.entries["A"]]
    assert days == ["2026-05-01", "2026-05-15"]
    (of_b,) = diary.entries["B"]
    assert [len(of_b.said.handed_out or ()), len(of_b.said.returned or ())] == [2, 2]
    said = [f"{each.field} is {each.read}" for each in diary.problems["C"]]
    assert said == ["strength_mg is empty", "handed_out is empty"]


def diary_of(folder, head: str, *rows: str) -> Diary:
    """What a diary of these rows says of A-01."""
    path = folder / "diary.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return read_diary(path, ["A-01"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-01,2026-05-01,10,5", "the row is of 4 cells"),
        ("a-01,2026-05-01,10", "allowed: a participant of the source (did you mean A-01?)"),
        ("A-01\u00a0,2026-05-01,10", "with a no-break space in it; allowed: a participant of the"),
        ("\u0410-01,2026-05-01,10", "(did you mean A-01?)"),
        ("a-01,2026-05-01,10,5", "the row is of 4 cells"),
    ],
)
def test_a_row_that_may_be_a_participants_refuses_them(tmp_path, row, said):
    """§11.1.6: what stands in it would be missing in their numbers, and nobody would see it."""
    diary = diary_of(tmp_path, "participant,date,dose_mg", row)
    assert said in " ".join(map(str, diary.problems["A-01"]))


def test_a_diary_without_a_row_is_refused(tmp_path):
    """§11.1.6: an export of nothing is no diary of nothing taken."""
    with pytest.raises(Refusal, match="the table is without a row; allowed: a row a day"):
        diary_of(tmp_path, "participant,date,dose_mg")


def test_counted_tablets_of_which_nobody_said_what_came_back_are_named(tmp_path):
    """§11.1.2: 0 says that none did."""
    rows = (
        "A-01,,2026-05-01,2026-05-09,5,10,2",
        "A-01,,2026-05-01,2026-05-09,1,5,",
        "A-01,,2026-05-10,2026-05-11,5,4,0",
    )
    found = diary_of(tmp_path, HEAD.strip(), *rows).entries["A-01"]
    assert list(nothing_back(Reported(each.said, each.who) for each in found)) == [
        "A-01 (diary.csv row 2): what came back of the tablets of 1 mg is not said; all are "
        "counted as taken: make sure that none came back."
    ]


BESIDE = "participant,date,drug,dose_mg,route,reason"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-01,2026-05-01,Solu-Medrol,20,,", "allowed: what is taken by mouth; an injection is"),
        ("A-01,2026-05-01,Solu-Cortef,150,oral,at infusion 1", "allowed: iv"),
        ("A-01,2026-05-01,Rayos,150,iv,at infusion 1", "allowed: oral"),
        ("A-01,2026-05-01,prednisone,150,iv,at infusion 1", "there is no intravenous prednisone"),
    ],
)
def test_a_dose_is_given_in_a_way_that_its_form_is(tmp_path, row, said):
    """§5.6.7: an injection was counted as what is swallowed each day."""
    (wrong,) = diary_of(tmp_path, BESIDE, row).problems["A-01"]
    assert wrong.field == "drug"
    assert said in str(wrong)
