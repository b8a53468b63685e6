"""Which commands there are. The module of a command is imported when that command is called.

So a command pays for what it uses, and `taper --help` for nothing but this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from taper.cli.speech import OneSentence
from taper.cli.words import Command, Group


@dataclass(frozen=True, slots=True)
class Row:
    """A command: its name, the module and function in `taper.cli`, its line in the help.

    `takes_doses`: a dose such as -5 looks like an option, and is to be answered as a dose.
    """

    name: str
    place: str
    help: str
    takes_doses: bool = False

    def command(self) -> TyperCommand:
        """What stands for it until it is called."""
        return _Later(self)

    def load(self) -> Command:
        """The command itself."""
        module, function = self.place.split(":")
        settings = {"ignore_unknown_options": True} if self.takes_doses else None
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        register = alone.command(self.name, cls=Command, context_settings=settings)
        register(getattr(import_module(f"taper.cli.{module}"), function))
        command = get_command(alone)
        assert isinstance(command, Command)  # one function is no group
        return command


@dataclass(frozen=True, slots=True)
class Rows:
    """Commands under one name, of which the first is meant where none is named."""

    name: str
    help: str
    rows: tuple[Row, ...]

    def command(self) -> TyperGroup:
        """The group as Typer knows it."""
        return _FirstUnlessNamed(
            name=self.name,
            help=self.help,
            commands=[row.command() for row in self.rows],
            rich_markup_mode=None,
        )


COMMANDS = (
    Row("plan", "plan:plan", "Plan one participant."),
    Row(
        "batch",
        "batch:batch",
        "Plan every participant of a folder, a table or a REDCap export.",
    ),
    Row(
        "template",
        "template:template",
        "Write an empty sheet of participants: a header, what each column is for, drop-downs.",
    ),
    Row(
        "history",
        "history:history",
        "Show which calendars replaced which, when, and why.",
    ),
    Row(
        "audit",
        "history:audit",
        "Prove that files, manifest and ledger agree, and name what was touched.",
    ),
    Row(
        "board",
        "board:board",
        "Show what each participant takes today, what changes next, and what is to be seen to.",
    ),
    Row(
        "recalled",
        "recalled:recalled",
        "Note that a participant's replaced papers are back, or known to be destroyed.",
    ),
    Row(
        "verify",
        "verify:verify",
        "Say whether a printed file is proved, and whether it is current.",
    ),
    Rows(
        "key",
        "Make a key to sign papers with, show a public one, or a page that checks codes.",
        (
            Row(
                "show",
                "key:show",
                "Show a public key: the 64 digits by which it is known, of which a code has the "
                "first 16.",
            ),
            Row("new", "key:new", "Make a key to sign with, and its public key to hand out."),
            Row(
                "page",
                "key:page",
                "Write a page for a phone that checks the code on a paper, without any network.",
            ),
        ),
    ),
    Row("event", "event:event", "Add an event to a participant's file."),
    Row(
        "correct",
        "correct:correct",
        "Put right what a participant's file says, or take it out.",
    ),
    Row(
        "waive",
        "correct:waive",
        "Waive the protocol's limits of the start dose for a participant who was refused by them.",
    ),
    Rows(
        "protocols",
        "List the protocols, show one, or try every baseline of one.",
        (
            Row(
                "show",
                "protocols:protocols",
                "List the protocols, or show one with its sources.",
            ),
            Row(
                "explore",
                "explore:explore",
                "Try every baseline of a protocol: days to the target, window, tablets.",
            ),
        ),
    ),
    Row("check", "check:check", "Check protocol, regimen and participant files."),
    Row("schema", "check:schema", "Print the JSON Schema of a kind of file."),
    Row(
        "convert",
        "convert:convert",
        "Convert doses of steroids by a named equivalence table.",
        takes_doses=True,
    ),
    Row(
        "tablets",
        "tablets:tablets",
        "Make a dose exactly: unbroken tablets first, then as few pieces as possible.",
        takes_doses=True,
    ),
    Row(
        "products",
        "products:products",
        "List the oral tablets of each market: strengths, what may be broken, and the source.",
    ),
    Row(
        "quantities",
        "quantities:quantities",
        "Count the tablets to hand out, and those that should come back.",
    ),
    Row(
        "stock",
        "stock:stock",
        "Find the one, two or three strengths that make every printed day with the fewest tablets.",
    ),
    Rows(
        "regimens",
        "List the regimens, show one, or compare them.",
        (
            Row(
                "show",
                "regimens:show",
                "List the regimens, or show one with its sources and the choices made in it.",
            ),
            Row(
                "compare",
                "compare:compare",
                "Compare regimens by days, dose, steps and window.",
            ),
        ),
    ),
)


class Taper(OneSentence):
    """All commands of the table."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for each in COMMANDS:
            self.add_command(each.command())


class _Later(TyperCommand):
    """A command of which only the name and the help line are known before it is called."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, help=row.help)
        self.row = row

    def make_context(self, *args: Any, **given: Any) -> Any:
        """The context of the command itself, which is what is invoked then."""
        return self.row.load().make_context(*args, **given)


class _FirstUnlessNamed(Group):
    """`taper regimens ID` is `taper regimens show ID`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the first command where no command stands and no help is asked for."""
        named = {*self.commands, *ctx.help_option_names}
        is_named = args[:1] and args[0] in named
        return super().parse_args(ctx, args if is_named else [next(iter(self.commands)), *args])
