"""Which sheets a workbook has, and in which part each stands."""

from __future__ import annotations

import posixpath

from taper.sources.tables.xmlparts import TRUE, Broken, elements


def book(content: bytes) -> tuple[bool, list[tuple[str, bool, str]]]:
    """Whether dates count from 1904, and each sheet's name, whether it is hidden, and its id."""
    found = elements(content, "workbookPr", "sheet")
    epochs = [a.get("date1904") in TRUE for tag, a in found if tag == "workbookPr"]
    sheets = [
        (a["name"], a.get("state", "visible") != "visible", a["id"])
        for tag, a in found
        if tag == "sheet"
    ]
    if len({name for name, _, _ in sheets}) < len(sheets) or len(epochs) > 1:
        raise Broken
    return any(epochs), sheets


def targets(content: bytes) -> dict[str, str]:
    """The worksheet behind each relation; charts and the like are left out."""
    relations = [a for _, a in elements(content, "Relationship")]
    if len({a["Id"] for a in relations}) < len(relations):
        raise Broken
    return {
        a["Id"]: posixpath.normpath(posixpath.join("/xl", a["Target"])).lstrip("/")
        for a in relations
        if a.get("Type", "").endswith("/worksheet")
    }
