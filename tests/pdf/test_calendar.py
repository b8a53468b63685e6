"""§10.1 to §10.6: what a calendar says, and how it says it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf.plans import (
    ISSUED,
    PREDNISONE,
    Row,
    issue_of,
    plan_of,
    steps_of,
    tablets_of,
    without_steroid,
)

from taper.doses.tablets import Count, Tablets, combine
from taper.errors import Refusal
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Format
from taper.paper.documents import Paper, Unprinted
from taper.paper.pages import Replaced, calendar_html, words
from taper.planning.labels import InfusionMark, VisitMark
from taper.planning.plan import Instruction, Kind, Plan, State

NBSP = "\N{NO-BREAK SPACE}"


def text_of(
    plan: Plan, *, large: bool = False, replaces: Replaced | None = None, issued: date = ISSUED
) -> str:
    """All the words of a calendar on one line."""
    html = calendar_html(issue_of(plan, issued, replaces=replaces), large=large)
    return said(html.split("<body", 1)[1])


def said(html: str) -> str:
    """The words of some markup on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def cells_of(plan: Plan) -> list[str]:
    """The words of each cell of the grids that is not blank."""
    html = calendar_html(issue_of(plan))
    grids = "".join(re.findall(r'(?s)<table class="grid.*?</table>', html))
    return [said(cell) for cell in re.findall(r"(?s)<td.*?</td>", grids) if said(cell)]


def test_every_printed_day_has_dose_tablets_and_time_of_day() -> None:
    """§10.1.2, §10.2.4, §10.3.1, §10.3.6."""
    days = [cell for cell in cells_of(plan_of()) if not cell.endswith("not in this plan")]
    assert len(days) == 140
    assert days[0] == (
        "Apr 30 Start 25 mg 1 tablet of 20 mg and 1 tablet of 5 mg morning, with food Infusion 2"
    )
    assert days[1] == "May 1 25 mg 1 tablet of 20 mg and 1 tablet of 5 mg morning, with food"
    assert days[14] == "14 New dose 20 mg 1 tablet of 20 mg morning, with food"


def test_days_of_a_week_outside_the_plan_say_so() -> None:
    """§10.2.4."""
    cells = cells_of(plan_of())
    assert cells[:4] == [f"{day} not in this plan" for day in ("Apr 26", 27, 28, 29)]
    assert cells[-1] == "19 not in this plan"


def test_a_planned_infusion_is_marked_as_planned() -> None:
    """§10.3.7."""
    assert any(cell.endswith("Infusion 3 (planned)") for cell in cells_of(plan_of()))


def test_a_visit_is_marked_by_the_name_that_its_protocol_gives_it() -> None:
    """§10.3.7: in the grid and in the large print; past the printed days it is not."""
    marks = (
        VisitMark("Visit 5", date(2026, 5, 4), planned=False),
        VisitMark("Visite e\u0301te\u0301", date(2026, 6, 1), planned=True),
        VisitMark("Visit 9", date(2027, 6, 1), planned=True),
    )
    plan = plan_of(visits=marks)
    told = [cell for cell in cells_of(plan) if "Visit" in cell]
    assert [cell.split("food ")[1] for cell in told] == ["Visit 5", "Visite été (planned)"]
    assert "Visit 5" in text_of(plan, large=True)


def test_a_hold_is_marked_on_each_of_its_days_and_its_first() -> None:
    """§10.3.1, §10.3.2."""
    rows: list[Row] = [(Kind.RUN_IN, "20", 3), (Kind.HOLD, "20", 3), (Kind.TAPER, "20", 2)]
    days = cells_of(plan_of(steps_of(rows)))[4:12]
    marks = [cell.split(" 20 mg")[0] for cell in days]
    assert marks == [
        "Apr 30 Start",
        "May 1",
        "2",
        "3 Keep dose",
        "4 Keep dose",
        "5 Keep dose",
        "6 Same dose",
        "7",
    ]


