"""One dosage of a request: how much at a time, when, and what its text says of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from taper.sources.fhir.elements import Element
from taper.sources.fhir.in_text import InText, told_in
from taper.sources.fhir.medication import MG_IN, Medication, not_by_mouth
from taper.sources.fhir.timing import Timing, in_days, timing_of
from taper.sources.preparations import folded
from taper.wording.quoting import MAX_SHOWN, plain, quoted

_TABLETS = frozenset({"tab", "tablet", "tablets", "tablet(s)", "{tbl}", "tbl", "428673006"})
"""What one tablet is called by units and codes: the last is that of the English service."""
_AT_A_TIME, _PER_PERIOD = "maxDosePerAdministration", "maxDosePerPeriod"
_IN_ALL = "maxDosePerLifetime"
_RATES = ("rateQuantity", "rateRatio", "rateRange")
_BY_MOUTH = "26643006"
"""The oral route, as SNOMED CT has it."""
_ORAL = frozenset({"oral", "po", "by mouth", "oral route", "oral use", "per os", "orally"})
_ML = frozenset({"ml", "millilitre", "millilitres", "milliliter", "milliliters"})


@dataclass(frozen=True, slots=True)
class Most:
    """The most that may be taken in so many days; a part of a day is one."""

    mg: Fraction
    days: int


@dataclass(frozen=True, slots=True)
class Dosage:
    """One dosage, counted from 1 in its request.

    `mg` is the dose of one time, None where it is not said or in a unit that is not known, which
    is `unknown`, or where `units_differ`: the unit for a reader is another than its code. A dosage
    without timing and dose is `is_text_only`.
    """

    number: int
    sequence: int | None
    text: str
    said: InText
    timing: Timing
    mg: Fraction | None
    unknown: str | None
    is_range: bool
    is_as_needed: bool
    is_text_only: bool
    differs: bool
    units_differ: bool = False
    most: Most | None = None
    most_at_a_time: Fraction | None = None
    unread: tuple[str, ...] = ()
    """Why it is not listed, each as the end of a sentence."""
    instruction: InText | None = None
    """What is said to the patient, where that is another text."""
    beside: tuple[str, ...] = ()
    """What is said beside it and compared with nothing, each as the end of a sentence."""

    @property
    def daily_mg(self) -> Fraction | None:
        """What is taken on a day of it, mg."""
        if self.mg is None or self.timing.times is None:
            return None
        return self.mg * self.timing.times

    @property
    def mg_of_most(self) -> Fraction | None:
        """What is taken in as many days as `most` speaks of, mg."""
        if self.most is None or self.daily_mg is None:
            return None
        return self.daily_mg * -(-self.most.days // self.timing.every)

    @property
    def open(self) -> tuple[str, ...]:
        """Why nobody knows how much or how often is taken, each as the end of a sentence."""
        least = "taken from a least to a most"
        ranges = [f"{least} ({key})" for key in self.timing.open]
        return (
            *(["taken as needed"] if self.is_as_needed else []),
            *([least] if self.is_range else []),
            *ranges,
        )

    @property
    def is_step_in_words(self) -> bool:
        """Whether its words alone say how much, or how long: others may follow on its days."""
        said = (self.said.mg, self.said.tablets, self.said.days, self.said.dates or None)
        return self.is_text_only and any(each is not None for each in said)

    @property
    def is_listed(self) -> bool:
        """Whether what is taken on its days can be told."""
        is_fixed = not (self.open or self.unread or self.differs)
        return is_fixed and self.daily_mg is not None

    @property
    def label(self) -> str:
        """How it is spoken of."""
        return f"dosage {self.number}"


def dosage_of(element: Element, number: int, medication: Medication) -> Dosage:
    """The dosage that an element says; raises `Refusal` for what is no dosage at all."""
    text = element.text("text") or element.text("patientInstruction")
    instruction = element.text("patientInstruction")
    said = told_in(text)
    doses = element.each("doseAndRate")
    quantities = [each.one("doseQuantity") for each in doses if each.has("doseQuantity")]
    amounts = [mg_of(each, medication) for each in quantities]
    mg = amounts[0] if amounts else None
    timing = timing_of(element, said)
    if not quantities and said.is_nothing:
        mg = Fraction(0)
    return Dosage(
        number,
        element.whole("sequence"),
        text,
        said,
        timing,
        mg,
        unit_of(quantities[0]) if quantities and mg is None else None,
        is_range=any(each.has("doseRange") for each in doses)
        or any(each.has("comparator") for each in quantities),
        is_as_needed=_is_as_needed(element),
        is_text_only=not element.has("timing") and not quantities,
        differs=len(set(amounts)) > 1,
        units_differ=any(map(has_two_units, quantities)),
        most=_most(element, medication),
        most_at_a_time=mg_of(element.one(_AT_A_TIME), medication),
        unread=(*timing.unclear, *_otherwise_given(element, doses, medication)),
        instruction=told_in(instruction) if instruction not in ("", text) else None,
        beside=tuple(_beside(element, medication)),
    )


def _otherwise_given(
    element: Element, doses: list[Element], medication: Medication
) -> Iterator[str]:
    """By which other route than by mouth, or at which rate."""
    if any(each.has(key) for each in doses for key in _RATES):
        yield "it is given at a rate, as into a vein"
    is_said = element.has("route")
    route = _route_of(element.one("route")) if is_said else not_by_mouth(medication.name)
    if route is not None:
        yield f"it is not by mouth ({route})"


def _route_of(concept: Element) -> str | None:
    """A route other than by mouth, as it is called; None where none is said."""
    codes = [each.text("code") for each in concept.each("coding")]
    displays = [each.text("display") for each in concept.each("coding")]
    words = [each for each in (concept.text("text"), *displays) if each]
    if _BY_MOUTH in codes or any(_is_oral(each) for each in [*words, *codes]):
        return None
    return said_shortly([*words, *codes][0]) if words or codes else None


def _is_oral(word: str) -> bool:
    return folded(word) in _ORAL


def _beside(element: Element, medication: Medication) -> Iterator[str]:
    """What a reader must look at by himself."""
    for each in element.each("additionalInstruction"):
        words = (each.text("text"), *(c.text("display") for c in each.each("coding")))
        said = next(filter(None, words), "")
        if said:
            yield f"it says more: {said_shortly(said)}"
    to_patient = element.text("patientInstruction")
    if to_patient not in ("", element.text("text")) and element.has("text"):
        yield f"the patient is told: {said_shortly(to_patient)}"
    site = element.one("site")
    if site.text("text"):
        yield f"it is given at: {said_shortly(site.text('text'))}"
    has_most = {
        _AT_A_TIME: mg_of(element.one(_AT_A_TIME), medication) is not None,
        _PER_PERIOD: _most(element, medication) is not None,
        _IN_ALL: False,
    }
    for key, is_compared in has_most.items():
        if element.has(key) and not is_compared:
            yield f"its most ({key}) is compared with nothing"


def _is_as_needed(element: Element) -> bool:
    """Whether it is taken as needed; in R5 the elements have other names."""
    is_said = any(element.flag(key) for key in ("asNeededBoolean", "asNeeded"))
    return is_said or any(map(element.has, ("asNeededCodeableConcept", "asNeededFor")))


def _most(element: Element, medication: Medication) -> Most | None:
    """The most of a time, of which R5 has a list; of several nothing is read."""
    is_list = isinstance(element.value.get(_PER_PERIOD), list)
    ratios = element.each(_PER_PERIOD) if is_list else [element.one(_PER_PERIOD)]
    if len(ratios) != 1:
        return None
    (ratio,) = ratios
    mg, days = mg_of(ratio.one("numerator"), medication), in_days(ratio.one("denominator"))
    return Most(mg, days) if mg is not None and days else None


def mg_of(quantity: Element, medication: Medication) -> Fraction | None:
    """An amount in mg; None where it has no unit that is known and its code's, or of no mg."""
    value = quantity.number("value")
    if value is None or has_two_units(quantity):
        return None
    for unit in _units(quantity):
        if unit in MG_IN:
            return value * MG_IN[unit]
        if unit in _TABLETS | _ML:
            is_strength = medication.in_ml == (unit in _ML)
            known = medication.strength_mg if is_strength else None
            return None if known is None else value * known
    return None


def unit_of(quantity: Element) -> str:
    """The unit as it was written, with its code where that is another one."""
    if has_two_units(quantity):
        return f"{quantity.text('unit').strip()} with the code {quantity.text('code').strip()}"
    return said_shortly(quantity.text("unit") or quantity.text("code") or "no unit")


def said_shortly(text: str) -> str:
    """A stranger's words as they are where they are short and hide nothing, else quoted."""
    return plain(text) if len(text) <= MAX_SHOWN else quoted(text)


def is_tablets(quantity: Element) -> bool:
    """Whether so many tablets are meant."""
    return any(unit in _TABLETS for unit in _units(quantity))


def has_two_units(quantity: Element) -> bool:
    """Whether the unit for a reader is not its code; of one that is not known nobody can tell."""
    return len({_meaning(unit) for unit in _units(quantity)} - {None}) > 1


def _meaning(unit: str) -> Fraction | str | None:
    if unit in MG_IN:
        return MG_IN[unit]
    return "tablets" if unit in _TABLETS else "mL" if unit in _ML else None


def _units(quantity: Element) -> list[str]:
    units = (quantity.text("code"), quantity.text("unit"))
    return [each.strip().lower() for each in units if each.strip()]
