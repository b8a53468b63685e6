"""`taper verify`: whether a printed file is unaltered, and whether it is still the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.papers import Earlier
from taper.cli.options.planning import Protocol, Regimen, Today, day
from taper.cli.options.signing import KnownKeys, known
from taper.cli.speech import say
from taper.errors import ExitCode, UsageError
from taper.exports import answers
from taper.operations.plans.one import earlier_plan
from taper.operations.verifying import codes, papers
from taper.operations.verifying.codes import VerifiedCode
from taper.planning.plan import Plan
from taper.record.changes import Replaced
from taper.record.earlier import replaced_by
from taper.wording.layout import printable, wrapped

Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder", metavar="DIR", help="The folder of a batch, whose ledger is to know the file."
    ),
]


Scanned = Annotated[
    str | None,
    typer.Option(
        "--code", metavar="WORDS", help="Instead of a file, the text of the code on a paper."
    ),
]


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE.pdf", help="A PDF that taper wrote; with --code the folder of a batch."
        ),
    ] = None,
    participant: Annotated[
        Path | None,
        typer.Argument(metavar="PARTICIPANT.yaml", help="The participant's file as it is now."),
    ] = None,
    protocol: Protocol = None,
    regimen: Regimen = None,
    replaces: Earlier = None,
    folder: Folder = None,
    known_key: KnownKeys = None,
    code: Scanned = None,
    today: Today = None,
    format: Answer = "table",
) -> None:
    """Say whether a printed file is proved, and whether it is current.

    It is proved where its bytes are made again of what the participant's file gives today, where
    the ledger of a batch's folder knows them, or where a known key signed what they are made of.
    What nothing proves is compared with the plan that it carries, and is unproved or altered. Ends
    with 0 where the paper was proved, is not known to be replaced, and still fits its data; with 1
    otherwise.
    """
    as_json, keys = wants_json(format), known(known_key) or frozenset()
    beside = {"--protocol": protocol, "--regimen": regimen, "--replaces": replaces}
    if code is not None:
        alone = "a code with the folder of its batch alone"
        _refuse_unread({"PARTICIPANT.yaml": participant, **beside}, "with --code", alone)
        _refuse_unread({"FILE": folder and file}, "with --code and --folder", "one of the two")
        _say_of_code(codes.verify(code, folder or file, keys), as_json=as_json)
    if file is None:
        raise UsageError("FILE.pdf is missing; allowed: a PDF, or --code TEXT and a folder.")
    if participant is None:
        _refuse_unread(beside, "without PARTICIPANT.yaml", "with it")
    found = papers.verify(
        file,
        participant,
        today=day(today),
        protocol=protocol,
        regimen=regimen,
        replaced=_replaced(replaces),
        folder=folder,
        keys=keys,
    )
    if as_json:
        say(answers.in_one_line(found.as_dict()))
    else:
        say(printable(wrapped(f"{found.file} is {found.verdict}: {found.why}.")))
        if found.proved is not None:
            say(printable(wrapped(f"Proved: {found.proved.said}.")))
        for addition in found.additions:
            say(printable(wrapped(f"Added: {addition}.")))
    raise typer.Exit(ExitCode.WRITTEN if found.verdict.is_good else ExitCode.REFUSED)


def _refuse_unread(given: Mapping[str, object], when: str, allowed: str) -> None:
    """Raise for what would not be looked at."""
    for name, typed in given.items():
        if typed is not None:
            raise UsageError(f"{name} is given {when}; allowed: {allowed}.")


def _say_of_code(found: VerifiedCode, *, as_json: bool) -> NoReturn:
    if as_json:
        say(answers.in_one_line(found.as_dict()))
    else:
        say(printable(wrapped(f"The code is {found.verdict}: {found.why}.")))
        if found.proved is not None:
            say(printable(wrapped(f"Proved: {found.proved.said}.")))
    raise typer.Exit(ExitCode.WRITTEN if found.verdict.is_good else ExitCode.REFUSED)


def _replaced(earlier: Path | None) -> Callable[[Plan], Replaced | None]:
    """What a plan replaces, by the earlier one's file; read before anything else is."""
    old = None if earlier is None else earlier_plan(earlier)
    return lambda plan: None if old is None else replaced_by(plan, old)
