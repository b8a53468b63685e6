"""An entry of the ledger to the rows of each table, but for those of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from taper.record.kept import KEY
from taper.record.ledger import Entry


def of_plan(entry: Entry) -> Sequence[Any]:
    """The row of a participant."""
    row, more = entry.row, entry.row[KEY]
    baseline = row["baseline"] or (None, None)
    anchor = more["anchor"] or (None, None)
    after = more["after"] or (None, None, None)
    return (
        entry.participant,
        entry.revision,
        entry.issued,
        entry.plan_id,
        row["site"],
        *row["protocol"],
        entry.status,
        entry.facts["protocol"]["sha256"],
        more["equivalence"],
        row["state"],
        entry.provisional,
        baseline[0],
        _dose(baseline[1]),
        _dose(more["baseline_prednisone_mg"]),
        row["drug"],
        anchor[0],
        _date(anchor[1]),
        _date(more["day_1"][0]),
        _date(row["taper_start"]),
        _dose(more["target_mg"]),
        _date(row["target_reached"]),
        _date(row["last_day"]),
        row["steps"],
        sum(stretch[1] for stretch in entry.course),
        Decimal(row["cumulative_mg"]),
        after[0],
        after[2] and _doses(after[2]),
        after[1],
        entry.inputs_sha256,
        entry.engine,
    )


def of_steps(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a step."""
    stretches = zip(entry.course, entry.row[KEY]["steps"], strict=True)
    for (start, length, drug, taken), (number, kind, ideal, equivalent) in stretches:
        first = date.fromisoformat(start)
        yield (
            entry.participant,
            number,
            kind,
            first,
            date.fromordinal(first.toordinal() + length - 1),
            length,
            drug,
            _doses(mg for mg, _ in taken),
            _doses(equivalent),
            [_doses(cycle) for cycle in ideal],
            [tablets(each) for _, each in taken],
        )


def of_quantities(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a drug and strength."""
    for drug, mg, count in entry.row["quantities"]:
        yield entry.participant, drug, Decimal(mg), count


def of_findings(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a finding."""
    said = zip(entry.row["findings"], entry.row[KEY]["findings"], strict=True)
    for (severity, code), (day, step) in said:
        yield entry.participant, code, severity, _date(day), step


def _date(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def _dose(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _doses(texts: Iterable[str]) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def tablets(said: Iterable[Sequence[str]]) -> list[dict[str, Decimal]]:
    """The tablets of a day, as the ledger says them."""
    return [{"strength_mg": Decimal(mg), "count": Decimal(count)} for mg, count in said]
