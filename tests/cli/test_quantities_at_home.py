"""`taper quantities`: what is at home, and what should come back of a former plan's tablets."""

from __future__ import annotations

import json

import pytest
from cli.conftest import USUAL

from taper.errors import ExitCode

WITHDRAWN = "events: [{type: withdraw, date: 2026-06-15, reason: consent withdrawn}]\n"


def test_what_is_at_home_is_said_in_a_table_and_as_json(run, write):
    """§7.5.1."""
    command = ("quantities", write(), "--at-home", "5:30,1:12")
    shown = " ".join(run(*command, today="2026-06-01").stdout.split())
    assert "What is at home lasts until 2026-06-03, used first from 2026-06-01 on." in shown
    answer = json.loads(run(*command, "--format", "json", today="2026-06-01").stdout)
    at_home = answer["participants"][0]["at_home"]
    assert at_home["lasts_until"] == "2026-06-03"
    assert at_home["tablets"][0] == {
        "drug": "prednisone",
        "strength_mg": "5",
        "at_home": 30,
        "taken": "135",
        "lasts_until": "2026-06-13",
        "packs": None,
        "still_to_hand_out": 105,
        "left_over": 0,
    }


def test_on_a_narrow_screen_an_interval_says_its_days_before_its_tablets(run, write, monkeypatch):
    """Its words stood as a first and a last day of their own: from day 29 to 28 days."""
    monkeypatch.setenv("COLUMNS", "45")
    shown = run("quantities", write(), "--dispense", "days:28", today="2026-06-01").stdout
    assert max(map(len, shown.splitlines())) <= 45
    begins = [line.split()[1] for line in shown.splitlines() if line.startswith("From ")]
    assert begins == [
        "2026-04-30,",
        "2026-05-28,",
        "2026-06-25,",
        "2026-07-23,",
        "2026-08-20,",
        "in",
    ]
    assert "From    2026-05-28, day 29\nTo      2026-06-24, 28 days\nTablet  " in shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2,5:30", ExitCode.USAGE),
        ("5:1.5", ExitCode.USAGE),
        ("5;30", ExitCode.USAGE),
        ("7:30", ExitCode.REFUSED),
        ("dexamethasone:4:30", ExitCode.REFUSED),
    ],
)
def test_what_may_mean_two_things_is_refused(run, write, typed: str, code: ExitCode):
    """§7.5.1."""
    result = run("quantities", write(), "--at-home", typed, today="2026-06-01")
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_what_the_plan_does_not_take_any_more_is_listed_to_come_back(run, write):
    """§7.5.1: of the file's own tablets, of a market's, and of a solution."""
    event = "events: [{type: flare, date: 2026-06-20}]\n"
    strengths = USUAL.format(id="IIM-001").replace("[20, 5, 2.5, 1]", "[20, 7, 5, 2.5]")
    command = ("quantities", write(text=strengths + event), "--at-home", "20:8,10:30,7:3,1:12,5:9")
    result = run(*command, today="2026-06-25")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    shown = " ".join(result.stdout.split())
    _, _, back = shown.partition("Not needed on any printed day, to come back: ")
    assert back == (
        "8 of prednisone 20 mg, 30 of prednisone 10 mg, 3 of prednisone 7 mg and 12 of "
        "prednisone 1 mg"
    )
    tablets = json.loads(run(*command, "--format", "json", today="2026-06-25").stdout)
    (ten,) = (
        each
        for each in tablets["participants"][0]["at_home"]["tablets"]
        if each["strength_mg"] == "10"
    )
    assert (ten["taken"], ten["still_to_hand_out"], ten["left_over"]) == ("0", 0, 30)


def test_one_home_is_one_participants(run, write):
    write("IIM-001.yaml")
    write("IIM-002.yaml")
    result = run("quantities", "patients", "--at-home", "5:30")
    assert result.exit_code == ExitCode.USAGE
    assert "--at-home is given with several participants" in result.stderr


@pytest.mark.parametrize("option", ["--at-home", "--replaces"])
def test_what_counts_by_every_day_is_not_asked_of_some(run, write, tmp_path, option):
    """§10.10.9."""
    old = tmp_path / "old.json"
    old.write_text(run("plan", write(), "--format", "json", today="2026-05-04").stdout)
    given = {"--at-home": "5:30", "--replaces": old}[option]
    result = run("quantities", write(), option, given, "--from", "2026-06-01")
    assert result.exit_code == ExitCode.USAGE
    assert f"{option} is given with --from, --until or --weeks; allowed: it alone" in result.stderr


def test_what_the_former_plan_handed_out_comes_back(run, write, tmp_path):
    """§7.5.2."""
    path = write()
    old = tmp_path / "old.json"
    old.write_text(run("plan", path, "--format", "json", today="2026-05-04").stdout)
    write(text=USUAL.format(id="IIM-001") + WITHDRAWN)
    command = ("quantities", path, "--replaces", old)
    shown = " ".join(run(*command, today="2026-06-15").stdout.split())
    assert "prednisone 5 mg 134 78 56" in shown
    answer = json.loads(run(*command, "--format", "json", today="2026-06-15").stdout)
    back = {each["strength_mg"]: each for each in answer["participants"][0]["returns"]["tablets"]}
    assert (back["5"]["handed_out"], back["5"]["returns_expected"]) == (134, "56")
    assert back["1"]["returns_expected"] == "114"
