"""What a source does not say any more of what the folder knows: told, asked for, and kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_type_hints

import pytest

from taper.errors import ExitCode
from taper.record import ledger_line
from taper.record.differing import said_otherwise
from taper.record.reported import other_words
from taper.record.vanished import Lost, changes, vanished
from taper.trial.attended import GivenInfusion
from taper.trial.participant import EVENTS, Contact, Steroid
from taper.trial.taken import Exposure, Taken

ALL = {
    "participant": "A-01",
    "protocol": "iimpact",
    "drug": "prednisone",
    "dose_mg": "25",
    "strengths": "20; 5; 2.5; 1",
    "since": "2026-01-05",
    "times": "morning:2; midday:1",
    "weight_kg": "71",
    "infusion_1": "2026-01-31",
    "infusion_2": "2026-04-30",
    "infusion_3": "2027-07-30",
    "infusion_4": "missed",
    "taper_started": "2026-05-15",
    "locale": "es_US",
    "site": "Harbor Point",
    "phone": "555-0101",
    "event_1_type": "hold",
    "event_1_date": "2026-06-01",
    "event_1_until": "2026-06-05",
    "event_1_reason": "infection",
}
LOST = {
    "since": "is without since of 2026-01-05, which revision 1 has",
    "strengths": "is without tablets of 20/5/2.5/1 mg, which revision 1 has",
    "times": "is without shares of 2 morning, 1 midday, which revision 1 has",
    "weight_kg": "is without 71 kg, which revision 1 has",
    "infusion_1": "infusion_1 is without infusion 1 of 2026-01-31, which revision 1 has",
    "infusion_3": "infusion_3 is without infusion 3 of 2027-07-30, which revision 1 has",
    "infusion_4": "infusion_4 is without infusion 4 that was missed, which revision 1 has",
    "taper_started": "is without taper_started of 2026-05-15, which revision 1 has",
    "locale": "is without es_US, which revision 1 has",
    "site": "is without the site Harbor Point, which revision 1 has",
    "phone": "is without the phone 555-0101, which revision 1 has",
    "event_1_until": "events is without the end of the hold of 2026-06-01 on 2026-06-05, which",
}


@pytest.fixture
def export(run, tmp_path):
    """`taper batch` of a table with one row."""

    def of(cells: dict[str, str], *more: object):
        lines = (",".join(cells), ",".join(f'"{cell}"' for cell in cells.values()))
        (tmp_path / "site.csv").write_text("\n".join(lines), encoding="utf-8")
        words = ("--out", "out", "--format", "json", "--workers", 1)
        return run("batch", "site.csv", *words, *more)

    return of


def test_each_field_that_was_there_and_is_not_is_told_first_and_asked_for_once(export, tmp_path):
    """§5.4.5: whatever it changes, and though no printed day shows it."""
    assert export(ALL).exit_code == ExitCode.WRITTEN
    ledger = tmp_path / "out" / "ledger.jsonl"
    without = {column: cell for column, cell in ALL.items() if column not in LOST}
    refused = export(without)
    assert refused.exit_code == ExitCode.REFUSED
    said = " ".join(refused.stderr.split())
    assert {column: told for column, told in LOST.items() if told not in said} == {}
    assert '--accept-past "WHO, WHY" where it was taken back' in said
    ledger_before = ledger.read_bytes()
    only_later = {column: cell for column, cell in ALL.items() if column != "infusion_3"}
    assert "infusion_3 is without infusion 3 of 2027-07-30" in export(only_later, "--check").stderr
    accepted = export(only_later, "--accept-past", "Dr Lee, entered for another")
    assert accepted.exit_code == ExitCode.WRITTEN
    assert " ".join(accepted.stderr.split()) == (
        "A-01: said otherwise, and the paper stays. infusion date: infusion 3 is no longer listed; "
        "infusion date: infusion 3 of 2027-07-30 taken back, accepted by Dr Lee, entered for "
        "another."
    )
    assert ledger.read_bytes() != ledger_before
    assert "accepted by Dr Lee, entered for another" in ledger.read_text("utf-8")
    assert export(only_later).exit_code == ExitCode.WRITTEN


def test_what_came_later_and_changed_no_day_does_not_vanish_either(export, run, tmp_path):
    """§5.4.5: a further line of the same revision knows of it."""
    first = {column: cell for column, cell in ALL.items() if column != "infusion_3"}
    assert export(first).exit_code == ExitCode.WRITTEN
    assert export(ALL).exit_code == ExitCode.WRITTEN
    lines = (tmp_path / "out" / "ledger.jsonl").read_text("utf-8").splitlines()
    papers = [line for line in map(json.loads, lines) if line["kind"] in ("revision", "files")]
    assert [line["kind"] for line in papers] == ["revision", "files"]
    assert {line["revision"] for line in papers} == {1}
    assert "infusion_3 is without infusion 3 of 2027-07-30" in export(first).stderr
    assert run("audit", "out", today=None).exit_code == ExitCode.WRITTEN


def test_what_was_said_otherwise_though_the_paper_stays_is_said(export, run):
    """§5.4.5: before, then, and in the history; no day of the plan is another."""
    first = {**ALL, "enrolment_drug": "prednisone", "enrolment_dose_mg": "25"}
    first["enrolment_date"] = "2026-01-10"
    assert export(first).exit_code == ExitCode.WRITTEN
    other = {**first, "infusion_1": "2026-02-02", "weight_kg": "154", "since": "2026-01-06"}
    other["enrolment_dose_mg"] = "20"
    said = [
        "infusion date: infusion 1 from 2026-01-31 to 2026-02-02",
        "before the taper: at entry prednisone 25 mg on 2026-01-10 to prednisone 20 mg on",
        "before the taper: since 2026-01-05 to 2026-01-06",
        "weight: 71 to 154 kg",
    ]
    ahead = export(other, "--check").stdout
    told = export(other).stderr
    kept = run("history", "out", today=None).stdout
    for text in (ahead, told, kept):
        assert [each for each in said if each not in " ".join(text.split())] == []
    assert export(other).stderr == ""
    gone = {column: cell for column, cell in other.items() if not column.startswith("enrolment")}
    assert "is without the dose at entry of 2026-01-10, which revision 1 has" in " ".join(
        export(gone).stderr.split()
    )


def test_an_infusion_that_took_place_is_not_missed_without_a_word(export):
    """§5.4.5: one that was booked may be."""
    assert export(ALL).exit_code == ExitCode.WRITTEN
    said = export({**ALL, "infusion_1": "missed"}).stderr
    assert "infusion_1 is without infusion 1 of 2026-01-31, missed now, which revision 1" in said
    assert export({**ALL, "infusion_3": "missed"}).exit_code == ExitCode.WRITTEN


def test_of_who_takes_no_steroid_any_more_nothing_but_events_is_asked_for(export):
    """§5.4.5."""
    assert export(ALL).exit_code == ExitCode.WRITTEN
    none = {"participant": "A-01", "protocol": "iimpact", "drug": "none"}
    said = export(none).stderr
    assert "events is without the hold of 2026-06-01, which revision 1 has" in said
    assert said.count("which revision 1 has") == 1


def test_a_waiver_that_is_gone_refuses_whom_it_let_in(export):
    """§5.4.5: of whom it did not let in, nothing rested on it."""
    waived = {**ALL, "dose_mg": "30", "eligibility_waived": "sponsor, 2026-01-20"}
    assert export(waived).exit_code == ExitCode.WRITTEN
    without = {column: cell for column, cell in waived.items() if column != "eligibility_waived"}
    refused = export(without)
    assert refused.exit_code == ExitCode.REFUSED
    assert "eligibility_waived" in refused.stderr


def test_a_set_dose_that_names_a_regimen_is_kept_by_the_folder(batch, run, write):
    path: Path = write()
    event = "{type: set-dose, date: 2026-06-01, days: 7, dose_mg: 20, reason: weak"
    text = path.read_text("utf-8")
    path.write_text(f"{text}events:\n  - {event}, regimen: ese-es-2024-slow}}\n", "utf-8")
    words = ("--format", "json")
    first, second = batch(*words), batch(*words)
    assert (first.exit_code, second.exit_code) == (ExitCode.WRITTEN, ExitCode.WRITTEN)
    path.write_text(f"{text}events:\n  - {event}}}\n", "utf-8")
    said = batch(*words).stderr
    assert "events is without the regimen of the set-dose of 2026-06-01, which revision 1" in said


def test_who_is_in_the_folder_and_not_in_the_source_is_said_on_the_screen(batch, write):
    """Tablets are ordered for them, and their papers are out."""
    for name in ("IIM-001.yaml", "IIM-002.yaml", "IIM-003.yaml"):
        write(name)
    assert batch("--format", "json").stderr == ""
    for name in ("IIM-001", "IIM-003"):
        (write(f"{name}.yaml")).unlink()
    said = "In the folder but not in the source, and left as they were: IIM-001 and IIM-003.\n"
    assert batch("--format", "json").stderr == said
    assert batch("--format", "json").exit_code == ExitCode.WRITTEN


SET_DOSE = {"type": "set-dose", "date": "2026-08-01", "dose_mg": "10", "days": 14}
MORE = {"regimen": "ese-es-2024-slow", "drug": "prednisolone", "until": "2026-08-15"}


def of_event(event: dict[str, object]) -> dict[str, object]:
    return {"protocol": {"id": "a", "version": "1", "sha256": "0" * 64}, "events": [event]}


def test_what_is_gone_of_an_event_is_told_in_the_order_of_its_file():
    """Not in one that changes from run to run: it stands in the plan's JSON."""
    lost = vanished(of_event(SET_DOSE | MORE), of_event(SET_DOSE))
    assert [each.said for each in lost] == [
        f"the {key} of the set-dose of 2026-08-01" for key in MORE
    ]


