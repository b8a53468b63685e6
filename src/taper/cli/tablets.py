"""`taper tablets`: the tablets of a dose; and how tablets are named on any command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import typer

from taper import sources
from taper.cli.options.common import Answer, refuse_unknown_options, wants_json
from taper.cli.shown.conversion import form_json, with_form
from taper.cli.speech import put
from taper.doses import dose, tablets
from taper.doses.evidence import Status
from taper.doses.forms import Preparation
from taper.doses.tablets import Stock, Strength, Tablets
from taper.errors import Refusal, UsageError
from taper.exports.text import in_tablets
from taper.sources.drugs import Named, UnknownDrugError, named
from taper.trial.participant import MAX_STRENGTHS, whole_stock
from taper.wording.hints import about_dose
from taper.wording.layout import NBSP, wrapped
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

DEFAULT_MARKET = "US"
STRENGTHS_ALLOWED = (
    f"1 to {MAX_STRENGTHS} different strengths above 0 in mg with commas between them, 5:2 for one "
    "that may be halved, 20:4 for one that may be quartered"
)
_WHO = "taper tablets"
_OPTIONS = ("--strengths", "--market", "--format", "--help")
_SPLITS = {"1": 1, "2": 2, "4": 4}
INTO = {1: "", 2: "halves", 4: "quarters"}

Strengths = Annotated[
    str | None,
    typer.Option(
        metavar="MG[:2|:4],…", help="The tablets at hand; 5:2 may be halved, 20:4 quartered."
    ),
]
Market = Annotated[
    str | None, typer.Option(metavar="ID", help=f"The market. [default: {DEFAULT_MARKET}]")
]


# Tablets of a dose ----------------------------------------------------------------------------


def tablets_of(
    given: Annotated[
        list[str] | None, typer.Argument(metavar="DOSE DRUG", help="A day's dose in mg.")
    ] = None,
    strengths: Strengths = None,
    market: Market = None,
    answer: Answer = "table",
) -> None:
    """Make a dose exactly: unbroken tablets first, then as few pieces as possible.

    Without --strengths with the plain tablets of the market, none of them broken; with those of
    its form where a brand or form is named that is no plain tablet, as 7 Rayos.
    """
    as_json = wants_json(answer)
    refuse_unknown_options(given or (), _OPTIONS)
    mg, what = _asked(given or [])
    stock, whose = _at_hand(what, strengths, market or DEFAULT_MARKET)
    tablets.refuse_too_fine(_WHO, "--strengths", mg, stock)
    _refuse_unmakeable(mg, what.drug, stock)
    made = tablets.combine(mg, stock)
    put((_json(mg, what, made) if as_json else _text(mg, what, made, stock, whose)).encode())


def _asked(given: Sequence[str]) -> tuple[Fraction, Named]:
    if len(given) != 2:
        typed = " ".join(shown(word) for word in given) or "missing"
        hint = about_dose(" ".join(given))
        raise UsageError(
            f"The dose is {typed}; allowed: one DOSE DRUG, such as 8 prednisone{hint}."
        )
    try:
        mg = dose.parse_positive(given[0])
    except ValueError as allowed:
        read = shown(given[0])
        raise Refusal.of(_WHO, "dose", read, f"{allowed}{about_dose(given[0])}") from None
    return mg, read_name(_WHO, "drug", given[1])


def read_drug(who: str, field: str, typed: str) -> str:
    """The drug of that name, whatever it is in; `who` is the command."""
    return read_name(who, field, typed).drug


def read_name(who: str, field: str, typed: str) -> Named:
    """The drug of that name and what it is in; `who` is the command."""
    try:
        return named(typed)
    except UnknownDrugError as wrong:
        raise Refusal.of(who, field, f"{shown(typed)}{wrong.because}", str(wrong)) from None


def _at_hand(what: Named, strengths: str | None, market: str) -> tuple[Stock, str]:
    """The tablets at hand of a drug, or of the form of it that was named; and whose they are."""
    made = what.preparation
    if made is None:
        return stock_at_hand(_WHO, what.drug, strengths, market)
    if not made.in_tablets:
        read = f"{made.name}, which is {made.drug} {made.described}"
        raise Refusal.of(_WHO, "drug", read, f"{made.drug}, for tablets of it")
    if strengths is None:
        return _market_stock_of(made, read_market(market))
    stock = read_strengths(_WHO, strengths)
    if any(strength.split > 1 for strength in stock):
        allowed = f"whole tablets, as {made.drug} {made.described} is never broken"
        raise Refusal.of(_WHO, "--strengths", shown(strengths), allowed)
    return stock, "as given"


def _market_stock_of(made: Preparation, market: str) -> tuple[Stock, str]:
    """The tablets of a form on a market; refused where its sheet has none that were checked."""
    known = sources.strengths_of_form(market, made.drug, made.form)
    if not known:
        read = f"missing, and the {market} sheet has no checked {made.drug} {made.described}"
        raise Refusal.of(_WHO, "--strengths", read, STRENGTHS_ALLOWED)
    return whole_stock(known), f"{market} market, {made.form}, whole"


def stock_at_hand(who: str, drug: str, strengths: str | None, market: str) -> tuple[Stock, str]:
    """The tablets that --strengths names, else those of the market; and whose they are in words."""
    id_ = read_market(market)
    if strengths is not None:
        return read_strengths(who, strengths), "as given"
    return market_stock(who, drug, id_), f"{id_} market, whole"


def read_strengths(who: str, typed: str) -> Stock:
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


def market_stock(who: str, drug: str, market: str) -> Stock:
    """The plain tablets of a market, whole; refused where it has none that were checked."""
    known = sources.market(market).get(drug)
    if known:
        return whole_stock(known)
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


def read_market(typed: str) -> str:
    """A market's id; upper or lower case."""
    ids, id_ = sources.market_ids(), typed.upper()
    if id_ not in ids:
        also = sources.market_also_called(id_)
        meant = f" (did you mean {also}?)" if also else did_you_mean(id_, ids)
        raise UsageError(f"--market is {quoted(typed)}; allowed: {one_of(ids)}{meant}.")
    return id_


