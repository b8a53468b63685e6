"""A page that never ends, or wants all memory there is, costs its participant the paper and nobody
else theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from pdf import papers
from pdf.papers import PAPERS, paper, printed
from pdf.plans import ISSUED
from proving import every

import taper
from taper.confined import limits, process
from taper.errors import EnvironmentLacking, ExitCode, Refusal, TaperError
from taper.folder.outcomes import Tally
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Format
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper.documents import Paper, Press
from taper.paper.press import child, pdf
from taper.paper.press.limited import CHILD, Limited
from taper.paper.press.renderer import RenderingFailed
from taper.workers.pool import Pool

HTML = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body>{}</body></html>'
FINE = HTML.format("<p>5 mg</p>")
HANGS = HTML.format('<div style="display: flex">' * 30 + "<p>5 mg</p>" + "</div>" * 30)
"""Each box is laid out twice for the one around it."""
EATS = HTML.format('<table><tbody><tr><td colspan="9000000">5 mg</td></tr></tbody></table>')
"""A table of so many columns."""
AMPLE = Limited(seconds=600, memory_mb=2000)
PATIENT, IMPATIENT = Limited(seconds=600), Limited(seconds=1)
"""Of one process: how long it may take is told with each page."""


def page(press: Press, html: str, who: str = "IIM-001") -> bytes:
    return press(html, who=who, issued=ISSUED)


def refusal(press: Press, html: str) -> str:
    with pytest.raises(TaperError) as refused:
        page(press, html)
    return str(refused.value)


# The same bytes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_that_keeps_to_its_limits_has_the_same_bytes(kind: str) -> None:
    """§10.8.4."""
    assert printed(papers.PLANS["provisional"], kind, AMPLE) == paper("provisional", kind)


def test_what_is_wrong_with_a_page_is_said_in_the_same_words() -> None:
    with pytest.raises(RenderingFailed, match="Ignored"):
        page(AMPLE, HTML.format('<p style="no-such-property: 1">x</p>'))
    with pytest.raises(Refusal, match=r"IIM-001: the printed text is .*U\+2610") as refused:
        page(AMPLE, HTML.format("<p>&#9744;</p>"))
    assert refused.value.problems[0].who == "IIM-001"


# What is too long or too large ------------------------------------------------------------------


def test_a_page_that_hangs_is_ended_and_the_next_is_printed() -> None:
    """§10.8.4."""
    assert refusal(IMPATIENT, HANGS) == (
        "IIM-001: the time to print is more than 1 second; allowed: at most 1 second."
    )
    assert page(PATIENT, FINE) == page(pdf.write_calendar, FINE)


def test_a_page_that_eats_memory_is_ended_and_the_next_is_printed() -> None:
    """§10.8.4."""
    press = Limited(memory_mb=150)
    assert refusal(press, EATS) == (
        "IIM-001: the memory to print is more than 150 MB, or than the machine has; allowed: at "
        "most 150 MB."
    )
    assert page(press, FINE) == page(pdf.write_calendar, FINE)


def test_a_library_that_ends_the_process_that_prints_is_a_sentence(monkeypatch) -> None:
    """§10.8.4: as Fontconfig does, which gets too little memory and takes no care."""
    began = process._Child

    def ended(limits: process.Confined) -> process._Child:
        child = began(limits)
        os.kill(child.process_id, signal.SIGSEGV)
        return child

    monkeypatch.setattr(process, "_Child", ended)
    process.end_kept(CHILD)
    for press, said in (
        (Limited(memory_mb=4000), "more than 4000 MB, or than the machine has; allowed: at most"),
        (Limited(seconds=60), "was ended from outside, perhaps for want of memory; allowed: one"),
    ):
        with pytest.raises(TaperError, match=said):
            page(press, FINE)
        process.end_kept(CHILD)


@dataclass(frozen=True)
class Spoiling:
    """A press, and one that is given another page in the place of one participant's."""

    press: Press
    spoiled: Press
    html: str
    who: str = "IIM-002"

    def __call__(
        self, html: str, *, who: str, issued: date, attachment: bytes | None = None
    ) -> bytes:
        if who == self.who:
            return self.spoiled(self.html, who=who, issued=issued, attachment=attachment)
        return self.press(html, who=who, issued=issued, attachment=attachment)


PARTICIPANT = """\
participant: {id}
protocol: iimpact
steroid: {{drug: prednisone, dose_mg: 5, strengths: [5]}}
infusions: [{{number: 2, date: 2026-04-30}}]
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three participants whose calendars have few pages."""
    folder = tmp_path_factory.mktemp("people")
    for id_ in ("IIM-001", "IIM-002", "IIM-003"):
        (folder / f"{id_}.yaml").write_text(PARTICIPANT.format(id=id_))
    return folder


