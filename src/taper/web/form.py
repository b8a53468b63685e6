"""The fields of the form, and the participant's file that they stand for.

A new file is written from what was typed. Of one that was opened only the lines change whose fields
do: every comment stays, and so does whatever the form has no field for.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from taper import sources
from taper.doses.solutions import PER_ML
from taper.errors import Problem, Refusal
from taper.operations.changing.correcting import Corrected, Field, TakenOut, field_named
from taper.operations.changing.entering import NO_STEROID, data_of, file_with
from taper.sources.typed import read_strengths
from taper.sources.usual_case import usual_case
from taper.sources.yaml import NO_LINES, Found, ParsedFile, scan
from taper.trial.fields import parse_who_and_why
from taper.trial.ids import parse_id
from taper.trial.participant import Participant
from taper.trial.strengths import in_a_file
from taper.trial.times import TIMES_ALLOWED, parse_times
from taper.web import attended
from taper.web.attended import Attended
from taper.wording.quoting import shown

Form = Mapping[str, str]
"""What was typed, by the names of the fields; a field that was not there has no entry."""

PLACES: Mapping[str, str] = {
    "participant": "participant",
    "protocol": "protocol",
    "drug": "steroid.drug",
    "dose_mg": "steroid.dose_mg",
    "strengths": "steroid.strengths",
    "times": "steroid.times",
    "since": "steroid.since",
    "taper_strengths": "taper_strengths",
    "weight_kg": "weight_kg",
    "taper_started": "taper_started",
    "eligibility_waived": "eligibility_waived",
    "site": "contact.site",
    "phone": "contact.phone",
    "locale": "locale",
}
"""The place in the file that each field stands for; infusions and visits have fields each."""
_MEANT: Mapping[str, str] = {"locale": Participant.model_fields["locale"].default}
"""What a file means that says nothing of it."""
UNNAMED = "the participant"
OWN, OWN_NAME, OWN_SHEETS = "own", "own_name", "own_sheets"
"""A protocol's file that was opened beside, its name, and the sheets of regimens with theirs."""
BROUGHT = (OWN, OWN_NAME, OWN_SHEETS)
FILES = ("base", "before", OWN, OWN_SHEETS)
"""Fields that hold files: the one that was opened, and what it was before the last event."""


