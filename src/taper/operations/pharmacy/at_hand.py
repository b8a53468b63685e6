"""How drugs and markets are named by whoever types them, and which tablets are at hand."""

from __future__ import annotations

from taper import sources
from taper.doses import dose, tablets
from taper.doses.evidence import Status
from taper.doses.forms import Preparation
from taper.doses.solutions import FORM, SOLUTION_TYPED
from taper.doses.tablets import Stock
from taper.errors import Refusal, UsageError
from taper.sources.drugs import Named, UnknownDrugError, in_plain_tablets, named
from taper.sources.typed import STRENGTHS_ALLOWED, read_strengths
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

DEFAULT_MARKET = "US"


def read_drug(who: str, field: str, typed: str) -> str:
    """The drug of that name, whatever it is in; `who` is the command."""
    return read_name(who, field, typed).drug


def read_plain(who: str, field: str, typed: str) -> str:
    """The drug of that name; raises `Refusal` for a form that is counted as no plain tablet."""
    try:
        return in_plain_tablets(typed)
    except UnknownDrugError as wrong:
        raise Refusal.of(who, field, f"{shown(typed)}{wrong.because}", str(wrong)) from None


def read_name(who: str, field: str, typed: str) -> Named:
    """The drug of that name and what it is in; `who` is the command."""
    try:
        return named(typed)
    except UnknownDrugError as wrong:
        raise Refusal.of(who, field, f"{shown(typed)}{wrong.because}", str(wrong)) from None


def read_market(typed: str) -> str:
    """A market's id; upper or lower case."""
    ids, id_ = sources.market_ids(), typed.upper()
    if id_ not in ids:
        also = sources.market_also_called(id_)
        meant = f" (did you mean {also}?)" if also else did_you_mean(id_, ids)
        raise UsageError(f"--market is {quoted(typed)}; allowed: {one_of(ids)}{meant}.")
    return id_


def stock_at_hand(who: str, drug: str, strengths: str | None, market: str) -> tuple[Stock, str]:
    """The tablets that --strengths names, else those of the market; and whose they are in words."""
    id_ = read_market(market)
    if strengths is not None:
        return read_strengths(who, strengths), "as given"
    return _market_stock(who, drug, id_), f"{id_} market, whole"


def form_at_hand(
    who: str, made: Preparation, strengths: str | None, market: str
) -> tuple[Stock, str]:
    """The same for a brand or form that is no plain tablet: its tablets are never broken."""
    if made.form == FORM:
        return _solution_at_hand(who, made, strengths, read_market(market))
    if not made.in_tablets:
        read = f"{made.name}, which is {made.drug} {made.described}"
        raise Refusal.of(who, "drug", read, f"{made.drug}, for tablets of it")
    if strengths is None:
        return _market_stock_of_form(who, made, read_market(market))
    stock = read_strengths(who, strengths)
    if stock.solution or any(strength.split > 1 for strength in stock.tablets):
        allowed = f"whole tablets, as {made.drug} {made.described} is never broken"
        raise Refusal.of(who, "--strengths", shown(strengths), allowed)
    return stock, "as given"


def _solution_at_hand(
    who: str, made: Preparation, strengths: str | None, market: str
) -> tuple[Stock, str]:
    """A solution, whose smallest volume nobody knows but whoever measures it."""
    stock = None if strengths is None else read_strengths(who, strengths)
    if stock is None or stock.solution is None:
        known = sources.strengths_of_form(market, made.drug, made.form)
        listed = f"; the {market} sheet has {dose.listed(known)} per mL" if known else ""
        read = "missing" if strengths is None else shown(strengths)
        allowed = f"a solution with the smallest volume that is measured, {SOLUTION_TYPED}{listed}"
        raise Refusal.of(who, "--strengths", read, f"{allowed}, as {made.sentence[:-1]}")
    return stock, "as given"


def _market_stock_of_form(who: str, made: Preparation, market: str) -> tuple[Stock, str]:
    """The tablets of a form on a market; refused where its sheet has none that were checked."""
    known = sources.strengths_of_form(market, made.drug, made.form)
    if not known:
        read = f"missing, and the {market} sheet has no checked {made.drug} {made.described}"
        raise Refusal.of(who, "--strengths", read, STRENGTHS_ALLOWED)
    return tablets.whole_stock(known), f"{market} market, {made.form}, whole"


def _market_stock(who: str, drug: str, market: str) -> Stock:
    """The plain tablets of a market, whole; refused where it has none that were checked."""
    known = sources.market(market).get(drug)
    if known:
        return tablets.whole_stock(known)
    doubtful = sorted(
        {mg for p in sources.products(market) if p.drug == drug for mg in p.unverified}
    )
    unverified = f" ({dose.listed(doubtful)} are {Status.UNVERIFIED})" if doubtful else ""
    raise Refusal.of(
        who,
        "--strengths",
        f"missing, and the {market} sheet has no checked tablets of {drug}{unverified}",
        STRENGTHS_ALLOWED,
    )
