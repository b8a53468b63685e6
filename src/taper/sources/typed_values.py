"""How the value of each key of a participant's file is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from taper.doses import dose
from taper.errors import UsageError
from taper.sources.typed import parse_drug, parse_strengths
from taper.trial.fields import parse_count, parse_date, parse_flag, parse_reason, parse_text
from taper.trial.times import parse_times
from taper.wording.hints import seems
from taper.wording.quoting import quoted

_PARSERS: Mapping[str, Callable[[object], object]] = {
    "date": parse_date,
    "onset": parse_date,
    "resolved": parse_date,
    "until": parse_date,
    "since": parse_date,
    "taper_started": parse_date,
    "days": parse_count,
    "dose_mg": dose.parse_positive,
    "kg": dose.parse_positive,
    "weight_kg": dose.parse_positive,
    "drug": parse_drug,
    "strengths": parse_strengths,
    "taper_strengths": parse_strengths,
    "times": parse_times,
    "missed": parse_flag,
    "reason": parse_reason,
}
"""How the value of a key is read; of another one as text."""


def entered(called: str, key: str, typed: str) -> Any:
    """The value as its file will have it: the text as typed, strengths as a list, times as keys.

    Raises `UsageError`, in which it is `called` so, where the key takes no such value.
    """
    try:
        parsed = _PARSERS.get(key, parse_text)(typed)
    except ValueError as allowed:
        raise UsageError(
            f"{called} is {quoted(typed)}{seems(typed)}; allowed: {allowed}."
        ) from None
    return parsed if isinstance(parsed, list | dict) else typed
