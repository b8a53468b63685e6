"""The printed papers beside the calendar: each as HTML, and as a PDF that was read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from taper import contract, dispensing, load, pdf
from taper.dispensing import Terms, dispense
from taper.plan import Plan
from taper.readback import ReadbackFailed
from taper.readback.pages import Printed, compare_pages
from taper.readback.sheet import Differs
from taper.render.pharmacy import pharmacy_html, pharmacy_sheet


class Document(StrEnum):
    """What can be printed of a plan."""

    CALENDAR = "calendar"
    PHARMACY = "pharmacy"


TITLES = {
    Document.CALENDAR: "calendar",
    Document.PHARMACY: "pharmacy sheet",
}
"""What each is called in a sentence."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a document is made from, beside the plan."""

    issued: date
    terms: Terms | None = None


def stem(participant: str, document: Document) -> str:
    """The name of a document's file, without its ending."""
    return participant if document is Document.CALENDAR else f"{participant}-{document}"


def as_html(plan: Plan, document: Document, order: Order) -> str:
    """The document as HTML that needs no other file."""
    return _made(plan, document, order)[1]


def as_pdf(plan: Plan, document: Document, order: Order) -> bytes:
    """The document as PDF, read back before anyone sees it; the plan rides along as JSON."""
    html = as_html(plan, document, order)
    attached = contract.to_json(plan, _added(plan, order)).encode()
    data = pdf.write_calendar(html, who=plan.participant, issued=order.issued, attachment=attached)
    verify(data, plan, document, order)
    return data


def verify(data: bytes, plan: Plan, document: Document, order: Order) -> None:
    """Compare a PDF with the plan it was printed from; raise `ReadbackFailed` if it differs."""
    view, html = _made(plan, document, order)
    try:
        compare_pages(data, view, html, "Page %(x)s of %(y)s")
    except Differs as found:
        raise ReadbackFailed(
            f"{plan.participant}: the {TITLES[document]} was refused when it was read back: "
            f"{found}."
        ) from None


def _added(plan: Plan, order: Order) -> Mapping[str, Any] | None:
    if order.terms is None:
        return None
    return {"dispensing": dispensing.as_dict(dispense(plan, order.terms))}


def _made(plan: Plan, document: Document, order: Order) -> tuple[Printed, str]:
    """The document's view model and its HTML."""
    return _MAKERS[document](plan, order)


def _pharmacy(plan: Plan, order: Order) -> tuple[Printed, str]:
    view = pharmacy_sheet(
        plan,
        plan_id=contract.plan_id(plan),
        issued=order.issued,
        by=load.sourced_table(plan.equivalence),
        terms=order.terms,
    )
    return view, pharmacy_html(view, plan.locale)


_MAKERS: Mapping[Document, Callable[[Plan, Order], tuple[Printed, str]]] = {
    Document.PHARMACY: _pharmacy,
}
