"""A participant's file as a model, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from taper.sources.drugs import with_drug
from taper.sources.languages import is_locale, locale_allowed
from taper.sources.raw import bytes_of
from taper.sources.validation import identifying_keys, model_of
from taper.sources.yaml import NO_LINES, Found, Lines, ParsedFile, refusal, scan
from taper.trial.participant import LOCALE, Participant, parse_id
from taper.wording.quoting import plain, quoted


def participant(path: FilePath) -> Participant:
    """The participant of a file; raises `Refusal` with everything that is wrong in it."""
    document, found = scan(bytes_of(path), plain(path.name))
    return _participant(document.data, _who(document), document.lines, found)


def validate_participant(
    data: Mapping[str, Any], who: str, lines: Lines | None = None
) -> Participant:
    """The participant of data that have been read already; `who` is named in a refusal."""
    return _participant(data, who, lines or NO_LINES, [])


def _who(document: ParsedFile) -> str:
    """The file, and the participant too where the file is named otherwise."""
    try:
        id_ = parse_id(document.data.get("participant"))
    except ValueError:
        return document.name
    return document.name if FilePath(document.name).stem == id_ else f"{id_} ({document.name})"


def _participant(
    data: Mapping[str, Any], who: str, lines: Lines, found: list[Found]
) -> Participant:
    found = [*found, *identifying_keys(data)]
    resolved = with_drug(data, "steroid", found)
    _find_unknown_locale(data, found)
    model = model_of(Participant, resolved, data, found)
    if found or model is None:
        raise refusal(who, found, lines)
    return model


def _find_unknown_locale(data: Mapping[str, Any], found: list[Found]) -> None:
    """A language that nobody translated: told while there is time, not when a page is printed."""
    typed = data.get("locale")
    if isinstance(typed, str) and re.fullmatch(LOCALE, typed) and not is_locale(typed):
        found.append(Found(("locale",), quoted(typed), locale_allowed()))
