"""Steps that somebody else wrote: read, or refused where they could be meant otherwise."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import groupby

import pytest

from taper.errors import Refusal
from taper.sources.written import schedule_of

START = date(2026, 6, 1)


def read(text: str, drug: str | None = "prednisone", start: date | None = START):
    return schedule_of(text.encode(), "pasted", drug, start).schedule


def runs(text: str, **more) -> list[tuple[str, int]]:
    """The doses in turn with how many days each is taken."""
    same = groupby(read(text, **more).days, lambda day: day.dose_mg)
    return [(str(mg), len(list(days))) for mg, days in same]


TAPER = [("20", 7), ("15", 7)]


@pytest.mark.parametrize(
    "text",
    [
        "20 mg 7 days\n15 mg 7 days",
        "20mg 7d, 15mg 7d",
        "Take 20 mg of prednisone for 7 days; 15 mg prednisone 7 days",
        "prednisone 20 mg 7 days, prednisone 15 mg 7 days",
        "7 days 20 mg, 7 days 15 mg",
        "Take 20 mg daily for 7 days, then 15 mg once a day for 1 week.",
        "1. 20 mg/day x 7 days\n2. 15 mg/day x 1 week",
        "Week 1: 20 mg\nWeek 2: 15 mg",
        "Days 1-7: 20 mg\nDays 8-14: 15 mg",
        "20 mg (1 tablet of 20 mg) 7 days\n15 mg (1 and a half tablets of 10 mg) 7 days",
        "20 mg from 2026-06-01 to 2026-06-07\n15 mg until 14 June 2026",
        "20 mg from June 1, 2026\n15 mg for 7 days from June 8, 2026",
        "20 mg täglich 7 Tage, danach 15 mg täglich für 1 Woche",
        "20 mg al día durante 7 días, luego 15 mg al día por 7 días",
        "20 mg par jour pendant 7 jours, puis 15 mg par jour pendant 1 semaine",
        "20 mg for a week, then 15 mg for one week",
        "20 mg a day for a week\n15 mg 7 days",
        "20 mg for a week 15 mg for a week",
        "for a week 20 mg, then for a week 15 mg",
        "20 mg für eine Woche, dann 15 mg für eine Woche",
        "20 mg pendant une semaine, puis 15 mg pendant une semaine",
        "20 mg durante una semana, luego 15 mg por una semana",
        "20 mg por uma semana, depois 15 mg durante uma semana",
        "20 мг в течение недели, затем 15 мг в течение одной недели",
        "20 мг ежедневно 7 дней, затем 15 мг на одну неделю",
        "20 mg de 1 junho 2026 até 7 junho 2026\n15 мг до 14 июня 2026",
        "dose_mg,days\n20,7\n15,7\n",
        "Dose\tWeeks\n20 mg\t1\n15 mg\t1\n",
        "| Dose | From | To |\n|---|---|---|\n| 20 | 2026-06-01 | 2026-06-07 |\n"
        "| 15 | 2026-06-08 | 2026-06-14 |",
    ],
)
def test_what_can_be_meant_in_one_way_alone_is_read(text):
    """§12.4.1."""
    schedule = read(text)
    assert runs(text) == TAPER
    assert [schedule.days[0].date, schedule.days[-1].date] == [START, date(2026, 6, 14)]
    assert schedule.contradictions == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20 mg 7", "line 1 is '7'"),
        ("20 mg every 2 days for 14 days", "'every 2'; allowed: the dose of each day"),
        ("20 mg every other day for 14 days", "'other'; allowed: the dose of each day"),
        ("20 mg twice daily 7 days", "'twice'; allowed: the dose of the whole day"),
        ("20 mg od 7 days", "'od'; allowed: daily"),
        ("20 mg 5 days a week", "'week'; allowed: how long with a number, as 1 week, or for a"),
        ("20 mg once a week", "'week'; allowed: how long"),
        ("20 mg per week", "'week'; allowed: how long"),
        ("20 mg por semana", "'semana'; allowed: how long"),
        ("20 mg for weeks", "'weeks'; allowed: how long"),
        ("20 mg for a week 2 tablets", "'week'; allowed: how long"),
        ("20 мг в течение дня", "20 mg without how long"),
        ("20 мг на неделю", "'неделю'; allowed: how long"),
        ("20 мг раз в неделю", "'раз'; allowed: the dose of the whole day"),
        ("20 мг в 2 дня", "'в 2'; allowed: the dose of each day"),
        ("20 mg em 2 dias", "'em 2'; allowed: the dose of each day"),
        ("20 mg dia sim dia não", "'sim'"),
        ("20 mg for a month", "'month'; allowed: days or weeks"),
        ("20-15 mg 7 days", "'20 -'"),
        ("15/20 mg 7 days", "'15 /'"),
        ("-5 mg 7 days", "'-5'"),
        (".5 mg 7 days", "'.5'; allowed: a figure before the point"),
        ("7,5 mg 7 days", "'7,5'; allowed: a point in a number"),
        ("1.000 mg 7 days", "'1.000 mg'"),
        ("2000 mg 7 days", "'2000 mg'"),
        ("20 mcg 7 days", "'20 mcg'; allowed: mg"),
        ("20 mg and 10 mg 7 days", "is one with more than one dose in mg; allowed"),
        ("4 x 5 mg 7 days", "'4 x'"),
        ("20 mg 7 days from 06/05/2026", "'06/05/2026'; allowed: a date as 2026-05-14"),
        ("reduce by 5 mg 7 days", "'reduce'"),
        ("20 mg", "line 1 is 20 mg without how long"),
        ("7 days", "line 1 is a length without a dose; allowed"),
        ("stop\n20 mg 7 days", "line 2 is a dose after the end; allowed"),
        ("20 mg 7 days\nhydrocortisone 20 mg 7 days", "beside that drug or after it"),
        ("nothing", "'nothing'"),
        ("20 mg 7 days hydrocortisone", "'hydrocortisone'; allowed: one drug for each dose"),
        ("prednisone 20 mg hydrocortisone 7 days", "'hydrocortisone'; allowed: one drug"),
        ("week 1: 20 mg hydrocortisone 10 mg week 2", "'hydrocortisone'; allowed: one drug"),
        ("week 1: 20 mg, hydrocortisone week 2: 10 mg", "'hydrocortisone'; allowed: one drug"),
        ("", "one without a step"),
        ("dose_mg,days,note\n20,7,every other day", "the titles is 'note'"),
        ("dose_mg,days\n20,7,1", "row 2 is 3 cells"),
        ("2. 5 mg 7 days", "line 1 is '2. 5'; allowed: items that are counted 1, 2, 3, or none"),
        ("dose,days\n1.000,7", "row 2 is '1.000'; allowed: at most two decimals"),
        ("dose,times,days\n10,2,7", "the titles is 'times'"),
        ("dose,tablets,days\n5,4,7", "the titles is 'tablets'"),
        ("dose,number,days\n5,4,7", "the titles is 'number'"),
        ("dose,days,weeks\n20,7,2", "more than one for what 'days' is"),
        ("dose,date,start,days\n20,2026-06-01,2026-07-01,7", "more than one for what 'date' is"),
        ("20 mg for 1 day\n" * 9000, "the file is larger than 128 KiB"),
        ("dose_mg,days\n,7", "row 2 is one without a dose; allowed: a dose in mg"),
        ("20 mg 4000 days", "'4000'"),
        ("20 mg ½ week", "'½'; allowed: plain figures"),
        ("20¹ mg 7 days", "'¹'; allowed: plain figures"),
    ],
)
def test_what_could_be_meant_otherwise_is_refused_by_its_line(text, said):
    """§12.4.2, §12.4.6."""
    with pytest.raises(Refusal) as refused:
        read(text)
    assert said in str(refused.value)
    assert str(refused.value).startswith("pasted: ")


@pytest.mark.parametrize(
    "text", ["Rayos 20 mg 7 days", "20 mg of Rayos 7 days", "drug,dose_mg,days\nRayos,20,7"]
)
def test_another_form_is_not_counted_as_plain_tablets(text):
    """§12.4.6."""
    with pytest.raises(
        Refusal, match=r"Rayos is prednisone in delayed-release tablets; allowed: .* plain tablets"
    ):
        read(text)
    with pytest.raises(Refusal, match=r"', which is prednisolone as a liquid; allowed: "):
        read("drug,dose_mg,days\nprednisolone oral solution,20,7")


def test_without_a_drug_nothing_is_read():
    with pytest.raises(Refusal, match="is one without a drug; allowed: the drug before its doses"):
        read("20 mg 7 days", drug=None)
    assert read("Deltasone 20 mg 7 days", drug=None).days[0].drug == "prednisone"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20 mg (3 x 5 mg) 7 days", "line 1 says 20 mg, and its tablets make 15 mg."),
        (
            "20 mg 7 days from 2026-06-01 to 2026-06-08",
            "line 1 says 7 days, and its dates are 8.",
        ),
        ("Week 1: 20 mg 14 days", "line 1 says 14 days, and its label has 7."),
        (
            "Week 1: 20 mg from 2026-06-01\nWeek 3: 15 mg from 2026-06-08",
            "line 2 begins on 2026-06-08, and its label on 2026-06-15.",
        ),
        (
            "Week 1: 20 mg\nWeek 3: 15 mg",
            "Nothing is said of 7 days of prednisone from 2026-06-08 on, before line 2.",
        ),
        (
            "20 mg 7 days from 2026-06-01\n15 mg 7 days from 2026-06-07",
            "line 2 begins on 2026-06-07, before line 1 has ended: the days of both are listed as "
            "line 1 has them.",
        ),
        (
            "Week 2: 20 mg\nWeek 1: 15 mg",
            "line 2 begins on 2026-06-01, before line 1 has ended.",
        ),
        ("20 mg 7 days\ntotal 150 mg", "line 2 says 150 mg in all, and the steps come to 140."),
        ("20 mg 7 days\ntotal 2 weeks", "line 2 says 14 days in all, and the steps come to 7."),
        (
            "5 mg 7 days\n5 mg for a week",
            "line 2 says again 5 mg for 7 days; both are counted, one after the other: make sure "
            "that it was not pasted twice.",
        ),
        (
            "dose_mg,days\n5,7\n5,7",
            "row 3 says again 5 mg for 7 days; both are counted, one after the other: make sure "
            "that it was not pasted twice.",
        ),
    ],
)
def test_what_is_said_twice_and_not_alike_is_named(text, said):
    """§12.4.3."""
    schedule = read(text)
    assert [each.text for each in schedule.contradictions] == [said]
    assert schedule.contradicts


def test_a_step_that_goes_on_with_a_dose_says_so_unless_its_days_are_its_own():
    """§12.4.3: with another length it is no slip; with a label or a date it is another step."""
    (goes_on,) = read("5 mg 7 days, 5 mg 2 weeks").contradictions
    assert goes_on.text == (
        "the next step of line 1 goes on with 5 mg, the dose of the step before it."
    )
    assert not read("5 mg 7 days, 5 mg 2 weeks").contradicts
    for text in ("Week 1: 5 mg\nWeek 2: 5 mg", "5 mg 7 days\n5 mg from 2026-06-08 for 7 days"):
        assert read(text).contradictions == ()
        assert runs(text) == [("5", 14)]


def test_each_drug_holds_for_the_doses_behind_it():
    """§12.4.6."""
    text = "prednisone 5 mg 2 days 2026-06-01, hydrocortisone 20 mg 2 days 2026-06-03"
    assert [day.drug for day in read(text, drug=None).days] == [
        *["prednisone"] * 2,
        *["hydrocortisone"] * 2,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "week 1: 20 mg prednisolone\nweek 2: 15 mg",
        "Tag 1-7 20 mg prednisolone\nTag 8-14 15 mg prednisolone",
        "week 1: 20 mg of prednisolone, week 2: 15 mg",
        "week 1: 20 mg (4 x 5 mg) prednisolone; week 2: 15 mg prednisolone",
        "20 mg 7 days prednisolone\n15 mg 7 days",
        "7 days 20 mg prednisolone then 7 days 15 mg",
    ],
)
def test_a_drug_that_stands_behind_its_dose_is_of_that_dose_wherever_the_length_stands(text):
    """§12.4.6."""
    assert runs(text, drug=None) == TAPER
    assert {day.drug for day in read(text, None).days} == {"prednisolone"}


def test_after_stop_nothing_is_taken_on_the_next_day():
    for text in ("20 mg 7 days\nstop", "20 mg 7 days, stop"):
        assert runs(text) == [("20", 7), ("0", 1)]


def test_steps_without_a_date_are_counted():
    days = read("20 mg 2 days", start=None).days
    assert [(each.date, each.day, each.dose_mg) for each in days] == [
        (None, 1, Fraction(20)),
        (None, 2, Fraction(20)),
    ]
