"""What is typed on a command line: numbers in doubt, and words in any case."""

from __future__ import annotations

import pytest

from taper import sources
from taper.errors import ExitCode


@pytest.mark.parametrize("typed", ["20,10,2,5", "2,5", "0,5", "7,5", "12,5", "20,10,3,5"])
def test_strengths_in_doubt_on_a_command_line_are_refused(run, typed):
    """§5.1.10."""
    result = run("tablets", "20", "prednisone", "--strengths", typed, today=None)
    pair = next(p for p in ("2,5", "0,5", "7,5", "12,5", "3,5") if typed.endswith(p))
    assert result.exit_code == 1
    a, b = pair.split(",") if typed != "12,5" else ("12", "5")
    assert f"in which {a},{b} is {a} and {b} mg, or {a}.{b} mg" in result.stderr


@pytest.mark.parametrize("typed", ["5,1", "20,10,5,2.5", "5:2,20:4,1", "2, 5", "50,25,10,5"])
def test_strengths_in_no_doubt_are_read(run, typed):
    """§5.1.10."""
    assert run("tablets", "20", "prednisone", "--strengths", typed, today=None).exit_code == 0


@pytest.mark.parametrize("command", ["convert", "tablets"])
def test_a_dose_with_a_comma_is_told_to_have_a_point(run, command):
    """§5.1.10."""
    refused = run(command, "7,5", "prednisone", today=None)
    assert "with a point in the place of the comma" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("protocols", "IIMPACT", "--format", "JSON"),
        ("regimens", sources.regimen_ids()[0].upper()),
        ("template", "CSV"),
        ("convert", "5", "Prednisone", "--table", "US-LABEL"),
        ("schema", "Participant"),
    ],
)
def test_the_words_of_a_command_line_are_read_in_any_case(run, words):
    """§5.1.12."""
    lower = [word if i == 0 else word.lower() for i, word in enumerate(words)]
    assert run(*words, today=None).stdout == run(*lower, today=None).stdout != ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "--code", "x", "--replaces", "a.json"), "--replaces is given with --code"),
        (("verify", "--code", "x", "out", "A1.yaml"), "PARTICIPANT.yaml is given with --code"),
        (("verify", "--code", "x", "a.pdf", "--folder", "out"), "FILE is given with --code and"),
        (
            ("event", "a.yaml", "flare", "--date", "2026-06-01", "--out", "x"),
            "--out is given without",
        ),
        (("plan", "a.yaml", "--paper", "A4"), "--paper is given without --format pdf or html"),
        (("verify", "a.pdf", "--protocol", "iimpact"), "--protocol is given without PARTICIPANT"),
        (
            ("forecast", "iimpact", "--n", "2", "--baseline", "20", "--until", "6m,16m"),
            "--until is '6m,16m'; allowed: one time after infusion 1, such as 16m, "
            "in months (m), weeks (w) or days (d).",
        ),
    ],
)
def test_what_would_not_be_looked_at_is_refused(run, words, said):
    """Nobody is to believe that it was."""
    refused = run(*words, today="2026-06-20")
    assert (refused.exit_code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.startswith(said)


def test_packs_and_prices_of_tablets_that_no_trial_needs_are_named(run):
    words = ("forecast", "iimpact", "--n", "2", "--trials", "2", "--baseline", "20")
    told = run(*words, "--packs", "7:30,5:30", "--prices", "7:0.1,5:0.2", today="2026-06-20")
    assert told.stderr.splitlines() == [
        "--packs: no tablet of 7 mg is needed.",
        "--prices: nothing of 7 mg is needed.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", ""), "DIR is empty; allowed: a name, such as . for the folder here."),
        (("board", ""), "DIR is empty; allowed: a name, such as . for the folder here."),
        (("check", "a.yaml", ""), "FILE|DIR is empty; allowed: a name, such as . for"),
        (("plan", "a.yaml", "--replaces", ""), "--replaces is empty; allowed: the name of a file."),
        (("results", "p", "--diary", "d.csv", "--diary", ""), "--diary is empty; allowed: the na"),
        (("read-fhir", ""), "FILE is empty; allowed: the name of a file."),
    ],
)
def test_an_empty_name_is_not_the_folder_here(run, words, said):
    """§5.1.13: it is what a variable that is not set leaves."""
    refused = run(*words, today=None)
    assert (refused.exit_code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.startswith(said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set-dose", "--dose", "10", "--dose", "100"), "--dose is given 2 times; allowed: once."),
        (("flare", "--date", "2026-06-01", "--date", "2026-06-03"), "--date is given 2 times"),
        (("flare", "--today", "2026-06-01", "--today", "2026-06-03"), "--today is given 2 times"),
        (
            ("tablets", "--strengths", "5", "--strengths", "1", "--strengths", "20"),
            "--strengths is given 3 times; allowed: once, with commas between its values.",
        ),
    ],
)
def test_what_holds_one_value_is_given_once(run, write, words, said):
    """§5.1.13: the last one put out the others."""
    path = write()
    before = path.read_bytes()
    refused = run("event", path, *words, today=None)
    assert (refused.exit_code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.startswith(said)
    assert path.read_bytes() == before


def test_what_may_be_given_several_times_may(run, write):
    """§5.1.13."""
    words = ("plan", write(), "--format", "json", "--format", "json")
    assert run(*words).exit_code == ExitCode.WRITTEN
