"""Other medicines of an SDTM file (domain CM): what of them can be counted as taken, and what not.

A row counts where it says a steroid that the tables know, by mouth or into a vein, in mg, so many
times a day, from one day to another. Every other row is left out with its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from taper.doses import dose
from taper.doses.conversion import Route
from taper.sources.drugs import UnknownDrugError, canonical
from taper.sources.routes import UnknownRouteError, route
from taper.trial.fields import MAX_DAYS, parse_date
from taper.trial.taken import Exposure
from taper.wording.no_values import says_nothing
from taper.wording.quoting import quoted

_NEEDED = frozenset({"USUBJID", "CMTRT"})
READ = (
    *("USUBJID", "SUBJID", "CMTRT", "CMDECOD", "CMSTAT", "CMOCCUR", "CMDOSE", "CMDOSTOT", "CMDOSU"),
    *("CMDOSFRQ", "CMROUTE", "CMSTDTC", "CMENDTC", "CMENRTPT", "CMENTPT", "CMINDC"),
)
"""The variables that are looked at."""
_A_DAY = {
    **dict.fromkeys(("QD", "QAM", "QPM", "QHS", "Q24H", "DAILY"), Fraction(1)),
    **dict.fromkeys(("BID", "Q12H"), Fraction(2)),
    **dict.fromkeys(("TID", "Q8H"), Fraction(3)),
    **dict.fromkeys(("QID", "Q6H"), Fraction(4)),
}
"""How often a day, in the words of CDISC's controlled terminology (codelist FREQ)."""
_EVERY = {"QOD": 2, "Q2D": 2, "Q3D": 3, "EVERY 2 DAYS": 2, "EVERY 3 DAYS": 3}
_ONCE = "ONCE"
_NOTHING = frozenset({"", "NA", "."})
"""How R and SAS write that there is nothing."""


@dataclass(frozen=True, slots=True)
class CmRow:
    """A row of the domain: its number in the file, and what it says by its variables."""

    number: int
    said: Mapping[str, str]

    def get(self, variable: str) -> str:
        """What a variable says, nothing where it says nothing."""
        text = self.said.get(variable, "").strip()
        return "" if text.upper() in _NOTHING else text


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file of this domain."""

    rows: tuple[CmRow, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not counted, and why."""

    row: int
    participant: str
    drug: str
    reason: str


