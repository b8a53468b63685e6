"""`taper recalled`: a paper that came back is ticked off in its folder's ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.planning import Today, day
from taper.cli.options.sheets import read_option
from taper.cli.options.signing import Key, signer
from taper.cli.speech import report
from taper.operations.site import recalling
from taper.trial.fields import parse_date, parse_role
from taper.wording.layout import printable, wrapped


def recalled(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a batch was written to.")
    ],
    participant: Annotated[str, typer.Argument(metavar="ID", help="Whose paper is back.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day on which it came back.")],
    by: Annotated[
        str, typer.Option("--by", metavar="ROLE", help="Who took it: a role, and no name.")
    ],
    today: Today = None,
    key: Key = None,
) -> None:
    """Note that a participant's replaced papers are back, or known to be destroyed.

    The index, the board and the next run's page ask for them no longer.
    """
    done = recalling.recalled(
        folder,
        participant,
        on=read_option("--on", on, parse_date),
        by=read_option("--by", by, parse_role),
        today=day(today),
        signer=signer(key, folder),
    )
    said = f"{done.participant}: back up to revision {done.revision}, on {done.on}, by {done.by}."
    report(wrapped(printable(said)))