def test_what_was_not_said_of_an_event_is_called_open_only_where_it_is_its_end():
    """A flare may be open, a drug is said or not."""
    flare = {"type": "flare", "date": "2026-06-01"}
    for before, key, now, said in (
        (SET_DOSE, "drug", "prednisolone", "drug not said to prednisolone"),
        (flare, "resolved", "2026-06-05", "resolved open to 2026-06-05"),
    ):
        (change,) = said_otherwise(of_event(before), of_event(before | {key: now}))
        assert change.said.endswith(f": {said}")


def test_a_line_of_the_ledger_has_a_key_for_all_that_a_file_can_say_of_an_event():
    """What a later taper lets a file say must not end the batch of a whole site."""
    kept = {key for model in EVENTS.values() for key in model.model_fields}
    known = get_type_hints(vars(ledger_line)["_Event"]).keys()
    assert kept - known == set()


def test_a_line_of_the_ledger_has_a_key_for_all_else_that_a_file_can_say():
    lines = {
        "_Steroid": Steroid,
        "_Contact": Contact,
        "_Infusion": GivenInfusion,
        "_TakenDays": Taken,
        "_Exposure": Exposure,
    }
    for name, model in lines.items():
        keys = {field.alias or key for key, field in model.model_fields.items()}
        assert keys <= get_type_hints(vars(ledger_line)[name]).keys(), name


