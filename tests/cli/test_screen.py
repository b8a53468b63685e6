"""What a screen shows: its width, its colours, its help, and what a shell completes."""

from __future__ import annotations

import io
import re
import shlex
from itertools import chain

import pytest
from typer.main import get_command

from taper.cli import app, screen
from taper.cli.commands import COMMANDS, Row
from taper.wording.layout import LEAST_WIDTH, table, within, wrapped

ROWS = [
    row
    for each in chain.from_iterable(COMMANDS.values())
    for row in ([each] if isinstance(each, Row) else each.rows)
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nothing_is_said_of_colour(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


# Colour -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "stream", "is_coloured"),
    [
        ({}, Terminal(), True),
        ({}, io.StringIO(), False),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"NO_COLOR": ""}, Terminal(), True),
        ({"TERM": "dumb"}, Terminal(), False),
        ({"CLICOLOR": "0"}, Terminal(), False),
        ({"FORCE_COLOR": "1"}, io.StringIO(), True),
        ({"FORCE_COLOR": "0"}, io.StringIO(), False),
        ({"CLICOLOR_FORCE": "1"}, io.StringIO(), True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, io.StringIO(), False),
    ],
)
def test_colour_is_for_a_terminal_or_for_who_asks_for_it(monkeypatch, given, stream, is_coloured):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert screen.is_coloured(stream) is is_coloured


def test_what_must_be_seen_is_coloured_and_reads_the_same_without():
    text = (
        "EXAMPLE, NOT FOR PATIENT USE: x.\nWARNING  code\nA1  refused\nfigure UNVERIFIED\nplain\n"
    )
    shown = screen.marked(text, Terminal())
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == text
    coloured = [bool(re.search(r"\x1b\[", line)) for line in shown.splitlines()]
    assert coloured == [True, True, True, True, False]


def test_an_answer_for_a_program_has_no_colour_even_where_it_is_asked_for(run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("regimens", "--format", "json", today=None)
    assert "\x1b" not in result.stdout


def test_a_refusal_is_coloured_as_far_as_what_is_allowed():
    shown = screen.refused("A1: dose_mg is x; allowed: mg.", Terminal())
    assert shown.startswith("\x1b[")
    assert shown.endswith("; allowed: mg.")


# Width ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [45, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        *(["regimens"], ["protocols"], ["protocols", "iimpact"], ["products", "--market", "US"]),
        *(["convert", "4", "dexamethasone", "--compare"], ["tablets", "8", "prednisone"]),
        ["regimens", "compare", "ese-es-2024-fast", "cobra", "--from", "25", "--to", "5"],
        *(["--help"], ["plan", "--help"], ["batch", "--help"], ["event", "--help"]),
    ],
    ids=" ".join,
)
def test_nothing_is_wider_than_its_screen(run, monkeypatch, words, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = run(*words, today=None)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= columns


@pytest.mark.parametrize(
    ("command", "title"), [("plan", "What is written:"), ("results", "What is counted:")]
)
def test_an_option_stands_below_what_it_is_for(run, command, title):
    """A diary is printed by one command, and read by another."""
    page = run(command, "--help", today=None).stdout
    assert "  --diary " in page[page.index(title) :].partition("\n\n")[0]


def test_the_choices_of_a_command_are_never_cut_where_a_line_ends(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "45")
    said = run("event", "--help", today=None).stdout
    usage = said.partition("\n\n")[0].split()
    assert "".join(usage).endswith("stress-dose|set-dose|withdraw|tablets|amendment|weight")
    assert all(any(each in line for line in usage) for each in ("withdraw", "tablets", "weight"))


def test_where_words_would_be_cut_a_row_is_a_few_lines():
    with within(LEAST_WIDTH):
        text = table(
            ["Drug", "A long title", "Dose"],
            [["methylprednisolone-acetate", "hydrocortisone-tablets", "4 mg"]],
        )
    assert [line[:12].rstrip() for line in text.splitlines() if line[:1] != " "] == [
        "Drug",
        "A long title",
        "Dose",
    ]


def test_no_dose_leaves_its_unit():
    with within(LEAST_WIDTH):
        for before in range(40):
            assert "\n mg" not in (said := wrapped(f"{'x' * before} take 12.5 mg a day"))
            assert "12.5 mg" in said


def test_a_file_is_as_wide_on_every_screen(run, write, monkeypatch):
    path = write()
    texts = []
    for columns in ("45", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        assert run("plan", path, "--format", "table", "--out", columns).exit_code == 0
        texts.append((path.parent.parent / columns / "IIM-001.table").read_bytes())
    assert texts[0] == texts[1]


# Help -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.example)
def test_every_command_has_an_example_of_words_that_it_takes(row):
    words = shlex.split(row.example)
    assert words.pop(0) == "taper"
    context = get_command(app).make_context("taper", words, resilient_parsing=False)
    while context.args or context._protected_args:
        args = [*context._protected_args, *context.args]
        name, command, args = context.command.resolve_command(context, args)
        context = command.make_context(name, args, parent=context)
        if not hasattr(context.command, "commands"):
            break
    assert context.command.name == row.name
    said = " ".join(context.get_help().replace("\\\n", " ").split())
    assert row.example in said
    assert not re.search(r"<(path|Path|str|list)|\{|TEXT|(?<!/)PATH", said)


# Completion -------------------------------------------------------------------------------------


def completed(monkeypatch, run, line: str) -> list[str]:
    """What bash would offer at the end of a line."""
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_TAPER_COMPLETE", "complete_bash")
    from typer.testing import CliRunner

    return CliRunner().invoke(app, [], prog_name="taper").stdout.split()


@pytest.mark.parametrize(
    ("line", "among"),
    [
        ("taper conv", {"convert"}),
        ("taper plan --protocol iimp", {"iimpact", "iimpact-2025-design"}),
        ("taper plan --regimen ese", {"ese-es-2024-fast", "ese-es-2024-slow"}),
        ("taper plan --format p", {"pdf"}),
        ("taper plan --paper ", {"letter", "A4"}),
        ("taper regimens co", {"compare", "cobra"}),
        ("taper regimens compare cob", {"cobra"}),
        ("taper protocols ul", {"ulsc-phase1"}),
        ("taper convert 4 dexa", {"dexamethasone"}),
        ("taper convert 4 dexamethasone --table b", {"bnf"}),
        ("taper products --market ", {"US", "UK"}),
        ("taper event X.yaml str", {"stress-dose"}),
        ("taper schema pro", {"protocol"}),
    ],
)
def test_a_shell_is_offered_what_there_is(monkeypatch, run, line, among):
    assert among <= set(completed(monkeypatch, run, line))


def test_files_are_left_to_the_shell(monkeypatch, run):
    assert completed(monkeypatch, run, "taper plan I") == []
    assert completed(monkeypatch, run, "taper regimens compare cobra --from 2") == []
