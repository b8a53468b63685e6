"""The sheets that the package ships: equivalence tables, products, regimens, protocols, thresholds.

Each is read once a process. Its YAML is read by the same reader as everybody's files, beforehand
where that was done (`taper.sources.compiled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

from taper.doses import dose, solutions
from taper.doses.conversion import Figure, SourcedTable
from taper.doses.equivalence import EquivalenceTable
from taper.doses.evidence import Status
from taper.doses.products import PLAIN, Offered, Product
from taper.doses.tablets import Strength
from taper.sources import compiled
from taper.sources.compiled import DATA
from taper.sources.parsed import NO_LINES, ParsedFile
from taper.trial.rules import Threshold

UNVERIFIED = Status.UNVERIFIED
PHYSIOLOGIC = "hpa"
"""The id of the physiologic doses, which are no equivalence table."""
_NOT_FIGURES = frozenset({"unit", "source", "disagreement"})


def _ids(folder: str) -> tuple[str, ...]:
    return tuple(sorted(sheet.stem for sheet in (DATA / folder).glob("*.yaml")))


@cache
def sheet(*names: str) -> ParsedFile:
    """A shipped sheet by its folder and id, without its lines; `KeyError` where there is none."""
    *folders, id_ = names
    if folders and id_ not in _ids(folders[0]):
        raise KeyError(id_)
    file = DATA.joinpath(*folders, f"{id_}.yaml")
    raw = file.read_bytes()
    data = compiled.data_of(file, raw)
    if data is None:
        from taper.sources.yaml import parse_ours  # only an edited sheet waits for it

        return parse_ours(raw, file.name)
    return ParsedFile(file.name, data, NO_LINES)


@cache
def protocol_ids() -> tuple[str, ...]:
    """The ids of the shipped protocols."""
    return _ids("protocols")


@cache
def regimen_ids() -> tuple[str, ...]:
    """The ids of the shipped regimens."""
    return _ids("regimens")


@cache
def burst_ids() -> tuple[str, ...]:
    """The ids of the shipped flare bursts."""
    return _ids("bursts")


@cache
def equivalence_ids() -> tuple[str, ...]:
    """The ids of the equivalence tables; the physiologic doses are none."""
    return tuple(id_ for id_ in _ids("equivalence") if id_ != PHYSIOLOGIC)


@cache
def market_ids() -> tuple[str, ...]:
    """The markets whose tablets are known."""
    return _ids("products")


def protocol_sheet(id_: str) -> Mapping[str, Any]:
    """A shipped protocol as it is written; raises `KeyError` for an unknown id."""
    return MappingProxyType(sheet("protocols", id_).data)


def regimen_sheet(id_: str) -> Mapping[str, Any]:
    """A shipped regimen with all that its sheet says; raises `KeyError` for an unknown id."""
    return MappingProxyType(sheet("regimens", id_).data)


def burst_sheet(id_: str) -> Mapping[str, Any]:
    """A shipped flare burst with all that its sheet says; raises `KeyError` for an unknown id."""
    return MappingProxyType(sheet("bursts", id_).data)


@cache
def equivalence_table(id_: str) -> EquivalenceTable:
    """An equivalence table; raises `KeyError` for an unknown id."""
    data = sheet("equivalence", id_).data
    return EquivalenceTable(
        id=data["id"],
        title=data["title"],
        caveat=data["caveat"],
        mg_per_5_prednisone=MappingProxyType(
            {drug: dose.parse(entry["mg"]) for drug, entry in data["drugs"].items()}
        ),
        unverified=frozenset(
            drug for drug, entry in data["drugs"].items() if entry["status"] == UNVERIFIED
        ),
    )


@cache
def sourced_table(id_: str) -> SourcedTable:
    """An equivalence table with the source of each figure; `KeyError` for an unknown id."""
    data = sheet("equivalence", id_).data
    citations = _citations(data)
    return SourcedTable(
        table=equivalence_table(id_),
        figures=MappingProxyType(
            {
                drug: Figure(
                    drug,
                    dose.parse(entry["mg"]),
                    Status(entry["status"]),
                    citations[entry["source"]],
                )
                for drug, entry in data["drugs"].items()
            }
        ),
        verify=data.get("verify"),
        largest_pulse_mg=thresholds()["largest-dose"].figures["methylprednisolone_mg"],
    )


def _citations(data: Mapping[str, Any]) -> dict[str, str]:
    """The citation behind each key of a sheet's sources."""
    return {source["key"]: source["citation"] for source in data["sources"]}


