"""A plan as an iCalendar file: an event a day, for the calendar of a patient's telephone.

RFC 5545. Importing a file corrects no older one in most programs, so the events of a day have one
UID in every revision, and days that a former plan had are cancelled by name. Pure: the day of
issue is given, and the same plan gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.errors import Refusal
from taper.planning.plan import ONE_DAY, Day, Plan
from taper.record import afterwards
from taper.record.plan_document import ENGINE, SHORT_ID
from taper.wording.banner import APPROVED
from taper.wording.layout import NBSP
from taper.wording.tablets import in_tablets

_IDS = UUID("6f0d4b0e-5a3c-4a52-9d0b-6c2f1b7f4a10")
"""What the ids of all events are made within."""
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants of their events.

    A `reminder` at that time of each day. A `discreet` title names neither drug nor dose, for a
    locked screen; the text below it does.
    """

    reminder: time | None = None
    discreet: bool = False


def refusal(plan: Plan, issued: date, earlier_days: Iterable[date] = ()) -> Refusal | None:
    """Why there is no such file of the plan; None where there is one.

    A telephone shows no banner, so that nothing a patient must not follow may come to be on it.
    Of a plan that is over there is one where it takes `earlier_days` back.
    """
    if plan.status != APPROVED:
        return _refused(
            plan, "protocol", plan.status, "an approved protocol, as a patient acts by it"
        )
    if plan.provisional:
        return _refused(plan, "infusions", "an infusion that is only planned", "one that was given")
    if plan.locale.partition("_")[0] != _ENGLISH:
        return _refused(plan, "locale", plan.locale, "an English one, the language of the events")
    if max((plan.last_day, *earlier_days)) < issued:
        said = f"{plan.last_day} as the last day"
        return _refused(plan, "days", said, f"a plan with days from {issued} on, its day of issue")
    return None


def _refused(plan: Plan, field: str, read: str, allowed: str) -> Refusal:
    return Refusal.of(plan.participant, f"format ics, {field}", read, allowed)


def calendar_of(
    plan: Plan,
    plan_id: str,
    issued: date,
    *,
    sequence: int = 0,
    earlier_days: Iterable[date] = (),
    wishes: Wishes = Wishes(),
) -> bytes:
    """The file: every day from that of issue on, cancelled where only `earlier_days` had it.

    `sequence` is the number of the revision, 0 where there is none. Raises `Refusal` for a plan
    that a patient must not act by, and for one without such a day and with none to cancel.
    """
    from icalendar import Calendar  # who writes none needs none

    earlier = tuple(earlier_days)
    refused = refusal(plan, issued, earlier)
    if refused is not None:
        raise refused
    writing = _Writing(plan, plan_id[:SHORT_ID], issued, sequence, wishes)
    calendar = Calendar()
    for name, value in writing.head():
        calendar.add(name, value)
    for event in writing.events(earlier):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@dataclass(frozen=True, slots=True)
class _Writing:
    plan: Plan
    short_id: str
    issued: date
    sequence: int
    wishes: Wishes

    def head(self) -> Iterator[tuple[str, str]]:
        yield "prodid", f"-//taper//{ENGINE}//EN"
        yield "version", "2.0"
        yield "calscale", "GREGORIAN"
        yield "method", "PUBLISH"
        yield (
            "x-wr-calname",
            f"{'Days' if self.wishes.discreet else 'Steroid days'} of {self._named}",
        )

    @property
    def _named(self) -> str:
        return f"plan {self.short_id}"

    def events(self, earlier_days: Iterable[date]) -> Iterator[Any]:
        """Each day's event in order, and then those of the days that are no more."""
        days = [day for day in self.plan.days() if day.date >= self.issued]
        for day in days:
            yield self._of_day(day)
        gone = {day for day in earlier_days if day >= self.issued} - {day.date for day in days}
        for each in sorted(gone):
            yield self._cancelled(each)

    def _event(self, day: date, status: str, title: str, text: str) -> Any:
        from icalendar import Event

        event = Event()
        event.add("uid", str(uuid5(_IDS, "/".join(self._identity(day)))))
        event.add("dtstamp", datetime.combine(self.issued, time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + ONE_DAY)
        event.add("sequence", self.sequence)
        event.add("status", status)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        event.add("summary", title)
        event.add("description", text)
        return event

    def _identity(self, day: date) -> tuple[str, ...]:
        """Whose day it is, by the protocol that was the first: an amendment moves no event."""
        return self.plan.participant, self.plan.protocols[0].id, day.isoformat()

    def _of_day(self, day: Day) -> Any:
        title = "Your dose today" if self.wishes.discreet else _dose(day)
        event = self._event(day.date, "CONFIRMED", f"{title} ({self._named})", self._text(day))
        if self.wishes.reminder is not None:
            event.add_component(_alarm(self.wishes.reminder, title))
        return event

    def _cancelled(self, day: date) -> Any:
        text = f"This day is not in {self._named} any more. Delete this event."
        return self._event(day, "CANCELLED", f"Replaced: see {self._named}", text)

    def _text(self, day: Day) -> str:
        lines = [*_taken(day)]
        if day.date == self.plan.last_day:
            lines.append(
                f"This is the last day here. After it: {afterwards.in_words(self.plan.after)}."
            )
        revision = "" if self.plan.revision is None else f", revision {self.plan.revision}"
        lines.append(f"{self._named.capitalize()}{revision}, issued {self.issued}.")
        contact = [each for each in (self.plan.contact_site, self.plan.contact_phone) if each]
        lines += [f"Questions: {', '.join(contact)}"] if contact else []
        return "\n".join(lines)


def _dose(day: Day) -> str:
    if not day.dose_mg:
        return f"No {day.step.drug} today"
    return f"{day.step.drug} {dose.text(day.dose_mg)} mg"


def _taken(day: Day) -> Iterator[str]:
    """The whole dose, and what it is made of, at each time where the day is divided."""
    if not day.dose_mg or not parts_of(day.tablets):
        made_of = f": {_words(day.tablets)}" if day.dose_mg else ""
        yield f"{_dose(day)}{made_of}."
        return
    yield f"{_dose(day)} in all."
    for part in parts_of(day.tablets):
        yield f"{part.time} {dose.text(part.dose_mg)} mg: {_words(part.tablets)}."


def _words(tablets: Tablets) -> str:
    return in_tablets(tablets).replace(NBSP, " ")


def _alarm(at: time, said: str) -> Any:
    """A reminder at that time of the reader's own day, wherever they are."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(hours=at.hour, minutes=at.minute))
    alarm.add("description", said)
    return alarm
