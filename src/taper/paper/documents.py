"""What can be printed of a plan: each as HTML, and as a PDF that was read back.

What prints is imported by who prints: naming a document must cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from taper import fingerprint, sources
from taper.errors import Refusal
from taper.paper.issue import Issue, Unprinted
from taper.paper.kinds import BETWEEN, TITLES, Paper, stem
from taper.paper.record import record
from taper.pharmacy import written
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Terms
from taper.planning.plan import Part, Planned
from taper.record import plan_document, riding

if TYPE_CHECKING:
    from taper.paper.pages.calendar import Calendar
    from taper.paper.readback.pages import Printed

__all__ = [
    "BETWEEN",
    "TITLES",
    "Issue",
    "Paper",
    "Press",
    "Unprinted",
    "as_html",
    "as_page",
    "as_pdf",
    "dispensed",
    "exists",
    "limited",
    "stem",
    "unread_pdf",
    "verify",
]

MOST_PAGES = {Paper.WALLET: 1, Paper.EMERGENCY: 2}
"""What does not fit there is refused, never cut."""


class Press(Protocol):
    """Who makes a PDF of a paper's HTML: this process, or one that can be ended."""

    def __call__(
        self, html: str, *, who: str, issued: date, attachment: bytes | None = None
    ) -> bytes:
        """The finished file; `who` is named where it is refused."""


def limited(seconds: int | None, memory_mb: int | None) -> Press:
    """A press that is ended when a paper takes longer, or more memory; None for no such limit."""
    from taper.paper.press.limited import Limited

    return Limited(seconds, memory_mb)


def exists(issue: Issue, document: Paper) -> bool:
    """Whether there is anything to print: there is no notice of no change."""
    is_changed = issue.replaces is not None and issue.replaces.changed_from is not None
    return document is not Paper.NOTICE or is_changed


def as_html(issue: Issue, document: Paper) -> str:
    """The document as HTML that needs no other file."""
    return _shown(issue, document)[1]


def as_page(issue: Issue, document: Paper) -> str:
    """The same for a screen alone: printed by a browser, it says to print the PDF."""
    from taper.paper.pages.screen import on_screen
    from taper.sources.languages import SOURCE

    locale = SOURCE if document.is_for_staff else issue.plan.locale
    return on_screen(as_html(issue, document), issue.plan.participant, locale)


def as_pdf(issue: Issue, document: Paper, press: Press | None = None) -> bytes:
    """The document as PDF, read back before anyone sees it; without a press, printed here."""
    view, html = _shown(issue, document)
    data = _pressed(issue, document, html, press)
    _read_back(data, issue, document, view, html)
    return data


def unread_pdf(issue: Issue, document: Paper, press: Press | None = None) -> bytes:
    """The same before it is read back, to be compared with one that was.

    The plan rides along as JSON, with a record of what was printed of it.
    """
    return _pressed(issue, document, as_html(issue, document), press)


def _pressed(issue: Issue, document: Paper, html: str, press: Press | None) -> bytes:
    from taper.paper.press import pdf

    attached, printed = attachment(issue, document), press or pdf.write_calendar
    return printed(html, who=issue.plan.participant, issued=issue.issued, attachment=attached)


def attachment(issue: Issue, document: Paper) -> bytes:
    """What rides along in the file: the plan as JSON, with a record of what was printed of it.

    Signed where there is a key, so that neither can be another's.
    """
    added = {**dispensed(issue.plan, issue.terms, issue.part), "printed": record(issue, document)}
    planned = riding.without_events(issue.plan_document)
    if not document.is_for_staff:
        planned = riding.for_patients(planned, issue.plan)
    said = {**planned, **added}
    if issue.signer is not None:
        said["signed"] = issue.signer("plan", signable(said))
    return plan_document.text_of(said).encode()


def signable(document: Mapping[str, Any]) -> bytes:
    """What a signature is over: all that rides along but the signature itself."""
    return fingerprint.canonical({key: document[key] for key in document if key != "signed"})


def verify(data: bytes, issue: Issue, document: Paper) -> None:
    """Compare a PDF with the plan it was printed from; raise `ReadbackFailed` if it differs."""
    _read_back(data, issue, document, *_shown(issue, document))


def _read_back(
    data: bytes, issue: Issue, document: Paper, view: Calendar | Printed, html: str
) -> None:
    from taper.paper import readback
    from taper.paper.pages.calendar import Calendar

    if isinstance(view, Calendar):
        readback.verify_calendar(data, issue, view)
    else:
        what, most = TITLES[document], MOST_PAGES.get(document)
        readback.verify_pages(data, issue.plan, view, html, what=what, most=most)


def dispensed(plan: Planned, terms: Terms | None, part: Part | None = None) -> Mapping[str, Any]:
    """What the plan's JSON says of a pharmacy's terms, nothing where there are none."""
    if terms is None:
        return {}
    return {"dispensing": written.as_dict(dispense(plan, terms, part))}


# The documents, one by one --------------------------------------------------------------------


def _shown(issue: Issue, document: Paper) -> tuple[Calendar | Printed, str]:
    """What a document shows, as plain values, and its HTML."""
    try:
        return (_calendar if document.lists_days else _page)(issue, document)
    except Refusal as refusal:  # a page knows its words, the plan whose it is
        raise refusal.at(issue.plan.participant) from refusal


def _calendar(issue: Issue, document: Paper) -> tuple[Calendar, str]:
    from taper.paper.pages.calendar import calendar_page

    return calendar_page(issue, large=document.is_large, diary=document.is_diary)


def _page(issue: Issue, document: Paper) -> tuple[Printed, str]:
    """The view model and the HTML of a document of lines and tables."""
    makers = {
        Paper.PHARMACY: _pharmacy,
        Paper.INVESTIGATOR: _investigator,
        Paper.WALLET: _wallet,
        Paper.EMERGENCY: _emergency,
        Paper.NOTICE: _notice,
    }
    return makers[document](issue if document.has_part else replace(issue, part=None))


def _pharmacy(issue: Issue) -> tuple[Printed, str]:
    from taper.paper.pages.pharmacy import pharmacy_html, pharmacy_sheet

    view = pharmacy_sheet(issue, by=sources.sourced_table(issue.plan.equivalence))
    return view, pharmacy_html(view)


def _investigator(issue: Issue) -> tuple[Printed, str]:
    from taper.paper.pages.investigator import investigator_html, investigator_page

    view = investigator_page(issue, by=sources.sourced_table(issue.plan.equivalence))
    return view, investigator_html(view)


def _wallet(issue: Issue) -> tuple[Printed, str]:
    from taper.paper.pages.wallet import wallet_card, wallet_html

    view = wallet_card(issue)
    return view, wallet_html(view, issue.plan.locale)


def _emergency(issue: Issue) -> tuple[Printed, str]:
    from taper.paper.pages.emergency import emergency_card, emergency_html

    view = emergency_card(issue)
    return view, emergency_html(view, issue.plan.locale)


def _notice(issue: Issue) -> tuple[Printed, str]:
    from taper.paper.pages.notice import notice, notice_html

    view = notice(issue)
    return view, notice_html(view, issue.plan.locale)
