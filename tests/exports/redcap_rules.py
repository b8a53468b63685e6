"""What REDCap asks of a data dictionary and of a file that is imported by it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date

Field = Mapping[str, str]
_TYPES = {"text", "notes", "dropdown", "radio", "yesno", "truefalse", "checkbox"}
_VALIDATIONS = {"", "date_ymd", "integer", "number"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,25}")
_CODE = re.compile(r"[A-Za-z0-9_]+")
_OWN = {"redcap_repeat_instrument", "redcap_repeat_instance"}


def table(data: bytes) -> list[Field]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def choices(field: Field) -> set[str]:
    """The codes of a field that has some."""
    if field["Field Type"] == "yesno":
        return {"0", "1"}
    listed = field["Choices, Calculations, OR Slider Labels"]
    return {each.split(",")[0].strip() for each in listed.split("|")} if listed else set()


def wrong_in_dictionary(fields: list[Field]) -> Iterator[str]:
    """What REDCap would refuse in a dictionary."""
    names = [field["Variable / Field Name"] for field in fields]
    for field, name in zip(fields, names, strict=True):
        if not _NAME.fullmatch(name) or names.count(name) > 1:
            yield f"{name}: no name, or one that is there already"
        if not _NAME.fullmatch(field["Form Name"]) or not field["Field Label"]:
            yield f"{name}: no form or no label"
        if field["Field Type"] not in _TYPES:
            yield f"{name}: {field['Field Type']} is no type"
        if field["Text Validation Type OR Show Slider Number"] not in _VALIDATIONS:
            yield f"{name}: an unknown validation"
        if (field["Field Type"] == "dropdown") != bool(
            field["Choices, Calculations, OR Slider Labels"]
        ):
            yield f"{name}: choices without a list, or a list without choices"
        if not all(map(_CODE.fullmatch, choices(field))):
            yield f"{name}: a code with another sign"


def wrong_in_import(data: bytes, fields: list[Field], repeating: set[str]) -> Iterator[str]:
    """What REDCap would refuse in a file, row by row."""
    known = {field["Variable / Field Name"]: field for field in fields}
    record = fields[0]["Variable / Field Name"]
    seen: set[tuple[str, str, str]] = set()
    for number, row in enumerate(table(data), start=2):
        form = row["redcap_repeat_instrument"]
        if next(iter(row)) != record or not row[record]:
            yield f"row {number}: no record"
        key = (row[record], form, row["redcap_repeat_instance"])
        if key in seen or bool(form) != bool(key[2]) or (form and form not in repeating):
            yield f"row {number}: an instance that is there already, or is none"
        seen.add(key)
        for name, value in row.items():
            if name in _OWN or not value:
                continue
            if name not in known:
                yield f"row {number}: {name} is no field"
            elif name != record and form != (
                known[name]["Form Name"] if known[name]["Form Name"] in repeating else ""
            ):
                yield f"row {number}: {name} is of another form"
            elif not _fits(value, known[name]):
                yield f"row {number}: {name} is {value}"


def _fits(value: str, field: Field) -> bool:
    codes = choices(field)
    if codes:
        return value in codes
    least, most = field["Text Validation Min"], field["Text Validation Max"]
    match field["Text Validation Type OR Show Slider Number"]:
        case "date_ymd":
            return least <= date.fromisoformat(value).isoformat() <= most
        case "integer":
            return value.isdecimal() and int(least) <= int(value) <= int(most)
        case "number":
            number = re.fullmatch(r"[0-9]+(\.[0-9]+)?", value)
            return number is not None and float(least) <= float(value) <= float(most)
    return True
