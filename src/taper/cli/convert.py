"""`taper convert`: doses as a dose of another drug, by a table that is named."""

from __future__ import annotations

from typing import Annotated

import typer

from taper.cli.options.common import Answer, refuse_unknown_options, wants_json
from taper.cli.shown import all_tables
from taper.cli.shown import conversion as shown_as
from taper.cli.speech import put_text
from taper.doses.conversion import SourcedTable, Taken
from taper.errors import UsageError
from taper.exports.answers import conversions, dumped
from taper.operations.pharmacy import converting
from taper.operations.pharmacy.at_hand import read_name
from taper.operations.pharmacy.converting import DEFAULT_TABLE, WHO, table_named, taken_of
from taper.sources.drugs import Named

ALL = "all"
_OPTIONS = ("--to", "--table", "--route", "--compare", "--format", "--help")


def convert(
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DOSE DRUG",
            help="Doses of a day in mg, which may be sums: 10+5+5, or have a route: 100:iv",
        ),
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="DRUG|all", help="The drug to convert to, or all of the table.")
    ] = "prednisone",
    table_id: Annotated[
        str | None,
        typer.Option(
            "--table", metavar="ID", help=f"The equivalence table. [default: {DEFAULT_TABLE}]"
        ),
    ] = None,
    by_route: Annotated[
        str | None,
        typer.Option(
            "--route",
            metavar="oral|iv",
            help="How every dose without a route of its own is given. [default: oral]",
        ),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Every table side by side, and where they disagree.")
    ] = False,
    answer: Answer = "table",
) -> None:
    """Convert doses of steroids by a named equivalence table.

    Several drugs of one day are added up: taper convert 20 hydrocortisone 0.5 dexamethasone. Each
    may have its own route: taper convert 100:iv hydrocortisone 20 prednisone.
    """
    as_json = wants_json(answer)
    refuse_unknown_options(given or (), _OPTIONS)
    taken = taken_of(given or [], by_route)
    target = None if to.lower() == ALL else read_name(WHO, "--to", to)
    if compare:
        if table_id is not None:
            raise UsageError("--compare shows every table; leave --table out.")
        put_text(_compared(taken, target, as_json=as_json))
    else:
        put_text(_by_one(taken, target, table_named(table_id or DEFAULT_TABLE), as_json=as_json))


def _by_one(
    taken: tuple[Taken, ...], target: Named | None, by: SourcedTable, *, as_json: bool
) -> str:
    """The answer by one table, the whole row of it where no drug is asked for."""
    if target is not None:
        answer = converting.by_one(taken, target, by)
        return dumped(conversions.conversion(answer)) if as_json else shown_as.conversion(answer)
    row = converting.row_by_one(taken, by)
    return dumped(conversions.row(row)) if as_json else shown_as.row(row, converting.all_tables())


def _compared(taken: tuple[Taken, ...], target: Named | None, *, as_json: bool) -> str:
    """The answers by every table that has all the drugs."""
    tables = converting.all_tables()
    if target is not None:
        each = converting.by_every(taken, target)
        if as_json:
            return dumped(conversions.by_every_table(each, tables))
        return all_tables.conversion(each, tables)
    rows = converting.rows_by_every(taken)
    if as_json:
        return dumped(conversions.rows_of_every_table(rows, tables))
    return all_tables.rows(rows, tables)
