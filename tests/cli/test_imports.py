"""A command pays for what it uses: what each imports, looked up in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from taper.cli.commands import COMMANDS, Row, Rows
from taper.errors import ExitCode

TODAY = ("--today", "2026-11-23")
PRINTING = {"weasyprint", "jinja2", "pypdfium2", "fontTools", "babel", "pydyf"}
TABLES = {"python_calamine", "xlsxwriter", "pyarrow"}
CLUSTER = {"distributed", "dask"}
MODELS = {"pydantic", "pydantic_core", "ruamel", "dateutil"}
"""What reading somebody's file takes, and planning by it."""

FRONT = {
    "taper",
    "taper.cli",
    "taper.cli.commands",
    "taper.cli.screen",
    "taper.cli.speech",
    "taper.cli.streams",
    "taper.cli.words",
    "taper.errors",
    "taper.paper",
    "taper.paper.press",
    "taper.paper.press.ownership",  # that the process is taper's own is said before all else
    "taper.wording",
    "taper.wording.characters",
    "taper.wording.layout",
}
"""What every command has before it is one."""


@cache
def imported(*words: str) -> frozenset[str]:
    """The names of all modules after a command that did what it was asked."""
    code = (
        "import sys; from taper.cli import app\n"
        f"try: app({list(words)!r}, prog_name='taper')\n"
        "except SystemExit as end: code = end.code\n"
        "print(code, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        check=True,
    )
    code, *modules = done.stdout.splitlines()[-1].split()
    assert int(code) == ExitCode.WRITTEN, done.stderr
    return frozenset(modules)


def of_taper(modules: Iterable[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "taper"}


def libraries(modules: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["regimens", "--help"]], ids=" ".join)
def test_help_and_version_import_no_command(words):
    assert of_taper(imported(*words)) - {"taper.cli.help"} == FRONT


@pytest.mark.parametrize(
    "words",
    [
        ["convert", "4", "dexamethasone"],
        ["convert", "4", "dexamethasone", "--to", "all", "--compare"],
        ["convert", "4", "dexamethasone", "--format", "json"],
        ["tablets", "8", "prednisone"],
        ["tablets", "8", "prednisone", "--strengths", "5:2,1"],
        ["products"],
        ["products", "--market", "UK", "--format", "json"],
        ["regimens"],
        ["regimens", "giacta-26-week"],
    ],
    ids=" ".join,
)
def test_an_answer_from_shipped_sheets_waits_for_no_model_and_no_parser(words):
    modules = imported(*words)
    others = {"rich", "tomllib"}
    assert not libraries(modules) & (MODELS | PRINTING | TABLES | CLUSTER | others)
    rooms = {name.split(".")[1] for name in of_taper(modules) - FRONT}
    assert rooms <= {
        "cli",
        "doses",
        "errors",
        "exports",
        "operations",
        "sources",
        "trial",
        "wording",
    }
    of_trial = {name for name in of_taper(modules) if name.startswith("taper.trial.")}
    assert of_trial <= {"taper.trial.rules"}


@pytest.mark.parametrize(
    "words",
    [["convert", "4", "dexamethasone"], ["tablets", "8", "prednisone"], ["products"]],
    ids=" ".join,
)
def test_an_answer_does_not_pay_for_printing(words):
    """No page is laid out and none is read, so nothing that does so is imported."""
    assert not libraries(imported(*words)) & PRINTING


@pytest.mark.parametrize("form", ["table", "json"])
def test_who_prints_nothing_does_not_wait_for_the_printing_libraries(write, form):
    modules = imported("plan", str(write()), *TODAY, "--format", form)
    assert not libraries(modules) & (PRINTING | {"rich"})


def test_one_plan_waits_for_no_table_no_folder_and_no_worker(write):
    modules = imported("plan", str(write()), *TODAY)
    assert not libraries(modules) & (TABLES | CLUSTER | {"multiprocessing"})
    away = ("taper.folder.", "taper.workers.", "taper.sources.tables", "taper.paper.pages")
    assert not [name for name in of_taper(modules) if name.startswith(away)]


@pytest.mark.parametrize("command", ["quantities", "stock"])
def test_what_is_counted_over_plans_waits_for_no_table_of_participants(write, command):
    modules = imported(command, str(write()), *TODAY)
    assert not libraries(modules) & (TABLES | PRINTING | CLUSTER | {"multiprocessing"})
    assert "taper.sources.tables" not in modules


def test_protocols_are_listed_without_a_parser_and_without_a_plan():
    modules = imported("protocols")
    assert not libraries(modules) & ({"ruamel"} | PRINTING | TABLES | CLUSTER)
    assert not [name for name in of_taper(modules) if name.startswith("taper.planning.")]


# The table of commands --------------------------------------------------------------------------


ROWS: list[Row] = [
    row
    for each in chain.from_iterable(COMMANDS.values())
    for row in (each.rows if isinstance(each, Rows) else [each])
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_line_of_a_command_in_the_help_is_what_the_command_says_of_itself(row: Row):
    described = row.load().help or ""
    assert row.help == " ".join(described.split("\n\n")[0].split())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_command_is_called_by_the_name_that_the_table_gives_it(row: Row):
    assert row.load().name == row.name


def test_every_module_of_commands_stands_in_the_table():
    """The others are what commands share."""
    shared = {"__init__", "commands", "foretold", "progress", "speech", "streams", "words"}
    shared |= {"batch_lines", "completion", "help", "proposed", "screen"}
    folder = Path(sys.modules["taper.cli"].__file__ or "").parent
    files = {path.stem for path in folder.glob("*.py")} - shared
    assert files == {row.place.partition(":")[0] for row in ROWS}
