"""The page in Chromium: what is typed, pressed, saved and heard, as its readers do it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download, Page, expect, sync_playwright
from typer.testing import CliRunner
from web.asking import FORM, OWN, sample
from web.serving import ALONE, CHROMIUM, serving

import taper
from taper.cli import app
from taper.record.ledger import LEDGER
from taper.signing import codes

TYPED = {key: value for key, value in FORM.items() if key not in ("protocol", "drug", "locale")}
REFUSED = ("409", "422", "404", "502", "503")
"""What a browser complains of although it is meant so."""
PATIENCE = 120_000
"""Milliseconds: a machine that does much else prints slowly."""
NARROW = {"width": 320, "height": 800}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, and beside it its source of two files of which one was written."""
    home = tmp_path_factory.mktemp("served")
    (home / "source").mkdir()
    (home / "source" / "IIM-001.yaml").write_text(sample("IIM-001"), encoding="utf-8")
    first = ["batch", str(home / "source"), "--out", str(home / "out"), "--format", "json"]
    done = CliRunner().invoke(app, [*first, "--today", "2026-05-14"])
    assert done.exit_code == 0, done.output
    (home / "source" / "IIM-003.yaml").write_text(sample("IIM-003"), encoding="utf-8")
    return home / "out"


@pytest.fixture(scope="module")
def address(written: Path) -> Iterator[str]:
    """The page with that folder opened."""
    with serving("--folder", str(written), "--source", str(written.parent / "source")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the page; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    @contextmanager
    def open_page(**how: Any) -> Iterator[Page]:
        context = browser.new_context(locale="en-US", **how)
        context.set_default_timeout(PATIENCE)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text))
        tab.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        tab.goto(address)
        yield tab
        context.close()

    yield open_page
    assert [each for each in complaints if not set(REFUSED) & {*each.split()}] == []


def fill(tab: Page, **fields: str) -> None:
    for name, value in {**TYPED, **fields}.items():
        tab.fill(f"#{name}", value)


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def typed_file(tab: Page, folder: Path) -> Path:
    with tab.expect_download() as download:
        tab.get_by_role("button", name="YAML").click()
    return saved(download.value, folder)


def carried(pdf: Path) -> Any:
    """The plan that rides along in a PDF."""
    with pikepdf.open(pdf) as read:
        (plan,) = read.attachments.values()
        return json.loads(plan.get_file().read_bytes())


# A calendar -------------------------------------------------------------------------------------


def test_a_typed_calendar_is_printed_with_the_plan_of_the_command_line(opened, tmp_path):
    """The PDF carries the same plan_id as the file that was saved beside it is planned with."""
    with opened() as tab:
        fill(tab)
        expect(tab.locator(".today .dose b")).to_have_text("20\xa0mg")
        with tab.expect_download() as download:
            tab.get_by_role("button", name="PDF: calendar").click(no_wait_after=True)
        pdf = saved(download.value, tmp_path)
        file = typed_file(tab, tmp_path)
    done = CliRunner().invoke(app, ["plan", str(file), "--today", "2026-05-20", "--format", "json"])
    assert carried(pdf)["plan_id"] == json.loads(done.stdout)["plan_id"]


def test_a_paper_is_opened_in_a_tab_of_its_own(opened):
    with opened() as tab:
        fill(tab)
        expect(tab.locator(".today .dose b")).to_be_visible()
        with tab.context.expect_event("request", lambda sent: "/papers/show" in sent.url) as asked:
            tab.get_by_role("button", name="Open to print: wallet card").click()
        answered = asked.value.response()
        assert answered is not None
        assert answered.headers["content-type"] == "application/pdf"
        assert answered.headers["content-disposition"].startswith("inline")


