"""`taper verify`: whether a printed file is unaltered, and whether it is still the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.planning import Protocol, Regimen, Today, day
from taper.cli.speech import say
from taper.errors import ExitCode
from taper.exports import answers
from taper.operations import verify as verifying
from taper.wording.layout import printable, wrapped


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help="A PDF that taper wrote.")],
    participant: Annotated[
        Path | None,
        typer.Argument(metavar="[PARTICIPANT.yaml]", help="The participant's file as it is now."),
    ] = None,
    protocol: Protocol = None,
    regimen: Regimen = None,
    today: Today = None,
    format: Answer = "table",
) -> None:
    """Say whether a printed file is current, superseded or altered.

    Its pages are compared with the plan that it carries, and that with the participant's file or,
    in the folder of a batch, with the ledger. Ends with 0 where nothing speaks against the paper,
    with 1 otherwise.
    """
    as_json = wants_json(format)
    found = verifying.verify(
        file, participant, today=day(today), protocol=protocol, regimen=regimen
    )
    if as_json:
        say(answers.in_one_line(found.as_dict()))
    else:
        say(printable(wrapped(f"{found.file} is {found.verdict}: {found.why}.")))
    raise typer.Exit(ExitCode.WRITTEN if found.verdict.is_good else ExitCode.REFUSED)
