"""How the page begins, in which order it answers, and what is left when it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from web.asking import HOST, SAMPLES, Page
from web.serving import free_port, served_here

from taper.confined.crew import Crew
from taper.confined.turns import Turns
from taper.web import rehearsal, work
from taper.web.settings import ARRIVED, Settings
from taper.web.work import MOST_AT_FIRST, Crews

# Turns ------------------------------------------------------------------------------------------


def waiting(turns: Turns, many: int, order: list[int]) -> list[threading.Thread]:
    """So many who wait, each begun once the one before it waits."""
    threads = []
    for number in range(many):

        def wait_for_it(number: int = number) -> None:
            assert turns.take(60)
            order.append(number)
            turns.give_back()

        threads.append(threading.Thread(target=wait_for_it))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    return threads


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(1), []
    assert turns.take(0)
    threads = waiting(turns, 5, order)
    turns.give_back()
    for each in threads:
        each.join()
    assert order == [0, 1, 2, 3, 4]


def test_who_asks_as_a_turn_comes_free_stands_behind_those_who_wait():
    turns, order = Turns(1), []
    assert turns.take(0)
    (thread,) = waiting(turns, 1, order)
    turns._lock.acquire()  # the one who waits is given it, and cannot say so yet
    turns._waiting.popleft().set()
    turns._lock.release()
    assert not turns.take(0) or order == [0]
    thread.join()


def test_who_no_longer_waits_is_given_no_turn():
    turns = Turns(1)
    assert turns.take(0)
    assert not turns.take(0)
    turns.give_back()
    assert turns.take(0)
    assert not turns.take(0)


# The beginning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forks", "cores", "begun"),
    [(True, 2, [2, 1]), (True, 64, [MOST_AT_FIRST, 1]), (False, 2, [1])],
)
def test_who_answers_waits_for_the_first_who_asks(
    monkeypatch: pytest.MonkeyPatch, forks: bool, cores: int, begun: list[int]
):
    """Copies of a process that has rehearsed, where there can be some; otherwise one."""
    told: list[object] = []
    monkeypatch.setattr(work, "can_fork", lambda: forks)
    monkeypatch.setattr(work, "cores", lambda: cores)
    monkeypatch.setattr(rehearsal, "rehearse", lambda _: told.append("rehearsed"))
    monkeypatch.setattr(Crew, "begin", lambda _, many: told.append(many))
    Crews(Settings()).begin()
    assert told == ([*(["rehearsed"] if forks else []), *begun])


def test_the_rehearsal_is_a_whole_calendar_of_nobody(monkeypatch: pytest.MonkeyPatch):
    shown: list[str] = []
    made = rehearsal.calendar.filled_page

    def keep(*given: object) -> object:
        shown.append(made(*given).body.decode())
        return made(*given)

    monkeypatch.setattr(rehearsal.calendar, "filled_page", keep)
    rehearsal.rehearse({})
    assert "TRY-1, Wednesday, May\N{NO-BREAK SPACE}20, 2026" in shown[0]
    assert '<table class="month">' in shown[0]


# When a request arrived -------------------------------------------------------------------------


def test_what_a_request_waited_for_its_turn_is_part_of_what_its_answer_took(page: Page):
    answer = page.client.get(
        "/healthz",
        headers={"Host": HOST},
        environ_overrides={ARRIVED: time.perf_counter() - 3600},
    )
    (ms,) = re.findall(r"^taper;dur=([0-9.]+)$", answer.headers["Server-Timing"])
    assert float(ms) >= 3_600_000


def test_the_server_tells_the_application_when_the_last_of_a_request_was_read():
    told: list[float] = []

    def app(environ: dict[str, float], start: Callable[..., object]) -> list[bytes]:
        told.append(environ[ARRIVED])
        start("200 OK", [])
        return [b""]

    before = time.perf_counter()
    with (
        served_here(Settings(), app) as port,
        urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.status == 200
    assert before < told[0] < time.perf_counter()


# The end ----------------------------------------------------------------------------------------


def test_who_ends_the_server_from_outside_leaves_no_table_behind(tmp_path: Path):
    """As Ctrl-C does: a table that was dropped is of participants."""
    held, port = tmp_path / "held", free_port()
    held.mkdir()
    options = ("--folder", str(tmp_path / "out"), "--source", str(SAMPLES))
    served = subprocess.Popen(
        [sys.executable, "-m", "taper", "serve", "--port", str(port), *options],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(held)},
        stderr=subprocess.PIPE,
    )
    assert served.stderr is not None
    served.stderr.readline()
    assert b" has no ledger.jsonl yet: " in served.stderr.readline()
    sent = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid\r\n'
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/site/check",
        sent + b"--x--\r\n",
        {"Content-Type": "multipart/form-data; boundary=x"},
    )
    with pytest.raises(urllib.request.HTTPError, match="422"):
        urllib.request.urlopen(asked)
    assert list(held.rglob("a.csv"))
    served.send_signal(signal.SIGTERM)
    assert served.wait() == 0
    assert served.stderr.read() == b""
    served.stderr.close()
    assert not list(held.iterdir())
