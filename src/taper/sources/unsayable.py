"""What authors try to say that no file can: the reason, and the nearest that can be said.

Only words that are known to be tried are here, each where it is tried. Of another word nothing is
guessed: it is unknown, and the message says which are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from taper.trial.fields import Record
from taper.trial.participant import Flare, Participant, SetDose, Steroid, StressDose
from taper.trial.protocol import Protocol, TaperRule
from taper.trial.regimens import (
    Band,
    Bands,
    BandsPhase,
    Linear,
    Percent,
    PercentPhase,
    Phases,
    Steps,
)
from taper.trial.rows import MAX_CYCLE, Row

_PER_M2 = (
    "a body surface is estimated, by each formula another; nearest: mg_per_kg with max_mg, or "
    "tables with choose_by: weight_kg"
)
_GATE = (
    "no date can be computed from what is yet to be found; nearest: days, and in the participant's "
    "file a hold or a set-dose once it was found"
)
_RANGE = "a range gives no date and no dose; nearest: the one number that is chosen"
_MONTHS = "months differ in length; nearest: weeks or days, such as weeks: 4"
_EVERY = "the interval is said in days; nearest: every_days, 7 for each week"
_REPEAT = "each row is served once; nearest: the rows as often as they are served, or bands"
_TIMES = (
    "mg are those of the whole day, and its times are each participant's; nearest: times under "
    "steroid in the participant's file"
)
_OF_THE_DAY = "dose_mg is that of the whole day; nearest: their sum, with times beside it"
_SWITCH = (
    "a taper is in one drug to its end; nearest: in, beside steps, for a table in mg of another "
    "drug, and drug under taper for the tablets that are taken"
)
_NOT_BY_MOUTH = (
    "only what is taken by mouth is planned; nearest: a visit on that day, which the calendar marks"
)
_TARGET = (
    "the target is one dose for everybody; nearest: a protocol for each target, to which the "
    "participants' files refer"
)
_DECIDED = (
    "that is decided by the protocol; nearest: an amendment or a set-dose with a regimen among the "
    "events"
)
_PERCENT = "a band takes off mg; nearest: phases, one of them of kind percent with a to_mg"
_TYPED_MG = "the dose that is taken is known in mg; nearest: dose_mg, the total of a day"
_DAYS = "such a dose is given for days; nearest: days, 7 for each week"
_CYCLE = "a cycle begins anew within six weeks; nearest: one row after another"

_NOT_YET = "what is not over has no such date; nearest: the event without it, until it is known"
_WEIGHT = "a dose by weight has a key of its own; nearest: mg_per_kg in place of mg"


def _all(words: str, why: str) -> dict[str, str]:
    """The same reason for each of several words."""
    return dict.fromkeys(words.split(), why)


_GATED = _all("until while if when unless condition response", _GATE)
_SURFACE = _all("mg_per_m2 mg_m2 per_m2 bsa bsa_m2 height height_cm", _PER_M2)
_DIVIDED = _all("times times_daily times_a_day twice_daily frequency bid", _TIMES)
_ROUTES = _all("route iv iv_mg im im_mg pulse intravenous injection", _NOT_BY_MOUTH)
_LENGTHS = _all("months every_months", _MONTHS) | _all("every_weeks", _EVERY)
_OF_A_DOSE = {"until": _DAYS, "weeks": _DAYS}

_IN_A_REGIMEN = {**_GATED, **_SURFACE, **_DIVIDED, **_ROUTES, **_LENGTHS, "repeat": _REPEAT}
_REGIMENS = (Bands, BandsPhase, Percent, PercentPhase, Linear, Steps, Phases)

KEYS: Mapping[type[Record], Mapping[str, str]] = {
    **{kind: {**_IN_A_REGIMEN, "drug": _SWITCH} for kind in _REGIMENS},
    Band: {**_IN_A_REGIMEN, "drug": _SWITCH, "decrease_percent": _PERCENT},
    Row: {**_IN_A_REGIMEN, **_all("drug in", _SWITCH)},
    TaperRule: {**_GATED, **_DIVIDED, **_ROUTES, **_all("start_when start_if", _GATE)},
    Protocol: _DIVIDED,
    Participant: {**_SURFACE, **_all("target_mg regimen taper", _DECIDED)},
    Steroid: {**_ROUTES, **_all("frequency times_daily twice_daily bid", _OF_THE_DAY)}
    | _all("mg_per_kg mg_per_m2", _TYPED_MG),
    StressDose: _OF_A_DOSE,
    SetDose: _OF_A_DOSE,
    Flare: {"until": "a flare ends when it is stable again; nearest: resolved, the first such day"},
}
"""Of each part of a file the keys that are tried there."""

TYPES = {
    **_all("pulse infusion iv", _NOT_BY_MOUTH),
    **_all("switch drug", _SWITCH),
}
"""Types of events that are tried."""

_AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
_DOSES = frozenset({"mg", "mg_per_kg", "dose_mg", "target_mg"})
_SPANS = frozenset({"days", "weeks", "every_days"})
_DATES = frozenset({"until", "resolved"})
_FOUND = r"(crp|esr|ck|symptoms?|stable|normal|remission|response)"
FORMS = (
    (_DOSES, rf"{_AMOUNT} ?(mg)? ?(/|per) ?m[2²]", _PER_M2),
    (_DOSES, rf"{_AMOUNT} ?(mg)? ?(bid|tid|twice daily|twice a day)", _TIMES),
    (_DOSES, rf"{_AMOUNT} ?(mg)? ?(iv|i\.v\.|intravenous(ly)?)", _NOT_BY_MOUTH),
    (_DOSES | _SPANS, rf"{_AMOUNT} ?(mg)? ?[-–] ?{_AMOUNT} ?(mg)?", _RANGE),
    (_SPANS, rf"(until|when|if|while) .+|.*\b{_FOUND}\b.*|prn|as needed", _GATE),
    (_DATES, rf"(until|when|if|while) .+|.*\b{_FOUND}\b.*", _NOT_YET),
    (frozenset({"choose_by"}), r"(bsa|height|body_surface)(_[a-z0-9]+)?", _PER_M2),
    (frozenset({"choose_by"}), _FOUND, _GATE),
    (frozenset({"target_mg"}), rf"{_AMOUNT} ?(%|percent)", _TARGET),
    (frozenset({"mg"}), rf"{_AMOUNT} ?(mg)? ?(/|per) ?kg", _WEIGHT),
)
"""Values that are tried: under which keys, in which form as a whole."""


def why_no_key(models: Iterable[type[Record]], key: object) -> str:
    """` (…)` with the reason and the nearest that can be said, or nothing for another word."""
    found = (KEYS.get(model, {}).get(str(key)) for model in models)
    return _in_brackets(next(filter(None, found), None))


def why_no_type(typed: object) -> str:
    """The same of a type of event."""
    return _in_brackets(TYPES.get(str(typed)))


def why_no_value(key: object, typed: object) -> str:
    """The same of a value under a key."""
    if key == "target_mg" and isinstance(typed, list | tuple | Mapping):
        return _in_brackets(_TARGET)
    if key in {"mg", "mg_per_kg"} and isinstance(typed, list | tuple):
        return _in_brackets(_CYCLE) if len(typed) > MAX_CYCLE else ""
    said = str(typed).strip().lower()
    for keys, form, why in FORMS:
        if key in keys and re.fullmatch(form, said):
            return _in_brackets(why)
    return ""


def _in_brackets(why: str | None) -> str:
    return f" ({why})" if why else ""
