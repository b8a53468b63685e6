"""§5: one row of a spreadsheet carries the same fields as a participant file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import get_args

import pytest
import xlsxwriter

from taper import sources
from taper.errors import Refusal
from taper.sources import tables
from taper.sources.tables.columns import EVENT_FIELDS, column
from taper.sources.tables.keys import keyed
from taper.sources.tables.projects import ours
from taper.sources.tables.redcap import is_form_status
from taper.trial.participant import AnyEvent, Contact, Participant, Steroid
from taper.wording.identifying import identifies

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_sites"

IN_YAML = """
participant: IIM-001
protocol: iimpact
steroid:
  {drug: prednisone, dose_mg: 25, strengths: [20, {mg: 5, split: 2}, 1], since: 2026-01-05,
   times: {morning: 2, midday: 1}}
taper_strengths: [5, 1]
weight_kg: 71.5
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, missed: true}
visits:
  - {name: Visit 5, date: 2026-06-03}
  - {name: Visit 6, missed: true}
taper_started: 2026-05-16
events:
  - {type: flare, date: 2026-06-01, onset: 2026-05-30, resolved: 2026-06-05}
  - {type: hold, date: 2026-07-01, until: 2026-07-08, reason: infection}
  - {type: stress-dose, date: 2026-07-20, days: 3, dose_mg: 20}
  - {type: set-dose, date: 2026-08-01, days: 14, dose_mg: 7.5, reason: weakness}
  - {type: withdraw, date: 2026-09-01, reason: consent withdrawn}
exposures:
  - {date: 2026-01-31, drug: hydrocortisone, dose_mg: 150, route: iv, reason: at infusion 1}
  - {date: 2026-07-02, drug: methylprednisolone, dose_mg: 40, route: oral, reason: gout}
