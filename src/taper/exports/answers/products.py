"""The tablets of the markets for another program."""

from __future__ import annotations

from typing import Any

from taper.doses import dose
from taper.doses.products import Offered, Product


def as_data(product: Product) -> dict[str, Any]:
    """One product with its strengths, and who says so."""
    return {
        "market": product.market,
        "drug": product.drug,
        "form": product.form,
        "strengths": [_offered(product, each) for each in product.strengths],
        **({"bottles_ml": list(product.bottles_ml)} if product.bottles_ml else {}),
        "source": product.source,
        "note": product.note,
        "verify": product.verify,
    }


def _offered(product: Product, offered: Offered) -> dict[str, Any]:
    mg, status = dose.text(offered.strength.mg), {"status": offered.status.value}
    if product.in_ml:
        return {"mg_per_ml": mg, **status}
    return {"mg": mg, "split": offered.strength.split, **status}
