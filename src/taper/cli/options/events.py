"""The options of `--format ics`: how a day's event is called, and when it reminds."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import time
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.exports import ics
from taper.record.forms import Format
from taper.wording.quoting import shown

Reminder = Annotated[
    str | None,
    typer.Option(
        "--reminder",
        metavar="HH:MM",
        help="With ics: remind at this time of each day. Google drops it, Outlook may ignore it.",
    ),
]
Discreet = Annotated[
    bool, typer.Option("--discreet", help="With ics: neither drug nor dose in a title.")
]


def events(reminder: str | None, discreet: bool, wanted: Collection[Format]) -> ics.Wishes:
    """What --reminder and --discreet ask for; both are of `ics` alone."""
    given = [*(["--reminder"] if reminder is not None else []), *(["--discreet"] * discreet)]
    if given and Format.ICS not in wanted:
        raise UsageError(f"{given[0]} is given without --format ics; allowed: both, or neither.")
    return ics.Wishes(None if reminder is None else _time(reminder), discreet)


def _time(typed: str) -> time:
    read = re.fullmatch("([01][0-9]|2[0-3]):([0-5][0-9])", typed, re.ASCII)
    if read is None:
        raise UsageError(f"--reminder is {shown(typed)}; allowed: a time from 00:00 to 23:59.")
    return time(int(read[1]), int(read[2]))
