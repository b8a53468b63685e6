"""A program's arguments, each read one way; a refusal names the function and the argument."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from taper.doses import dose
from taper.doses.conversion import Route, SourcedTable
from taper.errors import Refusal
from taper.sources import drugs, routes, shipped
from taper.sources.drugs import Named, UnknownDrugError
from taper.sources.routes import UnknownRouteError
from taper.sources.values import NOT_A_FLOAT, number_as_typed
from taper.wording.case import known
from taper.wording.hints import seems
from taper.wording.quoting import did_you_mean, one_of, shown

Value = TypeVar("Value")


def read(who: str, argument: str, given: object, parse: Callable[[object], Value]) -> Value:
    """What `parse` makes of an argument of the function `who`; raises `Refusal`."""
    try:
        return parse(given)
    except ValueError as allowed:
        raise Refusal.of(who, argument, f"{shown(given)}{seems(given)}", str(allowed)) from None


def mg(
    who: str,
    argument: str,
    given: object,
    parse: Callable[[object], Fraction] = dose.parse_positive,
) -> Fraction:
    """A dose in mg, exactly as it was typed or computed: a `Fraction` may be a third."""
    if isinstance(given, float):
        raise Refusal.of(who, argument, f"the float {float.__repr__(given)}", NOT_A_FLOAT)
    return read(who, argument, given if isinstance(given, Fraction) else _typed(given), parse)


def _typed(given: object) -> object:
    text = number_as_typed(given)
    return given if text is None else text


def named(who: str, argument: str, given: object) -> Named:
    """The drug of that name and what it is in; one that is refused says why."""
    try:
        return drugs.named(_text(given))
    except UnknownDrugError as wrong:
        raise Refusal.of(who, argument, f"{shown(given)}{wrong.because}", str(wrong)) from None


def route(who: str, argument: str, given: object, what: Named) -> Route:
    """How a dose is given: oral or iv; with None as the preparation is, else by mouth."""
    try:
        asked = None if given is None else routes.route(_text(given), what.drug)
        return routes.route_of(what, asked)
    except UnknownRouteError as wrong:
        raise Refusal.of(who, argument, f"{shown(given)}{wrong.because}", str(wrong)) from None


def table(who: str, argument: str, given: object) -> SourcedTable:
    """The equivalence table of that id; the physiologic doses are none."""
    return shipped.sourced_table(one(who, argument, given, shipped.equivalence_ids()))


def one(who: str, argument: str, given: object, ids: tuple[str, ...]) -> str:
    """One of these ids, in any case."""
    id_ = known(_text(given), ids)
    if id_ is None:
        meant = did_you_mean(_text(given), ids)
        raise Refusal.of(who, argument, shown(given), f"{one_of(ids)}{meant}")
    return id_


def _text(given: object) -> str:
    return given if isinstance(given, str) else ""
