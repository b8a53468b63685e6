"""The pharmacy sheet: conversion, steps, tablets to hand out, and columns to fill by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from taper.doses.conversion import SourcedTable
from taper.paper.issue import Issue
from taper.paper.pages.coming_back import Back, coming_back
from taper.paper.pages.finding_lines import FindingLine, finding_lines, sources
from taper.paper.pages.header import (
    LANDSCAPE_POINTS,
    PORTRAIT_POINTS,
    Header,
    Margins,
    margins,
    typed,
)
from taper.paper.pages.look_twice import broken_tablets, look_alikes, the_rest
from taper.paper.pages.staff import (
    Fact,
    StaffStep,
    StaffWords,
    Worked,
    facts,
    several,
    staff_header,
    staff_html,
    staff_steps,
    staff_words,
    worked_out,
)
from taper.paper.pages.words import drugs
from taper.pharmacy.dispensing import Dispensing, Interval, Supply, dispense
from taper.pharmacy.terms import Terms
from taper.planning.plan import ONE_DAY, Part, Plan

NAME = "Pharmacy sheet"
TO_SIGN = ("Pharmacist (name, signature, date)", "Second person (name, signature, date)")
CHECKS = (
    "Participant, plan and revision are those of the calendar",
    "Conversion worked out again with the table named here",
    "The tablets of each step add up to its dose",
    "Quantities counted again for this hand-out",
    "Drug and strength read on each pack, look-alikes set apart",
)
CHECKS_OF_SOLUTION = (
    *CHECKS[:2],
    "The mL of each step times the mg per mL are its dose",
    *CHECKS[3:],
    "An oral syringe marked in mL goes with each bottle, and its use was shown",
)


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """A tablet of a hand-out, with the counts that the terms call for."""

    tablet: str
    counts: tuple[str, ...]
    give: str
    back: str

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return " ".join((self.tablet, *self.counts, self.give, self.back))


@dataclass(frozen=True, slots=True)
class HandOut:
    """One hand-out with its tablets."""

    title: str
    rows: tuple[SupplyRow, ...]


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A tablet over the whole plan."""

    tablet: str
    taken: str
    in_all: str
    at_one_go: str
    back: str

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return " ".join((self.tablet, self.taken, self.in_all, self.at_one_go, self.back))