REPORTED = """\
events:
  - {type: flare, date: 2026-06-01, onset: 2026-05-30, resolved: 2026-06-05}
  - {type: hold, date: 2026-07-01, until: 2026-07-05, reason: a cold}
taken:
  - {date: 2026-06-01, dose_mg: 20}
  - {from: 2026-06-02, until: 2026-06-04, dose_mg: 20, drug: prednisone}
  - {from: 2026-06-05, until: 2026-06-14, handed_out: [{mg: 5, count: 40}]}
exposures:
  - {date: 2026-04-30, drug: methylprednisolone, dose_mg: 125, route: iv, reason: at the infusion}
eligibility_waived: sponsor, 2026-01-20
"""


@pytest.fixture
def reported(batch, write):
    """A folder's batch of one file of what was taken, with words of it replaced."""
    usual = write().read_text("utf-8")

    def of(*replaced: tuple[str, str], more: tuple[str, ...] = ()):
        text = usual + REPORTED
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        write(text=text)
        result = batch("--format", "json", *more)
        return result.exit_code, " ".join(result.stderr.split())

    return of


def test_what_was_taken_is_asked_for_where_it_is_gone_or_another(reported, tmp_path):
    """§5.4.5: no day of the plan rests on it, and every result does; a diary grows in silence."""
    day, stretch, counted, _ = REPORTED.splitlines()[4:8]
    exposure = REPORTED.splitlines()[8]
    assert reported() == (ExitCode.WRITTEN, "")
    gone = [(f"{each}\n", "") for each in (day, stretch, counted)]
    code, said = reported(*gone, (exposure, exposure.replace("125", "250")), ("taken:\n", ""))
    assert code == ExitCode.REFUSED
    for part in (
        "taken is without 20 mg on 2026-06-01, 20 mg prednisone from 2026-06-02 to 2026-06-04 and "
        "40 x 5 mg less none from 2026-06-05 to 2026-06-14, which revision 1 has",
        "exposures is without 125 mg methylprednisolone iv of 2026-04-30, 250 mg now, which",
        '--accept-past "WHO, WHY" where it was taken back',
    ):
        assert part in said
    assert reported(("{date: 2026-06-01, dose_mg: 20}", "{date: 2026-06-01, dose_mg: 2}"))[1].count(
        "taken is without 20 mg on 2026-06-01, 2 mg now, which revision 1 has"
    )
    days = "\n".join(
        f"  - {{date: 2026-06-0{n}, dose_mg: 20, drug: prednisone}}" for n in range(2, 5)
    )
    more = f"{days}\n  - {{date: 2026-06-20, dose_mg: 15}}"
    assert reported((stretch, more)) == (ExitCode.WRITTEN, "")
    assert "20 mg prednisone on 2026-06-02, 2" not in reported((f"{day}\n", ""))[1]
    code, said = reported(more=("--accept-past", "Dr Lee, entered for another"))
    assert (code, "what was taken: 15 mg on 2026-06-20 taken back" in said) == (0, True)
    ledger = (tmp_path / "out" / "ledger.jsonl").read_text("utf-8")
    assert "accepted by Dr Lee, entered for another" in ledger


