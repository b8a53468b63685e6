"""What a calendar costs: beside the renderer alone, and beside what one would write first."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.report import Line
from benchmarks.site import TODAY, batch_command, seconds, used, write_folder
from taper.operations.plans.one import plan_file
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press.ownership import owned
from taper.planning.plan import Plan

CALENDARS, ROUNDS = 4, 2
PAIRS = 5
MOST_OVER_BARE = 1.25
LEAST_GAIN, LEAST_GAIN_OF_TWO = 8.0, 1.7
ISSUED = dt.date.fromisoformat(TODAY)


def over_bare() -> Iterator[Line]:
    """HTML, PDF and read-back, against `write_pdf` of the same HTML with nothing asked of it.

    In a process of taper's own, as the command line's is, and then as in another program's.
    """
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        files = sorted(write_folder(Path(name) / "site", CALENDARS).iterdir())
        plans = [plan_file(path, today=ISSUED) for path in files]
    _ours(plans[0]), _bare(plans[0])  # fonts and styles are loaded once a process
    ours = bare = elsewhere = 0.0
    for plan in plans * ROUNDS:
        with owned():
            ours += _ours(plan)
            bare += _bare(plan)
        elsewhere += _ours(plan)
    yield Line(
        "CPU a calendar against its bare write_pdf",
        f"{ours / bare:.2f} times",
        f"<= {MOST_OVER_BARE}",
        ours / bare <= MOST_OVER_BARE,
    )
    yield Line(
        "CPU a calendar within another program",
        f"{elsewhere / ours:.2f} times as much",
    )


def _ours(plan: Plan) -> float:
    began = time.process_time()
    documents.as_pdf(Issue.of(plan, ISSUED), Paper.CALENDAR)
    return time.process_time() - began


def _bare(plan: Plan) -> float:
    import weasyprint  # already imported by `_ours`, with the pinned font

    from taper.paper.pages import calendar_html

    html = calendar_html(Issue.of(plan, ISSUED))
    began = time.process_time()
    weasyprint.HTML(string=html).write_pdf()
    return time.process_time() - began


def workers(participants: int) -> Iterator[Line]:
    """A batch with two workers against the same with one, each from the start of its command.

    In turn and several times: the ratio of a pair holds although a machine's speed drifts.
    """
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        site = write_folder(Path(name) / "site", participants)
        gains = []
        for i in range(PAIRS):
            one, two = (
                seconds(batch_command(site, Path(name) / f"out-{i}-{n}", "pdf", workers=n))
                for n in (1, 2)
            )
            gains.append(one / two)
    gain = median(gains)
    yield Line(
        f"2 workers against 1, {participants} calendars",
        f"{gain:.2f} times ({min(gains):.2f} to {max(gains):.2f})",
        f">= {LEAST_GAIN_OF_TWO}",
        gain >= LEAST_GAIN_OF_TWO,
    )


def limits(participants: int) -> Iterator[Line]:
    """A batch of which each paper may take so long and so much, against the same without limits."""
    allowed = ("--print-seconds", "600", "--print-memory", "2000")
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        site = write_folder(Path(name) / "site", participants)
        costs = []
        for i in range(PAIRS):
            free, limited = (
                seconds(batch_command(site, Path(name) / f"out-{i}-{len(more)}", "pdf", 1, *more))
                for more in ((), allowed)
            )
            costs.append(limited / free)
    yield Line(
        f"limits to printing, {participants} calendars",
        f"{median(costs):.2f} times the time ({min(costs):.2f} to {max(costs):.2f})",
    )


def against_naive(participants: int) -> Iterator[Line]:
    """All of them one after the other in a process each, and by one command with two workers.

    Both print a calendar each: the emergency cards that a batch adds have no naive likeness.
    The clock says what a site waits; the CPU, which a busy machine changes less, what it is used.
    """
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        site = write_folder(Path(name) / "site", participants)
        naive = [
            used([sys.executable, "-m", "benchmarks.naive", str(path), f"{name}/naive.pdf"])
            for path in sorted(site.iterdir())
        ]
        command = batch_command(site, Path(name) / "out", "pdf", 2, "--no-emergency-card")
        ours = used(command)
    gain = sum(each.seconds for each in naive) / ours.seconds
    spared = sum(each.cpu_seconds for each in naive) / ours.cpu_seconds
    what = f"a batch of 2 workers beside a naive one, {participants}"
    each = f"{ours.seconds / participants:.2f} s each"
    yield Line(what, f"{gain:.1f} times ({each})", f">= {LEAST_GAIN:g}", gain >= LEAST_GAIN)
    yield Line("the same in CPU", f"{spared:.1f} times")