def test_special_doses_are_named_on_each_of_their_days() -> None:
    """§10.3.9."""
    rows: list[Row] = [(Kind.RUN_IN, "20", 3), (Kind.RESCUE, "30", 2), (Kind.TAPER, "20", 2)]
    days = cells_of(plan_of(steps_of(rows)))[3:6]
    assert days[0].startswith("3 New dose 30 mg")
    assert [day.endswith("Rescue dose") for day in days] == [True, True, False]


def test_days_without_tablets_say_so() -> None:
    """§6.5.4, §10.2.4."""
    rows: list[Row] = [(Kind.RUN_IN, "5", 3), (Kind.MAINTENANCE, "0", 4)]
    plan = plan_of(steps_of(rows), instruction=Instruction.NO_TABLETS)
    assert "3 No more tablets 0 mg no tablets today" in cells_of(plan)
    assert "After Wednesday, May 6, 2026: take no more prednisone tablets." in text_of(plan)


def test_alternate_days_are_shown_by_date_and_named_in_the_table() -> None:
    """§10.3.4."""
    rows: list[Row] = [(Kind.RUN_IN, "10", 3), (Kind.MAINTENANCE, "5/0", 4)]
    plan = plan_of(steps_of(rows))
    days = cells_of(plan)
    assert [cell.split(" mg")[0].split()[-1] for cell in days[3:7]] == ["5", "0", "5", "0"]
    assert "5 mg and 0 mg on alternate days" in text_of(plan)
    assert "5 mg: 1 tablet of 5 mg 0 mg: no tablets" in text_of(plan)


def test_who_takes_alternate_days_already_is_not_told_to_take_them_every_day() -> None:
    """§10.3.4."""
    said = text_of(plan_of(steps_of([(Kind.RUN_IN, "7.5/5", 14), (Kind.MAINTENANCE, "5", 7)])))
    assert "take prednisone, 7.5 mg and 5 mg on alternate days, in the morning, with food." in said
    assert "take 7.5 mg and 5 mg on alternate days of" not in said


def test_alternate_days_are_marked_where_they_start_and_where_they_end() -> None:
    """§10.3.3."""
    rows: list[Row] = [
        (Kind.RUN_IN, "7.5", 2),
        (Kind.TAPER, "7.5/5", 4),
        (Kind.TAPER, "5/2.5", 4),
        (Kind.TAPER, "5/5/2.5", 3),
        (Kind.MAINTENANCE, "5", 2),
    ]
    marks = {
        cell.split(" mg")[0].rpartition(" ")[0]
        for cell in cells_of(plan_of(steps_of(rows)))
        if any(mark in cell for mark in ("start", "here", "New", "Look"))
    }
    assert marks == {
        "2 Alternate days start",
        "6 New dose",
        "10 Look at each day",
        "13 Every day from here",
    }


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        (["7.5/0", "0"], ["Start", "No more tablets"]),
        (["10/5", "0/5"], ["Start", "Look at each day"]),
        (["5", "0/5", "0/2.5"], ["Start", "Alternate days start", "Look at each day"]),
        (["5", "0"], ["Start", "No more tablets"]),
    ],
)
def test_no_day_without_tablets_is_a_new_dose(rows: list[str], marks: list[str]) -> None:
    """§10.3.3: neither the first after alternate days nor the first of other ones."""
    plan = plan_of(steps_of([(Kind.TAPER, doses, 4) for doses in rows]))
    days = [*plan.days()]
    said = [words("en_US").mark(day, before) for before, day in pairwise([None, *days])]
    assert [mark for mark in said if mark] == marks


def test_a_longer_cycle_is_no_alternate_days() -> None:
    """§10.3.3."""
    rows: list[Row] = [(Kind.RUN_IN, "5", 3), (Kind.MAINTENANCE, "5/5/2.5", 6)]
    assert any("Look at each day 5 mg" in cell for cell in cells_of(plan_of(steps_of(rows))))


