"""R, where it is there with its package survival, and what it says of cohorts."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from beside_r.cohorts import Cohort

HERE = Path(__file__).parent
STORED = HERE / "stored.json"
RSCRIPT = shutil.which("Rscript")
KEYS = (
    *("day", "at_risk", "reached", "share_over", "low", "high"),
    *("median", "wilson", "wilson_corrected", "mean_sd_sem", "quartiles"),
)
Said = Mapping[str, list[float | None]]
"""Numbers by what they are, None where R has none."""


@cache
def is_there() -> bool:
    """Whether R and survival are installed."""
    return RSCRIPT is not None and not _run(["-e", "library(survival)"], "").returncode


def asked(cohorts: Iterable[Cohort]) -> tuple[str, list[Said]]:
    """The version that answered, and what it said of each."""
    lines = ["\t".join(map(_listed, (c.reached, c.censored, c.changes))) for c in cohorts]
    done = _run([str(HERE / "asked.R")], "\n".join(lines) + "\n")
    done.check_returncode()
    version, *answers = done.stdout.splitlines()
    return version, [_said(answer) for answer in answers]


def stored() -> dict[str, Any]:
    """What R said once: its version, and answers by the seeds of the cohorts."""
    found: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def _run(words: Sequence[str], typed: str) -> subprocess.CompletedProcess[str]:
    command = [str(RSCRIPT), "--vanilla", *words]
    return subprocess.run(command, input=typed, capture_output=True, encoding="utf-8")


def _listed(numbers: Sequence[object]) -> str:
    return ",".join(str(float(each)) for each in numbers) or "-"  # type: ignore[arg-type]


def _said(line: str) -> Said:
    cells = line.split("\t")
    assert len(cells) == len(KEYS)
    return {key: _numbers(cell) for key, cell in zip(KEYS, cells, strict=True)}


def _numbers(cell: str) -> list[float | None]:
    found = [math.nan if each.strip() == "NA" else float(each) for each in cell.split(",") if each]
    return [None if math.isnan(each) else each for each in found]
