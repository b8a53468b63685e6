"""The start doses that a regimen was published for, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WIDEST = "1000"


def start_doses(sheet: Mapping[str, Any]) -> str:
    """The start doses that a regimen was published for, mg."""
    bounds = sheet.get("start_mg")
    if bounds is None:
        return ""
    low, high = bounds["from"], bounds["up_to"]
    if high == _WIDEST:
        return "any" if low == "0" else f"from {low}"
    return low if low == high else f"{low} to {high}"