@pytest.mark.parametrize(
    ("issued", "said"),
    [
        (
            date(2026, 5, 20),
            "On Wednesday, May 20, 2026 take 20 mg of prednisone in the morning, with food: "
            "1 tablet of 20 mg.",
        ),
        (
            ISSUED,
            "This plan begins on Thursday, April 30, 2026. Until then go on with 25 mg of "
            "prednisone a day, unless the study team has told you otherwise.",
        ),
        (date(2026, 10, 1), "After Wednesday, September 16, 2026: keep taking 5 mg of prednisone"),
    ],
    ids=["in the plan", "before it", "after it"],
)
@pytest.mark.parametrize("large", [False, True], ids=["calendar", "large print"])
def test_the_first_page_begins_with_the_dose_of_the_day_of_issue(
    issued: date, said: str, large: bool
) -> None:
    """§10.4.8."""
    html = calendar_html(issue_of(plan_of(), issued), large=large)
    (today,) = re.findall(r'(?s)<p class="today">(.*?)</p>', html)
    assert " ".join(unescape(today).split()).startswith(said)


def test_steps_with_one_instruction_are_one_row() -> None:
    """§10.3.10: a run-in or a set dose that an event cuts, and a hold of the dose that is taken."""
    rows: list[Row] = [
        (Kind.RUN_IN, "20", 5),
        (Kind.RUN_IN, "20", 9),
        (Kind.TAPER, "15", 7),
        (Kind.HOLD, "15", 14),
        (Kind.TAPER, "15", 3),
        (Kind.STRESS_DOSE, "15", 2),
        (Kind.SET_DOSE, "15", 4),
        (Kind.SET_DOSE, "15", 10),
        (Kind.MAINTENANCE, "10", 28),
    ]
    html = calendar_html(issue_of(plan_of(steps_of(rows))), large=True)
    doses = re.findall(r'<td class="dose"><b>(.*?)</b>', html)
    assert [dose.replace(NBSP, " ") for dose in doses] == [
        "20 mg",
        "15 mg",
        "15 mg",
        "15 mg",
        "10 mg",
    ]


def test_a_page_says_of_a_revision_only_where_it_has_one() -> None:
    """§10.4.1."""
    assert "Revision" not in text_of(plan_of())
    assert "Revision 3" in text_of(plan_of(revision=3))


def test_a_review_is_marked_on_the_last_day_of_an_open_hold() -> None:
    """§10.3.7."""
    rows: list[Row] = [(Kind.RUN_IN, "25", 3), (Kind.HOLD, "25", 5)]
    plan = plan_of(steps_of(rows), instruction=Instruction.DO_NOT_REDUCE, state=State.OPEN_FLARE)
    assert [cell for cell in cells_of(plan) if cell.endswith("Review")] == [
        "7 Keep dose 25 mg 1 tablet of 20 mg and 1 tablet of 5 mg morning, with food Review"
    ]


@pytest.mark.parametrize(
    ("instruction", "ending"),
    [
        (Instruction.CONTINUE, "until the study team tells you otherwise."),
        (Instruction.DO_NOT_REDUCE, "Do not take less until the study team tells you."),
        (Instruction.KEEP_TAKING, "Do not stop suddenly. Call the study team."),
    ],
)
def test_the_last_row_says_what_comes_after(instruction: Instruction, ending: str) -> None:
    """§10.3.5, §6.17.1."""
    said = text_of(plan_of(instruction=instruction))
    after = (
        "After Wednesday, September 16, 2026: keep taking 5 mg of prednisone every day, in the"
        " morning, with food"
    )
    assert said.count(after) == 2  # under the table, after the last month
    assert said.endswith(ending)


def test_patient_dates_carry_weekday_month_in_words_and_year() -> None:
    """§10.2.1."""
    assert "Thursday, April 30, 2026 25 mg Starting dose" in text_of(plan_of())
    british = text_of(plan_of(locale="en_GB"))
    assert "Until Wednesday, 13 May 2026 take 25 mg of prednisone every day." in british


def test_a_long_step_table_has_a_page_of_its_own_with_both_dates() -> None:
    """§10.4.4."""
    rows: list[Row] = [(Kind.RUN_IN, "25", 14), *((Kind.TAPER, mg, 7) for mg in "987654321" * 2)]
    said = text_of(plan_of(steps_of(rows)))
    assert "from Thursday, April 30, 2026 until Wednesday, May 13, 2026" in said
    assert said.index("Prescriber") < said.index("Every dose, step by step")


