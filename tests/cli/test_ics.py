"""`--format ics` on the command line and in a batch."""

from __future__ import annotations

import re

import pytest

from taper.errors import ExitCode
from taper.exports import ics

JUNE = "2026-06-01"
REFUSED = (
    "IIM-001: format ics, protocol is illustrative; allowed: an approved protocol, as a patient "
    "acts by it.\n"
)


@pytest.fixture
def approved(monkeypatch):
    """As if the protocol that is shipped as an example were approved."""
    monkeypatch.setattr(ics, "APPROVED", "illustrative")


def uids(text: str, status: str) -> set[str]:
    """The ids of the events of that status."""
    events = text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    found = (e for e in events if f"STATUS:{status}" in e)
    return {re.search("UID:(.*)\r", e)[1] for e in found}


def test_a_plan_that_no_patient_may_act_by_is_refused_in_a_sentence(run, write):
    result = run("plan", write(), "--format", "ics")
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr == REFUSED


@pytest.mark.parametrize("form", ["ics", "sig"])
def test_a_form_that_is_refused_beside_others_ends_as_a_batch_does(run, write, tmp_path, form):
    asked = ("--format", form, "--format", "json", "--out", "z")
    result = run("plan", write(), *asked)
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert f"format {form}, " in result.stderr
    assert [path.name for path in (tmp_path / "z").iterdir()] == ["IIM-001.json"]


def test_the_events_are_shown_or_written_with_what_was_wished(run, write, tmp_path, approved):
    wished = ("--format", "ics", "--reminder", "08:30", "--discreet")
    shown = run("plan", write(), *wished, today=JUNE).stdout
    assert "TRIGGER:PT8H30M" in shown
    assert "SUMMARY:Your dose today" in shown
    run("plan", write(), *wished, "--out", "out", today=JUNE)
    assert (tmp_path / "out" / "IIM-001.ics").read_text() == shown.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ("--reminder", "8:30", "--format", "ics"),
            "--reminder is '8:30'; allowed: a time from 00:00 to 23:59.\n",
        ),
        (
            ("--discreet", "--format", "json"),
            "--discreet is given without --format ics; allowed: both, or neither.\n",
        ),
    ],
)
def test_wishes_that_cannot_be_are_wrong_usage(run, write, typed, said):
    result = run("plan", write(), *typed)
    assert (result.exit_code, result.stderr) == (ExitCode.USAGE, said)


def test_a_batch_makes_the_rest_says_why_there_is_none_and_does_not_revise_for_it(
    run, write, tmp_path
):
    write()
    asked = ("batch", "patients", "--out", "out", "--format", "ics", "--format", "json")
    for written in (["IIM-001.json"], []):
        result = run(*asked, "--json")
        assert result.exit_code == ExitCode.SOME_REFUSED
        assert f'"unprinted": ["{REFUSED.strip()}"]' in result.stdout
        assert '"revision": 1' in result.stdout
        assert f'"written": {written}'.replace("'", '"') in result.stdout
    assert not (tmp_path / "out" / "IIM-001.ics").exists()


@pytest.mark.parametrize("on", ["2026-06-10", JUNE])
def test_a_batch_keeps_revises_and_cancels_what_a_revision_does_not_have_any_more(
    run, write, tmp_path, approved, on
):
    """§12.1.6: who withdraws on the day of issue has no day left but those to be taken back."""
    path, out = write(), tmp_path / "out"
    asked = ("batch", "patients", "--out", "out", "--format", "ics")
    result = run(*asked, today=JUNE)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    before = (out / "IIM-001.ics").read_bytes().decode()
    assert run(*asked, today=JUNE).exit_code == ExitCode.WRITTEN
    assert (out / "IIM-001.ics").read_bytes().decode() == before
    withdrawn = f"events: [{{type: withdraw, date: {on}, reason: x1}}]\n"
    path.write_text(path.read_text() + withdrawn)
    assert run(*asked, today=JUNE).exit_code == ExitCode.WRITTEN
    after = (out / "IIM-001.ics").read_bytes().decode()
    assert (out / "superseded" / "IIM-001-r1.ics").read_bytes().decode() == before
    assert uids(after, "CANCELLED") == uids(before, "CONFIRMED") - uids(after, "CONFIRMED")
    assert uids(after, "CANCELLED")
    assert bool(uids(after, "CONFIRMED")) == (on != JUNE)
    assert "SEQUENCE:2" in after
    assert run("audit", "out", today=None).exit_code == ExitCode.WRITTEN
