"""The page of numbers: what the command line answers, for whoever has no terminal."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from typer.testing import CliRunner
from web.asking import SHEET, WITH_SHEET, Answer, Page, sample

from taper.cli import app

DOSES = {"dose_1": "20", "drug_1": "hydrocortisone", "to": "prednisone"}


def converted(page: Page, **fields: str) -> Answer:
    return page.post("/numbers", {**DOSES, **fields})


def counted(page: Page, **fields: str) -> Answer:
    data = {"file": (file_of("IIM-001"), "IIM-001.yaml"), "today": "2026-05-20", **fields}
    return page.post("/numbers/quantities", data)


def file_of(name: str):
    return BytesIO(sample(name).encode())


def test_a_dose_stands_in_every_table_side_by_side_with_its_tablets(page: Page):
    shown = converted(page)
    assert shown.status == 200
    for table in ("us-label", "axelrod", "bnf", "de-label"):
        assert table in shown.text
    assert "5 mg prednisone" in shown.text
    assert "1 of 5 mg" in shown.text.replace("\xa0", " ")


def test_where_the_tables_disagree_the_doses_lie_from_one_to_another(page: Page):
    """In the words of `taper convert --compare`."""
    shown = converted(page, dose_1="6", drug_1="betamethasone").text.replace("\xa0", " ")
    args = ["convert", "6", "betamethasone", "--compare"]
    told = " ".join(CliRunner().invoke(app, args).stdout.replace("\xa0", " ").split())
    (said,) = (each for each in told.split(". ") if "The dose lies from" in each)
    assert said[said.index("The dose lies") :].rstrip(".") in shown
    assert "The tables disagree." in shown


def test_several_a_day_by_route_are_added_up(page: Page):
    shown = converted(
        page, dose_1="100", route_1="iv", dose_2="5+5", drug_2="prednisone"
    ).text.replace("\xa0", " ")
    assert "100 mg intravenous hydrocortisone and 10 mg prednisone" in shown
    assert "35 mg prednisone" in shown


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"dose_1": "2O"}, "dose_1", "'2O'; allowed: "),
        ({"drug_1": "aspirin"}, "drug_1", "'aspirin'"),
        ({"dose_2": "5", "drug_2": "prednison"}, "drug_2", "did you mean prednisolone or"),
        ({"to": "x"}, "to", "'x'; allowed: "),
        ({"strengths": "5;"}, "strengths", "'5;'"),
    ],
)
def test_what_is_wrong_with_a_dose_stands_beside_its_field(page: Page, fields, field, said):
    shown = converted(page, **fields)
    assert shown.status == 422
    beside = shown.html.split(f'id="mistake-{field}"')[1].split("</p>")[0]
    assert said in beside.replace("&#39;", "'")


def test_a_dose_that_no_tablets_make_has_the_nearest_ones(page: Page):
    shown = converted(page, dose_1="10+0.4", strengths="5").text.replace("\xa0", " ")
    assert "the nearest is 5 mg" in shown


def test_tablets_to_hand_out_are_those_of_the_command_line_with_what_is_at_home(
    page: Page, tmp_path
):
    shown = counted(page, at_home="5:300,1:12,20:1,2.5:20").text.replace("\xa0", " ")
    file = tmp_path / "IIM-001.yaml"
    file.write_text(sample("IIM-001"), encoding="utf-8")
    args = ["quantities", str(file), "--at-home", "5:300,1:12,20:1,2.5:20"]
    told = CliRunner().invoke(app, [*args, "--today", "2026-05-20"]).stdout
    until = told.split("lasts until ")[1].split(",")[0]
    assert f"What is at home lasts until {until} ." in shown
    assert "infusion 3 , planned" in shown


def test_the_file_stays_for_the_next_count_and_an_empty_one_is_asked_for(page: Page):
    first = counted(page)
    again = page.post(
        "/numbers/quantities",
        {"base": first.hidden("base"), "dispense": "days:28", "packs": "5:30"},
    )
    assert "IIM-001, plan" in again.text
    assert "×30" in again.text
    none = page.post("/numbers/quantities", {})
    assert none.status == 422
    assert "missing; allowed: the file of a participant." in none.text


def test_an_empty_file_is_not_counted_as_the_one_that_was_open_before(page: Page):
    data = {"base": counted(page).hidden("base"), "file": (BytesIO(b""), "IIM-002.yaml")}
    shown = page.post("/numbers/quantities", data)
    assert shown.status == 422
    assert "IIM-001" not in shown.text
    assert shown.hidden("base") == ""


def test_what_is_wrong_at_home_is_said_beside_it(page: Page):
    shown = counted(page, at_home="many")
    assert shown.status == 422
    assert "--at-home is &#39;many&#39;; allowed: " in shown.loose


# A protocol that prescribes no taper, or is one's own -------------------------------------------


def test_a_participant_whose_protocol_prescribes_no_taper_is_counted_by_a_chosen_regimen(
    page: Page, tmp_path
):
    text = sample("IIM-001").replace("protocol: iimpact", "protocol: ulsc-phase1")
    text = re.sub(r"\n *- \{number: 2.*", "", text)
    asked = counted(page, file=(BytesIO(text.encode()), "IIM-001.yaml"))
    assert asked.status == 422
    assert "missing; allowed: one that is chosen, as protocol" in asked.beside("regimen")
    assert "IIM-001" in asked.file("base")
    chosen = {"today": "2026-05-20", "regimen": "ese-es-2024-fast"}
    shown = page.post("/numbers/quantities", {**asked.carried(), **chosen})
    assert shown.status == 200
    assert "Regimen: ese-es-2024-fast." in shown.text
    file = tmp_path / "IIM-001.yaml"
    file.write_text(text, encoding="utf-8")
    args = ["quantities", str(file), "--today", "2026-05-20", "--regimen", "ese-es-2024-fast"]
    told = json.loads(CliRunner().invoke(app, [*args, "--format", "json"]).stdout)
    (each,) = told["participants"]
    for interval in each["dispensing"]["intervals"]:
        assert f"{interval['start']} – {interval['end']}" in shown.text


def test_a_protocol_of_ones_own_comes_with_the_participants_file(page: Page):
    text = sample("IIM-001").replace("protocol: iimpact", "protocol: protocols/own.yaml")
    files = {"IIM-001.yaml": text, "own.yaml": WITH_SHEET, "ours.yaml": SHEET}
    first = page.choose("/numbers/quantities", "file", files, today="2026-05-20")
    assert first.status == 200
    assert "Open now: own.yaml, ours.yaml" in first.text
    again = {**first.carried(), "dispense": "days:28", "today": "2026-05-20"}
    assert page.post("/numbers/quantities", again).status == 200
    filled = page.choose("/regimens/open", "file", files)
    assert "IIM-001: From 25 to 5 mg prednisone a day" in filled.text
    assert page.choose("/regimens/open", "file", {"IIM-001.yaml": text}).status == 422
