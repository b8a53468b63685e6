"""Bytes to plain data: a strict subset of YAML in which every scalar is the text that was typed.

`010` is no octal number, `NO` no boolean and `12:30` no number of minutes here, because nothing
is ever resolved. What makes YAML surprising is refused: a key given twice, anchors, aliases, tags,
merge keys, several documents in one file.
"""

from __future__ import annotations

from pathlib import Path

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

SUFFIXES = (".yaml", ".yml")
"""How the name of a YAML file ends, upper case aside."""


def read(path: Path) -> ParsedFile:
    """Read one YAML file; raises `Refusal` with everything that is wrong with its form."""
    return parse(bytes_of(path), path.name)


def parse(raw: bytes, name: str) -> ParsedFile:
    """The same for bytes that have been read; `name` is the file's in messages."""
    document, found = scan(raw, plain(name))
    if found:
        raise refusal(document.name, found, document.lines)
    return document


def scan(raw: bytes, name: str) -> tuple[ParsedFile, list[Found]]:
    """The data of a file together with what is wrong with its form.

    Raises `Refusal` only where it is too broken for any data.
    """
    from taper.sources import yaml_parser  # whoever reads no file does not wait for it

    return yaml_parser.scan(raw, name)
