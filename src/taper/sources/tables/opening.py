"""The files that a table may stand in, and the sizes beyond which none is opened."""

from __future__ import annotations

import stat
from pathlib import Path

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.wording.quoting import plain, quoted

CSV, TSV, XLSX, ODS = ".csv", ".tsv", ".xlsx", ".ods"
SUFFIXES = (CSV, TSV, XLSX, ODS)
MIB = 1024 * 1024
MOST_BYTES = {CSV: 256 * MIB, TSV: 256 * MIB, XLSX: 16 * MIB, ODS: 16 * MIB}
"""A row of CSV is some 300 bytes; a workbook is packed, and seldom holds more than a site."""
MOST_SECONDS = {CSV: 900, TSV: 900, XLSX: 60, ODS: 60}
"""Of the clock, to read one: as large as it may be, a CSV takes 300 and a workbook 10."""
_INSTEAD = {
    ".xls": "the old form of Excel",
    ".xlsm": "a workbook with macros",
    ".xlsb": "a binary workbook",
    ".numbers": "an Apple Numbers spreadsheet",
    ".txt": "a text file",
}
_ALLOWED = "a CSV or TSV file in UTF-8, or an XLSX or ODS workbook"


def is_table(path: Path) -> bool:
    """Whether a batch is to take this as one table rather than as a folder of files."""
    return path.suffix.lower() in {*SUFFIXES, *_INSTEAD} and not path.is_dir()


def refuse_unreadable(path: Path) -> None:
    """Raise `Refusal` for what is no file of moderate size; nothing of it is read for that."""
    name, suffix = plain(str(path)), path.suffix.lower()
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever
            raise Refusal.of(name, THE_FILE, "no regular file", _ALLOWED)
        if suffix not in SUFFIXES:
            said = _INSTEAD.get(suffix, f"one that ends in {quoted(suffix)}")
            raise Refusal.of(name, THE_FILE, said, f"{_ALLOWED} (save it as one)")
        path.open("rb").close()
    except OSError as wrong:
        raise unreadable(name, wrong) from None
    if status.st_size > MOST_BYTES[suffix]:
        most = MOST_BYTES[suffix] // MIB
        raise Refusal.of(name, THE_FILE, f"larger than {most} MiB", f"at most {most} MiB")


def unreadable(name: str, wrong: OSError) -> Refusal:
    """The refusal of a file that the system does not give out."""
    if isinstance(wrong, FileNotFoundError | NotADirectoryError):
        read = "missing"
    elif isinstance(wrong, PermissionError):
        read = "not open to you (permission denied)"
    else:
        read = f"not readable ({(wrong.strerror or str(wrong)).lower()})"
    return Refusal.of(name, THE_FILE, read, "a file that can be read")
