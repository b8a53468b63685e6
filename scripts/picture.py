"""Draws the pictures of README and docs: a page of a calendar, and the pages in a browser.

`make picture` after a change of their look; needs Chromium. Every picture has a day of its own, so
that it is the same whenever it is drawn.
"""

import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from typer.testing import CliRunner
from waitress.server import create_server

from taper.cli import app
from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.work import Here

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from web.asking import FORM, TODAY  # noqa: E402 - the first sample, as the tests type it
from web.serving import ALONE, CHROMIUM, free_port, serving  # noqa: E402

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
    tab.evaluate("scrollTo(0, 0)")  # typing has brought the last field into view
    yield tab.screenshot()
    tab.locator("#result").evaluate("found => found.scrollIntoView()")
    yield tab.screenshot()
    tab.get_by_role("button", name="Flare").click()
    tab.wait_for_selector(".doses")
    yield tab.screenshot()
    context.close()


STEPS = "prednisone\n20 mg for 7 days\n15 mg for 7 days\n10 mg for 2 weeks\ntotal 30 days"


def pasted(browser: Browser, address: str) -> bytes:
    """Somebody else's schedule, and what came of it."""
    tab = browser.new_page(viewport=WIDE, locale="en-US")
    tab.goto(f"{address}/schedule")
    tab.fill("#steps", STEPS)
    tab.fill("#start", "2026-06-01")
    tab.fill("#strengths", "20, 5")
    tab.get_by_role("button", name="Check it").click()
    tab.locator(".came").evaluate("found => found.scrollIntoView()")
    return tab.screenshot()


@contextmanager
def site() -> Iterator[str]:
    """A page with an open folder in which somebody has another dose since, on the samples' day."""
    with tempfile.TemporaryDirectory() as home:
        source, out = Path(home, "riverside"), Path(home, "calendars")
        shutil.copytree(
            ROOT / "sample_patients", source, ignore=shutil.ignore_patterns("IIM-00[67]*")
        )
        written(source, out)
        (changed,) = source.glob("IIM-001*")
        changed.write_text(
            changed.read_text("utf-8").replace("dose_mg: 25", "dose_mg: 20"), "utf-8"
        )
        written(source, out, "--accept-past", "J. Doe, typed wrongly")
        settings = Settings(port=free_port(), folder=out, source=source)
        page = create_app(settings, Here(settings), lambda: TODAY)
        served = create_server(page, host=settings.host, port=settings.port)
        threading.Thread(target=served.run, daemon=True).start()
        yield f"http://{settings.host}:{settings.port}/site"
        served.close()


def written(source: Path, out: Path, *more: str) -> None:
    """A batch as a site writes it."""
    words = ["batch", str(source), "--out", str(out), "--format", "json", "--today", "2026-05-14"]
    CliRunner().invoke(app, [*words, *more])


def printed() -> Image.Image:
    """A page of a calendar."""
    with tempfile.TemporaryDirectory() as out:
        (sample,) = map(str, (ROOT / "sample_patients").glob("IIM-001*"))
        words = ["plan", sample, "--today", f"{TODAY}", "--format", "pdf", "--out", out]
        CliRunner().invoke(app, words)
        with pypdfium2.PdfDocument(Path(out, "IIM-001.pdf")) as calendar:
            return calendar[FULL - 1].render(scale=1.25).to_pil()


def swimmer() -> bytes:
    """What the sample participants of a phase took, a bar each."""
    samples = ROOT / "sample_results"
    with tempfile.TemporaryDirectory() as drawn:
        words = ["results", f"{samples / 'phase-1'}", "--diary", f"{samples / 'diary.csv'}"]
        words += ["--flag", "P1-05", "--today", "2026-11-23", "--pictures", drawn]
        CliRunner().invoke(app, words)
        return Path(drawn, "swimmer.png").read_bytes()


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
    draw(pasted(browser, address), "web-schedule")
    with site() as opened:
        tab = browser.new_page(viewport=WIDE, locale="en-US")
        tab.goto(opened)
        draw(tab.screenshot(), "web-site")
    browser.close()

draw(swimmer(), "results-swimmer")
printed().quantize(32).save(ROOT / "docs" / "images" / "calendar-page.png", optimize=True)
