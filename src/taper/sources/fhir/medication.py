"""Which drug a request is for, by its codes or its name, and how much is in a tablet or a mL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from taper.doses import dose
from taper.doses.dose import exact
from taper.sources.drugs import drug_facts, drug_names
from taper.sources.fhir.elements import Element, within
from taper.sources.fhir.standing import turned_around
from taper.sources.preparations import names_of_preparations

_ATC, _RXNORM = "http://www.whocc.no/atc", "http://www.nlm.nih.gov/research/umls/rxnorm"
_WORD = re.compile(r"[^\W\d_]+")
_STRENGTH = re.compile(
    r"(?<![0-9.,])(?P<amount>[0-9]{1,6}(?:\.[0-9]{1,4})?)\s*"
    r"(?P<unit>mg|milligrams?|mcg|micrograms?|µg|g)\b"
    r"(?:\s*(?:/|per|in)\s*(?P<in>[0-9]{1,4}(?:\.[0-9]{1,4})?)?\s*(?P<ml>ml|millilitres?)\b)?",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(
    {
        *("injection", "injectable", "infusion", "intravenous", "intramuscular", "rectal", "enema"),
        *("suppository", "suppositories", "foam", "cream", "ointment", "topical", "nasal"),
        *("ophthalmic", "eye", "ear", "inhaler", "inhalation"),
    }
)
"""Words of a name that is for another place than the mouth."""
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
    doubt: str = ""
    """Why it is not read: it says two drugs or two strengths, or must not be read by everybody."""


Resources = Mapping[str, Element]
"""Each resource of a file by the references that lead to it."""


def medication_of(request: Element, others: Resources) -> Medication:
    """The medication of a request, which is named in it, held within it, or another resource."""
    concepts = list(_concepts(request, others))
    names = [name for concept in concepts for name in _names(concept)]
    coded = [drug for concept in concepts for drug in _by_codes(concept)]
    named = [drug for name in names for drug in drugs_in(name)[:1]]
    drugs = list(dict.fromkeys([*coded, *named]))
    by_name = [each for each in map(_strengths_in, names) if each]
    strengths = list(dict.fromkeys(each[0] for each in by_name))
    is_one = bool(by_name) and max(map(len, by_name)) == 1  # of "5 mg and 1 mg" nobody knows which
    strength_mg, in_ml = strengths[0] if is_one else (None, False)
    return Medication(
        names[0] if names else "a medication without a name",
        drugs[0] if drugs else None,
        strength_mg,
        in_ml,
        doubt=_doubt(request, others, drugs, strengths),
    )


_Strength = tuple[Fraction, bool]
"""So many mg in a tablet, or in a mL."""


def _strengths_in(name: str) -> list[_Strength]:
    """Each strength that a name says, once."""
    found = []
    for each in _STRENGTH.finditer(name):
        per = exact(each["in"] or "1")
        if per:  # of 0 mL nobody knows what was meant
            mg = exact(each["amount"]) * MG_IN[each["unit"].lower()]
            found.append((mg / per, bool(each["ml"])))
    return list(dict.fromkeys(found))


def _doubt(
    request: Element, others: Resources, drugs: list[str], strengths: list[_Strength]
) -> str:
    for product in _products(request, others):
        turned = turned_around(product)
        if turned is not None:
            return f"its medication has {turned}"
        if product.text("status") == "entered-in-error":
            return "its medication was entered in error"
    if len(drugs) > 1:
        return f"its medication is said to be {' and '.join(drugs)}"
    if len(strengths) > 1:
        each = [f"{dose.text(mg)} mg{' per mL' if in_ml else ''}" for mg, in_ml in strengths]
        return f"its medication is said to have {' and '.join(each)}"
    return ""


def _concepts(request: Element, others: Resources) -> Iterator[Element]:
    later = request.one("medication")  # as R5 has it
    yield request.one("medicationCodeableConcept")
    yield later.one("concept")
    yield from _references(request)  # it may have a name of its own
    for product in _products(request, others):
        yield product.one("code")


def _references(request: Element) -> tuple[Element, Element]:
    return request.one("medicationReference"), request.one("medication").one("reference")


def _products(request: Element, others: Resources) -> Iterator[Element]:
    """The resource that says which medication it is, where it is another one."""
    for reference in _references(request):
        found = _referred(request, reference.text("reference"), others)
        if found is not None:
            yield found


def _referred(request: Element, to: str, others: Resources) -> Element | None:
    if to.startswith("#"):
        return within(request, to)
    return others.get(to)


def _names(concept: Element) -> Iterator[str]:
    displays = (coding.text("display") for coding in concept.each("coding"))
    said = (concept.text("text"), concept.text("display"), *displays)
    yield from (name for name in said if name)


def _by_codes(concept: Element) -> Iterator[str]:
    """The drugs of its codes; a code of another system says nothing here."""
    codes = {(each.text("system"), each.text("code")) for each in concept.each("coding")}
    for drug, facts in drug_facts().items():
        if (_ATC, facts.atc) in codes or (_RXNORM, str(facts.rxnorm)) in codes:
            yield drug


def not_by_mouth(name: str) -> str | None:
    """The word by which a name says that it is for another place than the mouth, if it does."""
    said = [word for word in _WORD.findall(name.lower()) if word in _ELSEWHERE | {"oral"}]
    return said[0] if said and "oral" not in said else None


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
