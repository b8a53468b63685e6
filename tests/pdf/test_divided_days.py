"""§10.3.11: each time of a divided day, with its dose and tablets, on every paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from html import unescape

import pytest
from pdf.plans import ISSUED, issue_of, plan_of

from taper.doses.division import divide_each, shares_of
from taper.doses.tablets import Strength, stock
from taper.paper import documents
from taper.paper.documents import Paper
from taper.paper.pages import words
from taper.paper.pages.instructions import on_day
from taper.paper.pages.wallet import wallet_card
from taper.planning.plan import Plan
from taper.record.changes import Replaced

HALVES = stock([Strength(Fraction(5), 2), Strength(Fraction(1))])


def divided(plan: Plan, **times: int) -> Plan:
    """The plan with the dose of each day divided."""
    shares = shares_of(times)
    steps = tuple(
        step._replace(tablets=divide_each(step.daily_mg, HALVES, shares)) for step in plan.steps
    )
    after = divide_each(plan.after.pattern_mg, HALVES, shares)
    return replace(plan, steps=steps, after=plan.after._replace(tablets=after))


TWICE = divided(plan_of(), morning=2, midday=1)


def text_of(plan: Plan, document: Paper, **more: object) -> str:
    """All the words of a paper on one line."""
    issue = issue_of(plan, ISSUED, **more)
    body = documents.as_html(issue, document).split("<body", 1)[1]
    words_of_it = unescape(re.sub(r"<[^>]*>", " ", body)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words_of_it.split())


FIRST = TWICE.steps[0].daily_mg[0]
OLD = Replaced(1, "0" * 64, ISSUED - timedelta(days=7), ISSUED)


@pytest.mark.parametrize("document", [each for each in Paper if each is not Paper.EMERGENCY])
def test_each_time_with_its_dose_and_its_tablets_is_on_every_paper(document: Paper):
    """§10.3.11, §10.3.6: two thirds in the morning and one at midday."""
    said = text_of(TWICE, document, replaces=OLD)
    parts = [
        part.said.replace("\N{NO-BREAK SPACE}", " ")
        for part in words("en_US").parts(TWICE.steps[0].tablets[0])
    ]
    assert len(parts) == 2
    assert re.match(r"Morning [0-9.]+ mg: .* of 5 mg", parts[0])
    assert re.match(r"Midday [0-9.]+ mg: ", parts[1])
    assert all(part in said for part in parts)
    # a card that is asked for anew says no sentence of what goes on
    assert ("in parts in the morning and at midday" in said) == (document is not Paper.WALLET)
    assert "in the morning, with food" not in said
    assert "morning, with food" not in said


def test_the_dose_of_a_divided_day_stays_its_total():
    """§10.3.11, §5.2.1."""
    said = text_of(TWICE, Paper.CALENDAR)
    assert f"take {int(FIRST)} mg of prednisone every day, in parts in the morning and" in said


def test_a_time_without_tablets_is_said():
    """§7.4.4, §10.3.11."""
    plan = divided(plan_of(), morning=1, midday=99)
    part, other = words("en_US").parts(plan.steps[0].tablets[0])
    assert part.said == "Morning: no\N{NO-BREAK SPACE}tablets"
    assert other.label.startswith("Midday ")


def test_no_line_ends_between_a_time_and_its_dose_in_the_dose_of_the_day():
    """§10.2.5, §10.3.11: "5 mg: 1 tablet of 5 mg" at the beginning of a line is no day's dose."""
    said = on_day(TWICE, TWICE.first_day, words("fr"))
    assert re.search("Matin\N{NO-BREAK SPACE}[0-9,]+\N{NO-BREAK SPACE}mg\N{NO-BREAK SPACE}: ", said)
    assert re.search("Midi\N{NO-BREAK SPACE}[0-9,]+\N{NO-BREAK SPACE}mg\N{NO-BREAK SPACE}: ", said)


def test_a_tablet_that_two_times_break_is_told_once_a_day():
    """§7.4.5: 5 mg as 2.5 and 2.5 are one tablet of which both halves are taken."""
    plan = divided(plan_of(), morning=1, midday=1)
    broken = {
        day.date
        for day in plan.days()
        if any(t.count.denominator > 1 for taken in day.tablets.takings for t in taken)
    }
    said = text_of(plan, Paper.PHARMACY)
    told = re.search(r"predniSONE 5 mg is broken on (\d+) days?", said)
    assert told
    assert int(told[1]) == len(broken)


def test_one_time_that_is_not_the_morning_is_said_as_such():
    """§5.2.10."""
    said = text_of(divided(plan_of(), evening=1), Paper.CALENDAR)
    assert "in the evening, with food" in said
    assert "in parts" not in said


def test_where_the_times_change_and_the_dose_does_not_the_day_is_marked():
    """§10.3.11: steps of the same dose at other times are no one row."""
    first = TWICE.steps[0]
    half = first.days // 2
    since = first.start + timedelta(days=half)
    later = divide_each(first.daily_mg, HALVES, shares_of({"morning": 1, "evening": 1}))
    steps = (
        first._replace(days=half),
        first._replace(number=1, start=since, days=half, tablets=later),
    )
    said = text_of(replace(TWICE, steps=steps), Paper.CALENDAR)
    assert "New times" in said
    assert "Evening" in said


def test_a_wallet_card_shows_as_many_steps_as_have_room():
    """§10.3.11: what is taken at five times has more lines."""
    often = divided(plan_of(), morning=1, midday=1, afternoon=1, evening=1, bedtime=1)
    shown = [
        sum(map(len, wallet_card(issue_of(each, date(2026, 4, 30))).panels))
        for each in (TWICE, often)
    ]
    assert shown[0] > shown[1] >= 1
    assert "ask for a new card" in text_of(often, Paper.WALLET)


@pytest.mark.parametrize(
    ("document", "locale"), [(Paper.LARGE_PRINT, "en_US"), (Paper.CALENDAR, "es_MX")]
)
def test_a_printed_paper_of_divided_days_is_read_back(document: Paper, locale: str):
    """§10.7.1: and its pages hold what was planned for them."""
    plan = replace(TWICE, locale=locale, steps=TWICE.steps[:2])
    issue = issue_of(plan, ISSUED)
    data = documents.as_pdf(issue, document)
    documents.verify(data, issue, document)
