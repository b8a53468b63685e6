"""The emergency card: that its holder takes a steroid, must not stop it, and what helpers give.

It is for whoever finds a person who cannot speak, so it says the same in the language of the holder
and in those that are spoken around: of the country that the locale names, or else English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.paper.code import code
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.pages.emergency_room import fits
from taper.paper.pages.environment import environment
from taper.paper.pages.header import (
    PORTRAIT_POINTS,
    Header,
    Margins,
    call,
    header,
    identity,
    margins,
    typed,
    with_draft,
)
from taper.paper.pages.language import NBSP, PaperSize
from taper.paper.pages.words import Words, words
from taper.planning.plan import ONE_DAY, Plan

AT_ONCE_MG, A_DAY_MG, SIX_HOURLY_MG = Fraction(100), Fraction(200), Fraction(50)
"""Hydrocortisone for an adult with a suspected adrenal crisis: at once, in 24 hours, each 6 hours.

Society for Endocrinology, Adrenal Crisis Information (seen 2026-11-28): 100 mg into a vein or a
muscle, then 200 mg in 24 hours, preferably by continuous infusion, or 50 mg every 6 hours into a
vein or a muscle, with rapid 0.9% saline. The same in box 1 of Simpson and others, whose 50 mg go
into a muscle, or into a vein where that must be.
"""
SALINE_PERCENT = Fraction(9, 10)
"""Sodium chloride in the fluid that goes with it, by the same two."""
_UNIT = re.compile(r"(?<=\d) (?=\w)")
"""What stands between a number and what it counts, which never part at a line's end."""
SOURCE = (
    "Society for Endocrinology, Adrenal Crisis Information; Simpson H et al., Clinical Medicine "
    "2020;20(4):371–378, box 1."
)
"""Printed as it is, in any language: who doubts the dose must find it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the card says in one language."""

    lang: str
    banners: tuple[str, ...]
    identity: tuple[str, ...]
    title: str
    takes: str
    stop: str
    needs: str
    helpers: str
    give: tuple[str, ...]
    call: str

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on it beside whose card it is."""
        yield from (self.title, self.takes, self.stop, self.needs)
        yield from (self.helpers, *self.give, self.call, SOURCE)


@dataclass(frozen=True, slots=True)
class Half:
    """A side where it stands: the first of a card says whose it is, and has the code to scan."""

    side: Side
    banners: tuple[str, ...]
    identity: tuple[str, ...]

    @property
    def give_left(self) -> tuple[str, ...]:
        """What helpers give, below their heading: beside a code there is room for nothing else."""
        return self.side.give if self.identity else self.side.give[:-1]

    @property
    def give_right(self) -> tuple[str, ...]:
        """The rest of it, on the right."""
        return self.side.give[len(self.give_left) :]

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on its two panels, one after the other."""
        yield from (*self.banners, *self.identity)
        yield from self.side.lines


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """Everything an emergency card prints, its first side in the language of its holder.

    Both sides are one card, or two where there is no room for that, each on a page of its own.
    """

    lang: str
    paper: PaperSize
    title: str
    participant: str
    issued: date
    header: Header
    portrait: Margins
    sides: tuple[Side, ...]
    source: str = SOURCE
    to_sign: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[tuple[Half, ...], ...]:
        """The halves of each card to cut out."""
        first = Half(self.sides[0], self.header.banners, self.sides[0].identity)
        whole = (first, *(Half(side, side.banners, ()) for side in self.sides[1:]))
        if fits(self, whole):
            return (whole,)
        return tuple((Half(side, side.banners, side.identity),) for side in self.sides)

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the cards, half by half."""
        for card in self.cards:
            for half in card:
                yield from half.lines


def emergency_card(issue: Issue) -> EmergencyCard:
    """The card of a plan on the day of issue."""
    plan, said = issue.plan, words(issue.plan.locale)
    spoken = (said, *map(words, said.language.around))
    head = header(issue, said, code(issue, Paper.EMERGENCY), on_card=True)
    head = with_draft(head, spoken)
    sides = [_side(issue, each) for each in spoken]
    return EmergencyCard(
        lang=said.language.tag,
        paper=issue.paper or said.language.paper,
        title=sides[0].title,
        participant=plan.participant,
        issued=issue.issued,
        header=head,
        portrait=margins(head, PORTRAIT_POINTS, large=False),
        sides=tuple(sides),
    )


def emergency_html(view: EmergencyCard, locale: str) -> str:
    """The card as one HTML document that needs no other file."""
    return environment(locale).get_template("emergency/emergency.html").render(c=view)


def _side(issue: Issue, said: Words) -> Side:
    _, plan, head = said.gettext, issue.plan, header(issue, said, None)
    return Side(
        lang=said.language.tag,
        banners=head.banners,
        identity=(head.participant, *identity(issue, said)),
        title=_("Steroid emergency card"),
        takes=_takes(plan, issue.issued, said),
        stop=_("Do not stop suddenly."),
        needs=_(
            "Without it my blood pressure may fall and I may die. With vomiting, fever or an "
            "injury, and before surgery I may need more of it, not less."
        ),
        helpers=_("For whoever helps me: an adult with a suspected adrenal crisis"),
        give=tuple(_UNIT.sub(NBSP, line) for line in _give(said)),
        call=call(typed(plan.contact_site), typed(plan.contact_phone), said),
    )


def _takes(plan: Plan, day: date, said: Words) -> str:
    """The dose of the day of issue; where it changes, the calendar has the others."""
    drug, daily_mg, first = _on_day(plan, day)
    named = {"drug": said.drug(drug), "date": said.language.full_date(day)}
    if not any(daily_mg):
        named["date"] = said.language.full_date(_last_taken(plan, day))
        return said.gettext("Until %(date)s I have taken %(drug)s, a steroid.") % named
    takes = said.gettext("I take %(drug)s, a steroid. Dose of %(date)s: %(dose)s.")
    told = takes % {**named, "dose": said.doses(daily_mg, first=first)}
    changes = said.gettext("It changes, as my calendar says.")
    return " ".join([told, changes] if _changes(plan, day) else [told])


def _last_taken(plan: Plan, day: date) -> date:
    """The last day before this one on which some was taken: helpers count from there."""
    taken = (step.end for step in plan.steps if step.highest_mg and step.start <= day)
    return max(taken, default=plan.first_day - ONE_DAY)


def _changes(plan: Plan, day: date) -> bool:
    """Whether the calendar has another dose for a later day, or for what comes after it."""
    drug, daily_mg, _ = _on_day(plan, day)
    later = [(step.drug, step.daily_mg) for step in plan.steps if step.start > day]
    # a cycle that goes on after the plan begins anew with whichever dose comes next
    each = ((of, sorted(doses)) for of, doses in (*later, (plan.after.drug, plan.after.pattern_mg)))
    return any(one != (drug, sorted(daily_mg)) for one in each)


def _on_day(plan: Plan, day: date) -> tuple[str, tuple[Fraction, ...], date | None]:
    """The drug and the doses in turn on a day, and the day with which their cycle begins."""
    if day < plan.first_day:
        return plan.baseline.drug, (plan.baseline.dose_mg,), None
    if day > plan.last_day:
        return plan.after.drug, plan.after.pattern_mg, plan.after.first_day
    step = next(each for each in plan.steps if each.start <= day <= each.end)
    return step.drug, step.daily_mg, step.start


def _give(said: Words) -> Iterator[str]:
    """What helpers give; nothing of it is for the holder to take."""
    _ = said.gettext
    yield _(
        "At once: %(dose)s of hydrocortisone into a vein or a muscle. Do not wait for tests."
    ) % {"dose": said.mg(AT_ONCE_MG)}
    yield _(
        "Then: %(a_day)s of hydrocortisone over %(hours)s hours as a continuous infusion into a "
        "vein, or %(each)s every %(every)s hours into a muscle or a vein."
    ) % {
        "a_day": said.mg(A_DAY_MG),
        "hours": 24,
        "each": said.mg(SIX_HOURLY_MG),
        "every": 6,
    }
    yield _("Fluid into a vein, rapidly: sodium chloride %(percent)s percent.") % {
        "percent": said.language.number(SALINE_PERCENT)
    }
