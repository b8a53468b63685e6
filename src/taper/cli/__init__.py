"""The command line: parse, call an operation, say what came of it. No rule of tapering is here."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import __version__
from taper.cli.commands import Taper
from taper.errors import ExitCode
from taper.paper.press.ownership import own_this_process

app = typer.Typer(
    cls=Taper,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="taper plan IIM-001.yaml\ntaper batch patients --out calendars\ntaper plan --help",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"taper {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def taper(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan a steroid taper for a trial participant and print it as a calendar."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.USAGE)


def main() -> None:
    """The `taper` command, whose process does nothing else."""
    own_this_process()
    app(prog_name="taper")
