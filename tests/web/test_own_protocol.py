"""A protocol of one's own that is opened on the page: chosen, carried along, and refused."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from web.asking import CARRIED, FORM, OWN, SHEET, TODAY, WITH_SHEET, Answer, Page, carrying
from werkzeug.test import Client

from taper.cli import app
from taper.errors import Refusal
from taper.sources.protocols import trial_in
from taper.web.app import create_app
from taper.web.form import packed
from taper.web.settings import Settings
from taper.web.work import Here

NAMED_BY_PATH = """\
participant: IIM-001
protocol: protocols/own.yaml
steroid: {drug: prednisone, dose_mg: 25, strengths: [20, 5, 2.5, 1]}
infusions: [{number: 1, date: 2026-01-31}, {number: 2, date: 2026-04-30}]
"""


def opened(page: Page, text: str, name: str = "own.yaml", **fields: str) -> Answer:
    file = (BytesIO(text.encode()), name)
    return page.post("/protocol", {**FORM, **fields, "protocol_file": file})


def test_a_protocol_that_is_opened_is_chosen_with_what_was_typed_under_its_banner(page: Page):
    shown = opened(page, OWN)
    assert shown.status == 200
    assert '<option value="own.yaml" selected>Our own trial (draft)</option>' in shown.html
    assert "IIM-001, Wednesday, May 20, 2026" in shown.text
    assert "EXAMPLE, NOT FOR PATIENT USE" in shown.text
    assert (shown.file("own"), shown.hidden("own_name")) == (OWN, "own.yaml")
    empty = page.post("/protocol", {"protocol_file": (BytesIO(OWN.encode()), "own.yaml")})
    assert "Still needed: Trial id" in empty.text


def test_it_holds_for_the_form_that_carries_it_and_for_nobody_else(page: Page):
    assert page.press(**CARRIED).status == 200
    assert page.preview(**CARRIED)["mistakes"] == {}
    assert page.file("json", **CARRIED).json["protocol"]["id"] == "own"
    assert page.press(protocol="own.yaml").status == 422


def test_it_goes_along_with_an_event(page: Page):
    shown = page.press("flare", **CARRIED)
    taken = page.post("/", {**shown.carried(), "action": "take"})
    assert "Taken over: flare of 2026-05-20" in taken.text
    assert taken.file("own") == OWN


def test_a_participants_file_may_name_it_by_a_path_of_its_own_folder(page: Page):
    """Which folder that was is not known here."""
    alone = page.post("/open", {"file": (BytesIO(NAMED_BY_PATH.encode()), "x.yaml")})
    assert "not among those that are offered here" in alone.beside("protocol")
    fields = {**carrying(NAMED_BY_PATH), "protocol": "protocols/own.yaml"}
    assert opened(page, OWN, **fields).status == 200
    file = (BytesIO(NAMED_BY_PATH.encode()), "x.yaml")
    both = page.post("/open", {**CARRIED, "today": "2026-05-20", "file": file})
    assert both.status == 200
    assert '<option value="protocols/own.yaml" selected>Our own trial (draft)' in both.html


@pytest.mark.parametrize(
    "text",
    [
        OWN.replace("target_mg: 5", "target_mg: x"),
        OWN.replace("ese-es-2024-fast", "ese-es-2024-fastt"),
        "id: own\n",
        "a: [",
    ],
)
def test_what_is_wrong_in_it_is_said_beside_it_in_the_words_of_the_command_line(
    page: Page, text: str
):
    with pytest.raises(Refusal) as told:
        trial_in(text.encode(), Path("own.yaml"))
    shown = opened(page, text)
    assert shown.status == 422
    assert shown.beside("protocol_file") == " ".join(map(str, told.value.grounds))
    assert re.search(r'id="participant"[^>]*value="IIM-001"', shown.html)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("#" * 140_000, "own.yaml", "own.yaml: the file is larger than 128 KiB; allowed: at most"),
        (OWN, "own.txt", "'own.txt'; allowed: a file named .yaml or .yml."),
        ("", "", "protocol is missing; allowed: the file of a protocol."),
        (
            OWN.replace("ese-es-2024-fast", "/etc/passwd.yaml"),
            "own.yaml",
            "'passwd.yaml' chosen together with",
        ),
    ],
)
def test_what_is_no_protocol_or_names_a_file_of_this_machine_is_refused(
    page: Page, text: str, name: str, said: str
):
    shown = opened(page, text, name)
    assert shown.status == 422
    assert said in shown.beside("protocol_file")


def test_a_name_with_a_path_is_the_name_alone(page: Page):
    assert opened(page, OWN, "../../etc/own.yaml").hidden("own_name") == "own.yaml"


def test_what_a_stranger_puts_in_its_place_is_refused_in_a_sentence(page: Page):
    for own in ("%", packed("a: ["), packed("id: own\n")):
        assert page.press(**{**CARRIED, "own": own}).status == 422


# With a regimen of one's own --------------------------------------------------------------------


BOTH = {"own.yaml": WITH_SHEET, "ours.yaml": SHEET}
NO_TAPER = "\n".join(line for line in OWN.splitlines() if "taper:" not in line)


def command(folder: Path, *words: str) -> Any:
    """The plan as the command line makes it, of the participant's file that was saved."""
    done = CliRunner().invoke(app, ["plan", str(folder / "IIM-001.yaml"), *words, *AS_JSON])
    return json.loads(done.stdout)