def cleaned(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without the spaces around it, and the files that the form carries along."""
    return {key: unpacked(value) if key in FILES else value.strip() for key, value in given.items()}


def packed(text: str) -> str:
    """A file as a field carries it: a browser would write other ends of its lines."""
    return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def unpacked(field: str) -> str:
    """The file of such a field; empty where a stranger wrote it otherwise."""
    try:
        return urlsafe_b64decode(field + "=" * (-len(field) % 4)).decode()
    except ValueError:
        return ""


def carried(value: str, key: str) -> str:
    """What a hidden field of that name holds."""
    return packed(value) if key in FILES else value


def sheets_as_field(sheets: Mapping[str, str]) -> str:
    """Several files as one field."""
    return json.dumps(sheets, ensure_ascii=False)


def sheets_of(form: Form) -> dict[str, str]:
    """The sheets of regimens in it, by their names; none where a stranger wrote it otherwise."""
    try:
        found = json.loads(form.get(OWN_SHEETS) or "{}")
    except (ValueError, RecursionError):
        return {}
    are_texts = isinstance(found, dict) and all(isinstance(each, str) for each in found.values())
    return found if are_texts else {}


def base_of(path: str) -> str:
    """The name of a file without its folders, on whichever system the path was written."""
    return PurePosixPath(path.replace("\\", "/")).name


def accepted(form: Form, typed: str | None = None) -> str | None:
    """Who accepts that what is past changes, and why; None where nobody does. Raises `Refusal`."""
    typed = form.get("accepted") if typed is None else typed
    if not typed:
        return None
    try:
        return parse_who_and_why(typed)
    except ValueError as allowed:
        raise Refusal.of(who(form), "accepted", shown(typed), str(allowed)) from None


def who(form: Form) -> str:
    """Whose file it is, as a refusal names it."""
    try:
        return parse_id(form.get("participant"))
    except ValueError:
        return UNNAMED


def name_of(form: Form) -> str:
    """What the file is called; of one without an id nobody hears the name."""
    named = who(form)
    return UNNAMED if named == UNNAMED else f"{named}.yaml"


# To a file ------------------------------------------------------------------------------------


def file_of(form: Form) -> bytes:
    """The participant's file that the form stands for; raises `Refusal`."""
    base = form.get("base", "")
    if base:
        return _changed(base.encode("utf-8", "surrogatepass"), form)
    return file_with(_said(form))


def document_of(form: Form) -> tuple[ParsedFile, list[Found]]:
    """The same as data, for which a new file need not be written and read; raises `Refusal`."""
    if form.get("base"):
        return scan(file_of(form), name_of(form))
    return ParsedFile(name_of(form), data_of(_said(form)), NO_LINES), []


def _said(form: Form) -> dict[str, Any]:
    _refuse_left_over(form)
    return {place: value for place, value in _answers(form) if value is not None}


def _answers(form: Form) -> Iterator[tuple[str, Any]]:
    """The values by their places, in the order of the file."""
    for key, place in PLACES.items():
        if place == "contact.site":
            yield from ((each.place, _attended(form, each)) for each in attended.in_form(form))
        yield place, value_of(form, key)


def _refuse_left_over(form: Form) -> None:
    """Raise for what is typed of a steroid that is not taken, as a row of a table is refused."""
    if not _takes_none(form):
        return
    of_steroid = [key for key, place in PLACES.items() if place.startswith("steroid.")]
    left = [key for key in of_steroid if key != "drug" and form.get(key)]
    if left:
        allowed = f"an empty field, as drug is {NO_STEROID}"
        raise Refusal(*(Problem(who(form), PLACES[x], shown(form[x]), allowed) for x in left))


def _takes_none(form: Form) -> bool:
    return form.get("drug", "").casefold() == NO_STEROID


def value_of(form: Form, key: str) -> Any:
    """What the file has in the place of a field, None for nothing; raises `Refusal`."""
    typed = form.get(key, "")
    if not typed:
        return None
    if key == "drug" and _takes_none(form):
        return NO_STEROID
    if key in ("strengths", "taper_strengths"):
        return strengths_in(typed, who(form), PLACES[key])
    return _times_in(typed, who(form)) if key == "times" else typed


def strengths_in(typed: str, whose: str, place: str) -> list[Any]:
    """Strengths as a file has them; raises `Refusal` in which they stand at `place`."""
    try:
        stock = read_strengths(whose, typed)
    except Refusal as wrong:
        (problem,) = wrong.problems
        raise Refusal(Problem(whose, place, problem.read, problem.allowed)) from None
    return [in_a_file(each) for each in stock]


def _times_in(typed: str, whose: str) -> dict[str, str]:
    """Times of the day as a file has them; raises `Refusal`."""
    try:
        return parse_times(typed)
    except ValueError:
        raise Refusal.of(whose, PLACES["times"], shown(typed), TIMES_ALLOWED) from None


def _attended(form: Form, each: Attended) -> dict[str, str] | None:
    """What a file has of an infusion or visit; raises `Refusal` for a date of a missed one."""
    date = form.get(each.date_field)
    if date and form.get(each.missed_field):
        place = f"visits ({each.name})" if each.is_visit else f"infusions (number {each.name})"
        raise Refusal.of(who(form), place, f"{shown(date)} and missed", "a date, or missed")
    return each.said(form)


# From a file ----------------------------------------------------------------------------------


def fields_of(raw: bytes, name: str) -> dict[str, str]:
    """What the fields say of a file; raises `Refusal` where it is none."""
    data = usual_case(sources.parse(raw, name).data)
    found = {key: _typed(_at(data, place)) for key, place in PLACES.items()}
    if data.get("steroid") == NO_STEROID:
        found["drug"] = NO_STEROID
    for each, given in attended.in_data(data):
        found |= each.fields(given)
    return found


def _at(data: Mapping[str, Any], place: str) -> Any:
    found: Any = data
    for step in place.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _typed(value: Any) -> str:
    """A value as it is typed: strengths and times on one line."""
    if isinstance(value, list):
        return ", ".join(map(_strength, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{time}:{share}" for time, share in value.items())
    return value if isinstance(value, str) else ""


def _strength(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    if "mg_per_ml" in value:
        return f"{value['mg_per_ml']}{PER_ML}:{value.get('smallest_ml', '')}"
    split = value.get("split", "1")
    return str(value.get("mg", "")) if split == "1" else f"{value.get('mg', '')}:{split}"


# A file with other lines ----------------------------------------------------------------------


def _changed(raw: bytes, form: Form) -> bytes:
    """The opened file with what the form now says otherwise."""
    name = name_of(form)
    was = fields_of(raw, name)
    if form.get("participant", was["participant"]) != was["participant"]:
        read, allowed = form["participant"], f"{was['participant']}, whose file was opened"
        raise Refusal.of(who(form), "participant", read, allowed)
    for field, value in _differing(form, was):
        document = sources.parse(raw, name)
        edit = TakenOut(field) if value is None else Corrected(field, value)
        raw = edit.of(document, raw).raw
    return raw


def _differing(form: Form, was: Form) -> Iterator[tuple[Field, Any]]:
    """Each field that says something else than the file, and what; None for nothing."""
    for key, place in PLACES.items():
        meant = _MEANT.get(key, "")
        if key not in form or (form[key] or meant) == (was.get(key) or meant):
            continue
        value = value_of(form, key)
        if value != _value_or_none(was, key):  # 20,5 and 20, 5 are the same tablets
            yield field_named(place), value
    for each in attended.in_form(form):
        said = _attended(form, each)
        if said != each.said(was):
            yield from _attended_changed(each, said)


def _value_or_none(form: Form, key: str) -> Any:
    """The same of a file, None too for what it would be refused for."""
    try:
        return value_of(form, key)
    except Refusal:
        return None


def _attended_changed(
    each: Attended, said: Mapping[str, str] | None
) -> Iterator[tuple[Field, Any]]:
    if said is None:
        yield each.in_file(), None
    for key, value in (said or {}).items():
        yield each.in_file(key), value
