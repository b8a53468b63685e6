"""How drugs, markets and tablets are named on a command line."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import sources
from taper.doses import dose, tablets
from taper.doses.evidence import Status
from taper.doses.tablets import MAX_STRENGTHS, Stock, Strength
from taper.errors import Refusal, UsageError
from taper.sources.drugs import UnknownDrugError, canonical
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

DEFAULT_MARKET = "US"
STRENGTHS_ALLOWED = (
    f"1 to {MAX_STRENGTHS} different strengths above 0 in mg with commas between them, 5:2 for one "
    "that may be halved, 20:4 for one that may be quartered"
)
_SPLITS = {"1": 1, "2": 2, "4": 4}

Strengths = Annotated[
    str | None,
    typer.Option(
        metavar="MG[:2|:4],…", help="The tablets at hand; 5:2 may be halved, 20:4 quartered."
    ),
]
Market = Annotated[
    str | None, typer.Option(metavar="ID", help=f"The market. [default: {DEFAULT_MARKET}]")
]


def read_drug(who: str, field: str, typed: str) -> str:
    """The drug of that name; `who` is the command."""
    try:
        return canonical(typed)
    except UnknownDrugError as wrong:
        raise Refusal.of(who, field, f"{shown(typed)}{wrong.because}", str(wrong)) from None


def read_market(typed: str) -> str:
    """A market's id; upper or lower case."""
    ids, id_ = sources.market_ids(), typed.upper()
    if id_ not in ids:
        meant = did_you_mean(id_, ids)
        raise UsageError(f"--market is {quoted(typed)}; allowed: {one_of(ids)}{meant}.")
    return id_


def stock_at_hand(who: str, drug: str, strengths: str | None, market: str) -> tuple[Stock, str]:
    """The tablets that --strengths names, else those of the market; and whose they are in words."""
    id_ = read_market(market)
    if strengths is not None:
        return _read_strengths(who, strengths), "as given"
    return _market_stock(who, drug, id_), f"{id_} market, whole"


def _read_strengths(who: str, typed: str) -> Stock:
    """A stock as it is typed: `5:2,20:4,1`."""
    try:
        each = [_strength(part) for part in typed.split(",")]
    except (ValueError, KeyError):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED) from None
    if len(each) > MAX_STRENGTHS or len({strength.mg for strength in each}) < len(each):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED)
    return tablets.stock(each)


def _strength(typed: str) -> Strength:
    mg, colon, split = typed.strip(" ").partition(":")
    return Strength(dose.parse_positive(mg), _SPLITS[split] if colon else 1)


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
