"""What `taper convert --compare` shows: every table side by side, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from taper.cli.shown.conversion import (
    Row,
    about,
    answer_json,
    asked,
    asked_for,
    checked,
    dumped,
    from_json,
    laid_out,
    own_figures,
    row_answers,
)
from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Figure,
    SourcedTable,
    Taken,
    about_taken,
    cited,
    disagreements,
    doubts,
)
from taper.doses.equivalence import PREDNISONE
from taper.doses.evidence import Status
from taper.sources.drugs import drug_facts
from taper.wording.layout import NBSP, table


def comparison_text(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> str:
    """One drug by every table, and where they disagree."""
    needed = [figure.drug for figure in answers[0].figures]
    titles = ["Table", "Dose", "Figures for 5 mg prednisone", "Checked"]
    rows = [
        [answer.by.id, about(answer.dose_mg), _figure_cell(answer), checked(answer.status)]
        for answer in answers
    ]
    lacking = [
        [id_, "-", f"no value for {dose.join(drugs)}", "-"]
        for id_, drugs in _lacking(needed, tables)
    ]
    return laid_out(
        f"{asked(answers[0].taken)} as {asked_for(answers[0])}, by every table",
        table(titles, rows + lacking, right=["Dose"], whole=["Table", "Dose", "Checked"]),
        below=[
            *(("Agreement", said) for said in _agreement(answers, tables)),
            *_behind(answers[0].taken, ((answer.by, answer.figures) for answer in answers)),
        ],
    )


def _figure_cell(answer: Conversion) -> str:
    return ", ".join(
        f"{figure.drug}{NBSP}{dose.text(figure.mg)}"
        for figure in answer.figures
        if figure.drug != PREDNISONE or len(answer.figures) == 1
    )


def _lacking(
    needed: Iterable[str], tables: Iterable[SourcedTable]
) -> Iterator[tuple[str, list[str]]]:
    for by in tables:
        lacks = by.lacks(needed)
        if lacks:
            yield by.id, list(lacks)


def _agreement(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> Iterator[str]:
    found = disagreements((f.drug for f in answers[0].figures), tables)
    yield from (str(disagreement) for disagreement in found)
    doses = sorted({answer.dose_mg for answer in answers})
    if len(answers) == 1:
        yield f"Only {answers[0].by.id} has a value for all that is asked."
    elif len(doses) == 1:
        yield f"All {len(answers)} tables with these drugs give the same dose."
    else:
        yield f"The dose lies from {about(doses[0])} to {about(doses[-1])} {answers[0].to}."


def _behind(
    taken: Sequence[Taken], figures: Iterable[tuple[SourcedTable, Sequence[Figure]]]
) -> list[tuple[str, str]]:
    """Sources, caveats and doubts of every table used."""
    used = list(figures)
    return [
        *(("Source", f"{by.id}: {cited(its)}") for by, its in used),
        *(("Note", doubt) for by, its in used for doubt in doubts(by, its)),
        *(("Note", f"{by.id}: {by.table.caveat}") for by, _ in used),
        *(
            ("Note", note)
            for note in dict.fromkeys(n for by, _ in used for n in about_taken(taken, by))
        ),
    ]


def comparison_json(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> str:
    """The same for another program."""
    needed = [figure.drug for figure in answers[0].figures]
    each = [{**answer_json(answer), "status": answer.status.value} for answer in answers]
    return dumped(_compared(answers[0].taken, each, needed, needed, tables))


def _compared(
    taken: Iterable[Taken],
    each: list[dict[str, Any]],
    needed: Iterable[str],
    drugs: Iterable[str],
    tables: Sequence[SourcedTable],
) -> dict[str, Any]:
    return {
        "from": from_json(taken),
        "tables": each,
        "lacking": [{"table": id_, "drugs": lacks} for id_, lacks in _lacking(needed, tables)],
        "disagreements": [
            {
                "drug": found.drug,
                "mg_per_5_mg_prednisone": [
                    {"mg": dose.text(mg), "tables": list(ids)}
                    for mg, ids in found.tables_of.items()
                ],
            }
            for found in disagreements(drugs, tables)
        ],
    }


def rows_text(rows: Sequence[Row], tables: Sequence[SourcedTable]) -> str:
    """Every drug by every table: a column a table."""
    columns = [{answer.to: answer for answer in row} for row in rows]
    ids = [row[0].by.id for row in rows]
    drugs = [drug for drug in drug_facts() if any(drug in column for column in columns)]
    cells = [
        [drug, *(_dose_cell(column[drug]) if drug in column else "-" for column in columns)]
        for drug in drugs
    ]
    agreement = [str(found) for found in disagreements(drugs, tables)]
    return laid_out(
        f"{asked(rows[0][0].taken)} in mg of every drug, by every table",
        table(["Drug", *ids], cells, right=ids),
        below=[
            *(("Agreement", said) for said in agreement or ["The tables agree."]),
            ("Marked *", "rests on a figure that is UNVERIFIED"),
            *_behind(rows[0][0].taken, ((row[0].by, own_figures(row)) for row in rows)),
        ],
    )


def _dose_cell(answer: Conversion) -> str:
    mark = "*" if answer.status is Status.UNVERIFIED else ""
    about = "" if answer.is_exact else f"about{NBSP}"
    return f"{about}{dose.text(answer.dose_mg)}{mark}"


def rows_json(rows: Sequence[Row], tables: Sequence[SourcedTable]) -> str:
    """The same for another program."""
    taken = rows[0][0].taken
    needed = [t.drug for t in taken]
    return dumped(
        _compared(taken, [row_answers(row) for row in rows], needed, drug_facts(), tables)
    )
