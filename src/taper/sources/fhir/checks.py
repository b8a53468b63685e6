"""Where a request contradicts itself: text, dates, doses and quantities held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from taper.doses import dose
from taper.sources.fhir.between import between
from taper.sources.fhir.dosage import Dosage
from taper.sources.fhir.in_text import InText
from taper.sources.fhir.listed import Listed, Span
from taper.sources.fhir.medication import drugs_in
from taper.sources.fhir.quantities import handed_out, of_supply
from taper.sources.fhir.requests import Request
from taper.sources.fhir.schedule import Contradiction
from taper.sources.fhir.timing import day_of, in_times
from taper.wording.quoting import quoted
from taper.wording.severity import Severity

_INFO, _CAUTION, _WARNING = Severity.INFO, Severity.CAUTION, Severity.WARNING
_MANY_TIMES = 4
"""More often than this on a day no steroid is taken: tablets were counted as times."""


def checked(every: Sequence[Listed], supplies: Sequence[Request]) -> Iterator[Contradiction]:
    """Everything that contradicts, request by request, and then between them."""
    for listed in every:
        label = listed.request.label
        for each in _of_listed(listed):
            yield Contradiction(each.code, each.severity, f"{label}, {each.text}")
    yield from between(every)
    yield from handed_out(every, supplies)
    if not any(each.spans for each in every):
        said = "No day can be listed: nothing but words, or no dose, rhythm or length."
        yield Contradiction("no-days", _WARNING, said)


def _of_listed(listed: Listed) -> Iterator[Contradiction]:
    for dosage in listed.request.dosages:
        yield from _of_dosage(dosage, listed.request)
    for dosage in listed.unlisted:
        yield from _why_unlisted(dosage)
    for span in listed.spans:
        yield from _against_all(span.dosage)
        yield from _text_against(span)
    yield from _sequence(listed.request)
    yield from _rendered(listed.request)
    if listed.request.supply.units_differ:
        yield _two_units("dispenseRequest", None)
    yield from of_supply(listed)


def _two_units(its: str, unit: str | None) -> Contradiction:
    said = "a unit is for a reader another than its code" if unit is None else f"it is in {unit}"
    return Contradiction("unit-code", _WARNING, f"{its}: {said}, and nothing is read of it.")


# A dosage by itself ---------------------------------------------------------------------------


def _of_dosage(dosage: Dosage, request: Request) -> Iterator[Contradiction]:
    its = dosage.label
    if dosage.is_text_only:
        is_between = dosage.is_step_in_words and _has_more_behind(dosage, request)
        severity = _WARNING if is_between else _INFO
        said = "it is said in words alone, and no day of it is listed"
        yield Contradiction("text-only", severity, f"{its}: {said}.")
    if dosage.units_differ or dosage.timing.length_differs:
        yield _two_units(its, dosage.unknown if dosage.units_differ else None)
    if dosage.timing.code_differs:
        said = f"the code of the timing says another rhythm than {dosage.timing.in_words}"
        yield Contradiction("code-rhythm", _WARNING, f"{its}: {said}.")
    for why in dosage.open:
        yield Contradiction("not-fixed", _WARNING, f"{its}: it is {why}; no day of it is listed.")
    for why in dosage.unread:
        yield Contradiction("not-laid-out", _WARNING, f"{its}: {why}; no day of it is listed.")
    if dosage.said.other_mg:
        others = dose.join([_mg(each) for each in dosage.said.other_mg])
        said = f"its text says {others} too, which is compared with nothing"
        yield Contradiction("more-said", _INFO, f"{its}: {said}.")
    for said in dosage.beside:
        yield Contradiction("more-said", _INFO, f"{its}: {said}.")
    if dosage.timing.ends_at_midnight:
        said = f"it ends with the first moment of {dosage.timing.end}, which is listed whole"
        yield Contradiction("ends-at-midnight", _CAUTION, f"{its}: {said}.")
    if dosage.differs:
        said = "it has doses that differ; no day of it is listed"
        yield Contradiction("doses-differ", _WARNING, f"{its}: {said}.")
    yield from _over_its_most(dosage)
    yield from _of_its_texts(dosage, request)


def _has_more_behind(dosage: Dosage, request: Request) -> bool:
    """Whether days are listed that come after it: they may be others than those in its words."""
    place = dosage.sequence or dosage.number
    others = (each for each in request.dosages if not each.is_text_only)
    return any((each.sequence or each.number) > place for each in others)


def _of_its_texts(dosage: Dosage, request: Request) -> Iterator[Contradiction]:
    """Its text, and what is said to the patient, against themselves and against the rest."""
    yield from _text_itself(dosage)
    yield from _text_drug(dosage, request)
    doses = list(_text_doses(dosage, dosage.said, request, "the text"))
    yield from doses or _text_times(dosage)
    if dosage.instruction is not None:
        to_patient = "the instruction to the patient"
        yield from _text_doses(dosage, dosage.instruction, request, to_patient)
    yield from _text_rhythm(dosage)


def _over_its_most(dosage: Dosage) -> Iterator[Contradiction]:
    once = dosage.most_at_a_time
    if once is not None and dosage.mg is not None and dosage.mg > once:
        said = f"{_mg(dosage.mg)} at a time are over its own most, {_mg(once)}"
        yield Contradiction("over-most", _WARNING, f"{dosage.label}: {said}.")
    most, taken = dosage.most, dosage.mg_of_most
    if most is None or taken is None or taken <= most.mg:
        return
    within = "a day" if most.days == 1 else f"in {most.days} days"
    said = f"{_mg(taken)} {within} are over its own most, {_mg(most.mg)}"
    yield Contradiction("over-most", _WARNING, f"{dosage.label}: {said}.")


def _text_itself(dosage: Dosage) -> Iterator[Contradiction]:
    """What a text says in words against what it says in brackets."""
    said = dosage.said
    if said.digits is not None and said.digits != said.tablets:
        words = f"{_text(said.tablets)} tablets in words and {_text(said.digits)} in brackets"
        yield Contradiction("text-itself", _WARNING, f"{dosage.label}: the text says {words}.")
    if said.mg is not None and said.made_up_mg not in (None, said.mg):
        words = f"{_mg(said.mg)} and tablets of {_text(said.made_up_mg)} mg in brackets"
        yield Contradiction("text-itself", _WARNING, f"{dosage.label}: the text says {words}.")


def _text_drug(dosage: Dosage, request: Request) -> Iterator[Contradiction]:
    """A text that names steroids, and not the one that is asked for."""
    named = drugs_in(dosage.text)
    if named and request.drug not in named:
        told = f"the text says {dose.join(list(named))}, the request is for {request.drug}"
        yield Contradiction("text-drug", _WARNING, f"{dosage.label}: {told}.")


def _text_doses(
    dosage: Dosage, said: InText, request: Request, whose: str
) -> Iterator[Contradiction]:
    """The dose of a text against that of the quantity, at a time or on a day."""
    its = dosage.label
    strength = request.medication.strength_mg
    told = said.mg
    if told is None and said.tablets is not None and strength is not None:
        told = said.tablets * strength
    if dosage.mg is None or dosage.daily_mg is None or told is None:
        return
    times = said.times_a_day
    daily = None if times is None else told * times
    if told not in (dosage.mg, dosage.daily_mg) or daily not in (None, dosage.daily_mg):
        each = f"{_mg(dosage.mg)} at a time, {_mg(dosage.daily_mg)} a day"
        yield Contradiction(
            "text-dose", _WARNING, f"{its}: {whose} says {_told(told, times)}, the dose is {each}."
        )
    elif (dosage.timing.times or 0) > _MANY_TIMES and told == dosage.daily_mg:
        many = f"{_mg(dosage.mg)} {dosage.timing.times} times a day"
        yield Contradiction(
            "times-a-day", _CAUTION, f"{its}: {whose} says {_mg(told)}, the timing {many}."
        )


def _told(mg: Fraction, times: Fraction | None) -> str:
    """The dose of a text, and that of its day where it is another one."""
    if times is None or times == 1:
        return _mg(mg)
    return f"{_mg(mg)} {in_times(times)} a day, which are {_mg(mg * times)} a day"


def _text_times(dosage: Dosage) -> Iterator[Contradiction]:
    """How often on a day by the text, and by the timing, though the dose of the day agree."""
    said, times = dosage.said, dosage.timing.times
    if dosage.is_text_only or said.times is None or times is None or said.times == times:
        return
    told = f"the text says {in_times(said.times)} a day, the timing {in_times(Fraction(times))}"
    yield Contradiction("text-rhythm", _WARNING, f"{dosage.label}: {told}.")


def _text_rhythm(dosage: Dosage) -> Iterator[Contradiction]:
    """On which of its days it is taken by the text, and by the timing."""
    said, timing = dosage.said.rhythm, dosage.timing
    if said is None or dosage.is_text_only or timing.times is None or said.rate == timing.rate:
        return
    is_one_event = len(timing.events) == 1
    if is_one_event or (timing.events and said.rate.numerator > 1):  # no week is even
        return
    told = f"the text says {said.words.lower()}, the timing {timing.in_words}"
    yield Contradiction("text-rhythm", _WARNING, f"{dosage.label}: {told}.")


def _why_unlisted(dosage: Dosage) -> Iterator[Contradiction]:
    its, timing = dosage.label, dosage.timing
    if dosage.units_differ or timing.length_differs:
        return
    if dosage.open or dosage.unread or dosage.differs:
        return  # it was said why
    if dosage.unknown is not None:
        what = f"the dose is in {dosage.unknown}, of which the mg are not known"
        yield Contradiction("unknown-unit", _WARNING, f"{its}: {what}.")
    elif dosage.mg is None:
        yield Contradiction("no-dose", _WARNING, f"{its}: no dose is said.")
    elif timing.times is None:
        yield Contradiction(
            "unknown-rhythm", _WARNING, f"{its}: on which days it is taken cannot be told."
        )
    elif timing.start and timing.end and timing.start > timing.end:
        ends = f"it ends on {timing.end}, before it starts on {timing.start}"
        yield Contradiction("dates-reversed", _WARNING, f"{its}: {ends}.")
    elif timing.days is None and dosage.said.days is None:
        yield Contradiction("no-end", _WARNING, f"{its}: how long it is taken is not said.")
    else:
        yield Contradiction("no-start", _WARNING, f"{its}: when it begins cannot be told.")


# A dosage against its text --------------------------------------------------------------------


def _against_all(dosage: Dosage) -> Iterator[Contradiction]:
    """Words by which none of its days may be one on which it is taken."""
    for said in (dosage.said, dosage.instruction):
        if said is not None and said.against:
            told = f"its words are {quoted(said.against)}, and its days are listed all the same"
            yield Contradiction("text-against", _WARNING, f"{dosage.label}: {told}.")


def _text_against(span: Span) -> Iterator[Contradiction]:
    said, its = span.dosage.said, span.dosage.label
    if said.days is not None and said.days != span.days and not said.dates:
        yield Contradiction(
            "text-days",
            _WARNING,
            f"{its}: the text says {_text(said.days)} days, the dates {span.in_words} are "
            f"{span.days}."
            if span.is_dated
            else f"{its}: the text says {_text(said.days)} days, the timing {span.days}.",
        )
    first = day_of(span.first) if span.is_dated else None
    if said.start is not None and first is not None and said.start != first:
        starts = f"the text starts on {said.start}, the dates on {first}"
        yield Contradiction("text-start", _WARNING, f"{its}: {starts}.")
    end = span.dosage.timing.end
    if end is not None and span.is_dated and end != day_of(span.covered[-1]):
        ends = f"it ends on {end}, and its {span.days} days are {span.in_words}"
        yield Contradiction("text-end", _WARNING, f"{its}: {ends}.")
    if said.dates and span.is_dated and said.dates != tuple(map(day_of, span.taken)):
        yield Contradiction(
            "text-dates", _WARNING, f"{its}: the days that the text lists are not its dates."
        )


# A request as a whole -------------------------------------------------------------------------


def _sequence(request: Request) -> Iterator[Contradiction]:
    """Several dosages without dates and numbers: whether together or in turn is not said."""
    told = [each for each in request.dosages if not each.is_text_only]
    lacking = [each for each in told if each.sequence is None and each.timing.start is None]
    if len(told) > 1 and lacking:
        which = dose.join([str(each.number) for each in lacking])
        yield Contradiction(
            "no-sequence",
            _WARNING,
            f"dosages {which}: neither numbers nor dates say whether they are taken together or "
            "one after the other; they are listed one after the other.",
        )


def _rendered(request: Request) -> Iterator[Contradiction]:
    """The text of the whole must name every dose of its parts."""
    if not request.rendered:
        return
    for dosage in request.dosages:
        if dosage.mg and not _names(request.rendered, dosage):
            yield Contradiction(
                "rendered-text",
                _WARNING,
                f"{dosage.label}: its {_mg(dosage.mg)} are not in the text of the whole.",
            )


def _names(rendered: str, dosage: Dosage) -> bool:
    amounts = {dosage.mg, dosage.daily_mg, dosage.said.tablets} - {None}
    words = set(rendered.replace(",", " ").split())
    return any(_text(each) in words for each in amounts)


def _mg(mg: Fraction) -> str:
    return f"{dose.text(mg)} mg"


def _text(number: Fraction | None) -> str:
    return "" if number is None else dose.text(number)
