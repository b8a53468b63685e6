"""`taper plan`: one participant's file to a table, JSON or a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper import app
from taper.app import Format
from taper.cli.options import Formats, Out, Today, day
from taper.cli.speech import put, tell
from taper.errors import Refusal, UsageError
from taper.plan import Plan
from taper.terminal import findings_text


def plan(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A participant's YAML file.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            metavar="ID|PATH", help="Plan by this protocol instead of the one that the file names."
        ),
    ] = None,
    today: Today = None,
    format: Formats = None,
    out: Out = None,
) -> None:
    """Plan one participant.

    Without --format a table of the steps and the findings is shown. One text format (table, json,
    html) is shown too unless --out is given; a PDF is written to the --out folder or here.
    """
    formats = list(dict.fromkeys(format or [Format.TABLE]))
    _refuse_two_texts(formats, out)
    as_of = day(today)
    planned = app.plan_file(path, today=as_of, protocol=protocol, beside=Path())
    made = app.outputs(planned, formats, issued=as_of)
    if not made:
        raise Refusal.of(planned.participant, "steroid", "none", "a steroid, to print a calendar")
    shown = [] if out is not None else [each for each in made if each.is_text]
    written = app.write(
        {each: data for each, data in made.items() if each not in shown},
        planned.participant,
        out or Path(),
    )
    for each in shown:
        put(made[each])
    _say_what_was_written(planned, list(written.values()), formats, silent_findings=bool(shown))


def _refuse_two_texts(formats: list[Format], out: Path | None) -> None:
    texts = [each for each in formats if each.is_text]
    if len(texts) > 1 and out is None:
        raise UsageError(
            f"--format is {' and '.join(texts)}; allowed: one text format, or a folder to write "
            "them to with --out."
        )


def _say_what_was_written(
    planned: Plan, written: list[Path], formats: list[Format], *, silent_findings: bool
) -> None:
    for path in written:
        tell(f"Wrote {path}")
    left_out = [each for each in formats if each.is_calendar] if not planned.steps else []
    if left_out:
        tell(f"{planned.participant} takes no steroid: there is no calendar to write.")
    if planned.findings and not silent_findings:
        tell(findings_text(planned.findings).rstrip())
