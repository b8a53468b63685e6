"""What `taper products` shows: a table a market, with notes and sources numbered below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from taper.doses import dose
from taper.doses.evidence import Status
from taper.doses.products import Product
from taper.wording.layout import table, wrapped
from taper.wording.tablets import INTO


def products(found: Sequence[Product]) -> str:
    """The tablets of markets, or of one drug on all of them."""
    sources = _numbered(product.source for product in found)
    notes = _numbered(note for product in found for note in _notes(product))
    blocks = [
        f"{title}\n\n{_products_table(several, sources, notes)}"
        for title, several in _tables(found)
    ]
    cited = [wrapped(source, f"[{number}] ") for source, number in sources.items()]
    noted = [wrapped(note, f"({_letter(number)}) ") for note, number in notes.items()]
    return "\n".join([*blocks, wrapped(_MARKS), "", *cited, "", *noted]) + "\n"


def _tables(found: Sequence[Product]) -> Iterator[tuple[str, Sequence[Product]]]:
    """A table a market, or one of all markets where only one drug is asked for."""
    drugs = {product.drug for product in found}
    if len(drugs) == 1:
        yield f"Tablets of {drugs.pop()}", found
        return
    for market, several in groupby(found, key=lambda product: product.market):
        yield f"Tablets of the {market} market", list(several)


def _products_table(
    several: Sequence[Product], sources: dict[str, int], notes: dict[str, int]
) -> str:
    by_market = len({product.drug for product in several}) == 1
    titles = ["Market" if by_market else "Drug", "Form", "Strengths, mg", "Broken into", "See"]
    rows = [
        [
            product.market if by_market else product.drug,
            product.form,
            _strengths(product),
            _broken(product),
            _see(product, sources, notes),
        ]
        for product in several
    ]
    return table(titles, rows, whole=[title for title in titles if title != "Strengths, mg"])


_STRENGTH_BY_STATUS = {
    Status.LOOKED_UP: "{}",
    Status.HIGH_CONFIDENCE: "({})",
    Status.UNVERIFIED: "{}*",
}
_MARKS = (
    f"In brackets: {Status.HIGH_CONFIDENCE}, {Status.HIGH_CONFIDENCE.meaning}. "
    f"Marked *: UNVERIFIED, {Status.UNVERIFIED.meaning}."
)


def _numbered(texts: Iterable[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(dict.fromkeys(texts), 1)}


def _letter(number: int) -> str:
    """A note's letter: a to z, then aa."""
    before, last = divmod(number - 1, 26)
    return (chr(ord("a") + before - 1) if before else "") + chr(ord("a") + last)


def _notes(product: Product) -> Iterator[str]:
    if product.bottles_ml:
        yield f"Bottles of {dose.join(list(map(str, product.bottles_ml)))} mL."
    if product.note:
        yield product.note
    if product.verify:
        yield f"To be checked: {product.verify}."


def _see(product: Product, sources: dict[str, int], notes: dict[str, int]) -> str:
    letters = "".join(f"({_letter(notes[note])})" for note in _notes(product))
    return f"[{sources[product.source]}]{letters}"


def _strengths(product: Product) -> str:
    per_ml = "/mL" if product.in_ml else ""
    return ", ".join(
        _STRENGTH_BY_STATUS[o.status].format(f"{dose.text(o.strength.mg)}{per_ml}")
        for o in product.strengths
    )


def _broken(product: Product) -> str:
    """What its tablets may be broken into, by strength where they differ."""
    if product.in_ml:
        return "in mL"
    if not product.is_plain:
        return "never"
    by_split = [
        (split, [dose.text(o.strength.mg) for o in offered])
        for split, offered in groupby(product.strengths, key=lambda o: o.strength.split)
    ]
    if len(by_split) == 1:
        return INTO[by_split[0][0]] or "no"
    return "\n".join(f"{', '.join(mgs)}: {INTO[split] or 'no'}" for split, mgs in by_split)