@dataclass
class Counted:
    """What was counted: mg of each drug on each day, and exposures, each with the row of it."""

    days: dict[str, dict[tuple[date, str], tuple[Fraction, int]]] = field(default_factory=dict)
    exposures: dict[str, list[tuple[Exposure, int]]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


class _LeftOutError(ValueError):
    """Why a row is not counted."""


def is_header(names: Iterable[str]) -> bool:
    """Whether a table of these columns is of that domain."""
    return {name.upper() for name in names} >= _NEEDED


def count(of: Rows, participants: Iterable[str]) -> Counted:
    """What of the rows can be counted for these participants."""
    known, counted = _Known(participants, of.rows), Counted()
    seen: dict[tuple[str, ...], int] = {}
    for row in of.rows:
        try:
            _count(row, known, counted, seen)
        except _LeftOutError as why:
            drug = row.get("CMTRT") or row.get("CMDECOD")
            counted.left_out.append(LeftOut(row.number, row.get("USUBJID"), drug, str(why)))
    return counted


def _count(row: CmRow, known: _Known, counted: Counted, seen: dict[tuple[str, ...], int]) -> None:
    drug = known.drug_of(row)
    if row.get("CMSTAT") or row.get("CMOCCUR").upper() == "N":
        raise _LeftOutError("it was not given (CMSTAT, CMOCCUR)")
    if row.get("CMOCCUR").upper() not in ("", "Y"):
        raise _LeftOutError(f"whether it was given is {quoted(row.get('CMOCCUR'))} (CMOCCUR)")
    way, mg = _route_of(row, drug), _mg_of(row)
    days = list(_days_of(row))
    same = tuple(row.get(name) for name in READ)
    if same in seen:
        raise _LeftOutError(f"it says what row {seen[same]} says")
    who = known.participant_of(row)
    seen[same] = row.number
    taken = counted.days.setdefault(who, {})
    for day, times in days:
        if way is Route.IV:
            _expose(counted, who, row, drug, day, mg * times)
            continue
        before, _ = taken.get((day, drug), (Fraction(0), 0))
        taken[day, drug] = before + mg * times, row.number


def _expose(counted: Counted, who: str, row: CmRow, drug: str, day: date, mg: Fraction) -> None:
    """A dose into a vein is no step of a ladder."""
    if mg:
        why = row.get("CMINDC")
        reason = why if why and not says_nothing(why) else f"row {row.number} of domain CM"
        made = Exposure.model_validate(
            {"date": day, "drug": drug, "dose_mg": mg, "route": "iv", "reason": reason}
        )
        counted.exposures.setdefault(who, []).append((made, row.number))


class _Known:
    """Participants and drugs by what a row calls them, each looked up once."""

    def __init__(self, participants: Iterable[str], rows: Iterable[CmRow]) -> None:
        self._ids = frozenset(participants)
        self._drugs: dict[str, str | None] = {}
        self._fitting = {of: self._that_fit(*of) for of in {_subject_of(row) for row in rows}}
        self._subjects = Counter(id_ for fitting in self._fitting.values() for id_ in fitting)

    def participant_of(self, row: CmRow) -> str:
        """Whose row it is: by USUBJID or SUBJID, or by what USUBJID ends with.

        An id that ends several of the file's USUBJIDs is nobody's: they may be of two sites.
        """
        fitting = self._fitting[_subject_of(row)]
        if not fitting:
            raise _LeftOutError("it is of no participant of the source")
        if len(fitting) > 1:
            raise _LeftOutError("it may be of several participants of the source")
        (found,) = fitting
        if self._subjects[found] > 1 and row.get("USUBJID") != found:
            raise _LeftOutError(f"another USUBJID of the file may be {found} too")
        return found

    def _that_fit(self, whole: str, short: str) -> frozenset[str]:
        if whole in self._ids:
            return frozenset({whole})
        return frozenset(i for i in self._ids if i == short or whole.endswith(f"-{i}"))

    def drug_of(self, row: CmRow) -> str:
        """The steroid, by its coded name or as it was typed."""
        names = [row.get("CMDECOD"), row.get("CMTRT")]
        found = next((drug for name in names if (drug := self._drug(name))), None)
        if found is None:
            raise _LeftOutError("it is no steroid that the tables know")
        return found

    def _drug(self, name: str) -> str | None:
        if name not in self._drugs:
            try:
                self._drugs[name] = canonical(name) if name else None
            except UnknownDrugError:
                self._drugs[name] = None
        return self._drugs[name]


def _subject_of(row: CmRow) -> tuple[str, str]:
    return row.get("USUBJID"), row.get("SUBJID")


def _route_of(row: CmRow, drug: str) -> Route:
    typed = row.get("CMROUTE")
    if not typed:
        raise _LeftOutError("it has no route (CMROUTE)")
    try:
        return route(typed, drug)
    except UnknownRouteError:
        raise _LeftOutError(f"its route is {typed.lower()}, which no table holds for") from None


def _mg_of(row: CmRow) -> Fraction:
    """The dose in mg: of each time, or of the whole day where only that is said."""
    unit = row.get("CMDOSU")
    if unit.lower() != "mg":
        raise _LeftOutError(f"its unit is {quoted(unit) if unit else 'not said'}, and not mg")
    typed = row.get("CMDOSE") or row.get("CMDOSTOT")
    try:
        return dose.parse(typed)
    except ValueError:
        said = quoted(typed) if typed else "not said"
        raise _LeftOutError(f"its dose is {said}, and no plain number of mg") from None


def _days_of(row: CmRow) -> Iterator[tuple[date, Fraction]]:
    """Each day with how often it was given, days between two doses among them."""
    first = _day_of(row, "CMSTDTC", "start")
    often = row.get("CMDOSFRQ").upper()
    if often == _ONCE:
        yield first, Fraction(1)
        return
    every, times = _frequency(row, often)
    last = _last_of(row)
    if not first <= last:
        raise _LeftOutError("it ends before it begins")
    if (last - first).days > MAX_DAYS:
        raise _LeftOutError("it lasts longer than ten years")
    for i in range((last - first).days + 1):
        yield first + timedelta(days=i), times if i % every == 0 else Fraction(0)


def _frequency(row: CmRow, often: str) -> tuple[int, Fraction]:
    """On which days, and how often on each of them."""
    is_of_day = not row.get("CMDOSE")  # CMDOSTOT is of the whole day
    if often in _EVERY:
        return _EVERY[often], Fraction(1)
    if is_of_day and (not often or often in _A_DAY):
        return 1, Fraction(1)
    if often not in _A_DAY:
        said = f"its frequency is {often}" if often else "its frequency is not said"
        raise _LeftOutError(f"{said}, which is no number of times a day")
    return 1, _A_DAY[often]


def _last_of(row: CmRow) -> date:
    """The last day; where it goes on, the day until which that is known (CMENTPT)."""
    if not row.get("CMENDTC") and row.get("CMENRTPT").upper() == "ONGOING" and row.get("CMENTPT"):
        return _day_of(row, "CMENTPT", "day until which it goes on")
    if not row.get("CMENDTC"):
        raise _LeftOutError("it has no end (CMENDTC)")
    return _day_of(row, "CMENDTC", "end")


def _day_of(row: CmRow, variable: str, what: str) -> date:
    typed = row.get(variable)
    try:
        return parse_date(typed.partition("T")[0])
    except ValueError:
        said = quoted(typed) if typed else "missing"
        raise _LeftOutError(f"its {what} is {said}, and no whole date ({variable})") from None


def by_reason(left_out: Iterable[LeftOut]) -> dict[str, list[LeftOut]]:
    """The rows that were left out, by why: the reason that most have first."""
    found: dict[str, list[LeftOut]] = defaultdict(list)
    for each in left_out:
        found[each.reason].append(each)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
