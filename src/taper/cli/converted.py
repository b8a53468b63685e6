"""What `taper convert` shows: one answer, the row of a table, or every table side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from taper import dose
from taper.convert import (
    ROUNDED,
    Conversion,
    Figure,
    Route,
    SourcedTable,
    Taken,
    about_routes,
    cited,
    disagreements,
    doubts,
    prints_exactly,
    tables_with,
)
from taper.equivalence import PREDNISONE
from taper.evidence import Status
from taper.load.drugs import drug_facts
from taper.terminal import NBSP, table, wrapped

Row = Sequence[Conversion]
"""The same doses as every drug of one table."""
Labelled = Iterable[tuple[str, str]]


# Words ----------------------------------------------------------------------------------------


def _mg(mg: Fraction) -> str:
    return f"{dose.text(mg)}{NBSP}mg"


def _about(mg: Fraction) -> str:
    """A dose in mg; `about` where its printed form is not exact."""
    return _mg(mg) if prints_exactly(mg) else f"about{NBSP}{_mg(mg)}"


def _asked(taken: Iterable[Taken]) -> str:
    return dose.join(
        [f"{_mg(t.dose_mg)} {'intravenous ' if t.route is Route.IV else ''}{t.drug}" for t in taken]
    )


def _checked(status: Status) -> str:
    return status.upper() if status is Status.UNVERIFIED else status.value


def _said(title: str, *blocks: str, below: Labelled) -> str:
    return "\n".join([wrapped(title), "", *blocks, *_labelled(below)]) + "\n"


def _labelled(lines: Labelled) -> Iterator[str]:
    """Paragraphs beside their labels; a label that comes again is not repeated."""
    before = ""
    for label, text in lines:
        yield wrapped(text, f"{label if label != before else '':<12}")
        before = label


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


# One drug by one table ------------------------------------------------------------------------


def text_of(answer: Conversion) -> str:
    """The answer, how it was worked out, and what it rests on."""
    by = answer.by
    mark = ", UNVERIFIED" if answer.status is Status.UNVERIFIED else ""
    title = f"{_asked(answer.taken)} = {_about(answer.dose_mg)} {answer.to} by table {by.id}{mark}"
    worked_out = (("Worked out", line) for line in _worked_out(answer))
    return _said(
        title,
        below=[
            *worked_out,
            *_prednisone(answer),
            ("Table", f"{by.id}: {by.table.title}"),
            ("Figures", _figures(answer)),
            ("Source", answer.source),
            *(("Note", note) for note in answer.notes),
        ],
    )


def _worked_out(answer: Conversion) -> Iterator[str]:
    """The arithmetic, a line a drug: dose × to / drug."""
    mg_of = answer.by.table.mg_per_5_prednisone
    for taken, part in zip(answer.taken, answer.parts, strict=True):
        factor = f" × {dose.text(mg_of[answer.to])} / {dose.text(mg_of[taken.drug])}"
        factor = "" if taken.drug == answer.to else factor
        yield f"{_mg(taken.dose_mg)} {taken.drug}{factor} = {_about(part)} {answer.to}"
    if len(answer.taken) > 1:
        yield f"together {_about(answer.dose_mg)} {answer.to}"


def _prednisone(answer: Conversion) -> Labelled:
    if answer.to != PREDNISONE:
        yield "Prednisone", f"{_about(answer.prednisone_mg)} prednisone-equivalent"


def _figures(answer: Conversion) -> str:
    """The figures behind an answer, mg equivalent to 5 mg prednisone."""
    each = (
        f"{figure.drug} {_mg(figure.mg)}{_marked(figure)}"
        for figure in answer.figures
        if figure.drug != PREDNISONE
    )
    return f"equivalent to 5 mg prednisone: {', '.join(each) or 'none needed'}"


def _marked(figure: Figure) -> str:
    return f" ({_checked(figure.status)})" if figure.status is Status.UNVERIFIED else ""


def json_of(answer: Conversion) -> str:
    """The answer for another program; doses are text."""
    return _dumped({"from": _from(answer.taken), **_answer(answer)})


def _from(taken: Iterable[Taken]) -> list[dict[str, str]]:
    return [
        {"drug": t.drug, "dose_mg": dose.text(t.dose_mg), "route": t.route.value} for t in taken
    ]


def _answer(answer: Conversion) -> dict[str, Any]:
    return {
        "to": {"drug": answer.to, "dose_mg": dose.text(answer.dose_mg)},
        "prednisone_equivalent_mg": dose.text(answer.prednisone_mg),
        "table": answer.by.id,
        "source": answer.source,
        "exact": answer.is_exact,
        "notes": list(answer.notes),
    }


# The whole row of one table -------------------------------------------------------------------


def row_text(row: Row, tables: Sequence[SourcedTable]) -> str:
    """The doses as every drug of the table, with the tables that have the others."""
    by = row[0].by
    titles = ["Drug", "Dose", "For 5 mg", "Checked", "Acts"]
    made = table(titles, [_row_cells(each) for each in row], right=["Dose", "For 5 mg"])
    return _said(
        f"{_asked(row[0].taken)} by table {by.id}",
        made,
        below=[
            ("Table", f"{by.id}: {by.table.title}"),
            *(("No value", without) for without in _without(by, tables)),
            ("Source", cited(_own_figures(row))),
            *(("Note", note) for note in _notes(row)),
        ],
    )


def _row_cells(answer: Conversion) -> list[str]:
    own = answer.by.figures[answer.to]
    acts = drug_facts()[answer.to].duration
    return [answer.to, _about(answer.dose_mg), _mg(own.mg), _checked(own.status), acts]


def _own_figures(row: Row) -> list[Figure]:
    return [answer.by.figures[answer.to] for answer in row]


def _without(by: SourcedTable, tables: Sequence[SourcedTable]) -> Iterator[str]:
    """The drugs that the table lacks, each with the tables that have it."""
    for drug in by.lacks(drug_facts()):
        yield f"{drug}; it stands in {dose.join(tables_with([drug], tables))}"


def _notes(row: Row) -> list[str]:
    """The notes of all answers, each once."""
    by = row[0].by
    rounded = [] if all(answer.is_exact for answer in row) else [f"Doses are {ROUNDED}."]
    return [
        by.table.caveat,
        *doubts(by, _own_figures(row)),
        *about_routes(row[0].taken),
        *rounded,
    ]


def row_json(row: Row) -> str:
    """The same for another program."""
    return _dumped({"from": _from(row[0].taken), **_row(row)})


def _row(row: Row) -> dict[str, Any]:
    return {
        "to": [_in_row(answer) for answer in row],
        "prednisone_equivalent_mg": dose.text(row[0].prednisone_mg),
        "table": row[0].by.id,
        "source": cited(_own_figures(row)),
        "exact": all(answer.is_exact for answer in row),
        "notes": _notes(row),
    }


def _in_row(answer: Conversion) -> dict[str, Any]:
    facts, own = drug_facts()[answer.to], answer.by.figures[answer.to]
    return {
        "drug": answer.to,
        "dose_mg": dose.text(answer.dose_mg),
        "exact": answer.is_exact,
        "mg_per_5_mg_prednisone": dose.text(own.mg),
        "status": own.status.value,
        "duration": facts.duration,
        "atc": facts.atc,
        "rxnorm": facts.rxnorm,
    }


# Every table side by side ---------------------------------------------------------------------


def comparison_text(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> str:
    """One drug by every table, and where they disagree."""
    needed = [figure.drug for figure in answers[0].figures]
    titles = ["Table", "Dose", "Figures for 5 mg prednisone", "Checked"]
    rows = [
        [answer.by.id, _about(answer.dose_mg), _figure_cell(answer), _checked(answer.status)]
        for answer in answers
    ]
    lacking = [
        [id_, "-", f"no value for {dose.join(drugs)}", "-"]
        for id_, drugs in _lacking(needed, tables)
    ]
    return _said(
        f"{_asked(answers[0].taken)} as {answers[0].to}, by every table",
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
        yield f"The dose lies from {_about(doses[0])} to {_about(doses[-1])} {answers[0].to}."


def _behind(
    taken: Iterable[Taken], figures: Iterable[tuple[SourcedTable, Sequence[Figure]]]
) -> list[tuple[str, str]]:
    """Sources, caveats and doubts of every table used."""
    used = list(figures)
    return [
        *(("Source", f"{by.id}: {cited(its)}") for by, its in used),
        *(("Note", doubt) for by, its in used for doubt in doubts(by, its)),
        *(("Note", f"{by.id}: {by.table.caveat}") for by, _ in used),
        *(("Note", note) for note in about_routes(taken)),
    ]


def comparison_json(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> str:
    """The same for another program."""
    needed = [figure.drug for figure in answers[0].figures]
    each = [{**_answer(answer), "status": answer.status.value} for answer in answers]
    return _dumped(_compared(answers[0].taken, each, needed, needed, tables))


def _compared(
    taken: Iterable[Taken],
    each: list[dict[str, Any]],
    needed: Iterable[str],
    drugs: Iterable[str],
    tables: Sequence[SourcedTable],
) -> dict[str, Any]:
    return {
        "from": _from(taken),
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
    return _said(
        f"{_asked(rows[0][0].taken)} in mg of every drug, by every table",
        table(["Drug", *ids], cells, right=ids),
        below=[
            *(("Agreement", said) for said in agreement or ["The tables agree."]),
            ("Marked *", "rests on a figure that is UNVERIFIED"),
            *_behind(rows[0][0].taken, ((row[0].by, _own_figures(row)) for row in rows)),
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
    return _dumped(_compared(taken, [_row(row) for row in rows], needed, drug_facts(), tables))
