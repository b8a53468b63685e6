"""Participants to plan for: the golden cases with other doses and on other dates."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from taper import sources
from taper.errors import Refusal
from taper.planning.planner import make_plan
from taper.trial.participant import Participant
from taper.trial.rules import Trial

TESTS = Path(__file__).parents[1] / "tests"
sys.path.append(str(TESTS))  # the plain planner and the golden cases are the tests'

from cases import GOLDEN, as_text, read_trial  # noqa: E402
from oracle import oracle  # noqa: E402
from oracle.reading import Refused  # noqa: E402

Fields = dict[str, Any]
SHARES = [Fraction(n, 4) for n in (4, 2, 3, 6, 8, 12)]
"""Baselines, as shares of the golden case's own."""
APART = 31
"""Days between two who are otherwise alike."""


@dataclass(frozen=True)
class Person:
    """One case as plain data, for the plain planner, and as models, for the engine."""

    protocol: Fields
    participant: Fields
    today: dt.date
    trial: Trial
    model: Participant


def people() -> list[Person]:
    """A few hundred who can be planned."""
    trials: dict[str, Trial] = {}
    found: list[Person] = []
    for case in _golden():
        written = repr(case["protocol"])  # a batch reads a protocol once for all who follow it
        if written not in trials:
            trials[written] = read_trial(case["protocol"])
        found += _variants(case, trials[written])
    return found


def later(person: Person, days: int) -> Person:
    """The same person so many days later, not yet planned by anyone."""
    wait = dt.timedelta(days=days)
    fields = _moved(person.participant, wait)
    return replace(person, participant=fields, today=person.today + wait, model=_model(fields))


def oracle_plan(person: Person) -> object:
    """The same plan by the plain day-by-day planner."""
    return oracle(person.protocol, person.participant, person.today)


def _golden() -> Iterator[Fields]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        case = YAML(typ="base", pure=True).load(path)
        if case["participant"]["steroid"] != "none":
            yield case


def _variants(case: Fields, trial: Trial) -> Iterator[Person]:
    today = dt.date.fromisoformat(case["today"])
    for i, share in enumerate(SHARES):
        days = dt.timedelta(days=i * APART)
        fields = _moved(case["participant"], days)
        mg = Fraction(fields["steroid"]["dose_mg"]) * share
        if mg.denominator not in {1, 2, 4}:
            continue
        steroid = {**fields["steroid"], "dose_mg": f"{float(mg):g}"}
        fields = {**fields, "participant": f"{fields['participant']}-{i}", "steroid": steroid}
        if _can_be_planned(trial, case["protocol"], fields, today + days):
            own = replace(trial) if trial.amendments else trial  # which are read for each
            yield Person(case["protocol"], fields, today + days, own, _model(fields))


def _moved(value: Any, days: dt.timedelta) -> Any:
    """The same with every date later."""
    if isinstance(value, dict):
        return {key: _moved(item, days) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, days) for item in value]
    try:
        return (dt.date.fromisoformat(value) + days).isoformat()
    except ValueError:
        return value


def _model(fields: Fields) -> Participant:
    return sources.validate_participant(as_text(fields), "participant")


def _can_be_planned(trial: Trial, protocol: Fields, fields: Fields, today: dt.date) -> bool:
    try:
        make_plan(trial, _model(fields), today)
        oracle(protocol, fields, today)
    except (Refusal, Refused):
        return False
    return True
