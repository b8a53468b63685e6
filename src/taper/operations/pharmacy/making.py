"""Tablets of a dose as it is typed: what is at hand for it, and whether that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from taper.doses import dose
from taper.doses import tablets as making
from taper.doses.solutions import volume_mg
from taper.doses.tablets import Stock
from taper.errors import Refusal, UsageError
from taper.operations.pharmacy.at_hand import form_at_hand, read_name, stock_at_hand
from taper.sources.drugs import Named
from taper.wording.hints import about_dose
from taper.wording.quoting import shown
from taper.wording.tablets import in_stock

WHO = "taper tablets"


def read_dose_of(given: Sequence[str]) -> tuple[Fraction, Named]:
    """A dose of a day in mg and its drug, as they were typed; raises `TaperError`."""
    if len(given) != 2:
        typed = " ".join(shown(word) for word in given) or "missing"
        hint = about_dose(" ".join(given))
        raise UsageError(
            f"The dose is {typed}; allowed: one DOSE DRUG, such as 8 prednisone{hint}."
        )
    try:
        volume = volume_mg(given[0])
        mg = dose.parse_positive(given[0]) if volume is None else volume
    except ValueError as allowed:
        read = shown(given[0])
        raise Refusal.of(WHO, "dose", read, f"{allowed}{about_dose(given[0])}") from None
    return mg, read_name(WHO, "drug", given[1])


def at_hand(what: Named, strengths: str | None, market: str) -> tuple[Stock, str]:
    """The tablets at hand of a drug, or of the form of it that was named; and whose they are."""
    if what.preparation is None:
        return stock_at_hand(WHO, what.drug, strengths, market)
    return form_at_hand(WHO, what.preparation, strengths, market)


def refuse_unmakeable(mg: Fraction, drug: str, stock: Stock) -> None:
    """Raise `Refusal` of a dose that the tablets cannot make, with those nearest to it."""
    making.refuse_too_fine(WHO, "--strengths", mg, stock)
    if making.can_make(mg, stock):
        return
    around = [m for m in (making.at_most(mg, stock), making.at_least(mg, stock)) if m > 0]
    near = " and ".join(f"{dose.text(m)} mg" for m in around)
    made_of = f"{drug} tablets of {in_stock(stock)}"
    if stock.solution is not None:
        made_of = f"{making.as_read(stock)} of {drug}"
    raise Refusal.of(
        WHO,
        "dose",
        f"{dose.text(mg)} mg",
        f"a dose that {made_of} can make, the nearest {'are' if len(around) > 1 else 'is'} {near}",
    )
