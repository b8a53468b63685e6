"""What a program hands over for a protocol or a participant: an id, a path, text, a dict, a model.

Which of them a string is, is never guessed:

1. One that holds a line break, or begins with an opening brace, is YAML text.
2. One that is the id of a shipped protocol is that protocol; beside another sheet of that name it
   is refused.
3. Any other is the path of a file, relative to the current folder.

A `pathlib.Path` is always a path, and so is `./iimpact`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from taper.doses.tablets import Stock
from taper.errors import Refusal
from taper.sources import shipped
from taper.sources.checking import regimen_in
from taper.sources.participants import validate_participant, who_of
from taper.sources.protocols import (
    trial,
    trial_for,
    trial_in,
    trial_of,
    trial_written,
    with_amendments,
)
from taper.sources.raw import bytes_of, refuse_larger
from taper.sources.references import refuse_no_name
from taper.sources.validation import model_of
from taper.sources.values import as_typed, kind_of
from taper.sources.yaml import NO_LINES, Found, ParsedFile, refusal, scan
from taper.trial.fields import Record
from taper.trial.participant import Participant
from taper.trial.protocol import Protocol
from taper.trial.rules import Trial
from taper.trial.strengths import Tablets, as_stock
from taper.wording.quoting import plain

Number: TypeAlias = str | int | Decimal | Fraction
"""A dose or another exact number: never a float."""
Written: TypeAlias = str | os.PathLike[str] | Mapping[str, Any]
"""A file's content: where it is, its YAML text, or the same as a dict."""
GivenProtocol: TypeAlias = Written | Protocol | Trial
GivenParticipant: TypeAlias = Written | Participant
Strengths: TypeAlias = Sequence[Number | float | Mapping[str, Any]]
"""Tablets as in a participant's file: mg, or `{"mg": 5, "split": 2}`; or one solution."""

_SOMEBODY = "the participant"
_FORMS = "the path of a file, its YAML text, a dict, or a model"


def is_text(given: str) -> bool:
    """Whether a string is YAML text, and not the name of something."""
    return "\n" in given or "\r" in given or given.lstrip().startswith("{")


def path_of(given: object) -> Path | None:
    """The file that is meant, None where it is no file; an id of something shipped looks alike."""
    if isinstance(given, os.PathLike) or (isinstance(given, str) and not is_text(given)):
        return Path(given)
    return None


def protocol(given: GivenProtocol) -> Trial:
    """The protocol with the sheets that it names; raises `Refusal` with all that is wrong."""
    if isinstance(given, Trial):
        return given
    if isinstance(given, Protocol):
        return trial_of(given)
    if isinstance(given, str) and not is_text(given):
        return trial(given)
    if isinstance(given, os.PathLike):
        path = Path(given)
        return trial_in(bytes_of(path), path)
    return trial_written(*written(given, "the protocol"))


def participant(given: GivenParticipant, by: Trial | None = None) -> Participant:
    """The participant; raises `Refusal` with all that is wrong in what was given.

    Where it names no protocol, `by` is the one it was given with.
    """
    if isinstance(given, Participant):
        return given
    document, found = written(given, _SOMEBODY)
    usual = {} if by is None else {"protocol": by.protocol.id}
    who = who_of(document).removesuffix(f" ({_SOMEBODY})")
    return validate_participant({**usual, **document.data}, who, document.lines, found)


def own_protocol(given: GivenParticipant, read: Participant) -> Trial:
    """The protocol that the participant names, an id or a path beside the file it was read from."""
    path = path_of(given)
    return trial_for(read, path and path.parent)


def amended(of: Trial, given: GivenParticipant, read: Participant) -> Trial:
    """The protocol with those of the participant's amendments, beside the file as above."""
    path = path_of(given)
    lacks = {*read.amendments} - {*of.amendments} or {*read.regimens} - {*of.regimens}
    return with_amendments(of, read, path and path.parent) if lacks else of


def regimen(given: Written) -> tuple[str, Mapping[str, Any]]:
    """A regimen's name and its sheet: shipped, of its own file, or written in a protocol."""
    if isinstance(given, str) and given in shipped.regimen_ids():
        return given, shipped.regimen_sheet(given)
    path = path_of(given)
    if isinstance(given, str) and path is not None:
        refuse_no_name("regimen", given, path, shipped.regimen_ids())
    sheet = regimen_in(*written(given, "the regimen"), path)
    return (str(sheet["id"]) if path is None else path.name), sheet


class _AtHand(Record):
    strengths: Tablets


def stock(strengths: Strengths, who: str) -> Stock:
    """Tablets as in a participant's file, of which `who` speaks where they are refused."""
    data, found = as_typed({"strengths": strengths}, who)
    model = model_of(_AtHand, data, data, found)
    if found or model is None:
        raise refusal(who, found, NO_LINES)
    return as_stock(model.strengths)


def written(given: Written, what: str) -> tuple[ParsedFile, list[Found]]:
    """What was given as plain data, with what is wrong with its form; `what` it is of."""
    if isinstance(given, Mapping):
        data, found = as_typed(given, what)
        return ParsedFile(what, data, NO_LINES), found
    if isinstance(given, str) and is_text(given):
        raw = given.encode("utf-8", "surrogatepass")
        refuse_larger(raw, what)
        return scan(raw, what)
    path = path_of(given)
    if path is not None:
        return scan(bytes_of(path), plain(path.name))
    raise Refusal.of(what, "what was given", kind_of(given), _FORMS)
