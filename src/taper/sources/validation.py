"""Plain data to models, and what pydantic finds wrong to problems in words a clinician reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from taper.doses import dose
from taper.sources.unsayable import unsayable
from taper.sources.unsayable_values import cannot_stand
from taper.sources.yaml import Found
from taper.trial.fields import FieldError, Record
from taper.wording.hints import seems
from taper.wording.identifying import identifies_there
from taper.wording.quoting import ABSENT, KeyPath, did_you_mean, entries, one_of, shown, shown_whole

Model = TypeVar("Model", bound=Record)
_Models = tuple[type[Record], ...]

_TEXT_FORMS = {
    "id": (
        "an id of 1 to 64 lower-case letters, digits, dots, hyphens and underscores that begins "
        "and ends with a letter or digit"
    ),
    "locale": "a language, or a language and a country, such as en_US",
}
_NO_KEYS = {"model_type", "model_attributes_type", "dict_type", "union_tag_not_found"}
_PURPOSES = {
    "drug": "the generic name of the drug, such as prednisone",
    "protocol": "the id of a shipped protocol, or the path of a protocol file",
    "version": "the version of the protocol, such as 1.0",
}
"""Said of a text that is missing, where its length would be a poor answer."""
_ALSO_ALLOWED = {
    "steroid": "none, or ",
    "regimen": "the id of a shipped regimen, or ",
}
UNKNOWN_KEY = "an unknown key"
_LONGER_CYCLE = ", as a cycle is of six weeks at most; longer ones are rows, one after another"
_LIST = "a list, each entry after a hyphen or all in square brackets"


def identifying_keys(data: object, path: KeyPath = ()) -> Iterator[Found]:
    """Every key that would name a person or an arm; what stands under one is not looked at."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if identifies_there(path, str(key)):
                yield Found((*path, key), "present", "no key that would name a person or an arm")
            else:
                yield from identifying_keys(value, (*path, key))
    elif isinstance(data, list | tuple):
        for i, item in enumerate(data):
            yield from identifying_keys(item, (*path, i))


def model_of(
    model: type[Model], data: Mapping[str, Any], typed: Mapping[str, Any], found: list[Found]
) -> Model | None:
    """The model of `data`, or None and every problem added to `found`.

    `typed` is the data before ids and names in it were resolved. A place that is in `found`
    already is not named again.
    """
    known = {problem.path for problem in found}
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
    for problem in _problems(model, _with_absent(model, data, errors), typed):
        if not any(problem.path[:n] in known for n in range(1, len(problem.path) + 1)):
            found.append(problem)
    return None


def _with_absent(
    model: type[Record], data: Mapping[str, Any], errors: list[ErrorDetails]
) -> Mapping[str, Any]:
    """The data with a mark for each key that is missing, so that its rule says what is allowed."""
    filled = deepcopy(dict(data))
    for error in errors:
        if error["type"] == "missing":
            *parents, key = _place(model, error["loc"], data).path
            here: Any = filled
            for part in parents:
                here = here[part]
            here[key] = ABSENT
    return filled


def _problems(
    model: type[Record], data: Mapping[str, Any], typed: Mapping[str, Any]
) -> Iterator[Found]:
    try:
        model.model_validate(data)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            place = _place(model, error["loc"], data)
            if not _is_echo(error, place):
                yield _problem(error, place, typed)


def _is_echo(error: ErrorDetails, place: _Place) -> bool:
    """A list whose entries were refused counts as too short; it is not."""
    return error["type"] == "too_short" and len(place.value) >= error["ctx"]["min_length"]


# Places -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where in a file an error is, what was typed there, and the models that may stand there."""

    path: KeyPath
    value: Any
    models: _Models
    parents: _Models


def _place(model: type[Record], loc: tuple[int | str, ...], data: object) -> _Place:
    """The place in the file of a location as pydantic says it.

    Left out are the tag that pydantic adds where one of several models fits, and whatever
    a shorter form in the file does not have: `strengths: [5]` has no `mg`.
    """
    path: list[str | int] = []
    models: _Models = (model,)
    parents: _Models = ()
    here: Any = data
    for part in loc:
        if isinstance(part, str) and len(models) > 1:
            models = tuple(m for m in models if part in _tags(m))
            continue
        if isinstance(part, str):
            parents, models = models, _field_models(models, part)
        if isinstance(here, Mapping) or (isinstance(here, list | tuple) and isinstance(part, int)):
            path.append(part)
            here = _item(here, part)
    return _Place(tuple(path), here, models, parents)


def _item(here: Any, part: str | int) -> object:
    try:
        return here[part]
    except (KeyError, IndexError):
        return None


def _field_models(models: _Models, key: str) -> _Models:
    for model in models:
        for name, field in model.model_fields.items():
            if key == (field.alias or name):
                return tuple(_models_in(field.annotation))
    return ()


