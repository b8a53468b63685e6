"""What `taper convert` shows of one table: an answer, or its whole row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.conversion import (
    ROUNDED,
    Conversion,
    Figure,
    Route,
    SourcedTable,
    Taken,
    about_taken,
    cited,
    doubts,
    prints_exactly,
    tables_with,
)
from taper.doses.equivalence import PREDNISONE
from taper.doses.evidence import Status
from taper.doses.forms import Preparation
from taper.sources.drugs import drug_facts
from taper.wording.layout import NBSP, table, wrapped

Row = Sequence[Conversion]
"""The same doses as every drug of one table."""
Labelled = Iterable[tuple[str, str]]


# Words ----------------------------------------------------------------------------------------


def in_mg(mg: Fraction) -> str:
    """A dose with its unit, held together at the end of a line."""
    return f"{dose.text(mg)}{NBSP}mg"


def about(mg: Fraction) -> str:
    """A dose in mg; `about` where its printed form is not exact."""
    return in_mg(mg) if prints_exactly(mg) else f"about{NBSP}{in_mg(mg)}"


def asked(taken: Iterable[Taken]) -> str:
    """The doses taken, in words."""
    return dose.join(
        [
            f"{in_mg(t.dose_mg)} {'intravenous ' if t.route is Route.IV else ''}"
            f"{with_form(t.drug, t.preparation)}"
            for t in taken
        ]
    )


def asked_for(answer: Conversion) -> str:
    """The drug that was asked for, and in what."""
    return with_form(answer.to, answer.asked_as)


def with_form(drug: str, made: Preparation | None) -> str:
    """A drug with the brand or form that was typed, where that is no plain tablet."""
    return drug if made is None else f"{drug} ({made.aside})"


def form_json(made: Preparation | None) -> dict[str, str]:
    """The same for another program: no key for a plain tablet."""
    return {} if made is None else {"product": made.name, "form": made.form}


def checked(status: Status) -> str:
    """How sure a figure is; what nobody has checked stands out."""
    return status.upper() if status is Status.UNVERIFIED else status.value


def laid_out(title: str, *blocks: str, below: Labelled) -> str:
    """A title, tables, and labelled paragraphs below them."""
    return "\n".join([wrapped(title), "", *blocks, *_labelled(below)]) + "\n"


def _labelled(lines: Labelled) -> Iterator[str]:
    """Paragraphs beside their labels; a label that comes again is not repeated."""
    before = ""
    for label, text in lines:
        yield wrapped(text, f"{label if label != before else '':<12}")
        before = label


def dumped(document: dict[str, Any]) -> str:
    """A document as JSON text."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


# One drug by one table ------------------------------------------------------------------------


def text_of(answer: Conversion) -> str:
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


def json_of(answer: Conversion) -> str:
    """The answer for another program; doses are text."""
    return dumped({"from": from_json(answer.taken), **answer_json(answer)})


def from_json(taken: Iterable[Taken]) -> list[dict[str, str]]:
    """What was taken, for another program."""
    return [
        {
            "drug": t.drug,
            "dose_mg": dose.text(t.dose_mg),
            "route": t.route.value,
            **form_json(t.preparation),
        }
        for t in taken
    ]


def answer_json(answer: Conversion) -> dict[str, Any]:
    """One answer, with all but what was taken."""
    return {
        "to": {
            "drug": answer.to,
            "dose_mg": dose.text(answer.dose_mg),
            **form_json(answer.asked_as),
        },
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
    return laid_out(
        f"{asked(row[0].taken)} by table {by.id}",
        made,
        below=[
            ("Table", f"{by.id}: {by.table.title}"),
            *(("No value", without) for without in _without(by, tables)),
            ("Source", cited(own_figures(row))),
            *(("Note", note) for note in _notes(row)),
        ],
    )


def _row_cells(answer: Conversion) -> list[str]:
    own = answer.by.figures[answer.to]
    acts = drug_facts()[answer.to].duration
    return [answer.to, about(answer.dose_mg), in_mg(own.mg), checked(own.status), acts]


def own_figures(row: Row) -> list[Figure]:
    """The figure of each drug of a row."""
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
        *doubts(by, own_figures(row)),
        *about_taken(row[0].taken, by),
        *rounded,
    ]


def row_json(row: Row) -> str:
    """The same for another program."""
    return dumped({"from": from_json(row[0].taken), **row_answers(row)})


def row_answers(row: Row) -> dict[str, Any]:
    """A row with all but what was taken."""
    return {
        "to": [_in_row(answer) for answer in row],
        "prednisone_equivalent_mg": dose.text(row[0].prednisone_mg),
        "table": row[0].by.id,
        "source": cited(own_figures(row)),
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
