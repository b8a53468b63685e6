"""Changes of texts and bytes, where the form itself is to be broken."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def changed(data: bytes, random: Random, donors: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """The bytes with one to four changes."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice((_token, _token, _lines, _spliced, _bytes, _cut))(
            data, random, donors, tokens
        )
    return data


def _token(data: bytes, random: Random, _: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A sign that means something, put in or written over others."""
    token, at = random.choice(tokens), random.randrange(len(data) + 1)
    return data[:at] + token + data[at + random.choice((0, 0, 1, len(token))) :]


def _lines(data: bytes, random: Random, *_: object) -> bytes:
    """A line left out, said twice or put elsewhere."""
    lines = data.split(b"\n")
    line = lines.pop(random.randrange(len(lines)))
    for _ in range(random.choice((0, 1, 2))):
        lines.insert(random.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _spliced(data: bytes, random: Random, donors: Sequence[bytes], *_: object) -> bytes:
    """The beginning of one and the end of another, cut at a line of each."""
    ours, others = data.split(b"\n"), random.choice(donors or [data]).split(b"\n")
    ours = ours[: random.randrange(len(ours) + 1)]
    return b"\n".join([*ours, *others[random.randrange(len(others) + 1) :]])


def _bytes(data: bytes, random: Random, *_: object) -> bytes:
    if not data:
        return data
    changed, at = bytearray(data), random.randrange(len(data))
    changed[at] = random.choice((changed[at] ^ (1 << random.randrange(8)), random.randrange(256)))
    return bytes(changed)


def _cut(data: bytes, random: Random, *_: object) -> bytes:
    """Some bytes left out, or said again."""
    at, length = random.randrange(len(data) + 1), random.choice((1, 2, 8, 64))
    part = data[at : at + length]
    return data[:at] + part * random.choice((0, 0, 2, 20)) + data[at + length :]
