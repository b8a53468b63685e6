"""What was said of a participant, what their days are, and from which on those differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from taper.doses.texts import texts_of_tablets
from taper.fingerprint import sha256_of
from taper.record.kept import KeptAfter, KeptStep, TimeTexts
from taper.trial.participant import Participant
from taper.trial.rules import Trial

Facts = Mapping[str, Any]
"""What was said of a participant and bears on the plan or a result; no free text."""


class Cause(StrEnum):
    """Why a calendar was replaced."""

    PROTOCOL = "protocol amendment"
    INFUSION = "infusion date"
    VISIT = "visit date"
    START = "taper start"
    DOSE = "dose"
    BEFORE = "before the taper"
    TABLETS = "tablets"
    WEIGHT = "weight"
    EVENT = "event"
    TAKEN = "what was taken"
    WAIVER = "waiver"
    CONTACT = "contact"
    LANGUAGE = "language"
    STATUS = "status"
    ENGINE = "engine"
    DAY = "day of planning"
    TERMS = "handing out"
    PAST = "past days"


OFF_PAPER = frozenset({Cause.TAKEN, Cause.WAIVER})
"""What stands on no patient's paper."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs from the revision before."""

    cause: Cause
    said: str

    def __str__(self) -> str:
        return f"{self.cause}: {self.said}"


