"""Which drug a request is for, by its codes or its name, and how much is in a tablet or a mL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

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

    `drugs` are those of its codes and its names, one where they agree and none where taper knows
    none; `strength_mg` of a tablet, or where it is `in_ml` of a mL, is None where no name says one.
    """

    name: str
    drugs: tuple[str, ...]
    strength_mg: Fraction | None = None
    in_ml: bool = False

    @property
    def drug(self) -> str | None:
        """The one that it is for; None where there is none, or nobody can tell which."""
        return self.drugs[0] if len(self.drugs) == 1 else None


Resources = Mapping[str, Element]
"""Each resource of a file by the references that lead to it."""


def medication_of(request: Element, others: Resources) -> Medication:
    """The medication of a request, which is named in it, held within it, or another resource."""
    concepts = list(_concepts(request, others))
    names = [name for concept in concepts for name in _names(concept)]
    coded = [drug for concept in concepts for drug in _by_codes(concept)]
    named = [drug for name in names for drug in drugs_in(name)[:1]]
    drugs = tuple(dict.fromkeys([*coded, *named]))
    strengths = (_STRENGTH.search(name) for name in names)
    strength = next((each for each in strengths if each), None)
    name = names[0] if names else "a medication without a name"
    per = Fraction(0) if strength is None else exact(strength["in"] or "1")
    if strength is None or per == 0:  # of 0 mL nobody knows what was meant
        return Medication(name, drugs)
    mg = exact(strength["amount"]) * MG_IN[strength["unit"].lower()]
    return Medication(name, drugs, mg / per, bool(strength["ml"]))


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


def _by_codes(concept: Element) -> Iterator[str]:
    """The drugs of its codes; other makers' codes of whatever kind say nothing here."""
    codes = {(each.text("system"), each.text("code")) for each in concept.each("coding")}
    for drug, facts in drug_facts().items():
        if (_ATC, facts.atc) in codes or (_RXNORM, str(facts.rxnorm)) in codes:
            yield drug


def drugs_in(text: str) -> tuple[str, ...]:
    """The drugs that a text names, that of the longest name first.

    A name within a longer one is none of its own: Decortin H is another drug than Decortin.
    """
    words = f" {' '.join(_WORD.findall(text.lower()))} "
    found = []
    for name, drug in _known_names():
        if f" {name} " in words:
            found.append(drug)
            words = words.replace(f" {name} ", " | ")
    return tuple(dict.fromkeys(found))


@cache
def _known_names() -> tuple[tuple[str, str], ...]:
    """Every name of a steroid with its drug, the longest first."""
    brands = {name: made.drug for name, made in names_of_preparations().items()}
    every = {**brands, **drug_names()}
    return tuple(sorted(every.items(), key=lambda each: -len(each[0])))
