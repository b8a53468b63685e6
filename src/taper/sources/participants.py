"""A participant's file as a model, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from taper.doses import solutions
from taper.doses.forms import Preparation
from taper.doses.products import PLAIN
from taper.sources.drugs import Named, UnknownDrugError, named, other_form, with_drug
from taper.sources.languages import is_locale, locale_allowed
from taper.sources.misleading import OF_A_PARTICIPANT, misleading
from taper.sources.raw import bytes_of
from taper.sources.routes import UnknownRouteError, refuse_injected, route, route_of
from taper.sources.usual_case import usual_case
from taper.sources.validation import identifying_keys, model_of
from taper.sources.yaml import NO_LINES, Found, Lines, ParsedFile, refusal, scan
from taper.trial.ids import parse_id
from taper.trial.participant import LOCALE, Participant
from taper.wording.quoting import KeyPath, plain, quoted


def participant(path: FilePath) -> Participant:
    """The participant of a file; raises `Refusal` with everything that is wrong in it."""
    return participant_in(*scan(bytes_of(path), plain(path.name)))


def participant_in(document: ParsedFile, found: Iterable[Found] = ()) -> Participant:
    """The same of a file that was read already; `found` is what was wrong with its form."""
    return validate_participant(document.data, who_of(document), document.lines, found)


def who_of(document: ParsedFile) -> str:
    """The file, and the participant too where the file is named otherwise."""
    id_ = claim_of(document.data)
    is_named = id_ is None or FilePath(document.name).stem == id_
    return document.name if is_named else f"{id_} ({document.name})"


def claim_of(data: Mapping[str, Any]) -> str | None:
    """The id that a file claims, None where it is none."""
    try:
        return parse_id(data.get("participant"))
    except ValueError:
        return None


def validate_participant(
    data: Mapping[str, Any], who: str, lines: Lines = NO_LINES, found: Iterable[Found] = ()
) -> Participant:
    """The participant of data that have been read already; `who` is named in a refusal.

    `found` is what was wrong with their form.
    """
    found = [*found, *identifying_keys(data), *misleading(data, OF_A_PARTICIPANT)]
    resolved, made = with_drug(usual_case(data), "steroid", found)
    if made is not None:
        found.extend(_broken(resolved["steroid"], made))
    resolved, _ = with_drug(resolved, "enrolment", found)
    own = _form_of(resolved, made)
    for group in _WITH_DRUGS:
        resolved = _with_drugs_of(group, resolved, own, found)
    resolved = _with_routes(resolved, found)
    _find_unknown_locale(data, found)
    model = model_of(Participant, resolved, data, found)
    if found or model is None:
        raise refusal(who, found, lines)
    if made is None or model.steroid is None:
        return model
    return model.model_copy(update={"steroid": model.steroid.in_form(made.name)})


_WITH_DRUGS = ("events", "taken", "exposures")
"""Lists whose entries may name a drug."""


def _form_of(data: Mapping[str, Any], made: Preparation | None) -> str:
    """What the steroid of the file is in: the form that its name says, else its strengths."""
    steroid = data.get("steroid")
    strengths = steroid.get("strengths") if isinstance(steroid, Mapping) else None
    if made is not None:
        return made.form
    each = strengths if isinstance(strengths, list) else ()
    in_ml = any(isinstance(strength, Mapping) and "mg_per_ml" in strength for strength in each)
    return solutions.FORM if in_ml else PLAIN


def _with_drugs_of(
    group: str, data: Mapping[str, Any], own: str, found: list[Found]
) -> Mapping[str, Any]:
    """The data with the drug of each entry of a list as the generic name; `own` is their form."""
    entries = data.get(group)
    if not isinstance(entries, list):
        return data
    named = [_with_drug(entry, (group, i), own, found) for i, entry in enumerate(entries)]
    return {**data, group: named}


def _with_drug(entry: Any, at: KeyPath, own: str, found: list[Found]) -> Any:
    typed = entry.get("drug") if isinstance(entry, Mapping) else None
    if not isinstance(typed, str) or not typed:
        return entry
    try:
        what = named(typed)
        if at[0] == "exposures":
            _find_other_way(what, entry, at, found)
        else:
            refuse_injected(what)
        if at[0] == "events":
            _refuse_other_form(what, own)
        return {**entry, "drug": what.drug}
    except UnknownDrugError as wrong:
        found.append(Found((*at, "drug"), f"{quoted(typed)}{wrong.because}", str(wrong)))
        return entry


def _refuse_other_form(what: Named, own: str) -> None:
    """Raise `UnknownDrugError` for an event in a form that no tablet of the plan is in."""
    made = what.preparation
    if made is not None and made.form != own:
        allowed = f"{made.drug}, as the plan's own form is counted"
        raise UnknownDrugError(allowed, other_form(made))


def _find_other_way(what: Named, entry: Mapping[str, Any], at: KeyPath, found: list[Found]) -> None:
    """Find a drug that is not given by the route that is said; another route is found later."""
    typed = entry.get("route")
    try:
        asked = route(typed) if isinstance(typed, str) and typed else None
    except UnknownRouteError:
        return
    try:
        route_of(what, asked)
    except UnknownRouteError as wrong:
        found.append(Found((*at, "route"), f"{quoted(str(typed))}{wrong.because}", str(wrong)))


def _with_routes(data: Mapping[str, Any], found: list[Found]) -> Mapping[str, Any]:
    """The data with the route of each exposure by its usual name."""
    exposures = data.get("exposures")
    if not isinstance(exposures, list):
        return data
    return {**data, "exposures": [_with_route(each, i, found) for i, each in enumerate(exposures)]}


def _with_route(entry: Any, i: int, found: list[Found]) -> Any:
    typed = entry.get("route") if isinstance(entry, Mapping) else None
    if not isinstance(typed, str) or not typed:
        return entry
    try:
        return {**entry, "route": str(route(typed, str(entry.get("drug", ""))))}
    except UnknownRouteError as wrong:
        read = f"{quoted(typed)}{wrong.because}"
        found.append(Found(("exposures", i, "route"), read, str(wrong)))
        return entry


def _broken(steroid: Mapping[str, Any], made: Preparation) -> Iterator[Found]:
    """Every strength that is to be broken, of a form that never is."""
    strengths = steroid.get("strengths")
    for i, tablet in enumerate(strengths if isinstance(strengths, list) else ()):
        if isinstance(tablet, Mapping) and str(tablet.get("split", "1")) in ("2", "4"):
            read = f"{tablet['split']}, of {made.drug} {made.described}"
            yield Found(("steroid", "strengths", i, "split"), read, "1, as they are never broken")


def _find_unknown_locale(data: Mapping[str, Any], found: list[Found]) -> None:
    """A language that nobody translated: told while there is time, not when a page is printed."""
    typed = data.get("locale")
    if isinstance(typed, str) and re.fullmatch(LOCALE, typed) and not is_locale(typed):
        found.append(Found(("locale",), quoted(typed), locale_allowed(typed)))
