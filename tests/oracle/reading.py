"""Plain values from text, each refused unless it is one."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any, NoReturn

Fields = dict[str, Any]
ONE_DAY = dt.timedelta(days=1)


class Refused(Exception):
    """Bad input: no plan (§1.1.4)."""


def refuse(message: str) -> NoReturn:
    raise Refused(message)


def number(value: object) -> Fraction:
    # §2.3.3: plain decimals, ASCII digits, no sign, no exponent.
    text = str(value)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        refuse(f"{text!r} is not a plain decimal")
    return Fraction(text)


def dose(value: object) -> Fraction:
    # §2.3.4: at most 1000 mg.
    mg = number(value)
    return mg if mg <= 1000 else refuse(f"{value} is over 1000 mg")


def taken_dose(value: object) -> Fraction:
    # §2.3.5: what a participant takes is above 0.
    mg = dose(value)
    return mg if mg > 0 else refuse("a dose that is taken is above 0")


def duration(value: object) -> int:
    # §4.7.6: a duration of 0 is refused.
    days = int(str(value))
    return days if days >= 1 else refuse(f"a duration of {value}")


def date(value: object) -> dt.date:
    # §2.3.1: YYYY-MM-DD and nothing else.
    text = str(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        refuse(f"{text!r} is not YYYY-MM-DD")
    return dt.date.fromisoformat(text)
