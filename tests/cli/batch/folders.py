"""Folders of participants."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from taper.folder import refusals
from taper.folder.names import DERIVED, RUNS
from taper.folder.outcomes import Outcome
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.record.ledger import LEDGER
from taper.record.manifest import MANIFEST
from taper.workers.pool import Pool

BAD = "participant: BAD-1\nprotocol: iimpact\nsteroid: {drug: sugar, dose_mg: 5}\n"
TODAY = date(2026, 11, 23)
PLAN = Output(Format.JSON)
OF_THE_FOLDER = frozenset({LEDGER, MANIFEST, RUNS, refusals.NAME, *DERIVED})


def names(folder: Path) -> list[str]:
    """The participants' files; those of the whole folder are tried in tests/durable."""
    return sorted({path.name for path in folder.iterdir()} - OF_THE_FOLDER)


def planned(folder: Path, out: Path, output: Output = PLAN, **more: object) -> list[Outcome]:
    """The outcomes of a batch within this process."""
    watched = {key: more.pop(key) for key in ("progress", "remark", "merged") if key in more}
    asked = Asked(source=folder, out=out, outputs=(output,), today=TODAY, **more)
    with Pool.of(workers=1) as pool:
        return list(runs.batch(asked, pool=pool, **watched))
