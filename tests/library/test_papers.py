"""What is printed of a plan for a program, and looked at again."""

from __future__ import annotations

import pytest
from library import given as usual
from library.given import TODAY
from typer.testing import CliRunner

import taper
from taper.cli import app
from taper.signing.making import new_key

# Near the target, so that the calendars have few pages.
PARTICIPANT = {**usual.PARTICIPANT, "steroid": {**usual.PARTICIPANT["steroid"], "dose_mg": "7.5"}}
PARTICIPANT_TEXT = usual.PARTICIPANT_TEXT.replace("dose_mg: 25", "dose_mg: 7.5")
CHANGED = {
    **PARTICIPANT,
    "taper_started": "2026-05-14",
    "events": [{"type": "flare", "date": "2026-06-01"}],
}


@pytest.fixture(scope="module")
def plan() -> taper.Plan:
    return taper.plan("iimpact", PARTICIPANT, today=TODAY)


@pytest.fixture(scope="module")
def changed() -> taper.Plan:
    return taper.plan("iimpact", CHANGED, today="2026-06-02")


@pytest.fixture(scope="module")
def calendar(plan) -> bytes:
    return taper.pdf(plan, document="calendar")


def test_a_calendar_is_the_one_that_the_command_writes(calendar, tmp_path):
    file = tmp_path / "IIM-001.yaml"
    file.write_text(PARTICIPANT_TEXT, encoding="utf-8")
    command = ["plan", str(file), "--today", TODAY, "--format", "pdf", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert (tmp_path / "IIM-001.pdf").read_bytes() == calendar


@pytest.mark.parametrize("document", ["large-print", "wallet", "pharmacy", "investigator"])
def test_every_other_paper_is_printed_too(plan, document):
    verified = taper.verify(taper.pdf(plan, document))
    assert (verified.verdict, verified.paper.document) == ("unproved", document)


def test_some_days_are_printed_as_the_command_does(plan, tmp_path):
    """§6.5.7."""
    file = tmp_path / "IIM-001.yaml"
    file.write_text(PARTICIPANT_TEXT, encoding="utf-8")
    command = ["plan", str(file), "--today", TODAY, "--format", "pdf", "--out", str(tmp_path)]
    part = ["--from", "2026-06-01", "--weeks", "1"]
    assert CliRunner().invoke(app, [*command, *part]).exit_code == 0
    printed = taper.pdf(plan, since="2026-06-01", weeks=1)
    assert (tmp_path / "IIM-001+from-2026-06-01.pdf").read_bytes() == printed


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"document": "wallet", "since": "today"}, "document is wallet with since, until or weeks"),
        ({"weeks": 4}, "weeks is given without since; allowed: weeks with since alone"),
        ({"since": "2026-06-02", "until": "2026-06-01"}, "allowed: a day not after it"),
        ({"since": "2026-06-01", "weeks": 0}, "weeks is 0; allowed: a whole number from 1 to 522"),
        ({"since": "1.6.2026"}, "since is '1.6.2026'; allowed: a calendar date"),
        ({"since": "2020-01-01"}, "since is 2020-01-01; allowed: a day of the plan"),
    ],
)
def test_days_that_cannot_be_printed_are_refused_by_the_argument(plan, asked, said):
    with pytest.raises(taper.Refusal) as refused:
        taper.pdf(plan, **asked)
    assert said in str(refused.value)


def test_a_paper_is_issued_on_the_day_of_planning_or_as_told(plan, calendar):
    assert taper.verify(calendar).paper.issue.issued.isoformat() == TODAY
    later = taper.pdf(plan, issued="2026-05-04", paper="A4")
    assert taper.verify(later).paper.issue.issued.isoformat() == "2026-05-04"
    assert later != taper.pdf(plan, issued="2026-05-04", paper="letter")


def test_a_paper_is_read_from_bytes_or_from_its_file(calendar, tmp_path):
    file = tmp_path / "IIM-001.pdf"
    file.write_bytes(calendar)
    for given in (calendar, file, str(file)):
        assert taper.verify(given).verdict is taper.Verdict.UNPROVED


