"""Every golden case as a workbook, opened by LibreOffice.

Its days and steps are what LibreOffice shows of the cells, and some are printed by it.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.golden_plans import golden_plans

from taper.doses import dose
from taper.exports.xlsx import workbook_of
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id

SOFFICE = shutil.which("soffice")
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
PRINTED = 12
"""One of how many is printed too."""
TITLES = 3
"""Which row of a sheet has the titles."""
CYCLE = "dose mg of each day in turn"


def look() -> int:
    """0 where LibreOffice shows every day and step of every plan, or is not here."""
    if not SOFFICE:
        print(
            "xlsx: LibreOffice is not here, no workbook was opened "
            "(apt-get install libreoffice-calc-nogui)."
        )
        return 0
    plans = golden_plans()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, plan in enumerate(plans):
            data = workbook_of(plan, plan_id(plan), plan.first_day)
            (folder / f"{number}.xlsx").write_bytes(data)
        books = [f"{number}.xlsx" for number in range(len(plans))]
        _convert(folder, EVERY_SHEET, books)
        _convert(folder, "pdf", books[::PRINTED])
        wrong = [said for number, plan in enumerate(plans) for said in _wrong(folder, number, plan)]
    for each in wrong:
        print(f"xlsx: {each}")
    print(
        f"xlsx: LibreOffice shows the days and steps of {len(plans)} workbooks: {len(wrong)} wrong."
    )
    return 1 if wrong else 0


def _convert(folder: Path, form: str, books: Sequence[str]) -> None:
    home = f"-env:UserInstallation=file://{folder}/home"
    words = [SOFFICE, home, "--headless", "--convert-to", form, *books]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def _wrong(folder: Path, number: int, plan: Plan) -> Iterator[str]:
    named = f"{number}: {plan.participant}"
    days = [
        (date.fromisoformat(row["date"]), row["drug"], Fraction(row["dose mg"]), int(row["step"]))
        for row in _rows(folder / f"{number}-Days.csv")
    ]
    if days != [(d.date, d.step.drug, d.dose_mg, d.step.number) for d in plan.days()]:
        yield f"{named}: other days"
    steps = [
        (
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["to"]),
            (row[CYCLE] or row["dose mg"]).split("\n"),
        )
        for row in _rows(folder / f"{number}-Steps.csv")
    ]
    if steps != [(s.start, s.end, list(map(dose.text, s.daily_mg))) for s in plan.steps]:
        yield f"{named}: other steps"
    if number % PRINTED == 0 and not (folder / f"{number}.pdf").exists():
        yield f"{named}: not printed"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        titles, *rows = list(csv.reader(file))[TITLES - 1 :]
    return (dict(zip(titles, row, strict=True)) for row in rows)
