"""The values that are spelt in a PDF, as the press spells them or as other programs do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taper.paper.readback.boxes import Differs

MOST_NESTED = 32


class Name(str):
    """A name, without its stroke."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object, by its number."""

    number: int


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
