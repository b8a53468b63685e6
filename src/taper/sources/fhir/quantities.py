"""What is handed out against what the dosages need: tablets, mL and days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from taper.doses import dose
from taper.sources.fhir.listed import Listed
from taper.sources.fhir.requests import Request
from taper.sources.fhir.schedule import Contradiction
from taper.wording.severity import Severity

_CAUTION, _WARNING = Severity.CAUTION, Severity.WARNING


def of_supply(listed: Listed) -> Iterator[Contradiction]:
    """What a request says of handing out, against its own dosages."""
    supply = listed.request.supply
    covered = {day for each in listed.spans for day in each.covered}
    if supply.repeats and len(listed.spans) > 1:
        yield Contradiction(
            "repeats",
            _CAUTION,
            f"dispenseRequest: it may be handed out {supply.repeats + 1} times, and the taper "
            "would begin again.",
        )
    if supply.has_first_fill:
        said = "another amount is handed out first (initialFill), and nothing is compared with both"
        yield Contradiction("more-said", Severity.INFO, f"dispenseRequest: {said}.")
    if supply.has_first_fill or listed.unlisted or not covered:
        return
    if supply.days is not None and supply.days != len(covered):
        yield Contradiction(
            "supply-days",
            _CAUTION,
            f"dispenseRequest: it should last {supply.days} days, the dosages are of "
            f"{len(covered)} days.",
        )
    if supply.mg is not None and supply.amount is not None:
        yield from _amount(listed, supply.mg, supply.amount)


def _amount(listed: Listed, handed_mg: Fraction, amount: Fraction) -> Iterator[Contradiction]:
    """What is handed out against what the dosages need; whole tablets where it is tablets."""
    request = listed.request
    one = handed_mg / amount if amount else Fraction(0)
    needed = _needed_mg(listed) / one if one else Fraction(0)
    if request.supply.in_tablets:
        needed = Fraction(ceil(needed))
    if needed == amount:
        return
    code = "quantity-short" if amount < needed else "quantity-over"
    by_texts = _by_texts(listed, one)
    also = f", by their texts {_text(by_texts)}" if by_texts not in (None, needed) else ""
    yield Contradiction(
        code,
        _WARNING,
        f"dispenseRequest: {_text(amount)} {request.supply.unit} are handed out, the dosages need "
        f"{_text(needed)}{also}.",
    )


def _needed_mg(listed: Listed) -> Fraction:
    """The mg of all days that are listed."""
    daily = ((each.dosage.daily_mg or Fraction(0), each) for each in listed.spans)
    return sum((mg * len(each.taken) for mg, each in daily), Fraction(0))


def _by_texts(listed: Listed, one_mg: Fraction) -> Fraction | None:
    """What they need by the days of their texts; None where some text says none."""
    days = [each.dosage.said.days for each in listed.spans]
    if not one_mg or None in days or any(each.dosage.timing.every > 1 for each in listed.spans):
        return None
    daily = (each.dosage.daily_mg or Fraction(0) for each in listed.spans)
    return sum((mg * (n or 0) for mg, n in zip(daily, days, strict=True)), Fraction(0)) / one_mg


def handed_out(every: Sequence[Listed], supplies: Sequence[Request]) -> Iterator[Contradiction]:
    """What further requests hand out for others, all strengths together."""
    for each in supplies:
        if each.supply.repeats:
            times = each.supply.repeats + 1
            said = f"it may be handed out {times} times, of which one is counted"
            yield Contradiction("repeats", _CAUTION, f"{each.label}, dispenseRequest: {said}.")
    for drug in dict.fromkeys(each.drug for each in supplies):
        of_drug = [each for each in supplies if each.drug == drug]
        meant = frozenset().union(*(each.based_on for each in of_drug))
        based = [each for each in every if each.request.addresses & meant]
        amounts = [each.supply.mg for each in of_drug]
        if not based or None in amounts or any(each.unlisted for each in based):
            continue
        handed = sum((mg or Fraction(0) for mg in amounts), Fraction(0))
        needed = sum((_needed_mg(each) for each in based), Fraction(0))
        spare = sum((each.medication.strength_mg or Fraction(0) for each in of_drug), Fraction(0))
        if needed <= handed < needed + spare:
            continue
        code = "quantity-short" if handed < needed else "quantity-over"
        said = f"{_mg(handed)} are handed out in all, the dosages need {_mg(needed)}"
        yield Contradiction(code, _WARNING, f"{drug}: {said}.")


def _mg(mg: Fraction) -> str:
    return f"{dose.text(mg)} mg"


def _text(number: Fraction | None) -> str:
    return "" if number is None else dose.text(number)
