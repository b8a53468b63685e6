"""A plan as what its pages show: plain values, so that the templates only place words.

Nothing is decided here. Each value is a plan's own, said in the words of its locale.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil

from taper.plan import Day, Instruction, Kind, Plan, Step
from taper.render.chart import Chart, chart
from taper.render.language import NBSP
from taper.render.words import Words

APPROVED = "approved"
SHORT_ID = 8
"""How many characters of the plan id are printed."""
NORMAL_PT, LARGE_PT = 11.5, 18.5
"""The size of the chart's letters."""
PORTRAIT_CHARACTERS, LANDSCAPE_CHARACTERS = 84, 122
"""How many characters of 11.5 pt a line surely holds."""
LONGEST_UNBROKEN = 24
"""A phone number up to this long stands on one line."""
PAGE_CHARACTERS = 18
"""How many characters the page number and the space before it take."""
LONGEST_BESIDE_TITLE = 56
"""An id line longer than this stands above a month's title, not beside it."""


@dataclass(frozen=True, slots=True)
class Replaces:
    """The calendar that this one replaces; the plan differs from `changed_from` on."""

    plan_id: str
    issued: date
    revision: int | None = None
    changed_from: date | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a month's grid. `dose` is empty where the plan has no such day."""

    number: str = ""
    mark: str = ""
    dose: str = ""
    drug: str = ""
    tablets: str = ""
    when: str = ""
    events: tuple[str, ...] = ()
    is_new: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """One month's grid, week by week; `again` names it on a further page."""

    first: date
    title: str
    again: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """One day of the large print's lists."""

    date: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the large print."""

    title: str
    days: tuple[ListedDay, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row of the step table."""

    label: str
    first: str
    last: str
    days: int
    dose: str
    drug: str
    tablets: str
    special: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above and below every page. `rule`: a line to write the phone on."""

    banners: tuple[str, ...]
    participant: str
    warning: str
    call: str
    rule: bool
    sheet: str


@dataclass(frozen=True, slots=True)
class Margins:
    """Room for what stands above and below each page, in points."""

    top: int
    bottom: int
    pull: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything a calendar prints."""

    lang: str
    paper: str
    large: bool
    title: str
    drug: str
    participant: str
    issued: date
    protocol_title: str
    header: Header
    portrait: Margins
    landscape: Margins
    summary: tuple[str, ...]
    steps: tuple[StepRow, ...]
    chart: Chart
    days: Mapping[date, Cell]
    months: tuple[Month, ...]
    weeks: tuple[Week, ...]
    after: str
    no_more: bool
    replaces: str
    changes: str


def typed(text: str | None) -> str:
    """What a person typed, in the composed form that the font draws; the text is the same."""
    return unicodedata.normalize("NFC", text) if text else ""


def header(plan: Plan, words: Words, plan_id: str, issued: date) -> Header:
    """What stands above and below every page of a plan's calendar."""
    say = words.gettext
    banners = []
    if plan.protocol.status != APPROVED:
        banners.append(say("EXAMPLE, NOT FOR PATIENT USE"))
    if plan.provisional:
        banners.append(say("DRAFT, NOT FOR PATIENT USE: the infusion date is provisional"))
    return Header(
        banners=tuple(banners),
        participant=say("Participant %(id)s") % {"id": plan.participant},
        warning=say("Do not stop suddenly."),
        call=call(typed(plan.contact_site), typed(plan.contact_phone), words),
        rule=not plan.contact_phone,
        sheet=say(
            "Protocol %(protocol)s, version %(version)s · Plan %(plan)s · "
            "Revision %(revision)s · Issued on %(issued)s"
        )
        % {
            "protocol": typed(plan.protocol.id),
            "version": typed(plan.protocol.version),
            "plan": plan_id[:SHORT_ID],
            "revision": revision(plan.revision),
            "issued": words.language.full_date(issued),
        },
    )


def call(site: str, phone: str, words: Words) -> str:
    """Whom to call; where no phone is given, a line to write it on follows."""
    if not site:
        site = words.gettext("the study team")
    if len(phone) <= LONGEST_UNBROKEN:
        phone = phone.replace(" ", NBSP)
    form = (
        words.gettext("Call %(site)s, %(phone)s")
        if phone
        else words.gettext("Call %(site)s, phone:")
    )
    return form % {"site": site, "phone": phone}


def revision(number: int | None) -> str:
    """A revision as it is printed."""
    return "–" if number is None else str(number)


