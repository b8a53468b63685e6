"""Bytes to plain data: a strict subset of YAML in which every scalar is the text that was typed.

`010` is no octal number, `NO` no boolean and `12:30` no number of minutes here, because nothing
is ever resolved. What makes YAML surprising is refused: a key given twice, anchors, aliases, tags,
merge keys, several documents in one file.
"""

from __future__ import annotations

from pathlib import Path as FilePath

from taper.sources.document import LINES_OF_KEYS as LINES_OF_KEYS
from taper.sources.document import MAX_DEPTH as MAX_DEPTH
from taper.sources.document import MAX_NODES as MAX_NODES
from taper.sources.document import MAX_PROBLEMS as MAX_PROBLEMS
from taper.sources.document import Document as Document
from taper.sources.document import Found as Found
from taper.sources.document import Lines as Lines
from taper.sources.document import refusal as refusal
from taper.sources.raw import bytes_of
from taper.wording.quoting import plain


def read(path: FilePath) -> Document:
    """Read one YAML file; raises `Refusal` with everything that is wrong with its form."""
    return parse(bytes_of(path), path.name)


def parse(raw: bytes, name: str) -> Document:
    """The same for bytes that have been read; `name` is the file's in messages."""
    document, found = scan(raw, plain(name))
    if found:
        raise refusal(document.name, found, document.lines)
    return document


def scan(raw: bytes, name: str) -> tuple[Document, list[Found]]:
    """The data of a file together with what is wrong with its form.

    Raises `Refusal` only where it is too broken for any data.
    """
    from taper.sources import yaml_parser  # whoever reads no file does not wait for it

    return yaml_parser.scan(raw, name)
