"""The command line: parse, call an operation, say what came of it. No rule of tapering is here."""

from __future__ import annotations

from typing import Annotated

import typer

from taper import __version__
from taper.cli.batch import batch
from taper.cli.plan import plan
from taper.cli.speech import OneSentence

app = typer.Typer(
    cls=OneSentence,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(plan)
app.command()(batch)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"taper {__version__}")
        raise typer.Exit


@app.callback()
def taper(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan a steroid taper for a trial participant and print it as a calendar."""


def main() -> None:
    """The `taper` command."""
    app(prog_name="taper")
