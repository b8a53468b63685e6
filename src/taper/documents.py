"""The printed papers beside the calendar: each as HTML, and as a PDF that was read back.

What prints is imported by who prints: naming a document must cost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taper import contract, dispensing, load
from taper.dispensing import Terms, dispense
from taper.errors import Refusal
from taper.load.source import bytes_of, text_of
from taper.plan import Plan

if TYPE_CHECKING:
    from taper.readback.pages import Printed


class Document(StrEnum):
    """What can be printed of a plan."""

    CALENDAR = "calendar"
    PHARMACY = "pharmacy"
    INVESTIGATOR = "investigator"
    WALLET = "wallet"
    NOTICE = "notice"


TITLES = {
    Document.CALENDAR: "calendar",
    Document.PHARMACY: "pharmacy sheet",
    Document.INVESTIGATOR: "investigator's page",
    Document.WALLET: "wallet card",
    Document.NOTICE: "change notice",
}
"""What each is called in a sentence."""
MOST_PAGES = {Document.WALLET: 1, Document.NOTICE: 1}
"""What does not fit there is refused, never cut."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a document is made from, beside the plan."""

    issued: date
    terms: Terms | None = None
    replaces: Mapping[str, Any] | None = None
    """The earlier plan, as JSON, of which a notice says that it is another one now."""


def stem(participant: str, document: Document) -> str:
    """The name of a document's file, without its ending."""
    return participant if document is Document.CALENDAR else f"{participant}-{document}"


def as_html(plan: Plan, document: Document, order: Order) -> str:
    """The document as HTML that needs no other file."""
    return _made(plan, document, order)[1]


def as_pdf(plan: Plan, document: Document, order: Order) -> bytes:
    """The document as PDF, read back before anyone sees it; the plan rides along as JSON."""
    from taper import pdf

    html = as_html(plan, document, order)
    attached = contract.to_json(plan, _added(plan, order)).encode()
    data = pdf.write_calendar(html, who=plan.participant, issued=order.issued, attachment=attached)
    verify(data, plan, document, order)
    return data


def verify(data: bytes, plan: Plan, document: Document, order: Order) -> None:
    """Compare a PDF with the plan it was printed from; raise `ReadbackFailed` if it differs."""
    from taper.readback import ReadbackFailed
    from taper.readback.pages import compare_pages
    from taper.readback.sheet import Differs

    view, html = _made(plan, document, order)
    try:
        compare_pages(data, view, html, MOST_PAGES.get(document))
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
    makers = {
        Document.PHARMACY: _pharmacy,
        Document.INVESTIGATOR: _investigator,
        Document.WALLET: _wallet,
        Document.NOTICE: _notice,
    }
    return makers[document](plan, order)


def _pharmacy(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.render.pharmacy import pharmacy_html, pharmacy_sheet

    view = pharmacy_sheet(
        plan,
        plan_id=contract.plan_id(plan),
        issued=order.issued,
        by=load.sourced_table(plan.equivalence),
        terms=order.terms,
    )
    return view, pharmacy_html(view)


def _investigator(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.render.investigator import investigator_html, investigator_page

    view = investigator_page(
        plan,
        plan_id=contract.plan_id(plan),
        issued=order.issued,
        by=load.sourced_table(plan.equivalence),
    )
    return view, investigator_html(view)


def _wallet(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.render.wallet import wallet_card, wallet_html

    view = wallet_card(plan, plan_id=contract.plan_id(plan), issued=order.issued)
    return view, wallet_html(view, plan.locale)


def _notice(plan: Plan, order: Order) -> tuple[Printed, str]:
    from taper.render.notice import notice, notice_html

    assert order.replaces is not None  # whoever asks for a notice names the earlier plan
    view = notice(plan, order.replaces, plan_id=contract.plan_id(plan), issued=order.issued)
    return view, notice_html(view, plan.locale)


# The earlier plan -----------------------------------------------------------------------------

_EARLIER = "the JSON of an earlier plan, as --format json wrote it"


def earlier_plan(path: Path) -> Mapping[str, Any]:
    """An earlier plan's JSON; refused where it is none, or was altered since it was written."""
    name = path.name
    try:
        document = json.loads(text_of(bytes_of(path), name))
        known = document["schema"] == contract.SCHEMA
        own = contract.identity(document) if known else None
        _ = document["revision"], [day["tablets"] for day in document["days"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refusal.of(name, "the earlier plan", "no plan in JSON", _EARLIER) from None
    if not known:
        raise Refusal.of(name, "the earlier plan", "of another schema", _EARLIER)
    if own != document["plan_id"]:
        raise Refusal.of(name, "plan_id", "not that of the plan in the file", _EARLIER)
    return dict(document)
