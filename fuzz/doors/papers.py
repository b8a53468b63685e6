"""The door of papers: a PDF that is taken apart and compared, as `verify` has it done.

An input is a list of edits of a paper that taper prints here and now, so that it is small, can be
read, and hits the structure of the file: objects, streams, the attached plan. Or it is bytes.
A second reader, pikepdf, must find the plan in the file that we do not call altered.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pikepdf

from fuzz import texts, trees
from fuzz.door import ROOT, TODAY, Door
from fuzz.judged import Disagreement, shape
from taper.operations.plans.one import plan_file
from taper.paper import documents
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.proof.child import answer
from taper.paper.proof.found import Compared, Found
from taper.planning.plan import Plan
from taper.record import plan_document

_ATTACHED = "plan.json"
TOKENS = (
    "null", "true", "0", "-1", "1e9", "99999999999", "[]", "<< >>", "(text)", "/Name", "[0 0 0 0]", "(\\000)",
    "[1 0 0 1 0 0]", "<< /S /JavaScript /JS (x) >>", "<< /Type /OCG /Name (x) >>", "/Crypt", "<FEFF202E>",
    "[[[[[[]]]]]]", "3.5", "-32768",
)  # fmt: skip
KEYS = (
    "/Type", "/Length", "/Filter", "/Kids", "/Count", "/Parent", "/Contents", "/Resources", "/Font", "/MediaBox",
    "/CropBox", "/Rotate", "/Annots", "/ToUnicode", "/Widths", "/EmbeddedFiles", "/Names", "/AF", "/EF", "/F",
    "/UF", "/OpenAction", "/AA", "/OCProperties", "/StructTreeRoot", "/ActualText", "/UserUnit", "/Lang",
    "/Encrypt", "/ID", "/Prev", "/Root", "/Info", "/Metadata", "/FirstChar", "/DW", "/W", "/CIDToGIDMap",
)  # fmt: skip
CONTENT = (
    "3 Tr", "0 Tr", "q", "Q", "BT", "ET", "(40 mg) Tj", "/Fm0 Do", "1 1 1 rg", "0 0 600 800 re f", "W n",
    "0 0 0 0 0 0 cm", "1e30 0 0 1 0 0 cm", "/Span << /ActualText (40 mg) >> BDC", "EMC", "BI ID EI", "0 Tf",
    "/F1 0 Tf", "-12 TL", "T*", "100 Tz", "5 Ts",
)  # fmt: skip
RAW = (
    b"obj",
    b"endobj",
    b"stream",
    b"endstream",
    b"xref",
    b"trailer",
    b"startxref\n0\n",
    b"%%EOF\n",
    b"%PDF-9.9",
)


# Reading ----------------------------------------------------------------------------------------


def pdf(data: bytes, folder: Path) -> str:
    """What is found in an edited paper, and what it is like.

    Asked here and not in a process that can be ended: its limits are those of this one.
    """
    path = folder / "IIM-001.pdf"
    path.write_bytes(_made(data))
    found = answer("found", path.name, path.read_bytes())
    if not isinstance(found, Found) or found.document is None:
        return f"altered: {shape(str(getattr(found, 'spoiled', found)))}"
    like = answer("compared", path.read_bytes()[: found.end], found.document)
    if not isinstance(like, Compared) or like.likeness is None:
        return f"altered: {shape(str(getattr(like, 'differs', like)))}"
    _refuse_other_plan(path)
    return f"unproved: {like.likeness}"


def _refuse_other_plan(path: Path) -> None:
    """Raise `Disagreement` where a paper that reads alike carries another plan for pikepdf."""
    with pikepdf.open(path) as opened:
        names = list(opened.attachments)
        theirs = json.loads(opened.attachments[_ATTACHED].get_file().read_bytes())
    if names != [_ATTACHED] or theirs["plan_id"] != plan_document.plan_id(_plan()):
        raise Disagreement("pikepdf finds another plan")


def _made(data: bytes) -> bytes:
    """The file that the edits make; bytes that are no edits are the file."""
    try:
        edits = json.loads(data)
        paper, edits = _paper(Paper(edits[0])), edits[1:]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return data
    for edit in edits:
        try:
            name, *words = edit
            paper = EDITS[name](paper, *words)
        except Exception:  # an edit of what an earlier one took away
            continue
    return paper


@cache
def _plan() -> Plan:
    sample = ROOT / "sample_patients" / "IIM-001-prednisone-25-mg.yaml"
    return plan_file(sample, today=TODAY)


@cache
def _paper(kind: Paper) -> bytes:
    return documents.unread_pdf(Issue.of(_plan(), TODAY), kind)


# Edits ------------------------------------------------------------------------------------------


def _saved(opened: pikepdf.Pdf) -> bytes:
    made = io.BytesIO()
    opened.save(made, static_id=True)
    return made.getvalue()


def _set(paper: bytes, number: int, key: str, token: str) -> bytes:
    """An entry of an object, to another value or to another object."""
    with pikepdf.open(io.BytesIO(paper)) as opened:
        one = opened.objects[number % len(opened.objects)]
        if token.startswith("@"):
            one[key] = opened.objects[int(token[1:]) % len(opened.objects)]
        else:
            one[key] = pikepdf.Object.parse(token.encode())
        return _saved(opened)


def _unset(paper: bytes, number: int, key: str) -> bytes:
    with pikepdf.open(io.BytesIO(paper)) as opened:
        del opened.objects[number % len(opened.objects)][key]
        return _saved(opened)


def _stream(paper: bytes, number: int, at: float, text: str) -> bytes:
    """Words put into the n-th stream."""
    with pikepdf.open(io.BytesIO(paper)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        one = streams[number % len(streams)]
        lines = one.read_bytes().split(b"\n")
        lines.insert(int(at * len(lines)), text.encode())
        one.write(b"\n".join(lines))
        return _saved(opened)


def _attached(paper: bytes, change: Callable[[bytes], bytes]) -> bytes:
    with pikepdf.open(io.BytesIO(paper)) as opened:
        file = opened.attachments[_ATTACHED].get_file()
        stream = file.obj
        stream.write(change(file.read_bytes()))
        return _saved(opened)


def _record(paper: bytes, path: list[Any], value: Any) -> bytes:
    """A place in the attached plan, which gets the id of what it says then."""

    def change(data: bytes) -> bytes:
        document = json.loads(data)
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
        document["plan_id"] = plan_document.identity(document)
        return json.dumps(document).encode()

    return _attached(paper, change)


def _bytes(paper: bytes, at: float, length: int, text: str) -> bytes:
    start = int(at * len(paper))
    return paper[:start] + text.encode("latin-1") + paper[start + length :]


def _replaced(paper: bytes, old: str, new: str) -> bytes:
    return paper.replace(old.encode("latin-1"), new.encode("latin-1"))


def _deep(paper: bytes, number: int, key: str, depth: int) -> bytes:
    return _set(paper, number, key, "[" * depth + "]" * depth)


EDITS: dict[str, Callable[..., bytes]] = {
    "set": _set, "unset": _unset, "stream": _stream, "record": _record, "bytes": _bytes, "replace": _replaced,
    "deep": _deep,
}  # fmt: skip


# Writing ----------------------------------------------------------------------------------------


def change(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """One edit more, one less, or one of another list."""
    try:
        edits = json.loads(data)
        assert isinstance(edits, list)
    except (ValueError, AssertionError, RecursionError):
        return texts.changed(data, random, donors, RAW)
    choice = random.random()
    if choice < 0.15 and len(edits) > 1:
        del edits[random.randrange(1, len(edits))]
    elif choice < 0.25 and len(edits) > 1:
        others = json.loads(random.choice(list(donors)) if donors else data)[1:]
        edits += others[: 1 + random.randrange(3)] if isinstance(others, list) else []
    else:
        edits.append(_edit(random))
    return json.dumps(edits[:20]).encode()


def _edit(random: Random) -> list[Any]:
    number, at = random.randrange(400), round(random.random(), 4)
    choice = random.randrange(12)
    if choice < 4:
        token = random.choice((*TOKENS, f"@{random.randrange(400)}"))
        return ["set", number, random.choice(KEYS), token]
    if choice < 5:
        return ["unset", number, random.choice(KEYS)]
    if choice < 7:
        return ["stream", number, at, random.choice(CONTENT)]
    if choice < 10:
        holder, key = random.choice(random.choice(_places_of_record()))
        return ["record", [*holder, key], random.choice((*trees.TEXTS, *trees.OTHERS))]
    if choice < 11:
        return ["deep", number, random.choice(KEYS), random.choice((10, 400, 5000))]
    return ["bytes", at, random.choice((0, 0, 1, 5, 400)), random.choice(RAW).decode()]


@cache
def _places_of_record() -> list[list[tuple[list[Any], Any]]]:
    """Every place of the plan that a paper carries, by its path, a list for each of its keys."""
    with pikepdf.open(io.BytesIO(_paper(Paper.WALLET))) as opened:
        document = json.loads(opened.attachments[_ATTACHED].get_file().read_bytes())
    return [[([], key), *_paths(value, [key])] for key, value in document.items()]


def _paths(tree: Any, path: list[Any]) -> Iterator[tuple[list[Any], Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree) if trees.is_list(tree) else 0)
    for key in keys:
        yield path, key
        yield from _paths(tree[key], [*path, key])


PDF = Door("pdf", lambda: [json.dumps([Paper.WALLET.value]).encode()], change, pdf, cost=100)
