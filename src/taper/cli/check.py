"""`taper check` and `taper schema`: files looked at before anybody plans by them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.planning import Today, day
from taper.cli.speech import put, put_text, refuse, say, tell
from taper.errors import ExitCode, UsageError
from taper.exports import answers
from taper.exports.text import findings_text
from taper.operations.checking import files
from taper.operations.checking.files import Checked, last_day
from taper.operations.programs.planned import Plan
from taper.sources.checking import Subject
from taper.sources.schema import published
from taper.sources.unread import unread_within
from taper.wording.case import known
from taper.wording.layout import printable
from taper.wording.quoting import one_of, quoted


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR", help="Files, or folders with files and folders in them."
        ),
    ],
    today: Today = None,
    answer: Answer = "table",
) -> None:
    """Check protocol, regimen and participant files.

    Every problem of every file is told, and participants are planned: what taper plan and taper
    batch would refuse is a problem too. The totals of a regimen's sheet are added up again. A
    line is printed for each file in order, and what was found in its plan below it; problems end
    in exit code 1. A dose that was taken far over the one prescribed is named, and files of a
    folder that are not read once.
    """
    as_json = wants_json(answer)
    found = files.check(paths, day(today))
    for said in filter(None, (unread_within(path) for path in paths if path.is_dir())):
        tell(said)
    if as_json:
        put_text(answers.dumped({"files": found.records()}))
    else:
        for checked in found:
            _report(checked)
    if any(checked.problems for checked in found):
        raise typer.Exit(ExitCode.REFUSED)


def _report(checked: Checked) -> None:
    for problem in checked.problems:
        refuse(str(problem))
    if not checked.problems:
        remarks = [checked.remark, "" if checked.plan is None else _in_short(checked.plan)]
        said = "".join(f", {remark}" for remark in remarks if remark)
        say(printable(f"{checked.path}: a {checked.subject} in order{said}"))
    if checked.plan is not None and checked.plan.findings:
        say(printable(findings_text(checked.plan.findings)))
    for said in checked.far_over:
        tell(said)


def _in_short(plan: Plan) -> str:
    """What was planned, in a line: where it ends and when."""
    dates = {
        "taper from": plan.taper_start,
        "target reached": plan.target_reached,
        "printed until": last_day(plan),
    }
    said = [f"{label} {date}" for label, date in dates.items() if date is not None]
    state = f"{plan.state}, provisional" if plan.provisional else f"{plan.state}"
    return ", ".join([state, *said])


def schema(
    subject: Annotated[
        str, typer.Argument(metavar="|".join(Subject), help="The kind of file it is for.")
    ],
) -> None:
    """Print the JSON Schema of a kind of file.

    By it an editor completes and checks the file while it is written.
    """
    word = known(subject, Subject)
    if word is None:
        raise UsageError(f"The kind is {quoted(subject)}; allowed: {one_of(Subject)}.")
    put(published(Subject(word)).encode())
