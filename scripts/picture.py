"""Draws the pictures of README and docs: a page of a calendar, and the page in a browser.

`make picture` after a change of their look; needs `make demo` to have been run, and Chromium.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from web.asking import FORM  # noqa: E402 - the first sample, as the tests type it
from web.serving import ALONE, CHROMIUM, serving  # noqa: E402

IMAGES = ROOT / "docs" / "images"
FULL = 4
"""The number of a page that is all plan, with new doses and an infusion."""
WIDE, NARROW = {"width": 900, "height": 1000}, {"width": 320, "height": 700}
COLOURS = 64


def typed(browser: Browser, address: str, **how: object) -> Iterator[bytes]:
    """The form as it is filled, and what comes of it."""
    context = browser.new_context(locale="en-US", **how)  # type: ignore[arg-type] - as below
    tab = context.new_page()
    tab.goto(address)
    for name, value in FORM.items():
        if name not in ("protocol", "drug", "locale"):
            tab.fill(f"#{name}", value)
    tab.wait_for_selector(".today .dose")
    tab.wait_for_selector("#result:not([aria-busy])")
    yield tab.screenshot()
    tab.locator("#result").evaluate("found => found.scrollIntoView()")
    yield tab.screenshot()
    tab.get_by_role("button", name="Flare").click()
    tab.wait_for_selector(".doses")
    yield tab.screenshot()
    context.close()


def draw(data: bytes, name: str) -> None:
    """Keep a picture in few colours."""
    picture = Image.open(BytesIO(data)).convert("RGB")
    picture.quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


with serving() as address, sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
    for name, data in zip(
        ("web-form", "web-calendar", "web-flare"),
        typed(browser, address, viewport=WIDE),
        strict=True,
    ):
        draw(data, name)
    _, narrow, _ = typed(browser, address, viewport=NARROW, color_scheme="dark")
    draw(narrow, "web-narrow")
    browser.close()

with pypdfium2.PdfDocument(ROOT / "calendars" / "IIM-001.pdf") as calendar:
    picture = calendar[FULL - 1].render(scale=1.25).to_pil()
picture.quantize(32).save(ROOT / "docs" / "images" / "calendar-page.png", optimize=True)