def test_the_week_begins_as_the_locale_has_it() -> None:
    """§10.2.3."""
    assert "Sunday Monday Tuesday" in text_of(plan_of())
    assert "Saturday Sunday" in text_of(plan_of(locale="en_GB"))


def test_the_first_page_says_what_not_to_do_and_whom_to_call() -> None:
    """§10.4.4."""
    said = text_of(plan_of())
    for words_said in (
        "Do not stop suddenly.",
        "Take it as soon as you remember on the same day.",
        "Never take a double dose.",
        "if you vomit, have a fever, are injured or need surgery",
        "Call IIMPACT study team, Houston Methodist, +1 713 555 0100",
        "Prescriber (signature, date)",
        "Checked by (signature, date)",
    ):
        assert words_said in said


def test_without_a_phone_there_is_a_line_to_write_it_on() -> None:
    """§10.4.1."""
    html = calendar_html(issue_of(plan_of(contact_phone=None)))
    assert 'Houston Methodist, phone: <i class="rule"></i>' in html
    nobody = plan_of(contact_phone=None, contact_site=None)
    assert "Call the study team, phone:" in text_of(nobody)


def test_a_plan_that_is_not_approved_or_provisional_says_so() -> None:
    """§10.4.2, §6.1.4."""
    assert "EXAMPLE, NOT FOR PATIENT USE" in text_of(plan_of())
    approved = plan_of(protocol=plan_of().protocol._replace(status="approved"))
    assert "NOT FOR PATIENT USE" not in text_of(approved)
    draft = "DRAFT, NOT FOR PATIENT USE: the infusion date is provisional"
    assert draft in text_of(replace(approved, provisional=True))


def test_a_revised_calendar_says_what_it_replaces_and_to_destroy_it() -> None:
    """§10.4.9."""
    old = Replaced(2, "ab" * 32, date(2026, 4, 1), date(2026, 5, 14))
    said = text_of(plan_of(revision=3), replaces=old)
    assert (
        "This calendar replaces plan abababab, revision 2, issued on Wednesday, April 1, 2026. "
        "Destroy the old sheets. It is different from Thursday, May 14, 2026 on. On "
        "Thursday, May 14, 2026 take 20 mg of prednisone."
    ) in said
    assert "Revision 3" in said


def test_a_change_of_drug_is_named_in_every_cell() -> None:
    """§10.3.8."""
    first = steps_of([(Kind.RUN_IN, "8", 3)], tablets=tablets_of("4"), drug="methylprednisolone")
    then = steps_of([(Kind.MAINTENANCE, "10", 3)], start=date(2026, 5, 3))
    cells = cells_of(plan_of((*first, *then)))
    assert cells[0].startswith("Apr 30 Start 8 mg methylprednisolone 2 tablets of 4 mg")
    assert "3 New medicine 10 mg prednisone 1 tablet of 10 mg morning, with food" in cells
    said = text_of(plan_of((*first, *then)))
    assert "Your methylprednisolone and prednisone calendar" in said
    assert (
        "From Sunday, May 3, 2026 take no more methylprednisolone: take prednisone instead, never"
        " both." in said
    )
    assert "10 mg prednisone New medicine, no more methylprednisolone" in said


def test_what_a_person_typed_is_printed_literally() -> None:
    """§10.6.1."""
    typed = "{{7*7}} {% if %} <b>x</b> & \"q\" 'q' %(x)s %s </footer> ${x}"
    plan = plan_of(contact_site=typed, contact_phone="<script>1</script>")
    assert f"Call {typed}, <script>1</script>" in unescape(calendar_html(issue_of(plan))).replace(
        NBSP, " "
    )
    assert "<script>" not in calendar_html(issue_of(plan))


@pytest.mark.parametrize("large", [False, True])
def test_a_dose_is_said_as_it_is_and_never_as_a_change(large: bool) -> None:
    """§10.1.1: nobody has to add or subtract."""
    said = text_of(plan_of(), large=large)
    assert "20 mg" in said
    change = r"\b(by|to) \d|\d mg (less|more|lower|higher)|(less|more|fewer) tablets?|[-+]\s?\d+ mg"
    assert not re.search(rf"\b(reduce|lower|raise|increase|add)\b[^.]*{change}|{change}", said)