def _refuse_unmakeable(mg: Fraction, drug: str, stock: Stock) -> None:
    if tablets.can_make(mg, stock):
        return
    around = [m for m in (tablets.at_most(mg, stock), tablets.at_least(mg, stock)) if m > 0]
    near = " and ".join(f"{dose.text(m)} mg" for m in around)
    raise Refusal.of(
        _WHO,
        "dose",
        f"{dose.text(mg)} mg",
        f"a dose that {drug} tablets of {in_words(stock)} can make, "
        f"the nearest {'are' if len(around) > 1 else 'is'} {near}",
    )


def in_words(stock: Stock) -> str:
    """A stock as `20 (quarters), 5 (halves) and 1 mg`."""
    return f"{dose.join([_split_in_words(strength) for strength in stock])} mg"


def _split_in_words(strength: Strength) -> str:
    into = INTO[strength.split]
    return dose.text(strength.mg) + (f" ({into})" if into else "")


def _text(mg: Fraction, what: Named, made: Tablets, stock: Stock, whose: str) -> str:
    drug = with_form(what.drug, what.preparation)
    lines = [
        wrapped(f"{dose.text(mg)}{NBSP}mg {drug}: {in_tablets(made)}"),
        wrapped(f"Tablets at hand ({whose}): {in_words(stock)}"),
        *([wrapped(what.preparation.sentence)] if what.preparation else []),
    ]
    return "\n".join(lines) + "\n"


def _json(mg: Fraction, what: Named, made: Tablets) -> str:
    document = {
        "drug": what.drug,
        **form_json(what.preparation),
        "dose_mg": dose.text(mg),
        "tablets": [
            {"strength_mg": dose.text(t.strength_mg), "count": dose.text(t.count)} for t in made
        ],
        **({"notes": [what.preparation.sentence]} if what.preparation else {}),
    }
    return json.dumps(document, indent=2) + "\n"
