"""Bad exports of REDCap, and bad mappings of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hostile.tables.good import told

from taper.sources import tables

OURS = "participant,redcap_repeat_instrument,redcap_repeat_instance,protocol,drug,dose_mg"
REPEATED = "infusion_number,infusion_date,infusion_missed,event_type,event_date,event_reason"
UNUSED = (
    "strengths,since,taper_strengths,weight_kg,taper_started,eligibility_waived,locale,site,phone,"
    "event_onset,event_resolved,event_until,event_days,event_dose_mg,event_drug,event_strengths,"
    "event_protocol,event_kg"
)
NOTHING = 17 * ","
EXPORT = f"""{OURS},{REPEATED},{UNUSED}
A-01,,,iimpact,prednisone,25,,,,,,,{NOTHING}
A-01,infusion,1,,,,1,2026-01-31,0,,,,{NOTHING}
A-01,infusion,2,,,,2,2026-04-30,0,,,,{NOTHING}
A-01,event,1,,,,,,,hold,2026-06-01,late visit,{NOTHING}
"""
OWN = """columns:
  record_id: participant
  gc: drug
  mg: dose_mg
  given_on: {visit_1: infusion_1, visit_2: infusion_2}
constants: {protocol: iimpact}
"""
OWN_EXPORT = """record_id,redcap_event_name,gc,mg,given_on
7,screening_arm_1,prednisone,25,
7,visit_1_arm_1,,,2026-01-31
"""


VISITS = {
    OURS: f"{OURS},visit_label,visit_date,visit_missed",
    "A-01,,,iimpact,prednisone,25,": "A-01,,,iimpact,prednisone,25,,,,",
    "A-01,infusion,1,,,": "A-01,infusion,1,,,,,,",
    "A-01,infusion,2,,,": "A-01,infusion,2,,,,,,",
    "A-01,event,1,,,": f"A-01,visit,1,,,,Visit 5,2026-06-03,0,,,,,,,{NOTHING}\n"
    f"A-01,visit,2,,,,Visit 6,,1,,,,,,,{NOTHING}\nA-01,event,1,,,,,,",
}


def with_visits() -> str:
    """The export with two visits, of which one was missed."""
    made = EXPORT
    for old, new in VISITS.items():
        made = made.replace(old, new, 1)
    return made


def test_visits_are_instances_and_a_project_without_them_is_read_as_before(csv, tmp_path):
    """§5.3.7: but not one that lacks a field of them."""
    assert csv(with_visits()) == []
    (row,) = tables.read(tmp_path / "site.csv")
    visits = tables.participant(row).visits
    assert [(v.name, str(v.date), v.missed) for v in visits] == [
        ("Visit 5", "2026-06-03", False),
        ("Visit 6", "None", True),
    ]
    said = csv(with_visits().replace("visit_missed", "other_field"))
    assert any("without 'visit_missed'" in each for each in said)
    (said,) = csv(with_visits().replace("Visit 5,2026-06-03,0", ",,"))
    assert said.endswith("allowed: its label and date, or no such row.")


def test_the_export_that_the_others_spoil_is_a_good_one(csv):
    assert csv(EXPORT) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "2026-04-30",
            "30-04-2026",
            "A-01 (site.csv row 4): infusion_date (infusion_2) is '30-04-2026', which countries "
            "read differently; allowed: a calendar date YYYY-MM-DD, or missed.",
        ),
        (
            "late visit",
            "",
            "A-01 (site.csv row 5): event_reason (event_1_reason) is empty; allowed: one line of "
            "at most 200 characters.",
        ),
        (
            "2,2026-04-30,0",
            "1,2026-04-30,0",
            "A-01 (site.csv row 4): infusion_date is '2026-04-30', and '2026-01-31' in row 3; "
            "allowed: one value a participant.",
        ),
        (
            "2,2026-04-30,0",
            "2,2026-04-30,1",
            "A-01 (site.csv row 4): infusion_missed is 'missed', and '2026-04-30'; allowed: one "
            "value a participant.",
        ),
        (
            "2,2026-04-30,0",
            ",2026-04-30,0",
            "A-01 (site.csv row 4): infusion_number is empty; allowed: the number of an infusion, "
            "from 1 to 99.",
        ),
        (
            "A-01,event,1",
            "A-01,lab,1",
            "A-01 (site.csv row 5): redcap_repeat_instrument is 'lab', which repeats; allowed: "
            "those of the mapping: infusion, visit, event or "
            "exposure.",
        ),
    ],
)
def test_what_is_wrong_in_an_export_is_told_by_its_own_row_and_field(csv, old, new, sentence):
    assert old in EXPORT
    assert sentence in csv(EXPORT.replace(old, new))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            EXPORT.replace("redcap_repeat_instrument,redcap_repeat_instance,", "").replace(
                ",,,iimpact", ",iimpact"
            ),
            "column 'redcap_repeat_instrument' is missing; allowed: an export of a project in "
            "which the instruments for infusions and events repeat.",
        ),
        (
            EXPORT + ",infusion,3,,,,3,2026-07-31,0,,,\n",
            "the record id is empty in row 6; allowed: an id in each row.",
        ),
        (
            OWN_EXPORT,
            "the header is that of a REDCap export; allowed: --mapping FILE, which says what the "
            "fields of a project of your own mean.",
        ),
    ],
)
def test_an_export_that_is_not_as_it_should_be_is_refused_as_a_table(csv, content, sentence):
    assert f"site.csv: {sentence}" in csv(content)


@pytest.fixture
def own(tmp_path) -> Callable[..., list[str]]:
    """What is said of an export of somebody's own project with a mapping."""

    def of(export: str = OWN_EXPORT, mapping: str = OWN) -> list[str]:
        path, how = tmp_path / "export.csv", tmp_path / "map.yaml"
        path.write_text(export, encoding="utf-8")
        how.write_text(mapping, encoding="utf-8")
        return told(path, how)

    return of


