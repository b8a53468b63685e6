"""A file of foreign bytes taken apart: run in a process that can be ended (`taper.paper.proof`)."""

from __future__ import annotations

from taper.errors import Refusal
from taper.paper import attached, record
from taper.paper.proof.additions import added_to
from taper.paper.proof.found import WANTED, Found
from taper.paper.readback import pdf
from taper.paper.readback.boxes import Differs
from taper.paper.readback.form import Form, Stream, form_of

MOST_ATTACHED = 16 * 2**20
"""Bytes. A calendar of ten years takes 2 MB, its plan 1 MB."""
NAME = "plan.json"


def found_in(name: str, data: bytes) -> Found:
    """What a file holds; raises `Refusal`, which names it, where that is no plan at all."""
    other_form = form = None
    try:
        form = form_of(data)
    except Differs as differs:
        other_form = str(differs)
    try:
        document = attached.loaded(_attached(name, data, form))
    except attached.SaidTwice as twice:
        return Found(None, f"the plan in it is not whole ({twice})", len(data), other_form)
    if document is None:
        raise _refused(name, "a PDF without a plan in it")
    if "printed" not in document:
        raise _refused(name, "a PDF that does not say how it was printed")
    end = len(data) if form is None else form.end
    added = added_to(data, form) if form is not None and end < len(data) else None
    try:
        attached.refuse_other_fields(document)
        record.recalled(document)
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as wrong:
        return Found(None, f"the plan in it is not whole ({wrong})", end, other_form, added)
    return Found(document, None, end, other_form, added)


def _attached(name: str, data: bytes, form: Form | None) -> bytes:
    """What is attached under the plan's name, as the press attaches it or another program does."""
    if form is not None:
        for each in form.objects.values():
            if isinstance(each, Stream) and each.entries.get("Type") == "EmbeddedFile":
                return each.content
        return b""
    try:
        return pdf.attached(data, NAME, MOST_ATTACHED) or b""
    except Differs as differs:
        raise _refused(name, str(differs).removeprefix("it is ")) from None


def _refused(name: str, read: str) -> Refusal:
    return Refusal.of(name, "the file", read, f"{WANTED}, with the plan in it")
