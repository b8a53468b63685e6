"""A plan that a program holds, as a file for another system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from taper.errors import Refusal
from taper.exports import fhir, ics
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output, Wishes
from taper.operations.programs.planned import Plan, computed_of
from taper.paper.issue import Issue
from taper.planning.plan import NotTapering
from taper.record import changes, earlier
from taper.record.forms import FOR_OTHERS
from taper.sources import arguments
from taper.sources.values import kind_of
from taper.trial.fields import parse_date

_WHO = "taper.export"


def export(
    plan: Plan,
    format: str,
    *,
    issued: date | str | None,
    replaces: Plan | Mapping[str, Any] | None,
    reminder: time | None,
    discreet: bool,
    fhir_style: str,
) -> bytes:
    """The file of that format; raises `Refusal` where there is none of this plan."""
    if not isinstance(plan, Plan):
        raise Refusal.of(_WHO, "plan", kind_of(plan), "a plan that taper.plan made")
    form = FOR_OTHERS[arguments.one(_WHO, "format", format, tuple(FOR_OTHERS))]
    day = plan.today if issued is None else arguments.read(_WHO, "issued", issued, parse_date)
    computed = computed_of(plan)
    if isinstance(computed, NotTapering):
        said = f"{form} of one who takes no steroid"
        raise Refusal.of(plan.participant, "format", said, "table or json")
    old = replaces.to_dict() if isinstance(replaces, Plan) else replaces
    issue = _replacing(Issue.of(computed, day), old)
    output = Output(form)
    refused = outputs.refusal(computed, day, output, issue.earlier_days)
    if refused is not None:
        raise refused
    style = fhir.Style(arguments.one(_WHO, "fhir_style", fhir_style, tuple(fhir.Style)))
    wishes = Wishes(ics.Wishes(reminder, discreet), style)
    return dict(outputs.made(issue, [output], wishes=wishes))[output]


def _replacing(issue: Issue, old: Mapping[str, Any] | None) -> Issue:
    if old is None:
        return issue
    before = earlier.plan_of(old, _WHO)
    replaced = earlier.replaced_by(issue.plan, before)
    return replace(issue, replaces=replaced, earlier=changes.steps_of(before))
