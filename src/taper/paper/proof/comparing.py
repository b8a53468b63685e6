"""A file beside the one that is made of its own plan: run in a process that can be ended.

Whoever can write a file can write its plan, so that this proves nothing. It finds what was altered:
a page that says or shows something else than its plan, and what no paper of ours holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from taper.errors import Refusal
from taper.paper import documents, record
from taper.paper.documents import Issue, Paper
from taper.paper.proof.found import Compared, Likeness
from taper.paper.readback import ReadbackFailed, raster
from taper.paper.readback.boxes import Differs
from taper.paper.readback.contents import refuse_what_none_has, texts_of
from taper.paper.readback.form import form_of
from taper.paper.readback.pdf import creator


def compared(data: bytes, document: Mapping[str, Any]) -> Compared:
    """What some bytes are like beside those made of the plan and the record that they carry."""
    issue, kind = record.recalled(document)
    try:
        made = documents.unread_pdf(issue, kind)
        if made == data:
            return Compared(Likeness.SAME)
        documents.verify(data, issue, kind)
        _refuse_other_text(issue, kind, document)
        _refuse_other_file(data, made)
    except (Differs, ReadbackFailed, Refusal) as differs:
        return Compared(None, str(differs).rstrip("."))
    return Compared(Likeness.LOOKS)


def _refuse_other_text(issue: Issue, kind: Paper, document: Mapping[str, Any]) -> None:
    """What rides along is what would ride along today, but for which taper wrote it."""
    now = json.loads(documents.attachment(issue, kind))
    for key in sorted({*now, *document} - {"engine"}):
        if json.dumps(now.get(key)) != json.dumps(document.get(key)):
            raise Differs(f"what it says of its {key!r} is not what taper writes of its plan")


def _refuse_other_file(data: bytes, made: bytes) -> None:
    form = form_of(data)
    refuse_what_none_has(form)
    if texts_of(form) != texts_of(form_of(made)):
        raise Differs("it is read out otherwise than what is made of its plan")
    if creator(data) == creator(made):
        raise Differs("it is not byte for byte what is made of its plan, though it reads alike")
    raster.compare_drawings(data, made)
