"""What is wrong with a sheet: a number without unit, source or date, and more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spec.data_sheets.sheets import Sheet

STATUSES = {"looked-up", "high-confidence", "unverified"}
GRADES = {"high", "moderate", "low-confidence"}
READ_HOW = {"looked-up", "secondary", "memory", "project"}
IDENTIFIERS = {"atc", "rxnorm", "version", "date", "checked", "number"}

PLAIN_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
NUMBER_LIKE = re.compile(r"[-+]?[0-9][0-9.,_eE+-]*")
YEAR = re.compile(r"\b(19|20)[0-9]{2}\b")
DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
# A protocol is written in the form that a site writes, where the key itself names the unit.
KEY_WITH_UNIT = re.compile(r"(\w+_)?(mg|days|weeks|months|kg|infusion|flares|day)|step_back")


def numbers(node: Any, enclosing: tuple[Sheet, ...] = (), key: str = "") -> Iterator[Any]:
    """Every scalar that is a number: its key, its text, the mappings around it (outer first)."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from numbers(value, (*enclosing, node), name)
    elif isinstance(node, list):
        for value in node:
            yield from numbers(value, enclosing, key)
    elif NUMBER_LIKE.fullmatch(str(node)) and key not in IDENTIFIERS:
        yield key, str(node), enclosing


def nearest(enclosing: tuple[Sheet, ...], key: str) -> Any:
    return next((mapping[key] for mapping in reversed(enclosing) if key in mapping), None)


def mappings(node: Any, enclosing: tuple[Sheet, ...] = ()) -> Iterator[tuple[Sheet, ...]]:
    if isinstance(node, dict):
        yield (*enclosing, node)
        for value in node.values():
            yield from mappings(value, (*enclosing, node))
    elif isinstance(node, list):
        for value in node:
            yield from mappings(value, enclosing)


def source_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    sources = sheet.get("sources")
    if not sources:
        yield "the sheet has no sources"
    elif kind == "protocols":
        yield from (f"source without a year: {text}" for text in sources if not YEAR.search(text))
    else:
        if len({source.get("key") for source in sources}) < len(sources):
            yield "two sources share a key"
        for source in sources:
            name = source.get("key", "?")
            yield from (
                f"source {name} has no {k}" for k in ("key", "citation") if not source.get(k)
            )
            date = source.get("date", "")
            if not (YEAR.search(date) or date == "undated"):
                yield f"source {name} has no date"
            if not DAY.fullmatch(source.get("checked", "")):
                yield f"source {name} has no date on which it was checked"
            if source.get("how") not in READ_HOW:
                yield f"source {name} does not say how it was read"


def number_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    for key, text, enclosing in numbers(sheet):
        if not PLAIN_DECIMAL.fullmatch(text):
            yield f"{key}: {text} is not a plain decimal"
        if kind == "protocols":
            if not KEY_WITH_UNIT.fullmatch(key):
                yield f"{key}: {text} has no unit"
            continue
        if not nearest(enclosing, "unit"):
            yield f"{key}: {text} has no unit"
        # A regimen's rows rest on the sheet's own sources; every other number names its source.
        if kind not in ("regimens", "bursts") and nearest(enclosing, "source") is None:
            yield f"{key}: {text} has no source"


def status_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    if kind == "protocols":
        if sheet.get("status") not in ("draft", "illustrative", "approved"):
            yield f"unknown status {sheet.get('status')}"
        return
    how = {source.get("key"): source.get("how") for source in sheet.get("sources") or []}
    for enclosing in mappings(sheet):
        entry = enclosing[-1]
        if "source" in entry and entry["source"] not in how:
            yield f"unknown source {entry['source']}"
        if "status" not in entry:
            continue
        if entry["status"] not in STATUSES:
            yield f"unknown status {entry['status']}"
        if entry["status"] == "unverified" and not nearest(enclosing, "verify"):
            yield "an unverified entry does not name what to verify"
        primary = nearest(enclosing, "source") or next(iter(how), None)
        if entry["status"] == "looked-up" and how.get(primary) != "looked-up":
            yield f"a looked-up entry rests on {primary}, which was not looked up"
    if kind in ("equivalence", "products"):
        valued = [m[-1] for m in mappings(sheet) if "mg" in m[-1]]
        yield from ("a value has no status" for entry in valued if "status" not in entry)


def shape_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    if kind not in ("regimens", "bursts"):
        return
    wanted = ("id", "title", "status", "evidence_grade", "drug_published", "published", "choice")
    yield from (f"the sheet has no {key}" for key in wanted if not sheet.get(key))
    if sheet.get("evidence_grade") not in GRADES:
        yield f"unknown evidence grade {sheet.get('evidence_grade')}"
    if sheet.get("status") != "looked-up" and not sheet.get("verify"):
        yield "the sheet was not looked up whole and names no primary source to verify"
    if kind == "regimens":
        marked = any(
            value == "needs" for m in mappings(sheet["regimen"]) for value in m[-1].values()
        )
        if marked != bool(sheet.get("needs")):
            yield "the rows marked needs and the list of needs do not agree"


def problems(sheet: Sheet, kind: str) -> list[str]:
    checks = (source_problems, number_problems, status_problems, shape_problems)
    return [problem for check in checks for problem in check(sheet, kind)]
