"""A guest in somebody's program: it says nothing, changes nothing, and costs what is used of it.

Each is looked at in a process of its own, as in the program of whoever imports it.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from library.given import PARTICIPANT, TODAY

SRC = Path(__file__).parents[2] / "src"
ASK = f"""
import sys
import taper
WHO = {PARTICIPANT!r}
TODAY = {TODAY!r}

def ask_everything():
    plan = taper.plan("iimpact", WHO, today=TODAY)
    plan.records(), plan.to_dict(), plan.findings.records()
    taper.convert("20", "prednisone", to="hydrocortisone")
    taper.tablets("7.5", "prednisone", strengths=[5, 2.5])
    taper.compare("semira", start_mg=25, target_mg=5)
    taper.check(WHO, "participant: nobody\\n")
    return plan
"""


def answered(code: str) -> subprocess.CompletedProcess[str]:
    """What a program says that does this, every warning an error."""
    command = [sys.executable, "-W", "error", "-c", ASK + code]
    env = {"PYTHONPATH": str(SRC), "HOME": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=env)


@cache
def imported_by(code: str) -> set[str]:
    """The packages that are imported by then, and the rooms of taper."""
    listed = answered(f"{code}\nprint(*sys.modules)").stdout.split()
    return {name if name.startswith("taper.") else name.partition(".")[0] for name in listed}


def test_a_refusal_says_nothing_either():
    looked = answered(
        """
for ask in (
    lambda: taper.plan("iimpact", {**WHO, "steroid": {}}, today=TODAY),
    lambda: taper.convert(7.5, "prednisone"),
    lambda: taper.verify(b"%PDF-1.7"),
):
    try:
        ask()
    except taper.TaperError:
        pass
    else:
        raise AssertionError
"""
    )
    assert (looked.stdout, looked.stderr) == ("", "")


CHANGED = """
import gc, locale, logging, os, signal, socket, threading, warnings, decimal

def surroundings():
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "collector": (gc.isenabled(), gc.get_threshold()),
        "locale": locale.setlocale(locale.LC_ALL),
        "root logger": (logging.root.level, list(logging.root.handlers), logging.root.disabled),
        "last resort": logging.lastResort,
        "signals": [signal.getsignal(each) for each in signal.valid_signals()],
        # the YAML reader has an opinion of its own warnings, and of nobody else's
        "warnings": [f for f in warnings.filters if not f[2].__module__.startswith("ruamel.")],
        "decimals": repr(decimal.getcontext()),
        "recursion": sys.getrecursionlimit(),
        "streams": (sys.stdout, sys.stderr, sys.excepthook, sys.displayhook),
        "threads": threading.active_count(),
        "time-out": socket.getdefaulttimeout(),
    }

def say_what_changed():
    after = surroundings()
    print({name for name in before if before[name] != after[name]} or "nothing")

before = surroundings()
plan = ask_everything()
say_what_changed()
taper.verify(taper.pdf(plan), plan)
say_what_changed()
"""


@pytest.fixture(scope="module")
def asking() -> subprocess.CompletedProcess[str]:
    """A program that asks for everything, then papers, and says itself what changed around it."""
    return answered(CHANGED)


def test_the_program_around_it_stays_as_it_was(asking):
    assert asking.stdout.splitlines()[0] == "nothing"


def test_it_stays_as_it_was_where_papers_are_printed(asking):
    assert asking.stdout.splitlines()[1] == "nothing"


def test_nothing_is_said_on_any_stream(asking):
    said_by_the_program_itself = "nothing\nnothing\n"
    assert (asking.stdout, asking.stderr) == (said_by_the_program_itself, "")


def test_importing_it_imports_nothing_else():
    rooms = {name for name in imported_by("") if name.startswith("taper.")}
    assert rooms == set()
    assert imported_by("").isdisjoint({"pydantic", "ruamel", "typer", "dateutil"})


def test_a_plan_wants_no_printer_and_no_command_line():
    used = imported_by("ask_everything()")
    assert used.isdisjoint({"weasyprint", "jinja2", "babel", "pypdfium2", "typer", "rich"})
    assert not {name for name in used if name.startswith(("taper.cli", "taper.paper"))}


def test_an_error_may_be_caught_before_anything_was_asked():
    assert answered("print(taper.Refusal.__mro__[1] is taper.TaperError)").stdout == "True\n"
