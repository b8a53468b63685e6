"""The form in which the press writes a file: every byte of it has its place, and nothing is beside.

A PDF may be written in many ways, and two readers may find two plans in one file: where a key
stands twice, where bytes lie between objects, where an offset points elsewhere than the objects
stand. Ours are written in one way only: a header, objects one after the other that each hold a
stream, all other objects in the last but one, the table of their places in the last. A file that is
written in any other way is not as it was printed. What another program appended begins where this
form ends.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from taper.paper.readback.boxes import Differs
from taper.paper.readback.values import Name, Reference, Values

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
MOST_OBJECTS = 200_000
"""A calendar of ten years in large print has 40,000."""
MOST_UNPACKED = 64 * 2**20
"""Bytes, of all streams together; the same calendar has 12 MB."""
_OBJECT = re.compile(rb"([1-9][0-9]{0,6}) 0 obj\n")
_BEFORE, _AFTER = b"\nstream\n", b"\nendstream\nendobj\n"
_END = re.compile(rb"startxref\n([0-9]{1,10})\n%%EOF\n")


@dataclass(frozen=True, slots=True)
class Stream:
    """What stands beside a stream, and what is in it, unpacked."""

    entries: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The objects of a file by number, its last table, and where it ends in its bytes."""

    objects: Mapping[int, Any]
    table: Mapping[str, Any]
    end: int

    def at(self, value: Any) -> Any:
        """What a reference refers to; another value is itself."""
        if not isinstance(value, Reference):
            return value
        if value.number not in self.objects:
            raise Differs(f"it lacks its object {value.number}")
        return self.objects[value.number]


def form_of(data: bytes) -> Form:
    """The form of a file, as far as the press wrote it; raises `Differs` for any other."""
    if not data.startswith(HEADER):
        raise Differs("it does not begin as a file of taper's does")
    room, at = _Room(), len(HEADER)
    streams: dict[int, Stream] = {}
    places: dict[int, int] = {}
    while found := _OBJECT.match(data, at):
        number = int(found[1])
        if number in streams or len(streams) >= MOST_OBJECTS:
            raise Differs(f"object {number} stands in it twice, or it has too many")
        places[number] = at
        streams[number], at = _stream(data, found.end(), room)
    end = _END.match(data, at)
    if end is None or not streams:
        raise Differs(f"byte {at} is no part of a file as taper writes it")
    return _whole(streams, places, int(end[1]), end.end())


class _Room:
    """How much may still be unpacked."""

    def __init__(self) -> None:
        self.left = MOST_UNPACKED

    def unpacked(self, packed: bytes) -> bytes:
        """A stream's content; one that unfolds too far, or holds more than it says, is refused."""
        unpacking = zlib.decompressobj()
        try:
            content = unpacking.decompress(packed, self.left)
        except zlib.error:
            raise Differs("a part of it cannot be unpacked") from None
        if not unpacking.eof or unpacking.unused_data:
            raise Differs("a part of it is larger than any of taper's, or goes on behind its end")
        self.left -= len(content)
        return content


def _stream(data: bytes, at: int, room: _Room) -> tuple[Stream, int]:
    entries, at = Values(data, at).value()
    length = entries.get("Length") if isinstance(entries, dict) else None
    if type(length) is not int or not data.startswith(_BEFORE, at):
        raise Differs(f"byte {at} is no part of a stream as taper writes it")
    first = at + len(_BEFORE)
    if not data.startswith(_AFTER, first + length):
        raise Differs(f"the stream at byte {first} is not as long as it says")
    content = data[first : first + length]
    if "Filter" in entries:
        if entries["Filter"] != Name("FlateDecode"):
            raise Differs("a part of it is packed as taper packs none")
        content = room.unpacked(content)
    return Stream(entries, content), first + length + len(_AFTER)


def _whole(streams: dict[int, Stream], places: Mapping[int, int], table_at: int, end: int) -> Form:
    """All objects, after the table was held against where they stand."""
    *_, packed, table = streams
    if places[table] != table_at or packed == table:
        raise Differs("its end does not point to its table")
    _refuse_other_types(streams, packed, table)
    loose = dict(_packed_objects(streams[packed]))
    others = {number: each for number, each in streams.items() if number not in (packed, table)}
    if loose.keys() & streams.keys():
        raise Differs("an object stands in it twice")
    known = {**loose, **others, packed: streams[packed], table: streams[table]}
    _refuse_other_table(streams[table], places, list(loose), packed, known)
    return Form({**loose, **others}, streams[table].entries, end)


