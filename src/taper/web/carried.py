"""Files of one's own that a form carries along: they hold for that form, and for nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from taper import sources
from taper.errors import Refusal
from taper.sources import raw, regimens
from taper.web.at import At
from taper.web.form import OWN, OWN_NAME, UNNAMED, Form, base_of, sheets_of
from taper.web.reply import Reply


def answered(do: Callable[..., Reply], form: Form, at: At, *more: object) -> Reply:
    """What `do` makes of a form, for which the files that it carries may be read too."""
    own, sheets = form.get(OWN, "").encode("utf-8", "surrogatepass"), sheets_of(form)
    if not own and not sheets:
        return do(form, at, *more)
    named = (_protocols(form) or [form.get(OWN_NAME, "")]) if own else []
    offered = {**at.offered, **({named[0]: own} if own else {})}
    files = {**at.offered, **dict.fromkeys(named, own), **dict(_sheets(form, named, own, sheets))}
    with raw.only(files):
        return do(form, replace(at, offered=offered), *more)


def _protocols(form: Form) -> list[str]:
    """By which paths the form and its file name it: that of its own folder is not known here.

    Of an amendment by another path with the same name it is not known whether that is this file.
    """
    of_file, *later = _in_file(form, "protocol") or [""]
    main = _called(form.get(OWN_NAME), (form.get("protocol", ""), of_file))
    amended = _called(form.get(OWN_NAME), (*later, form.get("event_protocol", "")))
    named = list(dict.fromkeys([*main, *amended]))
    return main if amended and len(named) > 1 else named


def _called(name: str | None, paths: Iterable[str]) -> list[str]:
    """Those of the paths that end in a file of that name."""
    return [str(Path(each)) for each in paths if base_of(each) == name]


def _sheets(
    form: Form, protocols: list[str], own: bytes, sheets: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """The regimens, by the paths by which protocol, form and participant's file name them.

    Of two paths with the same name it is not known which of them is the file that was opened.
    """
    reference = regimens.path_in(own, form.get(OWN_NAME, "")) if own else None
    parents = [Path(each).parent for each in protocols] if reference is not None else []
    of_protocol = {str(each / str(reference)) for each in parents}
    of_events = {str(Path(x)) for x in (*_in_file(form, "regimen"), form.get("event_regimen", ""))}
    for name, text in sheets.items():
        prescribed = {*_called(name, of_protocol)}
        later = {*_called(name, of_events)}
        is_known = len(later) == 1 and (not prescribed or later <= prescribed)
        for path in {name, *prescribed, *(later if is_known else ())}:
            yield path, text.encode("utf-8", "surrogatepass")


def _in_file(form: Form, key: str) -> list[str]:
    """What the file that was opened names so, and then what each event in it does; else nothing.

    What names none is the empty text; of what is no file there is nothing at all.
    """
    try:
        data = sources.parse(form.get("base", "").encode("utf-8", "surrogatepass"), UNNAMED).data
    except Refusal:
        return []
    events = data.get("events")
    return [_named(each, key) for each in (data, *(events if isinstance(events, list) else ()))]


def _named(data: object, key: str) -> str:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, str) else ""
