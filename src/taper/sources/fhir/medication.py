"""Which drug a request is for, by its codes or its name, and how much is in a tablet or a mL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from taper.doses.dose import exact
from taper.sources.drugs import drug_facts, drug_names
from taper.sources.fhir.elements import Element
from taper.sources.preparations import names_of_preparations

_ATC, _RXNORM = "http://www.whocc.no/atc", "http://www.nlm.nih.gov/research/umls/rxnorm"
_WORD = re.compile(r"[^\W\d_]+")
_STRENGTH = re.compile(
    r"(?P<amount>[0-9]{1,6}(?:\.[0-9]{1,4})?)\s*"
    r"(?P<unit>mg|milligrams?|mcg|micrograms?|µg|g)\b"
    r"(?:\s*(?:/|per|in)\s*(?P<in>[0-9]{1,4}(?:\.[0-9]{1,4})?)?\s*(?P<ml>ml|millilitres?)\b)?",
    re.IGNORECASE,
)
MG_IN = {
    "mg": Fraction(1),
    "milligram": Fraction(1),
    "milligrams": Fraction(1),
    "milligram(s)": Fraction(1),
    "mgs": Fraction(1),
    "g": Fraction(1000),
    "gram": Fraction(1000),
    "grams": Fraction(1000),
    "gram(s)": Fraction(1000),
    "ug": Fraction(1, 1000),
    "µg": Fraction(1, 1000),
    "mcg": Fraction(1, 1000),
    "microgram": Fraction(1, 1000),
    "micrograms": Fraction(1, 1000),
    "microgram(s)": Fraction(1, 1000),
}
"""How many mg are in one of a unit of mass, by its code or its name."""


@dataclass(frozen=True, slots=True)
class Medication:
    """What a request is for.

    `drug` is None where it is none that taper knows; `strength_mg` of a tablet, or where it is
    `in_ml` of a mL, is None where the name says none.
    """

    name: str
    drug: str | None
    strength_mg: Fraction | None = None
    in_ml: bool = False


Resources = Mapping[str, Element]
"""Each resource of a file by the references that lead to it."""


def medication_of(request: Element, others: Resources) -> Medication:
    """The medication of a request, which is named in it, held within it, or another resource."""
    concepts = list(_concepts(request, others))
    names = [name for concept in concepts for name in _names(concept)]
    drugs = [*map(_by_code, concepts), *map(_by_name, names)]
    drug = next((each for each in drugs if each), None)
    strengths = (_STRENGTH.search(name) for name in names)
    strength = next((each for each in strengths if each), None)
    name = names[0] if names else "a medication without a name"
    per = Fraction(0) if strength is None else exact(strength["in"] or "1")
    if strength is None or per == 0:  # of 0 mL nobody knows what was meant
        return Medication(name, drug)
    mg = exact(strength["amount"]) * MG_IN[strength["unit"].lower()]
    return Medication(name, drug, mg / per, bool(strength["ml"]))


def _concepts(request: Element, others: Resources) -> Iterator[Element]:
    later = request.one("medication")  # as R5 has it
    yield request.one("medicationCodeableConcept")
    yield later.one("concept")
    for reference in (request.one("medicationReference"), later.one("reference")):
        yield reference  # it may have a name of its own
        found = _referred(request, reference.text("reference"), others)
        if found is not None:
            yield found.one("code")


def _referred(request: Element, to: str, others: Resources) -> Element | None:
    if to.startswith("#"):
        within = (each for each in request.each("contained") if each.text("id") == to[1:])
        return next(within, None)
    return others.get(to)


def _names(concept: Element) -> Iterator[str]:
    displays = (coding.text("display") for coding in concept.each("coding"))
    said = (concept.text("text"), concept.text("display"), *displays)
    yield from (name for name in said if name)


def _by_code(concept: Element) -> str | None:
    codes = {(each.text("system"), each.text("code")) for each in concept.each("coding")}
    for drug, facts in drug_facts().items():
        if (_ATC, facts.atc) in codes or (_RXNORM, str(facts.rxnorm)) in codes:
            return drug
    return None


def _by_name(name: str) -> str | None:
    """The drug of the longest name in it that is known: Decortin H is another than Decortin."""
    words = f" {' '.join(_WORD.findall(name.lower()))} "
    known = {**{k: v.drug for k, v in names_of_preparations().items()}, **drug_names()}
    found = [each for each in known if f" {each} " in words]
    return known[max(found, key=len)] if found else None