def _models_in(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _tags(model: type[Record]) -> tuple[str, ...]:
    """The values of the model's `kind` or `type`; its own name where its keys say which it is."""
    if hasattr(model, "TAG"):
        return (model.TAG,)
    fields = (model.model_fields.get(name) for name in ("kind", "type"))
    return tuple(
        tag
        for field in fields
        if field is not None and get_origin(field.annotation) is Literal
        for tag in get_args(field.annotation)
    )


# Words ------------------------------------------------------------------------------------------


def _problem(error: ErrorDetails, place: _Place, typed: Mapping[str, Any]) -> Found:
    """One error in words; the kinds that name a place other than their own come first."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(place)
    cannot = cannot_stand(place.parents, place.path, place.value)
    if cannot is not None:
        return cannot
    # Of something without keys pydantic may say that its tag is missing; all of them are.
    if kind in {"union_tag_invalid", "union_tag_not_found"} and isinstance(place.value, Mapping):
        return _tag_problem(error, place)
    if kind == "value_error":
        return _rule_problem(context["error"], place, typed)
    allowed = _allowed(kind, context, place)
    return Found(place.path, f"{shown(place.value)}{seems(place.value)}", allowed)


def _unknown_key(place: _Place) -> Found:
    key = str(place.path[-1])
    cannot = unsayable(frozenset(model.__name__ for model in place.parents), key)
    if cannot is not None:
        return Found(place.path, f"{UNKNOWN_KEY}, as {cannot.why}", cannot.nearest)
    return Found(place.path, UNKNOWN_KEY, _known_keys(place.parents, key))


def _rule_problem(rule: ValueError, place: _Place, typed: Mapping[str, Any]) -> Found:
    """A problem that a rule of our own found; its text is what is allowed."""
    path, value, allowed = place.path, place.value, str(rule)
    if isinstance(rule, FieldError):
        path = (*path, *(int(part) if part.isdecimal() else part for part in rule.field.split(".")))
        value = _typed_at(typed, path)
        cannot = cannot_stand((*place.models, *place.parents), path, value)
        if cannot is not None:
            return cannot
        if rule.read is not None:
            return Found(path, rule.read, allowed)
    elif value is ABSENT or value == "":
        allowed = _PURPOSES.get(str(path[-1]), allowed)
    return Found(
        path, shown_whole(value) if place.models else f"{shown(value)}{seems(value)}", allowed
    )


def _typed_at(typed: object, path: KeyPath) -> object:
    """What was typed at a place: the id of a regimen rather than what is in its sheet."""
    for part in path:
        if isinstance(typed, str):
            return typed
        try:
            typed = typed[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return typed


def _tag_problem(error: ErrorDetails, place: _Place) -> Found:
    """A list entry or regimen whose `type` or `kind` is missing or unknown."""
    key = str(error["ctx"]["discriminator"]).strip("'")
    tags = [tag for model in place.models for tag in _tags(model)]
    value = place.value.get(key, ABSENT)
    cannot = cannot_stand(place.models, (*place.path, key), value)
    if cannot is not None:
        return cannot
    meant = did_you_mean(value, tags) if isinstance(value, str) else ""
    return Found((*place.path, key), shown(value), f"{one_of(tags)}{meant}")


def _known_keys(models: _Models, key: object) -> str:
    keys = [field.alias or name for m in models for name, field in m.model_fields.items()]
    return f"{one_of(keys)}{did_you_mean(str(key), keys)}"


def _allowed(kind: str, context: Mapping[str, Any], place: _Place) -> str:
    """What is allowed, for the kinds of error that are pydantic's own."""
    key = str(place.path[-1]) if place.path else ""
    if place.models and kind in _NO_KEYS:
        return _ALSO_ALLOWED.get(key, "") + _keys_of(place.models)
    if place.models and kind == "string_unicode":
        return "keys of plain text"
    if key in _TEXT_FORMS and kind.startswith("string"):
        return _TEXT_FORMS[key]
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "")
    if kind in {"tuple_type", "list_type"}:
        return _LIST
    if kind in {"too_short", "too_long"}:
        more = _LONGER_CYCLE if kind == "too_long" and key in ("mg", "mg_per_kg") else ""
        return f"{_length(context)}{more}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = f"least {context['ge']}" if "ge" in context else f"most {context['le']}"
        return f"a number of at {bound}"
    return "another value"


def _length(context: Mapping[str, Any]) -> str:
    bound = "least" if "min_length" in context else "most"
    return f"a list of at {bound} {entries(context.get('min_length', context.get('max_length')))}"


def _keys_of(models: _Models) -> str:
    if len(models) > 1:
        tag = "kind" if "kind" in models[0].model_fields else "type"
        return f"keys with values, {tag} among them"
    fields = [(field.alias or name, field) for name, field in models[0].model_fields.items()]
    needed = [name for name, field in fields if field.is_required()]
    wanted = [name for name, field in fields if not field.is_required()]
    if not needed:
        return f"the keys {dose.join(wanted)}, each if wanted"
    also = f", and if wanted {dose.join(wanted)}" if wanted else ""
    return f"the keys {dose.join(needed)}{also}"
