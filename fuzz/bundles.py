"""Several files as one text, so that an input that needs more than one can be read and changed."""

from __future__ import annotations

import io
import zipfile

HEAD = b"=== "
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def joined(files: dict[str, bytes]) -> bytes:
    """Each file under a line with its name."""
    return b"".join(HEAD + name.encode() + b"\n" + data + b"\n" for name, data in files.items())


def parted(data: bytes) -> dict[str, bytes]:
    """The files again; of two with one name the later."""
    found: dict[str, list[bytes]] = {}
    lines: list[bytes] = []
    for line in data.split(b"\n"):
        if line.startswith(HEAD):
            lines = found[line[len(HEAD) :].decode("utf-8", "replace")] = []
        else:
            lines.append(line)
    return {name: b"\n".join(each).removesuffix(b"\n") for name, each in found.items()}


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as a ZIP, the same bytes each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name[:200] or "x", _FIRST_DAY), data)
    return made.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP that we trust."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