def test_what_is_wrong_is_said_beside_its_field_while_it_is_typed(opened):
    with opened() as tab:
        fill(tab)
        expect(tab.locator(".today")).to_be_visible()
        tab.fill("#dose_mg", "2O")
        expect(tab.locator("#mistake-dose_mg")).to_contain_text("'2O'; allowed: ")
        expect(tab.locator("#dose_mg")).to_have_attribute("aria-invalid", "true")
        expect(tab.locator(".today")).to_have_count(0)
        tab.fill("#dose_mg", "20")
        expect(tab.locator("#mistake-dose_mg")).to_be_empty()
        expect(tab.locator(".today .dose b")).to_have_text("17.5\xa0mg")


def test_another_protocol_asks_for_its_own_infusions(opened):
    with opened() as tab:
        fill(tab)
        tab.fill("#infusion_2", "")
        tab.select_option("#protocol", "ulsc-phase1")
        tab.focus("#infusion_1")
        expect(tab.locator("#infusion_6")).to_have_count(0)
        expect(tab.locator("#infusion_1")).to_have_value("2026-01-31")
        expect(tab.locator("#infusion_1")).to_be_focused()  # though its field is a new one
        tab.locator("#regimen").select_option("ese-es-2024-fast")
        expect(tab.locator("#result")).to_contain_text("regimen ese-es-2024-fast was chosen")


def test_where_the_server_does_not_answer_no_old_calendar_stays(opened):
    with opened() as tab:
        fill(tab)
        expect(tab.locator(".today")).to_be_visible()
        body = json.dumps({"detail": "Too much is asked at once; allowed: the same in a while."})
        tab.route("**/preview*", lambda route: route.fulfill(status=503, body=body))
        tab.fill("#dose_mg", "11")
        expect(tab.locator("#result")).to_have_text(json.loads(body)["detail"])
        tab.route("**/preview*", lambda route: route.fulfill(status=502, body="<html>"))
        tab.fill("#dose_mg", "10")
        expect(tab.locator("#result")).to_have_text(
            "The server does not answer: there is no calendar of what is typed now."
        )


# An event, and coming back ----------------------------------------------------------------------


def test_a_flare_is_two_clicks_and_gives_calendar_and_notice(opened, tmp_path):
    with opened() as tab:
        fill(tab)
        expect(tab.locator(".today")).to_be_visible()
        tab.get_by_role("button", name="Flare: hold the dose from today").click()
        expect(tab.locator("h1")).to_have_text("IIM-001: flare of 2026-05-20")
        expect(tab.locator(".doses b")).to_have_text(["20\xa0mg prednisone"] * 2)
        tab.get_by_role("button", name="Take it over").click()
        expect(tab.get_by_role("status").first).to_contain_text("flare of 2026-05-20")
        expect(tab.get_by_role("button", name="PDF: change notice")).to_be_visible()
        file = typed_file(tab, tmp_path)
    plan = taper.plan(None, file, today="2026-05-20")
    assert plan.state == "open-flare"


def test_a_saved_file_is_opened_to_go_on_from(opened, tmp_path):
    file = tmp_path / "IIM-001.yaml"
    file.write_text(sample("IIM-001"), encoding="utf-8")
    with opened() as tab:
        tab.get_by_text("Go on from a participant's file").click()
        tab.set_input_files("#file", file)
        tab.get_by_role("button", name="Open", exact=True).click()
        expect(tab.locator("#participant")).to_have_value("IIM-001")
        tab.fill("#phone", "555-0199")
        expect(tab.locator("#result")).not_to_have_attribute("aria-busy", "true")
        again = typed_file(tab, tmp_path)
    was, now = sample("IIM-001").splitlines(), again.read_text(encoding="utf-8").splitlines()
    assert [line for line in was if line not in now] == [line for line in was if "phone" in line]
    assert [line for line in now if line not in was] == [line for line in now if "0199" in line]


