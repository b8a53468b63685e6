"""A forecast of tablets, as a person reads it at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from taper.doses import dose, tablets
from taper.pharmacy.assumed import Assumed
from taper.pharmacy.forecast import LEVELS, METHOD, Forecast, Suffices
from taper.results.figures import text, told
from taper.wording.layout import table, wrapped

_ENOUGH = tuple(f"{level} %" for level in LEVELS)


def forecast(made: Forecast) -> str:
    """What was assumed, what suffices in all and month by month, and what it costs."""
    assumed = made.assumed
    parts = [wrapped(said) for said in _assumed(made.protocol, assumed)]
    titles = ("Whole trial", "Mean", *_ENOUGH)
    parts += [
        "",
        table(titles, [_row(each.tablet.said, each) for each in made.whole], right=titles[1:]),
    ]
    if any(each.packs is not None or each.cost is not None for each in made.stocked):
        parts.append(_stocked(made))
    titles = ("Month", "Tablets", "Mean", *_ENOUGH)
    parts.append(table(titles, _months(made.months), right=titles[2:]))
    return "\n".join([*parts, wrapped(METHOD)]) + "\n"


def _assumed(protocol: str, of: Assumed) -> Iterator[str]:
    yield f"{of.trials} trials of {of.n} participants by {protocol}, seed {of.seed}."
    yield (
        f"Infusion 1 on a day of the {of.enrol_days} from {of.first} on, each alike; start doses: "
        f"{of.baselines.said}; tablets: {of.drug}, {tablets.as_read(of.stock)}."
    )
    share = text(of.flares * 100, 1)
    flares = f"{share} % of participants, of {of.flare_days}" if of.flares else "none"
    until = (
        "the printed days" if of.until_days is None else (f"{of.until_days} days from infusion 1")
    )
    yield f"Delays of later infusions: {of.delay}. Flares: {flares}. Tablets for {until}."


def _row(label: str, each: Suffices) -> list[str]:
    amounts = (each.tablet.counted(amount) for amount in each.levels)
    return [label, told(each.mean), *amounts]


def _months(months: Sequence[Suffices]) -> Iterator[list[str]]:
    before = None
    for each in months:
        assert each.month is not None  # those of the whole trial stand apart
        month = "" if each.month == before else str(each.month + 1)
        before = each.month
        yield [month, *_row(each.tablet.said, each)]


def _stocked(made: Forecast) -> str:
    rows = [
        [
            *(f"{each.level} %", each.tablet.said, each.tablet.counted(each.amount)),
            "loose" if each.packs is None else str(each.packs),
            "no price" if each.cost is None else _money(each.cost),
        ]
        for each in made.stocked
    ]
    for level in LEVELS:
        cost = made.cost(level)
        if cost is not None:
            rows.append([f"{level} %", "all", "", "", _money(cost)])
    return table(("Enough in", "Tablets", "Suffice", "Packs", "Cost"), rows)


def _money(cost: Fraction) -> str:
    return dose.text(cost)
