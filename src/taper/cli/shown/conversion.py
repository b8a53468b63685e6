"""What `taper convert` shows of one table: an answer, or its whole row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Figure,
    Row,
    SourcedTable,
    cited,
    own_figures,
    row_notes,
    tables_with,
)
from taper.doses.equivalence import PREDNISONE
from taper.doses.evidence import Status
from taper.sources.drugs import drug_facts
from taper.wording.converted import about, asked, asked_for, checked, in_mg, measured
from taper.wording.layout import table, wrapped

Labelled = Iterable[tuple[str, str]]


def laid_out(title: str, *blocks: str, below: Labelled) -> str:
    """A title, tables, and labelled paragraphs below them."""
    return "\n".join([wrapped(title), "", *blocks, *_labelled(below)]) + "\n"


def _labelled(lines: Labelled) -> Iterator[str]:
    """Paragraphs beside their labels; a label that comes again is not repeated."""
    before = ""
    for label, text in lines:
        yield wrapped(text, f"{label if label != before else '':<12}")
        before = label


# One drug by one table ------------------------------------------------------------------------


def conversion(answer: Conversion) -> str:
    """The answer, how it was worked out, and what it rests on."""
    by = answer.by
    mark = ", UNVERIFIED" if answer.status is Status.UNVERIFIED else ""
    title = (
        f"{asked(answer.taken)} = {about(answer.dose_mg)} {asked_for(answer)} by table "
        f"{by.id}{mark}"
    )
    worked_out = (("Worked out", line) for line in _worked_out(answer))
    return laid_out(
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
    yield from measured(answer.taken)
    mg_of = answer.by.table.mg_per_5_prednisone
    for taken, part in zip(answer.taken, answer.parts, strict=True):
        factor = f" × {dose.text(mg_of[answer.to])} / {dose.text(mg_of[taken.drug])}"
        factor = "" if taken.drug == answer.to else factor
        yield f"{in_mg(taken.dose_mg)} {taken.drug}{factor} = {about(part)} {answer.to}"
    if len(answer.taken) > 1:
        yield f"together {about(answer.dose_mg)} {answer.to}"


def _prednisone(answer: Conversion) -> Labelled:
    if answer.to != PREDNISONE:
        yield "Prednisone", f"{about(answer.prednisone_mg)} prednisone-equivalent"


def _figures(answer: Conversion) -> str:
    """The figures behind an answer, mg equivalent to 5 mg prednisone."""
    each = (
        f"{figure.drug} {in_mg(figure.mg)}{_marked(figure)}"
        for figure in answer.figures
        if figure.drug != PREDNISONE
    )
    return f"equivalent to 5 mg prednisone: {', '.join(each) or 'none needed'}"


def _marked(figure: Figure) -> str:
    return f" ({checked(figure.status)})" if figure.status is Status.UNVERIFIED else ""


# The whole row of one table -------------------------------------------------------------------


def row(answers: Row, tables: Sequence[SourcedTable]) -> str:
    """The doses as every drug of the table, with the tables that have the others."""
    by = answers[0].by
    titles = ["Drug", "Dose", "For 5 mg", "Checked", "Acts"]
    made = table(titles, [_row_cells(each) for each in answers], right=["Dose", "For 5 mg"])
    return laid_out(
        f"{asked(answers[0].taken)} by table {by.id}",
        made,
        below=[
            *(("Worked out", line) for line in measured(answers[0].taken)),
            ("Table", f"{by.id}: {by.table.title}"),
            *(("No value", without) for without in _without(by, tables)),
            ("Source", cited(own_figures(answers))),
            *(("Note", note) for note in row_notes(answers)),
        ],
    )


def _row_cells(answer: Conversion) -> list[str]:
    own = answer.by.figures[answer.to]
    acts = drug_facts()[answer.to].duration
    return [answer.to, about(answer.dose_mg), in_mg(own.mg), checked(own.status), acts]


def _without(by: SourcedTable, tables: Sequence[SourcedTable]) -> Iterator[str]:
    """The drugs that the table lacks, each with the tables that have it."""
    for drug in by.lacks(drug_facts()):
        yield f"{drug}; it stands in {dose.join(tables_with([drug], tables))}"
