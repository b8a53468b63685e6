"""What is past stays (§6.16): days before today that a new plan would have otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from taper.doses import dose
from taper.doses.solutions import named, strength_from
from taper.errors import Refusal, Unaccepted
from taper.planning.findings.case import OWN_RULE
from taper.planning.labels import Finding, Severity
from taper.planning.plan import Planned
from taper.record import changes, differing
from taper.record.changes import Cause, Change, Facts
from taper.record.kept import Kept, KeptStep

_SAID = re.compile(
    r"(?P<days>[0-9]+) days? before (?P<today>[0-9-]{10}) altered, "
    r"the first (?P<first>[0-9-]{10}): "
    r"(?P<before>.*?) to (?P<after>.*?)(?:, accepted by (?P<accepted>.*))?",
    re.DOTALL,
)
SAID_FROM_A_DATE_ON: Mapping[Cause, str] = {
    Cause.PROTOCOL: "an amendment",
    Cause.DOSE: "a set-dose",
    Cause.TABLETS: "the event tablets",
    Cause.WEIGHT: "the event weight",
    Cause.ENGINE: "a set-dose",
}
"""What rewrites days that are past although nothing happened on them, and the event instead."""


@dataclass(frozen=True, slots=True)
class Altered:
    """The days before `today` that differ: how many, the first, and what is taken on it."""

    today: date
    days: int
    first: date
    before: str
    after: str
    only_tablets: bool

    def __str__(self) -> str:
        days = "1 day" if self.days == 1 else f"{self.days} days"
        return (
            f"{days} before {self.today} altered, the first {self.first}: "
            f"{self.before} to {self.after}"
        )

    def finding(self, accepted: str | None = None) -> Finding:
        """The same for whoever must see it, and who accepted it (§8.3.10)."""
        said, plain = f"{self.told(accepted)}.", f"{self}."
        return Finding(
            "past-changed", Severity.WARNING, said, OWN_RULE, self.first, for_patients=plain
        )

    def change(self, accepted: str | None) -> Change:
        """What the ledger keeps of it, and who accepted it (§6.16.4)."""
        return Change(Cause.PAST, self.told(accepted))

    def told(self, accepted: str | None) -> str:
        """The same in words, and who accepted it."""
        return f"{self}, accepted by {accepted}" if accepted else str(self)

    def refusal(self, who: str, cause: Cause) -> Refusal:
        """Why the plan is not taken, and the event that says it from a date on (§6.16.3)."""
        return Unaccepted.of(
            who,
            "the past",
            f"another on {self.first}, {self.before} before and {self.after} now, by another "
            f"{cause.value}",
            f"{SAID_FROM_A_DATE_ON[cause]} from a date on, or --accept-past "
            '"WHO, WHY" where those days were taken so',
        )


def said_of_past(change: Change) -> Mapping[str, str | None] | None:
    """What `Altered.change` said, by its parts, None for another change.

    `days`, `today`, `first`, `before`, `after` and `accepted`.
    """
    match = _SAID.fullmatch(change.said) if change.cause is Cause.PAST else None
    return None if match is None else match.groupdict()


def altered(old: Iterable[KeptStep], new: Iterable[KeptStep], today: date) -> Altered | None:
    """How the days before today differ; after the last printed one its dose goes on.

    A plan without days, of who takes no steroid, says nothing of the past.
    """
    old, new = list(old), list(new)
    if not old or not new:
        return None
    before, now = changes.taken_until(old, today), changes.taken_until(new, today)
    differ = sorted(day for day in before.keys() | now.keys() if before.get(day) != now.get(day))
    if not differ:
        return None
    was, is_now = before.get(differ[0]), now.get(differ[0])
    only_tablets = was is not None and is_now is not None and was[:2] == is_now[:2]
    return Altered(
        today,
        len(differ),
        differ[0],
        _told(was, only_tablets),
        _told(is_now, only_tablets),
        only_tablets,
    )


def _told(taken: changes.Taken | None, only_tablets: bool) -> str:
    if taken is None:
        return "nothing planned"
    drug, mg, tablets = taken
    if not only_tablets:
        return f"{mg} mg {drug}"
    return f"{mg} mg as {dose.join([_made_of(*each) for each in tablets])}"


def _made_of(strength: str, count: str, *time: str) -> str:
    _, in_ml = strength_from(strength)
    return " ".join((f"{count} {'mL of' if in_ml else 'x'} {named(strength)}", *time))


def cause_by_facts(old: Facts, new: Facts) -> Cause | None:
    """What rewrites the past, None where an event, the taper's start or an infusion does."""
    causes = {change.cause for change in differing.said_otherwise(old, new)}
    return next((cause for cause in SAID_FROM_A_DATE_ON if cause in causes), None) or (
        None if causes & {Cause.EVENT, Cause.START, Cause.INFUSION} else Cause.ENGINE
    )


def cause_by_document(old: Mapping[str, Any], plan: Planned, found: Altered) -> Cause | None:
    """The same where the former plan is known by its JSON alone."""
    kept = Kept.of(plan)
    first = old["protocol"].get("before", [old["protocol"]])[0]
    if first["sha256"] != plan.protocols[0].sha256:
        return Cause.PROTOCOL
    was, now = old["baseline"], kept.baseline
    if was and now and (was["drug"], was["dose_mg"]) != (now.drug, now.dose_mg):
        return Cause.DOSE
    if found.only_tablets:
        return Cause.TABLETS
    return Cause.ENGINE if old["inputs_sha256"] == plan.inputs_sha256 else None
