"""What is past stays (§6.16): plans and batches of a dose that is corrected later."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from taper.cli import app
from taper.errors import ExitCode

FILE = """\
participant: IIM-001
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25, strengths: [20, 5, 2.5, 1]}
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}
"""
TODAY = "2026-06-10"
WHO = "Dr Lee, 25 was a slip of the pen"
FLARE = "events: [{type: flare, date: 2026-05-20, resolved: 2026-05-25}]\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "IIM-001.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def batch(folder, *words: object, today: str = TODAY):
    out = folder / "out"
    options = ["--format", "json", "--workers", 1, "--today", today]
    return run("batch", folder / "in", "--out", out, *options, *words)


def corrected(folder, old: str, new: str) -> None:
    path = folder / "in" / "IIM-001.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said", "event"),
    [
        ("dose_mg: 25", "dose_mg: 20", "another dose", "a set-dose"),
        ("[20, 5, 2.5, 1]", "[5, 2.5, 1]", "another tablets", "the event tablets"),
    ],
)
def test_a_batch_refuses_another_past(folder, old: str, new: str, said: str, event: str):
    """§6.16.2, §6.16.3: the first such day with both doses, and the event instead."""
    assert batch(folder, today="2026-05-01").exit_code == ExitCode.WRITTEN
    corrected(folder, old, new)
    result = batch(folder)
    assert result.exit_code == ExitCode.REFUSED
    for part in ("another on 2026-04-30", said, event, "--accept-past"):
        assert part in " ".join(result.stderr.split())


def test_who_accepts_the_past_is_on_the_record(folder):
    """§6.16.4, §6.16.7."""
    batch(folder, today="2026-05-01")
    corrected(folder, "dose_mg: 25", "dose_mg: 20")
    result = batch(folder, "--accept-past", WHO)
    assert result.exit_code == ExitCode.WRITTEN
    lines = (folder / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    said = [each for line in lines for each in json.loads(line).get("why", [])]
    (past,) = (text for cause, text in said if cause == "past days")
    assert "the first 2026-04-30: 25 mg prednisone to 20 mg prednisone" in past
    assert past.endswith(f"accepted by {WHO}")


def test_an_event_may_change_the_past_and_is_a_finding(folder):
    """§6.16.5, §6.16.6, §8.3.10."""
    batch(folder, today="2026-05-01")
    path = folder / "in" / "IIM-001.yaml"
    path.write_text(FILE + FLARE, encoding="utf-8")
    assert batch(folder).exit_code == ExitCode.WRITTEN
    plan = json.loads((folder / "out" / "IIM-001.json").read_text(encoding="utf-8"))
    (found,) = (each for each in plan["findings"] if each["code"] == "past-changed")
    assert "before 2026-06-10 altered, the first 2026-05-" in found["text"]


def test_days_to_come_may_change_for_any_reason(folder):
    """§6.16.2."""
    batch(folder, today="2026-04-01")
    corrected(folder, "dose_mg: 25", "dose_mg: 20")
    assert batch(folder, today="2026-04-02").exit_code == ExitCode.WRITTEN


def test_a_plan_that_replaces_another_asks_for_what_is_not_said_any_more(folder):
    """§5.4.5: the flare made days that are past, and the phone stands on each page."""
    path, old = folder / "in" / "IIM-001.yaml", folder / "old.json"
    path.write_text(FILE + FLARE + "contact: {phone: 555-0142}\n", encoding="utf-8")
    old.write_text(run("plan", path, "--today", TODAY, "--format", "json").stdout, "utf-8")
    path.write_text(FILE, encoding="utf-8")
    words = ["plan", path, "--today", TODAY, "--replaces", old, "--format", "json"]
    said = run(*words).stderr
    assert "events is without the flare of 2026-05-20, which the earlier plan has" in said
    assert "contact.phone is without the phone 555-0142, which the earlier plan has" in said


PHONE = "contact: {phone: 555-0142}\n"
INFUSION = "  - {number: 2, date: 2026-04-30}\n"
TO_COME = "events: [{type: hold, date: 2026-06-20, reason: infection}]\n"


@pytest.mark.parametrize(
    ("file", "more", "what"),
    [
        (FILE, PHONE, "the phone 555-0142"),
        (FILE, TO_COME, "the hold of 2026-06-20"),
        (FILE.replace(INFUSION, ""), INFUSION, "infusion 2 of 2026-04-30"),
    ],
)
def test_what_was_taken_back_is_on_the_record_of_the_plan_that_replaces(folder, file, more, what):
    """§5.4.5, §8.3.12: though no day that is past differs."""
    path, old = folder / "in" / "IIM-001.yaml", folder / "old.json"
    path.write_text(file + more, encoding="utf-8")
    old.write_text(run("plan", path, "--today", TODAY, "--format", "json").stdout, "utf-8")
    path.write_text(file, encoding="utf-8")
    words = ["plan", path, "--today", TODAY, "--replaces", old]
    assert run(*words).exit_code == ExitCode.REFUSED
    plan = json.loads(run(*words, "--accept-past", WHO, "--format", "json").stdout)
    said = {each["code"]: each["text"] for each in plan["findings"]}
    assert "past-changed" not in said
    recorded = f"Taken back is what the earlier plan has: {what}, accepted by {WHO}."
    assert said["taken-back"] == recorded
    papers = ["--document", "calendar", "--document", "investigator", "--format", "html"]
    run(*words, "--accept-past", WHO, *papers, "--out", folder / "papers")
    page = (folder / "papers" / "IIM-001+investigator.html").read_text("utf-8")
    assert "Taken back is what the earlier plan has" in page
    assert page.count(f"accepted by {WHO}.") == 1


def test_a_plan_that_replaces_another_keeps_its_past(folder):
    """§6.16.2, §6.16.4."""
    path, old = folder / "in" / "IIM-001.yaml", folder / "old.json"
    shown = run("plan", path, "--today", "2026-05-01", "--format", "json")
    old.write_text(shown.stdout, encoding="utf-8")
    corrected(folder, "dose_mg: 25", "dose_mg: 20")
    words = ["plan", path, "--today", TODAY, "--replaces", old, "--format", "json"]
    refused = run(*words)
    assert refused.exit_code == ExitCode.REFUSED
    assert "another on 2026-04-30, 25 mg prednisone before and 20 mg prednisone" in refused.stderr
    accepted = run(*words, "--accept-past", WHO)
    assert accepted.exit_code == ExitCode.WRITTEN
    assert f"accepted by {WHO}" in accepted.stdout


def test_an_event_ends_with_the_dose_of_today_and_the_papers(folder):
    path = folder / "in" / "IIM-001.yaml"
    words = ["event", path, "stress-dose", "--date", TODAY, "--days", 3, "--dose", 20]
    result = run(*words, "--today", TODAY)
    assert "IIM-001 today, 2026-06-10: 20 mg prednisone; before, 12.5 mg" in result.stderr
    assert "(--print makes them)" in result.stderr


def test_an_event_prints_the_papers_that_it_makes(folder):
    path = folder / "in" / "IIM-001.yaml"
    words = ["event", path, "tablets", "--date", "2026-06-20", "--strengths", "2.5,1"]
    result = run(*words, "--today", TODAY, "--print", "--out", folder / "papers")
    assert result.exit_code == ExitCode.WRITTEN
    assert "today, 2026-06-10: 12.5 mg prednisone, as before." in result.stderr
    written = sorted(each.name for each in (folder / "papers").iterdir())
    assert written == ["IIM-001+emergency.pdf", "IIM-001+notice.pdf", "IIM-001.pdf"]


def test_who_prints_a_notice_is_told_whose_paper_it_is_for(folder):
    """§6.18.6: an event before it may never have been printed, and the old paper is older then."""
    path = folder / "in" / "IIM-001.yaml"
    words = ["event", path, "tablets", "--strengths", "2.5,1", "--today", TODAY]
    old = json.loads(run("plan", path, "--today", TODAY, "--format", "json").stdout)
    result = run(*words, "--date", "2026-06-20", "--print", "--out", folder / "papers")
    assert f"is for whoever has the paper of plan {old['plan_id'][:8]}: " in result.stderr


def test_an_event_whose_papers_cannot_be_written_stands_in_the_file_and_says_so(folder):
    """§6.18.6: who took it for refused would enter it again."""
    path = folder / "in" / "IIM-001.yaml"
    (folder / "in-the-way").write_text("mine", encoding="utf-8")
    words = ["event", path, "tablets", "--date", "2026-06-20", "--strengths", "2.5,1"]
    result = run(*words, "--today", TODAY, "--print", "--out", folder / "in-the-way")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert "type: tablets" in path.read_text(encoding="utf-8")
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"{folder / 'in-the-way'} cannot be written: ")
    assert last.endswith("its papers can be printed with taper plan.")
