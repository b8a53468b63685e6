"""Exports of REDCap as it makes them: its own columns, further instruments, what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile.tables.good import told

from taper.errors import Refusal
from taper.sources import tables
from taper.sources.tables import mapping_file

SAMPLES = Path(__file__).resolve().parents[3] / "sample_sites"
EXPORT = (SAMPLES / "redcap-export.csv").read_text("utf-8-sig")
MAPPING = """columns:
  record_id: participant
  gc: drug
  mg: dose_mg
  given_on: {visit_1: infusion_1, visit_2: infusion_2}
constants: {protocol: iimpact}
"""
OWN = """record_id,redcap_event_name,redcap_data_access_group,gc,mg,given_on
7,screening_arm_1,riverside,prednisone,25,
7,visit_1_arm_1,riverside,,,2026-01-31
"""


def own(tmp_path: Path, export: str = OWN, more: str = "", mapping: str = MAPPING) -> list[str]:
    path, how = tmp_path / "export.csv", tmp_path / "map.yaml"
    path.write_text(export, encoding="utf-8")
    how.write_text(mapping + more, encoding="utf-8")
    return told(path, how)


def said(tmp_path: Path) -> dict[str, str]:
    (row,) = tables.read(tmp_path / "export.csv", tmp_path / "map.yaml")
    return row.said


def with_columns(export: str, names: str, cells: str) -> str:
    """The export with more columns behind its own."""
    header, *rows = export.splitlines()
    return "\n".join([f"{header},{names}", *(f"{row},{cells}" for row in rows), ""])


def test_redcaps_own_columns_are_passed_over(csv):
    names = "redcap_data_access_group,redcap_survey_identifier,baseline_timestamp"
    assert csv(with_columns(EXPORT, names, "riverside,x@y.org,2026-01-03 15:52:43")) == []


def test_a_further_instrument_is_passed_over(csv):
    names = "event_complete_,ae_term,ae_grade,ae_complete"
    export = with_columns(EXPORT, names, ",headache,2,2").replace(",event_complete_", "", 1)
    export = with_columns(EXPORT, "ae_term,ae_grade,ae_complete", "headache,2,2")
    assert csv(export) == []


def test_a_field_within_a_known_instrument_is_still_refused(csv):
    export = EXPORT.replace(",event_type,", ",event_typ,", 1)
    sentences = csv(export)
    assert any("column 'event_typ' is not known" in sentence for sentence in sentences)
    assert any("the header is without 'event_type'" in sentence for sentence in sentences)


def test_an_export_without_a_form_that_is_mapped_is_refused(csv):
    kept = [i for i, name in enumerate(EXPORT.splitlines()[0].split(",")) if "event_" not in name]
    import csv as reader

    rows = list(reader.reader(EXPORT.splitlines()))
    out = "\n".join(",".join(f'"{row[i]}"' for i in kept) for row in rows if row[1] != "event")
    (sentence,) = csv(out + "\n")
    assert sentence.startswith("site.csv: the header is without 'event_type', 'event_date'")
    assert sentence.endswith(
        "and 3 more; allowed: every field that the mapping names: export them too, or take them "
        "out of it."
    )


def test_an_event_row_that_says_no_event_is_refused(csv):
    header = EXPORT.splitlines()[0].split(",")
    row = [
        "RIV-001",
        *(
            "event" if "instrument" in name else "1" if "instance" in name else ""
            for name in header[1:]
        ),
    ]
    sentences = csv(EXPORT + ",".join(row) + "\n")
    assert sentences == [
        f"RIV-001 (site.csv row {len(EXPORT.splitlines()) + 1}): redcap_repeat_instrument is a row "
        "of an event that says none; allowed: its type and date, or no such row."
    ]


def test_the_access_group_may_be_the_site_and_nothing_else(tmp_path):
    group = "  redcap_data_access_group: site\n"
    mapping = MAPPING.replace("constants", f"{group}constants")
    choices = "choices: {redcap_data_access_group: {riverside: Riverside Clinic}}\n"
    assert own(tmp_path, mapping=mapping, more=choices) == []
    assert said(tmp_path)["site"] == "Riverside Clinic"
    assert own(tmp_path) == []
    other = mapping.replace("group: site", "group: phone")
    assert "is present; allowed: site, or ignore" in own(tmp_path, mapping=other)[0]


@pytest.mark.parametrize(
    ("field", "choices", "code"),
    [("mg", '{"1": "5", "2": "10"}', "25"), ("gc", '{"1": prednisone}', "2")],
)
def test_a_code_that_the_choices_do_not_list_is_no_number(tmp_path, field, choices, code):
    """Code 4 of a coded dose would be 4 mg; what means nothing makes no field a coded one."""
    export = OWN.replace("prednisone,25", f"{code},10" if field == "gc" else f"prednisone,{code}")
    (sentence,) = own(tmp_path, export, f"choices: {{{field}: {choices}}}\n")
    assert (
        f"{field} is '{code}', a code that choices does not list; allowed: its codes:" in sentence
    )
    assert own(tmp_path, more='choices: {mg: {"999": ""}}\n') == []


@pytest.mark.parametrize("typed", ["Pred oral", "pred tabs"])
def test_a_word_that_is_nearly_a_choice_is_refused_with_the_choices(tmp_path, typed):
    """It passed for a word of its own: a site was printed so, a drug refused without choices."""
    choices = "choices: {gc: {Pred Oral: prednisone, Pred tab: prednisone}}\n"
    (sentence,) = own(tmp_path, OWN.replace("prednisone,", f"{typed},"), choices)
    assert (
        f"gc is '{typed}', which choices does not list; allowed: its choices: 'Pred Oral' or"
        in (sentence)
    )
    assert "(did you mean Pred " in sentence


def test_another_word_than_the_choices_is_itself(tmp_path):
    """What a choice means, and a label of another number, are no slip."""
    assert own(tmp_path, more="choices: {gc: {prednison: prednisone}}\n") == []
    assert own(tmp_path, more="choices: {gc: {prednisone 5: dexamethasone}}\n") == []


def test_what_take_may_be_is_said(tmp_path):
    (sentence,) = own(tmp_path, more="take: time\n")
    assert "take (line 7) is 'time'; allowed: date, or fields with date behind them" in sentence


def test_a_mapping_names_codes_for_nothing_a_decimal_comma_and_days_of_times(tmp_path):
    export = OWN.replace("25", '"7,5"').replace("2026-01-31", "2026-01-31 14:05")
    export = export.replace("prednisone", "prednisone").replace(",7,5", ",7,5")
    more = 'missing: ["-99", "UNK"]\ndecimal: ","\ntake: date\n'
    assert (
        own(
            tmp_path,
            export.replace("7,visit_1_arm_1,riverside,,,", "7,visit_1_arm_1,riverside,UNK,-99,"),
            more,
        )
        == []
    )
    assert said(tmp_path)["dose_mg"] == "7.5"
    assert said(tmp_path)["infusion_1"] == "2026-01-31"
    point = own(tmp_path, export.replace("7,5", "7.5"), more)
    assert "mg is '7.5', with a point; allowed: a comma, by decimal in the mapping" in point[0]
    assert "with a time of day" in own(tmp_path, export, 'decimal: ","\n')[0]
    assert own(tmp_path, export, 'decimal: ","\ntake: {given_on: date}\n') == []


def test_events_of_one_name_are_told_apart_by_their_letter(tmp_path):
    export = OWN.replace("visit_1_arm_1", "visit_arm_1b")
    mapping = MAPPING.replace("visit_1: infusion_1", "visit_b: infusion_1")
    assert own(tmp_path, export, mapping=mapping) == []


# Exceptions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["drug_name", "site_name", "treatment_date", "disease_control"])
def test_a_column_that_only_seems_to_identify_is_excepted_by_its_name(tmp_path, name):
    """§5.5.1."""
    export = with_columns(OWN, name, "x")
    assert "or its name under exceptions in a mapping" in own(tmp_path, export)[0]
    assert own(tmp_path, export, f"others: ignore\nexceptions: [{name}]\n") == []


@pytest.mark.parametrize(
    "name",
    [
        *("arm", "treatment_arm", "treatment", "treatment_group", "control", "cohort_date"),
        *("patient_name", "first_name", "name", "birth_date", "randomisation_date", "kit_visit"),
        *("study_drug_name", "placebo_start", "treatment_name", "site_name_arm"),
    ],
)
def test_no_exception_is_made_for_a_column_of_an_arm_or_a_person(tmp_path, name):
    """§5.5.1."""
    export = with_columns(OWN, name, "SECRET")
    sentences = own(tmp_path, export, f"others: ignore\nexceptions: [{name}]\n")
    assert "a field that needs none, or may have none" in sentences[0]
    assert "SECRET" not in "".join(sentences)


def test_a_wrong_mapping_is_told_by_its_keys(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text(MAPPING + "take: {x: date}\ndecimal: ';'\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        mapping_file.read(path)
    assert "decimal (line 8) is ';'" in str(refused.value)
    path.write_text(MAPPING + "missing: ['-99', Missed, flare, prednisone]\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        mapping_file.read(path)
    said = [(each.field, each.read.partition(",")[2]) for each in refused.value.problems]
    assert said == [(f"missing[{n}]", " which says something in a cell") for n in (2, 3, 4)]
