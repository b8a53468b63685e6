"""The trial id of a participant: known by it and nothing else, and safe as the name of a file."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from taper.wording.no_values import says_nothing

ID_ALLOWED = (
    "a trial id of 1 to 64 letters, digits, dots, hyphens and underscores that begins and ends "
    "with a letter or digit and is no name a file system reserves"
)
_ID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]+\.0+", re.ASCII)
"""What programs make of a whole number in a column where a cell is empty."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE | re.ASCII)


def parse_id(value: object) -> str:
    """A participant's trial id, safe as a file name on every system (§5.1.2)."""
    if (
        isinstance(value, bool)
        or not isinstance(value, str | int)
        or not _ID.fullmatch(str(value))
        or _RESERVED.fullmatch(str(value))
    ):
        raise ValueError(ID_ALLOWED)
    return str(value)


def parse_new_id(value: object) -> str:
    """The same of somebody who is entered: no word for nothing, such as `TBD`, no `1.0` (§5.1.9).

    A folder of before may have one of such a name.
    """
    text = parse_id(value)
    if not any(map(str.isdigit, text)) and says_nothing(text):
        raise ValueError(f"{ID_ALLOWED}, and no word for none")
    if _DECIMAL.fullmatch(text):
        raise ValueError(f"{ID_ALLOWED}, and no number that a program gave a point")
    return text


ParticipantId = Annotated[str, BeforeValidator(parse_id)]
