"""One PDF for the printer: every sheet for patients of an output folder.

A program that prints pages and knows nothing of their tags put them together: what it makes is for
paper, not for a reader who hears it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from taper.paper.kinds import Paper, named
from taper.record.ledger import Entry
from taper.storage.folder_seen import FolderSeen
from taper.storage.reasons import CannotRead, CannotWrite

NAME = "merged.pdf"
CHANGED = "changed.pdf"
"""The same of the papers alone that came with the last run."""
MOST_CHANGED = 1_000
"""Of how many participants such a file is made: it is held whole, and more are no day's work."""
ORDER = (
    Paper.NOTICE,
    Paper.CALENDAR,
    Paper.LARGE_PRINT,
    Paper.DIARY,
    Paper.LARGE_DIARY,
    Paper.WALLET,
    Paper.EMERGENCY,
)
"""A patient's sheets as they are handed out; the pages for staff must not lie among them."""

_RANDOM_ID = re.compile(rb"/ID\[<([0-9A-F]{32})><([0-9A-F]{32})>\]")
_CLOCK = re.compile(rb"(/CreationDate\(D:)\d{14}([^)]*)")
_NO_ZONE = re.compile(rb"[0-9]").sub


def sheets(entry: Entry, *, parts: bool = False) -> Iterator[str]:
    """The names of a participant's PDFs for the patient, in their order.

    With `parts`, those of some days too, which beside the whole paper say nothing more.
    """
    found = []
    for name in entry.files:
        whole, _, ending = name.rpartition(".")
        if ending == "pdf":
            paper, since = named(whole, entry.participant)
            if paper in ORDER and (parts or not since):
                found.append((ORDER.index(paper), since, name))
    return (name for *_, name in sorted(found))


def write(
    folder: FolderSeen,
    out: BinaryIO,
    entries: Callable[[], Iterable[Entry]],
    *,
    only: Callable[[], Iterable[Entry]] | None = None,
) -> None:
    """Every sheet of all entries, or of those in `only`, each document on paper of its own.

    Of those in `only` the parts too: they were asked for with the last run.

    One with an odd number of pages is followed by an empty one: a printer that uses both sides
    must not put a participant's first page on the back of another's last.
    """
    from taper.paper.readback.pdf import ALONE

    with ALONE:
        merged = _merged(_as_written(folder, (only or entries)(), parts=only is not None))
    out.write(_without_clock(merged))


def _as_written(folder: FolderSeen, entries: Iterable[Entry], *, parts: bool) -> Iterator[bytes]:
    """The sheets, each the one that the ledger tells of: this goes to the printer."""
    for entry in entries:
        for name in sheets(entry, parts=parts):
            pdf = _read(folder, name)
            if hashlib.sha256(pdf).hexdigest() != entry.files[name].sha256:
                said = f"{name} is not the file that revision {entry.revision} wrote"
                raise CannotWrite(folder.path / NAME, said)
            yield pdf


def _read(folder: FolderSeen, name: str) -> bytes:
    try:
        return folder.bytes_of(name)
    except CannotRead as unread:
        raise CannotWrite(folder.path / NAME, str(unread).rstrip(".")) from unread


def _merged(pdfs: Iterable[bytes]) -> bytes:
    import pypdfium2

    merged = pypdfium2.PdfDocument.new()
    try:
        for pdf in pdfs:
            with pypdfium2.PdfDocument(pdf) as document:
                merged.import_pages(document)
                if len(document) % 2:
                    merged.new_page(*document.get_page_size(len(document) - 1)).close()
        written = io.BytesIO()
        merged.save(written)
        return written.getvalue()
    finally:
        merged.close()


def _without_clock(pdf: bytes) -> bytes:
    """The same file with an identifier and a date of the same length that the pages alone give."""
    pdf = _CLOCK.sub(lambda found: found[1] + b"19800101000000" + _NO_ZONE(b"0", found[2]), pdf)
    ids = _RANDOM_ID.search(pdf)
    if ids is None:
        return pdf
    rest = pdf[: ids.start()] + pdf[ids.end() :]
    fixed = hashlib.sha256(rest).hexdigest()[:32].upper().encode()
    return pdf[: ids.start()] + b"/ID[<" + fixed + b"><" + fixed + b">]" + pdf[ids.end() :]
