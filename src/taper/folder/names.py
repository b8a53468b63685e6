"""Every name that there is in an output folder, and whether a file or a folder bears it.

Whatever a batch, an audit or a history touches stands here: what bears such a name and is of
another kind is refused before anything is written, and a test lays each kind of thing under each.
"""

from __future__ import annotations

from datetime import date

from taper.exports import parquet
from taper.folder import merged_pdf, refusals
from taper.record.ledger import LEDGER, superseded_name
from taper.record.manifest import MANIFEST, SUPERSEDED
from taper.storage import lock
from taper.storage.folder_seen import FolderSeen
from taper.storage.reasons import CannotWrite
from taper.storage.within import Bearer

SUMMARY_CSV, SUMMARY_XLSX, INDEX = "summary.csv", "summary.xlsx", "index.html"
TABLETS_CSV, MERGED, CHANGED = "tablets.csv", merged_pdf.NAME, merged_pdf.CHANGED
DERIVED = (SUMMARY_CSV, SUMMARY_XLSX, TABLETS_CSV, INDEX, MERGED, CHANGED, *parquet.NAMES)
"""The files that follow from the ledger alone."""
STAGED = f"{lock.FOLDER}/staged"
"""Where files lie before they are moved to their places."""
FILES = (LEDGER, MANIFEST, *DERIVED, refusals.NAME, lock.FILE)
"""The files that the folder has beside those of its participants."""
RUNS = "runs"
"""The folder of the pages of all runs."""
FOLDERS = (lock.FOLDER, STAGED, SUPERSEDED, RUNS)
RESERVED = frozenset({LEDGER, MANIFEST, SUPERSEDED, RUNS, refusals.NAME, *DERIVED})
"""Names that no participant's file may have."""


def places_of(name: str) -> tuple[str, ...]:
    """Everywhere where a participant's file of that name may lie in the course of a batch."""
    return name, f"{STAGED}/{name}", f"{SUPERSEDED}/{superseded_name(name, 1)}"


def page_of(day: date, ordinal: int) -> str:
    """What the page of a run is called; the first one of a day is named by the day alone."""
    return f"{RUNS}/{day}{'' if ordinal == 1 else f'-{ordinal}'}.html"


def last_name(name: str) -> str:
    """What a name within the folder ends with."""
    return name.rpartition("/")[2]


def refuse_in_the_way(folder: FolderSeen) -> None:
    """Raise `CannotWrite` where a name is borne by a link, a pipe or another kind of thing."""
    for name in FOLDERS:
        folder.refuse_no_folder(name)
    for name in FILES:
        folder.refuse_in_the_way(name)
    for name in folder.names(STAGED):  # which are removed, or moved to where they belong
        if folder.bearer(f"{STAGED}/{name}") is not Bearer.FILE:
            raise CannotWrite(folder.path / STAGED / name, "it is no plain file of a batch")
