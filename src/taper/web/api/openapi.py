"""The description of the API: OpenAPI 3.1, written from the models that read and answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from taper import __version__
from taper.record.document_model import DOCUMENT
from taper.web.api.answered import Checked, Converted, InTablets, Refused
from taper.web.api.asked import CheckAsked, ConvertAsked, PlanAsked, TabletsAsked
from taper.web.reply import JSON, PROBLEM

PLAN = "Plan"
_REF = "#/components/schemas/{model}"
_CANNOT = (400, 403, 413, 415, 422, 500, 503)
_MEANINGS: Mapping[int, str] = {
    400: "no request of HTTP that is understood",
    403: "a foreign host or origin, or nobody whom the proxy names",
    413: "a body that is too large",
    415: "a body that says of itself that it is no JSON in UTF-8",
    422: "refused, with every problem found",
    500: "a fault of taper itself",
    503: "too much at once, or what takes too long",
}


@dataclass(frozen=True, slots=True)
class Path:
    """A path, what is asked there and what is answered."""

    path: str
    summary: str
    asked: type[Any]
    answered: TypeAdapter[Any]
    name: str


PATHS = (
    Path("/api/plan", "Plan a participant", PlanAsked, DOCUMENT, PLAN),
    Path("/api/convert", "Convert doses", ConvertAsked, TypeAdapter(Converted), "Converted"),
    Path(
        "/api/tablets", "Make a dose of tablets", TabletsAsked, TypeAdapter(InTablets), "InTablets"
    ),
    Path("/api/check", "Check files", CheckAsked, TypeAdapter(Checked), "Checked"),
)
"""Every path of the API."""


@cache
def document() -> str:
    """The whole description, as JSON."""
    return json.dumps(_document(), indent=2, ensure_ascii=False)


def _document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "taper",
            "version": __version__,
            "summary": "Steroid tapers for trial participants: doses are decimal text, dates ISO.",
        },
        "paths": {each.path: {"post": _operation(each)} for each in PATHS},
        "components": {"schemas": _schemas()},
    }


def _operation(path: Path) -> dict[str, Any]:
    body = {JSON: {"schema": {"$ref": _REF.format(model=path.asked.__name__)}}}
    answer = {JSON: {"schema": {"$ref": _REF.format(model=path.name)}}}
    problem = {PROBLEM: {"schema": {"$ref": _REF.format(model="Refused")}}}
    refused = {str(code): {"description": _MEANINGS[code], "content": problem} for code in _CANNOT}
    return {
        "operationId": path.path.rpartition("/")[-1],
        "summary": path.summary,
        "description": path.asked.__doc__,
        "requestBody": {"required": True, "content": body},
        "responses": {"200": {"description": "the answer", "content": answer}, **refused},
    }


def _schemas() -> dict[str, Any]:
    """Every model under its name, and what they are made of beside them."""
    asked: Any = [(each.asked, "validation") for each in PATHS]
    _, of_asked = models_json_schema(asked, ref_template=_REF)
    schemas = dict(of_asked["$defs"])
    answered = {each.name: each.answered for each in PATHS}
    answered["Refused"] = TypeAdapter(Refused)
    for name, adapter in answered.items():
        schema = adapter.json_schema(ref_template=_REF)
        schemas |= schema.pop("$defs", {})
        schemas[name] = schema
    return {name: _for_others(schema) for name, schema in schemas.items()}


def _for_others(schema: Any) -> Any:
    """The same with patterns as other languages write them."""
    if isinstance(schema, list):
        return [_for_others(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.replace(r"\z", "$") if key == "pattern" else _for_others(value)
        for key, value in schema.items()
    }
