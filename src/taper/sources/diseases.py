"""The diseases that regimens are sorted by: one vocabulary for sheets and for questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

ANY = "any"
Disease = Literal[
    "any",
    "anca-vasculitis",
    "aspergillosis",
    "autoimmune-hepatitis",
    "bells-palsy",
    "duchenne",
    "giant-cell-arteritis",
    "iga-nephropathy",
    "igg4-related-disease",
    "infantile-spasms",
    "kawasaki",
    "lupus",
    "lupus-nephritis",
    "myasthenia-gravis",
    "myositis",
    "nephrotic-syndrome",
    "optic-neuritis",
    "pneumocystis",
    "polymyalgia-rheumatica",
    "rheumatoid-arthritis",
    "sarcoidosis",
    "skin-vasculitis",
    "tuberculosis",
]
"""The disease that a regimen was published for, `any` where it is for none in particular."""
DISEASES: tuple[str, ...] = get_args(Disease)


def is_for(sheet: Mapping[str, Any], disease: str) -> bool:
    """Whether a sheet is for this disease, or for any."""
    return not {disease, ANY}.isdisjoint(sheet.get("for", ()))
