"""REDCap's own columns: those that say which row this is, and those that say nothing of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping

from taper.trial.fields import MAX_TEXT

EVENT, INSTRUMENT, INSTANCE, GROUP = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
)
SYSTEM: Mapping[str, str] = {
    EVENT: EVENT,
    INSTRUMENT: INSTRUMENT,
    INSTANCE: INSTANCE,
    "event name": EVENT,
    "repeat instrument": INSTRUMENT,
    "repeat instance": INSTANCE,
}
"""The columns by which rows are told apart, in exports with field names and with labels."""
GROUPS: Mapping[str, str] = {GROUP: GROUP, "data access group": GROUP}
"""The access group is that of a site, and no group of the trial; a mapping may take it for one."""
_PASSED_OVER = frozenset({"redcap_survey_identifier", "survey identifier", "survey timestamp"})
_TIMESTAMP = "_timestamp"
_COMPLETE = re.compile(r".*_complete|complete\?")
_ARM = re.compile(
    r"(_arm_([0-9]+[a-z]?)|\s*\(arm ([0-9]+):.*\))$", re.IGNORECASE | re.ASCII | re.DOTALL
)
_BETWEEN_WORDS = re.compile(r"[^a-z0-9*]+")


def system(header: str) -> str | None:
    """Which of the columns that tell rows apart this is; None for any other."""
    return SYSTEM.get(header.lower())


def names_nobody(header: str) -> bool:
    """Whether it is a column of REDCap's own whose name only seems to tell a person or an arm."""
    name = header.lower()
    return system(name) is not None or name in GROUPS or name in _PASSED_OVER


def is_passed_over(header: str) -> bool:
    """Whether a column of an export is REDCap's own and says nothing of a plan.

    An access group, a survey's identifier and time stamp, and how far a form is filled in.
    """
    name = header.lower()
    if name in GROUPS or name in _PASSED_OVER or name.endswith(_TIMESTAMP):
        return True
    return is_form_status(header)


def is_form_status(header: str) -> bool:
    """Whether a column of an export says only how far a form is filled in; it ends the form."""
    return _COMPLETE.fullmatch(header.lower()) is not None


def event_key(name: str) -> tuple[str, str]:
    """An event or instrument without REDCap's arm, as a label or as a unique name; and that arm.

    Events of one name in one arm are told apart by a letter: `visit_arm_1b`.
    """
    name = name[:MAX_TEXT].strip()  # a cell may hold any text, and the pattern looks far ahead
    arm = _ARM.search(name)
    bare = name[: arm.start()] if arm else name
    number = (arm[2] or arm[3]) if arm else ""
    letter = number[-1:] if number[-1:].isalpha() else ""
    key = _BETWEEN_WORDS.sub("_", bare.lower()).strip("_")
    return (f"{key}_{letter}" if letter else key), number.rstrip("abcdefghijklmnopqrstuvwxyz")
