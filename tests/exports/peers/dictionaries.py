"""Our REDCap dictionaries, held against the schema that others wrote of what REDCap takes.

Nothing may be said against them, and something of each of two planted faults.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.peers.places import PYTHON, ROOT

OURS = [
    ROOT / "src" / "taper" / "data" / "redcap" / name
    for name in ("plan_dictionary.csv", "data_dictionary.csv")
]
SCHEMA = "from linkml_redcap.data_dictionary import schema_path; print(schema_path())"
COLUMNS = [
    "variable_field_name",
    "form_name",
    "section_header",
    "field_type",
    "field_label",
    "choices_calculations_slider_labels",
    "field_note",
    "text_validation_type_or_show_slider_number",
    "text_validation_min",
    "text_validation_max",
    "identifier",
    "branching_logic",
    "required_field",
    "custom_alignment",
    "question_number",
    "matrix_group_name",
    "matrix_ranking",
    "field_annotation",
]
"""What the schema calls the columns of a dictionary, in their order."""
Field = dict[str, str]
FAULTS: dict[str, Callable[[Field], Field]] = {
    "a validation type": lambda field: {**field, COLUMNS[7]: "date"},
    "a field name": lambda field: {**field, COLUMNS[0]: "Plan id"},
}


def look() -> int:
    """0 where both dictionaries are clean and each planted fault was found."""
    if not (PYTHON.parent / "linkml").exists():
        print("redcap: linkml-redcap is not here, as it takes no Python from 3.13 on.")
        return 0
    good = [_fields(path) for path in OURS]
    with TemporaryDirectory() as folder:
        wrong = [
            said
            for n, fields in enumerate(good)
            for said in _said(Path(folder, f"{n}.json"), fields)
        ]
        missed = [
            name
            for n, (name, spoil) in enumerate(FAULTS.items())
            if not _said(Path(folder, f"fault-{n}.json"), [spoil(good[0][0]), *good[0][1:]])
        ]
    for each in wrong:
        print(f"redcap: {each}")
    for name in missed:
        print(f"redcap: not found: {name}")
    print(f"redcap: linkml-redcap says {len(wrong)} things against {len(good)} dictionaries.")
    print(f"redcap: {len(FAULTS) - len(missed)} of {len(FAULTS)} planted faults were found.")
    return 1 if wrong or missed else 0


def _fields(path: Path) -> list[Field]:
    """The rows by the names of the schema; an empty cell says nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    return [{k: v for k, v in zip(COLUMNS, row, strict=True) if v} for row in rows]


def _said(path: Path, fields: list[Field]) -> list[str]:
    """What is said against a dictionary."""
    path.write_text(json.dumps({"fields": fields}), encoding="utf-8")
    schema = subprocess.check_output([PYTHON, "-c", SCHEMA], text=True).strip()
    words = [PYTHON.parent / "linkml", "validate", "--schema", schema]
    run = subprocess.run(
        [*words, "--target-class", "DataDictionary", path], capture_output=True, text=True
    )
    if run.returncode not in (0, 1):
        raise SystemExit(f"linkml could not look: {run.stderr}")
    return [line for line in run.stdout.splitlines() if line.startswith("[")]