@dataclass(frozen=True, slots=True)
class Replaced:
    """The plan that another one replaces; the days differ from `changed_from` on.

    `revision` and `issued` are None where the earlier plan was made outside a batch's folder.
    """

    revision: int | None
    plan_id: str
    issued: date | None
    changed_from: date | None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON; dates ISO."""
        return {
            "revision": self.revision,
            "plan_id": self.plan_id,
            "issued": self.issued and self.issued.isoformat(),
            "changed_from": self.changed_from and self.changed_from.isoformat(),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Replaced:
        """What `as_dict` said; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        issued, since = said["issued"], said["changed_from"]
        return cls(
            said["revision"],
            said["plan_id"],
            issued and date.fromisoformat(issued),
            since and date.fromisoformat(since),
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """One of the revisions that a participant's plan has had, the first of them 1."""

    number: int
    issued: date
    plan_id: str
    changed_from: date | None
    why: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON; dates ISO."""
        return {
            "number": self.number,
            "issued": self.issued.isoformat(),
            "plan_id": self.plan_id,
            "changed_from": self.changed_from and self.changed_from.isoformat(),
            "why": list(self.why),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Revision:
        """What `as_dict` said; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        since = said["changed_from"]
        return cls(
            said["number"],
            date.fromisoformat(said["issued"]),
            said["plan_id"],
            since and date.fromisoformat(since),
            tuple(said["why"]),
        )


# What was said, and the days ------------------------------------------------------------------

_SECTIONS = (
    "steroid",
    "taper_strengths",
    "weight_kg",
    "infusions",
    "visits",
    "taper_started",
    "events",
    "taken",
    "exposures",
    "enrolment",
    "eligibility_waived",
    "contact",
)
_WORDS = "reason"
"""A clinician's own words, of an event and of a dose beside the ladder."""

ENDS: Mapping[str, str] = {"flare": "resolved", "hold": "until"}
"""The date that ends an event which may be open."""


def facts(trial: Trial, participant: Participant) -> dict[str, Any]:
    """What was said that bears on the plan or a result, as JSON.

    A person's free text is left out: a fingerprint in its place tells that it changed.
    """
    said = participant.as_json(and_none=False)
    who = participant.participant
    events = [_without_words(event, who) for event in said["events"]]
    for event in events:
        if event["type"] == "amendment" and event["protocol"] in trial.amendments:
            event["protocol"] = _label(trial.amendments[event["protocol"]])
    said["events"] = sorted(events, key=lambda event: (event["date"], event["type"]))
    taken, exposures = said.get("taken", ()), said.get("exposures", ())
    said["taken"] = [{key: value for key, value in each.items() if value} for each in taken]
    said["exposures"] = [_without_words(each, who) for each in exposures]
    if participant.eligibility_waived is not None:
        said["eligibility_waived"] = of_words(who, participant.eligibility_waived)
    return {"protocol": _label(trial), **{key: said[key] for key in _SECTIONS if said.get(key)}}


def _without_words(entry: Mapping[str, Any], who: str) -> dict[str, Any]:
    return {key: of_words(who, value) if key == _WORDS else value for key, value in entry.items()}


def of_words(who: str, words: str) -> str:
    """What tells a participant's words from others, and not what they are."""
    return sha256_of([who, words])[:16]


def _label(trial: Trial) -> dict[str, str]:
    protocol = trial.protocol
    return {"id": protocol.id, "version": protocol.version, "sha256": trial.protocol_sha256}


def dates_of(steps: Iterable[KeptStep]) -> tuple[date, ...]:
    """Every day of the steps, each once, in order."""
    each = (step.first_day + timedelta(days=i) for step in steps for i in range(step.days))
    return tuple(sorted(set(each)))


def days_of(document: Mapping[str, Any]) -> list[KeptStep]:
    """The days of a plan document (`taper.record.plan_document`), one at a time."""
    return [
        KeptStep(
            start=day["date"],
            days=1,
            drug=day["drug"],
            daily_mg=[day["dose_mg"]],
            tablets=[texts_of_tablets(day["tablets"])],
            times=[_times(day["times"])] if "times" in day else (),
        )
        for day in document["days"]
    ]


def after_of(document: Mapping[str, Any]) -> KeptAfter | None:
    """What comes after the days of a plan document, None of one who takes no steroid."""
    said = document["after"]
    return said and KeptAfter(said["drug"], said["instruction"], said["dose_mg"].split("/"))


def steps_of(document: Mapping[str, Any]) -> tuple[KeptStep, ...]:
    """The steps of a plan document, with what tells its files for other systems apart."""
    return tuple(
        KeptStep(
            start=step["start"],
            days=step["days"],
            drug=step["drug"],
            daily_mg=step["daily_mg"],
            tablets=[texts_of_tablets(each) for each in step["tablets"]],
            number=step["number"],
        )
        for step in document["steps"]
    )


def _times(said: Iterable[Mapping[str, Any]]) -> TimeTexts:
    return [[each["time"], each["dose_mg"], texts_of_tablets(each["tablets"])] for each in said]


def changed_from(old: Iterable[KeptStep], new: Iterable[KeptStep]) -> date | None:
    """The first day on which something else is taken, other tablets too; None where none is."""
    before, now = dict(_days(old)), dict(_days(new))
    differ = (day for day in before.keys() | now.keys() if before.get(day) != now.get(day))
    return min(differ, default=None)


Taken = tuple[str, str, tuple[tuple[str, ...], ...]]
"""What is taken on a day: drug, mg, and strengths with their counts, of a divided day each time."""


def taken_until(steps: Iterable[KeptStep], end: date) -> dict[date, Taken]:
    """What is taken on each day before `end`; after the last printed day its step goes on."""
    taken: dict[date, Taken] = {}
    listed = list(steps)
    for i, step in enumerate(listed):
        is_last = i == len(listed) - 1
        days = max((end - step.first_day).days, 0)
        for n in range(days if is_last else min(days, step.days)):
            turn = n % len(step.daily_mg)
            tablets = tuple(_at_each_time(step, turn))
            taken[step.first_day + timedelta(days=n)] = step.drug, step.daily_mg[turn], tablets
    return taken


def _at_each_time(step: KeptStep, turn: int) -> Iterator[tuple[str, ...]]:
    """Each strength with its count, and with the time where the day is divided."""
    times = step.division(turn)
    if not times:
        yield from (tuple(each) for each in step.tablets[turn])
    for time, _, tablets in times:
        yield from ((*each, time) for each in tablets)


def _days(steps: Iterable[KeptStep]) -> Iterator[tuple[date, Any]]:
    for step in steps:
        cycle = [
            (step.drug, mg, tablets, step.division(turn))
            for turn, (mg, tablets) in enumerate(zip(step.daily_mg, step.tablets, strict=True))
        ]
        for i in range(step.days):
            yield step.first_day + timedelta(days=i), cycle[i % len(cycle)]
