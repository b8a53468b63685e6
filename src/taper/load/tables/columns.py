"""The flat columns: what a row of a table may say, and the same as the keys of a participant file.

The rules themselves are those of the participant file (`taper.load.validate_participant`). Here
is only which column stands for which key, and what a sheet's help says of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from taper import dose
from taper.load.drugs import drug_names
from taper.load.sheets import protocol_ids
from taper.load.tables.grid import Cell, Held, Said, serial_date
from taper.load.wording import did_you_mean, one_of, shown
from taper.participant import ID_ALLOWED

ID, DRUG = "participant", "drug"
REQUIRED = (ID, "protocol", DRUG)
NO_STEROID = "none"
MISSED = "missed"
SHOWN_INFUSIONS, SHOWN_EVENTS = 6, 4
"""How many an empty sheet offers; a table may have up to 99 of each."""
_OF_STEROID = ("dose_mg", "strengths", "since")

_DATE = "a calendar date YYYY-MM-DD"
_LINE = "one line of at most 200 characters"
_TABLETS = (
    "tablet strengths in mg separated by semicolons, each once, such as 20; 5:2; 1, where 5:2 may "
    "be halved, 5:4 quartered and a bare number is taken whole"
)
_DAYS = "whole days from 1 to 3660"


class Kind(StrEnum):
    """What a column's cells are; a workbook's cells must be of that kind too."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole number"
    DATE = "date"
    INFUSION = "date or missed"
    TABLETS = "tablets"

    @property
    def is_date(self) -> bool:
        """Whether a real date cell is welcome."""
        return self in {Kind.DATE, Kind.INFUSION}

    @property
    def takes_numbers(self) -> bool:
        """Whether a number cell is welcome."""
        return self in {Kind.NUMBER, Kind.WHOLE, Kind.TABLETS}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, where it stands in a participant file, and what it is for."""

    name: str
    key: str
    kind: Kind
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
    date, tablets = Kind.DATE, Kind.TABLETS
    protocols, drugs = protocol_ids(), _drugs()
    return [
        Column(ID, ID, Kind.ID, "The trial id, and nothing else of the person", ID_ALLOWED, "A-01"),
        Column(
            "protocol",
            "protocol",
            Kind.CHOICE,
            "The protocol: an id, or the path of a file, from the folder of this table",
            f"one of {one_of(protocols)}, or the path of a protocol file",
            protocols[0],
            protocols,
        ),
        Column(
            DRUG,
            "steroid.drug",
            Kind.CHOICE,
            f"The steroid taken now; {NO_STEROID} where there is none",
            one_of(drugs),
            "prednisone",
            drugs,
        ),
        Column(
            "dose_mg",
            "steroid.dose_mg",
            Kind.NUMBER,
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
            "taper_strengths",
            "taper_strengths",
            tablets,
            "The tablets of the taper, where it is given in another drug",
            _TABLETS,
        ),
        Column(
            "weight_kg",
            "weight_kg",
            Kind.NUMBER,
            "Body weight, where the regimen needs it",
            dose.ALLOWED_POSITIVE,
        ),
    ]


def _rest() -> list[Column]:
    return [
        Column(
            "taper_started",
            "taper_started",
            Kind.DATE,
            "When the first reduced dose was taken, if later than planned",
            _DATE,
        ),
        Column(
            "eligibility_waived",
            "eligibility_waived",
            Kind.TEXT,
            "Who waived the protocol's limits of the start dose, and when",
            _LINE,
        ),
        Column(
            "locale",
            "locale",
            Kind.CHOICE,
            "Language and date form of the printed calendar; empty for en_US",
            "a language, or a language and a country, such as en_US",
            "en_US",
            ("en_US", "en_GB", "en_CA", "en_AU"),
        ),
        Column("site", "contact.site", Kind.TEXT, "The clinic, printed on each page", _LINE),
        Column(
            "phone",
            "contact.phone",
            Kind.TEXT,
            "Whom to call, printed on each page",
            _LINE,
            "555-0101",
        ),
    ]


def _infusion(number: int) -> Column:
    return Column(
        f"infusion_{number}",
        f"infusions[{number}]",
        Kind.INFUSION,
        f"The date of infusion {number}, given or booked; {MISSED} where it was not given",
        f"{_DATE}, or {MISSED}",
        "2026-01-31" if number == 1 else "",
    )


_EVENT_TYPES = ("flare", "hold", "stress-dose", "set-dose", "withdraw")
_EVENT_FIELDS: Mapping[str, tuple[Kind, str, str]] = {
    "type": (Kind.CHOICE, "What happened or was decided", one_of(_EVENT_TYPES)),
    "date": (Kind.DATE, "The first day that it changes", _DATE),
    "onset": (Kind.DATE, "When the flare began; changes no dose", _DATE),
    "resolved": (Kind.DATE, "The first stable day after a flare; empty while it lasts", _DATE),
    "until": (Kind.DATE, "The first day after a hold; empty while it is open", _DATE),
    "days": (Kind.WHOLE, "How long a stress dose or set dose is taken", _DAYS),
    "dose_mg": (Kind.NUMBER, "The stress dose or set dose, mg a day", dose.ALLOWED_POSITIVE),
    "reason": (Kind.TEXT, "Why; needed for hold, set-dose and withdraw", _LINE),
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


@cache
def _single() -> Mapping[str, Column]:
    return MappingProxyType({column.name: column for column in (*_baseline(), *_rest())})


_INFUSION = re.compile(r"infusion_([1-9][0-9]?)", re.ASCII)
_EVENT = re.compile(rf"event_([1-9][0-9]?)_({'|'.join(_EVENT_FIELDS)})", re.ASCII)


@cache
def column(name: str) -> Column | None:
    """The column of that name, None where there is none."""
    if name in _single():
        return _single()[name]
    if infusion := _INFUSION.fullmatch(name):
        return _infusion(int(infusion[1]))
    if event := _EVENT.fullmatch(name):
        return _event(int(event[1]), event[2])
    return None


@cache
def shown_columns() -> tuple[Column, ...]:
    """The columns of an empty sheet, in its order."""
    infusions = [_infusion(n + 1) for n in range(SHOWN_INFUSIONS)]
    events = [_event(n + 1, key) for n in range(SHOWN_EVENTS) for key in EVENT_FIELDS]
    return (*_baseline(), *infusions, *_rest(), *events)


def near(typed: str) -> str:
    """` (did you mean x?)`, upper case and spaces aside."""
    likely = re.sub(r"[\s-]+", "_", typed.strip().lower())
    return did_you_mean(likely, (each.name for each in shown_columns()))


# A row as the keys of a file ------------------------------------------------------------------


@dataclass(frozen=True)
class Keyed:
    """A row as a participant file would have it, and the column behind each of its fields."""

    data: Mapping[str, Any]
    places: Mapping[str, str]

    def column_of(self, field: str) -> str | None:
        """The column behind a field of a message, such as `events[1].date`."""
        if numbered := _INFUSION_IN_WORDS.fullmatch(field):
            return f"infusion_{numbered[1]}"
        while field:
            if field in self.places:
                return self.places[field]
            field = _shorter(field)
        return None


_INFUSION_IN_WORDS = re.compile(r"infusions \(number ([0-9]+)\)", re.ASCII)


def _shorter(field: str) -> str:
    """The field around a field: `events[1]` of `events[1].date`."""
    return field[: max(field.rfind("."), field.rfind("["), 0)]


def keyed(values: Mapping[str, str]) -> Keyed:
    """The keys and values of a participant file that say the same as these cells."""
    data: dict[str, Any] = {}
    places = {each.key: name for name, each in _single().items()} | {"steroid": DRUG}
    _put_singles(data, values)
    _put_infusions(data, places, values)
    _put_events(data, places, values)
    return Keyed(data, places)


def _put_singles(data: dict[str, Any], values: Mapping[str, str]) -> None:
    data["steroid"] = NO_STEROID if values.get(DRUG) == NO_STEROID else {}
    for name, each in _single().items():
        if name not in values or (data["steroid"] == NO_STEROID and each.key.startswith("steroid")):
            continue
        group, _, key = each.key.rpartition(".")
        value = _strengths(values[name]) if each.kind is Kind.TABLETS else values[name]
        (data.setdefault(group, {}) if group else data)[key] = value


def left_over(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Cells that say something of a steroid that the row says is not taken, and what is allowed."""
    if values.get(DRUG) != NO_STEROID:
        return []
    return [(name, f"an empty cell, as {DRUG} is none") for name in _OF_STEROID if name in values]


