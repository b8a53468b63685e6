"""§5: the participant file."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from taper import sources
from taper.errors import Refusal
from taper.sources.validation import identifying_keys
from taper.trial.fields import Record
from taper.trial.participant import Flare, Hold, Participant, SetDose, StressDose, Withdraw
from taper.trial.protocol import Protocol
from taper.trial.strengths import Tablet
from taper.wording.identifying import identifies

SPEC_EXAMPLE = """
participant: IIM-001            # ^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$
protocol: iimpact               # shipped id, or a path relative to this file
steroid: {drug: prednisone, dose_mg: 25, strengths: [20, 5, 1]}
# taper_strengths: [...]        # the taper's tablets, where the taper is given in another drug
# weight_kg: 71                 # only where the regimen needs it
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}          # or {number: 2, missed: true}
# taper_started: 2026-05-16     # only if the first reduced dose was taken later than planned
events:
  - {type: flare, date: 2026-06-01, resolved: 2026-06-05}
  - {type: hold, date: 2026-07-01, until: 2026-07-08, reason: infection}
  - {type: stress-dose, date: 2026-07-20, days: 3, dose_mg: 20}
  - {type: set-dose, date: 2026-08-01, days: 14, dose_mg: 10, reason: weakness}
  - {type: withdraw, date: 2026-09-01, reason: consent withdrawn}
