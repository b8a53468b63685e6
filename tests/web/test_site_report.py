"""What came of it on the site's page: the report of `taper results` for the folder's source."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner
from web.asking import Answer, Page

from taper.cli import app
from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.work import Here

SOURCE = Path(__file__).parents[2] / "sample_results" / "phase-1"
DIARY = SOURCE.parent / "diary.csv"
ASKED = {"at": "6m", "flagged": "P1-05"}
PATH = "/site/results"


def opened(folder: Path, source: Path | None = SOURCE) -> Page:
    settings = Settings(folder=folder, source=source)
    today = date(2026, 11, 23)
    return Page(create_app(settings, Here(settings), lambda: today).test_client())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """An opened folder, which need hold nothing yet, and the made-up cohort as its source."""
    return opened(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def shown(site: Page) -> Answer:
    """The report with the diary that was dropped."""
    diary = (BytesIO(DIARY.read_bytes()), "diary.csv")
    return site.post(PATH, {**ASKED, "diary": diary})


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    """What the command line says of the same."""
    words = ["results", str(SOURCE), "--diary", str(DIARY), "--at", "6m", "--flag", "P1-05"]
    done = CliRunner().invoke(app, [*words, "--today", "2026-11-23", "--format", "json"])
    return json.loads(done.stdout)


def test_a_page_without_a_folder_has_no_report(page: Page):
    assert page.get(PATH).status == 404
    assert page.post(PATH, {}).status == 404


def test_before_anybody_asks_the_usual_question_stands_in_the_form(site: Page):
    first = site.get(PATH)
    assert (first.status, 'value="6m,8m,16m"' in first.html) == (200, True)
    assert "Drop it here" in first.text


def test_pictures_and_every_table_stand_beside_the_rules_of_the_estimand(shown: Answer):
    """§11.5.4, §11.8.2: with both means, and no script or style within."""
    assert shown.status == 200
    assert shown.html.count("<svg") == 4
    assert "Estimand: treatment-policy (ICH E9(R1)" in shown.text
    assert "9 participants" in shown.text
    assert "change_percent" in shown.text
    for mean in ("-20", "-35"):
        assert f">{mean}</td>" in shown.html
    assert "style=" not in shown.html


def test_a_file_that_is_saved_says_what_the_command_line_says(site: Page, shown: Answer, told):
    """The diary that was dropped is held for it."""
    saved = site.post(PATH, {**shown.carried(), **ASKED, "format": "json"})
    assert saved.json == told
    assert 'filename="results.json"' in saved.response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("wanted", "begins"), [("xlsx", b"PK"), ("html", b"<!doctype html>"), ("csv", b"PK")]
)
def test_other_forms_are_saved_too(site: Page, shown: Answer, wanted: str, begins: bytes):
    saved = site.post(PATH, {**shown.carried(), **ASKED, "format": wanted})
    assert saved.data.startswith(begins)
    if wanted == "csv":
        names = zipfile.ZipFile(BytesIO(saved.data)).namelist()
        assert {"participants.csv", "cohort.csv", "at_target.csv"} <= set(names)


def test_rescue_is_left_out_and_an_estimand_chosen_by_the_form(site: Page, shown: Answer):
    """§11.4.6, §11.5.2."""
    chosen = {"estimand": "hypothetical", "without_rescue": "yes", "with_exposures": "yes"}
    asked = {**shown.carried(), **ASKED, **chosen, "format": "json"}
    data = site.post(PATH, asked).json
    assert data["estimand"]["name"] == "hypothetical"
    assert (data["with_rescue"], data["with_exposures"]) == (False, True)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("at", "6", "allowed: times after infusion 1"),
        ("window", "0", "allowed: whole days from 1"),
        ("estimand", "policy", "allowed: treatment-policy"),
        ("flagged", "P1-5", "allowed: a participant of the source"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field(site: Page, field, typed, said):
    for more in ({}, {"format": "json"}):
        wrong = site.post(PATH, {**ASKED, field: typed, **more})
        assert wrong.status == 422
        beside = wrong.html.split(f'id="mistake-{field}"')[1].split("</p>")[0]
        assert said in beside


def test_a_diary_that_names_an_arm_is_refused_and_no_group_is_joined(site: Page):
    """§11.7.1, §11.7.2."""
    diary = (BytesIO(b"participant,date,dose_mg,arm\nP1-01,2026-01-05,10,active\n"), "d.csv")
    refused = site.post(PATH, {**ASKED, "diary": diary})
    assert refused.status == 422
    assert "no column that would name a person or an arm" in refused.text
    assert "active" not in refused.text
    groups = (BytesIO(b"participant,group\nP1-01,active\n"), "groups.csv")
    joined = site.post(PATH, {**ASKED, "group_file": groups, "format": "json"})
    assert "unblinded" not in joined.json


def test_more_diaries_at_once_than_are_held_are_refused_by_their_number(site: Page):
    several = [(BytesIO(b"participant,date,dose_mg\n"), f"{n}.csv") for n in range(9)]
    refused = site.post(PATH, {**ASKED, "diary": several})
    assert refused.status == 422
    assert "--diary is 9 files; allowed: at most 8 at a time" in refused.text


def test_a_diary_that_is_held_no_more_is_asked_for_again(site: Page):
    lost = site.post(PATH, {**ASKED, "diaries": "guessed"})
    assert lost.status == 422
    assert "--diary is no longer held" in lost.text


def test_without_a_source_it_is_said_how_the_page_is_served_with_one(tmp_path: Path):
    page = opened(tmp_path, None)
    assert "--source SOURCE" in page.get(PATH).text
    assert "taper serve with --source SOURCE" in page.post(PATH, ASKED).text
    assert PATH not in page.get("/site").html


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "On 2026-11-23: 1 participant "),
        ("fr", "2026-11-23 : 1 participant "),
        ("ru", "2026-11-23: 1 участник "),
    ],
)
def test_the_report_counts_its_participants_in_the_language_of_the_page(
    tmp_path: Path, code: str, said: str
):
    source = tmp_path / "source"
    source.mkdir()
    shutil.copy(SOURCE / "P1-01.yaml", source)
    shutil.copy(SOURCE / "made-up-phase-1.yaml", source)
    shown = opened(tmp_path / "out", source).post(f"{PATH}?lang={code}", {"at": "6m"})
    assert shown.status == 200
    assert said in shown.text
