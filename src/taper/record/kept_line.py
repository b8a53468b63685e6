"""The record of a plan as a line of the ledger has it, under `course` and `row`, and back. Pure.

What 0.1.0 wrote is read for ever: keys may be added, never renamed. The first lines of all lack
the row's `analysis`, from which tables are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from taper.record.kept import (
    Kept,
    KeptAfter,
    KeptAnchor,
    KeptBaseline,
    KeptFinding,
    KeptQuantity,
    KeptStep,
)

_ANALYSIS = "analysis"


def course_of(kept: Kept) -> list[list[Any]]:
    """The days, a step at a time: start, how many, drug, and what is taken on each in turn."""
    return [
        [
            step.start,
            step.days,
            step.drug,
            [list(each) for each in _in_turn(step)],
        ]
        for step in kept.steps
    ]


def _in_turn(step: KeptStep) -> Iterable[tuple[Any, ...]]:
    """Dose and tablets of each day in turn, and of a divided step what is taken at each time."""
    divided = [step.times] if step.times else []
    return zip(step.daily_mg, step.tablets, *divided, strict=True)


def row_of(kept: Kept) -> dict[str, Any]:
    """All the rest."""
    row = {
        "site": kept.site,
        "protocol": [kept.protocol, kept.version],
        "state": kept.state,
        "drug": kept.drug,
        "baseline": kept.baseline and [kept.baseline.drug, kept.baseline.dose_mg],
        "taper_start": kept.taper_start,
        "target_reached": kept.target_reached,
        "last_day": kept.last_day,
        "steps": len(kept.steps),
        "cumulative_mg": kept.cumulative_mg,
        "quantities": [[each.drug, each.strength_mg, each.tablets] for each in kept.quantities],
        "findings": [[finding.severity, finding.code] for finding in kept.findings],
    }
    return {**row, _ANALYSIS: _analysis(kept)} if kept.is_whole else row


def _analysis(kept: Kept) -> dict[str, Any]:
    baseline, anchor, after = kept.baseline, kept.anchor, kept.after
    return {
        "equivalence": kept.equivalence,
        "baseline_prednisone_mg": baseline and baseline.prednisone_mg,
        "anchor": anchor and [anchor.infusion, anchor.date],
        "day_1": [kept.first_infusion, kept.infusion_day],
        "target_mg": kept.target_mg,
        "after": after and [after.drug, after.instruction, after.doses_mg],
        "steps": [
            [step.number, step.kind, step.ideal_mg, step.equivalent_mg] for step in kept.steps
        ],
        "findings": [[finding.date, finding.step] for finding in kept.findings],
    }


def kept_of(course: Sequence[Any], row: Mapping[str, Any]) -> Kept:
    """The record that a line has.

    Raises `ValueError`, `TypeError` or `KeyError` where it has none.
    """
    more = row.get(_ANALYSIS) or _unknown(course, row)
    protocol, version = row["protocol"]
    first_infusion, infusion_day = more["day_1"]
    return Kept(
        site=row["site"],
        protocol=protocol,
        version=version,
        equivalence=more["equivalence"],
        state=row["state"],
        drug=row["drug"],
        baseline=_baseline(row["baseline"], more["baseline_prednisone_mg"]),
        anchor=more["anchor"] and KeptAnchor(*more["anchor"]),
        first_infusion=first_infusion,
        infusion_day=infusion_day,
        taper_start=row["taper_start"],
        target_mg=more["target_mg"],
        target_reached=row["target_reached"],
        last_day=row["last_day"],
        after=more["after"] and KeptAfter(*more["after"]),
        steps=[_step(*both) for both in zip(course, more["steps"], strict=True)],
        cumulative_mg=row["cumulative_mg"],
        quantities=[KeptQuantity(*each) for each in row["quantities"]],
        findings=[
            KeptFinding(*what, *when)
            for what, when in zip(row["findings"], more["findings"], strict=True)
        ],
        is_whole=_ANALYSIS in row,
    )


def _baseline(said: Sequence[str] | None, prednisone_mg: str | None) -> KeptBaseline | None:
    if said is None:
        return None
    drug, mg = said
    return KeptBaseline(drug, mg, prednisone_mg)


def _step(days: Sequence[Any], more: Sequence[Any]) -> KeptStep:
    start, length, drug, taken = days
    number, kind, ideal, equivalent = more
    daily_mg, tablets, *divided = zip(*taken, strict=True)
    times = divided[0] if divided else ()
    return KeptStep(start, length, drug, daily_mg, tablets, number, kind, ideal, equivalent, times)


def _unknown(course: Sequence[Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for an analysis in a line that lacks one."""
    return {
        "equivalence": "",
        "baseline_prednisone_mg": None,
        "anchor": None,
        "day_1": [None, 0],
        "target_mg": None,
        "after": None,
        "steps": [[number, "", [], []] for number in range(len(course))],
        "findings": [[None, None] for _ in row["findings"]],
    }