def test_the_project_that_the_others_spoil_is_a_good_one(own):
    assert own() == []


def test_an_export_of_two_arms_is_refused_and_neither_is_named(own):
    """§5.5.1, §5.5.2."""
    said = own(
        OWN_EXPORT
        + "8,Screening (Arm 2: Verum),prednisone,25,\n8,Visit 1 (Arm 2: Verum),,,2026-01-31\n"
    )
    assert said == [
        "export.csv: the export is of 2 arms of the project; allowed: an export of one of them."
    ]


def test_events_may_be_exported_by_their_labels(own):
    labels = OWN_EXPORT.replace("screening_arm_1", "Screening").replace(
        "visit_1_arm_1", "Visit 1 (Arm 1: All)"
    )
    assert own(labels) == []


def test_an_event_of_any_length_costs_nothing(own):
    """Its brackets are looked for from each blank on, unless they are looked for with care."""
    said = own(OWN_EXPORT.replace("visit_1_arm_1", '"' + " " * 100_000 + '(arm 1: x"'))
    assert "given_on is given at event 'arm_1_x'" in said[0]


def test_a_value_at_an_event_without_a_place_is_told(own):
    (sentence,) = own(OWN_EXPORT.replace("visit_1_arm_1", "visit_3_arm_1"))
    assert sentence == (
        "7 (export.csv row 3): given_on is given at event 'visit_3'; allowed: at event visit_1 or "
        "visit_2."
    )


def test_one_field_with_two_values_is_told_with_both_rows(own):
    (sentence,) = own(OWN_EXPORT.replace("visit_1_arm_1,,", "visit_1_arm_1,,20"))
    assert "7 (export.csv row 3): mg is '20', and '25' in row 2; allowed: one value" in sentence


@pytest.mark.parametrize(
    ("field", "sentences"),
    [
        (
            "patient_name",
            [
                "export.csv: column 'patient_name' is present; allowed: no column that would name "
                "a person or an arm."
            ],
        ),
        (
            "weight",
            [
                "export.csv: column 'weight' is not known; allowed: the fields that the mapping "
                "names, or others: ignore in it."
            ],
        ),
        ("screening_complete", []),
    ],
)
def test_a_field_that_the_mapping_does_not_name_is_refused(own, field, sentences):
    header, rest = OWN_EXPORT.split("\n", 1)
    lines = [f"{line},x" for line in rest.splitlines()]
    assert own("\n".join([f"{header},{field}", *lines])) == sentences


def test_a_column_of_ours_that_a_mapping_forgets_is_not_passed_over(own):
    """An event would vanish with `others: ignore`: it is mapped, or ignored by its name."""
    header, rest = OWN_EXPORT.split("\n", 1)
    export = "\n".join([f"{header},Event_1_Type", *(f"{line},x" for line in rest.splitlines())])
    assert own(export, OWN + "others: ignore\n") == [
        "export.csv: column 'Event_1_Type' is ours, and not in the mapping; allowed: event_1_type: "
        "event_1_type among its columns, or event_1_type: ignore."
    ]
    ignored = OWN.replace("columns:\n", "columns:\n  Event_1_Type: ignore\n")
    assert own(export, ignored + "others: ignore\n") == []


def test_other_fields_are_passed_over_where_the_mapping_says_so_but_not_names(own):
    header, *lines = OWN_EXPORT.splitlines()
    export = "\n".join([f"{header},mood,mood", *(f"{line},secret,x" for line in lines)])
    assert own(export, OWN + "others: ignore\n") == []
    (sentence,) = own(export.replace("mood,mood", "mood,initials"), OWN + "others: ignore\n")
    assert "column 'initials' is present; allowed: " in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "mg: dose_mg",
            "mg: dose",
            "columns.mg (line 4) is 'dose'; allowed: ignore, or a column that taper template lists "
            "(did you mean dose_mg?).",
        ),
        (
            "record_id: participant",
            "record_id: ignore",
            "columns (line 1) is without a field for participant; allowed: one field for "
            "participant, such as record_id: participant.",
        ),
        (
            "gc: drug",
            "patient_name: drug",
            "columns.patient_name (line 3) is present; allowed: no field that would name a person "
            "or an arm.",
        ),
        ("constants:", "constant:", "constant (line 6) is an unknown key; allowed: columns, "),
        ("protocol: iimpact", "drug: prednisone", "constants.drug (line 6) is mapped to a field "),
        ("protocol: iimpact", "colour: red", "constants.colour (line 6) is not known; allowed: a "),
        ("protocol: iimpact", "participant: A", "constants.participant (line 6) is not known; "),
        ("protocol: iimpact", "protocol: []", "constants.protocol (line 6) is an empty list; "),
        ("gc: drug", "gc: {a: drug, b: []}", "columns.gc (line 3) is a group of keys; allowed: "),
        (
            "mg: dose_mg",
            "mg: {visit_arm_1: dose_mg, visit_arm_2: weight_kg}",
            "columns.mg (line 4) is a group of keys; allowed: one column for each event, whatever ",
        ),
        (
            "constants:",
            "repeating:\n  Shots: {as: infusions, fields: {day: date}}\n"
            "  shots: {as: events, fields: {day: date}}\nconstants:",
            "repeating.shots (line 8) is what 'Shots' is too; allowed: each instrument once.",
        ),
    ],
)
def test_a_mapping_is_refused_by_line(own, old, new, sentence):
    assert old in OWN
    said = own(mapping=OWN.replace(old, new))
    assert any(s.startswith(f"map.yaml: {sentence}") for s in said), said
