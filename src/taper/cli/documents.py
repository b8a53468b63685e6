"""The options that choose what is printed of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from taper import dose
from taper.app import Format
from taper.documents import Document, earlier_plan
from taper.errors import UsageError
from taper.load.wording import did_you_mean, shown

Paper = Annotated[
    str,
    typer.Option("--document", metavar="|".join(Document), help="What to print of the plan."),
]

Earlier = Annotated[
    Path | None,
    typer.Option(
        "--replaces", metavar="OLD_PLAN.json", help="The plan that a notice says has changed."
    ),
]


def document(typed: str) -> Document:
    """The document that --document names."""
    try:
        return Document(typed)
    except ValueError:
        meant = did_you_mean(typed, list(Document))
        allowed = dose.join(list(Document), "or")
        raise UsageError(f"--document is {shown(typed)}; allowed: {allowed}{meant}.") from None


def usual_format(paper: Document) -> Format:
    """What is made where no --format is given."""
    return Format.TABLE if paper is Document.CALENDAR else Format.PDF


def refuse_other_formats(paper: Document, wanted: Sequence[Format]) -> None:
    """A document beside the calendar is paper only."""
    if paper is Document.CALENDAR:
        return
    for each in wanted:
        if not each.is_calendar:
            raise UsageError(f"--format is {each} with --document {paper}; allowed: pdf or html.")


def replaced_plan(paper: Document, path: Path | None) -> Mapping[str, Any] | None:
    """The earlier plan that --replaces names, which a notice needs and nothing else takes."""
    if (paper is Document.NOTICE) != (path is not None):
        given = f"--document is {paper} {'without' if path is None else 'with'} --replaces"
        raise UsageError(f"{given}; allowed: --document notice together with --replaces.")
    return None if path is None else earlier_plan(path)