def test_what_is_ticked_as_right_is_shown_at_once(opened, tmp_path):
    file = tmp_path / "IIM-001.yaml"
    file.write_text(f"{sample('IIM-001')}weight_kg: 70\n", encoding="utf-8")
    with opened() as tab:
        tab.get_by_text("Go on from a participant's file").click()
        tab.set_input_files("#file", file)
        tab.get_by_role("button", name="Open", exact=True).click()
        tab.fill("#weight_kg", "154")
        expect(tab.get_by_text("No calendar yet")).to_be_visible()
        tab.check("#right")
        expect(tab.get_by_text("No calendar yet")).to_have_count(0)
        expect(tab.locator("#right")).to_be_checked()
        expect(tab.locator("#right")).to_be_focused()


def test_the_fields_of_an_event_are_those_that_it_has(opened):
    with opened() as tab:
        tab.get_by_text("Another event, or another day").click()
        tab.select_option("#event_type", "weight")
        expect(tab.locator("#event_kg")).to_be_visible()
        expect(tab.locator("#event_resolved")).to_be_hidden()
        tab.select_option("#event_type", "flare")
        expect(tab.locator("#event_resolved")).to_be_visible()
        expect(tab.locator("#event_kg")).to_be_hidden()


# In other ways ----------------------------------------------------------------------------------


def test_without_scripts_a_button_does_all_of_it(opened, tmp_path):
    with opened(java_script_enabled=False) as tab:
        fill(tab, dose_mg="x")
        tab.get_by_role("button", name="Show the calendar").click()
        assert "'x'; allowed: " in (tab.locator("#mistake-dose_mg").text_content() or "")
        tab.fill("#dose_mg", "25")
        tab.get_by_role("button", name="Show the calendar").click()
        assert tab.locator(".today .dose b").text_content() == "20\xa0mg"
        assert tab.url.endswith("#result")
        tab.fill("#dose_mg", "20")  # and the calendar of 25 mg still stands there
        tab.get_by_role("button", name="YAML").click()
        assert "makes another calendar" in (tab.get_by_role("alert").text_content() or "")
        assert tab.locator(".today .dose b").text_content() == "17.5\xa0mg"
        tab.fill("#dose_mg", "25")
        tab.get_by_role("button", name="Show the calendar").click()
        tab.get_by_role("button", name="Flare: hold the dose from today").click()
        tab.get_by_role("button", name="Take it over").click()
        assert "flare" in typed_file(tab, tmp_path).read_text(encoding="utf-8")


def test_by_keyboard_alone_a_calendar_is_made_and_saved(opened, tmp_path):
    with opened() as tab:
        tab.keyboard.press("Tab")
        expect(tab.get_by_text("To the content")).to_be_focused()
        tab.keyboard.press("Enter")
        for wanted in ("participant", "dose_mg", "infusion_1", "infusion_2"):
            _tab_to(tab, wanted)
            is_date = wanted.startswith("infusion")
            year, month, day = FORM[wanted].split("-") if is_date else ("", "", "")
            tab.keyboard.type(f"{month}{day}{year}" if is_date else FORM[wanted])
        expect(tab.locator(".today")).to_be_visible()
        _tab_to_button(tab, "yaml")
        with tab.expect_download() as download:
            tab.keyboard.press("Enter")
        plan = taper.plan(None, saved(download.value, tmp_path), today="2026-05-20")
    assert plan.participant == "IIM-001"


def _tab_to(tab: Page, id_: str) -> None:
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == id_:
            return
    raise AssertionError(f"no way to {id_} by Tab")


def _tab_to_button(tab: Page, value: str) -> None:
    for _ in range(120):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.value") == value:
            return
    raise AssertionError(f"no way to {value} by Tab")


def test_axe_finds_no_violation_on_any_page(opened):
    """WCAG 2.2 AA at 320 pixels, where nothing goes over the edge."""
    with opened(viewport=NARROW) as tab:
        look(tab)
        fill(tab, dose_mg="6")  # of which there are few days
        expect(tab.locator(".today")).to_be_visible()
        tab.get_by_text("Another event, or another day").click()
        look(tab)
        tab.get_by_role("button", name="Flare: hold the dose from today").click()
        expect(tab.locator(".doses")).to_be_visible()
        look(tab)
        tab.goto(f"{tab.url.partition('?')[0]}nowhere")
        look(tab)


