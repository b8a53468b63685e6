"""What another program appended to a file: a signature, a stamp, or anything else.

A file may be added to without a change to the bytes that were there: what is appended names the
objects that take the place of former ones. So what a reader is shown is never only what was
printed, and it is told apart here: a signature that no page shows adds nothing to be seen.
Everything else may draw over a dose, and nobody has proved it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import zip_longest
from typing import Any

import pypdfium2

from taper.paper.proof.found import Added
from taper.paper.readback.boxes import Differs
from taper.paper.readback.form import Form, Stream
from taper.paper.readback.raster import drawings
from taper.paper.readback.values import Values

_OBJECT = re.compile(rb"([0-9]{1,7})[ ]([0-9]{1,5})[ ]obj\b")
_UPDATE = re.compile(rb"\bobj\b.*\bstartxref\s+[0-9]+\s+%%EOF\s*\Z", re.DOTALL)
_STREAM = re.compile(rb"[\x00\t\n\f\r ]*stream\r?\n")
_CATALOGUE = {"AcroForm", "DSS", "Extensions", "Perms", "Version"}
"""What a signature adds to the catalogue of a file."""
_SIGNING = {"Sig", "DocTimeStamp", "TransformParams", "SigRef", "DSS", "VRI", "SigFieldLock"}


def added_to(data: bytes, form: Form) -> Added:
    """What stands behind the press's own bytes."""
    rest = data[form.end :]
    size = f"{len(rest)} bytes were added by another program"
    if not _UPDATE.search(rest):
        return Added((f"{len(rest)} bytes that belong to no PDF lie behind its end",), False, False)
    try:
        objects = dict(_objects(rest))
        seen = [*_seen(data, form.end)]
    except (Differs, pypdfium2.PdfiumError, ValueError, LookupError):
        return Added((size, "they are no addition that can be read, and were not proved"))
    changes = [*_changes(objects, form, rest)]
    said = (size, *_signatures(objects), *changes, *seen)
    return Added(said, is_unseen=not changes and not seen)


def _objects(rest: bytes) -> Iterator[tuple[int, Any]]:
    """The objects that were added; what each stream of them holds is left alone."""
    at = 0
    while found := _OBJECT.search(rest, at):
        values = Values(rest, found.end(), is_ours=False)
        value, at = values.value()
        stream = _STREAM.match(rest, at)
        if stream is not None:
            at = rest.index(b"endstream", stream.end())
            value = Stream(value if isinstance(value, dict) else {}, b"")
        yield int(found[1]), value


def _entries(value: Any) -> Mapping[str, Any]:
    value = value.entries if isinstance(value, Stream) else value
    return value if isinstance(value, dict) else {}


def _signatures(objects: Mapping[int, Any]) -> Iterator[str]:
    signed = sum("ByteRange" in _entries(each) for each in objects.values())
    if signed:
        what = "a signature" if signed == 1 else f"{signed} signatures"
        yield f"{what} of another program, which was not checked"


def _changes(objects: Mapping[int, Any], form: Form, rest: bytes) -> Iterator[str]:
    """What was added beside signatures and what they need."""
    changed = [n for n in objects if n in form.objects and not _is_kept(objects[n], form, n)]
    if changed:
        yield f"others in the place of its own objects {_listed(changed)}, not proved"
    other = [n for n in objects if n not in form.objects and not _belongs(_entries(objects[n]))]
    if other:
        yield f"objects that belong to no signature, {_listed(other)}, not proved"
    if len(_OBJECT.findall(rest)) != len(objects) or b"XRefStm" in rest:
        yield "objects that not every reader finds, not proved"


def _listed(numbers: list[int]) -> str:
    """The first few of them."""
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")


def _is_kept(value: Any, form: Form, number: int) -> bool:
    """Whether an object says what it said, but for what a signature adds to it."""
    before, now = _entries(form.objects[number]), _entries(value)
    kind = before.get("Type")
    if number == _number(form.table.get("Info")) or (kind == now.get("Type") == "Metadata"):
        return True  # what the file says of itself, which no page shows
    added = _CATALOGUE if kind == "Catalog" else {"Annots"} if kind == "Page" else set()
    return {key: each for key, each in now.items() if key not in added} == dict(before)


def _number(reference: Any) -> int | None:
    return getattr(reference, "number", None)


def _belongs(entries: Mapping[str, Any]) -> bool:
    """Whether an object is a signature, its field, or of the table of what was added."""
    if "ByteRange" in entries or entries.get("Type") in _SIGNING | {"XRef"}:
        return True
    if entries.get("FT") == "Sig" or "SigFlags" in entries:
        return not entries.keys() & {"AA", "A", "XFA"}
    return not entries or entries.keys() <= {"Length", "Filter"} or _is_empty_picture(entries)


def _is_empty_picture(entries: Mapping[str, Any]) -> bool:
    """Whether it is a signature's picture; what of it is seen, is seen."""
    return entries.get("Subtype") == "Form" and "OC" not in entries


def _seen(data: bytes, end: int) -> Iterator[str]:
    """The pages that look otherwise than those that were printed."""
    with closing(drawings(data[:end])) as printed, closing(drawings(data)) as added_to:
        for number, (before, now) in enumerate(zip_longest(printed, added_to), start=1):
            if before != now:
                yield f"page {number} shows what was drawn on top, which was not proved"
