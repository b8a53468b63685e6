"""The command line: parse, call an operation, say what came of it. No rule of tapering is here."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import __version__
from taper.cli import protocols
from taper.cli.batch import batch
from taper.cli.check import check, schema
from taper.cli.convert import convert
from taper.cli.event import event
from taper.cli.history import audit, history
from taper.cli.plan import plan
from taper.cli.products import products
from taper.cli.quantities import quantities
from taper.cli.speech import OneSentence
from taper.cli.stock import stock
from taper.cli.tablets import tablets_of
from taper.cli.template import template
from taper.cli.verify import verify
from taper.errors import ExitCode
from taper.paper.press.ownership import own_this_process

app = typer.Typer(
    cls=OneSentence,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(plan)
app.command()(batch)
app.command()(template)
app.command()(history)
app.command()(audit)
app.command()(verify)
app.command()(event)
app.command()(protocols.protocols)
app.add_typer(protocols.regimens, name="regimens")
app.command()(check)
app.command()(schema)
# A dose such as -5 looks like an option, and is to be answered as a dose.
app.command(context_settings={"ignore_unknown_options": True})(convert)
app.command(name="tablets", context_settings={"ignore_unknown_options": True})(tablets_of)
app.command()(products)
app.command()(quantities)
app.command()(stock)


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