enrolment: {drug: methylprednisolone, dose_mg: 16, date: 2026-01-05}
eligibility_waived: "sponsor, 2026-01-20"
locale: en_GB
contact: {site: Riverside, phone: 555-0101}
"""
IN_COLUMNS = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "drug": "prednisone",
    "dose_mg": "25",
    "strengths": "20; 5:2; 1",
    "since": "2026-01-05",
    "times": "Midday:1; morning: 2",
    "taper_strengths": "5; 1",
    "weight_kg": "71.5",
    "infusion_1": "2026-01-31",
    "infusion_2": "missed",
    "exposure_1_date": "2026-01-31",
    "exposure_1_drug": "Hydrocortisone",
    "exposure_1_dose_mg": "150",
    "exposure_1_route": "IV",
    "exposure_1_reason": "at infusion 1",
    "exposure_2_date": "2026-07-02",
    "exposure_2_drug": "methylprednisolone",
    "exposure_2_dose_mg": "40",
    "exposure_2_route": "oral",
    "exposure_2_reason": "gout",
    "visit_1_label": "Visit 5",
    "visit_1_date": "2026-06-03",
    "visit_2_label": "Visit 6",
    "visit_2_date": "missed",
    "taper_started": "2026-05-16",
    "event_1_type": "flare",
    "event_1_date": "2026-06-01",
    "event_1_onset": "2026-05-30",
    "event_1_resolved": "2026-06-05",
    "event_2_type": "hold",
    "event_2_date": "2026-07-01",
    "event_2_until": "2026-07-08",
    "event_2_reason": "infection",
    "event_3_type": "stress-dose",
    "event_3_date": "2026-07-20",
    "event_3_days": "3",
    "event_3_dose_mg": "20",
    "event_4_type": "set-dose",
    "event_4_date": "2026-08-01",
    "event_4_days": "14",
    "event_4_dose_mg": "7.5",
    "event_4_reason": "weakness",
    "event_5_type": "withdraw",
    "event_5_date": "2026-09-01",
    "event_5_reason": "consent withdrawn",
    "enrolment_drug": "Medrol",
    "enrolment_dose_mg": "16",
    "enrolment_date": "2026-01-05",
    "eligibility_waived": "sponsor, 2026-01-20",
    "locale": "en_GB",
    "site": "Riverside",
    "phone": "555-0101",
}
LEAST = {
    "participant": "A-01",
    "protocol": "iimpact",
    "drug": "prednisone",
    "dose_mg": "25",
    "infusion_1": "2026-01-31",
}


@pytest.fixture
def row(tmp_path):
    """The one row of a table with these columns."""

    def read(values: dict[str, str]) -> tables.ParticipantRow:
        path = tmp_path / "site.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([values.keys(), values.values()])
        (only,) = tables.read(path)
        return only

    return read


@pytest.fixture
def refused(row):
    """The problems of that row."""

    def problems(values: dict[str, str]) -> list[tables.CellProblem]:
        with pytest.raises(Refusal) as refusal:
            tables.participant(row(values))
        return list(refusal.value.problems)

    return problems


def test_a_row_says_all_that_a_participant_file_can_say(row, tmp_path):
    """§5.1.1, §5.2.13: the times of the day in one cell, in any case and order."""
    file = tmp_path / "IIM-001.yaml"
    file.write_text(IN_YAML, encoding="utf-8")
    assert tables.participant(row(IN_COLUMNS)) == sources.participant(file)


def test_every_key_of_a_participant_file_has_a_column():
    """§5.1.1, §5.6.5: but what was taken, which is a diary."""
    said = keyed(IN_COLUMNS).data
    assert said.keys() == set(Participant.model_fields) - {"taken"}
    assert said["steroid"].keys() == set(Steroid.model_fields)
    assert said["contact"].keys() == set(Contact.model_fields)
    kinds = get_args(AnyEvent)
    assert {key for kind in kinds for key in kind.model_fields} == set(EVENT_FIELDS)
    types = {get_args(kind.model_fields["type"].annotation)[0] for kind in kinds}
    assert types == set(column("event_1_type").choices)


def test_no_column_would_name_a_person_or_an_arm():
    """§5.5.1."""
    assert not [each.name for each in tables.shown_columns() if identifies(each.name)]


def test_a_visit_of_a_table_has_two_columns(refused):
    """§5.3.7: what is wrong with one is told by the column that it stands in."""
    (problem,) = refused(LEAST | {"visit_3_label": "Visit 5"})
    assert (problem.column, problem.allowed) == (
        "visit_3_date",
        "a calendar date YYYY-MM-DD, or missed",
    )
    (problem,) = refused(LEAST | {"visit_2_date": "2026-06-03"})
    assert problem.column == "visit_2_label"


def test_cells_may_have_spaces_around_what_they_say(row):
    """§5.1.1."""
    values = {name: f" {value}  " for name, value in LEAST.items()}
    assert tables.participant(row(values)) == tables.participant(row(LEAST))


def test_a_tablet_may_be_one_number_alone(row):
    """§5.1.1."""
    made = tables.participant(row(LEAST | {"strengths": "5"}))
    assert [tablet.mg for tablet in made.steroid.strengths] == [5]


def test_none_is_a_participant_without_steroid(row):
    """§5.1.6."""
    made = tables.participant(row(LEAST | {"drug": "none", "dose_mg": ""}))
    assert made.steroid is None


def test_what_is_taken_is_not_said_of_who_takes_nothing(refused):
    found = refused(LEAST | {"drug": "none", "strengths": "5"})
    assert [(p.column, p.value, p.allowed) for p in found] == [
        ("dose_mg", "25", "an empty cell, as drug is none"),
        ("strengths", "5", "an empty cell, as drug is none"),
    ]


def test_more_infusions_and_events_are_numbered_on(row):
    more = {"infusion_12": "2027-01-31", "event_17_type": "flare", "event_17_date": "2027-03-01"}
    made = tables.participant(row(LEAST | more))
    assert [infusion.number for infusion in made.infusions] == [1, 12]
    assert [event.type for event in made.events] == ["flare"]


def test_the_numbers_of_events_are_in_no_order_of_dates(row):
    events = {
        "event_2_type": "flare",
        "event_2_date": "2026-06-01",
        "event_1_type": "flare",
        "event_1_date": "2026-08-01",
    }
    made = tables.participant(row(LEAST | events))
    assert [event.date.month for event in made.events] == [8, 6]


# A rule lives once --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "typed"),
    [
        ("dose_mg", "dose_mg", "0"),
        ("dose_mg", "dose_mg", "1e1"),
        ("dose_mg", "dose_mg", "1001"),
        ("dose_mg", "dose_mg", "20 mg"),
        ("since", "since", "2026-02-30"),
        ("drug", "drug", "sugar"),
        ("drug", "drug", "fludrocortisone"),
    ],
)
def test_a_cell_is_refused_in_the_words_of_the_participant_file(refused, name, key, typed):
    """§1.1.4."""
    steroid = {"drug": "prednisone", "dose_mg": "25"} | {key: typed}
    data = {"participant": "A-01", "protocol": "iimpact", "steroid": steroid}
    with pytest.raises(Refusal) as in_yaml:
        sources.validate_participant(data, "A-01")
    (problem,) = refused(LEAST | {name: typed})
    assert problem.allowed == in_yaml.value.problems[0].allowed
    assert (problem.row, problem.column, problem.value) == (2, name, typed)


@pytest.mark.parametrize("word", ["no", "N/A", "NA", "–", "None", "0"])
def test_a_word_for_nothing_is_no_value_of_a_cell_either(refused, word):
    """§5.1.9: nobody waived a limit, and no paper says to call NA."""
    waived = {"dose_mg": "60", "eligibility_waived": word, "site": word, "phone": word}
    assert {problem.column for problem in refused(LEAST | waived)} == set(waived) - {"dose_mg"}


def test_a_word_with_one_meaning_is_read_in_any_case_in_a_cell_too(row, refused):
    """§5.1.12."""
    event = {"event_1_type": "Flare", "event_1_date": "2026-06-01", "infusion_2": "Missed"}
    made = tables.participant(row({**LEAST, "protocol": "IIMPACT", "drug": "Prednisone", **event}))
    assert (made.protocol, made.steroid.drug, made.events[0].type) == (
        "iimpact",
        "prednisone",
        "flare",
    )
    assert made.infusions[1].missed
    none = {"participant": "A-01", "protocol": "iimpact", "drug": "None"}
    assert tables.participant(row(none)).steroid is None
    for nothing in ("NA", "no", "-"):
        (problem,) = refused(LEAST | {"drug": nothing})
        assert problem.allowed.endswith("prednylidene or none")


@pytest.mark.parametrize(
    ("drug", "why"),
    [
        ("Entocort", "and budesonide is refused because most of it is removed by the liver"),
        ("vamorolone", "and vamorolone is refused because"),
        ("prednisone ER", "of which er is no form that is known here"),
    ],
)
@pytest.mark.parametrize("name", ["drug", "event_1_drug"])
def test_a_cell_with_a_drug_says_why_it_is_refused(refused, drug, why, name):
    """§3.4.11: in the words of the participant file."""
    event = {"event_1_type": "stress-dose", "event_1_date": "2026-06-01", "event_1_days": "3"}
    (problem,) = refused(LEAST | event | {"event_1_dose_mg": "30", name: drug})
    assert problem.read.startswith(f"{drug!r}, {why}")


def test_every_problem_of_a_row_is_told_at_once_by_column_and_value(refused):
    """§5.1.4."""
    found = refused(
        LEAST
        | {
            "dose_mg": "1,5",
            "strengths": "20;5:3",
            "infusion_1": "31.01.2026",
            "event_1_type": "flare",
            "event_1_date": "2026-06-01",
            "event_1_days": "3",
            "event_2_type": "hold",
            "event_2_date": "2026-07-01",
            "event_2_reason": "",
            "phone": "a\u202eb",
        }
    )
    assert {(p.column, p.value) for p in found} == {
        ("dose_mg", "1,5"),
        ("strengths", "20;5:3"),
        ("infusion_1", "31.01.2026"),
        ("event_1_days", "3"),
        ("event_2_reason", ""),
        ("phone", "a\u202eb"),
    }
    assert all(str(p).startswith("A-01 (site.csv row 2): ") for p in found)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        (
            "strengths",
            "20, 5",
            "strengths is '20, 5', with a comma, which is neither a decimal point nor a semicolon "
            "here; allowed: tablet strengths in mg separated by semicolons, each once, such as "
            "20; 5:2; 1, where 5:2 may be halved, 5:4 quartered and a bare number is taken whole; "
            "or one solution, 3/mL:0.5, of 3 mg in 1 mL measured to 0.5 mL.",
        ),
        (
            "infusion_1",
            "not given",
            "infusion_1 is 'not given'; allowed: a calendar date YYYY-MM-DD, or missed.",
        ),
        (
            "event_1_type",
            "",
            "event_1_type is empty; allowed: flare, hold, stress-dose, set-dose, ",
        ),
        ("event_1_type", "flair", "event_1_type is 'flair'; allowed: flare, hold, stress-dose, "),
        ("drug", "", "drug is empty; allowed: prednisone, prednisolone, "),
        ("dose_mg", "", "dose_mg is empty; allowed: a plain decimal above 0 and up to 1000 "),
        ("participant", "", "participant is empty; allowed: a trial id of 1 to 64 letters, "),
        (
            "participant",
            "1.00E+05",
            "participant is '1.00E+05', which a spreadsheet seems to have made of a number; "
            "allowed: a trial id of 1 to 64 letters, ",
        ),
    ],
)
def test_a_sentence_says_what_was_read_and_what_is_allowed(refused, name, typed, sentence):
    """§1.1.4."""
    (problem,) = refused(
        LEAST | {"event_1_date": "2026-06-01", "event_1_type": "flare"} | {name: typed}
    )
    assert f": {sentence}" in str(problem)


def test_a_value_that_is_needed_and_has_no_column_is_told_so(refused):
    """§1.1.4."""
    (problem,) = refused(LEAST | {"event_1_type": "withdraw", "event_1_date": "2026-06-01"})
    assert "event_1_reason is missing, as there is no such column; allowed: " in str(problem)


def test_infusion_dates_rise_with_their_numbers(refused):
    """§5.3.3."""
    (problem,) = refused(LEAST | {"infusion_2": "2025-12-31", "infusion_3": "2026-12-31"})
    assert problem.column == "infusion_2"
    assert problem.read.startswith("2025-12-31, which is before 20")
    assert problem.allowed == "infusion dates that rise with their numbers"


# What is written about them -----------------------------------------------------------------------


def test_the_documentation_has_every_column():
    """§5.1.1."""
    text = (ROOT / "docs" / "spreadsheets.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+(?:_[0-9N]+)?[a-z_]*)`", text))
    for each in tables.shown_columns():
        assert re.sub(r"[0-9]", "N", each.name) in documented or each.name in documented


def test_each_column_says_what_it_is_for_and_what_is_allowed():
    for each in tables.shown_columns():
        assert each.meaning
        assert not each.meaning.endswith(".")
        assert each.allowed


@pytest.mark.parametrize(
    "each", [c for c in tables.shown_columns() if c.example], ids=lambda c: c.name
)
def test_an_example_is_allowed(row, each):
    tables.participant(row(LEAST | {each.name: each.example}))


# The REDCap project -------------------------------------------------------------------------------


def dictionary() -> list[dict[str, str]]:
    return list(csv.DictReader(tables.data_dictionary().decode("utf-8").splitlines()))


def test_the_data_dictionary_has_the_columns_of_redcap():
    header = tables.data_dictionary().decode("utf-8").splitlines()[0]
    names = next(csv.reader([header]))
    assert len(names) == 18
    assert names[:6] == [
        "Variable / Field Name",
        "Form Name",
        "Section Header",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
    ]
    assert names[-1] == "Field Annotation"


def test_every_field_of_the_data_dictionary_is_mapped_and_every_mapped_field_is_in_it():
    names = [each["Variable / Field Name"] for each in dictionary()]
    assert sorted(names) == sorted(ours().fields())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names)


def test_the_data_dictionary_reaches_every_column():
    targets = set(ours().provides())
    for each in ours().repeating.values():
        targets |= {each.column(target, "1") for target in each.fields.values()}
    expected = {c.name for c in tables.shown_columns() if not re.search("[2-9]", c.name)}
    assert targets == expected


def test_labels_of_the_data_dictionary_are_unique_and_name_nobody():
    labels = [each["Field Label"] for each in dictionary()]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if identifies(label) or is_form_status(label)]


def test_the_choices_of_the_data_dictionary_are_ours():
    for field, name in (("drug", "drug"), ("event_type", "event_1_type")):
        (row,) = (each for each in dictionary() if each["Variable / Field Name"] == field)
        pairs = [c.split(", ") for c in row["Choices, Calculations, OR Slider Labels"].split(" | ")]
        wanted = list(column(name).choices)
        assert [label for _, label in pairs] == wanted
        choices = ours().choices.get(field, {})
        assert [choices.get(code, code) for code, _ in pairs] == wanted


# The samples --------------------------------------------------------------------------------------


def participants(name: str, mapping: str | None = None) -> list[Participant]:
    rows = tables.read(SAMPLES / name, mapping and SAMPLES / mapping)
    return [tables.participant(row) for row in rows]


def with_labels(rows: list[dict[str, str]]) -> list[list[str]]:
    """An export with labels of the same records: those of fields, forms, choices and status."""
    fields = {each["Variable / Field Name"]: each for each in dictionary()}
    labels = {"redcap_repeat_instrument": "Repeat Instrument"}
    labels |= {"redcap_repeat_instance": "Repeat Instance"}
    labels |= {name: each["Field Label"] for name, each in fields.items()}
    said = {"infusion_missed": {"0": "No", "1": "Yes"}}
    said |= {"redcap_repeat_instrument": {"infusion": "Infusion", "event": "Event"}}
    said["event_type"] = {"stress_dose": "stress-dose", "set_dose": "set-dose"}
    return [
        [labels.get(name, "Complete?") for name in rows[0]],
        *(
            [
                {"2": "Complete"}.get(value, value)
                if is_form_status(name)
                else said.get(name, {}).get(value, value)
                for name, value in row.items()
            ]
            for row in rows
        ),
    ]


def test_an_export_with_labels_says_the_same_as_a_raw_one(tmp_path):
    with (SAMPLES / "redcap-export.csv").open(encoding="utf-8", newline="") as file:
        records = with_labels(list(csv.DictReader(file)))
    for row, more in zip(records, ["Survey Timestamp"] + ["2026-01-03 15:52"] * 99, strict=False):
        row[3:3] = [more, more]  # one of each survey, by the same label
    path = tmp_path / "labels.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(records)
    assert "Complete?" in records[0]
    made = [tables.participant(row) for row in tables.read(path)]
    assert made == participants("redcap-export.csv")


def test_a_workbook_with_other_headers_is_read_by_a_mapping(tmp_path):
    path, how = tmp_path / "site.xlsx", tmp_path / "map.yaml"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Subject", "GC", "mg"])
        sheet.write_row(1, 0, ["A-01", "prednisone", 25])
    columns = "{Subject: participant, GC: drug, mg: dose_mg}"
    how.write_text(f"columns: {columns}\nconstants: {{protocol: iimpact}}\n", encoding="utf-8")
    (row,) = tables.read(path, how)
    assert tables.participant(row).steroid.dose_mg == 25


def test_the_samples_say_the_same_in_every_form():
    """§5.1.1."""
    in_csv = participants("riverside.csv")
    assert [each.participant for each in in_csv] == [f"RIV-00{n}" for n in range(1, 6)]
    assert participants("riverside.xlsx") == in_csv
    assert participants("redcap-export.csv") == in_csv
    weighed = participants("own-project.csv", "own-project.yaml")
    assert [each.model_copy(update={"weight_kg": None}) for each in weighed] == in_csv
    assert weighed[0].weight_kg == 71


def test_a_field_of_the_data_dictionary_is_asked_for_by_codes_that_there_are():
    codes = {
        row["Variable / Field Name"]: {
            choice.split(",")[0].strip()
            for choice in row["Choices, Calculations, OR Slider Labels"].split("|")
        }
        | ({"0", "1"} if row["Field Type"] == "yesno" else set())
        for row in dictionary()
    }
    for row in dictionary():
        asked = row["Branching Logic (Show field only if...)"]
        for name, code in re.findall(r"\[(\w+)\] (?:=|<>) '([^']*)'", asked):
            assert code in {"", *codes[name]}, row["Variable / Field Name"]
