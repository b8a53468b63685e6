"""What an editor needs to complete and check a file: JSON Schemas made from the models.

A schema knows each key, what it may hold and what is needed; it cannot know a rule that looks at
several places at once, such as overlapping flares. `python -m taper.sources.schema` writes them
again after a change of the models, into the package, where a test holds them against the models.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.resources import files as packaged
from pathlib import Path
from typing import Any

from taper import sources
from taper.sources.checking import Subject
from taper.sources.regimen_sheets import MAX_PARAGRAPH, RegimenSheet
from taper.storage import files
from taper.trial.fields import MAX_ENTRIES, Record
from taper.trial.participant import Participant
from taper.trial.protocol import Protocol
from taper.trial.rows import WEEKDAYS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[Subject, type[Record]] = {
    Subject.PARTICIPANT: Participant,
    Subject.PROTOCOL: Protocol,
    Subject.REGIMEN: RegimenSheet,
}


def published(subject: Subject) -> str:
    """The schema as the package ships it."""
    return packaged("taper").joinpath("data", "schemas", _file_name(subject)).read_text("utf-8")


def as_text(subject: Subject) -> str:
    """The schema made anew from the models."""
    return json.dumps(schema_of(subject), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _file_name(subject: Subject) -> str:
    return f"{subject}.schema.json"


def schema_of(subject: Subject) -> Schema:
    """The JSON Schema of a kind of file."""
    model = _MODELS[subject]
    schema = _tidied(model.model_json_schema(by_alias=True))
    definitions = {**schema.get("$defs", {}), model.__name__: schema}
    for name, add_rules in _RULES.items():
        if name in definitions:
            add_rules(definitions[name])
    return {**schema, "$schema": DIALECT, "title": f"taper: a {subject} file"}


# From pydantic's form to what a file may hold -------------------------------------------------

_COUNT = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]{0,4})$"}
_DOSE = {"type": ["string", "number"], "pattern": r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?$"}
_TEXT = {"type": ["string", "number"], "pattern": r"\S", "maxLength": 200}
"""An editor takes `version: 1.0` for a number where taper reads the text that was typed."""
_FLAG = {"enum": [True, False, "true", "false"]}
_STRICTER = {r"^[0-9]+(\.[0-9]+)?$": _DOSE, "^[0-9]+$": _COUNT}
_BOUNDS = {"minimum": "minimum", "maximum": "maximum", "ge": "minimum", "le": "maximum"}


def _tidied(schema: Schema) -> Schema:
    """A schema without what says nothing to an editor, and with each scalar as a file has it."""
    plain = _without_null(schema)
    for key, value in plain.items():
        if key in ("properties", "$defs"):
            plain[key] = {name: _tidied(part) for name, part in value.items()}
        elif key == "items":
            plain[key] = _tidied(value)
        elif key in ("anyOf", "oneOf"):
            plain[key] = [_tidied(part) for part in value]
    return _scalar(plain)


def _without_null(schema: Schema) -> Schema:
    """Nothing is ever null in a file: a key is there with a value, or it is not there."""
    kept = {k: v for k, v in schema.items() if k not in ("title", "discriminator")}
    if not isinstance(kept.get("default", ""), str | int):
        del kept["default"]
    choices = [part for part in kept.pop("anyOf", []) if part != {"type": "null"}]
    if len(choices) == 1:
        return {**kept, **choices[0]}
    return {**kept, "anyOf": choices} if choices else kept


def _scalar(schema: Schema) -> Schema:
    kind = schema.get("type")
    if kind == ["string", "number"]:
        return {**schema, **_STRICTER.get(schema["pattern"], {})}
    if kind == "integer" and "enum" in schema:
        del schema["type"]
        return {**schema, "enum": [*schema["enum"], *map(str, schema["enum"])]}
    if kind == "integer":
        bounds = {_BOUNDS[k]: schema.pop(k) for k in list(schema) if k in _BOUNDS}
        return {**schema, **_COUNT, **bounds}
    if kind == "boolean":
        del schema["type"]
        return {**schema, **_FLAG}
    if schema.get("maxLength") == _TEXT["maxLength"]:
        del schema["minLength"]
        return {**schema, **_TEXT}
    return schema


# What the models know and pydantic cannot say -------------------------------------------------


def _known_or(words: Iterable[str], other: Schema) -> Schema:
    """Words that an editor offers, and whatever else is allowed."""
    return {"anyOf": [{"enum": sorted(set(words))}, other]}


def _participant(schema: Schema) -> None:
    properties = schema["properties"]
    properties["participant"] = {
        "type": ["string", "integer"],
        "pattern": r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$",
        "description": "The trial id, never a name.",
    }
    properties["protocol"] = {
        **_known_or(sources.protocol_ids(), _TEXT),
        "description": "The id of a shipped protocol, or a path relative to this file.",
    }
    properties["steroid"] = _known_or(["none"], properties["steroid"])
    properties["locale"]["pattern"] = f"^({'|'.join(sources.language_codes())})(_[A-Z]{{2}})?$"
    _tablets(properties["taper_strengths"])


def _steroid(schema: Schema) -> None:
    _drug(schema)
    _tablets(schema["properties"]["strengths"])


def _other_tablets(schema: Schema) -> None:
    _tablets(schema["properties"]["strengths"])


def _tablets(schema: Schema) -> None:
    """A bare number is a tablet that is taken whole."""
    mg = {**_DOSE, "exclusiveMinimum": 0, "maximum": 1000}
    schema["items"] = {"anyOf": [mg, schema["items"]]}


def _drug(schema: Schema) -> None:
    """Brand names are understood too, so that the list is an offer."""
    drug = schema["properties"]["drug"]
    more = {drug["default"]} if "default" in drug else set()
    schema["properties"]["drug"] = _known_or({*sources.drug_names().values(), *more}, drug)


def _attended(schema: Schema) -> None:
    schema["if"] = {"required": ["date"]}
    schema["then"] = {"properties": {"missed": {"enum": [False, "false"]}}}
    schema["else"] = {"required": ["missed"], "properties": {"missed": {"enum": [True, "true"]}}}


def _taken(schema: Schema) -> None:
    """A day or a stretch, of a dose or of counted tablets."""
    _drug(schema)
    schema["oneOf"] = [{"required": ["date"]}, {"required": ["from", "until"]}]
    schema["allOf"] = [_exactly_one("dose_mg", "handed_out")]
    schema["dependentRequired"] = {"returned": ["handed_out"]}


def _protocol(schema: Schema) -> None:
    schema["properties"]["equivalence"]["enum"] = list(sources.equivalence_ids())
    schema["properties"]["market"]["enum"] = list(sources.market_ids())
    schema["if"] = {"properties": {"status": {"const": "approved"}}, "required": ["status"]}
    schema["then"] = {"required": ["approval"]}
    schema["else"] = {"not": {"required": ["approval"]}}


def _taper_rule(schema: Schema) -> None:
    _drug(schema)
    regimen = schema["properties"]["regimen"]
    ids = [id_ for id_ in sources.regimen_ids() if "needs" not in sources.regimen_sheet(id_)]
    schema["properties"]["regimen"] = _known_or(ids, regimen)
    schema["properties"]["target_mg"]["description"] = "Prednisone-equivalent mg a day."
    days = schema["properties"]["change_on"]
    schema["properties"]["change_on"] = {"anyOf": [days["items"], {**days, "uniqueItems": True}]}


def _timed(schema: Schema) -> None:
    schema["oneOf"] = [{"required": [unit]} for unit in ("months", "weeks", "days")]
    days = schema["properties"]["days"]
    schema["properties"]["window_days"] = {"anyOf": [days, {"$ref": "#/$defs/Sides"}]}


def _window(schema: Schema) -> None:
    schema["minProperties"] = schema["maxProperties"] = 1


def _row(schema: Schema) -> None:
    for key in ("mg", "mg_per_kg"):
        cycle = schema["properties"][key]
        cycle["minItems"], cycle["maxItems"] = cycle.pop("minLength"), cycle.pop("maxLength")
        schema["properties"][key] = {"anyOf": [cycle["items"], cycle]}
    schema["allOf"] = [
        _exactly_one("mg", "mg_per_kg", "by_weekday"),
        _exactly_one("days", "weeks"),
    ]
    schema["dependentRequired"] = {"min_mg": ["mg_per_kg"], "max_mg": ["mg_per_kg"]}


def _exactly_one(*keys: str) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _by_weekday(schema: Schema) -> None:
    """Every day of the week has its dose, its own or that of the others."""
    schema["anyOf"] = [{"required": ["else"]}, {"required": list(WEEKDAYS)}]
    schema["minProperties"], schema["maxProperties"] = 2, len(WEEKDAYS)


def _row_drug(schema: Schema) -> None:
    """Brand names are understood too, so that the list is an offer."""
    drug = schema["properties"]["in"]
    schema["properties"]["in"] = _known_or(sources.drug_names().values(), drug)


def _steps(schema: Schema) -> None:
    _row_drug(schema)
    schema["oneOf"] = [{"required": ["steps"]}, {"required": ["tables"]}]
    schema["dependentRequired"] = {"tables": ["choose_by"], "choose_by": ["tables"]}


def _flare_rule(schema: Schema) -> None:
    schema["if"] = {"properties": {"action": {"const": "rescue"}}, "required": ["action"]}
    schema["then"] = {"required": ["rescue"]}
    schema["properties"]["rescue"] = _known_or(sources.burst_ids(), schema["properties"]["rescue"])


def _regimen_sheet(schema: Schema) -> None:
    """A sheet whose source leaves numbers open says which; its rule is not one yet."""
    rule = schema["properties"]["regimen"]
    schema["properties"]["regimen"] = {"type": "object"}
    schema["properties"]["needs"] = {
        "type": "array",
        "items": {"type": "string", "maxLength": MAX_PARAGRAPH},
        "minItems": 1,
        "maxItems": MAX_ENTRIES,
    }
    schema["if"] = {"not": {"required": ["needs"]}}
    schema["then"] = {"properties": {"regimen": rule}}


_RULES: dict[str, Callable[[Schema], None]] = {
    "Participant": _participant,
    "Steroid": _steroid,
    "OtherTablets": _other_tablets,
    "Taken": _taken,
    "Exposure": _drug,
    "Enrolment": _drug,
    "GivenInfusion": _attended,
    "GivenVisit": _attended,
    "Protocol": _protocol,
    "TaperRule": _taper_rule,
    "Infusion": _timed,
    "Visit": _timed,
    "Window": _window,
    "Row": _row,
    "ByWeekday": _by_weekday,
    "Steps": _steps,
    "FlareRule": _flare_rule,
    "RegimenSheet": _regimen_sheet,
}


def main(folder: Path) -> None:
    """Write the schemas of all kinds of file into a folder."""
    files.make_folder(folder)
    files.write_all(
        {folder / _file_name(subject): as_text(subject).encode() for subject in Subject}
    )


if __name__ == "__main__":
    main(Path(__file__).parents[1] / "data" / "schemas")
