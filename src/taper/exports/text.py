"""Text for a terminal, never wider than its screen: tables, and a plan as its step table.

The same plan gives the same text on every screen of that width, whatever the locale or colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.solutions import in_words
from taper.doses.tablets import Tablets
from taper.planning.labels import Finding
from taper.planning.plan import Baseline, Instruction, Plan, Planned, Quantity, State
from taper.record.plan_document import SHORT_ID, plan_id
from taper.wording.banner import banner
from taper.wording.layout import NBSP, printable, table, wrapped
from taper.wording.severity import MOST_URGENT_FIRST
from taper.wording.tablets import in_tablets

_STATE = {
    State.TAPERING: "tapering",
    State.ALREADY_AT_TARGET: "already at the target",
    State.OPEN_FLARE: "held: do not reduce until told",
    State.STOPPED: "stopped: do not reduce until told",
    State.WITHDRAWN: "withdrawn from the taper",
    State.NOT_ON_STEROID: "takes no steroid: no taper, no calendar",
}


# A plan ---------------------------------------------------------------------------------------


def plan_text(plan: Planned) -> str:
    """The plan for a clinician's screen: what it is, its steps, what comes after, its findings."""
    blocks = [_heading(plan)]
    if isinstance(plan, Plan):
        blocks += [_steps(plan), _below_the_steps(plan)]
    if plan.findings:
        blocks.append(findings_text(plan.findings))
    return printable("\n".join(f"{block.rstrip()}\n" for block in blocks))


def _heading(plan: Planned) -> str:
    protocol = plan.protocol
    since = f" since {protocol.since}" if protocol.since else ""
    label = f"{protocol.id} version {protocol.version}{since}"
    lines = [wrapped(f"{plan.participant}, protocol {label}")]
    lines += map(wrapped, banner(plan.status, provisional=plan.provisional))
    lines += [wrapped(text, f"{label:<16}") for label, text in _facts(plan)]
    return "\n".join(lines)


def _facts(plan: Planned) -> Iterator[tuple[str, str]]:
    yield "State", _STATE[plan.state]
    if isinstance(plan, Plan):
        yield from _dates(plan)
    revision = "" if plan.revision is None else f", revision {plan.revision}"
    yield "Plan", f"{plan_id(plan)[:SHORT_ID]}{revision}"


def _dates(plan: Plan) -> Iterator[tuple[str, str]]:
    planned = ", planned" if plan.anchor.planned else ""
    yield "Baseline", _baseline(plan.baseline)
    yield f"Infusion {plan.anchor.number}", f"{plan.anchor.date}{planned}"
    yield "Taper starts", f"{plan.taper_start}"
    yield "Target reached", str(plan.target_reached or "not in this plan")


def _baseline(baseline: Baseline) -> str:
    own = f"{baseline.drug} {dose.text(baseline.dose_mg)} mg a day"
    if baseline.drug == "prednisone":
        return own
    return f"{own}, prednisone-equivalent {dose.text(baseline.prednisone_mg)} mg"


def _steps(plan: Plan) -> str:
    made_of = "Taken a day" if any(step.in_ml for step in plan.steps) else "Tablets a day"
    return table(
        ["#", "What", "From", "To", "Days", "A day", made_of],
        list(_rows(plan)),
        right=["#", "Days"],
        whole=["#", "What", "From", "To", "Days", "A day"],
    )


def _rows(plan: Plan) -> Iterator[list[str]]:
    """A row a step, and one for each further day of a cycle.

    The drug is named where it is not the same throughout, on the step that changes it.
    """
    before = plan.drug if len({step.drug for step in plan.steps}) == 1 else None
    for step in plan.steps:
        named = f"{step.kind}\n{step.drug}" if step.drug != before else step.kind.value
        span = [step.start.isoformat(), step.end.isoformat(), str(step.days)]
        first, *others = zip(step.daily_mg, step.tablets, strict=True)
        yield [str(step.number), named, *span, *_taken(*first)]
        for other in others:
            yield ["", "then", "", "", "", *_taken(*other)]
        before = step.drug


def _taken(mg: Fraction, tablets: Tablets) -> list[str]:
    return [f"{dose.text(mg)} mg", "\n".join(_at_each_time(tablets))]


def _at_each_time(tablets: Tablets) -> Iterator[str]:
    for part in parts_of(tablets):
        yield f"{part.time} {dose.text(part.dose_mg)} mg: {in_tablets(part.tablets)}"
    if not parts_of(tablets):
        yield in_tablets(tablets)


def _below_the_steps(plan: Plan) -> str:
    lines = [
        wrapped(f"{step.kind} because of {step.reason}", f"Step {step.number}: ")
        for step in plan.steps
        if step.reason
    ]
    doses = dose.join([f"{dose.text(mg)} mg" for mg in plan.after.pattern_mg])
    in_turn = " in turn, day after day" if len(plan.after.pattern_mg) > 1 else ""
    since = f" from {plan.after.first_day}" if plan.after.first_day else ""
    taken = f"{plan.after.drug} {doses}{in_turn}{since}"
    lines.append(wrapped(_AFTER[plan.after.instruction].format(dose=taken), "After that: "))
    if plan.quantities:
        what = "Needed" if any(each.in_ml for each in plan.quantities) else "Tablets"
        lines.append(wrapped("; ".join(_quantities(plan)), f"{what} in all: "))
    return "\n".join(lines)


def _quantities(plan: Plan) -> Iterator[str]:
    for drug, several in groupby(plan.quantities, key=lambda quantity: quantity.drug):
        each = (f"{_amount(q)} of {in_words(q.strength_mg, in_ml=q.in_ml)}" for q in several)
        yield f"{drug} {', '.join(needed.replace(' ', NBSP) for needed in each)}"


def _amount(quantity: Quantity) -> str:
    return f"{dose.text(Fraction(quantity.tablets))}{' mL' if quantity.in_ml else ''}"


def findings_text(findings: Iterable[Finding]) -> str:
    """Findings in words, the most urgent first, with their sources numbered below them.

    What holds for nearly every plan stands apart, after what is particular to this one (§8.4.5).
    """
    urgent = sorted(findings, key=lambda finding: MOST_URGENT_FIRST.index(finding.severity))
    ordered = sorted(urgent, key=lambda finding: finding.is_advice)
    numbers = {source: i for i, source in enumerate(dict.fromkeys(f.source for f in ordered), 1)}
    lines: list[str] = []
    for is_advice, those in groupby(ordered, key=lambda finding: finding.is_advice):
        lines += ["", wrapped(_ADVICE)] if is_advice and lines else []
        lines += [_finding(finding, numbers[finding.source]) for finding in those]
    sources = [wrapped(source, f"[{i}] ") for source, i in numbers.items()]
    return "\n".join([*lines, "", *sources]) + "\n"


def _finding(finding: Finding, source: int) -> str:
    about = [
        *([f"step {finding.step}"] if finding.step is not None else []),
        *([finding.date.isoformat()] if finding.date is not None else []),
    ]
    where = f" ({', '.join(about)})" if about else ""
    said = f"{finding.code}{where}: {finding.text}{NBSP}[{source}]"
    return wrapped(said, f"{finding.severity.upper():<9}")


_ADVICE = "As for everybody who takes a steroid this long:"
_AFTER = {
    Instruction.CONTINUE: "keep taking {dose} until the study team says otherwise.",
    Instruction.NO_TABLETS: "no tablets, call the study team before you take any.",
    Instruction.DO_NOT_REDUCE: "keep taking {dose}, do not reduce until told.",
    Instruction.KEEP_TAKING: "keep taking {dose}, do not stop suddenly, call the study team.",
}
