"""A folder of participants, and how long the proofs may take."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from durable.folders import write

PROVE = int(os.environ.get("TAPER_PROVE", "0"))
"""How many times a process is killed in the long run (`make prove`); 0 in the usual one."""


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    """Five participants, three of them alike."""
    folder = tmp_path / "patients"
    for id in ("IIM-001", "IIM-002", "IIM-003"):
        write(folder, id)
    write(folder, "IIM-004", dose_mg="15", strengths="[5, 1]")
    (folder / "IIM-009.yaml").write_text(
        "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n", encoding="utf-8"
    )
    return folder
