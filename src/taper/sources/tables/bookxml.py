"""Which sheets a workbook has, in which part each stands, and which cells have a comment."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from taper.sources.tables.sheetxml import place
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


_OF_SHEETS = "xl/worksheets/_rels/"
_COMMENTS = ("/comments", "/threadedComment")


def is_beside(name: str) -> bool:
    """Whether a part says of the sheets which of their cells have a comment."""
    is_comment = "comment" in name.lower() and name.endswith(".xml")
    return is_comment or (name.startswith(_OF_SHEETS) and name.endswith(".rels"))


def commented(sheet: str, beside: Mapping[str, bytes]) -> set[tuple[int, int]]:
    """The cells of the sheet in that part that have a comment; what it says is not looked at."""
    folder, _, name = sheet.rpartition("/")
    relations = beside.get(f"{folder}/_rels/{name}.rels")
    found: set[tuple[int, int]] = set()
    for _, relation in elements(relations, "Relationship") if relations else ():
        if relation.get("Type", "").endswith(_COMMENTS):
            target = posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/")
            notes = elements(beside[target], "comment", "threadedComment")
            found |= {place(note["ref"]) for _, note in notes}
    return found
