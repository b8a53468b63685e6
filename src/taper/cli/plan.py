"""`taper plan`: one participant's file to a table, JSON or a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from taper import app
from taper.app import Format
from taper.cli.options import Formats, Out, Regimen, Today, day, formats
from taper.cli.pharmacy import DiscardHalves, Dispense, Packs, SpareDays, terms_of
from taper.cli.quantities import quantities_text, say_what_is_unused
from taper.cli.speech import put, tell
from taper.errors import TaperError, UsageError
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
    regimen: Regimen = None,
    every: Dispense = None,
    spare_days: SpareDays = None,
    packs: Packs = None,
    discard_halves: DiscardHalves = False,
    today: Today = None,
    format: Formats = None,
    out: Out = None,
) -> None:
    """Plan one participant.

    Without --format a table of the steps and the findings is shown. One text format (table, json,
    html) is shown too unless --out is given; a PDF is written to the --out folder or here.
    """
    wanted = formats(format, Format.TABLE)
    _refuse_two_texts(wanted, out)
    as_of = day(today)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    planned = app.plan_file(path, today=as_of, protocol=protocol, beside=Path(), regimen=regimen)
    made = app.outputs(planned, wanted, issued=as_of, terms=terms)
    if terms is not None:
        say_what_is_unused(terms, [planned])
        if Format.TABLE in made:
            made[Format.TABLE] += b"\n" + quantities_text(planned, terms).encode()
    _say_if_there_is_no_calendar(planned, wanted, made)
    shown = {each: data for each, data in made.items() if each.is_text and out is None}
    kept = {each: data for each, data in made.items() if each not in shown}
    for path in app.write(kept, planned.participant, out or Path()).values():
        tell(f"Wrote {path}")
    for data in shown.values():
        put(data)
    if not shown and planned.findings:  # what is shown has them
        tell(findings_text(planned.findings).rstrip())


def _refuse_two_texts(wanted: list[Format], out: Path | None) -> None:
    texts = [each for each in wanted if each.is_text]
    if len(texts) > 1 and out is None:
        raise UsageError(
            f"--format is {' and '.join(texts)}; allowed: one text format, or a folder to write "
            "them to with --out."
        )


def _say_if_there_is_no_calendar(
    planned: Plan, wanted: list[Format], made: Mapping[Format, bytes]
) -> None:
    if len(made) < len(wanted):
        sentence = f"{planned.participant} takes no steroid: there is no calendar to write."
        if not made:
            raise TaperError(sentence)
        tell(sentence)
