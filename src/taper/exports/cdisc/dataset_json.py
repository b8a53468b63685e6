"""A dataset as CDISC's Dataset-JSON 1.1.

It never says `isReferenceData`: CDISC's engine passes over a dataset that does, in silence.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

from taper.exports.cdisc.dataset import Dataset, Value, Variable
from taper.record.plan_document import ENGINE
from taper.results.figures import text

VERSION = "1.1.0"
METADATA = "MDV.taper"
"""The OID of what define.xml says."""


def as_json(dataset: Dataset, study: str, made_on: date, define: str) -> bytes:
    """The file; `define` is the name of the define.xml that goes with it."""
    document = {
        "datasetJSONCreationDateTime": moment(made_on),
        "datasetJSONVersion": VERSION,
        "fileOID": f"{study}.{dataset.name}",
        "sourceSystem": {"name": ENGINE.partition(" ")[0], "version": ENGINE.partition(" ")[2]},
        "studyOID": study_oid(study),
        "metaDataVersionOID": METADATA,
        "metaDataRef": define,
        "itemGroupOID": group_oid(dataset),
        "records": len(dataset.rows),
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, each) for each in dataset.variables],
        "rows": [[_cell(row[each.name]) for each in dataset.variables] for row in dataset.rows],
    }
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode()


def moment(day: date) -> str:
    """A day as the time at which a file was made: no clock is asked."""
    return f"{day}T00:00:00"


def study_oid(study: str) -> str:
    """The OID of a study."""
    return f"STUDY.{study}"


def group_oid(dataset: Dataset) -> str:
    """The OID of a dataset."""
    return f"IG.{dataset.name}"


def item_oid(dataset: Dataset, variable: Variable) -> str:
    """The OID of a variable."""
    return f"IT.{dataset.name}.{variable.name}"


def _column(dataset: Dataset, variable: Variable) -> dict[str, Any]:
    said = {
        "itemOID": item_oid(dataset, variable),
        "name": variable.name,
        "label": variable.label,
        "dataType": variable.kind.value.json,
        "targetDataType": variable.kind.value.target,
        "length": None if variable.kind.is_number else dataset.length(variable),
        "displayFormat": variable.display,
        "keySequence": variable.key,
    }
    return {key: value for key, value in said.items() if value is not None}


def _cell(value: Value) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return number(value) if isinstance(value, Fraction) else value


def number(mg: Fraction) -> float:
    """A number as JSON and SAS have it: with at most 4 decimals, as everywhere."""
    return float(text(mg))
