"""The flat columns: what a row of a table may say, and the same as the keys of a participant file.

The rules themselves are those of the participant file (`taper.sources.validate_participant`). Here
is only which column stands for which key, and what a sheet's help says of it. Longer than other
modules: the columns stand together, as in a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from taper.doses import dose
from taper.sources.drugs import drug_names
from taper.sources.languages import SOURCE, language_codes, locale_allowed
from taper.sources.shipped import protocol_ids
from taper.trial.ids import ID_ALLOWED
from taper.trial.participant import EVENTS
from taper.trial.times import TIMES_ALLOWED
from taper.wording.quoting import did_you_mean, one_of

ID, DRUG = "participant", "drug"
REQUIRED = (ID, "protocol", DRUG)
NO_STEROID = "none"
MISSED = "missed"
SHOWN_INFUSIONS, SHOWN_VISITS, SHOWN_EVENTS, SHOWN_EXPOSURES = 6, 2, 4, 1
"""How many an empty sheet offers; a table may have up to 99 of each."""

_DATE = "a calendar date YYYY-MM-DD"
_LINE = "one line of at most 200 characters"
_TABLETS = (
    "tablet strengths in mg separated by semicolons, each once, such as 20; 5:2; 1, where 5:2 may "
    "be halved, 5:4 quartered and a bare number is taken whole; or one solution, 3/mL:0.5, of 3 mg "
    "in 1 mL measured to 0.5 mL"
)
_PROTOCOL = "the id of a protocol, or the path of a protocol file"
_REGIMEN = "the id of a shipped regimen, or the path of a regimen's sheet"
_DAYS = "whole days from 1 to 3660"


class CellKind(StrEnum):
    """What a column's cells are; a workbook's cells must be of that kind too."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole number"
    DATE = "date"
    INFUSION = "date or missed"
    TABLETS = "tablets"
    TIMES = "times"

    @property
    def is_date(self) -> bool:
        """Whether a real date cell is welcome."""
        return self in {CellKind.DATE, CellKind.INFUSION}

    @property
    def takes_numbers(self) -> bool:
        """Whether a number cell is welcome."""
        return self in {CellKind.NUMBER, CellKind.WHOLE, CellKind.TABLETS}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, where it stands in a participant file, and what it is for."""

    name: str
    key: str
    kind: CellKind
    meaning: str
    allowed: str
    example: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a table without it is refused."""
        return self.name in REQUIRED


def _drugs() -> tuple[str, ...]:
    return (*dict.fromkeys(drug_names().values()), NO_STEROID)


def _baseline() -> list[Column]:
    date, tablets = CellKind.DATE, CellKind.TABLETS
    protocols, drugs = protocol_ids(), _drugs()
    return [
        Column(
            ID, ID, CellKind.ID, "The trial id, and nothing else of the person", ID_ALLOWED, "A-01"
        ),
        Column(
            "protocol",
            "protocol",
            CellKind.CHOICE,
            "The protocol: an id, or the path of a file, from the folder of this table",
            f"one of {one_of(protocols)}, or the path of a protocol file",
            protocols[0],
            protocols,
        ),
        Column(
            DRUG,
            "steroid.drug",
            CellKind.CHOICE,
            f"The steroid taken now; {NO_STEROID} where there is none",
            one_of(drugs),
            "prednisone",
            drugs,
        ),
        Column(
            "dose_mg",
            "steroid.dose_mg",
            CellKind.NUMBER,
            "Its dose, mg, the total of a day",
            dose.ALLOWED_POSITIVE,
            "25",
        ),
        Column(
            "strengths",
            "steroid.strengths",
            tablets,
            "The tablets at hand; empty for the plain tablets of the market, taken whole",
            _TABLETS,
            "20; 5:2; 1",
        ),
        Column("since", "steroid.since", date, "Since when this dose is taken", _DATE),
        Column(
            "times",
            "steroid.times",
            CellKind.TIMES,
            "Times of the day at which it is taken, each with its share; empty for the morning",
            TIMES_ALLOWED,
        ),
        Column(
            "taper_strengths",
            "taper_strengths",
            tablets,
            "The tablets of the taper, where it is given in another drug",
            _TABLETS,
        ),
        Column(
            "weight_kg",
            "weight_kg",
            CellKind.NUMBER,
            "Body weight, where the regimen needs it",
            dose.ALLOWED_POSITIVE,
        ),
    ]


