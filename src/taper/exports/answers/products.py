"""The tablets of the markets for another program."""

from __future__ import annotations

from typing import Any

from taper.doses import dose
from taper.doses.products import Product


def as_data(product: Product) -> dict[str, Any]:
    """One product with its strengths, and who says so."""
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
