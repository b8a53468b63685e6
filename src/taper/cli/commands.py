"""Which commands there are. The module of a command is imported when that command is called.

So a command pays for what it uses, and `taper --help` for nothing but this table.
Longer than other modules, as a table of all commands is read in one piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from taper.cli.speech import OneSentence
from taper.cli.words import Command, Group


@dataclass(frozen=True, slots=True)
class Row:
    """A command: its name, the module and function in `taper.cli`, its help line, an example.

    `takes_doses`: a dose such as -5 looks like an option, and is to be answered as a dose.
    """

    name: str
    place: str
    help: str
    example: str
    takes_doses: bool = False

    def command(self) -> TyperCommand:
        """What stands for it until it is called."""
        return _Later(self)

    def load(self) -> Command:
        """The command itself."""
        return _loaded(self)


@cache
def _loaded(row: Row) -> Command:
    """Made once a process: options are read from a signature, which takes a while."""
    module, function = row.place.split(":")
    settings = {"ignore_unknown_options": True} if row.takes_doses else None
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    register = alone.command(row.name, cls=Command, epilog=row.example, context_settings=settings)
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
            epilog="\n".join(row.example for row in self.rows),
            rich_markup_mode=None,
        )


COMMANDS: Mapping[str, tuple[Row | Rows, ...]] = {
    "One participant": (
        Row(
            "new",
            "new:new",
            "Write a participant's file by questions, each answer checked as it is typed.",
            "taper new IIM-011.yaml",
        ),
        Row(
            "plan",
            "plan:plan",
            "Plan one participant.",
            "taper plan IIM-001.yaml --format pdf --out calendars",
        ),
        Row(
            "event",
            "event:event",
            "Add an event to a participant's file.",
            "taper event IIM-001.yaml flare --date 2026-06-01 --resolved 2026-06-05",
        ),
        Row(
            "correct",
            "correct:correct",
            "Put right what a participant's file says, or take it out.",
            "taper correct IIM-001.yaml steroid.dose_mg 22.5",
        ),
        Row(
            "waive",
            "correct:waive",
            "Waive the protocol's limits of the start dose for a participant who was refused by "
            "them.",
            "taper waive IIM-001.yaml --by sponsor --on 2026-01-20",
        ),
    ),
    "A whole site": (
        Row(
            "batch",
            "batch:batch",
            "Plan every participant of a folder, a table or a REDCap export.",
            "taper batch patients --out calendars --format pdf --format json",
        ),
        Row(
            "template",
            "template:template",
            "Write an empty sheet of participants: a header, what each column is for, drop-downs.",
            "taper template xlsx --out participants.xlsx",
        ),
        Row(
            "board",
            "board:board",
            "Show what each participant takes today, what changes next, and what is to be seen to.",
            "taper board calendars",
        ),
        Row(
            "history",
            "history:history",
            "Show which calendars replaced which, when, and why.",
            "taper history calendars IIM-001",
        ),
        Row(
            "recalled",
            "recalled:recalled",
            "Note that a participant's replaced papers are back, or known to be destroyed.",
            "taper recalled calendars IIM-001 --on 2026-06-02 --by pharmacist",
        ),
        Row(
            "audit",
            "history:audit",
            "Prove that files, manifest and ledger agree, and name what was touched.",
            "taper audit calendars",
        ),
    ),
    "A whole trial": (
        Row(
            "results",
            "results:results",
            "Say whether the steroid came down: planned, prescribed and taken, one by one and all.",
            "taper results patients --diary diary.csv --at 6m,8m --flag IIM-004",
        ),
        Row(
            "forecast",
            "forecast:forecast",
            "Forecast a trial's tablets by strength and month, before anybody is enrolled.",
            "taper forecast iimpact --n 40 --baseline uniform:10:25 --seed 1",
        ),
    ),
    "Papers": (
        Row(
            "verify",
            "verify:verify",
            "Say whether a printed file is proved, and whether it is current.",
            "taper verify IIM-001.pdf IIM-001.yaml",
        ),
        Rows(
            "key",
            "Make a key to sign papers with, show a public one, or a page that checks codes.",
            (
                Row(
                    "show",
                    "key:show",
                    "Show a public key: the 64 digits by which it is known, of which a code has "
                    "the first 16.",
                    "taper key show trial.pub",
                ),
                Row(
                    "new",
                    "key:new",
                    "Make a key to sign with, and its public key to hand out.",
                    "taper key new --out keys/trial.key",
                ),
                Row(
                    "page",
                    "key:page",
                    "Write a page for a phone that checks the code on a paper, without any "
                    "network.",
                    "taper key page --known-key trial.pub --out check.html",
                ),
            ),
        ),
    ),
    "For who uses no terminal": (
        Row(
            "serve",
            "serve:serve",
            "Serve a page on which a calendar is made without a terminal.",
            "taper serve",
        ),
    ),
    "Doses and tablets": (
        Row(
            "convert",
            "convert:convert",
            "Convert doses of steroids by a named equivalence table.",
            "taper convert 4 dexamethasone --to prednisone --compare",
            takes_doses=True,
        ),
        Row(
            "tablets",
            "tablets:tablets",
            "Make a dose exactly: unbroken tablets first, then as few pieces as possible.",
            "taper tablets 7.5 prednisone --strengths 5:2,1",
            takes_doses=True,
        ),
        Row(
            "products",
            "products:products",
            "List the oral tablets of each market: strengths, what may be broken, and the source.",
            "taper products --market US --drug prednisone",
        ),
        Row(
            "quantities",
            "quantities:quantities",
            "Count the tablets to hand out, and those that should come back.",
            "taper quantities IIM-001.yaml --dispense days:28 --packs 5:30",
        ),
        Row(
            "stock",
            "stock:stock",
            "Find the one, two or three strengths that make every printed day with the fewest "
            "tablets.",
            "taper stock patients --market US",
        ),
    ),
    "Protocols and files": (
        Rows(
            "protocols",
            "List the protocols, show one, or try every baseline of one.",
            (
                Row(
                    "show",
                    "protocols:protocols",
                    "List the protocols, or show one with its sources.",
                    "taper protocols iimpact --first-infusion 2026-01-31",
                ),
                Row(
                    "explore",
                    "explore:explore",
                    "Try every baseline of a protocol: days to the target, window, tablets.",
                    "taper protocols explore iimpact",
                ),
            ),
        ),
        Rows(
            "regimens",
            "List the regimens, show one, or compare them.",
            (
                Row(
                    "show",
                    "regimens:show",
                    "List the regimens, or show one with its sources and the choices made in it.",
                    "taper regimens ese-es-2024-fast",
                ),
                Row(
                    "compare",
                    "compare:compare",
                    "Compare regimens by days, dose, steps and window.",
                    "taper regimens compare ese-es-2024-fast combivas --from 25 --to 5",
                ),
            ),
        ),
        Row(
            "check",
            "check:check",
            "Check protocol, regimen and participant files.",
            "taper check patients my-trial.yaml",
        ),
        Row(
            "read-fhir",
            "read_fhir:read_fhir",
            "List the days of medication requests (HL7 FHIR), and what in them contradicts.",
            "taper read-fhir request.json --format json",
        ),
        Row(
            "check-schedule",
            "check_schedule:check_schedule",
            "Look at steps that somebody else wrote: what contradicts, tablets, sums, findings.",
            "taper check-schedule steps.txt --drug prednisone --start 2026-06-01",
        ),
        Row(
            "schema",
            "check:schema",
            "Print the JSON Schema of a kind of file.",
            "taper schema participant",
        ),
    ),
}
"""Every command, under the title that it stands under in the help."""


class Taper(OneSentence):
    """All commands of the table."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for each in chain.from_iterable(COMMANDS.values()):
            self.add_command(each.command())

    def grouped(self) -> dict[str, list[Any]]:
        """The commands of each title."""
        titled = COMMANDS.items()
        return {title: [self.commands[each.name] for each in rows] for title, rows in titled}


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
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)  # a shell asks what there is
        named = {*self.commands, *ctx.help_option_names}
        is_named = args[:1] and args[0] in named
        return super().parse_args(ctx, args if is_named else [next(iter(self.commands)), *args])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Its commands, and what the first one takes."""
        first = next(iter(self.commands.values()))
        with first.make_context(first.name, [], parent=ctx, resilient_parsing=True) as inner:
            argument = inner.command.get_params(inner)[0]
            taken = argument.shell_complete(inner, incomplete)
        return [*super().shell_complete(ctx, incomplete), *taken]
