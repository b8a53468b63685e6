"""The sheets that a protocol names by an id: put in the place of it, or found that nobody ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taper.sources import shipped
from taper.sources.drugs import AS_BASELINE
from taper.sources.row_drugs import find_unreachable, find_without_value, with_row_drugs
from taper.sources.yaml import Found
from taper.trial.protocol import Protocol
from taper.wording.quoting import KeyPath, did_you_mean, one_of, quoted

_REGIMEN: KeyPath = ("taper", "regimen")
_RESCUE: KeyPath = ("flare", "rescue")
_AFTER_FLARES: KeyPath = ("flare", "regimen")


def with_regimen(
    data: Mapping[str, Any],
    regimen_id: str | None,
    sheet: Mapping[str, Any] | None,
    found: list[Found],
) -> Mapping[str, Any]:
    """The data with the regimen's rule in the place of its id or path."""
    if regimen_id is None:
        return data
    if sheet is None or "needs" in sheet:
        found.append(Found(_REGIMEN, quoted(regimen_id), _instead_of(regimen_id, sheet)))
        return data
    return {**data, "taper": {**data["taper"], "regimen": sheet["regimen"]}}


def with_regimen_after_flares(
    data: Mapping[str, Any], found: list[Found]
) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The data with the rule of the regimen after a flare in the place of its id, and its sheet."""
    flare = data.get("flare")
    named = flare.get("regimen") if isinstance(flare, Mapping) else None
    if not isinstance(named, str):
        return data, None
    sheet = shipped.regimen_sheet(named) if named in shipped.regimen_ids() else None
    if sheet is None or "needs" in sheet:
        meant = did_you_mean(named, shipped.regimen_ids())
        allowed = f"a regimen written in full, or the id of a shipped one{meant}"
        told = allowed if sheet is None else _instead_of(named, sheet)
        found.append(Found(_AFTER_FLARES, quoted(named), told))
        return data, None
    return {**data, "flare": {**data["flare"], "regimen": sheet["regimen"]}}, sheet


def with_rows_named(data: Mapping[str, Any], found: list[Found]) -> Mapping[str, Any]:
    """The data with the generic name of the drug that the regimen's rows are in."""
    taper = data.get("taper")
    if not isinstance(taper, Mapping) or not isinstance(taper.get("regimen"), Mapping):
        return data
    regimen = with_row_drugs(taper["regimen"], _REGIMEN, found)
    return {**data, "taper": {**taper, "regimen": regimen}}


def with_burst(data: Mapping[str, Any], found: list[Found]) -> Mapping[str, Any]:
    """The data with the rows of a shipped flare burst in the place of its id."""
    flare = data.get("flare")
    burst_id = flare.get("rescue") if isinstance(flare, Mapping) else None
    if not isinstance(burst_id, str):
        return data
    if burst_id not in shipped.burst_ids():
        meant = did_you_mean(burst_id, shipped.burst_ids())
        allowed = f"the doses of the burst, or one of {one_of(shipped.burst_ids())}{meant}"
        found.append(Found(_RESCUE, quoted(burst_id), allowed))
        return data
    return {**data, "flare": {**data["flare"], "rescue": shipped.burst_sheet(burst_id)["rescue"]}}


def _instead_of(regimen_id: str, sheet: Mapping[str, Any] | None) -> str:
    """What is allowed instead of an id that is unknown, or whose sheet is not complete."""
    if sheet is None:
        meant = did_you_mean(regimen_id, shipped.regimen_ids())
        return (
            "a regimen written in full, the id of a shipped one, or the path of a sheet beside "
            f"this file{meant}"
        )
    needs = "; ".join(sheet["needs"])
    return f"this regimen written in full with what its source leaves open: {needs}"


def find_unknown_sheets(data: Mapping[str, Any], found: list[Found]) -> None:
    """Equivalence table and market that nobody ships, and a drug that the table lacks."""
    known = {"equivalence": shipped.equivalence_ids(), "market": shipped.market_ids()}
    for key, ids in known.items():
        typed = data.get(key)
        if isinstance(typed, str) and typed not in ids and not _is_found((key,), found):
            allowed = f"one of {one_of(ids)}{did_you_mean(typed, ids)}"
            found.append(Found((key,), quoted(typed), allowed))
    _find_drug_without_value(data, found)


def find_rows_unreachable(
    protocol: Protocol | None, typed: Mapping[str, Any], found: list[Found]
) -> None:
    """Rows in another drug that never reach the target; where all else is in order."""
    if protocol is not None and not found:
        table = shipped.equivalence_table(protocol.equivalence)
        find_unreachable(protocol, typed, table, found)


def _find_drug_without_value(data: Mapping[str, Any], found: list[Found]) -> None:
    taper, table_id = data.get("taper"), data.get("equivalence", "us-label")
    drug = taper.get("drug", AS_BASELINE) if isinstance(taper, Mapping) else AS_BASELINE
    if not isinstance(table_id, str) or table_id not in shipped.equivalence_ids():
        return
    table = shipped.equivalence_table(table_id)
    if drug != AS_BASELINE and drug not in table and not _is_found(("taper", "drug"), found):
        allowed = f"as-baseline, or one of table {table_id}: {one_of(table.mg_per_5_prednisone)}"
        found.append(Found(("taper", "drug"), quoted(str(drug)), allowed))
    regimen = taper.get("regimen") if isinstance(taper, Mapping) else None
    find_without_value(regimen, _REGIMEN, table, found)


def _is_found(path: KeyPath, found: list[Found]) -> bool:
    return any(problem.path == path for problem in found)