def test_a_paper_beside_a_plan_is_current_or_superseded(plan, changed, calendar):
    current = taper.verify(calendar, plan)
    assert (current.verdict, current.proof) == ("current", "made again")
    verified = taper.verify(calendar, changed)
    assert verified.verdict == "superseded"
    assert str(verified.changed_from) == "2026-06-11"


def test_an_altered_paper_is_said_to_be_altered(calendar):
    place = calendar.index(b"stream") + 200  # in the first page
    altered = calendar[:place] + bytes([calendar[place] ^ 1]) + calendar[place + 1 :]
    assert taper.verify(altered).verdict == "altered"


def test_a_notice_is_about_the_plan_that_it_replaces(plan, changed):
    for old in (plan, plan.to_dict()):
        notice = taper.verify(taper.pdf(changed, "notice", replaces=old))
        assert notice.paper.issue.replaces.plan_id == plan.plan_id


def test_what_a_paper_replaces_is_proved_by_the_plan_that_it_replaces(plan, changed):
    notice = taper.pdf(changed, "notice", replaces=plan)
    assert taper.verify(notice, changed).verdict == "unproved"
    assert taper.verify(notice, changed, replaces=plan).verdict == "current"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"document": "leaflet"}, "taper.pdf: document is 'leaflet'; allowed: calendar, large-"),
        ({"document": "notice"}, "document is a change notice without the plan that it replaces"),
        ({"paper": "A5"}, "taper.pdf: paper is 'A5'; allowed: letter or A4"),
        ({"issued": "today"}, "taper.pdf: issued is 'today'; allowed: a calendar date"),
        ({"replaces": {"days": []}}, "taper.pdf: the earlier plan is no plan in JSON"),
        ({"replaces": {"days": {1}}}, "taper.pdf: the earlier plan is no plan in JSON"),
    ],
)
def test_what_cannot_be_printed_is_refused(plan, asked, said):
    with pytest.raises(taper.Refusal, match=said):
        taper.pdf(plan, **asked)


def test_a_notice_needs_a_day_that_changes(plan):
    with pytest.raises(taper.Refusal, match="a change notice although no day changes"):
        taper.pdf(plan, "notice", replaces=plan)


def test_nothing_is_printed_for_one_who_takes_no_steroid():
    plan = taper.plan("iimpact", {**PARTICIPANT, "steroid": "none"}, today=TODAY)
    with pytest.raises(taper.Refusal, match="IIM-001: document is a calendar of one who takes no"):
        taper.pdf(plan)


def test_only_a_plan_is_printed_or_compared(plan, calendar):
    for ask in (lambda: taper.pdf(plan.to_dict()), lambda: taper.verify(calendar, PARTICIPANT)):
        with pytest.raises(taper.Refusal, match="plan is of type dict; allowed: a plan"):
            ask()


def test_what_is_no_paper_of_taper_is_refused(tmp_path):
    for given in (b"", b"%PDF-1.7 nothing", tmp_path, tmp_path / "missing.pdf"):
        with pytest.raises(taper.Refusal, match=r"a PDF that taper wrote|a file that can be read"):
            taper.verify(given)


def test_a_paper_is_signed_by_the_key_that_is_named(plan, tmp_path):
    made = new_key(tmp_path / "keys" / "trial.key")
    found = taper.verify(taper.pdf(plan, "wallet", key=made.private), known_keys=[made.public])
    assert (found.verdict, found.proof) == (taper.Verdict.UNALTERED, taper.Proof.SIGNATURE)


def test_a_key_that_may_not_be_used_is_refused_before_anything_is_printed(plan, tmp_path):
    made = new_key(tmp_path / "trial.key")
    made.private.chmod(0o644)
    with pytest.raises(taper.Refusal, match=r"the key is open to others \(mode 0644\); allowed"):
        taper.pdf(plan, key=made.private)
