"""Files forged by somebody who knows the form of ours: changed, and written in that form again."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping

from taper.paper.readback.form import HEADER

_STREAM = re.compile(rb"(\d+) 0 obj\n(<<.*?)/Length (\d+)>>\nstream\n", re.DOTALL)
Change = Callable[[bytes], bytes]


def changed(old: bytes, new: bytes) -> Change:
    """The first place of some bytes made others; they must be there."""

    def change(content: bytes) -> bytes:
        assert old in content, old
        return content.replace(old, new, 1)

    return change


def forged(
    pdf: bytes,
    objects: Change = bytes,
    page: Change = bytes,
    plan: Change = bytes,
    font: Change = bytes,
    more: tuple[bytes, ...] = (),
) -> bytes:
    """A file after a change to the text of its objects, its first page, its plan or its fonts.

    `more` are further objects; they get the numbers behind those that are there.
    """
    streams = dict(_streams(pdf))
    first_page = min(n for n, (head, _) in streams.items() if head == b"<<" and n < 10)
    (packed,) = (n for n, (head, _) in streams.items() if b"/ObjStm" in head)
    (table,) = (n for n, (head, _) in streams.items() if b"/XRef" in head)
    loose = _loose(*streams.pop(packed), objects)
    last, _ = streams.pop(table)
    size = int(re.search(rb"/Size (\d+)", last)[1])  # type: ignore[index]
    loose |= dict(enumerate(more, start=size))
    out, places = bytearray(HEADER), {}
    for number, (head, content) in streams.items():
        places[number] = len(out)
        change = page if number == first_page else plan if b"/EmbeddedFile" in head else bytes
        change = font if b"/Length1" in head else change
        out += _written(number, head, change(content))
    places[packed] = len(out)
    out += _written(packed, *_packed(loose))
    places[table] = len(out)
    rows = {number: (2, packed, index) for index, number in enumerate(loose)}
    rows |= {number: (1, at, 0) for number, at in places.items()}
    every = [(0, 0, 65535), *(rows[number] for number in sorted(rows))]
    content = b"".join(a.to_bytes(1) + b.to_bytes(4) + c.to_bytes(2) for a, b, c in every)
    head = re.sub(rb"/Index \[[^]]*\]/W \[[^]]*\]/Size \d+|/DecodeParms <<[^>]*>>", b"", last)
    head += b"/Index [0 %d]/W [1 4 2]/Size %d" % (len(every), len(every))
    out += _written(table, head, content)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % places[table]


def _streams(pdf: bytes) -> Mapping[int, tuple[bytes, bytes]]:
    found, at = {}, len(HEADER)
    while match := _STREAM.match(pdf, at):
        end = match.end() + int(match[3])
        head = match[2].replace(b"/Filter /FlateDecode", b"")
        found[int(match[1])] = head, zlib.decompress(pdf[match.end() : end])
        at = end + len(b"\nendstream\nendobj\n")
    return found


def _loose(head: bytes, content: bytes, change: Change) -> dict[int, bytes]:
    first = int(re.search(rb"/First (\d+)", head)[1])  # type: ignore[index]
    numbers = list(map(int, content[:first].split()[::2]))
    objects = change(content[first:]).split(b"\n")
    return dict(zip(numbers, objects, strict=True))


def _packed(loose: Mapping[int, bytes]) -> tuple[bytes, bytes]:
    listed, at = [], 0
    for number, each in loose.items():
        listed += [number, at]
        at += len(each) + 1
    index = b" ".join(b"%d" % each for each in listed)
    head = b"<</Type /ObjStm/N %d/First %d" % (len(loose), len(index) + 1)
    return head, b"\n".join([index, *loose.values()])


def _written(number: int, head: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"%d 0 obj\n%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        head,
        len(packed),
        packed,
    )


# What another program appends --------------------------------------------------------------------


def object_of(pdf: bytes, number: int) -> bytes:
    """The text of one of the objects that stand in no stream."""
    streams = _streams(pdf)
    ((head, content),) = [each for each in streams.values() if b"/ObjStm" in each[0]]
    return _loose(head, content, bytes)[number]


def appended(pdf: bytes, objects: Mapping[int, bytes]) -> bytes:
    """A file with an update behind it, as a program that signs or stamps writes one."""
    out, places = bytearray(pdf), {}
    for number, each in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table, number = len(out), max(objects) + 1
    places[number] = table
    before = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", pdf)
    root = re.search(rb"/Root (\d+) 0 R", b"".join(head for head, _ in _streams(pdf).values()))
    assert before is not None
    assert root is not None
    index = b" ".join(b"%d 1" % each for each in places)
    rows = b"".join(b"\1" + at.to_bytes(4) + b"\0\0" for at in places.values())
    head = b"<</Type /XRef/Root %s 0 R/Prev %s/Size %d/Index [%s]/W [1 4 2]" % (
        root[1],
        before[1],
        number + 1,
        index,
    )
    out += _written(number, head, rows)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table
