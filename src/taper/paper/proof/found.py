"""What was found in a file, as plain values: they come from a process that may not have ended well.

Nothing here proves anything. What is found is what a file says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

WANTED = "a PDF that taper wrote"


class Likeness(StrEnum):
    """What a file is beside the one that is made of its own plan."""

    SAME = "the same bytes"
    LOOKS = "looks alike"


@dataclass(frozen=True, slots=True)
class Added:
    """What another program appended: a sentence each, and whether no page shows any of it.

    `is_update` is False for bytes that are no addition to a PDF: they only lie there.
    """

    said: tuple[str, ...]
    is_unseen: bool = False
    is_update: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The plan that rides along in a file, and the file's form.

    `document` is None, and `spoiled` says why, where it is not what taper writes. `end` is how many
    of the bytes are the press's; `other_form` says why that is not to be told.
    """

    document: Mapping[str, Any] | None
    spoiled: str | None
    end: int
    other_form: str | None = None
    added: Added | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a file is like; None, and `differs` says how, where it is not what its plan says."""

    likeness: Likeness | None
    differs: str = ""
