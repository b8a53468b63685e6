"""A file of medication requests to the days that they ask for, and to what contradicts in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from taper.confined.reading import apart
from taper.doses import dose
from taper.errors import Refusal
from taper.sources.fhir.checks import checked
from taper.sources.fhir.elements import Element, bundles_of, document_of, resources_of
from taper.sources.fhir.listed import Listed, listed_of
from taper.sources.fhir.requests import Request, requests_of
from taper.sources.fhir.schedule import Contradiction, DatedDose, Schedule
from taper.sources.fhir.standing import told
from taper.sources.fhir.timing import day_of
from taper.sources.fhir.whose import not_read, not_there, of_nobody, refuse_several, refuse_twice
from taper.sources.raw import MAX_JSON, THE_FILE, bytes_of
from taper.trial.fields import MAX_DAYS
from taper.wording.quoting import plain
from taper.wording.severity import Severity

_MOST_DOSAGES = 2000
"""A plan of ten years has some hundred steps; each of them may be of five times of the day."""
_MOST_DAYS = 20 * MAX_DAYS


def schedule_in(path: Path, start: date | None = None) -> Schedule:
    """The same of a file, read in the process that can be ended; raises `Refusal` too."""
    raw = bytes_of(path, MAX_JSON, "a file of FHIR as JSON")
    return apart(plain(path.name), schedule_of, raw, plain(path.name), start)


def schedule_of(raw: bytes, name: str, start: date | None = None) -> Schedule:
    """The days that the requests of a file ask for, and what contradicts in them.

    The file is one MedicationRequest (R4, JSON), a Bundle or a list of such; a refusal calls it
    `name`. Dosages without a date of their own begin on `start`, and without one they have no
    dates. Raises `Refusal` for what cannot be read, and where no request is for a steroid.
    """
    found: list[Contradiction] = []
    requests = _requests(raw, name, found)
    every = [listed_of(each, start) for each in requests if not each.hands_out_for]
    _refuse_too_long(every, name)
    days = tuple(_days(every))
    found += checked(every, [each for each in requests if each.hands_out_for])
    found += _remarks(requests, days)
    return Schedule(days, tuple(found))


def _remarks(requests: Sequence[Request], days: Sequence[DatedDose]) -> Iterator[Contradiction]:
    """What must be known of what is listed, whatever else it says."""
    yield from _over_the_most(days)
    yield from told(each.doubts for each in requests if not each.hands_out_for)
    yield from of_nobody([each.subject for each in requests])
    if any(each.date is None for each in days):
        said = "Some days have no date; they are counted from the first of their request."
        yield Contradiction("no-dates", Severity.INFO, said)


def _over_the_most(days: Sequence[DatedDose]) -> Iterator[Contradiction]:
    """Doses that no file and no option of taper may have: a unit or a place was mistaken."""
    over = [(each.drug, each.dose_mg) for each in days if each.dose_mg > dose.MAX_MG]
    for drug, mg in dict.fromkeys(over):
        said = f"{dose.text(mg)} mg on a day are over {dose.MAX_MG} mg, the most that is read"
        yield Contradiction("over-limit", Severity.WARNING, f"{drug}: {said} of any dose.")


def _requests(raw: bytes, name: str, found: list[Contradiction]) -> list[Request]:
    """The requests to be read, one at least; of each other one it is found why not."""
    document = document_of(raw, name)
    resources = resources_of(document, name)
    _refuse_too_many(resources, name)
    refuse_twice(resources, name)
    requests = list(requests_of(resources, found))
    if not requests:
        allowed = "a request in force for a steroid that taper knows, such as prednisone"
        raise Refusal.of(name, THE_FILE, f"one without any ({found[0].text[:-1]})", allowed)
    refuse_several([each.subject for each in requests], name)
    found += not_read(resources)
    found += not_there(bundles_of(document, name))
    return requests


def _refuse_too_many(resources: Sequence[tuple[str, Element]], name: str) -> None:
    if sum(len(each.each("dosageInstruction")) for _, each in resources) > _MOST_DOSAGES:
        read = f"one with more than {_MOST_DOSAGES} dosages"
        raise Refusal.of(name, THE_FILE, read, f"at most {_MOST_DOSAGES}")


def _refuse_too_long(every: Sequence[Listed], name: str) -> None:
    if sum(len(each.taken) for listed in every for each in listed.spans) > _MOST_DAYS:
        read = f"one with more than {_MOST_DAYS} days of dosages"
        raise Refusal.of(name, THE_FILE, read, f"at most {_MOST_DAYS}")


def _days(every: Sequence[Listed]) -> Iterator[DatedDose]:
    """What is taken on each day of each drug, of all dosages together."""
    sums: dict[tuple[bool, int, str], Fraction] = {}
    for listed in every:
        for span in listed.spans:
            mg = span.dosage.daily_mg or Fraction(0)
            for day in span.taken:
                key = span.is_dated, day, listed.request.drug
                sums[key] = sums.get(key, Fraction(0)) + mg
    dated = [day for is_dated, day, _ in sums if is_dated]
    first = min(dated, default=1)
    for (is_dated, day, drug), mg in sorted(sums.items()):
        if is_dated:
            yield DatedDose(day_of(day), day - first + 1, drug, mg)
        else:
            yield DatedDose(None, day, drug, mg)
