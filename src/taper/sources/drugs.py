"""What a drug may be called in a file, and which drugs are refused by name.

A name is a drug in plain tablets, or a preparation of one that is something else, or refused
with its reason. What may have been meant is offered for slips only: a brand that nobody here
knows is never answered with another drug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from taper.doses.forms import Preparation
from taper.sources.preparations import (
    entries,
    folded,
    forms_of,
    names_of_preparations,
    preparations,
)
from taper.sources.shipped import sheet
from taper.sources.yaml import Found
from taper.wording.no_values import says_nothing
from taper.wording.quoting import one_of, quoted
from taper.wording.slips import is_slip

AS_BASELINE = "as-baseline"
"""What a protocol may say in the place of a drug: the one that the participant takes."""
_LIKENESS = 0.8
"""What else is shown beside a generic name: prednisone and prednisolone are near each other."""

_SHORTEST_BEGINNING = 4
"""As in `dexa`: from so many letters on, a drug may be meant by how its name begins."""

_PLAIN_FORM = frozenset({"tablet", "tablets"})


class UnknownDrugError(ValueError):
    """A name that is no drug here; its text is what is allowed, `because` why it is refused."""

    def __init__(self, allowed: str, because: str = "") -> None:
        super().__init__(allowed)
        self.because = because


@dataclass(frozen=True, slots=True)
class Named:
    """The drug that a name stands for, and what it is in where that is no plain tablet."""

    drug: str
    preparation: Preparation | None = None


# What is known --------------------------------------------------------------------------------


@cache
def drug_names() -> Mapping[str, str]:
    """Every name that is a drug in plain tablets, in lower case, and the drug that it is."""
    names: dict[str, str] = {}
    for drug, entry in sheet("drugs").data["drugs"].items():
        names[drug] = drug
        names.update((folded(name), drug) for name in entry["names"])
    return MappingProxyType(names)


@cache
def refused_names() -> Mapping[str, str]:
    """Every name of a refused drug or product, in lower case, and why it is refused."""
    names: dict[str, str] = {}
    for drug, entry in sheet("drugs").data["refused"].items():
        why = f"{drug} is refused because {as_clause(entry['reason'])}"
        names.update((folded(name), why) for name in (drug, *entry["names"]))
    for route, entry in sheet("drugs").data["refused_routes"].items():
        why = why_no_route(route)
        names.update((folded(product["name"]), why) for product in entry["products"])
    return MappingProxyType(names)


def with_drug(
    data: Mapping[str, Any], group: str, found: list[Found]
) -> tuple[Mapping[str, Any], Preparation | None]:
    """The data with `<group>.drug` as the generic name, and what it is in if no plain tablet.

    A name that is no such drug is found.
    """
    inner = data.get(group)
    typed = inner.get("drug") if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(typed, str) or typed in {"", AS_BASELINE}:
        return data, None
    try:
        what = named(typed)
    except UnknownDrugError as wrong:
        is_none = group == "steroid" and says_nothing(typed)
        none = ", or steroid: none where none is taken" if is_none else ""
        found.append(Found((group, "drug"), f"{quoted(typed)}{wrong.because}", f"{wrong}{none}"))
        return data, None
    return {**data, group: {**inner, "drug": what.drug}}, what.preparation


def why_no_route(route: str) -> str:
    """Why doses by a route of the sheet are refused."""
    reason = sheet("drugs").data["refused_routes"][route]["reason"]
    return f"{route} doses are refused because {as_clause(reason)}"


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


# What a name stands for -----------------------------------------------------------------------


def canonical(typed: str) -> str:
    """The drug of that name, whatever it is in; raises `UnknownDrugError`."""
    return named(typed).drug


def in_plain_tablets(typed: str) -> str:
    """The same where plain tablets are counted; raises `UnknownDrugError` for another form too.

    A solution is counted by the strength that is typed, and not by its name.
    """
    what = named(typed)
    if what.preparation is not None:
        allowed = f"{what.drug}, of which plain tablets or a solution of --strengths are counted"
        raise UnknownDrugError(allowed, other_form(what.preparation))
    return what.drug


def other_form(made: Preparation) -> str:
    """Why a name is refused that says another form than the one that is counted."""
    its = f"and {made.name} is" if made.is_brand else "which is"
    return f", {its} {made.drug} {made.described}"


def named(typed: str) -> Named:
    """The drug of that name and what it is in; raises `UnknownDrugError`."""
    name = folded(typed)
    if name in drug_names():
        return Named(drug_names()[name])
    made = names_of_preparations().get(name)
    if made is not None:
        return Named(made.drug, made)
    because = _refused(name)
    if because:
        raise UnknownDrugError(f"one of {_drugs()}", f", and {because}")
    return _with_form(name) or _unknown(name)


def _with_form(name: str) -> Named | None:
    """A drug with the words of a form before or behind it, as in `soluble prednisolone`."""
    words = name.split()
    drug = next((word for word in words if word in entries()), None)
    if drug is None:
        brand = " ".join(word for word in words if word not in _PLAIN_FORM)
        return Named(drug_names()[brand]) if brand in drug_names() else None
    said = " ".join(word for word in words if word != drug)
    if set(said.split()) <= _PLAIN_FORM:
        return Named(drug)
    form = form_of(said)
    if form is None and said[:1].isdigit():  # a dose, which stands elsewhere
        raise UnknownDrugError(f"one of {_drugs()} (did you mean {drug}?)")
    if form is None:
        allowed = f"{drug} alone, or with one of its forms ({one_of(forms_of(drug))})"
        if not forms_of(drug):
            allowed = f"{drug} alone, which is that of plain tablets"
        raise UnknownDrugError(allowed, f", of which {said} is no form that is known here")
    if form not in forms_of(drug):
        forms = ("in plain tablets", *(made.described for made in forms_of(drug).values()))
        is_form = sheet("drugs").data["forms"][form]["is"]
        raise UnknownDrugError(f"{drug} {one_of(forms)}", f", and there is no {drug} {is_form}")
    return Named(drug, forms_of(drug)[form])


def form_of(words: str) -> str | None:
    """The form that these words name, None where they name none."""
    said = re.sub(r" (tablet|capsule)s?$", "", words)
    for form, about in sheet("drugs").data["forms"].items():
        if said in {folded(word) for word in (form, *about["words"])}:
            return str(form)
    return None


def _unknown(name: str) -> Named:
    """Raise what a name that is no drug here may have been meant as, where it is a slip."""
    shared = [entry for entry in sheet("drugs").data["ambiguous"] if folded(entry["name"]) == name]
    if shared:
        means = one_of(shared[0]["means"])
        raise UnknownDrugError(means, f", which is a name of several drugs: {means}")
    close = [] if says_nothing(name) else _close(name)
    meant = f" (did you mean {one_of(close)}?)" if close else ""
    raise UnknownDrugError(f"one of {_drugs()}{meant}")


def _close(name: str) -> list[str]:
    """Drugs of which this is a slip or the beginning, else the brand of which it is a slip."""
    drugs = list(entries())
    if any(is_slip(name, drug) for drug in drugs):
        return sorted(get_close_matches(name, drugs, 3, _LIKENESS))
    begun = [drug for drug in drugs if len(name) >= _SHORTEST_BEGINNING and drug.startswith(name)]
    if begun:
        return sorted(begun)
    brands = {**drug_names(), **{n: made.drug for n, made in names_of_preparations().items()}}
    slips = [brand for brand in brands if is_slip(name, brand)]
    return [f"{_as_written(brand)}, which is {brands[brand]}" for brand in slips]


def _as_written(brand: str) -> str:
    """A brand's name as its sheet spells it."""
    spelled = [name for entry in entries().values() for name in entry["names"]]
    return next(str(name) for name in [*spelled, *preparations()] if folded(name) == brand)


