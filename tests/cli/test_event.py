"""`taper event`: an event into a participant's file, and both calendars side by side."""

from __future__ import annotations

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from taper import sources
from taper.errors import ExitCode, Refusal
from taper.operations.changing import proposed
from taper.operations.changing.event import Happened
from taper.sources.yaml_event import with_event, with_remark
from taper.wording.layout import WIDTH

TODAY = "2026-06-20"
FILE = """\
# IIM-001, seen on Tuesdays
participant: IIM-001            # trial id
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25,   strengths: [20, 5, 1]}
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}

# locale: en_US
contact: {site: "Site 04"}
"""
EVENTS = "events:\n  - {type: flare, date: 2026-06-01, resolved: 2026-06-05}   # by phone\n"


@pytest.fixture
def event(run, tmp_path):
    """`taper event` on a participant's file, as of one day."""
    path = tmp_path / "IIM-001.yaml"
    path.write_text(FILE, encoding="utf-8")

    def taper_event(*words: object, today: str = TODAY):
        return run("event", path, *words, today=today)

    taper_event.path = path
    return taper_event


def backups(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".bak")


def days_of(run, path: Path) -> dict[str, str]:
    plan = json.loads(run("plan", path, "--format", "json", today=TODAY).stdout)
    return {day["date"]: day["dose_mg"] for day in plan["days"]}


# The file -------------------------------------------------------------------------------------


def test_an_event_is_added_and_everything_else_stays(event):
    result = event("flare", "--date", TODAY)
    assert result.exit_code == ExitCode.WRITTEN
    assert event.path.read_text() == FILE + f"events:\n  - {{type: flare, date: {TODAY}}}\n"
    written, *_ = result.stderr.splitlines()
    assert written == f"Wrote {event.path}; as it was before, it is {event.path}.1.bak."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("hold", "--until", "2026-06-01", "--reason", "fever"),
            "--until is '2026-06-01'; allowed",
        ),
        (
            ("flare", "--resolved", "2026-06-01"),
            "--resolved is '2026-06-01'; allowed: a date on or",
        ),
        (
            ("stress-dose", "--days", "0", "--dose", "40"),
            "--days is '0'; allowed: whole days from 1",
        ),
    ],
)
def test_what_was_typed_is_refused_by_its_option_and_not_by_a_line_of_the_file(event, words, said):
    result = event(*words, "--date", TODAY)
    assert result.exit_code == ExitCode.REFUSED
    assert said in result.stderr
    assert "line" not in result.stderr
    assert event.path.read_text() == FILE


def test_the_times_of_a_divided_day_are_shown_and_other_tablets_of_a_dose_are_a_change(event):
    """§7.4.1: the doses stay, and what is swallowed at which time does not."""
    divided = FILE.replace("[20, 5, 1]", "[20, 5, 1], times: {morning: 2, evening: 1}")
    event.path.write_text(divided, encoding="utf-8")
    words = ("--strengths", "20,5,1", "--times", "morning:1", "--yes")
    shown = " ".join(event("tablets", "--date", TODAY, *words).output.split())
    assert "morning 10, evening 5 mg" in shown
    assert "* 2026-06-20" in shown
    assert "mg prednisone (morning 2 of 5 mg" in shown.partition("today, 2026-06-20: ")[2]


def test_a_day_of_the_same_dose_with_other_tablets_is_marked_as_changed(event):
    words = ("--strengths", "2.5,1", "--yes")
    shown = " ".join(event("tablets", "--date", TODAY, *words).output.split())
    assert "No row is another" not in shown
    assert "as before." not in shown


def test_the_file_before_is_kept_and_no_older_one_is_overwritten(event, tmp_path):
    event("hold", "--date", "2026-06-22", "--until", "2026-06-29", "--reason", "infection")
    second = event.path.read_text()
    event("flare", "--date", "2026-07-15", today="2026-07-15")
    assert backups(tmp_path) == ["IIM-001.yaml.1.bak", "IIM-001.yaml.2.bak"]
    assert (tmp_path / "IIM-001.yaml.1.bak").read_text() == FILE
    assert (tmp_path / "IIM-001.yaml.2.bak").read_text() == second