def _strengths(typed: str) -> list[Any]:
    return [_strength(part.strip(" ")) for part in typed.split(";")]


def _strength(typed: str) -> str | dict[str, str]:
    mg, colon, split = typed.partition(":")
    return {"mg": mg.strip(" "), "split": split.strip(" ")} if colon else typed


def _put_infusions(data: dict[str, Any], places: dict[str, str], values: Mapping[str, str]) -> None:
    numbers = sorted(int(m[1]) for m in map(_INFUSION.fullmatch, values) if m)
    infusions = []
    for i, number in enumerate(numbers, start=1):
        name = f"infusion_{number}"
        typed = values[name]
        said = {MISSED: "true"} if typed == MISSED else {"date": typed}
        infusions.append({"number": str(number), **said})
        places[f"infusions[{i}]"] = name
    if infusions:
        data["infusions"] = infusions
        places["infusions"] = f"infusion_{numbers[-1]}"


def _put_events(data: dict[str, Any], places: dict[str, str], values: Mapping[str, str]) -> None:
    found: dict[int, dict[str, str]] = {}
    for match in filter(None, map(_EVENT.fullmatch, values)):
        found.setdefault(int(match[1]), {})[match[2]] = values[match[0]]
    numbers = sorted(found)
    for i, number in enumerate(numbers, start=1):
        places[f"events[{i}]"] = f"event_{number}_type"
        places.update({f"events[{i}].{key}": f"event_{number}_{key}" for key in EVENT_FIELDS})
    if numbers:
        data["events"] = [found[number] for number in numbers]


