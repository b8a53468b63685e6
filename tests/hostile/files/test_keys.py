"""Keys: unknown ones, repeated ones, and those that would name somebody."""

from __future__ import annotations

import pytest
from hostile.files.said import DOSE, ID, refusal, with_line

from taper import sources
from taper.doses import dose

LIST = "a list, each entry after a hyphen or all in square brackets"
DRUGS = dose.join(list(dict.fromkeys(sources.drug_names().values())), "or")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  dose_mg: 25\n", "", f"steroid.dose_mg (line 3) is missing; allowed: {DOSE}."),
        ("participant: IIM-001\n", "", f"participant is missing; allowed: {ID}."),
        (
            "  drug: prednisone\n",
            "",
            "steroid.drug (line 3) is missing; allowed: the generic name of the drug, such as "
            "prednisone.",
        ),
        (
            "{number: 1, date: 2026-01-31}",
            "{number: 1}",
            "infusions[1] (line 8) is {number: 1}; allowed: a date, or missed: true, and not both.",
        ),
        (
            "{number: 1, date: 2026-01-31}",
            "{date: 2026-01-31}",
            "infusions[1].number (line 8) is missing; allowed: a whole number such as 14.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  dosemg: 20",
            "steroid.dosemg (line 6) is an unknown key; allowed: drug, dose_mg, strengths, since "
            "or times (did you mean dose_mg?).",
        ),
        (
            "infusions:",
            "armature: 5\ninfusions:",
            "armature (line 7) is an unknown key; allowed: participant, protocol, steroid, "
            "taper_strengths, weight_kg, infusions, visits, taper_started, events, taken, "
            "exposures, enrolment, eligibility_waived, locale or contact.",
        ),
        (
            "infusions:",
            '"two\\nlines": 5\ninfusions:',
            r"'two\nlines' (line 7) is an unknown key; allowed: participant, protocol, steroid, "
            "taper_strengths, weight_kg, infusions, visits, taper_started, events, taken, "
            "exposures, enrolment, eligibility_waived, locale or contact.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  dose_mg: 20",
            "steroid.dose_mg (line 6) is given twice (first in line 5); allowed: each key once.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  'dose_mg': 25",
            "steroid.dose_mg (line 6) is given twice (first in line 5); allowed: each key once.",
        ),
        (
            "infusions:",
            "treatment_arm: ULSC\ninfusions:",
            "treatment_arm (line 7) is present; allowed: no key that would name a person or an "
            "arm.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: []",
            "steroid.strengths (line 6) is an empty list; allowed: a list of at least 1 entry.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
            "steroid.strengths (line 6) is a list of 11 entries; allowed: a list of at most 10 "
            "entries.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: 20",
            f"steroid.strengths (line 6) is '20'; allowed: {LIST}.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [20, 5mg, 1]",
            f"steroid.strengths[2] (line 6) is '5mg'; allowed: {DOSE}.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [{mg: 5, split: 3}]",
            "steroid.strengths[1].split (line 6) is '3'; allowed: 1, 2 or 4.",
        ),
        (
            "infusions:",
            "events: [flare]\ninfusions:",
            "events[1] (line 7) is 'flare'; allowed: keys with values, type among them.",
        ),
        (
            "infusions:",
            "contact: Ward 3\ninfusions:",
            "contact (line 7) is 'Ward 3'; allowed: the keys site and phone, each if wanted.",
        ),
        (
            "infusions:",
            "locale: English\ninfusions:",
            "locale (line 7) is 'English'; allowed: a language, or a language and a country, such "
            "as en_US.",
        ),
        (
            "infusions:",
            "infusions: {number: 1}\nevents:",
            f"infusions (line 7) is a group of keys; allowed: {LIST}.",
        ),
        (
            "drug: prednisone",
            "drug: NO",
            f"steroid.drug (line 4) is 'NO'; allowed: one of {DRUGS}, or steroid: none where none "
            "is taken.",
        ),
        (
            "drug: prednisone",
            "drug: predisone",
            f"steroid.drug (line 4) is 'predisone'; allowed: one of {DRUGS} (did you mean "
            "prednisolone or prednisone?).",
        ),
    ],
)
def test_a_spoilt_key_is_named_with_its_line_and_what_is_allowed(tmp_path, old, new, sentence):
    """§1.1.4."""
    assert refusal(with_line(old, new), tmp_path)[0] == sentence


@pytest.mark.parametrize("typed", ["nothing", "no", "~", "null", "false", "prednisone 25 mg"])
def test_only_the_word_none_is_no_steroid(tmp_path, typed):
    """§5.1.6."""
    text = f"participant: IIM-001\nprotocol: iimpact\nsteroid: {typed}\n"
    assert refusal(text, tmp_path) == [
        f"steroid (line 3) is {typed!r}; allowed: none, or the keys drug and dose_mg, and if "
        "wanted strengths, since and times."
    ]


@pytest.mark.parametrize(
    ("typed", "allowed"),
    [
        ('"a\\u202eb"', "text without control or invisible characters such as U+202E"),
        ('"a\\u2028b"', "text without control or invisible characters such as U+2028"),
        ('"a\\nb"', "text without control or invisible characters such as U+000A"),
        ('"a\\ud800"', "text without control or invisible characters such as U+D800"),
        ("' '", "one line of 1 to 200 characters"),
        ("a" * 201, "one line of 1 to 200 characters"),
        ("[a]", "one line of 1 to 200 characters"),
    ],
)
def test_text_that_is_printed_later_holds_nothing_hidden(tmp_path, typed, allowed):
    """§5.1.7."""
    text = with_line("infusions:", f"eligibility_waived: {typed}\ninfusions:")
    [sentence] = refusal(text, tmp_path)
    assert sentence.startswith("eligibility_waived (line 7) is ")
    assert sentence.endswith(f"; allowed: {allowed}.")
    assert sentence.isprintable()
