"""What is said of every participant beside the doses: protocols, infusions, findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from taper.wording.severity import Severity as Severity

EMERGENCY_CARD = "steroid-emergency-card"
"""The finding that a participant should carry one (§8.4.2)."""
ADVICE = frozenset({"hpa-suppression", EMERGENCY_CARD, "bone-protection"})
"""The findings that hold for nearly every plan of a trial: they are shown apart."""


class Finding(NamedTuple):
    """Something a clinician must see; it never stops a plan."""

    code: str
    severity: Severity
    text: str
    source: str
    date: date | None = None
    step: int | None = None
    for_patients: str | None = None
    """The text without a person's own words, where it has some."""

    @property
    def is_advice(self) -> bool:
        """Whether it holds for nearly everybody on a steroid so long (§8.4.5)."""
        return self.code in ADVICE


class InfusionMark(NamedTuple):
    """An infusion on the calendar: done on its date, or planned for it."""

    number: int
    date: date
    planned: bool


class VisitMark(NamedTuple):
    """A visit on the calendar: done on its date, or planned for it."""

    name: str
    date: date
    planned: bool


LEAST_APPROVED_FIRST = ("elsewhere", "draft", "illustrative", "approved")
"""The statuses of protocols, the one whose paper is furthest from a patient's hands first.

What was written elsewhere was computed by none.
"""


class ProtocolLabel(NamedTuple):
    """Which protocol a plan was computed by, and since when where that is an amendment."""

    id: str
    title: str
    version: str
    status: str
    sha256: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What is said of every participant, whether a calendar follows or not.

    `protocol` is the one in force after every amendment, `former_protocols` are those that held
    before, the first of them first.
    """

    participant: str
    protocol: ProtocolLabel
    equivalence: str
    infusion_day: int
    first_infusion: date | None
    infusions: tuple[InfusionMark, ...]
    contact_site: str | None
    contact_phone: str | None
    locale: str
    inputs_sha256: str
    revision: int | None = None
    findings: tuple[Finding, ...] = ()
    former_protocols: tuple[ProtocolLabel, ...] = ()
    visits: tuple[VisitMark, ...] = ()

    def say(self, findings: Iterable[Finding]) -> None:
        """What was found in it, said by its maker alone, before anybody else has it.

        A copy for the sake of one field took longer than most of the findings.
        """
        object.__setattr__(self, "findings", tuple(findings))

    @property
    def protocols(self) -> tuple[ProtocolLabel, ...]:
        """Every protocol that some day is planned by, in the order of their days."""
        return (*self.former_protocols, self.protocol)

    @property
    def status(self) -> str:
        """That of the least approved of its protocols: days of each are printed."""
        return min((each.status for each in self.protocols), key=LEAST_APPROVED_FIRST.index)
