"""What can be printed of a plan: each as HTML, and as a PDF that was read back.

What prints is imported by who prints: naming a document must cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from taper import sources
from taper.errors import Refusal
from taper.paper.orders import BETWEEN, TITLES, Order, Paper, stem
from taper.paper.record import record
from taper.pharmacy import written
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Terms
from taper.planning.plan import Plan
from taper.record import plan_document

if TYPE_CHECKING:
    from taper.paper.readback.pages import Printed

__all__ = [
    "BETWEEN",
    "TITLES",
    "Order",
    "Paper",
    "as_html",
    "as_pdf",
    "dispensed",
    "exists",
    "stem",
    "unread_pdf",
    "verify",
]

MOST_PAGES = {Paper.WALLET: 1, Paper.NOTICE: 1}
"""What does not fit there is refused, never cut."""


def exists(plan: Plan, document: Paper, order: Order) -> bool:
    """Whether there is anything to print: not for who takes no steroid, nor of no change."""
    from taper.paper.pages import has_calendar

    is_changed = order.replaces is not None and order.replaces.changed_from is not None
    return has_calendar(plan) and (document is not Paper.NOTICE or is_changed)


def as_html(plan: Plan, document: Paper, order: Order) -> str:
    """The document as HTML that needs no other file."""
    try:
        if document.lists_days:
            return _calendar(plan, document, order)
        return _page(plan, document, order)[1]
    except Refusal as refusal:  # a page knows its words, the plan whose it is
        raise refusal.at(plan.participant) from refusal


def as_pdf(plan: Plan, document: Paper, order: Order) -> bytes:
    """The document as PDF, read back before anyone sees it."""
    data = unread_pdf(plan, document, order)
    verify(data, plan, document, order)
    return data


def unread_pdf(plan: Plan, document: Paper, order: Order) -> bytes:
    """The same before it is read back, to be compared with one that was.

    The plan rides along as JSON, with a record of what was printed of it.
    """
    from taper.paper.press import pdf

    html = as_html(plan, document, order)
    added = {**dispensed(plan, order.terms), "printed": record(plan, document, order)}
    attached = plan_document.to_json(plan, added).encode()
    return pdf.write_calendar(html, who=plan.participant, issued=order.issued, attachment=attached)


def verify(data: bytes, plan: Plan, document: Paper, order: Order) -> None:
    """Compare a PDF with the plan it was printed from; raise `ReadbackFailed` if it differs."""
    from taper.paper import readback

    if document.lists_days:
        readback.verify(
            data,
            plan,
            plan_id=plan_document.plan_id(plan),
            issued=order.issued,
            replaces=order.replaces,
            large=document is Paper.LARGE_PRINT,
            part=order.part,
        )
    else:
        view, html = _page(plan, document, order)
        readback.verify_pages(
            data, plan, view, html, what=TITLES[document], most=MOST_PAGES.get(document)
        )


def dispensed(plan: Plan, terms: Terms | None) -> Mapping[str, Any]:
    """What the plan's JSON says of a pharmacy's terms, nothing where there are none."""
    if terms is None:
        return {}
    return {"dispensing": written.as_dict(dispense(plan, terms))}


# The documents, one by one --------------------------------------------------------------------


def _calendar(plan: Plan, document: Paper, order: Order) -> str:
    from taper.paper.pages import calendar_html

    return calendar_html(
        plan,
        plan_id=plan_document.plan_id(plan),
        issued=order.issued,
        paper=order.paper,
        large=document is Paper.LARGE_PRINT,
        replaces=order.replaces,
        part=order.part,
    )


def _page(plan: Plan, document: Paper, order: Order) -> tuple[Printed, str]:
    """The view model and the HTML of a document of lines and tables."""
    makers = {
        Paper.PHARMACY: _pharmacy,
        Paper.INVESTIGATOR: _investigator,
        Paper.WALLET: _wallet,
        Paper.NOTICE: _notice,
    }
    return makers[document](plan, order)


def _pharmacy(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.paper.pages.pharmacy import pharmacy_html, pharmacy_sheet

    view = pharmacy_sheet(
        plan,
        plan_id=plan_document.plan_id(plan),
        issued=order.issued,
        by=sources.sourced_table(plan.equivalence),
        terms=order.terms,
        paper=order.paper,
    )
    return view, pharmacy_html(view)


def _investigator(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.paper.pages.investigator import investigator_html, investigator_page

    view = investigator_page(
        plan,
        plan_id=plan_document.plan_id(plan),
        issued=order.issued,
        by=sources.sourced_table(plan.equivalence),
        history=order.history,
        paper=order.paper,
    )
    return view, investigator_html(view)


def _wallet(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.paper.pages.wallet import wallet_card, wallet_html

    view = wallet_card(
        plan, plan_id=plan_document.plan_id(plan), issued=order.issued, paper=order.paper
    )
    return view, wallet_html(view, plan.locale)


def _notice(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.paper.pages.notice import notice, notice_html

    assert order.replaces is not None  # `exists` said so, or the command line asked for it
    view = notice(
        plan,
        order.replaces,
        plan_id=plan_document.plan_id(plan),
        issued=order.issued,
        paper=order.paper,
    )
    return view, notice_html(view, plan.locale)
