"""The page to look through the files of a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO

from taper.folder.columns import severe, why_said
from taper.folder.tablets_to_order import to_order
from taper.paper.documents import BETWEEN
from taper.planning.plan import Severity
from taper.record.ledger import Entries, Entry
from taper.record.plan_document import SHORT_ID


def index_html(out: BinaryIO, entries: Entries, today: date) -> None:
    """The page to look through the files."""
    from taper.paper.pages.environment import environment

    template = environment("en_US").get_template("batch/index.html")
    parts = template.generate(
        entries=map(_shown, entries()),
        orders=to_order(entries(), today),
        today=today.isoformat(),
        protocols=_protocols(entries()),
    )
    for part in parts:
        out.write(part.encode())


def _shown(entry: Entry) -> Mapping[str, Any]:
    """An entry as the page shows it."""
    return {
        "participant": entry.participant,
        "files": [(_called(name, entry.participant), name) for name in sorted(entry.files)],
        "revision": entry.revision,
        "issued": entry.issued.isoformat(),
        "plan": entry.plan_id[:SHORT_ID],
        "state": entry.kept.state,
        "provisional": entry.provisional,
        "start": entry.kept.taper_start or "",
        "target": entry.kept.target_reached or "",
        "warnings": severe(entry, Severity.WARNING),
        "replaces": entry.replaces and entry.replaces.revision,
        "why": why_said(entry),
    }


def _called(name: str, participant: str) -> str:
    """What a file is called beside its participant: `pdf`, `wallet.pdf`."""
    return name.removeprefix(participant).lstrip(f".{BETWEEN}")


def _protocols(entries: Iterable[Entry]) -> list[tuple[str, str, str, int]]:
    """The protocols in use: id, version, status, and by how many."""
    counts = Counter((entry.kept.protocol, entry.kept.version, entry.status) for entry in entries)
    return [(*protocol, count) for protocol, count in sorted(counts.items())]
