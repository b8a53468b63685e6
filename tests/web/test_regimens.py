"""The page of regimens: several for one participant, and a protocol over all baselines."""

from __future__ import annotations

import json
from io import BytesIO

from typer.testing import CliRunner
from web.asking import OWN, TODAY, Page, sample

from taper.cli import app
from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.work import Here


def test_a_participants_file_asks_the_question(page: Page):
    """From the dose in mg prednisone, to the protocol's target, from the first taper day on."""
    file = (BytesIO(sample("IIM-001").encode()), "IIM-001.yaml")
    shown = page.post("/regimens/open", {"file": file})
    assert "IIM-001: From 25 to 5 mg prednisone a day" in shown.text
    assert 'name="start" type="date" value="2026-05-14"' in shown.html


def test_the_regimens_that_fit_are_those_of_the_command_line_drawn_over_each_other(page: Page):
    question = {"start_mg": "25", "target_mg": "5", "window_months": "4", "disease": "myositis"}
    shown = page.post("/regimens", question)
    args = ["regimens", "compare", "--from", "25", "--to", "5", "--for", "myositis"]
    told = json.loads(CliRunner().invoke(app, [*args, "--format", "json"]).stdout)
    assert [each["regimen"] in shown.text for each in told] == [True] * len(told)
    assert shown.html.count("<circle") == len([each for each in told if "days" in each])


def test_chosen_regimens_are_shown_though_they_cannot_be_used(page: Page):
    question = {"start_mg": "25", "target_mg": "5", "window_months": "4", "regimen_advocate": "yes"}
    shown = page.post("/regimens", question)
    assert "cannot be used" in shown.text
    assert "advocate" in shown.text


def test_what_is_wrong_with_the_question_stands_beside_its_field(page: Page):
    shown = page.post("/regimens", {"start_mg": "5", "target_mg": "5", "window_months": "4"})
    assert shown.status == 422
    assert "5 mg, and target_mg is 5 mg; allowed: a start_mg above target_mg." in shown.text


def test_every_baseline_is_that_of_the_command_line(page: Page):
    asked = {"protocol": "iimpact", "explored_strengths": "5,1", "least_mg": "10", "most_mg": "20"}
    shown = page.post("/regimens/explore", asked)
    args = ["protocols", "explore", "iimpact", "--strengths", "5,1", "--from", "10", "--to", "20"]
    told = json.loads(CliRunner().invoke(app, [*args, "--format", "json"]).stdout)
    days = [each["days_to_target"] for each in told["baselines"]]
    found = [f">{each}</td>" in shown.html for each in days]
    assert found == [True] * len(days)
    assert "Within the window" in shown.text


def test_a_strength_that_is_none_is_refused_beside_it(page: Page):
    shown = page.post("/regimens/explore", {"protocol": "iimpact", "explored_strengths": "x"})
    assert shown.status == 422
    assert "&#39;x&#39;" in shown.html.split('id="mistake-explored_strengths"')[1].split("</p>")[0]


def test_a_window_in_weeks_is_not_taken_for_the_usual_months():
    own = OWN.replace("target_mg: 5,", "target_mg: 5, complete_within: {weeks: 26},")
    settings = Settings(protocols={"own.yaml": own.encode()})
    asking = Page(create_app(settings, Here(settings), lambda: TODAY).test_client())
    text = sample("IIM-001").replace("protocol: iimpact", "protocol: own.yaml")
    shown = asking.post("/regimens/open", {"file": (BytesIO(text.encode()), "IIM-001.yaml")})
    assert shown.status == 422
    assert "allowed: " in shown.beside("window_months")
    assert 'name="start_mg" type="text" value="25"' in shown.html