def batch(
    people: Path, out: Path, press: Press | None
) -> tuple[Tally, list[str], dict[str, bytes]]:
    """Printed by a press: the tally, what was refused, and the PDFs."""
    tally, refused = Tally(), []
    wanted = outputs.chosen([Format.PDF], [Paper.CALENDAR])
    with Pool.of(1) as pool:
        asked = Asked(source=people, out=out, outputs=tuple(wanted), today=ISSUED)
        for outcome in runs.batch(asked, pool=pool, press=press):
            tally.add(outcome)
            refused += map(str, outcome.refused)
    return tally, refused, {path.name: path.read_bytes() for path in out.glob("*.pdf")}


@pytest.fixture(scope="module")
def usual(people: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The PDFs that are printed without any limits."""
    return batch(people, tmp_path_factory.mktemp("usual"), None)[2]


SMALL = Limited(memory_mb=200)
WRONG = {
    "hangs": (PATIENT, IMPATIENT, HANGS, "the time to print is more than 1 second"),
    "eats memory": (
        SMALL,
        SMALL,
        EATS,
        "the memory to print is more than 200 MB, or than the machine has",
    ),
}
"""How each is printed, how the one that is wrong, what is wrong, and what is said. A page that eats
memory is looked at by itself above; here in the long run."""


@pytest.mark.parametrize("wrong", every(2, WRONG, in_prove=1))
def test_a_batch_prints_the_others_and_says_who_was_refused(
    people: Path, usual: dict[str, bytes], tmp_path: Path, wrong: str
) -> None:
    """§10.8.4."""
    press, spoiled, html, said = WRONG[wrong]
    tally, refused, files = batch(people, tmp_path, Spoiling(press, spoiled, html))
    assert tally.exit_code is ExitCode.SOME_REFUSED
    assert len(refused) == 1
    assert refused[0].startswith(f"IIM-002: {said}; allowed: ")
    assert files == {name: data for name, data in usual.items() if name != "IIM-002.pdf"}


# The process that prints ------------------------------------------------------------------------


@pytest.fixture
def started() -> list[str]:
    """The processes that this one starts from now on, by the module that they run."""
    modules: list[str] = []

    def hear(event: str, details: tuple[object, ...]) -> None:
        if event == "subprocess.Popen" and hear in listening:
            modules.append(details[1][-1])  # type: ignore[index]

    process.end_kept(child.__name__)
    listening = [hear]
    sys.addaudithook(hear)
    yield modules  # type: ignore[misc]
    listening.clear()  # a hook cannot be taken back


def test_one_process_prints_page_after_page_while_it_behaves(started: list[str]) -> None:
    press = Limited(seconds=601)
    for _ in range(3):
        page(press, FINE)
    assert started == [child.__name__]


def test_a_process_that_was_ended_from_outside_is_replaced(started: list[str]) -> None:
    press = Limited(seconds=602)
    first = page(press, FINE)
    os.kill(kept_process(), signal.SIGTERM)
    assert page(press, FINE) == first
    assert started == [child.__name__] * 2


def test_a_process_that_does_not_even_listen_is_ended_in_time() -> None:
    first = page(PATIENT, FINE)
    os.kill(kept_process(), signal.SIGSTOP)
    more_than_a_pipe_holds = FINE.replace("</p>", "</p>" + "<!-- x -->" * 100_000)
    assert "more than 1 second" in refusal(IMPATIENT, more_than_a_pipe_holds)
    assert page(PATIENT, FINE) == first


def kept_process() -> int:
    kept = process.kept(child.__name__)
    assert kept is not None
    return kept


def test_what_earlier_pages_left_in_memory_is_not_held_against_one(started: list[str]) -> None:
    """A refusal is of the page by itself: whose turn it was has nothing to do with it."""
    press = Limited(memory_mb=151)
    page(press, FINE)
    assert "more than 151 MB" in refusal(press, EATS)
    assert started == [child.__name__] * 2


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
def test_a_machine_that_cannot_start_a_process_is_told_of_in_one_sentence(program: str) -> None:
    with pytest.raises(EnvironmentLacking, match=r"did not begin.*; allowed: "):
        page(replace(AMPLE, python=program), FINE)


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_a_system_that_cannot_limit_memory_says_so(system: str) -> None:
    """Rather than print with a limit that nobody keeps to."""
    with pytest.raises(EnvironmentLacking, match="cannot be limited on this system; allowed: "):
        limits.limit_memory(100, system)


def test_the_process_ends_with_the_one_that_asks_also_in_the_midst_of_a_page() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from pdf.test_limits import *\n"
        "page(Limited(), FINE)\n"
        "print(kept_process(), flush=True)\n"
        "page(Limited(), HANGS)\n"
    )
    folders = [str(Path(taper.__file__).parents[1]), str(Path(__file__).parents[1])]
    asking = subprocess.Popen(
        [sys.executable, "-c", program, *folders], stdout=subprocess.PIPE, text=True
    )
    with asking:
        assert asking.stdout is not None
        printing = int(asking.stdout.readline())
        asking.kill()
    while is_running(printing):
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")  # one that nobody waited for is there, and ended
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
