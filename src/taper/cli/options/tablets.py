"""How drugs, markets and tablets are named on a command line."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from taper import sources
from taper.doses import dose, tablets
from taper.doses.evidence import Status
from taper.doses.forms import Preparation
from taper.doses.solutions import (
    FORM,
    SOLUTION_TYPED,
    STEP_ALLOWED,
    Solution,
    parse_mg_per_ml,
    parse_smallest_ml,
    prints_exactly,
    typed_parts,
)
from taper.doses.tablets import MAX_STRENGTHS, Stock, Strength
from taper.errors import Refusal, UsageError
from taper.sources.drugs import Named, UnknownDrugError, named
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

DEFAULT_MARKET = "US"
STRENGTHS_ALLOWED = (
    f"1 to {MAX_STRENGTHS} different strengths above 0 in mg with commas between them, 5:2 for one "
    "that may be halved, 20:4 for one that may be quartered; or one solution, "
    f"{SOLUTION_TYPED} for 3 mg in 1 mL measured to 0.5 mL"
)
_SPLITS = {"1": 1, "2": 2, "4": 4}

Strengths = Annotated[
    str | None,
    typer.Option(
        metavar="MG[:2|:4],…",
        help="The tablets at hand; 5:2 may be halved, 20:4 quartered. Or a solution, 3/mL:0.5.",
    ),
]
Market = Annotated[
    str | None, typer.Option(metavar="ID", help=f"The market. [default: {DEFAULT_MARKET}]")
]


def parse_drug(typed: object) -> str:
    """The drug of that name; raises `ValueError` with what is allowed."""
    return named(str(typed)).drug


def parse_strengths(typed: object) -> list[Any]:
    """Strengths as a participant's file has them; raises `ValueError` with what is allowed."""
    try:
        stock = _read_strengths("", str(typed))
    except Refusal:
        raise ValueError(STRENGTHS_ALLOWED) from None
    return [tablets.in_a_file(each) for each in stock]


def read_drug(who: str, field: str, typed: str) -> str:
    """The drug of that name, whatever it is in; `who` is the command."""
    return read_name(who, field, typed).drug


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
        return _read_strengths(who, strengths), "as given"
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
    stock = _read_strengths(who, strengths)
    if stock.solution or any(strength.split > 1 for strength in stock.tablets):
        allowed = f"whole tablets, as {made.drug} {made.described} is never broken"
        raise Refusal.of(who, "--strengths", shown(strengths), allowed)
    return stock, "as given"


def _solution_at_hand(
    who: str, made: Preparation, strengths: str | None, market: str
) -> tuple[Stock, str]:
    """A solution, whose smallest volume nobody knows but whoever measures it."""
    stock = None if strengths is None else _read_strengths(who, strengths)
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


def _read_strengths(who: str, typed: str) -> Stock:
    """A stock as it is typed: `5:2,20:4,1`; or a solution, `3/mL:0.5`."""
    solution = typed_parts(typed)
    if solution is not None:
        return tablets.stock([_solution(who, *solution)])
    if typed.count(",") < MAX_STRENGTHS:
        _refuse_decimals(who, typed)
    try:
        each = [_strength(part) for part in typed.split(",")]
    except (ValueError, KeyError):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED) from None
    if len(each) > MAX_STRENGTHS or len({strength.mg for strength in each}) < len(each):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED)
    return tablets.stock(each)


def _solution(who: str, mg: str, smallest: str | None) -> Solution:
    if smallest is None:
        allowed = f"the smallest volume that is measured behind it, such as {SOLUTION_TYPED}"
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL"), allowed)
    try:
        made = Solution(parse_mg_per_ml(mg), parse_smallest_ml(smallest))
    except ValueError as allowed:
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL:{smallest}"), str(allowed)) from None
    if not prints_exactly(made.mg, made.smallest_ml):
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL:{smallest}"), STEP_ALLOWED)
    return made


_PAIR = re.compile(r"(?<![0-9.:])([0-9]+),(?=([0-9]+)(?![0-9.]))", re.ASCII)


def _refuse_decimals(who: str, typed: str) -> None:
    """Refuse `20,10,2,5`: 2 and 5 mg to taper, and 2.5 to whoever writes decimals with a comma.

    A pair is in doubt where the number with a point is a strength of some market, where its first
    number is none, or where it rises in a list that does not. A space says that there are two.
    """
    pairs = [(match[1], match[2]) for match in _PAIR.finditer(typed)]
    rises = [int(a) < int(b) for a, b in pairs]
    for (a, b), is_rising in zip(pairs, rises, strict=True):
        is_odd = _is_a_strength(f"{a}.{b}") or not _is_a_strength(a)
        if is_odd or (is_rising and not all(rises)):
            read = f"{shown(typed)}, in which {a},{b} is {a} and {b} mg, or {a}.{b} mg"
            allowed = (
                f"a point in one number ({a}.{b}), a space after the comma of two ('{a}, {b}')"
            )
            raise Refusal.of(who, "--strengths", read, allowed)


def _is_a_strength(text: str) -> bool:
    """Whether some market has a tablet of that strength, of any drug."""
    try:
        mg = dose.parse_positive(text)
    except ValueError:
        return False
    return any(
        offered.strength.mg == mg
        for id_ in sources.market_ids()
        for product in sources.products(id_)
        for offered in product.strengths
    )


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
