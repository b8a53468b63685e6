"""The page to look through the files of a folder; its head is that of the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO

from taper.folder.columns import severe, why_said
from taper.folder.last_run import LastRun
from taper.folder.run_page import called, in_order, pages, view
from taper.folder.tablets_to_order import to_order
from taper.planning.labels import Severity
from taper.record.ledger import Entries, Entry
from taper.record.plan_document import SHORT_ID

MOST_PAGES = 60
"""How many pages of runs are linked; `runs` has the others."""


def index_html(out: BinaryIO, entries: Entries, last: LastRun, printed: Sequence[str] = ()) -> None:
    """The page to look through the files; `printed` are the PDFs of several participants."""
    from taper.paper.pages.environment import environment

    template = environment("en_US").get_template("batch/index.html")
    parts = template.generate(
        **view(last),
        entries=map(partial(_shown, last), entries()),
        orders=to_order(entries(), last.run.day, last.standing),
        protocols=_protocols(entries()),
        printed=printed,
        pages=pages(last)[:MOST_PAGES],
    )
    for part in parts:
        out.write(part.encode())


def _shown(last: LastRun, entry: Entry) -> Mapping[str, Any]:
    """An entry as the page shows it."""
    who = entry.participant
    return {
        "participant": who,
        "files": [(called(name, who), name) for name in in_order(entry.files, who)],
        "revision": entry.revision,
        "issued": entry.issued.isoformat(),
        "plan": entry.plan_id[:SHORT_ID],
        "state": entry.kept.state,
        "paper": last.standing(entry),
        "provisional": entry.provisional,
        "start": entry.kept.taper_start or "",
        "target": entry.kept.target_reached or "",
        "warnings": severe(entry, Severity.WARNING),
        "why": why_said(entry),
    }


def _protocols(entries: Iterable[Entry]) -> list[tuple[str, str, str, int]]:
    """The protocols in use: id, version, status, and by how many."""
    counts = Counter((entry.kept.protocol, entry.kept.version, entry.status) for entry in entries)
    return [(*protocol, count) for protocol, count in sorted(counts.items())]