def margins(head: Header, line_characters: int, *, large: bool) -> Margins:
    """Enough room for the lines that the longest ids and contacts need."""
    line = 24 if large else 15
    narrow = line_characters * 11 // 18 if large else line_characters
    who = _width(head.participant) + PAGE_CHARACTERS
    # an id that fills more than a line begins on a line of its own
    id_lines = _lines(who, narrow) + (who > narrow)
    call_lines = _lines(_width(head.warning + head.call) + 30 * head.rule, narrow)
    sheet_lines = _lines(_width(head.sheet), narrow)
    short = _width(head.participant) <= LONGEST_BESIDE_TITLE
    return Margins(
        top=20 + line * id_lines + sum(4 + line * _lines(_width(b), narrow) for b in head.banners),
        bottom=22 + line * (call_lines + sheet_lines),
        pull=-19 if short and not large else 0,
    )


def _lines(width: float, in_a_line: int) -> int:
    return ceil(width / in_a_line)


def _width(text: str) -> float:
    """A little more than the width of a text, counted in characters of a sentence."""
    return sum(1.9 if c in "MWmw%@" else 1.25 if c.isupper() else 1 for c in text)


def drugs(plan: Plan) -> tuple[str, ...]:
    """The drugs of a plan in the order in which they are taken."""
    return tuple(dict.fromkeys(step.drug for step in plan.steps))


def summary(plan: Plan, words: Words) -> Iterator[str]:
    """The plan in sentences: what until when, what then, and what lasts."""
    say, full = words.gettext, words.language.full_date
    tapering = [step for step in plan.steps if step.kind not in (Kind.RUN_IN, Kind.MAINTENANCE)]
    for step in plan.steps:
        if step.kind is Kind.RUN_IN:
            yield _span(step, words)
    if tapering:
        yield say(
            "From %(first)s until %(last)s the dose changes step by step, as the table and the "
            "pages of this calendar say."
        ) % {"first": full(tapering[0].start), "last": full(tapering[-1].end)}
    last = plan.steps[-1]
    if last.kind is Kind.MAINTENANCE:
        yield say("From %(first)s on, %(take)s.") % {
            "first": full(last.start),
            "take": words.take(last.drug, last.daily_mg),
        }
    yield words.after_day(plan, last.end)


def _span(step: Step, words: Words) -> str:
    full = words.language.full_date
    if step.days == 1:
        return words.gettext("On %(first)s %(take)s.") % {
            "first": full(step.start),
            "take": words.take(step.drug, step.daily_mg),
        }
    return words.gettext("From %(first)s until %(last)s %(take)s.") % {
        "first": full(step.start),
        "last": full(step.end),
        "take": words.take(step.drug, step.daily_mg),
    }


def step_rows(plan: Plan, words: Words) -> Iterator[StepRow]:
    """The step table."""
    before: Step | None = None
    several = len(drugs(plan)) > 1
    full = words.language.full_date
    for step in plan.steps:
        yield StepRow(
            label=words.step_label(step, before),
            first=words.gettext("from %(date)s") % {"date": full(step.start)},
            last=words.gettext("until %(date)s") % {"date": full(step.end)},
            days=step.days,
            dose=words.doses(step.daily_mg),
            drug=words.drug(step.drug) if several else "",
            tablets=words.step_tablets(step),
            special=step.kind in (Kind.HOLD, Kind.RESCUE, Kind.STRESS_DOSE),
        )
        before = step


def cells(plan: Plan, words: Words) -> dict[date, Cell]:
    """The cell of every printed day."""
    several = len(drugs(plan)) > 1
    made: dict[date, Cell] = {}
    before: Day | None = None
    for day in plan.days():
        made[day.date] = Cell(
            number=_number(day.date, words, with_month=before is None or day.date.day == 1),
            mark=words.mark(day, before),
            dose=words.mg(day.dose_mg),
            drug=words.drug(day.step.drug) if several else "",
            tablets=words.tablets(day.tablets),
            when=words.when() if day.tablets else "",
            events=tuple(events(plan, day, words)),
            is_new=day.is_first_of_step,
        )
        before = day
    return made


def _number(day: date, words: Words, *, with_month: bool) -> str:
    return words.language.short_day(day) if with_month else str(day.day)


def events(plan: Plan, day: Day, words: Words) -> Iterator[str]:
    """What else a day is: of a special dose, of an infusion, of a review."""
    if day.step.kind in (Kind.RESCUE, Kind.STRESS_DOSE):
        yield words.kind(day.step.kind)
    for infusion in plan.infusions:
        if infusion.date == day.date:
            yield words.infusion(infusion)
    if is_review(plan, day.date):
        yield words.gettext("Review")


def is_review(plan: Plan, day: date) -> bool:
    """Whether an open hold is to be reviewed on that day: the last one that is printed."""
    return (
        day == plan.last_day
        and plan.after is not None
        and plan.after.instruction is Instruction.DO_NOT_REDUCE
    )


