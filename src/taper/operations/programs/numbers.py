"""One dose put into another drug, or into tablets, for a program that asks."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from taper import sources
from taper.doses import dose as doses
from taper.doses import tablets as stocks
from taper.doses.conversion import Conversion, SourcedTable, Taken, tables_with
from taper.doses.products import PLAIN
from taper.doses.solutions import FORM
from taper.doses.tablets import Stock, Tablets, whole_stock
from taper.doses.texts import tablet_texts, tablets_as_data
from taper.errors import Refusal
from taper.planning.prescription import makeable_instead
from taper.sources import arguments, given
from taper.sources.drugs import Named
from taper.sources.given import Number, Strengths
from taper.sources.routes import remarks
from taper.wording.quoting import one_of

_CONVERT, _TABLETS = "taper.convert", "taper.tablets"


def convert(dose: Number, drug: str, *, to: str, table: str, route: str | None) -> Conversion:
    """The dose as one of another drug; raises `Refusal` where the table lacks one of the two."""
    return converted([(dose, drug, route)], to=to, table=table)


Given = tuple[Number, str, str | None]
"""A dose, its drug, and its route; None as the preparation is given."""


def converted(doses: Iterable[Given], *, to: str, table: str) -> Conversion:
    """Doses of one day, added up as one of another drug."""
    taken = tuple(_taken(*each) for each in doses)
    target = arguments.named(_CONVERT, "to", to)
    by = arguments.table(_CONVERT, "table", table)
    _refuse_lacking(by, tuple(dict.fromkeys([*(each.drug for each in taken), target.drug])))
    return Conversion(taken, target.drug, by, target.preparation)


def _taken(dose: Number, drug: str, route: str | None) -> Taken:
    mg = arguments.mg(_CONVERT, "dose", dose)
    what = arguments.named(_CONVERT, "drug", drug)
    way = arguments.route(_CONVERT, "route", route, what)
    return Taken(what.drug, mg, way, what.preparation, tuple(remarks(what, way)))


def _refuse_lacking(by: SourcedTable, drugs: tuple[str, ...]) -> None:
    lacking = by.lacks(drugs)
    if lacking:
        tables = [sources.sourced_table(id_) for id_ in sources.equivalence_ids()]
        read = f"{by.id}, which has no value for {doses.join(list(lacking))}"
        others = tables_with(drugs, tables)
        instead = one_of(others) if others else "drugs that stand together in one table"
        raise Refusal.of(_CONVERT, "table", read, instead)


def tablets(
    dose: Number, drug: str, *, strengths: Strengths | None, market: str
) -> list[dict[str, str]]:
    """The tablets of a dose as plain data; raises `Refusal` where these cannot make it."""
    _, _, made = in_tablets(dose, drug, strengths=strengths, market=market)
    return tablets_as_data(tablet_texts(made))


def in_tablets(
    dose: Number, drug: str, *, strengths: Strengths | None, market: str
) -> tuple[Fraction, Named, Tablets]:
    """A dose in mg, its drug as it was named, and the tablets that make it."""
    mg = arguments.mg(_TABLETS, "dose", dose)
    what = arguments.named(_TABLETS, "drug", drug)
    _refuse_no_tablets(what, strengths)
    at_hand = _of_market(what, market) if strengths is None else _given(what, strengths)
    stocks.refuse_too_fine(_TABLETS, "strengths", mg, at_hand)
    if not stocks.can_make(mg, at_hand):
        allowed = makeable_instead(mg, what.drug, at_hand)
        raise Refusal.of(_TABLETS, "dose", f"{doses.text(mg)} mg", allowed)
    return mg, what, stocks.combine(mg, at_hand)


def _refuse_no_tablets(what: Named, strengths: Strengths | None) -> None:
    made = what.preparation
    is_measured = made is not None and made.form == FORM and strengths is not None
    if made is not None and not made.in_tablets and not is_measured:
        read = f"{made.name}, which is {made.drug} {made.described}"
        raise Refusal.of(_TABLETS, "drug", read, f"{made.drug}, for tablets of it")


def _given(what: Named, strengths: Strengths) -> Stock:
    """The tablets at hand; those of a form that is no plain tablet are never broken."""
    stock, made = given.stock(strengths, _TABLETS), what.preparation
    if made is None:
        return stock
    if (made.form == FORM) != (stock.solution is not None):
        read = "a solution" if stock.solution else "tablets"
        raise Refusal.of(_TABLETS, "strengths", read, f"those of {made.drug} {made.described}")
    if any(strength.split > 1 for strength in stock.tablets):
        allowed = f"whole tablets, as {made.drug} {made.described} is never broken"
        raise Refusal.of(_TABLETS, "strengths", "some that are broken", allowed)
    return stock


def _of_market(what: Named, market: str) -> Stock:
    """The whole tablets of a market, of the form that was named."""
    id_ = arguments.one(_TABLETS, "market", market, sources.market_ids())
    made = what.preparation
    form = PLAIN if made is None else made.form
    known = sources.strengths_of_form(id_, what.drug, form)
    if not known:
        kind = f"tablets of {what.drug}" if made is None else f"{what.drug} {made.described}"
        read = f"missing, and the {id_} sheet has no checked {kind}"
        raise Refusal.of(_TABLETS, "strengths", read, "the strengths of the tablets at hand")
    return whole_stock(known)
