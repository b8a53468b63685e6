"""Bytes to plain data: a strict subset of YAML in which every scalar is the text that was typed.

`010` is no octal number, `NO` no boolean and `12:30` no number of minutes here, because nothing
is ever resolved. What makes YAML surprising is refused: a key given twice, anchors, aliases, tags,
merge keys, several documents in one file. What came from elsewhere is read in a process that can be
ended; what is of the package itself is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from taper.errors import TaperError
from taper.sources.parsed import LINES_OF_KEYS as LINES_OF_KEYS
from taper.sources.parsed import MAX_DEPTH as MAX_DEPTH
from taper.sources.parsed import MAX_NODES as MAX_NODES
from taper.sources.parsed import MAX_PROBLEMS as MAX_PROBLEMS
from taper.sources.parsed import NO_LINES as NO_LINES
from taper.sources.parsed import Found as Found
from taper.sources.parsed import Lines as Lines
from taper.sources.parsed import ParsedFile as ParsedFile
from taper.sources.parsed import refusal as refusal
from taper.sources.raw import bytes_of
from taper.wording.quoting import plain

Scanned: TypeAlias = tuple[ParsedFile, list[Found]]
"""The data of a file, and what is wrong with its form."""
SUFFIXES = (".yaml", ".yml")
"""How the name of a YAML file ends, upper case aside."""


def read(path: Path) -> ParsedFile:
    """Read one YAML file; raises `Refusal` with everything that is wrong with its form."""
    return parse(bytes_of(path), path.name)


def parse(raw: bytes, name: str) -> ParsedFile:
    """The same for bytes that have been read; `name` is the file's in messages."""
    return without_faults(*scan(raw, plain(name)))


def parse_ours(raw: bytes, name: str) -> ParsedFile:
    """The same for bytes of the package itself."""
    return without_faults(*scan_here(raw, plain(name)))


def without_faults(document: ParsedFile, found: list[Found]) -> ParsedFile:
    """The document, refused where anything is wrong with its form."""
    if found:
        raise refusal(document.name, found, document.lines)
    return document


def scan(raw: bytes, name: str) -> Scanned:
    """The data of a file together with what is wrong with its form.

    Raises `Refusal` where it is too broken for any data, or its reader had to be ended.
    """
    from taper.confined.reading import apart  # who reads no file begins no process

    return apart(name, scan_here, raw, name)


def scan_each(files: Iterable[tuple[bytes, str]]) -> Iterator[Scanned | TaperError]:
    """The same for many files, bytes and name each: what is wrong with one is in its place."""
    from taper.confined.reading import each_apart

    return each_apart(str, scan_here, files)


def scan_here(raw: bytes, name: str) -> Scanned:
    """The same as `scan` in this process."""
    from taper.sources import yaml_parser  # whoever reads no file does not wait for it

    return yaml_parser.scan(raw, name)
