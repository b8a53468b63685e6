"""One dose put into another drug, or into tablets, for a program that asks."""

from __future__ import annotations

from taper import sources
from taper.doses import dose as doses
from taper.doses import tablets as stocks
from taper.doses.conversion import Conversion, Taken, tables_with
from taper.doses.tablets import Stock
from taper.errors import Refusal
from taper.planning.prescription import makeable_instead
from taper.record.plan_document import tablets_as_data
from taper.sources import arguments, given
from taper.sources.given import Number, Strengths
from taper.trial.participant import whole_stock
from taper.wording.quoting import one_of

_CONVERT, _TABLETS = "taper.convert", "taper.tablets"


def convert(dose: Number, drug: str, *, to: str, table: str, route: str) -> Conversion:
    """The dose as one of another drug; raises `Refusal` where the table lacks one of the two."""
    mg = arguments.mg(_CONVERT, "dose", dose)
    taken = Taken(
        arguments.drug(_CONVERT, "drug", drug), mg, arguments.route(_CONVERT, "route", route)
    )
    target = arguments.drug(_CONVERT, "to", to)
    by = arguments.table(_CONVERT, "table", table)
    lacking = by.lacks((taken.drug, target))
    if lacking:
        tables = [sources.sourced_table(id_) for id_ in sources.equivalence_ids()]
        others = tables_with((taken.drug, target), tables)
        raise Refusal.of(
            _CONVERT,
            "table",
            f"{by.id}, which has no value for {doses.join(list(lacking))}",
            one_of(others) if others else "drugs that stand together in one table",
        )
    return Conversion((taken,), target, by)


def tablets(
    dose: Number, drug: str, *, strengths: Strengths | None, market: str
) -> list[dict[str, str]]:
    """The tablets of a dose as plain data; raises `Refusal` where these cannot make it."""
    mg = arguments.mg(_TABLETS, "dose", dose)
    name = arguments.drug(_TABLETS, "drug", drug)
    at_hand = _of_market(name, market) if strengths is None else given.stock(strengths, _TABLETS)
    if not stocks.can_make(mg, at_hand):
        allowed = makeable_instead(mg, name, at_hand)
        raise Refusal.of(_TABLETS, "dose", f"{doses.text(mg)} mg", allowed)
    return tablets_as_data(stocks.combine(mg, at_hand))


def _of_market(drug: str, market: str) -> Stock:
    id_ = arguments.one(_TABLETS, "market", market, sources.market_ids())
    known = sources.market(id_).get(drug)
    if not known:
        read = f"missing, and the {id_} sheet has no checked tablets of {drug}"
        raise Refusal.of(_TABLETS, "strengths", read, "the strengths of the tablets at hand")
    return whole_stock(known)
