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

from taper.paper.readback.pdf import Differs

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
MOST_OBJECTS = 200_000
"""A calendar of ten years in large print has 40,000."""
MOST_UNPACKED = 64 * 2**20
"""Bytes, of all streams together; the same calendar has 12 MB."""
MOST_NESTED = 32
_OBJECT = re.compile(rb"([1-9][0-9]{0,6}) 0 obj\n")
_BEFORE, _AFTER = b"\nstream\n", b"\nendstream\nendobj\n"
_END = re.compile(rb"startxref\n([0-9]{1,10})\n%%EOF\n")


class Name(str):
    """A name, without its stroke."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object, by its number."""

    number: int


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


def _packed_objects(stream: Stream) -> Iterator[tuple[int, Any]]:
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
    if _packed_rows(rows, widths) != table.content:
        raise Differs("its table sends a reader elsewhere than to its objects")


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


# Values ---------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"[ \n]*(?:(?P<open><<)|(?P<close>>>)|(?P<begin>\[)|(?P<end>\])"
    rb"|/(?P<name>[^\x00-\x20()<>\[\]{}/%\x7f-\xff]{1,127})"
    rb"|(?P<reference>[1-9][0-9]{0,6}) 0 R(?![A-Za-z0-9])"
    rb"|(?P<number>[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,10})?|\.[0-9]{1,10}))(?![0-9.])"
    rb"|\((?P<text>(?:[^()\\]|\\[()\\])*+)\)"
    rb"|<(?P<hex>[0-9A-Fa-f]*+)>"
    rb"|(?P<word>[A-Za-z*]{1,20}))"
)
_ANY_TOKEN = re.compile(
    rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*+[\r\n])*+"
    rb"(?:(?P<open><<)|(?P<close>>>)|(?P<begin>\[)|(?P<end>\])"
    rb"|/(?P<name>[^\x00-\x20()<>\[\]{}/%\x7f-\xff]{1,127})"
    rb"|(?P<reference>[0-9]{1,7})[ ]+[0-9]{1,5}[ ]+R(?![A-Za-z0-9])"
    rb"|(?P<number>[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,10})?|\.[0-9]{1,10}))(?![0-9.])"
    rb"|\((?P<text>(?:[^()\\]|\\.)*+)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*+)>"
    rb"|(?P<word>[A-Za-z*]{1,20}))",
    re.DOTALL,
)
"""The same as other programs write it."""
_WORDS = {b"true": True, b"false": False, b"null": None}
_CODE = re.compile(r"#([0-9A-Fa-f]{2})")


class Values:
    """Some bytes read as the values that they spell, one after the other.

    `is_ours`: spelt as the press does, and in no other way.
    """

    def __init__(self, data: bytes, at: int = 0, *, is_ours: bool = True) -> None:
        self.data, self.at = data, at
        self._token = _TOKEN if is_ours else _ANY_TOKEN

    def value(self) -> tuple[Any, int]:
        """The next value, and where it ends."""
        return self._of(*self.token(), 0), self.at

    def token(self) -> tuple[str, bytes]:
        """The next sign, and which kind it is."""
        found = self._token.match(self.data, self.at)
        if found is None or found.lastgroup is None:
            raise Differs(f"byte {self.at} of a part is nothing that taper writes")
        self.at = found.end()
        return found.lastgroup, found[found.lastgroup]

    def _of(self, kind: str, said: bytes, depth: int) -> Any:
        if depth > MOST_NESTED:
            raise Differs("its values stand in each other too deep")
        if kind == "open":
            return self._entries(depth)
        if kind == "begin":
            return self._array(depth)
        if kind not in _READ or (kind == "word" and said not in _WORDS):
            raise Differs(f"{said!r} stands where a value should")
        return _READ[kind](said)

    def _array(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while (token := self.token())[0] != "end":
            values.append(self._of(*token, depth + 1))
        return values

    def _entries(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while (token := self.token())[0] != "close":
            kind, said = token
            key = _name(said)
            if kind != "name" or key in entries:
                raise Differs(f"{key!r} is no key of taper's, or stands twice in one place")
            entries[key] = self._of(*self.token(), depth + 1)
        return entries


def _name(said: bytes) -> Name:
    return Name(_CODE.sub(lambda code: chr(int(code[1], 16)), said.decode("ascii", "replace")))


def _number(said: bytes) -> int | float:
    return float(said) if b"." in said else int(said)


def _hex(said: bytes) -> bytes:
    digits = b"".join(said.split()).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1].isdigit():
        return bytes([int(found[1], 8) % 256])
    return _LETTERS.get(found[1], found[1])


_READ: Mapping[str, Any] = {
    "name": _name,
    "reference": lambda said: Reference(int(said)),
    "number": _number,
    "text": lambda said: _ESCAPED.sub(_unescaped, said),
    "hex": _hex,
    "word": _WORDS.__getitem__,
}
