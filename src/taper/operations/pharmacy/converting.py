"""Doses as they are typed, and what they come to by one table or by every one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from taper import sources
from taper.doses import dose
from taper.doses.conversion import Conversion, Route, Row, SourcedTable, Taken, tables_with
from taper.doses.solutions import Volume, in_words, volume_of
from taper.errors import Problem, Refusal, UsageError
from taper.operations.pharmacy.at_hand import read_name
from taper.sources import sourced_table
from taper.sources.drugs import Named, drug_facts
from taper.sources.routes import UnknownRouteError, remarks, route, route_of
from taper.sources.shipped import market_ids, marketed_solutions
from taper.wording.hints import about_dose
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

Read = TypeVar("Read")
WHO = "taper convert"
DEFAULT_TABLE = "us-label"
_PAIRS = "pairs of DOSE DRUG, such as 16 methylprednisolone; a name of two words in quotation marks"


def by_one(taken: tuple[Taken, ...], target: Named, by: SourcedTable) -> Conversion:
    """The doses as one of another drug by a table; raises `Refusal` where it lacks one of them."""
    _refuse_lacking(taken, target, by)
    return Conversion(taken, target.drug, by, target.preparation)


def row_by_one(taken: tuple[Taken, ...], by: SourcedTable) -> Row:
    """The doses as one of every drug of a table; raises as `by_one`."""
    _refuse_lacking(taken, None, by)
    return _row(taken, by)


def by_every(taken: tuple[Taken, ...], target: Named) -> list[Conversion]:
    """The same by every table that has all the drugs; raises `Refusal` where none has."""
    having = _having(taken, target)
    return [Conversion(taken, target.drug, by, target.preparation) for by in having]


def rows_by_every(taken: tuple[Taken, ...]) -> list[Row]:
    """The doses as one of every drug, by every table that has those taken; raises as `by_every`."""
    return [_row(taken, by) for by in _having(taken, None)]


def _refuse_lacking(taken: Sequence[Taken], target: Named | None, by: SourcedTable) -> None:
    lacking = by.lacks(_needed(taken, target))
    if lacking:
        raise _nothing_for(lacking, f"which table {by.id} has no value for", taken, target)


def _having(taken: Sequence[Taken], target: Named | None) -> list[SourcedTable]:
    needed = _needed(taken, target)
    having = [by for by in all_tables() if not by.lacks(needed)]
    if not having:
        raise _nothing_for(needed, "which no table has all of", taken, target)
    return having


def _row(taken: tuple[Taken, ...], by: SourcedTable) -> Row:
    return [Conversion(taken, drug, by) for drug in drug_facts() if drug in by.table]


# What was typed -------------------------------------------------------------------------------


def taken_of(given: Sequence[str], by_route: str | None) -> tuple[Taken, ...]:
    """The doses and drugs; raises one `Refusal` with everything that is wrong in them."""
    if not given or len(given) % 2:
        typed = " ".join(shown(word) for word in given) or "missing"
        hint = about_dose(" ".join(given))
        raise UsageError(f"The doses are {typed}; allowed: {_PAIRS}{hint}.")
    problems: list[Problem] = []

    def read(reader: Callable[..., Read], *typed: Any) -> Read | None:
        try:
            return reader(*typed)
        except Refusal as wrong:
            problems.extend(wrong.problems)
            return None

    doses = [read(_dose, typed) for typed in given[::2]]
    names = [read(_name, typed) for typed in given[1::2]]
    way = None if by_route is None else read(_route, "--route", by_route)
    pairs = zip(doses, names, strict=True)
    taken = [read(_given, mg, name, way) for mg, name in pairs if mg and name]
    if problems:
        raise Refusal(*problems)
    return tuple(each for each in taken if each)


_Dose = tuple[Fraction, str, Volume | None]
"""mg, the route that stands behind them, which may be none, and the volume that they are in."""


def _dose(typed: str) -> _Dose:
    """A dose, or a sum of doses such as 10+5+5, mg; 100:iv is one with its own route.

    Of a solution it may be a volume, as in `5 mL of 15 mg/5 mL`.
    """
    sum_, _, way = typed.partition(":")
    try:
        volume = volume_of(sum_)
        if volume is not None:
            return volume.dose_mg, way, volume
        each = [dose.parse_positive(part) for part in sum_.split("+")]
        return dose.parse_positive(sum(each, Fraction(0))), way, None
    except ValueError as allowed:
        hint = about_dose(typed)
        raise Refusal.of(WHO, "dose", shown(typed), f"{allowed}, or a sum of such{hint}") from None


def _given(typed: _Dose, name: Named, by_default: Route | None) -> Taken:
    """A dose of a drug by its route, its own before that of all."""
    mg, own, volume = typed
    field = "route" if own or by_default is None else "--route"
    asked = _route(field, own, name.drug) if own else by_default
    try:
        way = route_of(name, asked)
    except UnknownRouteError as wrong:
        read = f"{asked}{wrong.because}"
        raise Refusal.of(WHO, field, read, str(wrong)) from None
    sold = _sold(name.drug, volume) if way is Route.ORAL else ()  # the sheets have no ampoules
    known = (*remarks(name, way), *sold)
    return Taken(name.drug, mg, way, name.preparation, known, volume)


def _sold(drug: str, volume: Volume | None) -> Iterator[str]:
    """Which markets have such a solution: 15 mg per mL is the likeliest slip for 15 mg in 5 mL."""
    if volume is None:
        return
    strength = in_words(volume.mg_per_ml, in_ml=True)
    sold_in = [
        market.upper()
        for market in market_ids()
        if volume.mg_per_ml in marketed_solutions(market).get(drug, ())
    ]
    if sold_in:
        yield f"A solution of {drug} {strength} is on the product sheet of {dose.join(sold_in)}."
    else:
        yield (
            f"No product sheet has a solution of {drug} {strength}: make sure of the strength on "
            "the bottle, as 15 mg in 5 mL is 3 mg per mL."
        )


def _name(typed: str) -> Named:
    return read_name(WHO, "drug", typed)


def _route(field: str, typed: str, drug: str = "") -> Route:
    try:
        return route(typed, drug)
    except UnknownRouteError as wrong:
        read = f"{shown(typed)}{wrong.because}"
        raise Refusal.of(WHO, field, read, str(wrong)) from None


def table_named(typed: str) -> SourcedTable:
    """The table of that id, in upper or lower case."""
    ids, id_ = sources.equivalence_ids(), typed.lower()
    if id_ == sources.PHYSIOLOGIC:
        raise UsageError(
            f"--table is {typed}, the physiologic doses, which are for warnings only and never "
            f"for a conversion; allowed: {one_of(ids)}."
        )
    if id_ not in ids:
        raise UsageError(
            f"--table is {quoted(typed)}; allowed: {one_of(ids)}{did_you_mean(id_, ids)}."
        )
    return sourced_table(id_)


def all_tables() -> tuple[SourcedTable, ...]:
    """Every table, the default one first."""
    ids = sorted(sources.equivalence_ids(), key=lambda id_: (id_ != DEFAULT_TABLE, id_))
    return tuple(sourced_table(id_) for id_ in ids)


def _needed(taken: Sequence[Taken], target: Named | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(t.drug for t in taken), *([target.drug] if target else [])]))


def _nothing_for(
    drugs: Sequence[str], why: str, taken: Sequence[Taken], target: Named | None
) -> Refusal:
    """The refusal of drugs without a value; it names the tables that have all that is asked for."""
    others = tables_with(_needed(taken, target), all_tables())
    instead = f"--table {one_of(others)}" if others else "drugs that stand together in one table"
    return Refusal.of(WHO, "drug", f"{dose.join(list(drugs))}, {why}", instead)