A = {"date": "2026-06-01", "dose_mg": "10"}
B = {"date": "2026-06-01", "dose_mg": "4", "drug": "methylprednisolone"}


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        ([A, B], []),
        ([B, A], []),
        ([{"from": A["date"], "until": A["date"], "dose_mg": "10"}, B], []),
        ([B], ["10 mg on 2026-06-01"]),
        (
            [{**B, "dose_mg": "8"}, {**A, "dose_mg": "5"}],
            [
                "10 mg on 2026-06-01, 5 mg now",
                "4 mg methylprednisolone on 2026-06-01, 8 mg methylprednisolone now",
            ],
        ),
        (
            [{**A, "dose_mg": "5"}],
            ["10 mg on 2026-06-01, 5 mg now", "4 mg methylprednisolone on 2026-06-01"],
        ),
    ],
)
def test_two_drugs_of_one_day_are_two_entries(now, gone):
    """§5.4.5, §11.1.5: each is looked for as itself."""
    found = vanished({"taken": [A, B]}, {"taken": now})
    assert [each.said for each in found] == gone


def test_two_doses_beside_the_ladder_that_are_alike_have_two_reasons():
    """§11.2.3: the same again is no change of words."""
    dose = {"date": "2026-04-30", "drug": "prednisone", "dose_mg": "50", "route": "oral"}
    both = {"exposures": [{**dose, "reason": "0" * 16}, {**dose, "reason": "1" * 16}]}
    assert not list(other_words(both, both))


def test_of_many_entries_that_are_gone_three_are_named(reported):
    """The others are counted: a sentence is read to its end."""
    day = "  - {date: 2026-06-01, dose_mg: 20}\n"
    many = "".join(f"  - {{date: 2026-08-{n:02}, dose_mg: 5}}\n" for n in range(1, 20))
    assert reported((day, day + many)) == (ExitCode.WRITTEN, "")
    said = reported()[1]
    assert "5 mg on 2026-08-01, 5 mg on 2026-08-02, 5 mg on 2026-08-03 and 16 more entries" in said


def test_words_that_change_are_told_and_not_kept(reported, tmp_path):
    """§5.4.5: the ledger has a fingerprint of a reason and of a waiver, and no word of them."""
    assert reported() == (ExitCode.WRITTEN, "")
    code, said = reported(
        ("reason: a cold", "reason: pneumonia"),
        ("reason: at the infusion", "reason: for a reaction"),
        ("sponsor, 2026-01-20", "sponsor, 2026-01-21"),
        ("onset: 2026-05-30", "onset: 2026-05-29"),
    )
    assert code == ExitCode.WRITTEN
    for part in (
        "flare of 2026-06-01: onset 2026-05-30 to 2026-05-29",
        "hold of 2026-07-01: reason in other words",
        "125 mg methylprednisolone iv of 2026-04-30: reason in other words",
        "waiver: of the start dose in other words",
    ):
        assert part in said
    code, said = reported((", onset: 2026-05-30", ""), ("eligibility_waived", "# once"))
    assert code == ExitCode.REFUSED
    assert "events is without the onset of the flare of 2026-06-01" in said
    assert "waiver: of the start dose taken back" in reported(("eligibility_waived", "# once"))[1]
    ledger = (tmp_path / "out" / "ledger.jsonl").read_text("utf-8")
    assert [each for each in ("a cold", "pneumonia", "reaction", "sponsor") if each in ledger] == []


def test_a_ledger_that_never_had_the_words_says_nothing_of_them():
    """One of an earlier taper: nobody knows whether they are new."""
    flare, now = (
        {"type": "flare", "date": "2026-06-01", **more}
        for more in ({}, {"onset": "2026-05-30", "reason": "0" * 16})
    )
    assert list(said_otherwise(of_event(flare), of_event(now))) == []


def test_what_was_taken_back_stands_in_the_ledger_under_its_own_cause():
    """§5.4.5: a site that went was an event."""
    fields = (
        "contact.site",
        "contact.phone",
        "steroid.times",
        "taken",
        "locale",
        "visits",
        "events",
    )
    lost = [Lost(field, f"the {field}") for field in fields]
    assert list(map(str, changes(lost, "Dr Lee, moved"))) == [
        "contact: the contact.site and the contact.phone taken back, accepted by Dr Lee, moved",
        "tablets: the steroid.times taken back, accepted by Dr Lee, moved",
        "what was taken: the taken taken back, accepted by Dr Lee, moved",
        "language: the locale taken back, accepted by Dr Lee, moved",
        "visit date: the visits taken back, accepted by Dr Lee, moved",
        "event: the events taken back, accepted by Dr Lee, moved",
    ]
