"""Printing within somebody else's program: from any thread, and leaving all as it was."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from pdf import host
from pdf.papers import PAPERS, PLANS, paper, printed
from pdf.plans import ISSUED

import taper
from taper.paper.press import pdf
from taper.paper.press.renderer import RenderingFailed
from taper.paper.readback.pdf import read

THREADS = 8
JOBS = [(name, kind) for name in ("provisional", "two drugs") for kind in PAPERS[:4]]


@pytest.fixture(scope="module")
def said() -> dict:
    folders = [str(Path(taper.__file__).parents[1]), str(Path(__file__).parents[1])]
    ran = subprocess.run(
        [sys.executable, "-W", "error", host.__file__, *folders], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_program_that_prints_with_taper_finds_its_libraries_as_they_were(said: dict) -> None:
    """§10.8.3: each function of WeasyPrint and pydyf, environment, collector, loggers."""
    assert said["changed"] == []


def test_it_prints_the_same_bytes_as_the_command_line(said: dict) -> None:
    """§10.8.1."""
    ours = {kind: hashlib.sha256(paper("provisional", kind)).hexdigest() for kind in PAPERS}
    assert said["papers"] == ours


@contextmanager
def somebody_who_logs() -> Iterator[None]:
    """A thread that uses the renderer for something else, and has much to complain of."""
    done, logger = Event(), logging.getLogger("weasyprint")

    def log() -> None:
        while not done.wait(0.001):
            logger.warning("of somebody else")

    thread = Thread(target=log)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_eight_threads_print_the_bytes_that_one_prints() -> None:
    """§10.8.1."""
    begin = Barrier(THREADS)

    def print_together(job: tuple[str, str]) -> bytes:
        begin.wait()
        return printed(PLANS[job[0]], job[1])

    assert len(JOBS) == THREADS
    with somebody_who_logs(), ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(print_together, JOBS))
    assert together == [paper(*job) for job in JOBS]


def test_eight_threads_read_back_what_one_reads() -> None:
    """§10.7.1: the library that reads takes no questions from two at a time."""
    file = paper("provisional", PAPERS[0])
    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pages == read(file) for pages in pool.map(read, [file] * THREADS * 2))


def test_what_another_thread_logs_is_not_held_against_a_page() -> None:
    with somebody_who_logs():
        printed(PLANS["provisional"], PAPERS[0])


def test_what_the_renderer_says_of_a_page_is_heard_where_nobody_else_listens() -> None:
    logger = logging.getLogger("weasyprint")
    logger.disabled, before = True, logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with pytest.raises(RenderingFailed, match="Ignored"):
            pdf.write_calendar('<p style="no-such-property: 1">x</p>', who="IIM-001", issued=ISSUED)
        assert (logger.disabled, logger.level) == (True, logging.CRITICAL)
    finally:
        logger.disabled = False
        logger.setLevel(before)
