"""What a drug may be called in a file, and which drugs are refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from taper.doses.conversion import Route
from taper.sources.shipped import sheet
from taper.sources.yaml import Found
from taper.wording.quoting import MAX_SHOWN, did_you_mean, one_of, quoted

AS_BASELINE = "as-baseline"
"""What a protocol may say in the place of a drug: the one that the participant takes."""
_LIKENESS = 0.8
"""Stricter than for keys: prednisone and prednisolone are near each other, and both are shown."""

_SHORTEST_BEGINNING = 4
"""As in `dexa`: from so many letters on, a drug may be meant by how its name begins."""
_ROUTE_WORDS = {
    Route.ORAL: ("oral", "po", "by mouth"),
    Route.IV: ("iv", "intravenous"),
}
_REFUSED_ROUTE_WORDS = {
    "inhaled": ("inhalation", "inhaler"),
    "topical": ("cream", "cutaneous", "nasal", "eye"),
    "depot intramuscular": ("depo", "im"),
    "intra articular": ("intraarticular", "ia", "joint"),
}
"""Further words for the sheet's routes, among them those of brands (Depo-Medrol)."""


class UnknownDrugError(ValueError):
    """A name that is no drug here; its text is what is allowed, `because` why it is refused."""

    def __init__(self, allowed: str, because: str = "") -> None:
        super().__init__(allowed)
        self.because = because


@cache
def drug_names() -> Mapping[str, str]:
    """Every name that is understood, in lower case, and the drug that it is."""
    names: dict[str, str] = {}
    for drug, entry in sheet("drugs").data["drugs"].items():
        names[drug] = drug
        names.update((_folded(name), drug) for name in entry["names"])
    return MappingProxyType(names)


@cache
def refused_names() -> Mapping[str, str]:
    """Every name of a refused drug or product, in lower case, and why it is refused."""
    names: dict[str, str] = {}
    for drug, entry in sheet("drugs").data["refused"].items():
        why = f"{drug} is refused because {_as_clause(entry['reason'])}"
        names.update((_folded(name), why) for name in (drug, *entry["names"]))
    for route, entry in sheet("drugs").data["refused_routes"].items():
        why = _why_no_route(route, entry["reason"])
        names.update((_folded(product["name"]), why) for product in entry["products"])
    return MappingProxyType(names)


def _why_no_route(route: str, reason: str) -> str:
    return f"{route} doses are refused because {_as_clause(reason)}"


def canonical(typed: str) -> str:
    """The drug of that name; raises `UnknownDrugError`."""
    name = _folded(typed)
    if name in drug_names():
        return drug_names()[name]
    because = _refused(name)
    if because:
        raise UnknownDrugError(f"one of {_drugs()}", f", and {because}")
    close = sorted({drug_names()[known] for known in _close(name) if known in drug_names()})
    meant = f" (did you mean {one_of(close)}?)" if close else ""
    raise UnknownDrugError(f"one of {_drugs()}{meant}")


def with_drug(data: Mapping[str, Any], group: str, found: list[Found]) -> Mapping[str, Any]:
    """The data with `<group>.drug` as the generic name; one that is no such drug is found."""
    inner = data.get(group)
    typed = inner.get("drug") if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(typed, str) or typed in {"", AS_BASELINE}:
        return data
    try:
        return {**data, group: {**inner, "drug": canonical(typed)}}
    except UnknownDrugError as wrong:
        found.append(Found((group, "drug"), f"{quoted(typed)}{wrong.because}", str(wrong)))
        return data


class UnknownRouteError(UnknownDrugError):
    """A route that no table holds for; its text is what is allowed, `because` why."""


def route(typed: str) -> Route:
    """The route of that name; raises `UnknownRouteError`, which is a refusal where it says why."""
    name = _folded(typed)
    known = next((route for route, words in _ROUTE_WORDS.items() if name in words), None)
    if known is not None:
        return known
    because = _refused_route(set(name.split()))
    meant = did_you_mean(name, Route)
    raise UnknownRouteError(one_of(Route) + meant, f", and {because}" if because else "")


@dataclass(frozen=True, slots=True)
class DrugFacts:
    """Identifiers of a drug, and how long it acts: short, intermediate, long or unknown."""

    atc: str
    rxnorm: str
    duration: str


@cache
def drug_facts() -> Mapping[str, DrugFacts]:
    """Every drug of the sheet, in its order."""
    drugs = sheet("drugs").data["drugs"]
    return MappingProxyType(
        {d: DrugFacts(e["atc"], e["rxnorm"], e["duration"]) for d, e in drugs.items()}
    )


def _refused(name: str) -> str | None:
    """Why this name is refused, where it is the name of a refused drug or route, or nearly one."""
    words = set(name.split())
    nearest = _close(name)[:1]
    for known, why in refused_names().items():
        if words.issuperset(known.split()) or nearest == [known]:
            return why
    return _refused_route(words)


def _refused_route(words: set[str]) -> str | None:
    """Why doses by a route of these words are refused, where they are."""
    for route, entry in sheet("drugs").data["refused_routes"].items():
        if not words.isdisjoint(_route_words(route)):
            return _why_no_route(route, entry["reason"])
    return None


def _route_words(route: str) -> Iterator[str]:
    name = _folded(route)
    yield from (word for word in name.split() if word != "intra")  # intravenous has it too
    yield from _REFUSED_ROUTE_WORDS.get(name, ())


def _close(name: str) -> list[str]:
    """Known names like this one, the nearest first."""
    known = [*drug_names(), *refused_names()]
    words = [word for word in name.split() if word in known]
    begun = [one for one in known if len(name) >= _SHORTEST_BEGINNING and one.startswith(name)]
    return words or get_close_matches(name[:MAX_SHOWN], known, 3, _LIKENESS) or begun


def _drugs() -> str:
    return one_of(dict.fromkeys(drug_names().values()))


def _folded(name: str) -> str:
    """Lower case, with one space for each run of spaces and hyphens."""
    return re.sub(r"[\s-]+", " ", name.lower()).strip()


def _as_clause(sentence: str) -> str:
    """A sentence as the end of another one."""
    return sentence[0].lower() + sentence[1:].rstrip(".")