def look(tab: Page) -> None:
    """No violation, nothing over the edge, and letters to be read in the dark too."""
    axe = Axe()
    found = axe.run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["violations"] == [], found.generate_report()
    size = tab.viewport_size
    assert size is not None
    assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
    tab.emulate_media(color_scheme="dark")
    found = axe.run(tab, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    assert found.response["violations"] == [], found.generate_report()
    tab.emulate_media(color_scheme="light")


def test_axe_finds_no_violation_in_a_wide_window_where_something_is_wrong(opened):
    with opened() as tab:
        fill(tab, dose_mg="6")
        expect(tab.locator(".today")).to_be_visible()
        look(tab)
        tab.fill("#dose_mg", "x")
        expect(tab.locator(".none")).to_be_visible()
        look(tab)


def test_numbers_and_regimens_have_no_violation(opened, tmp_path):
    """At 320 pixels, by buttons alone."""
    file = tmp_path / "IIM-001.yaml"
    file.write_text(sample("IIM-001"), encoding="utf-8")
    with opened(viewport=NARROW) as tab:
        tab.get_by_role("link", name="Numbers").click()
        tab.fill("#dose_1", "20")
        tab.fill("#drug_1", "hydrocortisone")
        tab.get_by_role("button", name="Convert").click()
        expect(tab.locator(".came .dose b")).to_have_text("5\xa0mg")
        look(tab)
        tab.fill("#dose_1", "x")
        tab.get_by_role("button", name="Convert").click()
        expect(tab.locator("#mistake-dose_1")).to_contain_text("'x'; allowed: ")
        tab.set_input_files("#file", file)
        tab.get_by_role("button", name="Count the tablets").click()
        look(tab)
        tab.get_by_role("link", name="Regimens").click()
        tab.get_by_text("Fill in from a participant's file").click()
        tab.set_input_files("#file", file)
        tab.get_by_role("button", name="Open").click()
        expect(tab.locator(".drawing svg")).to_be_visible()
        look(tab)


def test_a_schedule_and_a_protocol_of_ones_own_have_no_violation(opened, tmp_path):
    protocol = tmp_path / "own.yaml"
    protocol.write_text(OWN, encoding="utf-8")
    with opened(viewport=NARROW) as tab:
        tab.get_by_role("link", name="Check a schedule").click()
        tab.fill("#steps", "20 mg twice daily")
        tab.get_by_role("button", name="Check it").click()
        expect(tab.locator("#mistake-steps")).to_contain_text("allowed: ")
        tab.fill("#steps", "prednisone 20 mg 7 days, then 15 mg 7 days\ntotal 20 days")
        tab.get_by_role("button", name="Check it").click()
        expect(tab.get_by_role("status")).to_contain_text("says 20 days in all")
        look(tab)
        with tab.expect_download() as download:
            tab.get_by_role("button", name="JSON").click()
        assert json.loads(saved(download.value, tmp_path).read_text())["mg_in_all"]
        tab.get_by_role("link", name="Calendar").click()
        fill(tab, dose_mg="6")
        tab.get_by_text("A protocol of your own").click()
        tab.set_input_files("#protocol_file", protocol)
        tab.get_by_role("button", name="Open the protocol").click()
        expect(tab.locator("#protocol")).to_have_value("own.yaml")
        tab.get_by_text("Visits", exact=True).click()
        tab.get_by_label("Visit 5", exact=True).fill("2026-06-03")
        expect(tab.locator("#result")).not_to_have_attribute("aria-busy", "true")
        assert "{name: Visit 5, date: 2026-06-03}" in typed_file(tab, tmp_path).read_text()
        look(tab)


def code_of(written: Path, plan_id: str) -> str:
    """The text of the code on the calendar of IIM-001, or of another plan under its name."""
    (line,) = (
        each
        for each in map(json.loads, (written / LEDGER).read_text("utf-8").splitlines())
        if each.get("participant") == "IIM-001"
    )
    day = date.fromisoformat(line["issued"])
    return codes.code("IIM-001", plan_id or line["plan_id"], 1, day, "calendar").text


def test_a_site_has_no_violation_from_its_board_to_a_batch_that_was_written(opened, written):
    """At 320 pixels: board, participant, audit, verdicts of verify, rows and run."""
    with opened(viewport=NARROW) as tab:
        tab.get_by_role("link", name="Site").click()
        look(tab)
        tab.get_by_role("link", name="IIM-001").first.click()
        expect(tab.locator("h1")).to_have_text("IIM-001")
        look(tab)
        tab.get_by_role("link", name="Site").click()
        tab.get_by_role("link", name="Audit the folder").click()
        expect(tab.get_by_role("status")).to_have_text("Everything agrees")
        look(tab)
        tab.get_by_role("link", name="Site").click()
        tab.fill("#code", "nonsense")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("alert")).to_contain_text("allowed: ")
        for plan, kind in (("", "good"), ("0" * 64, "bad")):
            tab.fill("#code", code_of(written, plan))
            tab.keyboard.press("Enter")
            expect(tab.locator(f".verdict.{kind}")).to_be_visible()
            look(tab)
        tab.get_by_role("button", name="Look at every row").click()
        expect(tab.get_by_role("status")).to_contain_text("1 new, 1 unchanged")
        look(tab)
        tab.get_by_role("button", name="Write").click()
        expect(tab.get_by_role("status")).to_contain_text("Written.")
        look(tab)


