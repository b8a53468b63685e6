"""`taper board`: a line a participant, as of a day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import named_out
from taper.cli.options.planning import Today, day
from taper.cli.shown.board import board_text
from taper.cli.speech import put_text, report, say, tell
from taper.errors import UsageError
from taper.exports import answers
from taper.folder import board as boards
from taper.folder import told
from taper.folder.board_cells import TITLES, cells
from taper.folder.ledger_file import refuse_kept
from taper.storage import files
from taper.wording.case import as_known
from taper.wording.layout import width
from taper.wording.quoting import quoted

_FORMATS = ("table", "json", "html")


def board(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a batch was written to.")
    ],
    today: Today = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="table|json|html", help="For a screen, a program, a wall."
        ),
    ] = "table",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", parser=named_out, help="Where to write the page. [html only]"
        ),
    ] = None,
) -> None:
    """Show what each participant takes today, what changes next, and what is to be seen to."""
    typed, format = format, as_known(format, _FORMATS)
    if format not in _FORMATS:
        raise UsageError(f"--format is {quoted(typed)}; allowed: table, json or html.")
    if out is not None and format != "html":
        raise UsageError(f"--out is given with --format {format}; allowed: with --format html.")
    as_of = day(today)
    lines = boards.board(folder, as_of)
    if said := told.unfinished(folder):
        tell(said)
    if format == "json":
        for line in lines:
            say(answers.in_one_line(line.as_dict()))
        if said := boards.before_last_run(lines, as_of):
            tell(said)
    elif format == "table":
        say(board_text(lines, as_of, width()).rstrip("\n"))
    else:
        over = boards.over(lines, as_of)
        _page(boards.page(TITLES, map(cells, lines), as_of, over), out)


def _page(page: str, out: Path | None) -> None:
    if out is None:
        put_text(page)
        return
    refuse_kept([out])
    files.write_all({out: page.encode()})
    report(f"Written to {out}.")