def test_a_batch_passes_the_kept_files_by(event, run, tmp_path):
    event("flare", "--date", TODAY)
    result = run("batch", tmp_path, "--out", tmp_path / "out", "--format", "json", "--workers", 1)
    assert result.exit_code == ExitCode.WRITTEN
    assert [path.name for path in (tmp_path / "out").glob("IIM-*")] == ["IIM-001.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
def test_who_may_not_read_the_file_may_read_neither_the_new_nor_the_old(event, tmp_path):
    event.path.chmod(0o600)
    event("flare", "--date", TODAY)
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("IIM-001.yaml*")}
    assert modes == {0o600}


LAYOUTS = {
    "a list with hyphens": (
        FILE.replace("# locale", f"{EVENTS}# locale"),
        "# by phone\n  - {type: flare, date: 2026-07-15}\n# locale",
    ),
    "a comment below the last event": (
        f"{FILE}{EVENTS}  # - {{type: hold}}\n",
        "# by phone\n  - {type: flare, date: 2026-07-15}\n  # - {type: hold}\n",
    ),
    "a line a key": (
        FILE.replace(
            "contact",
            "events:\n-   type: hold\n    date: 2026-06-22\n    "
            "until: 2026-06-25\n    reason: >-\n      a bad\n      cold\n\ncontact",
        ),
        "      cold\n-   type: flare\n    date: 2026-07-15\n\ncontact",
    ),
    "no hyphen set in": (
        FILE.replace("  - {number", "- {number"),
        "\nevents:\n- {type: flare, date: 2026-07-15}\n",
    ),
    "empty brackets": (
        FILE.replace("\n# locale", "events: []   # none yet\n# locale"),
        "events:   # none yet\n  - {type: flare, date: 2026-07-15}\n# locale",
    ),
    "brackets in a line": (
        FILE + "events: [{type: hold, date: 2026-06-22, until: 2026-06-25, reason: cold}] # one\n",
        "reason: cold}, {type: flare, date: 2026-07-15}] # one\n",
    ),
    "brackets over lines": (
        FILE + "events: [\n    {type: hold, date: 2026-06-22, until: 2026-06-25, reason: cold} "
        "# one\n  ]\n",
        "reason: cold}, # one\n    {type: flare, date: 2026-07-15}\n  ]\n",
    ),
    "brackets over lines with a last comma": (
        FILE + "events: [\n    {type: hold, date: 2026-06-22, until: 2026-06-25, reason: cold}, "
        "# one\n  ]\n",
        "reason: cold}, # one\n    {type: flare, date: 2026-07-15},\n  ]\n",
    ),
    "no newline at the end": (
        FILE.rstrip("\n"),
        'contact: {site: "Site 04"}\nevents:\n  - {type: flare, date: 2026-07-15}\n',
    ),
    "the line endings of Windows": (
        FILE.replace("\n", "\r\n"),
        'contact: {site: "Site 04"}\r\nevents:\r\n  - {type: flare, date: 2026-07-15}\r\n',
    ),
    "an end of the document": (
        f"---\n{FILE}...\n",
        'contact: {site: "Site 04"}\nevents:\n  - {type: flare, date: 2026-07-15}\n...\n',
    ),
    "all in braces": (
        "{participant: IIM-001, protocol: iimpact, steroid: {drug: prednisone, dose_mg: 25},\n"
        " infusions: [{number: 2, date: 2026-04-30}]}\n",
        "2026-04-30}], events: [{type: flare, date: 2026-07-15}]}\n",
    ),
    "all in braces, and empty brackets": (
        "{participant: IIM-001, protocol: iimpact, steroid: {drug: prednisone, dose_mg: 25},\n"
        " events: [], infusions: [{number: 2, date: 2026-04-30}]}\n",
        " events: [{type: flare, date: 2026-07-15}], infusions",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_event_is_added_in_the_form_that_the_file_has(event, layout: str):
    before, expected = LAYOUTS[layout]
    event.path.write_bytes(before.encode())
    result = event("flare", "--date", "2026-07-15", today="2026-07-15")
    after = event.path.read_bytes().decode()
    assert (result.exit_code, result.stderr[:5]) == (ExitCode.WRITTEN, "Wrote")
    assert expected in after
    # Nothing that was there is gone, but for the brackets that were empty.
    left = iter(after)
    assert all(
        char in left
        for char in before.replace("events: []   #", "events:   #").replace(
            "events: [],", "events:"
        )
    )


@pytest.mark.parametrize(
    "reason",
    ["fever, 39 °C: 'bad'", "no pills", "2026-06-01", "# 1 of 2", "{x}", '"said"', "- x", "a: b"],
)
def test_a_reason_may_be_any_text(event, reason: str):
    event("withdraw", "--date", "2026-06-22", "--reason", reason)
    assert sources.participant(event.path).events[0].reason == reason


@pytest.mark.parametrize(
    "events",
    [
        "events:\n  - {type: flare, date: 2026-06-01}  # at night\n",
        "events:\n  - type: flare\n    date: 2026-06-01  # at night\n",
        "events: [{type: flare, date: '2026-06-01'}]  # at night\n",
    ],
)
def test_a_flare_that_is_open_is_closed_and_not_entered_twice(event, events: str):
    event.path.write_text(FILE + events, encoding="utf-8")
    result = event(
        "flare", "--date", "2026-06-01", "--resolved", "2026-06-05", "--onset", "2026-05-30"
    )
    assert result.exit_code == ExitCode.WRITTEN
    (flare,) = sources.participant(event.path).events
    assert (flare.resolved, flare.onset) == (date(2026, 6, 5), date(2026, 5, 30))
    assert "  # at night\n" in event.path.read_text()
    assert result.stdout.startswith("IIM-001: flare of 2026-06-01 closed, ")


def test_a_hold_that_is_open_is_closed_without_its_reason_said_again(event):
    event("hold", "--date", "2026-06-22", "--reason", "infection")
    event("hold", "--date", "2026-06-22", "--until", "2026-06-29")
    line = "  - {type: hold, date: 2026-06-22, reason: infection, until: 2026-06-29}\n"
    assert event.path.read_text() == f"{FILE}events:\n{line}"


def test_what_was_entered_is_not_written_over(event, tmp_path):
    event.path.write_text(FILE + EVENTS, encoding="utf-8")
    result = event("flare", "--date", "2026-06-01", "--resolved", "2026-06-09")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "IIM-001.yaml: events[1].resolved is 2026-06-05 already; allowed: one resolved for a "
        "flare; a wrong one is put right with taper correct.\n"
    )
    assert backups(tmp_path) == []


def test_a_file_that_somebody_else_wrote_meanwhile_stays_as_it_is(event, tmp_path):
    fields = {"type": "flare", "date": TODAY}
    proposal = proposed.propose(event.path, Happened(fields), today=date(2026, 6, 20))
    event.path.write_text(FILE + "# mine\n", encoding="utf-8")
    with pytest.raises(Refusal, match="changed since it was read"):
        proposed.keep(proposal)
    assert event.path.read_text() == FILE + "# mine\n"
    assert backups(tmp_path) == []


# What is refused ------------------------------------------------------------------------------

BAD = {
    "an event that the plan refuses": (
        ["flare", "--date", "2026-04-30"],
        ExitCode.REFUSED,
        "IIM-001: events[1].date is a flare on 2026-04-30; allowed: a date after 2026-04-30, the "
        "day of the infusion that the taper follows.",
    ),
    "a dose that no tablets make": (
        ["stress-dose", "--date", "2026-06-22", "--days", "3", "--dose", "30.5"],
        ExitCode.REFUSED,
        "IIM-001: events[1].dose_mg is 30.5 mg; allowed: a dose that prednisone tablets",
    ),
    "a hold without a reason": (
        ["hold", "--date", "2026-06-22"],
        ExitCode.USAGE,
        "--reason is missing, which a hold needs.",
    ),
    "an amendment without its protocol": (
        ["amendment", "--date", "2026-06-22"],
        ExitCode.USAGE,
        "--protocol is missing, which an amendment needs.",
    ),
    "a flare that began after its first day": (
        ["flare", "--date", "2026-06-22", "--onset", "2026-06-23"],
        ExitCode.REFUSED,
        "IIM-001.yaml: --onset is '2026-06-23'; allowed: a date in the year up to the date of ",
    ),
    "a closed hold without a reason, and none is open": (
        ["hold", "--date", "2026-06-22", "--until", "2026-06-29"],
        ExitCode.REFUSED,
        "IIM-001.yaml: events[1].reason (line 12) is missing;",
    ),
    "an option of another type": (
        ["flare", "--date", "2026-06-22", "--dose", "20"],
        ExitCode.USAGE,
        "--dose is given with a flare; allowed with it: --date, --onset and --resolved.",
    ),
    "a type that nobody knows": (
        ["relapse", "--date", "2026-06-22"],
        ExitCode.USAGE,
        "The type is 'relapse'; allowed: flare, hold, stress-dose, set-dose, withdraw, tablets, "
        "amendment or weight",
    ),
    "a date in another form": (
        ["flare", "--date", "22.6.2026"],
        ExitCode.USAGE,
        "--date is '22.6.2026'; allowed: a calendar date YYYY-MM-DD",
    ),
    "a dose below nothing": (
        ["set-dose", "--date", "2026-06-22", "--days", "7", "--dose", "-5", "--reason", "x"],
        ExitCode.USAGE,
        "--dose is '-5'; allowed: a plain decimal",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_refused_event_writes_nothing_and_says_why_in_one_sentence(event, tmp_path, case: str):
    words, code, sentence = BAD[case]
    result = event(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
    assert event.path.read_text() == FILE
    assert backups(tmp_path) == []


def test_a_file_that_cannot_be_planned_as_it_is_is_refused_first(event):
    event.path.write_text(FILE + "wieght_kg: 70\n", encoding="utf-8")
    result = event("flare", "--date", TODAY)
    assert result.exit_code == ExitCode.REFUSED
    assert "wieght_kg (line 11) is an unknown key" in result.stderr


def test_who_takes_no_steroid_has_no_taper_to_change(event):
    steroid = "{drug: prednisone, dose_mg: 25,   strengths: [20, 5, 1]}"
    event.path.write_text(FILE.replace(steroid, "none"), encoding="utf-8")
    result = event("flare", "--date", TODAY)
    assert result.stderr == (
        "IIM-001: steroid is none; allowed: a steroid, whose taper is changed here.\n"
    )


def test_a_folder_that_cannot_be_written_is_one_sentence_and_no_half_file(event, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("taper.storage.files._write", full)
    result = event("flare", "--date", TODAY)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.endswith("cannot be written: the disk is full.\n")
    assert event.path.read_text() == FILE
    assert [path.name for path in event.path.parent.iterdir()] == ["IIM-001.yaml"]


def test_a_protocol_without_a_taper_takes_the_regimen_that_was_chosen(event):
    text = FILE.replace("iimpact", "ulsc-phase1")
    event.path.write_text(text.replace("  - {number: 2, date: 2026-04-30}\n", ""), encoding="utf-8")
    words = ["hold", "--date", "2026-06-22", "--reason", "cold"]
    assert "prescribes no taper; allowed: a regimen chosen with --regimen" in event(*words).stderr
    result = event(*words, "--regimen", "ese-es-2024-fast")
    assert result.exit_code == ExitCode.WRITTEN


# Several at once ------------------------------------------------------------------------------


def test_each_of_many_who_write_at_once_finds_what_the_others_wrote(event, tmp_path):
    """Threads have locks of their own, as processes do: what is said to be written is kept."""
    days = [f"2026-07-{day:02}" for day in range(1, 7)]

    def add(day: str) -> Path | None:
        fields = {"type": "stress-dose", "date": day, "days": "1", "dose_mg": "12"}
        return proposed.write(event.path, Happened(fields), today=date(2026, 6, 20))[1]

    with ThreadPoolExecutor(len(days)) as at_once:
        kept = list(at_once.map(add, days))
    events = sources.parse(event.path.read_bytes(), "").data["events"]
    assert sorted(each["date"] for each in events) == days
    assert sorted(path.name for path in kept) == backups(tmp_path)
    assert len(backups(tmp_path)) == len(days)
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_was_kept_is_not_written_over_by_one_who_comes_between(
    event, tmp_path, monkeypatch
):
    (tmp_path / "IIM-001.yaml.1.bak").write_text("mine")
    monkeypatch.setattr(proposed, "_backup_of", lambda path: path.with_name(path.name + ".1.bak"))
    result = event("flare", "--date", TODAY)
    assert result.exit_code == ExitCode.REFUSED
    assert "IIM-001.yaml.1.bak cannot be written: a file of that name is in the way" in (
        result.stderr
    )
    assert (tmp_path / "IIM-001.yaml.1.bak").read_text() == "mine"
    assert event.path.read_text() == FILE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links for everybody")
@pytest.mark.parametrize("name", ["IIM-001.yaml", ".IIM-001.yaml.lock", "IIM-001.yaml.1.bak"])
@pytest.mark.parametrize("to", ["elsewhere/mine", "elsewhere/nothing", "elsewhere", None])
def test_no_link_and_no_pipe_is_written_through(event, tmp_path, name, to):
    """A backup's name that is taken is passed by, whatever has it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").write_text(FILE)
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name) if to is None else (tmp_path / name).symlink_to(tmp_path / to)
    result = event("flare", "--date", TODAY)
    assert len(result.stderr.splitlines()) == (3 if name.endswith(".bak") else 1)
    assert result.exit_code == (ExitCode.WRITTEN if name.endswith(".bak") else ExitCode.REFUSED)
    assert "taper itself failed" not in result.stderr
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["mine"]
    assert (tmp_path / "elsewhere" / "mine").read_text() == FILE


# The past -------------------------------------------------------------------------------------

PAST = ["stress-dose", "--date", "2026-06-10", "--days", "3", "--dose", "30"]
# 13 mg would have ended on the 10th: its last day is put off to the 13th.
ASKED = (
    "IIM-001: 4 days before 2026-06-20 altered, the first 2026-06-10: "
    "13 mg prednisone to 30 mg prednisone"
)
WHO = "Dr Lee, phoned in late"


def test_days_before_today_change_only_if_somebody_says_so(event, tmp_path):
    """§6.16.1."""
    result = event(*PAST)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith(ASKED)
    assert "--yes" in result.stderr
    assert event.path.read_text() == FILE
    assert backups(tmp_path) == []


def test_who_accepts_past_days_stands_below_the_event(event):
    """§6.16.4, §6.16.8: nobody is asked, and the plan that was shown has the finding."""
    asked = event(*PAST[:-1], "20")
    assert '--yes or --accept-past "WHO, WHY"' in asked.stderr
    result = event(*PAST[:-1], "20", "--accept-past", WHO)
    assert result.exit_code == ExitCode.WRITTEN
    said = ASKED.removeprefix("IIM-001: ").replace("30 mg", "20 mg")
    assert event.path.read_text() == (
        f"{FILE}events:\n  - {{type: stress-dose, date: 2026-06-10, days: 3, dose_mg: 20}}\n"
        f"  # {said}, accepted by {WHO}\n"
    )
    assert "past-changed" in result.stdout
    assert "[1] project rule" in result.stdout


@pytest.mark.parametrize("words", ["Dr Lee", "-, n/a", "Dr Lee, none"])
def test_words_that_say_nothing_accept_no_past(event, words: str):
    """§6.16.4."""
    result = event(*PAST, "--accept-past", words)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(f"--accept-past is '{words}'; allowed: who")
    assert event.path.read_text() == FILE


def test_who_accepts_the_past_has_not_accepted_a_dose_that_rises_much(event):
    """§6.16.8, §8.3.7."""
    result = event(*PAST[:-1], "400", "--accept-past", WHO)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("IIM-001: On 2026-06-10 the stress dose of 400 mg")
    assert result.stderr.endswith("allowed: --yes, if that dose is right.\n")


def test_nobody_accepts_what_alters_no_past_day(event):
    """§6.16.8."""
    event("flare", "--date", TODAY, "--accept-past", WHO)
    assert event.path.read_text() == FILE + f"events:\n  - {{type: flare, date: {TODAY}}}\n"


def test_other_tablets_on_past_days_are_asked_about_too(event):
    """§6.16.1."""
    result = event("tablets", "--date", "2026-06-15", "--strengths", "1")
    assert result.exit_code == ExitCode.REFUSED
    said = "the first 2026-06-15: 10 mg as 2 x 5 mg to 10 mg as 10 x 1 mg"
    assert f"5 days before 2026-06-20 altered, {said}" in result.stderr


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_remark_stands_below_its_event_in_every_form(layout: str):
    """§6.16.8."""
    raw = LAYOUTS[layout][0].encode()
    fields = {"type": "flare", "date": "2026-07-15"}
    added = with_event(raw, "a.yaml", fields, None)
    remarked = with_remark(added, "a.yaml", f"accepted by {WHO}", None).decode()
    lines = remarked.splitlines(keepends=True)
    (at,) = (i for i, line in enumerate(lines) if line.strip() == f"# accepted by {WHO}")
    assert "2026-07-15" in lines[at - 1]
    assert "".join(lines[:at] + lines[at + 1 :]) == added.decode()


def test_what_is_not_written_is_only_said_to_be_what_would_be_added(event):
    first = event(*PAST).stdout.splitlines()[0]
    assert first == "IIM-001: stress-dose of 2026-06-10 would be added, days 3, dose_mg 30"


@pytest.mark.skipif(sys.platform == "win32", reason="not everybody may make a link there")
def test_nothing_is_said_to_be_added_where_the_file_cannot_be_written(event, tmp_path):
    event.path.rename(tmp_path / "elsewhere.yaml")
    event.path.symlink_to("elsewhere.yaml")
    result = event("flare", "--date", TODAY)
    assert result.exit_code == ExitCode.REFUSED
    assert "a symbolic link of that name is in the way" in result.stderr
    assert "added" not in result.stdout


def test_yes_says_so(event):
    """§6.16.1."""
    result = event(*PAST, "--yes")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.startswith("IIM-001: stress-dose of 2026-06-10 added, ")
    assert "stress-dose" in event.path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("yes", 0), ("", 1), ("n", 1)])
def test_at_a_terminal_it_is_asked(event, at_terminal, answer: str, code: int):
    """§6.16.1."""
    words = ("event", event.path, *PAST, "--today", TODAY)
    ended, shown = at_terminal(*words, typed=f"{answer}\n")
    assert ended == code
    assert ASKED in shown
    assert ("stress-dose" in event.path.read_text()) == (code == 0)


def test_nothing_is_asked_where_past_days_keep_their_dose(event):
    """§6.16.1: 15 mg was taken on those days with and without the flare."""
    result = event("flare", "--date", "2026-06-02", today="2026-06-04")
    assert result.exit_code == ExitCode.WRITTEN


def test_days_that_were_never_printed_count_as_what_comes_after_the_plan(event):
    """§6.16.1: The maintenance was printed up to 16 September, and goes on until told otherwise."""
    result = event("flare", "--date", "2026-11-10", today="2026-11-12")
    assert result.exit_code == ExitCode.WRITTEN


# Side by side ---------------------------------------------------------------------------------


def test_both_calendars_stand_side_by_side_with_the_changed_rows_marked(event):
    shown = event("hold", "--date", "2026-06-22", "--reason", "cold").stdout.splitlines()
    assert shown[0] == "IIM-001: hold of 2026-06-22 added, reason cold"
    assert shown[1] == "EXAMPLE, NOT FOR PATIENT USE: the protocol is illustrative."
    rows = [line for line in shown if " mg " in line and line[:1] in " *"]
    marked = [row for row in rows if row.startswith("*")]
    assert [row[3:13] for row in rows][:3] == ["2026-04-30", "2026-05-14", "2026-05-21"]
    assert not rows[0].startswith("*")
    assert "2026-06-22   28    10 mg hold" in marked[1]
    assert any(row.split() == ["State", "tapering", "open-flare"] for row in map(str, shown))
    assert "open-flare (step 6" in "\n".join(shown)


def test_rows_are_those_of_one_date_and_what_is_the_same_is_not_marked(event):
    """A dose that was taken once before does not take the row of another date."""
    words = ("set-dose", "--date", "2026-06-22", "--days", "7", "--dose", "25")
    shown = event(*words, "--reason", "weakness", "--yes").stdout.splitlines()
    rows = [line for line in shown if re.match(r"[ *] .*[0-9-]{10} +[0-9]+ +[0-9.]+ mg", line)]
    assert len(rows) > 10
    dated = [(row[:1], re.findall(r"\d{4}-\d{2}-\d{2}", row)) for row in rows]
    assert all(len(set(dates)) == 1 for _, dates in dated)
    assert [dates[0] for _, dates in dated] == sorted(dates[0] for _, dates in dated)
    assert {mark for mark, dates in dated if dates[0] < "2026-06-11"} == {" "}


@pytest.mark.parametrize(
    "words",
    [
        ["flare", "--date", TODAY],
        ["hold", "--date", "2026-06-22", "--reason", "a long word of a reason " * 7],
        ["set-dose", "--date", "2026-06-22", "--days", "14", "--dose", "10", "--reason", "x"],
        ["stress-dose", "--date", "2026-06-22", "--days", "3", "--dose", "40", "--yes"],
        ["withdraw", "--date", "2026-06-22", "--reason", "consent withdrawn"],
    ],
)
@pytest.mark.parametrize("protocol", ["iimpact", "cycle.yaml"])
def test_nothing_is_wider_than_a_terminal(event, tmp_path, words, protocol):
    (tmp_path / "cycle.yaml").write_text(CYCLE, encoding="utf-8")
    text = FILE.replace("iimpact", protocol).replace("[20, 5, 1]", "[20, 5, 2.5, 1]")
    event.path.write_text(text, encoding="utf-8")
    drug = ["--drug", "methylprednisolone"] if protocol != "iimpact" and "--dose" in words else []
    result = event(*words, *drug)
    assert result.exit_code == ExitCode.WRITTEN
    assert max(map(len, result.stdout.splitlines())) <= WIDTH


CYCLE = """\
id: cycle
title: Alternate days in another drug
version: "1"
status: draft
sources: [a test]
infusions: [{number: 1, months: 0}, {number: 2, months: 3}]
market: US
taper:
  after_infusion: 2
  target_mg: 0
  drug: methylprednisolone
  max_rounding_mg: 5
  regimen:
    kind: steps
    steps:
      - {mg: [20, 15, 20, 15, 20, 15, 20, 10, 20, 10, 20, 10, 20, 5, 20, 5], days: 64}
      - {mg: 0, days: 7}
flare: {}
"""


def test_a_plan_after_the_event_is_the_plan_that_was_shown(event, run):
    before = days_of(run, event.path)
    event("stress-dose", "--date", "2026-06-22", "--days", "3", "--dose", "30", "--yes")
    after = days_of(run, event.path)
    assert {d: mg for d, mg in after.items() if d < "2026-06-22"} == {
        d: mg for d, mg in before.items() if d < "2026-06-22"
    }
    assert [after[f"2026-06-{d}"] for d in (22, 23, 24)] == ["30"] * 3
    assert after["2026-06-25"] == before["2026-06-22"]


# Doses that rise much -------------------------------------------------------------------------

RISE = ["stress-dose", "--date", "2026-06-22", "--days", "3", "--dose"]


def test_a_dose_that_rises_much_is_asked_about(event):
    """§8.3.7: 400 for 40; nobody types an answer, so nothing is written."""
    result = event(*RISE, "400")
    assert result.exit_code == ExitCode.REFUSED
    assert event.path.read_text() == FILE
    assert "stress-dose of 2026-06-22 would be added" in result.stdout
    assert result.stderr == (
        "IIM-001: On 2026-06-22 the stress dose of 400 mg prednisone is more than twice the 10 mg "
        "prednisone in effect, over it by more than 20 mg prednisone-equivalent, over the 25 mg "
        "that the protocol allows at baseline and over 100 mg prednisone-equivalent; allowed: "
        "--yes, if that dose is right.\n"
    )


@pytest.mark.parametrize("words", [["400", "--yes"], ["20"]], ids=["wanted", "no more than twice"])
def test_a_dose_that_somebody_wants_or_that_rises_little_is_written(event, words):
    assert event(*RISE, *words).exit_code == ExitCode.WRITTEN


def test_past_days_and_a_dose_that_rises_much_are_one_question(event):
    result = event(*PAST[:-1], "400")
    assert "4 days before 2026-06-20 altered" in result.stderr
    assert result.stderr.endswith(
        "allowed: --yes, if those days are to read as shown above and that dose is right.\n"
    )


# Doses that fall much -------------------------------------------------------------------------

FALL = ["set-dose", "--days", "10", "--reason", "x", "--date"]


@pytest.mark.parametrize("mg", ["5", "1"], ids=["half", "a digit less"])
def test_a_dose_that_falls_much_is_asked_about(event, mg: str):
    """§8.3.11: 10 mg is taken; nobody types an answer, so nothing is written."""
    result = event(*FALL, "2026-06-22", "--dose", mg)
    assert result.exit_code == ExitCode.REFUSED
    assert event.path.read_text() == FILE
    assert result.stderr == (
        f"IIM-001: On 2026-06-22 the dose falls from 10 mg prednisone to {mg} mg prednisone: "
        "by half or more; allowed: --yes, if that dose is right.\n"
    )


def test_a_dose_that_falls_under_the_physiologic_one_is_asked_about(event):
    """§8.3.11: 7 to 4 mg is less than half; who wanted it is not asked at the next event."""
    assert event(*FALL, "2026-06-22", "--dose", "7").exit_code == ExitCode.WRITTEN
    low = [*FALL, "2026-06-25", "--dose", "4"]
    said = "from 7 mg prednisone to 4 mg prednisone: under the physiologic dose of 5 mg a day;"
    assert said in event(*low).stderr
    assert event(*low, "--yes").exit_code == ExitCode.WRITTEN
    assert event("hold", "--date", "2026-06-28", "--reason", "x").exit_code == ExitCode.WRITTEN


def test_a_stress_dose_between_hides_no_fall(event):
    """§8.3.11: it is held against what was taken before that."""
    assert event(*RISE, "20").exit_code == ExitCode.WRITTEN
    after = event(*FALL, "2026-06-25", "--dose", "4")
    assert "falls from 10 mg prednisone to 4 mg" in after.stderr


# Days that are many -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["hold", "--date", "2026-06-22", "--until", "2027-06-29", "--reason", "x"],
        ["stress-dose", "--date", "2026-06-22", "--days", "300", "--dose", "15"],
    ],
    ids=["until next year", "300 days for 3"],
)
def test_an_event_for_which_the_target_comes_after_the_window_is_asked_about(event, words):
    """§8.2.12: nobody types an answer, so nothing is written."""
    result = event(*words)
    assert result.exit_code == ExitCode.REFUSED
    assert event.path.read_text() == FILE
    assert result.stderr.startswith("IIM-001: The target is reached on 2027-0")
    assert result.stderr.endswith(
        ", after the protocol's window ends on 2026-09-14; allowed: --yes, if the target may come "
        "so late.\n"
    )
    assert event(*words, "--yes").exit_code == ExitCode.WRITTEN
    assert event("hold", "--date", "2027-07-01", "--reason", "x").exit_code == ExitCode.WRITTEN


def test_a_set_dose_names_the_regimen_that_then_follows(event):
    """And where there is no such regimen, that is said of the option."""
    words = ["set-dose", "--date", "2026-06-22", "--days", "14", "--dose", "9", "--reason", "x"]
    refused = event(*words, "--then", "ese-es-fast")
    assert refused.exit_code == ExitCode.REFUSED
    assert "ese-es-fast" in refused.stderr
    assert event(*words, "--then", "ese-es-2024-fast").exit_code == ExitCode.WRITTEN
    assert "regimen: ese-es-2024-fast" in event.path.read_text()
