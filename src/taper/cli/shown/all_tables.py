"""What `taper convert --compare` shows: every table side by side, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from taper.cli.shown.conversion import laid_out
from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Figure,
    Row,
    SourcedTable,
    Taken,
    about_taken,
    cited,
    disagreements,
    doubts,
    lacking,
    own_figures,
)
from taper.doses.evidence import Status
from taper.sources.drugs import drug_facts
from taper.wording.converted import (
    about,
    agreement,
    asked,
    asked_for,
    checked,
    measured,
    other_figures,
)
from taper.wording.layout import NBSP, table


def conversion(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> str:
    """One drug by every table, and where they disagree."""
    needed = [figure.drug for figure in answers[0].figures]
    titles = ["Table", "Dose", "Figures for 5 mg prednisone", "Checked"]
    rows = [
        [answer.by.id, about(answer.dose_mg), other_figures(answer), checked(answer.status)]
        for answer in answers
    ]
    without = [
        [id_, "-", f"no value for {dose.join(drugs)}", "-"]
        for id_, drugs in lacking(needed, tables)
    ]
    return laid_out(
        f"{asked(answers[0].taken)} as {asked_for(answers[0])}, by every table",
        table(titles, rows + without, right=["Dose"], whole=["Table", "Dose", "Checked"]),
        below=[
            *(("Agreement", said) for said in agreement(answers, tables)),
            *_behind(answers[0].taken, ((answer.by, answer.figures) for answer in answers)),
        ],
    )


def _behind(
    taken: Sequence[Taken], figures: Iterable[tuple[SourcedTable, Sequence[Figure]]]
) -> list[tuple[str, str]]:
    """Sources, caveats and doubts of every table used."""
    used = list(figures)
    return [
        *(("Worked out", line) for line in measured(taken)),
        *(("Source", f"{by.id}: {cited(its)}") for by, its in used),
        *(("Note", doubt) for by, its in used for doubt in doubts(by, its)),
        *(("Note", f"{by.id}: {by.table.caveat}") for by, _ in used),
        *(
            ("Note", note)
            for note in dict.fromkeys(n for by, _ in used for n in about_taken(taken, by))
        ),
    ]


def rows(of_tables: Sequence[Row], tables: Sequence[SourcedTable]) -> str:
    """Every drug by every table: a column a table."""
    columns = [{answer.to: answer for answer in row} for row in of_tables]
    ids = [row[0].by.id for row in of_tables]
    drugs = [drug for drug in drug_facts() if any(drug in column for column in columns)]
    cells = [
        [drug, *(_dose_cell(column[drug]) if drug in column else "-" for column in columns)]
        for drug in drugs
    ]
    agreement = [str(found) for found in disagreements(drugs, tables)]
    return laid_out(
        f"{asked(of_tables[0][0].taken)} in mg of every drug, by every table",
        table(["Drug", *ids], cells, right=ids),
        below=[
            *(("Agreement", said) for said in agreement or ["The tables agree."]),
            ("Marked *", "rests on a figure that is UNVERIFIED"),
            *_behind(of_tables[0][0].taken, ((row[0].by, own_figures(row)) for row in of_tables)),
        ],
    )


def _dose_cell(answer: Conversion) -> str:
    mark = "*" if answer.status is Status.UNVERIFIED else ""
    about = "" if answer.is_exact else f"about{NBSP}"
    return f"{about}{dose.text(answer.dose_mg)}{mark}"