def test_a_site_works_without_scripts_and_by_keyboard_alone(opened):
    with opened(java_script_enabled=False) as tab:
        tab.get_by_role("link", name="Site").focus()
        tab.keyboard.press("Enter")
        tab.get_by_role("button", name="Look at every row").focus()
        tab.keyboard.press("Enter")
        assert "IIM-003" in tab.locator("tbody").inner_text()


def test_by_keyboard_alone_a_schedule_is_checked(opened):
    with opened() as tab:
        tab.get_by_role("link", name="Check a schedule").click()
        _tab_to(tab, "steps")
        tab.keyboard.type("prednisone 20 mg 7 days")
        for _ in range(6):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.textContent") == "Check it":
                break
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("status")).to_have_text("Nothing in it contradicts.")


def test_enter_in_a_field_shows_the_calendar_where_no_script_is(opened):
    with opened(java_script_enabled=False) as tab:
        fill(tab)
        tab.focus("#dose_mg")
        tab.keyboard.press("Enter")
        assert tab.locator(".today .dose b").text_content() == "20\xa0mg"


def test_on_paper_stands_what_was_computed_and_nothing_to_press(opened):
    with opened() as tab:
        fill(tab, dose_mg="6")
        expect(tab.locator(".today")).to_be_visible()
        tab.emulate_media(media="print")
        expect(tab.locator(".today .dose b")).to_be_visible()
        expect(tab.locator(".banner")).to_be_visible()
        for gone in ("#participant", ".top nav", ".papers", ".today button", ".happened"):
            expect(tab.locator(gone).first).to_be_hidden()


def test_what_came_of_it_is_read_and_saved_with_no_violation(opened, tmp_path):
    """Pictures, and tables with all their columns, at 320 pixels."""
    with opened(viewport=NARROW) as tab:
        tab.get_by_role("link", name="Site").click()
        tab.get_by_role("link", name="Did the steroid come down?").click()
        tab.fill("#at", "6m")
        tab.get_by_role("button", name="Show what came of it").click()
        expect(tab.locator("#came-title")).to_contain_text("2 participants")
        expect(tab.locator(".drawing svg")).not_to_have_count(0)
        look(tab)
        with tab.expect_download() as download:
            tab.get_by_role("button", name="XLSX").click()
        assert saved(download.value, tmp_path).read_bytes().startswith(b"PK")
