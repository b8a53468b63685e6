"""What is typed on a command line: numbers in doubt, and words in any case."""

from __future__ import annotations

import pytest

from taper import sources


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
    ],
)
def test_the_words_of_a_command_line_are_read_in_any_case(run, words):
    """§5.1.12."""
    lower = [word if i == 0 else word.lower() for i, word in enumerate(words)]
    assert run(*words, today=None).stdout == run(*lower, today=None).stdout != ""
