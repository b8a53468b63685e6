"""The drug that a regimen's rows are in (`in: DRUG`), under any of its names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from taper.doses.equivalence import EquivalenceTable
from taper.sources.drugs import UnknownDrugError, named
from taper.sources.yaml import Found
from taper.trial.fields import FieldError
from taper.trial.protocol import Protocol
from taper.wording.quoting import KeyPath, one_of, quoted, shown_whole

_KEY = "in"


def with_row_drugs(regimen: Any, at: KeyPath, found: list[Found]) -> Any:
    """The regimen with generic names; a name that is no drug in plain tablets is found."""
    return _changed(regimen, at, lambda typed, path: _generic(typed, path, found))


def find_without_value(
    regimen: Any, at: KeyPath, table: EquivalenceTable, found: list[Found]
) -> None:
    """Every drug of rows that the protocol's table has no value for."""
    known = {problem.path for problem in found}
    for path, drug in _named_in(regimen, at):
        if drug not in table and path not in known:
            drugs = one_of(table.mg_per_5_prednisone)
            found.append(Found(path, quoted(drug), f"one of table {table.id}: {drugs}"))


def find_unreachable(
    protocol: Protocol, typed: Mapping[str, Any], table: EquivalenceTable, found: list[Found]
) -> None:
    """Rows in another drug that never reach the target, compared by the protocol's table."""
    rule = protocol.taper
    if rule is None or not rule.regimen.drugs:
        return
    try:
        rule.refuse_unreachable(dict(table.units(rule.regimen.drugs)))
    except FieldError as wrong:
        read = shown_whole(typed["taper"]["regimen"])
        found.append(Found(("taper", wrong.field), read, str(wrong)))


def _changed(regimen: Any, at: KeyPath, read: Callable[[str, KeyPath], str]) -> Any:
    if not isinstance(regimen, Mapping):
        return regimen
    changed = dict(regimen)
    if isinstance(regimen.get(_KEY), str):
        changed[_KEY] = read(regimen[_KEY], (*at, _KEY))
    phases = regimen.get("phases")
    if isinstance(phases, list):
        changed["phases"] = [
            _changed(phase, (*at, "phases", i), read) for i, phase in enumerate(phases)
        ]
    return changed


def _named_in(regimen: Any, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every drug that a regimen is in, with its place."""
    places: list[tuple[KeyPath, str]] = []

    def note(drug: str, path: KeyPath) -> str:
        places.append((path, drug))
        return drug

    _changed(regimen, at, note)
    yield from places


def _generic(typed: str, path: KeyPath, found: list[Found]) -> str:
    try:
        what = named(typed)
    except UnknownDrugError as wrong:
        found.append(Found(path, f"{quoted(typed)}{wrong.because}", str(wrong)))
        return typed
    if what.preparation is not None:
        read = f"{quoted(typed)}, which is {what.drug} {what.preparation.described}"
        found.append(Found(path, read, f"{what.drug}, in plain tablets"))
    return what.drug
