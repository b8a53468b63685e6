"""Every golden case as FHIR, in both styles, looked at by programs that others wrote.

Nothing may be said against a bundle of a golden case, by the profile of the International Patient
Summary neither; and of each planted fault something must.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exports.golden_plans import golden_plans
from exports.peers.faults import planted
from exports.peers.places import HERE

from taper.exports import fhir
from taper.record.plan_document import plan_id

CHECKERS = ("medplum", "constraints")
Said = dict[str, Any]


def look() -> int:
    """0 where every golden case is clean and every planted fault was found."""
    bundles = dict(_bundles())
    faulty = planted(json.loads(next(iter(bundles.values()))))
    with TemporaryDirectory() as folder:
        clean = list(_said(Path(folder), bundles.items()))
        found = list(_said(Path(folder), ((n, json.dumps(b)) for n, b in faulty.items())))
    wrong = [said for said in clean if any(said[by] for by in (*CHECKERS, "ips"))]
    missed = [said["name"] for said in found if not any(said[by] for by in CHECKERS)]
    for said in wrong:
        print(f"{said['name']}: {json.dumps({by: said[by] for by in (*CHECKERS, 'ips')})}")
    for name in missed:
        print(f"Not found: {name}")
    counts = ", ".join(f"{by} {sum(bool(said[by]) for said in found)}" for by in CHECKERS)
    print(f"fhir: {len(clean) - len(wrong)} of {len(clean)} bundles are clean.")
    print(f"fhir: {len(found) - len(missed)} of {len(found)} planted faults were found: {counts}.")
    return 1 if wrong or missed else 0


def _bundles() -> Iterator[tuple[str, bytes]]:
    """Each golden plan in each style, by what it is called: some have the same participant."""
    for number, plan in enumerate(golden_plans(), start=1):
        for style in fhir.Style:
            bundle = fhir.bundle_of(plan, plan_id(plan), plan.last_day, style=style)
            yield f"{number}: {plan.participant}, {style}", bundle


def _said(folder: Path, bundles: Iterable[tuple[str, str | bytes]]) -> Iterator[Said]:
    """What each program says of each bundle."""
    names = {}
    for number, (name, content) in enumerate(bundles):
        path = folder / f"{number}.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        names[str(path)] = name
    run = subprocess.run(
        ["node", str(HERE / "check.mjs"), *names], check=True, capture_output=True, text=True
    )
    for line in run.stdout.splitlines():
        said = json.loads(line)
        yield {**said, "name": names[said["file"]]}