def months(by_date: dict[date, Cell], words: Words) -> Iterator[Month]:
    """The months from the first printed day to the last, whole weeks of whole months."""
    weekdays = tuple(words.language.weekday(n) for n in words.language.weekdays())
    for _, days in groupby(by_date, key=lambda day: (day.year, day.month)):
        first = next(days).replace(day=1)
        title = words.language.month(first)
        yield Month(
            first=first,
            title=title,
            again=words.gettext("%(month)s, continued") % {"month": title},
            weekdays=weekdays,
            weeks=tuple(_weeks(first, by_date, words)),
        )


def _weeks(first: date, by_date: Mapping[date, Cell], words: Words) -> Iterator[tuple[Cell, ...]]:
    """The weeks of a month that have a day of the plan; blanks stand for the other months."""
    day = first
    while day.month == first.month:
        column = words.language.column(day)
        week = [day + timedelta(days=i) for i in range(7 - column)]
        week = [each for each in week if each.month == first.month]
        if any(each in by_date for each in week):
            after = 7 - column - len(week)
            yield (
                *_blank(column),
                *(by_date.get(each) or outside(each, words) for each in week),
                *_blank(after),
            )
        day = week[-1] + timedelta(days=1)


def _blank(days: int) -> tuple[Cell, ...]:
    return (Cell(span=days),) if days else ()


def outside(day: date, words: Words) -> Cell:
    """The cell of a day of the month that the plan does not have."""
    return Cell(
        number=_number(day, words, with_month=False),
        tablets=words.gettext("not in this plan"),
    )


def listed(by_date: Mapping[date, Cell], words: Words) -> Iterator[Week]:
    """The days as lists of a week, for the large print."""

    def week(day: date) -> date:
        return day - timedelta(days=words.language.column(day))

    lists = [tuple(days) for _, days in groupby(by_date, key=week)]
    for number, days in enumerate(lists, start=1):
        yield Week(
            title=words.gettext("Week %(x)s of %(y)s") % {"x": number, "y": len(lists)},
            days=tuple(ListedDay(words.language.full_date(day), by_date[day]) for day in days),
        )


def replaced(old: Replaces | None, words: Words) -> str:
    """Which calendar this one replaces, and what to do with that."""
    if old is None:
        return ""
    return words.gettext(
        "This calendar replaces plan %(plan_id)s, revision %(revision)s, issued on %(issued)s. "
        "Destroy the old sheets."
    ) % {
        "plan_id": old.plan_id[:SHORT_ID],
        "revision": revision(old.revision),
        "issued": words.language.full_date(old.issued),
    }


def changes(old: Replaces | None, plan: Plan, words: Words) -> str:
    """From which date the plan differs, and the dose of that day."""
    if old is None or old.changed_from is None:
        return ""
    day = next((day for day in plan.days() if day.date == old.changed_from), None)
    said = {"date": words.language.full_date(old.changed_from)}
    if day is None:
        return words.gettext("It is different from %(date)s on.") % said
    return words.gettext("It is different from %(date)s on: that day, %(take)s.") % {
        **said,
        "take": words.take(day.step.drug, day.step.daily_mg),
    }


def calendar(
    plan: Plan,
    words: Words,
    *,
    plan_id: str,
    issued: date,
    paper: str,
    large: bool,
    replaces: Replaces | None,
) -> Calendar:
    """Everything that the calendar of `plan` prints."""
    assert plan.after is not None
    assert plan.last_day is not None
    by_date = cells(plan, words)
    drug = words.join([words.drug(name) for name in drugs(plan)])
    head = header(plan, words, plan_id, issued)
    return Calendar(
        lang=words.language.tag,
        paper=paper,
        large=large,
        title=words.gettext("Your %(drug)s calendar") % {"drug": drug},
        drug=drug,
        participant=plan.participant,
        issued=issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        portrait=margins(head, PORTRAIT_CHARACTERS, large=large),
        landscape=margins(head, LANDSCAPE_CHARACTERS, large=large),
        summary=tuple(summary(plan, words)),
        steps=tuple(step_rows(plan, words)),
        chart=chart(plan, words, LARGE_PT if large else NORMAL_PT),
        days=by_date,
        months=() if large else tuple(months(by_date, words)),
        weeks=tuple(listed(by_date, words)) if large else (),
        after=words.after_day(plan, plan.last_day),
        no_more=plan.after.instruction is Instruction.NO_TABLETS,
        replaces=replaced(replaces, words),
        changes=changes(replaces, plan, words),
    )
