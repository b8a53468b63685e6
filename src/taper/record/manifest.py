"""`manifest.json`: every file of an output folder with its SHA-256 and where it comes from. Pure.

It is written last. What its `ledger` says is how far the ledger went when a run was last finished:
lines behind that are of a run that was ended before. One file a line, so that a folder of any size
is written and compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, NotRequired

from pydantic import Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from taper.errors import Failed
from taper.record.ledger import Entry, Head, Line
from taper.record.runs import Run
from taper.record.strict import CLOSED, NotWhole, Sha256, Signed, refuse_other

MANIFEST = "manifest.json"
SCHEMA = "taper-manifest/1"
SUPERSEDED = "superseded"
"""The folder of the files that were replaced."""
_HEAD = b'"ledger": '
SIZE_OF_HEAD = 3
"""In how many lines the head stands."""
_Count = Annotated[int, Field(ge=0, le=1 << 53)]


class ManifestBroken(Failed):
    """A manifest that does not say how far the ledger went."""

    def __init__(self) -> None:
        super().__init__("it does not say how far the ledger went")

    def __reduce__(self) -> tuple[type[ManifestBroken], tuple[()]]:
        return type(self), ()


@with_config(CLOSED)
class _SaidOfLedger(TypedDict):
    lines: _Count
    bytes: _Count
    sha256: Sha256
    signed: NotRequired[Signed]


@with_config({**CLOSED, "extra": "allow"})
class _Item(TypedDict):
    name: Annotated[str, Field(max_length=160)]
    sha256: Sha256


_HEADS: TypeAdapter[_SaidOfLedger] = TypeAdapter(_SaidOfLedger)
_ITEMS: TypeAdapter[_Item] = TypeAdapter(_Item)


def lines(
    head: Head,
    derived: Mapping[str, str],
    current: Iterable[Entry],
    every: Iterable[Line],
    signed: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """The manifest, line by line: the summaries, then current files, then superseded ones.

    The pages of runs stand among the superseded, in the order of the lines that tell of them.
    `signed` is the signature over the head.
    """
    yield b"{\n"
    yield f'"schema": "{SCHEMA}",\n'.encode()
    told: dict[str, object] = {"lines": head.lines, "bytes": head.size, "sha256": head.sha256}
    yield _HEAD + _json(told | ({"signed": dict(signed)} if signed else {})) + b",\n"
    yield b'"files": [\n'
    yield from _separated(chain(_summaries(derived), _current(current), _earlier(every)))
    yield b"]\n"
    yield b"}\n"


def _separated(items: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A line an item, with a comma behind each but the last."""
    before: bytes | None = None
    for item in items:
        if before is not None:
            yield before + b",\n"
        before = _json(item)
    if before is not None:
        yield before + b"\n"


def _json(item: Mapping[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode()


def _summaries(derived: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, sha256 in sorted(derived.items()):
        yield {"name": name, "sha256": sha256}


def _current(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for name, mark in sorted(entry.files.items()):
            yield {
                "name": name,
                "sha256": mark.sha256,
                "participant": entry.participant,
                "revision": entry.revision,
                "issued": entry.issued.isoformat(),
                "plan_id": entry.plan_id,
                "inputs_sha256": mark.inputs_sha256,
                "protocol": entry.facts["protocol"],
                "engine": mark.engine,
                **({} if mark.part is None else {"part": mark.as_dict()["part"]}),
            }


def _earlier(every: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in every:
        match line:
            case Run():
                yield from ({"name": name, "sha256": mark} for name, mark in line.pages.items())
            case Entry():
                yield from _superseded(line)


def _superseded(entry: Entry) -> Iterator[dict[str, Any]]:
    if entry.replaces is not None:
        for name, sha256 in sorted(entry.superseded.items()):
            yield {
                "name": f"{SUPERSEDED}/{name}",
                "sha256": sha256,
                "participant": entry.participant,
                "revision": entry.replaces.revision,
                "plan_id": entry.replaces.plan_id,
                "superseded_by": entry.revision,
            }


def head_of(manifest: Iterable[bytes]) -> Head:
    """How far the ledger went; an empty head where there is no manifest.

    Raises `ManifestBroken` where there is one that does not say so.
    """
    is_there = False
    for _, line in zip(range(SIZE_OF_HEAD), manifest, strict=False):
        is_there = True
        if line.startswith(_HEAD):
            return _head(line.removeprefix(_HEAD).rstrip(b",\n"))
    if is_there:
        raise ManifestBroken
    return Head()


def _head(said: bytes) -> Head:
    try:
        refuse_other(_HEADS, said)
    except NotWhole:
        raise ManifestBroken from None
    head = json.loads(said)
    found = Head(head["lines"], head["bytes"], head["sha256"])
    if (found.lines == 0) != (found == Head()):
        raise ManifestBroken
    return found


def signed_of(manifest: Iterable[bytes]) -> Mapping[str, str] | None:
    """The signature over the head, None where there is none, or no head that can be read."""
    for _, line in zip(range(SIZE_OF_HEAD), manifest, strict=False):
        if line.startswith(_HEAD):
            said = line.removeprefix(_HEAD).rstrip(b",\n")
            try:
                refuse_other(_HEADS, said)
            except NotWhole:
                return None
            signed: Mapping[str, str] | None = json.loads(said).get("signed")
            return signed
    return None


def items_of(manifest: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The files that a manifest lists, as far as it can be read."""
    for line in manifest:
        if line.startswith(b'{"name"'):
            said = line.rstrip(b",\n")
            try:
                refuse_other(_ITEMS, said)
            except NotWhole:
                continue
            yield json.loads(said)
