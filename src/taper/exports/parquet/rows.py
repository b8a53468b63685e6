"""An entry of the ledger to the rows of each table, but for those of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.solutions import strength_from
from taper.doses.texts import TabletTexts
from taper.record.kept import (
    KeptAfter,
    KeptAnchor,
    KeptBaseline,
    Texts,
    TimeTexts,
)
from taper.record.ledger import Entry


def of_plan(entry: Entry) -> Sequence[Any]:
    """The row of a participant."""
    kept = entry.kept
    return (
        entry.participant,
        entry.revision,
        entry.issued,
        entry.plan_id,
        kept.site,
        kept.protocol,
        kept.version,
        entry.status,
        entry.facts["protocol"]["sha256"],
        kept.equivalence,
        kept.state,
        entry.provisional,
        *_baseline(kept.baseline),
        kept.drug,
        *_anchor(kept.anchor),
        _date(kept.first_infusion),
        _date(kept.taper_start),
        _dose(kept.target_mg),
        _date(kept.target_reached),
        _date(kept.last_day),
        len(kept.steps),
        sum(step.days for step in kept.steps),
        Decimal(kept.cumulative_mg),
        *_after(kept.after),
        entry.inputs_sha256,
        entry.engine,
    )


def _baseline(baseline: KeptBaseline | None) -> Sequence[Any]:
    if baseline is None:
        return None, None, None
    return baseline.drug, _dose(baseline.dose_mg), _dose(baseline.prednisone_mg)


def _anchor(anchor: KeptAnchor | None) -> Sequence[Any]:
    return (None, None) if anchor is None else (anchor.infusion, _date(anchor.date))


def _after(after: KeptAfter | None) -> Sequence[Any]:
    if after is None:
        return None, None, None
    return after.drug, doses(after.doses_mg), after.instruction


def of_steps(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a step."""
    for step in entry.kept.steps:
        yield (
            entry.participant,
            step.number,
            step.kind,
            step.first_day,
            step.last_day,
            step.days,
            step.drug,
            doses(step.daily_mg),
            doses(step.equivalent_mg),
            [doses(cycle) for cycle in step.ideal_mg],
            [tablets(each) for each in step.tablets],
            [times(each) for each in step.times] or None,
        )


def of_quantities(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a drug and strength, of tablets or of a solution."""
    for each in entry.kept.quantities:
        mg, in_ml = strength_from(each.strength_mg)
        of_a_solution = (_exact(mg), Decimal(each.tablets)) if in_ml else (None, None)
        of_tablets = (None, None) if in_ml else (_exact(mg), each.tablets)
        yield entry.participant, each.drug, *of_tablets, *of_a_solution


def of_findings(entry: Entry) -> Iterator[Sequence[Any]]:
    """A row a finding."""
    for each in entry.kept.findings:
        yield entry.participant, each.code, each.severity, _date(each.date), each.step


def _date(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def _dose(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def doses(texts: Texts) -> list[Decimal]:
    """Doses as exact decimals, mg."""
    return [Decimal(text) for text in texts]


def tablets(said: TabletTexts) -> list[dict[str, Decimal]]:
    """The tablets of a day, or the mL of a solution."""
    return [_taken(*strength_from(strength), Decimal(count)) for strength, count in said]


def times(said: TimeTexts) -> list[dict[str, Any]]:
    """What is taken at each time of a day."""
    return [
        {"time": time, "dose_mg": Decimal(mg), "tablets": tablets(taken)}
        for time, mg, taken in said
    ]


def _taken(mg: Fraction, in_ml: bool, count: Decimal) -> dict[str, Decimal]:
    keys = ("mg_per_ml", "ml") if in_ml else ("strength_mg", "count")
    return dict(zip(keys, (_exact(mg), count), strict=True))


def _exact(mg: Fraction) -> Decimal:
    return Decimal(dose.text(mg))