def _rest() -> list[Column]:
    return [
        Column(
            "taper_started",
            "taper_started",
            CellKind.DATE,
            "When the first reduced dose was taken, if later than planned",
            _DATE,
        ),
        Column(
            "enrolment_drug",
            "enrolment.drug",
            CellKind.CHOICE,
            "The steroid at entry into the trial, where the taper starts from another dose",
            one_of(_drugs()[:-1]),
            choices=_drugs()[:-1],
        ),
        Column(
            "enrolment_dose_mg",
            "enrolment.dose_mg",
            CellKind.NUMBER,
            "Its dose then, mg, the total of a day",
            dose.ALLOWED_POSITIVE,
        ),
        Column(
            "enrolment_date",
            "enrolment.date",
            CellKind.DATE,
            "The day of entry into the trial",
            _DATE,
        ),
        Column(
            "eligibility_waived",
            "eligibility_waived",
            CellKind.TEXT,
            "Who waived the protocol's limits of the start dose, and when",
            _LINE,
        ),
        Column(
            "locale",
            "locale",
            CellKind.CHOICE,
            "Language and date form of the printed calendar; empty for en_US",
            locale_allowed(),
            "en_US",
            ("en_US", "en_GB", "en_CA", "en_AU", *(x for x in language_codes() if x != SOURCE)),
        ),
        Column("site", "contact.site", CellKind.TEXT, "The clinic, printed on each page", _LINE),
        Column(
            "phone",
            "contact.phone",
            CellKind.TEXT,
            "Whom to call, printed on each page",
            _LINE,
            "555-0101",
        ),
    ]


def _infusion(number: int) -> Column:
    return Column(
        f"infusion_{number}",
        f"infusions[{number}]",
        CellKind.INFUSION,
        f"The date of infusion {number}, given or booked; {MISSED} where it was not given",
        f"{_DATE}, or {MISSED}",
        "2026-01-31" if number == 1 else "",
    )


VISIT_FIELDS = ("label", "date")
"""What a visit is called stands beside its date: a column of names would name a person."""


def _visit(number: int, key: str) -> Column:
    if key == "label":
        return Column(
            f"visit_{number}_label",
            f"visits[{number}].name",
            CellKind.TEXT,
            "What a visit is called in the protocol, such as Visit 5",
            "a visit of the protocol",
        )
    return Column(
        f"visit_{number}_date",
        f"visits[{number}].date",
        CellKind.INFUSION,
        f"The date of the visit of visit_{number}_label, past or booked; {MISSED} where it was "
        "not kept",
        f"{_DATE}, or {MISSED}",
    )


_EVENT_TYPES = tuple(EVENTS)
_EVENT_FIELDS: Mapping[str, tuple[CellKind, str, str]] = {
    "type": (CellKind.CHOICE, "What happened or was decided", one_of(_EVENT_TYPES)),
    "date": (CellKind.DATE, "The first day that it changes", _DATE),
    "onset": (CellKind.DATE, "When the flare began; changes no dose", _DATE),
    "resolved": (CellKind.DATE, "The first stable day after a flare; empty while it lasts", _DATE),
    "until": (CellKind.DATE, "The first day after a hold; empty while it is open", _DATE),
    "days": (CellKind.WHOLE, "How long a stress dose or set dose is taken", _DAYS),
    "dose_mg": (CellKind.NUMBER, "The stress dose or set dose, mg a day", dose.ALLOWED_POSITIVE),
    "drug": (
        CellKind.CHOICE,
        "The drug of that dose; needed where the taper is in another drug than before",
        f"a drug, such as {one_of(('prednisone', 'prednisolone'))}",
    ),
    "strengths": (CellKind.TABLETS, "The tablets from that day on, for tablets", _TABLETS),
    "times": (CellKind.TIMES, "The times of the day from that day on, for tablets", TIMES_ALLOWED),
    "protocol": (CellKind.TEXT, "The protocol from that day on, for amendment", _PROTOCOL),
    "regimen": (CellKind.TEXT, "The regimen after that set dose, where another", _REGIMEN),
    "kg": (CellKind.NUMBER, "The body weight from that day on, for weight", dose.ALLOWED_POSITIVE),
    "reason": (CellKind.TEXT, "Why; needed for hold, set-dose and withdraw", _LINE),
}
EVENT_FIELDS = tuple(_EVENT_FIELDS)


