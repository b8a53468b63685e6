"""Rows of a diary that count tablets: those of one stretch together, each day for itself."""

from __future__ import annotations

from taper.sources.diary import read_diary

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
