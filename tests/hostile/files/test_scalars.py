"""What was typed stays what was typed: scalars that YAML would read otherwise."""

from __future__ import annotations

import pytest
from hostile.files.said import DOSE, ID, PARTICIPANT, PROTOCOL, refusal, with_line

from taper import sources
from taper.errors import Refusal

DATE = "a calendar date YYYY-MM-DD, years 1900 to 2199"


def test_the_file_that_the_tables_spoil_is_a_good_one(tmp_path):
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(PARTICIPANT, encoding="utf-8")
    assert sources.participant(tmp_path / "a.yaml").participant == "IIM-001"
    assert sources.trial("p.yaml", beside=tmp_path).protocol.id == "own"


# Scalars: what was typed stays what was typed -----------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *("-5", "+5", "0", "0.0", "010", "00", "1e1", "1E1", "1e400", "0x10", "0o17", "1_000"),
        *("NaN", ".nan", ".inf", "inf", "NO", "yes", "true", "null", "~", "12:30", "1/2", "½"),
        *("20mg", "20 mg", ".5", "5.", "5..0", "1 0", "1.23456", "1000.0001"),
        *("100000", "1001", "9" * 50, "١٢", "１２", "²", "five", "10%"),  # noqa: RUF001
    ],
)
def test_a_dose_is_a_plain_decimal_above_0_and_nothing_else(tmp_path, typed):
    """§2.3.3, §2.3.5."""
    assert refusal(with_line("dose_mg: 25", f"dose_mg: {typed}"), tmp_path) == [
        f"steroid.dose_mg (line 5) is {typed!r}; allowed: {DOSE}."
    ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12,5", "'12,5', with a comma where a point is needed"),
        ("1.000,5", "'1.000,5', with a comma between digits, which is no decimal point here"),
        ("5\u200b", r"'5\u200b', with a space of no width in it"),
        ('"5\\n"', r"'5\n', with a line break in it"),
        ('"5\\0"', r"'5\x00', with a control character in it"),
        ('"\\u202e52"', r"'\u202e52', with a right-to-left override in it"),
        ('"5\u00a0"', r"'5\xa0', with a no-break space in it"),
        ('"5\u00ad"', r"'5\xad', with a soft hyphen in it"),
    ],
)
def test_what_stands_in_a_number_and_is_no_digit_is_named_in_words(tmp_path, typed, read):
    """§5.1.10."""
    assert refusal(with_line("dose_mg: 25", f"dose_mg: {typed}"), tmp_path) == [
        f"steroid.dose_mg (line 5) is {read}; allowed: {DOSE}."
    ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('"5 "', "'5 '"),
        ('""', "empty"),
        ("''", "empty"),
        ("[25]", "a list of 1 entry"),
        ("[]", "an empty list"),
        ("{mg: 25}", "a group of keys"),
        ("25\n    mg", "'25 mg'"),
        ("5" * 61, f"'{'5' * 59}…'"),
    ],
)
def test_what_is_typed_in_the_place_of_a_dose_is_repeated_safely(tmp_path, typed, read):
    assert refusal(with_line("dose_mg: 25", f"dose_mg: {typed}"), tmp_path) == [
        f"steroid.dose_mg (line 5) is {read}; allowed: {DOSE}."
    ]


@pytest.mark.parametrize(
    "typed",
    [
        *("20260304", "2026-W10-3", "2026-063", "04/03/2026", "4.3.2026", "2026-3-4", "26-03-04"),
        *("1899-12-31", "2200-01-01", "9999-12-31", "2026-03-04T00:00", "2026-03-04 00:00:00"),
        *("2026\u201303\u201304", "２０２６-03-04", "March 4, 2026", "today", "NO", "12:30", "010"),  # noqa: RUF001
        *("-2026-03-04", "2026-03-04Z", "46085", "~", "null"),
    ],
)
def test_a_date_is_year_month_day_and_nothing_else(tmp_path, typed):
    """§2.3.1, §2.3.2."""
    text = with_line("date: 2026-01-31", f"date: '{typed}'")
    assert refusal(text, tmp_path) == [f"infusions[1].date (line 8) is {typed!r}; allowed: {DATE}."]


@pytest.mark.parametrize(
    "typed",
    ["2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01"],
)
def test_a_date_of_no_calendar_is_said_to_be_none(tmp_path, typed):
    """§2.3.1."""
    text = with_line("date: 2026-01-31", f"date: '{typed}'")
    said = f"infusions[1].date (line 8) is {typed!r}; allowed: {DATE}, and there is no such day."
    assert refusal(text, tmp_path) == [said]


@pytest.mark.parametrize(
    "typed",
    [
        *("a/b", "a\\b", "../a", "/etc/passwd", "CON", "con", "NUL", "aux.yaml", "COM1", "lpt9.x"),
        *(
            "a..",
            "a.",
            ".a",
            "-a",
            "-",
            "--today",
            "a_",
            "_a",
            "a b",
            "a:b",
            "a*",
            "a\tb",
            "é",
            "\uff41",
        ),
        *("a" * 65, "a\u202eb", "$HOME", "a;b", "a|b", "<a>", "%00", "a\nb", "a\x00b"),
    ],
)
def test_a_participant_id_is_safe_as_a_file_name_everywhere(typed):
    """§5.1.2."""
    data = {"participant": typed, "protocol": "iimpact", "steroid": "none"}
    with pytest.raises(Refusal) as refused:
        sources.validate_participant(data, "row 1")
    read = repr(typed) if len(typed) <= 60 else f"'{'a' * 59}…'"
    said = str(refused.value)
    assert said.startswith(f"row 1: participant is {read}")
    assert said.endswith(f"; allowed: {ID}.")


@pytest.mark.parametrize("typed", ["A", "7", "007", "on", "a" * 64, "IIM-001", "a.b_c-9", "NO-7"])
def test_an_id_that_looks_like_something_else_stays_what_was_typed(tmp_path, typed):
    """§4.1.3."""
    (tmp_path / "a.yaml").write_text(with_line("IIM-001", typed), encoding="utf-8")
    assert sources.participant(tmp_path / "a.yaml").participant == typed