def _event(number: int, key: str) -> Column:
    kind, meaning, allowed = _EVENT_FIELDS[key]
    return Column(
        name=f"event_{number}_{key}",
        key=f"events[{number}].{key}",
        kind=kind,
        meaning=f"Event {number}: {meaning[0].lower()}{meaning[1:]}",
        allowed=allowed,
        choices=_EVENT_TYPES if key == "type" else (),
    )


ROUTES = ("oral", "iv")
_EXPOSURE_FIELDS: Mapping[str, tuple[CellKind, str, str]] = {
    "date": (CellKind.DATE, "Its day", _DATE),
    "drug": (CellKind.CHOICE, "Its drug", "a drug, such as hydrocortisone"),
    "dose_mg": (CellKind.NUMBER, "Its dose, mg", dose.ALLOWED_POSITIVE),
    "route": (CellKind.CHOICE, "By mouth or into a vein", one_of(ROUTES)),
    "reason": (CellKind.TEXT, "Why it was given", _LINE),
}
EXPOSURE_FIELDS = tuple(_EXPOSURE_FIELDS)


def _exposure(number: int, key: str) -> Column:
    kind, meaning, allowed = _EXPOSURE_FIELDS[key]
    return Column(
        name=f"exposure_{number}_{key}",
        key=f"exposures[{number}].{key}",
        kind=kind,
        meaning=f"Dose {number} beside the taper: {meaning[0].lower()}{meaning[1:]}",
        allowed=allowed,
        choices=ROUTES if key == "route" else (),
    )


@cache
def single_columns() -> Mapping[str, Column]:
    """The columns that are there once, by name."""
    return MappingProxyType({column.name: column for column in (*_baseline(), *_rest())})


INFUSION = re.compile(r"infusion_([1-9][0-9]?)", re.ASCII)
VISIT = re.compile(r"visit_([1-9][0-9]?)_(label|date)", re.ASCII)
EVENT = re.compile(rf"event_([1-9][0-9]?)_({'|'.join(_EVENT_FIELDS)})", re.ASCII)

EXPOSURE = re.compile(rf"exposure_([1-9][0-9]?)_({'|'.join(_EXPOSURE_FIELDS)})", re.ASCII)


@cache
def column(name: str) -> Column | None:
    """The column of that name, None where there is none."""
    if name in single_columns():
        return single_columns()[name]
    if infusion := INFUSION.fullmatch(name):
        return _infusion(int(infusion[1]))
    if visit := VISIT.fullmatch(name):
        return _visit(int(visit[1]), visit[2])
    if event := EVENT.fullmatch(name):
        return _event(int(event[1]), event[2])
    if exposure := EXPOSURE.fullmatch(name):
        return _exposure(int(exposure[1]), exposure[2])
    return None


@cache
def shown_columns() -> tuple[Column, ...]:
    """The columns of an empty sheet, in its order."""
    infusions = [_infusion(n + 1) for n in range(SHOWN_INFUSIONS)]
    visits = [_visit(n + 1, key) for n in range(SHOWN_VISITS) for key in VISIT_FIELDS]
    events = [_event(n + 1, key) for n in range(SHOWN_EVENTS) for key in EVENT_FIELDS]
    beside = [_exposure(n + 1, key) for n in range(SHOWN_EXPOSURES) for key in EXPOSURE_FIELDS]
    return (*_baseline(), *infusions, *visits, *_rest(), *events, *beside)


def bare(header: str) -> str:
    """A header without spaces around it, of whatever kind, and line breaks within."""
    return " ".join(header.split())


def named(header: str) -> str | None:
    """The column that a header names, in any case; None where it names none."""
    name = bare(header).lower()
    return None if column(name) is None else name


def near(typed: str) -> str:
    """` (did you mean x?)`, upper case and spaces aside."""
    likely = re.sub(r"[\s-]+", "_", typed.strip().lower())
    return did_you_mean(likely, (each.name for each in shown_columns()))
