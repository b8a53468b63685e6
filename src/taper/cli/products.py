"""`taper products`: the tablets of each market, what may be broken, and who says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer

from taper import sources as load
from taper.cli.options.common import Answer, wants_json
from taper.cli.speech import put
from taper.cli.tablets import INTO, read_drug, read_market
from taper.doses import dose
from taper.doses.evidence import Status
from taper.doses.products import Product
from taper.errors import Refusal
from taper.sources.drugs import drug_facts
from taper.wording.layout import table, wrapped
from taper.wording.quoting import one_of

_WHO = "taper products"


def products(
    market: Annotated[
        str | None, typer.Option(metavar="ID", help="One market. [default: all of them]")
    ] = None,
    drug: Annotated[
        str | None, typer.Option(metavar="DRUG", help="One drug. [default: all of them]")
    ] = None,
    answer: Answer = "table",
) -> None:
    """List the oral tablets of each market: strengths, what may be broken, and the source."""
    as_json = wants_json(answer)
    ids = load.market_ids() if market is None else (read_market(market),)
    wanted = None if drug is None else read_drug(_WHO, "--drug", drug)
    found = [p for id_ in ids for p in load.products(id_) if wanted in (None, p.drug)]
    if not found:
        raise Refusal.of(
            _WHO,
            "--drug",
            f"{wanted}, of which {_sheets(ids)}",
            one_of(_listed_drugs(ids)),
        )
    put((_products_json(found) if as_json else _products_text(found)).encode())


def _sheets(ids: Sequence[str]) -> str:
    return f"the {ids[0]} sheet lists no tablet" if len(ids) == 1 else "no sheet lists a tablet"


def _listed_drugs(ids: Iterable[str]) -> list[str]:
    listed = {product.drug for id_ in ids for product in load.products(id_)}
    return [drug for drug in drug_facts() if drug in listed]


def _products_text(found: Sequence[Product]) -> str:
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
    if product.note:
        yield product.note
    if product.verify:
        yield f"To be checked: {product.verify}."


def _see(product: Product, sources: dict[str, int], notes: dict[str, int]) -> str:
    letters = "".join(f"({_letter(notes[note])})" for note in _notes(product))
    return f"[{sources[product.source]}]{letters}"


def _strengths(product: Product) -> str:
    return ", ".join(
        _STRENGTH_BY_STATUS[o.status].format(dose.text(o.strength.mg)) for o in product.strengths
    )


def _broken(product: Product) -> str:
    """What its tablets may be broken into, by strength where they differ."""
    if not product.is_plain:
        return "never"
    by_split = [
        (split, [dose.text(o.strength.mg) for o in offered])
        for split, offered in groupby(product.strengths, key=lambda o: o.strength.split)
    ]
    if len(by_split) == 1:
        return INTO[by_split[0][0]] or "no"
    return "\n".join(f"{', '.join(mgs)}: {INTO[split] or 'no'}" for split, mgs in by_split)


def _products_json(found: Iterable[Product]) -> str:
    return json.dumps([_product(product) for product in found], indent=2, ensure_ascii=False) + "\n"


def _product(product: Product) -> dict[str, Any]:
    return {
        "market": product.market,
        "drug": product.drug,
        "form": product.form,
        "strengths": [
            {
                "mg": dose.text(o.strength.mg),
                "split": o.strength.split,
                "status": o.status.value,
            }
            for o in product.strengths
        ],
        "source": product.source,
        "note": product.note,
        "verify": product.verify,
    }
