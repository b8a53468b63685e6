"""The calendar's page: what is typed, what comes of it, and what is wrong with it."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import pytest
from markupsafe import Markup
from typer.testing import CliRunner
from web.asking import CARRIED, FORM, Page, carrying, sample

from taper.cli import app
from taper.operations.plans import outputs
from taper.sources.languages import codes_of_page
from taper.web.speech import unparted


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


# A plan -----------------------------------------------------------------------------------------


def test_a_first_page_asks_for_what_is_needed_and_refuses_nothing_yet(page: Page):
    first = page.get()
    assert first.status == 200
    assert "The calendar appears here" in first.text
    assert 'aria-invalid="true"' not in first.html


def test_what_is_typed_becomes_todays_dose_steps_chart_days_and_findings(page: Page):
    shown = page.press()
    assert shown.status == 200
    assert "On Wednesday, May 20, 2026 take 20 mg of prednisone in the morning" in shown.text
    assert "Target reached Thursday, August 20, 2026" in shown.text
    assert "from Thursday, June 4, 2026 until Wednesday, June 10, 2026 7 12.5 mg" in shown.text
    assert "Chart of the dose from Thursday, April 30, 2026" in shown.text
    assert re.search(r'<time datetime="2026-05-21">21</time> <strong>17.5\xa0mg', shown.html)
    assert "EXAMPLE, NOT FOR PATIENT USE" in shown.text
    assert "Protocol iimpact 1.0 is illustrative" in shown.text


def test_who_types_sees_the_same_as_who_presses_the_button(page: Page):
    """Without script a button shows it."""
    assert page.preview()["result"].strip() in page.press().html


def test_the_plan_is_that_of_the_command_line(page: Page, tmp_path):
    """The file that is saved gives the same plan there, whatever stands beside the values."""
    saved = page.file("yaml")
    path = tmp_path / "IIM-001.yaml"
    path.write_bytes(saved.data)
    done = CliRunner().invoke(app, ["plan", str(path), "--today", "2026-05-20", "--format", "json"])
    assert page.file("json").json == json.loads(done.stdout)


def test_who_takes_no_steroid_has_nothing_to_taper_and_a_file_all_the_same(page: Page):
    none = {"drug": "none", "dose_mg": "", "strengths": ""}
    assert "IIM-001 takes no steroid: there is nothing to taper." in page.press(**none).text
    assert "steroid: none" in page.file("yaml", **none).data.decode()


def test_a_dose_beside_the_drug_none_is_refused_and_not_left_out(page: Page):
    """§5.1.6: as a row of a table is: one of both is wrong, and nobody knows which."""
    shown = page.preview(drug="NONE")
    said = "; allowed: an empty field, as drug is none."
    assert all(said in shown["mistakes"][field][0] for field in ("dose_mg", "strengths"))
    assert page.file("yaml", drug="none").status == 422


def test_an_infusion_that_is_only_planned_makes_a_draft(page: Page):
    assert "DRAFT, NOT FOR PATIENT USE" in page.press(infusion_2="2026-06-30").text


def test_a_protocol_without_a_taper_asks_for_a_regimen(page: Page):
    asked = page.preview(protocol="ulsc-phase1", infusion_2="", with_fields="yes")
    assert "Still needed: Regimen" in text_of(asked["result"])
    assert 'name="regimen"' in asked["fields"]
    chosen = page.press(protocol="ulsc-phase1", infusion_2="", regimen="ese-es-2024-fast")
    assert "regimen ese-es-2024-fast was chosen" in chosen.text


# What is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("participant", "John Smith", "'John Smith'; allowed: a trial id of 1 to 64"),
        ("drug", "prednison", "did you mean prednisolone or prednisone?"),
        ("dose_mg", "25 mg", "'25 mg'; allowed: "),
        ("dose_mg", "40", "allowed: "),
        ("strengths", "20,10,2,5", "in which 2,5 is 2 and 5 mg, or 2.5 mg"),
        ("infusion_2", "30.4.2026", "'30.4.2026'; allowed: "),
        ("today", "tomorrow", "'tomorrow'; allowed: "),
        ("taper_started", "2026-04-01", "allowed: "),
    ],
)
def test_what_is_wrong_stands_beside_its_field_in_the_words_of_the_command_line(
    page: Page, field: str, typed: str, said: str
):
    while_typing = page.preview(**{field: typed})
    assert said in " ".join(while_typing["mistakes"][field])
    assert "No calendar yet" in while_typing["result"]
    pressed = page.press(**{field: typed})
    assert pressed.status == 422
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', pressed.html)
    assert 'class="today"' not in pressed.html


def test_who_still_types_is_told_what_is_needed_and_nothing_is_called_wrong(page: Page):
    shown = page.preview(participant="", dose_mg="", infusion_2="")
    assert shown["mistakes"] == {}
    assert "Still needed: Trial id Still needed: Dose, mg a day" in text_of(shown["result"])
    assert "missing; allowed: " in page.press(participant="").text


def test_everything_wrong_is_said_at_once(page: Page):
    mistakes = page.preview(dose_mg="x", phone="\u202e1", locale="xx")["mistakes"]
    assert set(mistakes) == {"dose_mg", "phone", "locale"}


@pytest.mark.parametrize("said", ["2026-05-20", "20 mg", "2.5 mg", "1,5 mL", "--document"])
def test_a_date_a_dose_or_an_option_is_in_one_piece_between_tags_and_nowhere_else(said: str):
    html = f"<p title='{said}'>on {said}</p><textarea>{said}</textarea>"
    whole = unparted(Markup(html))
    assert whole == html.replace(f"on {said}", f'on <span class="whole">{said}</span>')
    assert unparted(whole) == whole
    assert unparted(f"<{said}") == f'&lt;<span class="whole">{said}</span>'


def test_what_enter_presses_first_shows_the_calendar(page: Page):
    """A browser presses the first button of a form, which is none that opens a file."""
    form = page.get().html.split('<form id="calendar"')[1]
    assert 'name="action" value="show"' in form[form.index("<button") :].partition(">")[0]


def test_what_is_typed_is_shown_literally(page: Page):
    shown = page.press(site="<script>alert(1)</script>")
    assert "<script>alert" not in shown.html


# The participant's file -------------------------------------------------------------------------


LATER = "2026-06-10"
"""After the flare of the sample has ended."""


def opened(page: Page, text: str):
    return page.post("/open", {"file": (io.BytesIO(text.encode()), "some.yaml")})


def test_a_file_that_is_opened_fills_the_form_and_shows_its_calendar(page: Page):
    shown = opened(page, sample("IIM-001"))
    assert shown.status == 200
    for name, value in (("participant", "IIM-001"), ("strengths", "20, 5, 2.5, 1")):
        assert re.search(rf'id="{name}"[^>]*value="{value}"', shown.html)
    assert "IIM-001, Wednesday, May 20, 2026" in shown.text
    assert shown.file("base") == sample("IIM-001")


def test_a_file_that_is_none_is_refused_in_a_sentence(page: Page):
    shown = opened(page, "a: [")
    assert shown.status == 422
    assert "No calendar yet" in shown.text


def test_of_an_opened_file_only_the_lines_that_were_typed_anew_change(page: Page):
    text = sample("IIM-006")
    fields = {
        "participant": "IIM-006",
        "dose_mg": "22.5",
        "infusion_2": "2026-05-02",
        "taper_started": "",
        "today": LATER,
        "accepted": "Dr. Lee, as taken",
    }
    saved = page.file("yaml", **carrying(text), **fields).data.decode()
    was, now = text.splitlines(), saved.splitlines()
    assert [line for line in was if line not in now] == [
        line for line in was if "dose_mg: 25" in line or "2026-04-30" in line or "started" in line
    ]
    assert "# the first day of the hold" in saved


def test_a_file_that_names_no_language_is_not_given_one_by_the_list(page: Page):
    saved = page.file("yaml", **carrying(sample("IIM-001")), site="Riverside Myositis Clinic")
    assert "locale" not in saved.data.decode()


DIVIDED = {
    **CARRIED,
    "times": "morning:2, evening:1",
    "visit_Visit%205": "2026-06-03",
    "missed_visit_Visit%206": "true",
}


def test_times_and_visits_are_typed_shown_again_and_changed(page: Page):
    text = page.file("yaml", **DIVIDED).data.decode()
    assert "times: {morning: 2, evening: 1}" in text
    assert "- {name: Visit 5, date: 2026-06-03}" in text
    assert "- {name: Visit 6, missed: true}" in text
    shown = page.post("/open", {**CARRIED, "file": (io.BytesIO(text.encode()), "x.yaml")})
    assert re.search(r'id="times"[^>]*value="morning:2, evening:1"', shown.html)
    assert re.search(r'id="visit_Visit%205"[^>]*value="2026-06-03"', shown.html)
    other = {
        "times": "morning:1; evening:1",
        "missed_visit_Visit%206": "",
        "accepted": "Dr. Lee, as taken",
    }
    saved = page.file("yaml", **{**DIVIDED, **carrying(text), **other}).data.decode()
    gone = [line for line in text.splitlines() if line not in saved.splitlines()]
    assert [line.split("#")[0].strip() for line in gone] == [
        "times: {morning: 2, evening: 1}",
        "- {name: Visit 6, missed: true}",
    ]
    added = {**carrying(text), "visit_Visit%206": "2026-10-01", "missed_visit_Visit%206": ""}
    assert "{name: Visit 6, date: 2026-10-01}" in (
        page.file("yaml", **{**DIVIDED, **added}).data.decode()
    )


def test_a_visit_in_other_letters_is_the_protocols_and_keeps_its_spelling(page: Page):
    text = page.file("yaml", **DIVIDED).data.decode().replace("Visit 5", "visit 5")
    shown = page.post("/open", {**CARRIED, "file": (io.BytesIO(text.encode()), "x.yaml")})
    assert re.search(r'id="visit_visit%205"[^>]*value="2026-06-03"', shown.html)
    assert "visit_Visit%205" not in shown.html


def test_tablets_of_the_taper_are_asked_for_where_it_is_in_another_drug(page: Page):
    """§5.2.4."""
    other = {**CARRIED, "drug": "methylprednisolone", "dose_mg": "16", "strengths": "4"}
    assert 'id="taper_strengths"' not in page.press(**CARRIED).html
    asked = page.preview(**other, with_fields="yes")["fields"]
    assert 'id="taper_strengths"' in asked
    saved = page.file("yaml", **other, taper_strengths="5:2, 1").data.decode()
    assert "taper_strengths: [{mg: 5, split: 2}, 1]" in saved
    assert "'x'; allowed: " in page.press(**other, taper_strengths="x").beside("taper_strengths")


def test_what_is_wrong_with_a_visit_stands_beside_it(page: Page):
    wrong = page.press(**{**DIVIDED, "visit_Visit%205": "3.6.2026"})
    assert "'3.6.2026'; allowed: a calendar date" in wrong.beside("visit_Visit%205")
    foreign = page.press(**{**DIVIDED, "protocol": "iimpact"})
    assert "allowed: none, as protocol iimpact has no visits" in foreign.beside("visit_Visit%205")
    assert "allowed: times of the day" in page.press(times="lunch:2").beside("times")


SAME = {"site": "Riverside Myositis Clinic"}


def test_tablets_that_are_only_spelt_otherwise_are_the_same(page: Page):
    saved = page.file("yaml", **carrying(sample("IIM-001")), strengths="20,5,2.5,1", **SAME)
    assert saved.status == 200
    assert "strengths: [20, 5, 2.5, 1]" in saved.data.decode()


def test_what_the_form_has_no_field_for_stays_in_the_file(page: Page):
    text = sample("IIM-006")
    saved = page.file(
        "yaml", **carrying(text), participant="IIM-006", phone="555-0199", today=LATER
    )
    assert "type: flare" in saved.data.decode()
    assert "555-0199" in saved.data.decode()


def test_a_correction_that_alters_past_days_asks_who_accepts_it(page: Page):
    text = page.file("yaml").data.decode()
    shown = page.press(**carrying(text), dose_mg="22.5", site="Harbor Point Rheumatology")
    assert shown.status == 422
    assert re.search(r'id="accepted"[^>]*aria-invalid="true"', shown.html)
    for nobody in ("yes", "Dr. Lee"):
        shown = page.press(**carrying(text), dose_mg="22.5", accepted=nobody)
        assert shown.status == 422
        assert "who takes it and why, with a comma between" in shown.text
    accepted = page.press(**carrying(text), dose_mg="22.5", accepted="Dr. Lee, as taken")
    assert accepted.status == 200
    assert "accepted by Dr. Lee, as taken" in accepted.text


@pytest.mark.parametrize(
    ("weight", "changed", "doubt"),
    [
        ("weight_kg: 70\n", {"weight_kg": "154"}, "154 kg"),
        (
            "",
            {"dose_mg": "250", "eligibility_waived": "sponsor, 2026-01-20"},
            "rises much, from 25",
        ),
    ],
)
def test_what_is_far_from_the_opened_file_is_asked_and_ticked_as_right(
    page: Page, weight: str, changed: dict[str, str], doubt: str
):
    """§6.18.4: as `taper correct` asks it; who ticked one thing has ticked no other."""
    fields = {"today": "2026-04-30", **changed}
    text = f"{sample('IIM-001')}{weight}"
    asked = page.press(**carrying(text), **fields)
    assert asked.status == 422
    assert doubt in asked.text
    box = re.search(r'type="checkbox" id="right" name="right" value="([^"]*)"/>', asked.html)
    assert box
    right = {"right": unescape(box[1])}
    assert page.file("yaml", **carrying(text), **fields).status == 422
    event = page.press(**carrying(text), **fields, action="flare")
    assert (event.status, doubt in event.text) == (422, True)
    other = {
        key: f"{value[:-1]}9" if value[-1:].isdigit() else value for key, value in changed.items()
    }
    assert page.press(**carrying(text), **{**fields, **other}, **right).status == 422
    shown = page.press(**carrying(text), **fields, **right)
    assert (shown.status, 'name="right"' in shown.html) == (200, True)
    assert page.file("yaml", **carrying(text), **fields, **right).status == 200
    event = page.press(**carrying(text), **fields, **right, action="flare")
    assert "No calendar yet" not in event.text


def test_an_infusion_is_not_missed_beside_a_date_that_would_be_lost(page: Page):
    for fields in ({}, carrying(page.file("yaml").data.decode())):
        shown = page.press(**fields, missed_1="true")
        assert shown.status == 422
        assert "and missed; allowed: a date, or missed." in shown.text


def test_a_file_of_somebody_else_does_not_become_ones_own(page: Page):
    shown = page.press(**carrying(sample("IIM-006")), participant="IIM-007")
    assert "allowed: IIM-006, whose file was opened" in shown.text


# Papers and files -------------------------------------------------------------------------------


def test_every_paper_and_every_format_there_is_can_be_had(page: Page):
    offered = set(re.findall(r'name="output" value="([^"]*)"', page.press().html))
    wanted = {
        f"{each.document}.{each.format}" if each.format.is_printed else str(each.format.value)
        for each in outputs.ALL
    }
    assert {*offered} >= {each for each in wanted if not each.startswith("notice")} - {"ics"}
    assert "yaml" in offered


def test_a_format_that_is_refused_says_why(page: Page):
    assert "allowed: an approved protocol, as a patient acts by it" in page.press().text


@pytest.mark.parametrize("output", ["json", "days.csv", "calendar.html"])
def test_a_file_is_saved_under_its_name(page: Page, output: str):
    saved = page.file(output)
    disposition = saved.response.headers["Content-Disposition"]
    ending = output.removeprefix("calendar.")
    assert disposition == f'attachment; filename="IIM-001.{ending}"'


def test_a_file_that_there_is_none_of_is_refused_in_a_sentence(page: Page):
    for output in ("nothing", "notice.pdf", "ics"):
        refused = page.file(output)
        assert refused.status == 422
        assert "allowed: " in refused.text


def test_a_file_is_of_the_calendar_that_was_looked_at_and_of_no_other(page: Page):
    """Without a script the calendar that is shown stays while somebody types on."""
    looked_at = page.press().hidden("shown")
    for output in ("calendar.html", "json", "yaml"):
        assert page.file(output, shown=looked_at).status == 200
        other = page.file(output, shown=looked_at, dose_mg="20")
        assert other.status == 409
        assert "What was typed since makes another calendar" in other.text
        assert other.hidden("shown") != looked_at
    assert page.file("json", shown=looked_at, today="2026-05-21").status == 409
    assert page.file("json", shown=looked_at, dose_mg="x").status == 422


def test_the_file_of_who_takes_no_steroid_is_saved_of_what_was_looked_at_too(page: Page):
    none = {"drug": "none", "dose_mg": "", "strengths": ""}
    looked_at = page.press(**none).hidden("shown")
    assert page.file("yaml", shown=looked_at, **none).status == 200
    assert page.file("yaml", shown=looked_at).status == 409
    assert page.file("yaml", shown=page.press().hidden("shown"), **none).status == 409


# Languages --------------------------------------------------------------------------------------


def test_the_page_speaks_the_language_that_is_asked_for_or_accepted(page: Page):
    assert '<html lang="en">' in page.get().html
    for code in codes_of_page():
        assert f'<html lang="{code}">' in page.get(f"/?lang={code}").html
        accepted = {"Accept-Language": f"ja, {code}-XX;q=0.9, en;q=0.1"}
        assert f'<html lang="{code}">' in page.get("/", **accepted).html


@pytest.mark.parametrize("code", codes_of_page())
def test_every_page_can_be_shown_in_every_language(page: Page, code: str):
    """A text without a translation fails."""
    where = f"/?lang={code}"
    for answer in (
        page.press(path=where),
        page.press("flare", path=where),
        page.press(path=where, dose_mg="x"),
        page.press(path=where, drug="none"),
        page.press(path=where, protocol="ulsc-phase1"),
        page.get("/nowhere" + where[1:]),
    ):
        assert f'<html lang="{code}">' in answer.html


def test_no_field_is_sent_that_the_form_does_not_have(page: Page):
    shown = page.press().html
    assert {*FORM} <= set(re.findall(r'name="([^"]*)"', shown))
