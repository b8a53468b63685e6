"""Results in the form that was asked for: text, tables, a workbook, a page; and pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from taper.errors import UsageError
from taper.exports.answers import dumped
from taper.exports.answers import results as answers
from taper.exports.cdisc.adexsum import adexsum
from taper.exports.cdisc.dataset_json import as_json
from taper.exports.cdisc.define import define_of
from taper.exports.cdisc.domains import datasets
from taper.exports.cdisc.given import Subject
from taper.exports.cdisc.transport import as_transport
from taper.exports.workbook import as_xlsx
from taper.operations.results import page
from taper.operations.results.gathering import Results
from taper.operations.results.pictures import drawn, refuse_without_library
from taper.operations.results.rules import rules
from taper.results.in_short import in_short
from taper.results.report import Table, tables
from taper.wording.cells import neutral

UNBLINDED = "UNBLINDED: holds the arm of each participant"
_MARK = "UNBLINDED-"
_TITLE = "What came of the steroid"


class Form(StrEnum):
    """The forms of an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"
    SDTM = "sdtm"

    @property
    def is_folder(self) -> bool:
        """Whether it is several files."""
        return self in (Form.CSV, Form.SDTM)


_ENDINGS = {Form.TABLE: ".txt", Form.JSON: ".json", Form.XLSX: ".xlsx", Form.HTML: ".html"}


@dataclass(frozen=True)
class Made:
    """The files of an answer by their names, and what goes to the screen where none is wanted."""

    files: Mapping[str, bytes]
    text: str | None = None

    @property
    def data(self) -> bytes:
        """The first file."""
        return next(iter(self.files.values()))


def refuse_without(form: Form, *, pictures: bool) -> None:
    """Raise `EnvironmentLacking` where there is nothing to draw with."""
    if form is Form.HTML or pictures:
        refuse_without_library()


def refuse_shared_folder(option: str, out: Path) -> None:
    """Raise where a folder for the unblinded has anything else in it."""
    if out.is_file():
        raise UsageError(f"{option} is {out}, a file; allowed: a folder with --group-file.")
    others = [] if not out.is_dir() else [p for p in out.iterdir() if not _is_marked(p.name)]
    if others:
        raise UsageError(
            f"{option} is {out}, in which {others[0].name} lies; allowed: a folder of its own with "
            "--group-file, so that nobody meets an arm by accident."
        )


def _is_marked(name: str) -> bool:
    return name.startswith(_MARK)


def made(
    found: Results,
    form: Form,
    as_text: Callable[[Results], str],
    *,
    xpt: bool = False,
) -> Made:
    """The answer in one form, with the rules by which its numbers are made.

    `as_text` makes the text of a screen. With `xpt` each SDTM dataset is a SAS transport file too.
    """
    name = f"{_MARK if found.is_unblinded else ''}results{_ENDINGS.get(form, '')}"
    match form:
        case Form.TABLE:
            text = as_text(found)
        case Form.JSON:
            text = dumped(_data(found))
        case Form.HTML:
            text = page.page(found, all_tables(found), list(rules(found)))
        case Form.XLSX:
            title = UNBLINDED if found.is_unblinded else _TITLE
            return Made({name: as_xlsx(title, list(rules(found)), all_tables(found))})
        case Form.CSV:
            each = all_tables(found)
            files = {f"{_mark(found)}{table.name}.csv": _csv(table) for table in each}
            return Made(files)
        case Form.SDTM:
            return Made(_sdtm(found, xpt=xpt))
    return Made({name: text.encode()}, text)


def _mark(found: Results) -> str:
    return _MARK if found.is_unblinded else ""


def _data(found: Results) -> dict[str, object]:
    asked = found.asked
    data = answers.as_data(found.everybody, found.cohort, asked.question, found.main, asked.today)
    marked = {"unblinded": UNBLINDED, "groups": dict(found.group_of)} if found.is_unblinded else {}
    return {
        **marked,
        **data,
        "today": asked.today.isoformat(),
        "not_on_steroid": list(found.not_on_steroid),
        "left_out": [
            {"row": e.row, "participant": e.participant, "drug": e.drug, "reason": e.reason}
            for e in found.left_out
        ],
        "remarks": list(found.remarks),
        "refused": [str(ground) for ground in found.refused],
    }


def all_tables(found: Results) -> tuple[Table, ...]:
    """Every table, the short one first; where the arms are known each row says so."""
    made = (
        in_short(found.cohort, found.main),
        *tables(found.everybody, found.cohort, found.main),
        *_left_out(found),
    )
    if not found.is_unblinded:
        return made
    groups = Table(
        "groups",
        "The arm of each participant",
        ("participant", "group"),
        tuple(found.group_of.items()),
    )
    return tuple(_marked(table) for table in (*made, groups))


def _left_out(found: Results) -> list[Table]:
    if not found.left_out:
        return []
    rows = tuple((str(e.row), e.participant, e.drug, e.reason) for e in found.left_out)
    columns = ("row", "participant", "drug", "reason")
    return [Table("left_out", "Rows of other medicines that are not counted", columns, rows)]


def _marked(table: Table) -> Table:
    rows = tuple((*row, UNBLINDED) for row in table.rows)
    return replace(table, columns=(*table.columns, "unblinded"), rows=rows)


DEFINE = "define.xml"


def _sdtm(found: Results, *, xpt: bool) -> dict[str, bytes]:
    """Every dataset of a site, which is of one study, and what is in them."""
    today, subjects = found.asked.today, [each.subject for each in found.reported]
    study = _one_study(subjects)
    every = (*datasets(subjects), adexsum(found.reported))
    files = {each.file: as_json(each, study, today, DEFINE) for each in every}
    transport = {f"{each.name.lower()}.xpt": as_transport(each, today) for each in every if xpt}
    return {**files, **transport, DEFINE: define_of(every, study, today)}


def _one_study(subjects: Iterable[Subject]) -> str:
    studies = dict.fromkeys(each.study for each in subjects)
    if len(studies) > 1:
        raise UsageError(
            f"--format is sdtm for protocols {' and '.join(studies)}; allowed: participants of one "
            "study, as define.xml is of one."
        )
    if not studies:
        raise UsageError("--format is sdtm, and nobody takes a steroid; allowed: another form.")
    return next(iter(studies))


def _csv(table: Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for another code


def _harmless(cell: str) -> str:
    """A text that is no formula; a number below 0 is none."""
    return cell if cell[:1] == "-" and cell[1:2].isdigit() else neutral(cell)


def pictures(found: Results) -> dict[str, bytes]:
    """Each picture as SVG and PNG, and the numbers of it as CSV, by name."""
    mark = _mark(found)
    files: dict[str, bytes] = {}
    for picture in drawn(found):
        files[f"{mark}{picture.name}.svg"] = picture.svg.encode()
        files[f"{mark}{picture.name}.png"] = picture.png()
        files[f"{mark}{picture.name}.csv"] = _csv(picture.table)
    return files
