"""`taper new`: a participant's file by questions."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import taper
from taper.cli import app, new
from taper.errors import ExitCode, TaperError

TODAY = "2026-06-01"
USUAL = ("IIM-011", "iimpact", "", "25", "20,5:2,2.5,1", "", "2026-01-31", "2026-04-30", "")
LAST = ("Harbor: Clinic #3", "555-0142", "")

Answering = Callable[..., Result]


@pytest.fixture
def answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """`taper new` in an empty folder, answered by these lines."""
    monkeypatch.chdir(tmp_path)

    def answered(*lines: str, words: tuple[str, ...] = ()) -> Result:
        typed = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(app, ["new", *words, "--today", TODAY], input=typed)

    return answered


def test_the_file_says_what_was_answered_and_is_planned(answering):
    result = answering(*USUAL, *LAST)
    assert result.exit_code == ExitCode.WRITTEN
    written = Path("IIM-011.yaml")
    read = taper.read_participant(written)
    assert read.participant == "IIM-011"
    assert [str(each.mg) for each in read.steroid.strengths] == ["20", "5", "5/2", "1"]
    assert [str(each.date) for each in read.infusions] == ["2026-01-31", "2026-04-30"]
    assert (read.contact.site, read.contact.phone) == LAST[:2]
    assert (read.locale, read.events) == ("en_US", ())
    text = written.read_text(encoding="utf-8")
    assert text in result.stdout
    assert "# the total of a day" in text
    said = " ".join(result.stdout.split())
    assert "IIM-011, 2026-06-01: 15 mg prednisone today; taper from 2026-05-14" in said
    assert result.stderr.endswith("Wrote IIM-011.yaml. Next: taper plan IIM-011.yaml\n")


PROTOCOL = """\
id: seen
title: A trial with visits
version: "1.0"
status: draft
sources: [its protocol]
infusions: [{number: 1, months: 0}]
visits: [{name: Week 4, weeks: 4}, {name: "Month 3: the end", months: 3}]
eligibility: {max_mg: 20}
market: US
taper:
  after_infusion: 1
  target_mg: 5
  regimen: {kind: steps, steps: [{mg: 10, days: 7}, {mg: 5, days: 7}]}
