"""What no input is to blame for: its status, and whether anything was written."""

from __future__ import annotations

import pickle
import re
from io import BytesIO
from pathlib import Path

import pytest
from web.asking import FORM, Page, carrying

from taper.confined.answering import answers_of
from taper.confined.crew import Busy
from taper.errors import EnvironmentLacking, Failed, Refusal, TaperError
from taper.operations.plans import outputs
from taper.paper.press.renderer import RenderingFailed
from taper.paper.readback import ReadbackFailed
from taper.record.ledger import LedgerBroken
from taper.record.manifest import ManifestBroken
from taper.storage.lock import Held
from taper.storage.reasons import CannotRead, CannotWrite
from taper.web.refusing import NOTHING_WRITTEN, PERHAPS_WRITTEN, of_a_fault
from taper.web.status import TakesTooLong, Writing, status_of

LACKING = EnvironmentLacking("Pango is missing; allowed: a machine that has it.")


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whatever is made of a plan ends in that."""

    def made(*_: object) -> None:
        raise error

    monkeypatch.setattr(outputs, "made", made)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refusal.of("IIM-001", "dose_mg", "x", "a dose"), 422),
        (TaperError("Several sentences of several people."), 422),
        (Failed("taper itself failed."), 500),
        (ReadbackFailed("it says another dose"), 500),
        (RenderingFailed("it says something of the page"), 500),
        (LACKING, 503),
        (TakesTooLong("It took too long."), 503),
        (Busy("Too much at once."), 503),
        (Held(Path("out"), "coordinator-2"), 409),
        (Writing("A batch is being written."), 409),
    ],
)
def test_only_what_was_sent_is_refused_as_such(error: TaperError, status: int):
    assert status_of(error) == status


@pytest.mark.parametrize(
    "error",
    [
        CannotWrite(Path("out"), "the disk is full"),
        CannotRead(Path("out"), "it is closed"),
        Held(Path("out"), "coordinator-2"),
        LedgerBroken(3, "is no JSON"),
        ManifestBroken(),
        Refusal.of("IIM-001", "dose_mg", "x", "a dose"),
        LACKING,
    ],
)
def test_an_error_says_the_same_where_another_process_told_it(error: TaperError):
    told = pickle.loads(pickle.dumps(error))
    assert (type(told), str(told)) == (type(error), str(error))
    assert told.__dict__ == error.__dict__


def test_a_fault_of_a_process_that_works_is_a_fault_here_too():
    def divide(by: int) -> float:
        return 1 / by

    told = answers_of(divide, (0,))
    assert isinstance(told, Failed)
    assert status_of(told) == 500


@pytest.mark.parametrize(
    ("error", "status"),
    [(ReadbackFailed("IIM-001.pdf: it lacks a day."), 500), (LACKING, 503), (KeyError("x"), 500)],
)
@pytest.mark.parametrize("path", ["/papers/show", "/papers/save"])
def test_a_paper_that_fails_is_a_fault_of_the_server_and_says_that_nothing_was_written(
    page: Page, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, path: str
):
    failing(monkeypatch, error)
    answer = page.press(path=path, output="calendar.pdf")
    assert answer.status == status
    assert NOTHING_WRITTEN in answer.text
    said = "taper itself failed (KeyError" if isinstance(error, KeyError) else str(error)
    assert said in answer.text


def test_after_a_fault_one_goes_back_with_what_was_typed(page: Page, monkeypatch):
    file = page.file("yaml").data.decode()
    failing(monkeypatch, LACKING)
    typed = carrying(file)
    answer = page.press(path="/papers/save", output="calendar.pdf", **typed)
    assert 'action="/?lang=en"' in answer.html
    back = page.post("/", {**answer.carried(), "action": "show"})
    assert back.status == 200
    assert re.search(r'id="dose_mg"[^>]*value="25"', back.html)
    assert back.file("base") == file


def test_a_fault_while_a_file_is_opened_takes_nothing_of_what_was_typed(page: Page, monkeypatch):
    def fails(*_: object) -> None:
        raise LACKING

    monkeypatch.setattr("taper.web.calendar.participant_brought", fails)
    answer = page.choose("/open", "file", {"x.yaml": "participant: A\n"}, **FORM)
    assert answer.status == 503
    assert answer.hidden("dose_mg") == "25"
    assert 'action="/?lang=en"' in answer.html


def test_a_foreign_request_is_not_shown_what_it_sent(page: Page):
    refused = page.post("/", FORM, Origin="http://evil.example")
    assert FORM["site"] not in refused.html


def test_a_script_is_told_of_a_fault_in_a_sentence(page: Page, monkeypatch):
    monkeypatch.setattr("taper.web.calendar.preview", lambda *_: 1 / 0)
    answer = page.post("/preview", FORM)
    assert (answer.status, answer.response.mimetype) == (500, "application/problem+json")
    assert answer.json["detail"].endswith(f"please report this. {NOTHING_WRITTEN}")


def test_a_program_is_told_of_a_fault_as_a_problem(page: Page, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise LACKING

    monkeypatch.setattr("taper.web.api.answers.planned", fails)
    body = {"participant": "participant: A\nsteroid: none\n", "today": "2026-05-20"}
    answer = page.ask("/api/plan", body)
    assert (answer.status, answer.json["status"]) == (503, 503)
    assert NOTHING_WRITTEN in answer.json["detail"]


def test_of_what_writes_before_it_answers_nobody_says_that_nothing_was_written():
    assert of_a_fault("It failed.", "/site/recalled") == f"It failed. {PERHAPS_WRITTEN}"
    assert of_a_fault("It failed.", "/papers/save") == f"It failed. {NOTHING_WRITTEN}"


def test_a_fault_of_who_reads_a_file_is_a_word_about_the_file(page: Page, monkeypatch):
    """In the words of the command line, for which another process reads."""

    def fails(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("taper.sources.yaml.scan_here", fails)
    answer = page.post("/open", {"file": (BytesIO(b"participant: A\n"), "x.yaml")})
    assert answer.status == 422
    assert "one that its reader can make nothing of (KeyError)" in answer.beside("file")
