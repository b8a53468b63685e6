"""A protocol's file that is opened on the page, to be chosen like those that are shipped."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from taper.errors import Refusal, TaperError
from taper.sources import raw
from taper.sources.protocols import trial_in
from taper.sources.yaml import SUFFIXES
from taper.web import calendar
from taper.web.at import At
from taper.web.calendar import Shown
from taper.web.carried import answered
from taper.web.form import OWN, OWN_NAME, Form
from taper.web.mistakes import Mistakes
from taper.web.reply import Reply, page
from taper.wording.quoting import plain, quoted

FIELD = "protocol_file"


def opened_page(form: Form, at: At, name: str, data: bytes) -> Reply:
    """The page with a protocol's file that was opened, to be chosen and carried along."""
    try:
        name, text = _read(name, data)
    except TaperError as wrong:
        come = Shown(Mistakes({FIELD: [str(each) for each in wrong.grounds]}, [], []))
        return page(calendar.html(form, at, come), 422)
    chosen = form.get("protocol", "")
    is_named = PurePosixPath(chosen).name == name
    filled = {**form, OWN: text, OWN_NAME: name, "protocol": chosen if is_named else name}
    return answered(_shown, filled, at)


def _read(name: str, data: bytes) -> tuple[str, str]:
    """The name and the text of a protocol in order; raises `Refusal` with what is wrong in it."""
    name = PurePosixPath(name.replace("\\", "/")).name
    if not name:
        raise Refusal.of("taper", "protocol", "missing", "the file of a protocol")
    if not name.lower().endswith(SUFFIXES):
        raise Refusal.of("taper", "protocol", quoted(name), f"a file named {' or '.join(SUFFIXES)}")
    raw.refuse_larger(data, plain(name))
    text = raw.text_of(data, plain(name))
    trial_in(data, Path(name))
    return name, text


def _shown(form: Form, at: At) -> Reply:
    return page(calendar.html(form, at, calendar.shown(form, at, pressed=False)))
