"""Our own REDCap project, and which mapping a table is read by."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from taper.sources import yaml
from taper.sources.tables.columns import EVENT, ID, INFUSION
from taper.sources.tables.mapping import FieldMapping, identity
from taper.sources.tables.mapping_file import mapping_of, read
from taper.sources.tables.redcap import system

DICTIONARY = ("redcap", "data_dictionary.csv")
PLAN_DICTIONARY = ("redcap", "plan_dictionary.csv")
_OURS = ("redcap", "mapping.yaml")
_MORE = ("redcap", "more_keys.txt")


def _shipped(names: tuple[str, ...]) -> bytes:
    return files("taper").joinpath("data", *names).read_bytes()


def data_dictionary() -> bytes:
    """The data dictionary of a new REDCap project, to be uploaded as it is."""
    return _shipped(DICTIONARY)


def plan_dictionary() -> bytes:
    """The dictionary of the two forms that a plan is imported into."""
    return _shipped(PLAN_DICTIONARY)


def mapping_to_start_from() -> bytes:
    """A mapping file for a project of one's own, with every key that there is."""
    return _shipped(_OURS) + _shipped(_MORE)


@cache
def ours() -> FieldMapping:
    """The mapping of a project that was made from our data dictionary."""
    mapping = mapping_of(yaml.parse_ours(_shipped(_OURS), _OURS[-1]))
    rows = csv.DictReader(data_dictionary().decode().splitlines())
    labels = {row["Field Label"]: row["Variable / Field Name"] for row in rows}
    return replace(mapping, labels=labels)


def is_ours(headers: Mapping[int, str]) -> bool:
    """Whether these are the headers of an export of such a project."""
    fields = {ours().field(header) for header in headers.values()}
    within = {name for each in ours().repeating.values() for name in each.fields}
    is_export = any(system(header) for header in headers.values())
    # `Reason` is a label of the project, and may be a column more of a table with our own columns
    is_table = any(INFUSION.fullmatch(each) or EVENT.fullmatch(each) for each in fields)
    return ID in fields and (is_export or (not is_table and not fields.isdisjoint(within)))


def chosen(path: Path | None, headers: Mapping[int, str]) -> FieldMapping:
    """The mapping of the file, ours for an export of our project, else none."""
    if path is not None:
        return read(path)
    return ours() if is_ours(headers) else identity(headers)