def hpa() -> EquivalenceTable:
    """The physiologic daily dose of each drug, mg; for warnings only, never for a conversion."""
    return equivalence_table(PHYSIOLOGIC)


@cache
def market(id_: str) -> Mapping[str, tuple[Fraction, ...]]:
    """Each drug's plain tablets on a market, mg, smallest first; `KeyError` for an unknown one.

    They stand in for tablets that a participant did not list, so what may not exist, is not
    swallowed whole or is another form is left out.
    """
    drugs = dict.fromkeys(product["drug"] for product in sheet("products", id_).data["products"])
    strengths = {drug: strengths_of_form(id_, drug, PLAIN) for drug in drugs}
    return MappingProxyType({drug: mg for drug, mg in strengths.items() if mg})


@cache
def marketed(id_: str) -> Mapping[str, frozenset[Fraction]]:
    """Each drug's plain tablets on a market, mg, however sure: what may be typed as a strength."""
    found: dict[str, set[Fraction]] = {}
    for product in sheet("products", id_).data["products"]:
        if product["form"] == PLAIN:
            strengths = {dose.parse(strength["mg"]) for strength in product["strengths"]}
            found.setdefault(product["drug"], set()).update(strengths)
    return MappingProxyType({drug: frozenset(mg) for drug, mg in found.items()})


@cache
def marketed_solutions(id_: str) -> Mapping[str, frozenset[Fraction]]:
    """The mg in each mL of every drug's solutions on a market, however sure."""
    found: dict[str, set[Fraction]] = {}
    for product in sheet("products", id_).data["products"]:
        if product["form"] == solutions.FORM:
            strengths = {_mg(strength) for strength in product["strengths"]}
            found.setdefault(product["drug"], set()).update(strengths)
    return MappingProxyType({drug: frozenset(mg) for drug, mg in found.items()})


def strengths_of_form(id_: str, drug: str, form: str) -> tuple[Fraction, ...]:
    """The checked strengths of a form of a drug on a market, mg (in each mL), smallest first."""
    found = {
        _mg(strength)
        for product in sheet("products", id_).data["products"]
        if (product["drug"], product["form"]) == (drug, form)
        for strength in product["strengths"]
        if strength["status"] != UNVERIFIED
    }
    return tuple(sorted(found))


def market_also_called(typed: str) -> str | None:
    """The market that a country is called by too, in capital letters: GB is UK."""
    others = {
        also: id_ for id_ in market_ids() for also in sheet("products", id_).data.get("also", ())
    }
    return others.get(typed)


@cache
def products(id_: str) -> tuple[Product, ...]:
    """All that a market's sheet lists, in its own order; raises `KeyError` for an unknown one."""
    data = sheet("products", id_).data
    citations = _citations(data)
    return tuple(
        Product(
            market=id_,
            drug=product["drug"],
            form=product["form"],
            strengths=tuple(_offered(strength) for strength in product["strengths"]),
            source=citations[product["source"]],
            note=product.get("note"),
            bottles_ml=tuple(int(ml) for ml in product.get("bottles_ml", ())),
            verify=product.get("verify"),
        )
        for product in data["products"]
    )


def _offered(strength: Mapping[str, str]) -> Offered:
    made = Strength(_mg(strength), int(strength.get("split", 1)))
    return Offered(made, Status(strength["status"]))


def _mg(strength: Mapping[str, str]) -> Fraction:
    """The mg of a tablet, or those in each mL of a solution."""
    return dose.parse(strength["mg_per_ml"] if "mg_per_ml" in strength else strength["mg"])


@cache
def thresholds() -> Mapping[str, Threshold]:
    """The figures of each finding, with the citation behind them."""
    data = sheet("thresholds").data
    citations = _citations(data)
    return MappingProxyType(
        {
            code: Threshold(
                figures={k: dose.parse(v) for k, v in entry.items() if k not in _NOT_FIGURES},
                source=citations[entry["source"]],
                disagreement=entry.get("disagreement"),
            )
            for code, entry in data["thresholds"].items()
        }
    )
