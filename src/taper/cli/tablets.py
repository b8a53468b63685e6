"""`taper tablets`: the tablets of a dose."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import typer

from taper.cli.options.common import Answer, refuse_unknown_options, wants_json
from taper.cli.options.tablets import Market, Strengths
from taper.cli.speech import put_text
from taper.doses import dose
from taper.doses import tablets as making
from taper.doses.division import TIMES, Shares, divide, parts_of, shares_of
from taper.doses.tablets import Stock, Tablets
from taper.exports import answers
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET
from taper.operations.pharmacy.making import at_hand, read_dose_of, refuse_unmakeable
from taper.sources.drugs import Named
from taper.wording.converted import with_form
from taper.wording.layout import NBSP, wrapped
from taper.wording.tablets import in_stock, in_tablets

_LONGEST_TIME = max(map(len, TIMES))
_OPTIONS = ("--strengths", "--market", "--times", "--format", "--help")


def tablets(
    given: Annotated[
        list[str] | None, typer.Argument(metavar="DOSE DRUG", help="A day's dose in mg.")
    ] = None,
    strengths: Strengths = None,
    market: Market = None,
    times: Annotated[
        str | None,
        typer.Option(metavar="TIME:SHARE,…", help="Divided: morning:2,evening:1 of each dose."),
    ] = None,
    answer: Answer = "table",
) -> None:
    """Make a dose exactly: unbroken tablets first, then as few pieces as possible.

    Without --strengths with the plain tablets of the market, none of them broken; with those of
    its form where a brand or form is named that is no plain tablet, as 7 Rayos. With --times the
    tablets of each time of the day, as near to its share as they make.
    """
    as_json = wants_json(answer)
    refuse_unknown_options(given or (), _OPTIONS)
    mg, what = read_dose_of(given or [])
    stock, whose = at_hand(what, strengths, market or DEFAULT_MARKET)
    refuse_unmakeable(mg, what.drug, stock)
    made = divide(mg, stock, _shares(times)) if times else making.combine(mg, stock)
    if as_json:
        from taper.exports.answers.tablets import as_data  # a plan's own records, which text lacks

        put_text(answers.dumped(as_data(mg, what, made)))
    else:
        put_text(_text(mg, what, made, stock, whose))


def _shares(times: str) -> Shares:
    from taper.sources.typed_values import entered  # only a divided day waits for the models

    shares = entered("--times", "times", times)
    return shares_of({time: int(share) for time, share in shares.items()})


def _text(mg: Fraction, what: Named, made: Tablets, stock: Stock, whose: str) -> str:
    drug = with_form(what.drug, what.preparation)
    lines = [
        wrapped(f"{dose.text(mg)}{NBSP}mg {drug}: {in_tablets(made)}"),
        *(
            wrapped(f"{dose.text(part.dose_mg)}{NBSP}mg, {in_tablets(part.tablets)}", f"{label}  ")
            for part in parts_of(made)
            for label in [part.time.ljust(_LONGEST_TIME)]
        ),
        wrapped(f"Tablets at hand ({whose}): {in_stock(stock)}"),
        *([wrapped(what.preparation.sentence)] if what.preparation else []),
    ]
    return "\n".join(lines) + "\n"
