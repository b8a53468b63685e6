"""CDISC files as a reader takes them: rows by variable, days by date, faults in define.xml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from odmlib.dataset_json_1_1.model import Column, DatasetJSON, SourceSystem
from odmlib.odm_parser import ODMSchemaValidator

_MODEL: Any = DatasetJSON
"""Without types, as odmlib has it."""
DAYS_BETWEEN = {"QD": 1, "QOD": 2, "Q3D": 3, "QS": 7}


def rows(data: bytes) -> list[dict[str, Any]]:
    """Each row by the names of its variables; what odmlib would not read is an error."""
    said = json.loads(data)
    read = _MODEL(
        **{key: said[key] for key in said.keys() - {"columns", "rows", "sourceSystem"}},
        columns=[Column(**each) for each in said["columns"]],
        sourceSystem=SourceSystem(**said["sourceSystem"]),
    )
    assert "isReferenceData" not in said
    for each in said["rows"]:
        read.rows = [*(read.rows or []), each]
        assert len(each) == len(read.column_names)
    assert said["records"] == len(said["rows"])
    return [dict(zip(read.column_names, each, strict=True)) for each in said["rows"]]


def days(of: list[dict[str, Any]], domain: str = "EC") -> dict[tuple[date, str], Fraction]:
    """Mg of each drug on each day, by the frequencies of the rows."""
    found: dict[tuple[date, str], Fraction] = {}
    for row in of:
        for day in _days(row, domain):
            key = day, row[f"{domain}TRT"].lower()
            found[key] = found.get(key, Fraction(0)) + Fraction(str(row[f"{domain}DOSE"]))
    return found


def _days(row: dict[str, Any], domain: str) -> Iterator[date]:
    day, last = (date.fromisoformat(row[f"{domain}{end}DTC"]) for end in ("ST", "EN"))
    while day <= last:
        yield day
        day += timedelta(days=DAYS_BETWEEN[row[f"{domain}DOSFRQ"]])


@cache
def _schema() -> Any:
    return ODMSchemaValidator(standard="define", version="2.1")


def refuse_define(path: Path) -> None:
    """Raise where a define.xml is against CDISC's schema of version 2.1."""
    _schema().validate_file(str(path))
