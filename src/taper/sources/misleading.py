"""Short texts that are printed beside doses: none may be taken for a dose or a page's header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from taper.sources.yaml import Found
from taper.wording.instructions import looks_like_header, names_dose
from taper.wording.quoting import KeyPath, quoted

OF_A_PARTICIPANT: tuple[KeyPath, ...] = (
    ("participant",),
    ("contact", "site"),
    ("contact", "phone"),
)
OF_A_PROTOCOL: tuple[KeyPath, ...] = (("id",), ("version",), ("registry",))
TITLES: tuple[KeyPath, ...] = (("title",),)
"""A title may name the doses of its trial: that is a finding."""


def misleading(data: Mapping[str, Any], places: Iterable[KeyPath]) -> Iterator[Found]:
    """Texts at these places that look like a dose or like a header."""
    for path, text in _texts(data, places):
        if names_dose(text):
            allowed = "a text without a dose, as it is printed beside the plan's own"
            yield Found(path, f"{quoted(text)}, which looks like a dose", allowed)
        else:
            yield from _header_like(path, text)


def like_headers(data: Mapping[str, Any], places: Iterable[KeyPath]) -> Iterator[Found]:
    """Texts at these places that look like a header."""
    for path, text in _texts(data, places):
        yield from _header_like(path, text)


def _header_like(path: KeyPath, text: str) -> Iterator[Found]:
    if looks_like_header(text):
        allowed = "a text without a dot between spaces, which divides the line on each sheet"
        yield Found(path, f"{quoted(text)}, which looks like a page's header", allowed)


def visit_names(data: Mapping[str, Any]) -> tuple[KeyPath, ...]:
    """The places of the names of visits, which stand in the days of the calendar."""
    visits = data.get("visits")
    return tuple(
        ("visits", i, "name") for i in range(len(visits) if isinstance(visits, list) else 0)
    )


def _texts(data: Mapping[str, Any], places: Iterable[KeyPath]) -> Iterator[tuple[KeyPath, str]]:
    for path in places:
        here: Any = data
        for key in path:
            here = _below(here, key)
        if isinstance(here, str):
            yield path, here


def _below(here: Any, key: str | int) -> Any:
    if isinstance(here, list) and isinstance(key, int):
        return here[key]
    return here.get(key) if isinstance(here, Mapping) else None
