"""How hard the parts of a file are packed: in a quarter of the time, and no larger for it.

pydyf packs as hard as it can, and has no argument for it. The file that is about to be written
gets streams of our own, and a writer that makes such; pydyf itself stays as it is. What that costs
is won back where a file says at which byte each of its objects is: row by row, and each row is
nearly the one above.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

LEVEL = 6
"""zlib's usual level; pydyf's is 9."""
UP = 12
"""What ISO 32000-1, 7.4.4.4, calls rows that are kept as their differences to the row above."""


def ease(file: Any) -> None:
    """Pack a `pydyf.PDF` that is about to be written at `LEVEL`, with what it has yet to add."""
    eased, write = _eased()
    file.objects[:] = map(eased, file.objects)
    file.write = MethodType(write, file)


def differences(rows: bytes, width: int) -> bytes:
    """Rows of so many bytes, each byte less the one above it, under the number of that filter."""
    above = bytes(width) + rows[:-width]
    less = bytes((a - b) & 255 for a, b in zip(rows, above, strict=True))
    return b"".join(b"\2" + less[at : at + width] for at in range(0, len(less), width))


@lru_cache(maxsize=1)
def _eased() -> tuple[Callable[[Any], Any], Any]:
    """What makes of an object of a file one that is packed at our level, and a writer of such."""
    import pydyf

    class Packed(pydyf.Stream):  # type: ignore[misc]
        @property
        def data(self) -> bytes:
            if not self.compress:
                return bytes(super().data)
            content = b"\n".join(map(pydyf._to_bytes, self.stream))
            beside = {**self.extra, "Filter": "/FlateDecode"}
            if beside.get("Type") == "/XRef":
                width = sum(beside["W"])
                content = differences(content, width)
                beside["DecodeParms"] = pydyf.Dictionary({"Predictor": UP, "Columns": width})
            return bytes(pydyf.Stream([zlib.compress(content, LEVEL)], beside).data)

    def eased(each: Any) -> Any:
        if getattr(type(each), "data", None) is not pydyf.Stream.data:
            return each  # no stream, or one that is written in a way of its own
        packed = object.__new__(Packed)
        packed.__dict__ = each.__dict__
        return packed

    # the same instructions, reading another name for what they make
    usual = pydyf.PDF.write
    write = FunctionType(usual.__code__, {**vars(pydyf), "Stream": Packed}, usual.__name__)
    write.__defaults__ = usual.__defaults__
    return eased, write
