"""How hard the parts of a file are packed: in a quarter of the time, and a thirtieth larger.

pydyf packs as hard as it can, and has no argument for it. The file that is about to be written
gets streams of our own, and a writer that makes such; pydyf itself stays as it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

LEVEL = 6
"""zlib's usual level; pydyf's is 9."""


def ease(file: Any) -> None:
    """Pack a `pydyf.PDF` that is about to be written at `LEVEL`, with what it has yet to add."""
    eased, write = _eased()
    file.objects[:] = map(eased, file.objects)
    file.write = MethodType(write, file)


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
            packed = [zlib.compress(content, LEVEL)]
            return bytes(pydyf.Stream(packed, {**self.extra, "Filter": "/FlateDecode"}).data)

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
