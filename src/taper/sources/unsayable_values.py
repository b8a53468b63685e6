"""Values of a schedule that say more than a number or a word: what of, and what can be said.

`30 twice daily` in a row is no slip of `30`: it is answered with where such a thing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from taper.sources.unsayable import NEAREST, Unsayable
from taper.sources.yaml import Found
from taper.wording.quoting import KeyPath, shown

_OF_A_SCHEDULE = frozenset(
    (
        *("Row", "RescueRow", "Table", "Steps", "Band", "Bands", "BandsPhase"),
        *("Percent", "PercentPhase", "Linear", "Phases", "TaperRule"),
    )
)
"""The models in which such things are said."""
_DOSES = frozenset({"mg", "mg_per_kg", "min_mg", "max_mg", "decrease_mg", "above_mg", "to_mg"})
_LENGTHS = frozenset({"days", "weeks", "every_days"})
_WEEKDAYS = "mon|tue|wed|thu|fri|sat|sun"


@dataclass(frozen=True)
class _Value:
    """What a text in such a place speaks of, and what can be said in its place."""

    keys: frozenset[str]
    pattern: re.Pattern[str]
    said: Unsayable


def _value(keys: frozenset[str], pattern: str, what: str, nearest: str) -> _Value:
    return _Value(keys, re.compile(pattern, re.IGNORECASE), Unsayable(what, nearest))


_VALUES = (
    _value(
        _DOSES,
        r"m2\b|m²|sqm|square|surface",
        "a dose by body surface",
        NEAREST["a dose by body surface cannot be said"],
    ),
    _value(
        _DOSES,
        r"(/|per) *kg",
        "a dose by weight",
        "mg_per_kg with the number alone, and max_mg where the source has that too",
    ),
    _value(
        _DOSES,
        r"%|percent",
        "a share of a dose",
        "mg, a table for each start dose (choose_by: start_mg), or a regimen of kind percent",
    ),
    _value(
        _DOSES,
        r"alternat|every (other|second|third)|\b(eod|qod)\b",
        "a dose that is not taken every day",
        "a cycle, mg: [30, 0], with compare: mean where the mean of its days is what is compared",
    ),
    _value(
        _DOSES,
        rf"\b({_WEEKDAYS})[a-z]*\b",
        "a dose of some days of the week",
        "by_weekday, such as {monday: 20, else: 0}",
    ),
    _value(
        _DOSES,
        r"\b(twice|bid|b\.i\.d|tid|qid|times|divided|x *[2-4])\b",
        "a day in parts",
        NEAREST["a row is the total of a day"],
    ),
    _value(
        _DOSES,
        r"\b(iv|i\.v|intravenous\w*|pulses?)\b",
        "given into a vein, which is not planned",
        NEAREST["what is given into a vein is not planned"],
    ),
    _value(
        _DOSES,
        r"\b(baseline|current|previous|same|own|usual)\b",
        "the dose that somebody takes",
        "a number; no row raises a dose, so that whoever takes less keeps that, and entry: join "
        "begins with the row of the dose taken",
    ),
    _value(
        _DOSES,
        r"\b(as needed|prn|p\.r\.n|if needed)\b",
        "a dose as needed",
        "a number; what is given when something happens is a flare's rescue, or a set-dose in the "
        "participant's file",
    ),
    _value(
        _DOSES,
        r"\b(tablets?|tabs?|pills?|ml)\b",
        "tablets or a volume",
        NEAREST["a row says mg, of whatever tablets or solution they are made"],
    ),
    _value(
        _LENGTHS,
        r"\b(until|while|if|when|unless|remission|stable|response)\b",
        "a length that waits for something",
        NEAREST["a step that waits for a result or for a response cannot be said"],
    ),
    _value(
        _LENGTHS,
        r"month",
        "counted in months",
        "days, such as 28 or 30, or weeks in a row of a table",
    ),
    _value(
        _LENGTHS,
        r"\b(daily|weekly|fortnight(ly)?|week|weeks)\b",
        "a word for a length",
        "a number: of days 7 for a week and 14 for two",
    ),
    _value(
        frozenset({"choose_by"}),
        r"age|sex|gender|sever|grade|stage|site|arm|response|disease|height|surface|diabet",
        "nothing that a table can be chosen by",
        "start_mg or weight_kg; for other groups a protocol for each",
    ),
    _value(
        frozenset({"kind"}),
        r"exponential|half|logarithm|geometric",
        "a fall by a share of the dose",
        "percent, with decrease_percent and every_days",
    ),
    _value(
        frozenset({"kind"}),
        r"\b(stop|none|abrupt\w*|hold|constant|maintenance|pulse)\b",
        "a dose that stays, or none",
        "steps, with a row for each dose and 0 mg for none",
    ),
)


def cannot_stand(models: Iterable[type], path: KeyPath, value: object) -> Found | None:
    """The problem of a value in a schedule's models that speaks of what no file can say, if so."""
    if not isinstance(value, str) or not {model.__name__ for model in models} & _OF_A_SCHEDULE:
        return None
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    fitting = (each.said for each in _VALUES if key in each.keys and each.pattern.search(value))
    cannot = next(fitting, None)
    if cannot is None:
        return None
    return Found(path, f"{shown(value)}, {cannot.why}", cannot.nearest)
