"""A protocol's file that a form carries along: it holds for that form, and for nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from taper import sources
from taper.errors import Refusal
from taper.sources import raw
from taper.web.at import At
from taper.web.form import OWN, OWN_NAME, UNNAMED, Form
from taper.web.reply import Reply


def answered(do: Callable[[Form, At], Reply], form: Form, at: At, *more: object) -> Reply:
    """What `do` makes of a form, for which the protocol that it carries may be read too."""
    own = form.get(OWN, "").encode("utf-8", "surrogatepass")
    if not own:
        return do(form, at, *more)
    named = [*_references(form), form.get(OWN_NAME, "")]
    at = replace(at, offered={**at.offered, named[0]: own})
    with raw.only({**at.offered, **dict.fromkeys(named, own)}):
        return do(form, at, *more)


def _references(form: Form) -> Iterator[str]:
    """By which paths the form and its file name it: that of its own folder is not known here."""
    for each in (form.get("protocol", ""), form.get("event_protocol", ""), *_in_file(form)):
        if PurePosixPath(each).name == form.get(OWN_NAME):
            yield str(Path(each))


def _in_file(form: Form) -> Iterator[str]:
    """What the file that was opened names as protocols; nothing where it is none."""
    try:
        data = sources.parse(form.get("base", "").encode("utf-8", "surrogatepass"), UNNAMED).data
    except Refusal:
        return
    events = data.get("events")
    for each in (data, *(events if isinstance(events, list) else ())):
        named = each.get("protocol") if isinstance(each, Mapping) else None
        if isinstance(named, str):
            yield named
