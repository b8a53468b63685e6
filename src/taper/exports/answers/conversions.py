"""Conversions for another program: by one table, its whole row, or every table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Row,
    SourcedTable,
    Taken,
    cited,
    disagreements,
    lacking,
    own_figures,
    row_is_exact,
    row_notes,
)
from taper.doses.solutions import Volume
from taper.exports.answers import forms
from taper.sources.drugs import drug_facts


def conversion(answer: Conversion) -> dict[str, Any]:
    """One drug by one table."""
    return {"from": _taken(answer.taken), **_answer(answer)}


def row(answers: Row) -> dict[str, Any]:
    """Every drug of one table."""
    return {"from": _taken(answers[0].taken), **_row(answers)}


def by_every_table(answers: Sequence[Conversion], tables: Sequence[SourcedTable]) -> dict[str, Any]:
    """One drug by every table that has all that is asked."""
    needed = [figure.drug for figure in answers[0].figures]
    each = [{**_answer(answer), "status": answer.status.value} for answer in answers]
    return _compared(answers[0].taken, each, needed, needed, tables)


def rows_of_every_table(rows: Sequence[Row], tables: Sequence[SourcedTable]) -> dict[str, Any]:
    """Every drug by every table that has what was taken."""
    taken = rows[0][0].taken
    needed = [t.drug for t in taken]
    return _compared(taken, [_row(each) for each in rows], needed, drug_facts(), tables)


def _taken(taken: Iterable[Taken]) -> list[dict[str, str]]:
    return [
        {
            "drug": t.drug,
            "dose_mg": dose.text(t.dose_mg),
            "route": t.route.value,
            **_volume(t.volume),
            **forms.as_data(t.preparation),
        }
        for t in taken
    ]


def _volume(volume: Volume | None) -> dict[str, str]:
    """What was typed in mL, and how strong the solution is."""
    if volume is None:
        return {}
    return {"ml": dose.text(volume.ml), "mg_per_ml": dose.text(volume.mg_per_ml)}


def _answer(answer: Conversion) -> dict[str, Any]:
    """One answer, with all but what was taken."""
    return {
        "to": {
            "drug": answer.to,
            "dose_mg": dose.text(answer.dose_mg),
            **forms.as_data(answer.asked_as),
        },
        "prednisone_equivalent_mg": dose.text(answer.prednisone_mg),
        "table": answer.by.id,
        "source": answer.source,
        "exact": answer.is_exact,
        "notes": list(answer.notes),
    }


def _row(row: Row) -> dict[str, Any]:
    """A row with all but what was taken."""
    return {
        "to": [_in_row(answer) for answer in row],
        "prednisone_equivalent_mg": dose.text(row[0].prednisone_mg),
        "table": row[0].by.id,
        "source": cited(own_figures(row)),
        "exact": row_is_exact(row),
        "notes": row_notes(row),
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


def _compared(
    taken: Iterable[Taken],
    each: list[dict[str, Any]],
    needed: Iterable[str],
    drugs: Iterable[str],
    tables: Sequence[SourcedTable],
) -> dict[str, Any]:
    return {
        "from": _taken(taken),
        "tables": each,
        "lacking": [{"table": id_, "drugs": lacks} for id_, lacks in lacking(needed, tables)],
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
