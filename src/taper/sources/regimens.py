"""The sheets of regimens: those that are shipped, and a file of one's own beside a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from taper.errors import Problem, Refusal
from taper.sources import shipped
from taper.sources.raw import bytes_of
from taper.sources.regimen_sheets import OpenRegimenSheet, RegimenSheet, SourcedSheet
from taper.sources.row_drugs import with_row_drugs
from taper.sources.usual_case import usual_case
from taper.sources.validation import identifying_keys, model_of
from taper.sources.yaml import SUFFIXES, Found, ParsedFile, refusal, scan
from taper.trial.regimens import Regimen
from taper.wording.case import known
from taper.wording.quoting import plain, quoted

_RULE = ("regimen",)


def is_path(reference: str) -> bool:
    """Whether a regimen is named by the path of its sheet; a shipped id is one before a file."""
    return reference not in shipped.regimen_ids() and reference.lower().endswith(SUFFIXES)


def reference_in(data: Mapping[str, Any]) -> str | None:
    """The id or path by which a protocol names its regimen, None for one that is written out."""
    taper = data.get("taper")
    regimen = taper.get("regimen") if isinstance(taper, Mapping) else None
    return regimen if isinstance(regimen, str) and regimen else None


def path_in(raw: bytes, name: str) -> str | None:
    """The path of a sheet that a protocol's file names, None where it names none."""
    reference = _reference_of(raw, name)
    return reference if reference is not None and is_path(reference) else None


def shipped_in(raw: bytes, name: str) -> str | None:
    """The id of a shipped sheet that a protocol's file names, None where it names none."""
    reference = _reference_of(raw, name)
    return None if reference is None else known(reference, shipped.regimen_ids())


@lru_cache(maxsize=32)
def _reference_of(raw: bytes, name: str) -> str | None:
    try:
        return reference_in(scan(raw, plain(name))[0].data)
    except Refusal:
        return None  # said when the file is read for good


def beside(protocol: Path, reference: str) -> tuple[bytes, str]:
    """The bytes and name of the sheet that a protocol's file names, from its own folder."""
    path = protocol.parent / reference
    try:
        return bytes_of(path), plain(path.name)
    except Refusal as wrong:
        (problem,) = wrong.problems
        read = f"{quoted(reference)}, which is {problem.read}"
        allowed = "the path of a regimen's sheet, from the folder of this file"
        raise Refusal.of(plain(protocol.name), "taper.regimen", read, allowed) from None


def named_by(protocol: str, raw: bytes, name: str) -> Mapping[str, Any]:
    """The sheet that a protocol's file names; what is wrong in it is said of that place."""
    try:
        return sheet_of(*scan(raw, name))
    except Refusal as wrong:
        problems = (
            Problem(
                protocol,
                "taper.regimen",
                f"{quoted(name)}, whose {problem.field} is {problem.read}",
                f"a sheet in order, there {problem.allowed}",
            )
            for problem in wrong.problems
        )
        raise Refusal(*problems) from None


def shipped_sheet(id_: str | None) -> Mapping[str, Any] | None:
    """The shipped sheet of that id, None where there is none."""
    is_shipped = id_ is not None and id_ in shipped.regimen_ids()
    return shipped.regimen_sheet(str(id_)) if is_shipped else None


@cache
def _rules() -> tuple[tuple[str, Regimen], ...]:
    """Each shipped regimen that leaves no number open, with its id."""
    sheets = ((id_, shipped.regimen_sheet(id_)) for id_ in shipped.regimen_ids())
    return tuple((id_, rule_of(sheet)) for id_, sheet in sheets if "needs" not in sheet)


def shipped_like(rule: Regimen) -> Mapping[str, Any] | None:
    """The shipped sheet with that rule, None where there is none."""
    return shipped_sheet(next((id_ for id_, each in _rules() if each == rule), None))


@cache
def _adapter() -> TypeAdapter[Regimen]:
    return TypeAdapter(Regimen)


def rule_of(sheet: Mapping[str, Any]) -> Regimen:
    """The rule of a sheet that leaves no number open."""
    return _adapter().validate_python(with_row_drugs(sheet["regimen"], _RULE, []))


def sheet_in(path: Path) -> Mapping[str, Any]:
    """A regimen's own file; raises `Refusal` with everything that is wrong in it."""
    return sheet_of(*scan(bytes_of(path), plain(path.name)))


def sheet_of(document: ParsedFile, found: list[Found]) -> Mapping[str, Any]:
    """The data of a sheet; raises `Refusal` with everything that is wrong in it."""
    model_of_sheet(document, found)
    return usual_case(document.data)


def model_of_sheet(document: ParsedFile, found: list[Found]) -> SourcedSheet:
    """A sheet as its model; raises `Refusal` with everything that is wrong in it."""
    found = [*found, *identifying_keys(document.data)]
    data = usual_case(document.data)
    with_row_drugs(data.get("regimen"), _RULE, found)
    is_open = "needs" in data
    model: type[SourcedSheet] = OpenRegimenSheet if is_open else RegimenSheet
    sheet = model_of(model, data, document.data, found)
    if found or sheet is None:
        raise refusal(document.name, found, document.lines)
    return sheet
