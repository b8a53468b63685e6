"""`taper products`: the tablets of each market, what may be broken, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from taper import sources
from taper.cli.options.common import Answer, wants_json
from taper.cli.shown import products as shown
from taper.cli.speech import put_text
from taper.errors import Refusal
from taper.exports import answers
from taper.exports.answers.products import as_data
from taper.operations.pharmacy.at_hand import read_drug, read_market
from taper.sources.drugs import drug_facts
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
    ids = sources.market_ids() if market is None else (read_market(market),)
    wanted = None if drug is None else read_drug(_WHO, "--drug", drug)
    found = [p for id_ in ids for p in sources.products(id_) if wanted in (None, p.drug)]
    if not found:
        raise Refusal.of(
            _WHO,
            "--drug",
            f"{wanted}, of which {_sheets(ids)}",
            one_of(_listed_drugs(ids)),
        )
    if as_json:
        put_text(answers.dumped([as_data(product) for product in found]))
    else:
        put_text(shown.products(found))


def _sheets(ids: Sequence[str]) -> str:
    return f"the {ids[0]} sheet lists no tablet" if len(ids) == 1 else "no sheet lists a tablet"


def _listed_drugs(ids: Iterable[str]) -> list[str]:
    listed = {product.drug for id_ in ids for product in sources.products(id_)}
    return [drug for drug in drug_facts() if drug in listed]