"""
HEAD = "participant: A1\nprotocol: iimpact\n"
STEROID = "steroid: {drug: prednisone, dose_mg: 25}\n"


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "A1.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def refused(file):
    def messages(text: str) -> list[str]:
        with pytest.raises(Refusal) as refusal:
            sources.participant(file(text))
        return str(refusal.value).splitlines()

    return messages


def test_the_example_of_the_specification_is_read(file):
    """§5.1.1."""
    participant = sources.participant(file(SPEC_EXAMPLE))
    assert participant.participant == "IIM-001"
    assert participant.steroid is not None
    assert participant.steroid.dose_mg == 25
    assert participant.infusion_date(2) == date(2026, 4, 30)
    kinds = [type(event) for event in participant.events]
    assert kinds == [Flare, Hold, StressDose, SetDose, Withdraw]


def test_a_dose_is_read_exactly(file):
    """§2.1.1."""
    text = HEAD + "steroid: {drug: dexamethasone, dose_mg: 0.75}\n"
    assert sources.participant(file(text)).steroid.dose_mg == Fraction(3, 4)


def test_the_same_file_as_json_is_read(file):
    """§5.1.1."""
    text = '{"participant": "A1", "protocol": "iimpact", "steroid": "none"}'
    assert sources.participant(file(text)).steroid is None


def test_windows_line_ends_are_read(file):
    """§5.1.1."""
    assert sources.participant(file(f"{HEAD}{STEROID}".replace("\n", "\r\n"))).participant == "A1"


def test_steroid_none_is_a_participant_without_steroid(file):
    """§5.1.6."""
    assert sources.participant(file(HEAD + "steroid: none\n")).steroid is None


def test_a_bare_strength_is_a_tablet_that_is_taken_whole(file):
    """§5.2.2."""
    text = HEAD + "steroid: {drug: prednisone, dose_mg: 25, strengths: [20, {mg: 5, split: 2}]}\n"
    assert sources.participant(file(text)).steroid.strengths == (
        Tablet(mg=Fraction(20), split=1),
        Tablet(mg=Fraction(5), split=2),
    )


def test_an_infusion_may_be_missed(file):
    """§5.3.1."""
    text = f"{HEAD}{STEROID}infusions: [{{number: 2, missed: true}}]\n"
    assert sources.participant(file(text)).infusion(2).missed


def test_an_infusion_has_a_date_or_was_missed_and_not_both(refused):
    """§5.3.1."""
    text = f"{HEAD}{STEROID}infusions:\n  - {{number: 2, date: 2026-04-30, missed: true}}\n"
    assert refused(text) == [
        "A1.yaml: infusions[1] (line 5) is {number: 2, date: 2026-04-30, missed: true}; allowed: "
        "a date, or missed: true, and not both."
    ]


def test_infusion_numbers_are_not_repeated(refused):
    """§5.3.2."""
    text = f"{HEAD}{STEROID}infusions: [{{number: 2, missed: true}}, {{number: 2, missed: true}}]\n"
    assert refused(text) == [
        "A1.yaml: infusions (line 4) is "
        "[{number: 2, missed: true}, {number: 2, missed: true}]; allowed: "
        "each infusion number once."
    ]


def test_infusion_dates_rise_with_their_numbers_whatever_their_order_in_the_file(file, refused):
    """§5.3.3."""
    early, late = "{number: 1, date: 2026-01-31}", "{number: 2, date: 2026-04-30}"
    assert sources.participant(file(f"{HEAD}{STEROID}infusions: [{late}, {early}]\n")).infusions
    early, late = "{number: 2, date: 2026-01-31}", "{number: 1, date: 2026-04-30}"
    assert refused(f"{HEAD}{STEROID}infusions: [{early}, {late}]\n") == [
        "A1.yaml: infusions[1] (line 4) is 2026-01-31, which is before 2026-04-30, the day of "
        "infusion 1; allowed: infusion dates that rise with their numbers."
    ]
    same = late.replace("1,", "3,", 1)
    [message] = refused(f"{HEAD}{STEROID}infusions: [{late}, {same}]\n")
    assert "infusions[2] (line 4) is 2026-04-30, the day of infusion 1; allowed: " in message


@pytest.mark.parametrize("key", ["steroid", "taper_strengths"])
def test_strengths_are_not_repeated(refused, key):
    """§5.2.2."""
    extra = {
        "steroid": "steroid: {drug: prednisone, dose_mg: 25, strengths: [5, 5.0]}\n",
        "taper_strengths": f"{STEROID}taper_strengths: [5, 5.0]\n",
    }
    field = {"steroid": "steroid.strengths (line 3)", "taper_strengths": "taper_strengths (line 4)"}
    assert refused(HEAD + extra[key]) == [
        f"A1.yaml: {field[key]} is [5, 5.0]; allowed: each strength once."
    ]


def test_a_flare_is_not_resolved_before_it_began(refused):
    """§6.8.4."""
    text = f"{HEAD}{STEROID}events:\n- {{type: flare, date: 2026-06-02, resolved: 2026-06-01}}\n"
    assert refused(text) == [
        "A1.yaml: events[1].resolved (line 5) is '2026-06-01'; allowed: a date on or after the "
        "date of the flare."
    ]


def test_a_hold_ends_after_it_began(refused):
    """§6.9.2."""
    hold = "{type: hold, date: 2026-06-02, until: 2026-06-02, reason: infection}"
    assert refused(f"{HEAD}{STEROID}events: [{hold}]\n") == [
        "A1.yaml: events[1].until (line 4) is '2026-06-02'; allowed: a date later than the date "
        "of the hold."
    ]


@pytest.mark.parametrize(
    "event",
    [
        "{type: hold, date: 2026-06-02}",
        "{type: set-dose, date: 2026-06-02, days: 3, dose_mg: 5}",
        "{type: withdraw, date: 2026-06-02}",
    ],
)
def test_a_reason_is_required_for_hold_set_dose_and_withdraw(refused, event):
    """§5.4.2."""
    assert refused(f"{HEAD}{STEROID}events: [{event}]\n") == [
        "A1.yaml: events[1].reason (line 4) is missing; allowed: one line of 1 to 200 characters."
    ]


def test_an_event_of_an_unknown_type_is_refused_with_the_types_there_are(refused):
    """§5.4.1."""
    assert refused(f"{HEAD}{STEROID}events: [{{type: flair, date: 2026-06-02}}]\n") == [
        "A1.yaml: events[1].type (line 4) is 'flair'; allowed: flare, hold, stress-dose, set-dose, "
        "withdraw, tablets, amendment or weight (did you mean flare?)."
    ]


def test_an_event_without_a_type_is_refused(refused):
    """§5.4.1."""
    assert refused(f"{HEAD}{STEROID}events:\n  - date: 2026-06-02\n") == [
        "A1.yaml: events[1].type (line 5) is missing; allowed: flare, hold, stress-dose, set-dose, "
        "withdraw, tablets, amendment or weight."
    ]


def test_every_problem_of_a_file_is_said_at_once_in_the_order_of_its_lines(refused):
    """§5.1.4."""
    text = (
        "participant: a/b\n"
        "steroid:\n"
        "  drug: aspirin\n"
        "  dose_mg: -5\n"
        "  dose_mg: 5\n"
        "sex: F\n"
        "infusions: [{number: 1, date: 04/03/2026}]\n"
    )
    fields = [message.split(" is ")[0] for message in refused(text)]
    assert fields == [
        "A1.yaml: participant (line 1)",
        "A1.yaml: steroid.drug (line 3)",
        "A1.yaml: steroid.dose_mg (line 5)",  # which of the two counts is not guessed
        "A1.yaml: sex (line 6)",
        "A1.yaml: infusions[1].date (line 7)",
        "A1.yaml: protocol",
    ]


def test_a_refusal_names_the_participant_too_where_the_file_is_named_otherwise(file):
    """§1.1.4."""
    with pytest.raises(Refusal, match=r"^IIM-001 \(flare\.yaml\): steroid is missing"):
        sources.participant(file("participant: IIM-001\nprotocol: iimpact\n", "flare.yaml"))


def test_data_read_elsewhere_are_refused_in_the_same_words():
    """§1.1.4."""
    data = {"participant": "A1", "protocol": "iimpact", "steroid": {"drug": "prednisone"}}
    with pytest.raises(Refusal) as refusal:
        sources.validate_participant(data, "row 2")
    assert str(refusal.value) == (
        "row 2: steroid.dose_mg is missing; allowed: a plain decimal above 0 and up to 1000 with "
        "at most 4 decimals, such as 7.5."
    )


# Drugs ------------------------------------------------------------------------------------------


def drug(typed: str) -> str:
    data = {
        "participant": "A1",
        "protocol": "iimpact",
        "steroid": {"drug": typed, "dose_mg": "5"},
    }
    steroid = sources.validate_participant(data, "A1").steroid
    assert steroid is not None
    return steroid.drug


@pytest.mark.parametrize(
    ("typed", "generic"),
    [
        ("prednisone", "prednisone"),
        ("PredniSONE", "prednisone"),
        ("Decortin", "prednisone"),
        ("Decortin-H", "prednisolone"),
        ("MEDROL", "methylprednisolone"),
        ("solu medrol", "methylprednisolone"),
        ("Cortef", "hydrocortisone"),
    ],
)
def test_a_brand_or_another_case_is_understood_as_the_generic_name(typed, generic):
    """§3.4.1."""
    assert drug(typed) == generic


def test_every_name_of_the_drug_sheet_is_understood():
    """§3.4.1."""
    assert all(drug(name) == generic for name, generic in sources.drug_names().items())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prednisoloe", "prednisolone or prednisone"),  # one letter must not choose between them
        ("prednison", "prednisolone or prednisone"),
        ("hydrocortison", "hydrocortisone"),
        ("prednisone 20 mg", "prednisone"),
    ],
)
def test_a_slip_in_a_drug_is_answered_with_what_was_meant_and_never_corrected(typed, meant):
    """§3.4.2."""
    with pytest.raises(Refusal) as refusal:
        drug(typed)
    assert str(refusal.value).endswith(f"(did you mean {meant}?).")


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("fludrocortisone", "fludrocortisone is refused because it is a mineralocorticoid"),
        ("Florinef", "fludrocortisone is refused because it is a mineralocorticoid"),
        ("fludrocortison", "fludrocortisone is refused because it is a mineralocorticoid"),
        ("budesonide", "budesonide is refused because most of it is removed by the liver"),
        ("Entocort", "budesonide is refused because most of it is removed by the liver"),
        ("Depo-Medrol", "depot intramuscular doses are refused because a depot"),
        ("inhaled betamethasone", "inhaled doses are refused because an inhaled dose"),
        ("intra-articular triamcinolone", "intra-articular doses are refused because a dose"),
    ],
)
def test_fludrocortisone_budesonide_and_other_routes_are_refused_with_the_reason(typed, because):
    """§3.4.4, §3.4.5."""
    with pytest.raises(Refusal) as refusal:
        drug(typed)
    assert str(refusal.value).startswith(f"A1: steroid.drug is '{typed}', and {because}")
    assert "did you mean" not in str(refusal.value)


# Privacy and blinding ---------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["none", "no", "NA", "-"])
def test_a_word_for_nothing_is_no_slip_of_a_drug(refused, nothing):
    """§3.4.11: none is not Sone, which is prednisone."""
    (said,) = refused(HEAD + STEROID.replace("prednisone", f"'{nothing}'"))
    assert "did you mean" not in said
    assert said.endswith("or steroid: none where none is taken.")


NAMING_KEYS = """
arm, treatment_arm, Arm, ARM2, studyArm, treatment-arm, arm.code, cohort, group, Treatment,
randomisation, Randomization, Randomisation No, randomised, allocation, Allocated_To,
blind, blinded, un-blinded, unblinded, placebo, active, sequence, stratum,
name, Name, patientName, first_name, firstname, SURNAME, initials, birth_date, dateOfBirth, DOB,
d.o.b, birthdate, sex, gender, mrn, MRN2, address, e-mail, email_address, ssn, NHS number,
NHSnumber, nhsNo, postcode
"""
HIDDEN_NAMING_KEYS = ["\uff41\uff52\uff4d", "n\u200bame", "n\u00e1me"]
"""Full-width letters, a space of no width, an accent."""


@pytest.mark.parametrize("key", [*re.split(r",\s+", NAMING_KEYS.strip()), *HIDDEN_NAMING_KEYS])
def test_a_key_that_would_name_a_person_or_an_arm_is_recognised(key):
    """§5.5.1, §1.1.1."""
    assert identifies(key)


@pytest.mark.parametrize("key", ["armature", "harm", "farm", "grouped_by", "unnamed", "sexton"])
def test_a_key_that_only_contains_such_letters_is_not(key):
    """§5.5.1."""
    assert not identifies(key)


def test_no_key_that_files_do_have_is_taken_for_one():
    """§5.5.1, §5.3.6: but `name`, which under `visits` is that of a visit, and nowhere else."""
    assert [key for key in keys_of(Participant, Protocol) if identifies(key)] == ["name"]
    found = identifying_keys({"visits": [{"name": "Visit 5"}], "events": [{"name": "x"}]})
    assert [each.path for each in found] == [("events", 0, "name")]


def keys_of(*models: type[Record]) -> set[str]:
    """The keys of every record there is; the two given only make sure that they are imported."""
    seen: set[type[Record]] = set()
    todo = [Record, *models]
    while todo:
        model = todo.pop()
        seen.add(model)
        todo += model.__subclasses__()
    return {field.alias or name for m in seen for name, field in m.model_fields.items()}


@pytest.mark.parametrize(
    "lines",
    [
        "treatment_arm: SECRET\n",
        "name: {first: SECRET, last: SECRET}\n",
        "surname: [SECRET, SECRET]\n",
        "dob: &SECRET SECRET\n",
        "initials: !SECRET SECRET\n",
        "name: {SECRET: &a SECRET}\n",
        "name: {SECRET: 1, SECRET: 2}\n",
        "contact: {site: x, name: SECRET}\n",
        "contact: {phone: {name: SECRET}}\n",
        "contact: [{name: SECRET}]\n",
        "locale: {mrn: SECRET}\n",
        "events: [{type: flare, date: 2026-06-01, cohort: SECRET}]\n",
        "events: {arm: SECRET}\n",
        "ward: {nurse: {email: SECRET}}\n",
        "ward: SECRET\n",
    ],
)
def test_what_stands_under_such_a_key_is_never_repeated(refused, lines):
    """§5.5.2."""
    assert "SECRET" not in "\n".join(refused(f"{HEAD}{STEROID}{lines}"))


def test_such_a_key_is_refused_by_name(refused):
    """§5.5.1."""
    assert refused(f"{HEAD}{STEROID}contact:\n  site: Ward 3\n  Patient Name: x\n") == [
        "A1.yaml: contact.'Patient Name' (line 6) is present; allowed: no key that would name a "
        "person or an arm."
    ]


def test_contact_site_and_phone_and_a_waived_eligibility_are_kept(file):
    """§5.1.1."""
    text = f"{HEAD}{STEROID}contact: {{site: Ward 3, phone: 555}}\neligibility_waived: sponsor\n"
    participant = sources.participant(file(text))
    assert (participant.contact.site, participant.contact.phone) == ("Ward 3", "555")
    assert participant.eligibility_waived == "sponsor"