AS_JSON = ("--today", "2026-05-20", "--format", "json")


def test_a_protocol_with_the_sheet_of_its_regimen_is_taken_as_the_command_line_takes_it(
    page: Page, tmp_path: Path
):
    shown = page.choose("/protocol", "protocol_file", BOTH, **FORM)
    assert shown.status == 200
    assert "Open now: own.yaml, ours.yaml" in shown.text
    carried = {**FORM, **shown.carried(), "protocol": "own.yaml"}
    assert page.post("/preview", carried).json["mistakes"] == {}
    (tmp_path / "regimens").mkdir()
    (tmp_path / "regimens" / "ours.yaml").write_text(SHEET)
    (tmp_path / "own.yaml").write_text(WITH_SHEET)
    file = page.post("/papers/save", {**carried, "output": "yaml"}).data
    (tmp_path / "IIM-001.yaml").write_bytes(file)
    assert page.post("/papers/save", {**carried, "output": "json"}).json == command(tmp_path)


def test_a_participants_file_is_opened_together_with_all_that_it_names(page: Page):
    files = {"IIM-001.yaml": NAMED_BY_PATH, **BOTH}
    shown = page.choose("/open", "file", files, today="2026-05-20")
    assert shown.status == 200
    assert '<option value="protocols/own.yaml" selected>Our own trial (draft)' in shown.html
    flare = page.post("/", {**FORM, **shown.carried(), "protocol": "protocols/own.yaml"})
    taken = page.post(
        "/",
        {
            **flare.carried(),
            "action": "take",
            "event_type": "flare",
            "event_date": "2026-05-20",
            "today": "2026-05-20",
        },
    )
    assert "Taken over: flare of 2026-05-20" in taken.text
    assert "Open now: own.yaml, ours.yaml" in taken.text


def test_a_protocol_without_its_sheet_says_which_file_to_choose_with_it(page: Page):
    shown = page.choose("/protocol", "protocol_file", {"own.yaml": WITH_SHEET}, **FORM)
    assert shown.status == 422
    said = "'regimens/ours.yaml'; allowed: its sheet 'ours.yaml' chosen together with this file."
    assert said in shown.beside("protocol_file")


def test_a_regimen_of_ones_own_is_chosen_where_the_protocol_prescribes_no_taper(
    page: Page, tmp_path: Path
):
    files = {"own.yaml": NO_TAPER, "ours.yaml": SHEET}
    shown = page.choose("/protocol", "protocol_file", files, **FORM)
    assert '<option value="ours.yaml">ours.yaml</option>' in shown.html
    chosen = {**FORM, **shown.carried(), "protocol": "own.yaml", "regimen": "ours.yaml"}
    (tmp_path / "ours.yaml").write_text(SHEET)
    (tmp_path / "own.yaml").write_text(NO_TAPER)
    file = page.post("/papers/save", {**chosen, "output": "yaml"}).data
    (tmp_path / "IIM-001.yaml").write_bytes(file)
    told = command(tmp_path, "--regimen", str(tmp_path / "ours.yaml"))
    assert page.post("/papers/save", {**chosen, "output": "json"}).json == told


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"own.yaml": WITH_SHEET, "ours.yaml": SHEET.replace("mg: 25", "mg: x")}, "ours.yaml: "),
        ({"a.yaml": OWN, "b.yaml": OWN}, "protocol is in 2 files ('a.yaml' and 'b.yaml'); allowed"),
        ({"IIM-001.yaml": NAMED_BY_PATH}, "protocol is the file of a participant; allowed: "),
        ({"own.yaml": WITH_SHEET, "ours.txt": SHEET}, "'ours.txt'; allowed: a file named .yaml"),
        ({"a/ours.yaml": SHEET, "b/ours.yaml": f"{SHEET}#"}, "the file is 'ours.yaml' twice"),
        ({"own.yaml": NO_TAPER, "regimens/own.yaml": SHEET}, "the file is 'own.yaml' twice"),
        (
            {"own.yaml": OWN, "ours.yaml": f"{SHEET}#{'x' * 130_700}"},
            "larger than 128 KiB together",
        ),
    ],
)
def test_what_is_wrong_with_one_of_them_is_said_beside_the_field(page: Page, files, said: str):
    shown = page.choose("/protocol", "protocol_file", files, **FORM)
    assert shown.status == 422
    assert said in shown.beside("protocol_file")
    assert re.search(r'id="dose_mg"[^>]*value="25"', shown.html)


