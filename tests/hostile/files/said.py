"""What is said of a file that a test has spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest

from taper import sources
from taper.errors import Refusal

PARTICIPANT = """participant: IIM-001
protocol: iimpact
steroid:
  drug: prednisone
  dose_mg: 25
  strengths: [20, 5, 1]
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}
"""
PROTOCOL = """id: own
title: Own
version: "1"
status: draft
sources: [own]
infusions: [{number: 1, months: 0}]
taper:
  after_infusion: 1
  target_mg: 5
  complete_within: {months: 4}
  regimen: {kind: bands, bands: [{above_mg: 0, decrease_mg: 1, every_days: 7}]}
flare:
  action: hold
"""
DOSE = "a plain decimal above 0 and up to 1000 with at most 4 decimals, such as 7.5"
ID = (
    "a trial id of 1 to 64 letters, digits, dots, hyphens and underscores that begins and ends "
    "with a letter or digit and is no name a file system reserves"
)


def refusal(raw: str | bytes, folder: Path, name: str = "IIM-001.yaml") -> list[str]:
    """The sentences with which a participant file is refused, without the name of the file."""
    path = folder / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(Refusal) as refused:
        sources.participant(path)
    return [sentence.removeprefix(f"{name}: ") for sentence in str(refused.value).splitlines()]


def with_line(old: str, new: str) -> str:
    assert old in PARTICIPANT
    return PARTICIPANT.replace(old, new)
