"""The wallet card: one page to cut out and fold, with what is taken from when and whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from taper.paper.code import code
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.pages.card_room import COLUMN, TEXT_PT, fits
from taper.paper.pages.environment import environment
from taper.paper.pages.header import PORTRAIT_POINTS, Header, Margins, header, identity, margins
from taper.paper.pages.instructions import merged
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import broken
from taper.paper.pages.liquids import measuring
from taper.paper.pages.times import is_divided
from taper.paper.pages.words import Words, drugs, words
from taper.planning.plan import Plan, Step

STEPS = 6
"""How many steps find room on a card, unless they say much."""
SHORT = 3
"""How many find room on a card that is folded once less."""


@dataclass(frozen=True, slots=True)
class CardStep:
    """A step as a line of the card."""

    start: str
    dose: str
    tablets: str

    @property
    def said(self) -> str:
        """The line as it is printed."""
        return f"{self.start} {self.dose} {self.tablets}"


@dataclass(frozen=True, slots=True)
class WalletCard:
    """Everything a wallet card prints."""

    lang: str
    paper: PaperSize
    title: str
    participant: str
    issued: date
    header: Header
    portrait: Margins
    identity: tuple[str, ...]
    panels: tuple[tuple[CardStep, ...], ...]
    then: str
    measure: str
    carries: str
    for_helpers: str
    divided: bool
    to_sign: tuple[str, ...] = ()

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the card, panel by panel."""
        yield from self.header.banners
        yield self.header.participant
        yield from self.identity
        yield self.title
        left = [(self.header.warning, self.header.call), (self.carries, self.for_helpers)]
        if len(self.panels) < len(left) + 1:  # both stand in the panels that there are
            yield from left.pop(0)
        for i, steps in enumerate(self.panels):
            if i and left:
                yield from left.pop(0)
            yield from (step.said for step in steps)
        yield self.then
        yield self.measure


def wallet_card(issue: Issue) -> WalletCard:
    """The card of a plan: the step of the day of issue, and as many more as find room."""
    steps = merged(issue.plan.steps)
    coming = [step for step in steps if step.end >= issue.issued] or [steps[-1]]
    fewer = range(min(STEPS, len(coming)), 0, -1)
    cards = (_card(issue, coming, count) for count in fewer)
    return next((card for card in cards if fits(card)), _card(issue, coming, 1))


def _card(issue: Issue, coming: Sequence[Step], count: int) -> WalletCard:
    """The same with so many steps."""
    plan, issued = issue.plan, issue.issued
    said = words(plan.locale)
    head = header(issue, said, code(issue, Paper.WALLET), on_card=True)
    return WalletCard(
        lang=said.language.tag,
        paper=issue.paper or said.language.paper,
        title=_title(coming, said),
        participant=plan.participant,
        issued=issued,
        header=head,
        portrait=margins(head, PORTRAIT_POINTS, large=False),
        identity=tuple(identity(issue, said)),
        panels=_panels([_line(step, plan, issued, said) for step in coming[:count]]),
        then=_then(plan, coming, count, said),
        measure=measuring(said, coming[:count]),
        carries=_carries(said),
        divided=is_divided(plan),
        # those who help in an emergency read what is spoken around them
        for_helpers=_carries(words(said.language.beside)) if said.language.beside else "",
    )


def _panels(steps: Sequence[CardStep]) -> tuple[tuple[CardStep, ...], ...]:
    """The steps on two panels or three, which the card is folded between."""
    count = 2 if len(steps) <= SHORT else 3
    each = ceil(len(steps) / count)
    return tuple(tuple(steps[i * each : (i + 1) * each]) for i in range(count))


def _title(coming: Sequence[Step], said: Words) -> str:
    """The medicine of the first line: a later one has its line, one that has ended has none."""
    taken = next((step for step in coming if step.highest_mg), None)
    if taken is None:
        return said.gettext("I have taken %(drug)s") % {"drug": said.drug(coming[0].drug)}
    return said.gettext("I take %(drug)s") % {"drug": said.drug(taken.drug)}


def _carries(said: Words) -> str:
    return said.gettext(
        "I take a steroid medicine. In an emergency, with vomiting, fever or an injury, and "
        "before surgery I may need more of it, not less."
    )


def wallet_html(view: WalletCard, locale: str) -> str:
    """The card as one HTML document that needs no other file."""
    return environment(locale).get_template("wallet/wallet.html").render(c=view)


def _line(step: Step, plan: Plan, issued: date, said: Words) -> CardStep:
    start = said.gettext("from %(date)s") % {"date": said.language.full_date(step.start)}
    dose = said.amounts(step)
    several = len(drugs(plan)) > 1
    named = f"{dose} {said.drug(step.drug)}" if several else dose
    tablets = broken(said.dated_tablets(step, max(step.start, issued)), COLUMN, TEXT_PT)
    return CardStep(start, named, tablets)


def _then(plan: Plan, coming: Sequence[Step], count: int, said: Words) -> str:
    if len(coming) > count:
        return said.gettext("After %(date)s: ask for a new card.") % {
            "date": said.language.full_date(coming[count - 1].end)
        }
    return said.after_day(plan, plan.last_day)