def test_a_file_that_cannot_be_opened_takes_nothing_of_what_was_typed(page: Page):
    shown = page.choose("/open", "file", {"x.yaml": "a: ["}, **FORM)
    assert shown.status == 422
    assert "allowed: " in shown.beside("file")
    assert re.search(r'id="dose_mg"[^>]*value="25"', shown.html)
    nothing = page.post("/open", FORM)
    assert "participant is missing; allowed: the file of a participant" in nothing.beside("file")


def test_another_regimen_takes_nothing_away_from_those_that_are_open(page: Page):
    """The protocol that is open names one of them."""
    first = page.choose("/protocol", "protocol_file", BOTH, **FORM)
    carried = {**FORM, **first.carried(), "protocol": "own.yaml"}
    another = {"other.yaml": SHEET.replace("id: ours", "id: other")}
    shown = page.choose("/protocol", "protocol_file", another, **carried)
    assert "Open now: own.yaml, ours.yaml, other.yaml" in shown.text
    assert "No calendar yet" not in shown.text
    large = {"large.yaml": f"{SHEET}#{'x' * 130_000}"}
    refused = page.choose("/protocol", "protocol_file", large, **{**carried, **shown.carried()})
    said = "own.yaml, ours.yaml, other.yaml and large.yaml is larger than 128 KiB together"
    assert said in refused.beside("protocol_file")
    assert refused.file("own_sheets") == shown.file("own_sheets")


def test_no_regimen_takes_the_place_of_one_that_a_protocol_of_the_server_names():
    of_server = WITH_SHEET.replace("regimens/ours.yaml", "ours.yaml").replace("id: own", "id: srv")
    offered = {"srv.yaml": of_server.encode(), "ours.yaml": SHEET.encode()}
    settings = Settings(protocols=offered)
    page = Page(Client(create_app(settings, Here(settings), lambda: TODAY)))
    other = SHEET.replace("{mg: 15, days: 14}", "{mg: 15, days: 28}")
    shown = page.choose("/protocol", "protocol_file", {"ours.yaml": other}, **FORM)
    assert shown.status == 422
    said = "'ours.yaml', which this server has too, and otherwise; allowed: another name"
    assert said in shown.beside("protocol_file")
    same = page.choose("/protocol", "protocol_file", {"ours.yaml": SHEET}, **FORM)
    assert same.status == 200


TWO_OF_ONE_NAME = """\
events:
  - {type: set-dose, date: 2026-05-10, dose_mg: 25, days: 3, regimen: a/ours.yaml, reason: x}
  - {type: set-dose, date: 2026-05-16, dose_mg: 25, days: 3, regimen: b/ours.yaml, reason: x}
"""
AMENDED = """\
events:
  - {type: amendment, date: 2026-05-15, protocol: v2/own.yaml}
"""


@pytest.mark.parametrize(
    ("events", "files"),
    [
        (TWO_OF_ONE_NAME, {"ours.yaml": SHEET, "own.yaml": OWN}),
        (TWO_OF_ONE_NAME.replace("b/ours", "a/ours"), BOTH),
        (AMENDED, {"own.yaml": OWN}),
        (AMENDED.replace("v2/", ""), {"own.yaml": OWN}),
    ],
)
def test_one_file_is_not_taken_for_two_that_are_called_alike(page: Page, events: str, files):
    """Which of them was chosen is not known: a browser tells no folder."""
    shown = page.choose("/open", "file", {"x.yaml": NAMED_BY_PATH + events, **files})
    assert shown.status == 422
    assert "not among those that are offered here" in shown.text
    assert "No calendar yet" in shown.text


def test_a_regimen_that_several_events_name_is_found_by_its_name(page: Page):
    events = TWO_OF_ONE_NAME.replace("b/ours", "a/ours")
    files = {"x.yaml": NAMED_BY_PATH + events, "own.yaml": OWN, "ours.yaml": SHEET}
    shown = page.choose("/open", "file", files, today="2026-05-20")
    assert shown.status == 200
    assert "IIM-001, Wednesday, May 20, 2026" in shown.text


def test_a_path_may_be_written_on_another_system(page: Page):
    files = {"own.yaml": WITH_SHEET.replace("regimens/ours", r"regimens\ours"), "ours.yaml": SHEET}
    shown = page.choose("/protocol", "protocol_file", files, **FORM)
    assert "IIM-001, Wednesday, May 20, 2026" in shown.text


def test_sheets_that_a_stranger_puts_in_their_place_are_none(page: Page):
    for own in ("[1]", '{"ours.yaml": 1}', "[" * 100_000, "no"):
        assert page.press(own_sheets=packed(own)).status == 200
