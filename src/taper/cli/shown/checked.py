"""What `taper check-schedule` shows: the steps with tablets, sums, contradictions and findings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.cli.shown.schedules import found_text, runs_text
from taper.doses import dose
from taper.exports.text import findings_text
from taper.operations.checking.schedule import CheckedSchedule
from taper.planning.plan import Plan
from taper.wording.banner import NOT_COMPUTED
from taper.wording.layout import printable, table, wrapped
from taper.wording.tablets import in_tablets


def checked_text(checked: CheckedSchedule) -> str:
    """All of it, for a screen."""
    plan = checked.plan
    blocks = [
        wrapped(f"{NOT_COMPUTED}.") + "\n",
        runs_text(checked.schedule) if plan is None else _steps(plan),
        "\n".join(map(wrapped, _sums(checked))) + "\n",
        found_text(checked.contradictions),
    ]
    if plan is not None and plan.findings:
        blocks.append(findings_text(plan.findings))
    return printable("\n".join(blocks))


def _steps(plan: Plan) -> str:
    rows = [
        [
            str(step.number),
            step.start.isoformat(),
            step.end.isoformat(),
            str(step.days),
            step.drug,
            f"{dose.text(step.daily_mg[0])} mg",
            in_tablets(step.tablets[0]),
        ]
        for step in plan.steps
    ]
    titles = ["#", "From", "To", "Days", "Drug", "A day", "Tablets a day"]
    return table(titles, rows, right=["#", "Days"], whole=titles[:-1])


def _sums(checked: CheckedSchedule) -> Iterator[str]:
    days = checked.days_with_a_dose
    sums = (f"{drug} {dose.text(mg)} mg" for drug, mg in checked.sums_mg.items())
    counted = "1 day" if days == 1 else f"{days} days"
    if days:
        yield f"In all {counted} with a dose: {', '.join(sums)}."
    if checked.plan is None:
        yield f"There are no tablets and no calendar of it: {checked.why_no_plan}."
        return
    for each in checked.plan.quantities:
        amount, mg = dose.text(Fraction(each.tablets)), dose.text(each.strength_mg)
        unit = f"mL of {mg} mg per mL" if each.in_ml else f"tablets of {mg} mg"
        yield f"Needed: {each.drug} {amount} {unit}."
