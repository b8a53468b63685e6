"""A protocol that is opened on the page, with its regimens, to be chosen like those shipped."""

from __future__ import annotations

from collections.abc import Sequence

from taper.errors import Refusal, TaperError
from taper.sources.checking import Subject
from taper.web import calendar
from taper.web.at import At
from taper.web.brought import Brought, File, brought
from taper.web.calendar import Shown
from taper.web.carried import answered
from taper.web.form import Form, base_of
from taper.web.mistakes import Mistakes
from taper.web.reply import Reply, page
from taper.web.status import pass_on_a_fault, status_of

FIELD = "protocol_file"


def opened_page(form: Form, at: At, files: Sequence[File]) -> Reply:
    """The page with a protocol's file that was opened, to be chosen and carried along."""
    try:
        found = _read(files)
        opened = {**found.carried(form, at), **_chosen(form, found)}
    except TaperError as wrong:
        pass_on_a_fault(wrong)
        come = Shown(Mistakes({FIELD: [str(each) for each in wrong.grounds]}, [], []))
        return answered(_refused, form, at, come, status_of(wrong))
    return answered(_shown, {**form, **opened}, at)


def _refused(form: Form, at: At, come: Shown, status: int) -> Reply:
    return page(calendar.html(form, at, come), status)


def _read(files: Sequence[File]) -> Brought:
    if not files:
        raise Refusal.of("taper", "protocol", "missing", "the file of a protocol")
    found = brought(files, Subject.PROTOCOL)
    if found.participant is not None:
        read = "the file of a participant"
        raise Refusal.of("taper", "protocol", read, "the file of a protocol, or of a regimen")
    return found


def _chosen(form: Form, found: Brought) -> dict[str, str]:
    """The protocol that is then chosen: what was opened, in the spelling of who named it."""
    chosen = form.get("protocol", "")
    if not found.protocol or base_of(chosen) == found.name:
        return {}
    return {"protocol": found.name}


def _shown(form: Form, at: At) -> Reply:
    return page(calendar.html(form, at, calendar.shown(form, at, pressed=False)))