def event_type(name: str, values: Mapping[str, str]) -> str:
    """What kind of event the cell of this column is of, as `a flare`."""
    match = _EVENT.fullmatch(name)
    typed = values.get(f"event_{match[1]}_type") if match else None
    return f"a {typed}" if typed else "the event"


# What is wrong with a cell, in words ----------------------------------------------------------


_SERIAL = re.compile(r"[2-9][0-9]{4}(\.[0-9]+)?", re.ASCII)
_COMMA = re.compile(r"[0-9]+,[0-9]+", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_OTHER_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}", re.ASCII)


def misplaced(known: Column, cell: Cell, epoch_1904: bool | None) -> Said | None:
    """Why a workbook's cell is not read in this column, although its value could be written so."""
    if cell.held is Held.NUMBER and not known.kind.takes_numbers:
        return Said(f"{shown(cell.text)}, {_of_number(known, cell, epoch_1904)}", _as_text(known))
    if cell.trap is not None:
        return cell.trap
    if cell.held is Held.DATE and not known.kind.is_date:
        made = "a date cell, which a spreadsheet may have made of something else"
        return Said(f"{shown(cell.text)}, {made}", _as_text(known))
    return None


def _of_number(known: Column, cell: Cell, epoch_1904: bool | None) -> str:
    if known.kind is Kind.ID:
        return f"{Held.NUMBER}, in which an id loses the zeros that it begins with"
    if known.kind.is_date and is_serial(cell.text):
        day = serial_date(int(float(cell.text)), epoch_1904)
        return f"{Held.NUMBER}, which would be {day} if it were a date"
    return str(Held.NUMBER)


def _as_text(known: Column) -> str:
    """What to do with a cell of another kind."""
    if known.kind.is_date:
        return f"{known.allowed}, as a date cell or as text"
    if known.kind.takes_numbers:
        return f"{known.allowed}; format the cell as Text or General, and type it again"
    return f"{known.allowed}; format the cell as Text, and type it again"


def is_serial(text: str) -> bool:
    """Whether the text looks like a spreadsheet's number for a day of 1954 to 2173."""
    return _SERIAL.fullmatch(text) is not None


def hint(kind: Kind, text: str) -> str:
    """What a text in a cell of this kind seems to be, as the end of a clause, or nothing."""
    if kind in {Kind.NUMBER, Kind.WHOLE} and _COMMA.fullmatch(text):
        return ", with a comma where a point is needed"
    if kind is Kind.TABLETS and "," in text:
        return ", with a comma, which is neither a decimal point nor a semicolon here"
    if kind is Kind.ID and _SCIENTIFIC.fullmatch(text):
        return ", which a spreadsheet seems to have made of a number"
    if kind.is_date and _SERIAL.fullmatch(text):
        return f", which a spreadsheet may mean for {serial_date(int(float(text)), None)}"
    if kind.is_date and _OTHER_DATE.fullmatch(text):
        return ", which countries read differently"
    return ""


def in_words(kind: Kind, text: str) -> str:
    """The text as it is repeated in a message, with what it seems to be."""
    return f"{shown(text)}{hint(kind, text)}"
