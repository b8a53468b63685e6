"""What is asked for on the command line is bounded as what stands in a file."""

from __future__ import annotations

import pytest

from taper.errors import ExitCode


@pytest.mark.parametrize("mg", ["0.0001", "0.0007:4", "50,0.09"])
def test_the_tablets_of_a_dose_are_bounded_on_the_command_line(run, mg):
    result = run("tablets", "1000", "prednisone", "--strengths", mg, today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("taper tablets: --strengths is ")
    assert result.stderr.endswith("; allowed: tablets that divide it into at most 10000.\n")


def test_the_choices_of_tablets_to_stock_are_bounded_on_the_command_line(run, write):
    result = run("stock", write(), "--strengths", "0.01,0.03,0.07,0.11,0.13,0.17,0.19,0.23")
    assert result.exit_code == ExitCode.REFUSED
    assert (
        "which divide 25 mg into 2500 steps; allowed: tablets that divide it into at most 2000"
        in (result.stderr)
    )
