"""Brands and forms that are no plain tablet, and what their labels say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from taper.doses.forms import Preparation
from taper.sources.shipped import sheet


@cache
def preparations() -> Mapping[str, Preparation]:
    """Every brand of another form, and every drug with each of its forms beside it, by name."""
    each = [*_brands(), *(made for drug in entries() for made in forms_of(drug).values())]
    return MappingProxyType({made.name: made for made in each})


@cache
def forms_of(drug: str) -> Mapping[str, Preparation]:
    """The forms besides plain tablets in which a drug exists."""
    return MappingProxyType(
        {form: _preparation("", drug, form) for form in entries()[drug]["forms"]}
    )


def _brands() -> Iterator[Preparation]:
    for drug, entry in entries().items():
        for brand in entry.get("products", ()):
            yield _preparation(
                brand["name"], drug, brand["form"], brand.get("says"), brand["source"]
            )


def _preparation(
    name: str, drug: str, form: str, says: str | None = None, source: str | None = None
) -> Preparation:
    about = sheet("drugs").data["forms"][form]
    return Preparation(
        name=name or f"{drug} {about['is']}",
        drug=drug,
        form=form,
        described=about["is"],
        says=says or about["says"],
        source=_citation(source or about["source"]),
        in_tablets=about["tablets"] == "true",
        is_injected=about["injected"] == "true",
    )


def entries() -> Mapping[str, Mapping[str, Any]]:
    """What the sheet says of each drug, by its generic name."""
    return sheet("drugs").data["drugs"]  # type: ignore[no-any-return]


def _citation(key: str) -> str:
    sources = sheet("drugs").data["sources"]
    return next(str(source["citation"]) for source in sources if source["key"] == key)


@cache
def names_of_preparations() -> Mapping[str, Preparation]:
    """Every preparation by its name, as names are compared."""
    return MappingProxyType({folded(name): made for name, made in preparations().items()})


def folded(name: str) -> str:
    """Lower case, with one space for each run of spaces, hyphens and brackets."""
    return re.sub(r"[\s()-]+", " ", name.lower()).strip()
