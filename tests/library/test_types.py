"""What a type checker, and so an editor, knows of the library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PROGRAM = """
from datetime import date
from fractions import Fraction
from typing import Any

import taper

plan: taper.Plan = taper.plan("iimpact", {"participant": "IIM-001"}, today=date(2026, 5, 1))
first: taper.Day = plan.days[0]
week: taper.Records[taper.Day] = plan.days[:7]
doses: list[Fraction] = [day.dose_mg for day in plan.days]
findings: list[taper.Severity] = [finding.severity for finding in plan.findings]
records: list[dict[str, Any]] = plan.records()
data: bytes = taper.pdf(plan, "wallet", replaces=plan)
verdict: taper.Verdict = taper.verify(data).verdict
answer: Fraction = taper.convert("20", "prednisone", to="cortisone").dose_mg
made: list[dict[str, str]] = taper.tablets(7, "prednisone", strengths=[5, 2.5])
fits = [one.figures.fits for one in taper.compare("semira", start_mg=9, target_mg=5) if one.figures]
problems: tuple[taper.Problem, ...] = taper.check("IIM-001.yaml")[0].problems
taper.convert(20.0, "prednisone")  # wrong
taper.plan("iimpact", "IIM-001.yaml")  # wrong
"""


def test_a_type_checker_knows_every_answer_and_sees_a_float(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    looked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", str(program)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": "src"},
    )
    wrong = [i for i, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")]
    told = [int(line.split(":")[1]) for line in looked.stdout.splitlines() if ": error:" in line]
    assert told == wrong, looked.stdout
    assert 'incompatible type "float"' in looked.stdout
