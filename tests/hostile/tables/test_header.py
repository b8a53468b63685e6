"""Bad headers: a table is refused as a whole, and names nobody."""

from __future__ import annotations

import pytest
from hostile.tables.good import GOOD, HEADER

LISTED = "the columns that taper template lists"
IGNORED = "or others: ignore in a mapping"
NOBODY = "no column that would name a person or an arm"


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        (
            f"{HEADER},Dose mg",
            [
                f"column 'Dose mg' is not known; allowed: {LISTED} (did you mean dose_mg?), "
                f"{IGNORED}."
            ],
        ),
        (
            f"{HEADER},infusion_0",
            [
                f"column 'infusion_0' is not known; allowed: {LISTED} (did you mean infusion_6?), "
                f"{IGNORED}."
            ],
        ),
        (f"{HEADER},zzz", [f"column 'zzz' is not known; allowed: {LISTED}, {IGNORED}."]),
        (
            f"{HEADER},drug",
            ["column 'drug' is there twice, in C and G; allowed: each column once."],
        ),
        (f"{HEADER},treatment_arm", [f"column 'treatment_arm' is present; allowed: {NOBODY}."]),
        (f"{HEADER},Patient Name", [f"column 'Patient Name' is present; allowed: {NOBODY}."]),
        (f"{HEADER},", ["column G is without a name, and holds values; allowed: a name."]),
        (
            HEADER.replace("protocol", "DOB").replace("dose_mg", "does_mg") + ",phone",
            [
                f"column 'DOB' is present; allowed: {NOBODY}.",
                "column 'phone' is there twice, in F and G; allowed: each column once.",
                f"column 'does_mg' is not known; allowed: {LISTED} (did you mean dose_mg?), "
                f"{IGNORED}.",
                "column 'protocol' is missing; allowed: a table with protocol for each "
                "participant.",
            ],
        ),
    ],
)
def test_a_table_is_refused_by_its_header_with_everything_that_is_wrong_in_it(
    csv, header, sentences
):
    said = csv(f"{header}\n{GOOD},secret\n")
    assert [sentence.removeprefix("site.csv: ") for sentence in said] == sentences
    assert "secret" not in " ".join(said)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("Jane Doe,1950-03-04\n", "without a column that is known"),
        (GOOD, "without a column that is known"),
    ],
)
def test_values_in_the_place_of_a_header_are_not_repeated(csv, content, read):
    (sentence,) = csv(content)
    assert sentence == f"site.csv: the first row is {read}; allowed: a header: {LISTED}."


def test_a_table_without_a_participant_is_refused(csv):
    assert csv(f"{HEADER}\n# nobody yet,,,,,\n") == [
        "site.csv: the table is without a participant; allowed: a row for each."
    ]
