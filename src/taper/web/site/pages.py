"""The pages of the site that say one thing, and which module answers what."""

from __future__ import annotations

from taper.errors import TaperError
from taper.folder import audit as auditing
from taper.web.at import At
from taper.web.form import Form
from taper.web.reply import Reply, page
from taper.web.site.ahead import accepted, checked, mapping_of
from taper.web.site.board import board_page, file, participant_page, recalled_page
from taper.web.site.opened import Opened
from taper.web.site.running import Run
from taper.web.site.verifying import verified
from taper.web.speech import languages, rendered
from taper.web.status import status_of

__all__ = [
    "accepted",
    "audited_page",
    "board_page",
    "checked",
    "closed_page",
    "file",
    "mapping_of",
    "participant_page",
    "recalled_page",
    "run_page",
    "verified_page",
]


def closed_page(at: At) -> Reply:
    """How a folder is opened."""
    return page(rendered("site_closed.html", at.code, at=at, languages=languages()))


def run_page(run: Run | None, at: At) -> Reply:
    """How far the batch is that the page has begun, and what it has said."""
    return page(rendered("site_run.html", at.code, at=at, run=run, languages=languages()))


def audited_page(opened: Opened, at: At) -> Reply:
    """Whether files, manifest and ledger of the folder agree, as `taper audit` says it."""
    found, broken, status = None, "", 200
    try:
        found = auditing.audit(opened.folder, opened.known())
    except TaperError as wrong:
        broken, status = str(wrong), status_of(wrong)
    given = {"found": found, "broken": broken, "name": opened.folder.name}
    html = rendered("site_audit.html", at.code, at=at, languages=languages(), **given)
    return page(html, status)


def verified_page(opened: Opened, form: Form, name: str, data: bytes, at: At) -> Reply:
    """The board with what a printed file or a code is worth."""
    try:
        return board_page(opened, at, verified(opened, form, name, data))
    except TaperError as wrong:
        return board_page(opened, at, refused=wrong)
