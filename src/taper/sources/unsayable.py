"""What published schedules do and no file can say: the reason, and the nearest that it can.

A key that speaks of such a thing is not answered with the key that is spelled most like it: 40 mg
per square metre are no 40 mg per kg.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unsayable:
    """Why something cannot be said, after "as", and what can in its place."""

    why: str
    nearest: str


@dataclass(frozen=True)
class _Rule:
    """Keys of these models; `models` are their names, and `keys` match a whole key."""

    models: frozenset[str]
    keys: re.Pattern[str]
    said: Unsayable


def _rule(models: str, keys: str, why: str, nearest: str) -> _Rule:
    return _Rule(
        frozenset(models.split()), re.compile(keys, re.IGNORECASE), Unsayable(why, nearest)
    )


_FALLING = "Band BandsPhase Percent PercentPhase Linear"
_RULES = (
    _rule(
        "Row RescueRow",
        r".*(m2|m²|sqm|bsa|surface).*",
        "a dose by body surface cannot be said",
        "mg_per_kg with max_mg where the source has that too, or tables that weight_kg chooses by "
        "(choose_by), with the doses worked out",
    ),
    _rule(
        f"Row Table Steps {_FALLING}",
        r"(until|while|if|when|wait|unless|crp|esr|cortisol|das.*|igem?|response|remission)(_.*)?"
        r"|.*_(if|when|unless|until)",
        "a step that waits for a result or for a response cannot be said",
        "the days that it lasts at least; whoever must wait has a flare or a set-dose in the "
        "participant's file",
    ),
    _rule(
        f"Row {_FALLING}",
        r"(every_)?months?",
        "a month is no fixed number of days",
        "days, such as 28 or 30, or weeks in a row of a table",
    ),
    _rule(_FALLING, r"(every_)?weeks?", "the interval is in days", "every_days, 7 for each week"),
    _rule(
        "Row Table Steps",
        r"repeat.*|loops?|turns?|cycles?",
        "rows are taken once, in their order",
        "each row as often as it is taken, or a cycle, such as mg: [20, 20, 0, 0]",
    ),
    _rule(
        "Row",
        r"(days?|dates?)_of_month|monthly",
        "what goes by the days of a month is no cycle of days",
        "a cycle of at most 42 days (mg: [20, 20, 0]), or by_weekday",
    ),
    _rule(
        "Row",
        r"every_other.*|alternat.*|every|every_days|every_hours|hours?|skip.*|off|days_off",
        "days that differ are said one by one",
        "a cycle, mg: [20, 0] for every other day, with compare: mean where the mean of its days "
        "is what is compared",
    ),
    _rule(
        "Row RescueRow",
        r"mg_per_(week|month|day|dose|hour)|weekly.*|total.*|mg_a_.*",
        "a row says the dose of a day",
        "mg; a cycle or by_weekday where the days of a week differ",
    ),
    _rule(
        "Row RescueRow",
        r"tablets?|tabs?|pills?|capsules?|ml|mls?|volume|drops?|puffs?",
        "a row says mg, of whatever tablets or solution they are made",
        "mg; what a participant takes it in stands in the participant's file",
    ),
    _rule(
        "Row",
        r"(percent|share|fraction|times)_of.*|.*_of_(baseline|start)|of",
        "a row says a dose and no share of one",
        "mg, mg_per_kg, a table for each start dose (choose_by: start_mg), or kind: percent with "
        "of: baseline",
    ),
    _rule(
        "Row",
        r"from|to|on|at|date|start|end|since|(start|end)_date",
        "everybody's rows begin on another day",
        "days or weeks; whose days are fixed has a set-dose in the participant's file",
    ),
    _rule(
        f"Row Table Steps {_FALLING}",
        r"((after|at|from|before)_)?(infusion|visit)s?(_.*)?",
        "a row is tied to no infusion and no visit",
        "days; when the first of them is, taper.after_infusion and taper.offset_days say",
    ),
    _rule(
        f"Row Table Steps {_FALLING}",
        r"(increase|raise|rise|step_up)(_.*)?",
        "a taper raises no dose",
        "rows that fall; a higher dose is a flare's rescue, or a set-dose in the participant's "
        "file",
    ),
    _rule(
        "Row",
        r"(decrease|reduce|minus)(_.*)?|percent|less",
        "a row says the dose itself, not how much less it is",
        "mg, mg_per_kg or by_weekday; or a regimen of kind percent or bands, alone or in phases",
    ),
    _rule(
        "Band BandsPhase",
        r"(decrease_)?percent",
        "a band takes off a fixed amount",
        "decrease_mg; or a phase of kind percent with to_mg before the bands (kind: phases)",
    ),
    _rule(
        "Steps",
        r"to_mg",
        "a table ends with its last row",
        "the rows down to that dose, and a next phase that goes on from there",
    ),
    _rule(
        "Row Steps Table",
        r"times?|morning|noon|evening|night|divided.*|twice.*|doses_per_day",
        "a row is the total of a day",
        "mg as that total; how it is divided stands in the participant's file (steroid.times)",
    ),
    _rule(
        "Row Table",
        r"drug|in",
        "all rows of a table are of one drug",
        "in beside kind: steps, and a phase for each drug (kind: phases)",
    ),
    _rule(
        "Row Table Steps",
        r"route|iv|intravenous|pulse.*",
        "what is given into a vein is not planned",
        "the oral doses; the days by vein come before the taper (taper.offset_days)",
    ),
    _rule(
        "TaperRule",
        r"target_.*(kg|percent|start|dose).*|targets|(floor|minimum)(_.*)?",
        "there is one target for everybody",
        "target_mg; a floor by weight or by start dose is a regimen of tables (choose_by), or a "
        "protocol for each",
    ),
    _rule(
        "Eligibility",
        r".*(kg|m2|weight).*",
        "who is eligible is said by the dose alone",
        "min_mg and max_mg, prednisone-equivalent a day",
    ),
)


def unsayable(models: frozenset[str], key: str) -> Unsayable | None:
    """Why a key that none of these models has speaks of something that cannot be said, if so."""
    return next(
        (rule.said for rule in _RULES if rule.models & models and rule.keys.fullmatch(key)), None
    )


NEAREST: Mapping[str, str] = {each.said.why: each.said.nearest for each in _RULES}
"""What can be said in place of each, by why it cannot."""
