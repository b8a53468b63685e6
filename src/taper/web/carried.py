"""Files of one's own that a form carries along: they hold for that form, and for nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from taper import sources
from taper.errors import Refusal
from taper.sources import raw, regimens
from taper.web.at import At
from taper.web.form import OWN, OWN_NAME, UNNAMED, Form, sheets_of
from taper.web.reply import Reply


def answered(do: Callable[..., Reply], form: Form, at: At, *more: object) -> Reply:
    """What `do` makes of a form, for which the files that it carries may be read too."""
    own, sheets = form.get(OWN, "").encode("utf-8", "surrogatepass"), sheets_of(form)
    if not own and not sheets:
        return do(form, at, *more)
    named = [*_protocols(form), form.get(OWN_NAME, "")] if own else []
    offered = {**at.offered, **({named[0]: own} if own else {})}
    files = {**at.offered, **dict.fromkeys(named, own), **dict(_sheets(form, named, own, sheets))}
    with raw.only(files):
        return do(form, replace(at, offered=offered), *more)


def _protocols(form: Form) -> Iterator[str]:
    """By which paths the form and its file name it: that of its own folder is not known here."""
    typed = (form.get("protocol", ""), form.get("event_protocol", ""))
    for each in (*typed, *_in_file(form, "protocol")):
        if PurePosixPath(each).name == form.get(OWN_NAME):
            yield str(Path(each))


def _sheets(
    form: Form, protocols: list[str], own: bytes, sheets: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """The regimens, by the paths by which protocol, form and participant's file name them."""
    for each in (*sheets, form.get("event_regimen", ""), *_in_file(form, "regimen")):
        yield from _sheet(Path(each), sheets)
    reference = regimens.path_in(own, form.get(OWN_NAME, "")) if own else None
    for protocol in protocols if reference is not None else ():
        yield from _sheet(Path(protocol).parent / str(reference), sheets)


def _sheet(path: Path, sheets: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    text = sheets.get(path.name)
    if text is not None:
        yield str(path), text.encode("utf-8", "surrogatepass")


def _in_file(form: Form, key: str) -> Iterator[str]:
    """What the file that was opened, or an event in it, names so; nothing where it is none."""
    try:
        data = sources.parse(form.get("base", "").encode("utf-8", "surrogatepass"), UNNAMED).data
    except Refusal:
        return
    events = data.get("events")
    for each in (data, *(events if isinstance(events, list) else ())):
        named: Any = each.get(key) if isinstance(each, Mapping) else None
        if isinstance(named, str):
            yield named