def _refuse_other_types(streams: Mapping[int, Stream], packed: int, table: int) -> None:
    special = {number for number, each in streams.items() if each.entries.get("Type") in _TYPES}
    types = [streams[number].entries.get("Type") for number in (packed, table)]
    if special != {packed, table} or types != list(_TYPES):
        raise Differs("its objects are not kept as taper keeps them")


_TYPES = (Name("ObjStm"), Name("XRef"))
_OF_PACKED = frozenset({"Type", "N", "First", "Filter", "Length"})


def _packed_objects(stream: Stream) -> Iterator[tuple[int, Any]]:
    if not stream.entries.keys() <= _OF_PACKED:  # such as differences, or another one to look in
        raise Differs("its objects are not kept as taper keeps them")
    count, first = stream.entries.get("N"), stream.entries.get("First")
    if type(count) is not int or type(first) is not int or not 0 < count <= MOST_OBJECTS:
        raise Differs("its objects are not counted as taper counts them")
    head = stream.content[:first].split()
    if len(head) != 2 * count or not all(each.isdigit() and len(each) < 10 for each in head):
        raise Differs("its objects are not listed as taper lists them")
    seen: set[int] = set()
    at = first
    for number, offset in zip(map(int, head[::2]), map(int, head[1::2]), strict=True):
        if at != first + offset or number in seen:
            raise Differs(f"object {number} does not stand where it is said to stand")
        seen.add(number)
        value, at = Values(stream.content, at).value()
        yield number, value
        at += 1  # the line's end
    if at < len(stream.content):
        raise Differs("something lies behind its last object")


def _refuse_other_table(
    table: Stream,
    places: Mapping[int, int],
    loose: list[int],
    packed: int,
    known: Mapping[int, Any],
) -> None:
    """The table says of each object where it was found: nobody is sent elsewhere by it."""
    widths, size = table.entries.get("W"), table.entries.get("Size")
    if widths is None or size != len(known) + 1 or table.entries.get("Index") != [0, size]:
        raise Differs("its table does not list its objects")
    where = {number: (2, packed, index) for index, number in enumerate(loose)}
    where |= {number: (1, at, 0) for number, at in places.items()}
    if sorted(where) != list(range(1, size)):
        raise Differs("its objects are not numbered in turn")
    rows = [(0, 0, _FREE), *(where[number] for number in range(1, size))]
    if _packed_rows(rows, widths) != _rows_of(table):
        raise Differs("its table sends a reader elsewhere than to its objects")


def _rows_of(table: Stream) -> bytes:
    """Its rows: each is kept as what it has more than the one above; earlier ones as they are."""
    if "DecodeParms" not in table.entries:
        return table.content
    beside = table.entries["DecodeParms"]
    width = beside.get("Columns") if isinstance(beside, dict) else None
    if type(width) is not int or width < 1 or beside != {"Predictor": 12, "Columns": width}:
        raise Differs("its table is kept as taper keeps none")
    if "Filter" not in table.entries:  # without it a reader looks at none of this
        raise Differs("its table is kept as taper keeps none")
    above, rows = bytes(width), []
    for at in range(0, len(table.content), width + 1):
        filtered, *more = table.content[at : at + width + 1]
        if filtered != 2 or len(more) != width:
            raise Differs("its table is kept as taper keeps none")
        above = bytes((a + b) & 255 for a, b in zip(above, more, strict=True))
        rows.append(above)
    return b"".join(rows)


_FREE = 65535
"""The generation of the object that does not exist."""


def _packed_rows(rows: list[tuple[int, int, int]], widths: object) -> bytes | None:
    if not isinstance(widths, list) or len(widths) != 3 or set(widths) - set(range(1, 9)):
        return None
    try:
        return b"".join(
            value.to_bytes(width, "big")
            for row in rows
            for value, width in zip(row, widths, strict=True)
        )
    except OverflowError:
        return None
