"""`taper plan`: one participant's file to a table, JSON or a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from taper import app, documents
from taper.app import Format
from taper.cli.documents import (
    Earlier,
    Paper,
    document,
    refuse_other_formats,
    replaced_plan,
    usual_format,
)
from taper.cli.options import Formats, Out, Regimen, Today, day, formats
from taper.cli.pharmacy import DiscardHalves, Dispense, Packs, SpareDays, terms_of
from taper.cli.quantities import quantities_text, say_what_is_unused
from taper.cli.speech import put, tell
from taper.documents import Document
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
    paper: Paper = Document.CALENDAR,
    replaces: Earlier = None,
    today: Today = None,
    format: Formats = None,
    out: Out = None,
) -> None:
    """Plan one participant.

    Without --format a table of the steps and the findings is shown. One text format (table, json,
    html) is shown too unless --out is given; a PDF is written to the --out folder or here. Another
    --document than the calendar is written as a PDF.
    """
    chosen = document(paper)
    wanted = formats(format, usual_format(chosen))
    _refuse_two_texts(wanted, out)
    refuse_other_formats(chosen, wanted)
    earlier = replaced_plan(chosen, replaces)
    as_of = day(today)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    planned = app.plan_file(path, today=as_of, protocol=protocol, beside=Path(), regimen=regimen)
    if chosen is Document.CALENDAR:
        made = app.outputs(planned, wanted, issued=as_of, terms=terms)
    else:
        order = documents.Order(as_of, terms, earlier)
        made = app.document_outputs(planned, chosen, wanted, order)
    if terms is not None:
        say_what_is_unused(terms, [planned])
        if Format.TABLE in made:
            made[Format.TABLE] += b"\n" + quantities_text(planned, terms).encode()
    _say_if_there_is_nothing(planned, chosen, wanted, made)
    shown = {each: data for each, data in made.items() if each.is_text and out is None}
    kept = {each: data for each, data in made.items() if each not in shown}
    stem = documents.stem(planned.participant, chosen)
    for path in app.write(kept, stem, out or Path()).values():
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


def _say_if_there_is_nothing(
    planned: Plan, chosen: Document, wanted: list[Format], made: Mapping[Format, bytes]
) -> None:
    if len(made) < len(wanted):
        what = documents.TITLES[chosen]
        sentence = f"{planned.participant} takes no steroid: there is no {what} to write."
        if not made:
            raise TaperError(sentence)
        tell(sentence)