@dataclass(frozen=True, slots=True)
class PharmacySheet:
    """Everything a pharmacy sheet prints."""

    lang: str
    paper: str
    name: str
    title: str
    participant: str
    issued: date
    protocol_title: str
    header: Header
    portrait: Margins
    landscape: Margins
    facts: tuple[Fact, ...]
    to_sign: tuple[str, ...]
    worked: Worked
    alike: tuple[str, ...]
    broken: tuple[str, ...]
    steps: tuple[StaffStep, ...]
    after: str
    terms: str
    span: str
    totals: tuple[TotalRow, ...]
    back: Back | None
    columns: tuple[str, ...]
    hand_outs: tuple[HandOut, ...]
    in_ml: bool
    checks: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    sources: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the pages, in order and each on one page."""
        yield from (f"{fact.label} {fact.text}" for fact in self.facts)
        yield from self.worked.lines
        yield from (*self.alike, *self.broken)
        yield from (step.said for step in self.steps)
        yield self.after
        yield from (row.said for row in self.totals)
        yield from self.back.lines if self.back else ()
        yield from (line.said for line in self.findings)
        for hand_out in self.hand_outs:
            yield hand_out.title
            yield from (row.said for row in hand_out.rows)


def pharmacy_sheet(issue: Issue, by: SourcedTable) -> PharmacySheet:
    """The pharmacy sheet of a plan; `by` is the equivalence table that the plan was made with."""
    plan, part = issue.shown, issue.part
    words = staff_words(plan.locale)
    head = staff_header(issue, words, NAME)
    given = dispense(issue.plan, issue.terms or Terms(), part)
    broken = tuple(broken_tablets(plan, part, given.terms, words))
    in_ml = any(step.in_ml for step in plan.steps)
    return PharmacySheet(
        lang=words.language.tag,
        paper=issue.paper or words.language.paper,
        name=NAME,
        title=f"{NAME}: {words.medicines(drugs(plan))}",
        participant=plan.participant,
        issued=issue.issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        portrait=margins(head, PORTRAIT_POINTS, large=False),
        landscape=margins(head, LANDSCAPE_POINTS, large=False),
        facts=tuple(facts(plan, words)),
        to_sign=TO_SIGN,
        worked=worked_out(plan, by, words),
        alike=tuple(look_alikes(plan, words)),
        broken=broken,
        steps=tuple(staff_steps(plan, words, part)),
        after=_after(plan, part, words),
        terms=_terms(given.terms, breaks=bool(broken), solution=OPENED if in_ml else ""),
        span="the whole plan" if part is None else "these days",
        totals=tuple(_totals(given, words)),
        back=None if issue.returns is None else coming_back(issue.returns, words),
        columns=tuple(_columns(given.terms, in_ml=in_ml)),
        hand_outs=tuple(
            _hand_out(each, given.terms, words, in_ml=in_ml) for each in given.intervals
        ),
        in_ml=in_ml,
        checks=CHECKS_OF_SOLUTION if in_ml else CHECKS,
        findings=tuple(finding_lines(plan, words)),
        sources=sources(plan),
    )


def pharmacy_html(view: PharmacySheet) -> str:
    """The sheet as one HTML document that needs no other file."""
    return staff_html("pharmacy/pharmacy.html", view)


def _after(plan: Plan, part: Part | None, words: StaffWords) -> str:
    """What comes after the last of these days: of a part, the dose of the day that is next."""
    last = plan.last_day if part is None else part.last
    day = next((each for each in plan.days() if each.date == last + ONE_DAY), None)
    if day is None:
        return words.after_day(plan, last)
    dose, drug = words.mg(day.dose_mg), words.drug(day.step.drug)
    return f"After {words.language.full_date(last)} the plan goes on, with {dose} of {drug}."


# What is handed out ---------------------------------------------------------------------------


OPENED = (
    "A solution is handed out with an oral syringe marked in mL. How long an opened bottle may be "
    "used stands on its label: whoever needs one for longer is given the next bottle in time."
)
"""What a pharmacist sees to where a solution is handed out (§7.3.3)."""


def _terms(terms: Terms, *, breaks: bool, solution: str) -> str:
    when = "at each infusion"
    if terms.every_days is not None:
        when = f"every {several(terms.every_days, 'day')}"
    elif terms.visits or terms.at_visits:
        when = "on the first day and at each visit"
    spare = f", each time with {several(terms.spare_days, 'spare day')}" if terms.spare_days else ""
    halves = f" The rest of a broken tablet is {the_rest(terms)}." if breaks else ""
    back = " Expected back: what is left when no spare day was used." if terms.spare_days else ""
    return f"Handed out {when}{spare}.{halves}{back}{' ' if solution else ''}{solution}"


def _columns(terms: Terms, *, in_ml: bool) -> Iterator[str]:
    """The heads of the counts that the terms call for; of a solution they are mL."""
    yield "Taken" if in_ml else "Tablets taken"
    if not in_ml:  # of a solution that is what is taken, and its columns are wider
        yield "Whole tablets"
    if terms.spare_days:
        yield f"With {several(terms.spare_days, 'spare day')}"
    if terms.packs:
        yield "Packs or bottles" if in_ml else "Packs"


def _hand_out(interval: Interval, terms: Terms, words: StaffWords, *, in_ml: bool) -> HandOut:
    full = words.language.full_date
    planned = ", planned" if interval.planned else ""
    return HandOut(
        f"{interval.number}. {full(interval.start)} ({interval.opened_by}{planned}), "
        f"for {several(interval.days, 'day')} to {full(interval.end)}",
        tuple(_supply(supply, terms, words, in_ml=in_ml) for supply in interval.supplies),
    )


def _supply(supply: Supply, terms: Terms, words: StaffWords, *, in_ml: bool) -> SupplyRow:
    said = partial(words.counted_of, supply.tablet)
    whole = [] if in_ml else [said(supply.tablets)]
    spare = [said(supply.with_spare)] if terms.spare_days else []
    packs = [_packs(supply, words)] if terms.packs else []
    return SupplyRow(
        tablet=words.named(supply.tablet),
        counts=(said(supply.taken), *whole, *spare, *packs),
        give=said(supply.dispensed),
        back=said(supply.returned),
    )


def _packs(supply: Supply, words: StaffWords) -> str:
    if supply.packs is None or supply.pack_tablets is None:
        return "loose"
    return f"{supply.packs} × {words.counted_of(supply.tablet, supply.pack_tablets)}"


def _totals(given: Dispensing, words: StaffWords) -> Iterator[TotalRow]:
    at_one_go = {supply.tablet: supply.dispensed for supply in given.whole_plan}
    for total in given.totals:
        said = partial(words.counted_of, total.tablet)
        yield TotalRow(
            tablet=words.named(total.tablet),
            taken=said(total.taken),
            in_all=said(total.dispensed),
            at_one_go=said(at_one_go.get(total.tablet, 0)),
            back=said(total.returned),
        )