@pytest.mark.parametrize("large", [False, True])
def test_no_abbreviation_or_sign_that_is_misread(large: bool) -> None:
    """§10.1.3."""
    plan = plan_of(
        steps_of(
            [(Kind.RUN_IN, "0.75", 3), (Kind.MAINTENANCE, "2.5", 3)], tablets=tablets_of(("0.5", 2))
        )
    )
    said = text_of(plan, large=large)
    assert not re.search(r"\d/\d|\b(QD|OD|qd|od|BD|TDS)\b|µg|@|&", said)
    assert not re.search(r"\d+\.\d*0 mg|(?<![\d.])\.\d|\dmg", said)
    assert "0.75 mg" in said


def test_patient_pages_use_the_plain_name_of_the_drug() -> None:
    """§10.4.10."""
    assert "predniSO" not in text_of(plan_of())


def test_who_takes_no_steroid_has_no_calendar() -> None:
    """§5.1.6."""
    every = outputs.chosen(Format, Paper)
    made = [each.format for each, _ in outputs.made(Unprinted.of(without_steroid()), every)]
    assert made == [Format.TABLE, Format.JSON]


def test_a_language_that_is_not_translated_is_refused() -> None:
    """§10.2.10."""
    with pytest.raises(Refusal, match="locale is it_IT"):
        calendar_html(issue_of(plan_of(locale="it_IT")))


def test_an_infusion_outside_the_printed_days_is_not_marked() -> None:
    """§10.3.7."""
    outside = plan_of(infusions=(InfusionMark(1, date(2026, 1, 31), planned=False),))
    assert "Infusion" not in " ".join(cells_of(outside))


# Tablets in words ------------------------------------------------------------------------------

PARTS = {"half": "1/2", "a quarter": "1/4", "three quarters": "3/4"}


def tablets_said(text: str) -> Tablets:
    """The tablets that a sentence names, read by another way than it was written."""
    counts: dict[Fraction, Fraction] = {}
    for part in re.split(r", | and ", text.replace(NBSP, " ")):
        whole = re.fullmatch(r"(.+) tablets? of ([\d.]+) mg", part)
        found = whole or re.fullmatch(r"(.+) of a ([\d.]+) mg tablet", part)
        assert found, part
        strength = Fraction(found[2])
        count = Fraction(PARTS.get(found[1], found[1]))
        counts[strength] = counts.get(strength, Fraction(0)) + count
    return tuple(Count(strength, count) for strength, count in counts.items())


@given(st.integers(1, 400))
def test_the_words_name_exactly_the_tablets_of_the_dose(quarters: int) -> None:
    """§10.1.2."""
    stock = tablets_of(("20", 2), ("5", 4), ("1", 4))
    tablets = combine(Fraction(quarters, 4), stock)
    assert tablets_said(words("en_US").tablets(tablets)) == tablets


def test_no_line_ends_between_a_number_and_its_unit_nor_just_before_a_strength() -> None:
    """§10.2.5."""
    said = words("en_US").tablets(combine(Fraction("37.5"), PREDNISONE))
    each = [f"1 tablet of {mg} mg".replace(" ", NBSP) for mg in ("20", "10", "5", "2.5")]
    assert said == f"{each[0]}, {each[1]}, {each[2]} and {each[3]}"


def test_a_hold_is_called_by_no_word_that_means_to_leave_the_medicine_out():
    """§10.3.2: In a clinic, `hold the prednisone` is an order not to give it."""
    rows = [(Kind.RUN_IN, "20", 5), (Kind.HOLD, "25", 5), (Kind.MAINTENANCE, "5", 5)]
    said = text_of(plan_of(steps_of(rows)))
    assert not re.search(r"\bhold", said, re.IGNORECASE)
    assert "5 New dose 25 mg 1 tablet of 20 mg and 1 tablet of 5 mg morning, with food Do not" in (
        said
    )
