"""Text for a terminal, never wider than 80 columns: tables, and a plan as its step table.

The same plan gives the same text whatever terminal, locale or colour setting is at hand, and what
a person typed is shown as it is, never as markup.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from taper import dose
from taper.contract import after_mg, plan_id
from taper.plan import Finding, Instruction, Plan, State, Step
from taper.tablets import Tablets

WIDTH = 80
SHORT_ID = 8
"""How many characters of a plan's id are shown to a person."""

_PARTS = {
    Fraction(1, 4): "a quarter",
    Fraction(1, 2): "half",
    Fraction(3, 4): "three quarters",
}
_AFTER = {
    Instruction.CONTINUE: "keep taking {dose} until the study team says otherwise",
    Instruction.NO_TABLETS: "no tablets",
    Instruction.DO_NOT_REDUCE: "keep taking {dose}, do not reduce until told",
    Instruction.KEEP_TAKING: "keep taking {dose}, do not stop suddenly, call the study team",
}
_STATE = {
    State.TAPERING: "tapering",
    State.ALREADY_AT_TARGET: "already at the target",
    State.OPEN_FLARE: "held: do not reduce until told",
    State.STOPPED: "stopped: do not reduce until told",
    State.WITHDRAWN: "withdrawn from the taper",
    State.NOT_ON_STEROID: "takes no steroid: no taper, no calendar",
}


# Any table ------------------------------------------------------------------------------------


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> str:
    """A table of at most 80 columns, ending with a newline.

    Columns titled in `right` are set to the right, those in `whole` are never broken.
    """
    grid = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in titles:
        justify = "right" if title in right else "left"
        grid.add_column(Text(title), justify=justify, no_wrap=title in whole, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return _plain(grid)


def _plain(grid: Table) -> str:
    """The table as text that depends on nothing but the table."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=WIDTH,
        color_system=None,
        force_terminal=False,
        legacy_windows=False,
        safe_box=True,
        _environ={},
    )
    console.print(grid)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def wrapped(text: str, label: str = "") -> str:
    """`label` and then a paragraph that stays to the right of it."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    )


def printable(text: str) -> str:
    """Text with no character that could steer a terminal."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


# Tablets in words -----------------------------------------------------------------------------


def counted(count: Fraction) -> str:
    """A count of tablets in words that no printer or eye can mistake: `1 and a half`."""
    whole, part = divmod(count, 1)
    words = ([str(whole)] if whole else []) + ([_PARTS[part]] if part else [])
    return " and ".join(words).replace("and half", "and a half")


def in_tablets(tablets: Tablets) -> str:
    """The tablets of a day: `1 of 20 mg + half of 5 mg`."""
    each = (f"{counted(t.count)} of {dose.text(t.strength_mg)} mg" for t in tablets)
    return " + ".join(each) or "none"


# A plan ---------------------------------------------------------------------------------------


def plan_text(plan: Plan) -> str:
    """The plan for a clinician's screen: what it is, its steps, what comes after, its findings."""
    blocks = [_heading(plan)]
    if plan.steps:
        blocks += [_steps(plan), _below_the_steps(plan)]
    if plan.findings:
        blocks.append(findings_text(plan.findings))
    return printable("\n".join(f"{block.rstrip()}\n" for block in blocks))


def _heading(plan: Plan) -> str:
    protocol = plan.protocol
    lines = [f"{plan.participant}, protocol {protocol.id} version {protocol.version}"]
    if protocol.status != "approved":
        lines.append(f"EXAMPLE, NOT FOR PATIENT USE: the protocol is {protocol.status}.")
    if plan.provisional:
        lines.append("PROVISIONAL, NOT FOR PATIENT USE: the infusion has not been given yet.")
    lines += [wrapped(text, f"{label:<16}") for label, text in _facts(plan)]
    return "\n".join(lines)


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "State", _STATE[plan.state]
    if plan.baseline is not None:
        yield "Baseline", _baseline(plan)
    if plan.anchor is not None:
        planned = ", planned" if plan.anchor.planned else ""
        yield f"Infusion {plan.anchor.number}", f"{plan.anchor.date}{planned}"
    if plan.taper_start is not None:
        yield "Taper starts", f"{plan.taper_start}"
    if plan.steps:
        yield "Target reached", str(plan.target_reached or "not in this plan")
    revision = "" if plan.revision is None else f", revision {plan.revision}"
    yield "Plan", f"{plan_id(plan)[:SHORT_ID]}{revision}"


def _baseline(plan: Plan) -> str:
    baseline = plan.baseline
    assert baseline is not None  # the caller asked
    own = f"{baseline.drug} {dose.text(baseline.dose_mg)} mg a day"
    if baseline.drug == "prednisone":
        return own
    return f"{own}, prednisone-equivalent {dose.text(baseline.prednisone_mg)} mg"


def _steps(plan: Plan) -> str:
    several = len({step.drug for step in plan.steps}) > 1
    return table(
        ["Step", "What", "From", "To", "Days", "A day", "Tablets a day"],
        [_row(step, with_drug=several) for step in plan.steps],
        right=["Step", "Days"],
        whole=["Step", "From", "To", "Days", "A day"],
    )


def _row(step: Step, *, with_drug: bool) -> list[str]:
    return [
        str(step.number),
        f"{step.kind}\n{step.drug}" if with_drug else step.kind.value,
        step.start.isoformat(),
        step.end.isoformat(),
        str(step.days),
        "\n".join(f"{dose.text(mg)} mg" for mg in step.daily_mg),
        "\n".join(in_tablets(tablets) for tablets in step.tablets),
    ]


def _below_the_steps(plan: Plan) -> str:
    lines = [
        wrapped(f"{step.kind} because of {step.reason}", f"Step {step.number}: ")
        for step in plan.steps
        if step.reason
    ]
    if plan.after is not None:
        taken = f"{plan.after.drug} {after_mg(plan.after)} mg"
        lines.append(wrapped(_AFTER[plan.after.instruction].format(dose=taken), "After that: "))
    if plan.quantities:
        needed = (
            f"{q.tablets} of {q.drug} {dose.text(q.strength_mg)} mg" for q in plan.quantities
        )
        lines.append(wrapped(", ".join(needed), "Tablets in all: "))
    return "\n".join(lines)


def findings_text(findings: Iterable[Finding]) -> str:
    """Findings in words, each with what it is about and where it comes from."""
    return "".join(f"{_finding(finding)}\n" for finding in findings)


def _finding(finding: Finding) -> str:
    about = [
        *([f"step {finding.step}"] if finding.step is not None else []),
        *([finding.date.isoformat()] if finding.date is not None else []),
    ]
    where = f" ({', '.join(about)})" if about else ""
    said = f"{finding.code}{where}: {finding.text} [{finding.source}]"
    return wrapped(said, f"{finding.severity.upper():<9}")
