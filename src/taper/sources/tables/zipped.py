"""A workbook is a zip of XML: its parts unpacked with care, within bounds that the zip declares.

Declared sizes are looked at before anything is unpacked, and what is unpacked is checked against
them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from taper.errors import Refusal
from taper.sources.tables.opening import MIB
from taper.sources.tables.xmlparts import Broken

MOST_UNPACKED = 64 * MIB
MOST_PARTS = 2000
_PACKED_OLD = b"\xd0\xcf\x11\xe0"

UNSOUND = (
    Broken,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    LookupError,
    ValueError,
    OverflowError,
    EOFError,
    NotImplementedError,  # a compression that nobody uses
    RuntimeError,  # a part with a password
)
"""What a file of that form may make of its readers."""

Refuse = Callable[..., Refusal]


def parts(path: Path, kept_as: Callable[[str], str | None], refuse: Refuse) -> dict[str, bytes]:
    """The parts that are wanted: `kept_as` is the name of each, None for one that is not read.

    `refuse` makes the refusal of what was read, with what is allowed in its place.
    """
    found: dict[str, bytes] = {}
    with path.open("rb") as raw:
        if raw.read(4) == _PACKED_OLD:
            raise refuse("an old workbook, or one with a password")
        with zipfile.ZipFile(raw) as packed:
            _refuse_bomb(packed.infolist(), refuse)
            for info in packed.infolist():
                name = kept_as(info.filename.replace("\\", "/"))
                if name is not None:
                    found[name] = _whole(packed, info)
    return found


def _refuse_bomb(infos: list[zipfile.ZipInfo], refuse: Refuse) -> None:
    names = [info.filename.replace("\\", "/").lower() for info in infos]
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise refuse("a workbook of too many parts, or of two parts with one name")
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        most = MOST_UNPACKED // MIB
        raise refuse(
            f"a workbook that unpacks to more than {most} MiB", f"one of at most {most} MiB"
        )


def _whole(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    content = packed.read(info)
    if len(content) != info.file_size:
        raise Broken
    return content
