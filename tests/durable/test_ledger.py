"""The ledger by itself: its chain, and why one plan is another than the one before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from durable.folders import FLARE, LATER, run, write

from taper import sources
from taper.folder.ledger_file import Damaged
from taper.operations.plans.one import plan_file, plan_of
from taper.record import changes, ledger, plan_document, revising
from taper.record.kept import Kept, KeptStep
from taper.record.kept_line import course_of, kept_of, row_of
from taper.record.ledger import Head, LedgerBroken
from taper.record.marks import Mark

PROTOCOL = {"version": "1.0", "every_days": 14}
OWN = """\
id: own
title: own
version: "{version}"
status: illustrative
sources: [a test]
infusions: [{{number: 1, months: 0}}, {{number: 2, months: 3}}]
market: US
taper:
  after_infusion: 2
  target_mg: 5
  regimen: {{kind: bands, bands: [{{above_mg: 0, decrease_mg: 2.5, every_days: {every_days}}}]}}
flare: {{}}
"""


def entry_of(folder, today=LATER, engine=plan_document.ENGINE, **other: str) -> ledger.Entry:
    """The entry of one participant, who is as usual but for what is said."""
    participant = sources.participant(write(folder, "IIM-001", **other))
    trial = sources.trial(participant.protocol, folder)
    plan = plan_of(trial, participant, today=today)
    kept = Kept.of(plan)
    document = {**plan_document.as_dict(plan, kept), "engine": engine}
    return revising.first_of(plan, trial, participant, issued=today, document=document, kept=kept)


@pytest.fixture
def usual(tmp_path) -> ledger.Entry:
    return entry_of(tmp_path)


# Why ------------------------------------------------


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"more": FLARE}, ["event: flare of 2026-06-11 added"]),
        (
            {"second": "date: 2026-05-07"},
            ["infusion date: infusion 2 from 2026-04-30 to 2026-05-07"],
        ),
        ({"dose_mg": "20"}, ["dose: prednisone 25 mg to prednisone 20 mg"]),
        ({"strengths": "[5, {mg: 2.5, split: 2}]"}, ["tablets: 20/5/2.5/1 mg to 5/2.5 halved mg"]),
        ({"more": "contact: {phone: 555-0101}\n"}, ["contact: another phone"]),
        ({"more": "taper_started: 2026-05-20\n"}, ["taper start: as planned to 2026-05-20"]),
        (
            {"more": FLARE, "dose_mg": "20"},
            ["dose: prednisone 25 mg to prednisone 20 mg", "event: flare of 2026-06-11 added"],
        ),
    ],
)
def test_why_is_told_by_what_was_said_then_and_now(usual, tmp_path, other, why):
    entry = revising.after(usual, entry_of(tmp_path, **other))
    assert [str(change) for change in entry.why] == why
    assert (entry.revision, entry.replaces.revision) == (2, 1)


def test_an_event_that_changed_says_what_of_it(tmp_path):
    before = entry_of(tmp_path, more=FLARE)
    now = entry_of(tmp_path, more=FLARE.replace("06-20", "06-25"))
    assert [str(change) for change in revising.why(before, now)] == [
        "event: flare of 2026-06-11: resolved 2026-06-20 to 2026-06-25"
    ]
    assert [str(c) for c in revising.why(before, entry_of(tmp_path))] == [
        "event: flare of 2026-06-11 taken back"
    ]


@pytest.mark.parametrize(
    ("amended", "why"),
    [
        ({"version": "1.1"}, "protocol amendment: own version 1.0 to 1.1"),
        ({"every_days": 7}, "protocol amendment: other rules in own version 1.0"),
    ],
)
def test_a_protocol_amendment_is_told(tmp_path, amended, why):
    path = tmp_path / "own.yaml"
    path.write_text(OWN.format(**PROTOCOL))
    before = entry_of(tmp_path, protocol="own.yaml")
    path.write_text(OWN.format(**(PROTOCOL | amended)))
    entry = revising.after(before, entry_of(tmp_path, protocol="own.yaml"))
    assert [str(change) for change in entry.why] == [why]


def test_a_visits_date_is_told(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN.format(**PROTOCOL) + "visits: [{name: Visit 5, months: 4}]\n")
    before = entry_of(tmp_path, protocol="own.yaml")
    more = "visits: [{name: Visit 5, date: 2026-06-03}]\n"
    now = entry_of(tmp_path, protocol="own.yaml", more=more)
    assert [str(change) for change in revising.why(before, now)] == [
        "visit date: Visit 5 from as planned to 2026-06-03"
    ]
    missed = more.replace("date: 2026-06-03", "missed: true")
    missed = entry_of(tmp_path, protocol="own.yaml", more=missed)
    (change,) = revising.why(now, missed)
    assert str(change) == "visit date: Visit 5 from 2026-06-03 to missed"
    again = ledger.entry_of(ledger.line_of(replace(now, number=1)).rstrip(), 1)
    assert again.facts["visits"][0]["name"] == "Visit 5"


def test_where_nothing_was_said_otherwise_it_is_the_engine_or_the_day(usual):
    other = replace(usual, plan_id="0" * 64)
    assert str(revising.why(usual, replace(other, engine="taper 9"))[0]).startswith("engine: ")
    assert str(revising.why(usual, other)[0]).startswith("engine: other data sheets")
    later = replace(other, issued=date(2027, 1, 1))
    assert str(revising.why(usual, later)[0]) == "day of planning: 2026-11-25 to 2027-01-01"


def test_no_free_text_of_a_person_is_kept(tmp_path):
    more = "events: [{type: withdraw, date: 2026-06-11, reason: Anna asked}]\n"
    more += "contact: {site: A clinic, phone: 555-0101}\neligibility_waived: by Anna\n"
    assert b"Anna" not in ledger.line_of(entry_of(tmp_path, more=more))


# Whose translation ------------------------------------------------


def test_a_translation_that_is_signed_is_another_paper_and_so_is_one_that_no_longer_is(tmp_path):
    """A sheet that says DRAFT TRANSLATION must not stay once the translation was signed."""
    spanish = entry_of(tmp_path, more="locale: es_US\n")
    draft = replace(spanish, draft_translation=True)
    signed = revising.after(draft, spanish)
    assert (signed.revision, signed.replaces.changed_from) == (2, None)
    assert [str(change) for change in signed.why] == ["language: the translation is signed"]
    again = revising.after(signed, draft)
    assert [str(change) for change in again.why] == ["language: the translation is a draft again"]
    assert revising.after(signed, replace(spanish, revision=1)) is signed


def test_a_change_of_language_says_no_more_than_that(usual, tmp_path):
    spanish = replace(entry_of(tmp_path, more="locale: es_US\n"), draft_translation=True)
    said = [str(change) for change in revising.after(usual, spanish).why]
    assert said == ["language: en_US to es_US"]


def test_a_line_from_before_there_were_translations_is_still_read(usual):
    said = json.loads(ledger.line_of(usual))
    del said["draft_translation"]
    assert ledger.entry_of(json.dumps(said).encode(), 1) == ledger.entry_of(
        ledger.line_of(usual), 1
    )


# From which day ------------------------------------------------


def test_the_day_from_which_a_plan_differs_is_the_first_that_is_not_the_same(usual, tmp_path):
    flare = entry_of(tmp_path, more=FLARE)
    assert changes.changed_from(usual.kept.steps, flare.kept.steps) == date(2026, 6, 11)
    assert changes.changed_from(usual.kept.steps, usual.kept.steps) is None
    later = entry_of(tmp_path, second="date: 2026-05-07")
    assert changes.changed_from(usual.kept.steps, later.kept.steps) == date(2026, 4, 30)


def test_other_tablets_for_the_same_dose_are_another_day():
    old = [KeptStep("2026-05-01", 3, "prednisone", ["10"], [[["10", "1"]]])]
    new = [
        KeptStep("2026-05-01", 1, "prednisone", ["10"], [[["10", "1"]]]),
        KeptStep("2026-05-02", 2, "prednisone", ["10"], [[["5", "2"]]]),
    ]
    assert changes.changed_from(old, new) == date(2026, 5, 2)


# The chain ------------------------------------------------


def lines_of(*entries: ledger.Entry) -> list[bytes]:
    head, lines = Head(), []
    for entry in entries:
        lines.append(ledger.line_of(head.numbered(entry)))
        head = head.then(lines[-1])
    return lines


def test_a_line_says_the_entry_again(usual, tmp_path):
    entry = revising.after(usual, entry_of(tmp_path, more=FLARE))
    entry = revising.with_files(entry, {"IIM-001.json": Mark("a" * 64, "b" * 64, "taper 9")})
    line = ledger.line_of(entry)
    assert ledger.line_of(ledger.entry_of(line, 1)) == line


@pytest.mark.parametrize("place", range(3))
def test_a_line_that_was_changed_breaks_the_chain(usual, place):
    lines = lines_of(usual, usual, usual, usual)
    lines[place] = lines[place].replace(b'"drug":"prednisone"', b'"drug":"prednisolone"', 1)
    with pytest.raises(LedgerBroken, match=f"line {place + 2} does not follow"):
        list(ledger.chained(lines))


@pytest.mark.parametrize("place", range(3))
def test_a_line_that_was_taken_out_breaks_the_chain(usual, place):
    lines = lines_of(usual, usual, usual, usual)
    del lines[place]
    with pytest.raises(LedgerBroken, match=f"line {place + 1} does not follow"):
        list(ledger.chained(lines))


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n", b"{}\n", b'{"number":1}\n', b"\xff\n"])
def test_what_is_no_line_is_refused_as_such(line):
    with pytest.raises(LedgerBroken, match="line 1 is no line of a ledger"):
        list(ledger.chained([line]))


@pytest.mark.parametrize("name", ["IIM-001.json", "A-r1.pdf", "A.b.json"])
def test_a_superseded_name_tells_the_former_one(name):
    assert ledger.superseded_from(ledger.superseded_name(name, 12)) == name


# The record of a plan ------------------------------------------------

SAMPLES = sorted((Path(__file__).parents[2] / "sample_patients").glob("*.yaml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_is_kept_of_a_plan_comes_back_from_its_line(path):
    kept = Kept.of(plan_file(path, today=LATER))
    course, row = json.loads(json.dumps([course_of(kept), row_of(kept)]))
    assert kept_of(course, row) == kept


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_days_that_are_kept_are_those_of_the_json(path):
    plan = plan_file(path, today=LATER)
    document = json.loads(plan_document.to_json(plan))
    assert changes.changed_from(changes.days_of(document), Kept.of(plan).steps) is None


@pytest.mark.parametrize("lost", ["course", "row"])
def test_a_line_without_its_plan_is_no_line(usual, lost):
    said = json.loads(ledger.line_of(usual))
    for line in (said | {lost: {}}, said | {lost: [[]]}, said | {lost: "x"}):
        with pytest.raises(LedgerBroken, match="line 7 is no line of a ledger"):
            ledger.entry_of(json.dumps(line).encode(), 7)


# A last line that was not written to its end ------------------------------------------------


@pytest.mark.parametrize("left", [1, 100, -1])
def test_half_a_line_is_none_and_a_whole_one_without_its_end_is_one(patients, tmp_path, left):
    out = tmp_path / "out"
    run(patients, out)
    right = (out / "ledger.jsonl").read_bytes()
    *others, last = right.splitlines(keepends=True)
    (out / "manifest.json").unlink()
    (out / "ledger.jsonl").write_bytes(b"".join(others) + last[:left])
    if left != -1:
        (out / "IIM-009.json").unlink()
    run(patients, out)
    assert (out / "ledger.jsonl").read_bytes() == right


@pytest.mark.parametrize("lost", [1, 3])
def test_a_ledger_that_has_lost_lines_is_not_gone_on_with(patients, tmp_path, lost):
    out = tmp_path / "out"
    run(patients, out)
    lines = (out / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (out / "ledger.jsonl").write_bytes(b"".join(lines[:-lost]))
    with pytest.raises(Damaged, match=r"is missing, and manifest\.json knows of it"):
        run(patients, out)


def test_a_ledger_that_was_changed_is_not_gone_on_with(run_batch, tmp_path):
    run_batch()
    path = tmp_path / "out" / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"prednisone"', b'"prednisolone"', 1))
    result = run_batch()
    assert result.exit_code == 1
    assert result.stderr == (
        "out/ledger.jsonl was changed: line 2 does not follow from line 1: one of them was "
        "changed. Nothing was written; `taper audit` says more.\n"
    )
