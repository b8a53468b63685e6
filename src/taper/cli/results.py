"""`taper results`: did the steroid come down, for each participant and for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import named_out, named_source
from taper.cli.options.formats import XPT_ALONE, Xpt
from taper.cli.options.planning import Protocol, Regimen, Today, day
from taper.cli.shown import results as shown
from taper.cli.speech import put, put_text, refuse, report, tell
from taper.doses import dose
from taper.errors import ExitCode, UsageError
from taper.exports.cdisc.transport import refuse_without_library
from taper.folder.ledger_file import refuse_kept
from taper.operations.options import read_word
from taper.operations.results import arms, forms, gathering
from taper.operations.results.forms import Form
from taper.operations.results.gathering import Asked, Results
from taper.operations.results.question import USUAL_WINDOW, question_of
from taper.results.estimands import Estimand
from taper.results.library import stats
from taper.results.times import USUAL
from taper.sources.cm import by_reason
from taper.sources.groups import read_groups
from taper.storage import files
from taper.wording.layout import wrapped
from taper.wording.quoting import plain

_MOST_ROWS = 8
"""How many rows that were left out are named for one reason; JSON and files have all."""


def results(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            parser=named_source,
            help="A folder with a YAML file a participant, a table of them, or one file.",
        ),
    ],
    at: Annotated[
        str, typer.Option(metavar="TIMES", help="When to look, counted from infusion 1.")
    ] = USUAL,
    window: Annotated[
        str, typer.Option(metavar="DAYS", help="How many days up to each time are averaged too.")
    ] = USUAL_WINDOW,
    estimand: Annotated[
        str,
        typer.Option(
            metavar="treatment-policy|hypothetical|composite",
            help="What a flare and a withdrawal do to the numbers (ICH E9(R1)).",
        ),
    ] = Estimand.TREATMENT_POLICY.value,
    without_rescue: Annotated[
        bool,
        typer.Option("--without-rescue", help="Leave out days of rescue and stress doses."),
    ] = False,
    with_exposures: Annotated[
        bool,
        typer.Option(
            "--with-exposures", help="Count doses beside the ladder in the cumulative dose too."
        ),
    ] = False,
    diary: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A table of what was taken, or domain CM of SDTM; may be repeated."
        ),
    ] = None,
    flag: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Tell all together without this participant too; may be repeated."
        ),
    ] = None,
    group_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="UNBLINDS: the group of each participant, for the statistician."
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", parser=named_out, help="Draw the pictures there, as SVG and PNG."
        ),
    ] = None,
    protocol: Protocol = None,
    regimen: Regimen = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the fields of a REDCap export mean, as YAML."),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which sheet of a workbook is read.")
    ] = None,
    today: Today = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="table|csv|json|xlsx|html|sdtm",
            help="For a screen, spreadsheets, a program, a page that prints, CDISC's datasets.",
        ),
    ] = "table",
    xpt: Xpt = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE|DIR",
            parser=named_out,
            help="The file to write; of csv, sdtm, and with --group-file, the folder.",
        ),
    ] = None,
) -> None:
    """Say whether the steroid came down: planned, prescribed and taken, one by one and all.

    Dose and change at each time, cumulative dose, days at 5 and 7.5 mg or less, the target, flares
    and adherence for each participant, and all together. What is not known is undefined and never
    filled in.
    """
    form = Form(read_word("--format", format, Form))
    _refuse_out(form, out, group_file, pictures)
    if xpt and form is not Form.SDTM:
        raise UsageError(XPT_ALONE)
    if xpt:
        refuse_without_library()
    forms.refuse_without(form, pictures=pictures is not None)
    stats()
    question = question_of(
        at=at,
        window=window,
        estimand=estimand,
        with_rescue=not without_rescue,
        with_exposures=with_exposures,
    )
    asked = Asked(
        source=source,
        today=day(today),
        question=question,
        diaries=tuple(diary or ()),
        flagged=tuple(flag or ()),
        protocol=protocol,
        regimen=regimen,
        mapping=mapping,
        sheet=sheet,
    )
    found = gathering.results(asked, tell)
    if group_file is not None:
        group_of = read_groups(group_file)
        found = arms.with_groups(found, group_of)
        _tell_in_no_result(found, group_of)
    _tell(found)
    _answer(found, form, out, pictures, xpt=xpt)
    raise typer.Exit(ExitCode.SOME_REFUSED if found.refused else ExitCode.WRITTEN)


def _tell_in_no_result(found: Results, group_of: Iterable[str]) -> None:
    """Who has a group and no number: whoever compares the groups counts on them."""
    lacking = sorted(set(group_of) - {each.participant for each in found.everybody})
    if lacking:
        some = dose.join([plain(each) for each in lacking[:_MOST_ROWS]])
        more = f" and {len(lacking) - _MOST_ROWS} more" if len(lacking) > _MOST_ROWS else ""
        tell(wrapped(f"--group-file: {some}{more}: in no result."))


def _tell(found: Results) -> None:
    """Who was refused, and which rows of a file of other medicines are not counted."""
    for ground in found.refused:
        refuse(str(ground))
    for reason, rows in by_reason(found.left_out).items():
        some = ", ".join(str(each.row) for each in rows[:_MOST_ROWS])
        more = f" and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
        what = "Row" if len(rows) == 1 else "Rows"
        tell(f"{what} {some}{more} of the CM domain not counted: {reason}.")
    for said in found.remarks[:_MOST_ROWS]:
        tell(said)
    if len(found.remarks) > _MOST_ROWS:
        tell(f"And {len(found.remarks) - _MOST_ROWS} remarks more, which the notes have.")


def _answer(
    found: Results, form: Form, out: Path | None, pictures: Path | None, *, xpt: bool
) -> None:
    made = forms.made(found, form, shown.results, xpt=xpt)
    written: dict[Path, bytes] = {}
    if out is None:
        put_text(made.text) if made.text is not None else put(made.data)
    else:
        written |= _placed(found, form, out, made.files)
    if pictures is not None:
        drawn = forms.pictures(found)
        written |= {pictures / name: data for name, data in drawn.items()}
    _write(written)


def _placed(
    found: Results, form: Form, out: Path, contents: Mapping[str, bytes]
) -> dict[Path, bytes]:
    """The files where they go: in a folder, or under the one name that was given."""
    if form.is_folder or found.is_unblinded:
        return {out / name: data for name, data in contents.items()}
    (data,) = contents.values()
    return {out: data}


def _write(contents: Mapping[Path, bytes]) -> None:
    refuse_kept(contents)
    for folder in dict.fromkeys(path.parent for path in contents):
        files.make_folder(folder)
    if contents:
        files.write_all(contents)
        report(f"Wrote {_named(list(contents))}.")


def _named(paths: Sequence[Path]) -> str:
    if len(paths) == 1:
        return plain(str(paths[0]))
    folders = dict.fromkeys(str(path.parent) for path in paths)
    return f"{len(paths)} files to {' and '.join(map(plain, folders))}"


# What was typed ---------------------------------------------------------------------------------


def _refuse_out(
    form: Form, out: Path | None, group_file: Path | None, pictures: Path | None
) -> None:
    if group_file is not None and out is None:
        raise UsageError(
            "--group-file is given without --out; allowed: with --out DIR, a folder of its own for "
            "whoever may know the arms."
        )
    for option, folder in (("--out", out), ("--pictures", pictures)):
        if group_file is not None and folder is not None:
            forms.refuse_shared_folder(option, folder)
    if form is Form.SDTM and out is None:
        raise UsageError("--out is missing; allowed: --out DIR, a folder, with --format sdtm.")
    if form is Form.SDTM and group_file is not None:
        raise UsageError(
            "--group-file is given with --format sdtm, which holds no arm; allowed: another format."
        )
    if form is Form.XLSX and out is None:
        raise UsageError("--out is missing; allowed: --out FILE.xlsx with --format xlsx.")