"""


def test_times_visits_and_a_waiver_are_asked_for_where_there_are_any(answering):
    """§5.2.10, §4.3.1: checked as typed; a waiver only where the dose is outside the limits."""
    Path("seen.yaml").write_text(PROTOCOL, encoding="utf-8")
    steroid = ("", "25", "5,1", "Morning:2, midday:1")
    result = answering(
        "A1",
        "seen.yaml",
        *steroid,
        "2026-05-20",
        "2026-06-17",
        "missed",
        "sponsor, 2026-05-01",
        *LAST,
    )
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert "Date of the visit Month 3: the end [nothing]:" in result.stderr
    read = taper.read_participant(Path("A1.yaml"))
    assert (read.steroid.times.morning, read.steroid.times.midday) == (2, 1)
    assert [(each.name, str(each.date), each.missed) for each in read.visits] == [
        ("Week 4", "2026-06-17", False),
        ("Month 3: the end", "None", True),
    ]
    assert read.eligibility_waived == "sponsor, 2026-05-01"
    within = answering("A2", "seen.yaml", "", "20", "5", "", "2026-05-20", "", "", *LAST)
    assert "Who waived" not in within.stderr


def test_who_takes_no_steroid_is_asked_for_no_dose(answering):
    result = answering("A1", "iimpact", "none", "2026-01-31", "", "", "", "")
    assert result.exit_code == ExitCode.WRITTEN
    assert "Dose in mg" not in result.stderr
    assert taper.read_participant(Path("A1.yaml")).steroid is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["con"], "participant is 'con'; allowed: a trial id of 1 to 64 letters"),
        (["A1", "nope"], "protocol is 'nope'; allowed: a path to a file, or one of iimpact"),
        (["A1", "iimpact", "aspirin"], "steroid.drug is 'aspirin'; allowed: "),
        (["A1", "iimpact", "", ""], "steroid.dose_mg is missing; allowed: mg, such as 25."),
        (
            ["A1", "iimpact", "", "2,5"],
            "steroid.dose_mg is '2,5', with a comma where a point is needed; allowed: ",
        ),
        (["A1", "iimpact", "", "25", "20,2,5"], "allowed: a point in one number (2.5), a space"),
        (["A1", "iimpact", "", "25", "", "", "31.1.2026"], "infusions.1 is '31.1.2026'; allowed: "),
        (["A1", "iimpact", "", "25", "", "noon:1"], "steroid.times is 'noon:1'; allowed: times of"),
        ([*USUAL[:7], "2026-01-30"], "allowed: infusion dates that rise with their numbers."),
        ([*USUAL, "take 40 mg"], "contact.site is 'take 40 mg'"),
        ([*USUAL, "", "", "xx"], "locale is 'xx'; allowed: the language de, en"),
        (
            [*USUAL[:3], "40", *USUAL[4:], "", *LAST],
            "steroid.dose_mg is 40 mg prednisone-equivalent",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_first_answer_of_a_pipe_that_is_refused_ends_it_and_nothing_is_written(
    answering, lines, said
):
    """In the words in which the file would be refused."""
    result = answering(*lines)
    assert result.exit_code == ExitCode.REFUSED
    assert said in result.stderr
    assert result.stderr.endswith("Nothing was written.\n")
    assert not list(Path().iterdir())


def test_whoever_is_there_is_asked_again_and_shown_what_is_allowed(answering, monkeypatch):
    monkeypatch.setattr(new, "_somebody_is_there", lambda: True)
    asked = [*USUAL[:3], "?", "2,5", "25", *USUAL[4:], *LAST, "y"]
    result = answering(*asked)
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stderr.count("Dose in mg, the total of a day:") == 3
    assert "Allowed: mg, such as 25." in result.stderr
    refused = answering(*asked[:-1], "n", words=("other.yaml",))
    assert refused.stderr.endswith("Nothing was written.\n")
    assert not Path("other.yaml").exists()


def test_answers_that_end_write_nothing_and_say_so(answering):
    result = answering("A1", "iimpact")
    assert result.exit_code == ExitCode.REFUSED
    last = "The answers end before that to 'Steroid taken now, or none'; nothing was written."
    assert result.stderr.splitlines()[-1] == last
    assert not list(Path().iterdir())


def test_ctrl_c_writes_nothing_and_says_so(answering, monkeypatch):
    def stopped(question):
        raise KeyboardInterrupt

    monkeypatch.setattr(new, "_answer", stopped)
    result = answering()
    assert result.exit_code == ExitCode.STOPPED
    assert result.stderr.endswith("Stopped; nothing was written.\n")


def test_no_file_is_written_over(answering):
    Path("IIM-011.yaml").write_text("mine", encoding="utf-8")
    for words, lines in ((("IIM-011.yaml",), ()), ((), (*USUAL, *LAST))):
        result = answering(*lines, words=words)
        assert result.exit_code != ExitCode.WRITTEN
        assert "a file of that name is in the way" in result.stderr
    assert Path("IIM-011.yaml").read_text(encoding="utf-8") == "mine"


def test_a_waiver_in_a_few_words_is_written(answering):
    """It was refused for the comment that the file itself has behind it."""
    result = answering(*USUAL[:3], "60", *USUAL[4:], "the sponsor", *LAST)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert taper.read_participant(Path("IIM-011.yaml")).eligibility_waived == "the sponsor"


@pytest.mark.parametrize("more", [("more",), ("", "555-0142")])
def test_answers_that_are_left_over_write_nothing(answering, more):
    """One of them was not to the question that it met."""
    result = answering(*USUAL, *LAST, *more)
    assert result.exit_code == ExitCode.REFUSED
    assert f"The answers go on after the last question, with '{more[-1]}'; nothing" in result.stderr
    assert not Path("IIM-011.yaml").exists()
    assert answering(*USUAL, *LAST, "", "").exit_code == ExitCode.WRITTEN


def test_what_is_left_over_and_no_text_is_refused(monkeypatch):
    """It may come after the last answer was read, and ended in a traceback."""
    monkeypatch.setattr(new.sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe9"), "utf-8"))
    with pytest.raises(TaperError, match=r"^What follows on the last answer is no text in UTF-8; "):
        new._refuse_left_over()


def test_a_pipe_that_stays_open_is_not_waited_for(monkeypatch, tmp_path):
    """A program may ask before it closes it."""
    monkeypatch.chdir(tmp_path)
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as answers, os.fdopen(write, "w") as asks:
        asks.write("".join(f"{line}\n" for line in (*USUAL, *LAST)))
        asks.flush()
        monkeypatch.setattr("sys.stdin", answers)
        new.new(today=TODAY)
    assert Path("IIM-011.yaml").exists()