def _refused(name: str) -> str | None:
    """Why this name is refused, where it is the name of a refused drug or route, or nearly one."""
    words = set(name.split())
    for known, why in refused_names().items():
        if words.issuperset(known.split()) or is_slip(name, known):
            return why
    return _salt(words) or refused_route(words)


def _salt(words: set[str]) -> str | None:
    """How much of the drug is in a salt that is more mg than it."""
    for salt in reversed(sheet("drugs").data["salts"]):  # the longer names stand behind
        if words.issuperset(folded(salt["name"]).split()):
            return (
                f"the tables hold for the drug in it: {salt['salt_mg']} mg {salt['name']} is "
                f"{salt['base_mg']} mg {salt['drug']}"
            )
    return None


def refused_route(words: set[str]) -> str | None:
    """Why doses by a route of these words are refused, where they are."""
    for route, entry in sheet("drugs").data["refused_routes"].items():
        if not words.isdisjoint(entry["words"]):
            return _why_no_route_of(route, words)
    return None


def _why_no_route_of(route: str, words: set[str]) -> str:
    """A drug that is injected as a depot only is refused into a muscle as the depot that it is."""
    depots = sheet("drugs").data["refused_routes"]["depot intramuscular"]["products"]
    drugs = {product["name"].split()[0] for product in depots} & words & set(entries())
    if route == "intramuscular" and any("injection" not in forms_of(drug) for drug in drugs):
        return why_no_route("depot intramuscular")
    return why_no_route(route)


def _drugs() -> str:
    return one_of(dict.fromkeys(drug_names().values()))


def as_clause(sentence: str) -> str:
    """A sentence as the end of another one."""
    return sentence[0].lower() + sentence[1:].rstrip(".")
