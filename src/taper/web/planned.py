"""The plan of what was typed, beside the plan of the file that it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

from taper import sources
from taper.errors import Problem, Refusal
from taper.operations.plans.one import plan_of
from taper.paper.documents import Issue
from taper.planning.plan import Plan, Planned
from taper.record import changes, earlier, plan_document
from taper.record.changes import Replaced
from taper.record.plan_document import PlanDocument
from taper.sources.participants import participant_in
from taper.sources.yaml import Found, ParsedFile, scan
from taper.trial.fields import parse_date
from taper.trial.participant import Participant
from taper.trial.rules import Trial
from taper.web import form as forms
from taper.web.form import Form
from taper.wording.quoting import shown


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as it is planned: the plan as of `today`, and the plan before.

    `before` is the plan of the file as it was opened, or as it was before an event was entered;
    None where it says the same, and where there was no file.
    """

    form: Form
    participant: Participant
    trial: Trial
    today: date
    plan: Planned
    before: PlanDocument | None = None

    @property
    def raw(self) -> bytes:
        """The participant's file."""
        return forms.file_of(self.form)

    @property
    def replaced(self) -> Replaced | None:
        """What the plan says of the one before."""
        if self.before is None or not isinstance(self.plan, Plan):
            return None
        return earlier.replaced_by(self.plan, self.before)

    def issue(self) -> Issue | None:
        """The plan as its papers carry it, None of one without days."""
        if not isinstance(self.plan, Plan):
            return None
        made = Issue.of(self.plan, self.today, replaces=self.replaced)
        if self.before is None:
            return made
        return replace(made, earlier=changes.steps_of(self.before))


def today_of(form: Form, otherwise: date) -> date:
    """The day as of which is planned; raises `Refusal` for what is no date."""
    typed = form.get("today", "")
    if not typed:
        return otherwise
    try:
        return parse_date(typed)
    except ValueError as allowed:
        problem = Problem(forms.who(form), "today", shown(typed), str(allowed))
        raise Refusal(problem) from None


def planned(form: Form, today: date) -> Typed:
    """The plan of what was typed, as of the day in the form or of `today`; raises `Refusal`."""
    as_of = today_of(form, today)
    participant, trial, plan = _plan_of(form, *forms.document_of(form), as_of)
    before = _before(form, as_of)
    if before is None:
        return Typed(form, participant, trial, as_of, plan)
    plan = earlier.with_past(plan, before, as_of, forms.accepted(form))
    is_another = before["plan_id"] != plan_document.plan_id(plan)
    return Typed(form, participant, trial, as_of, plan, before if is_another else None)


def _plan_of(
    form: Form, document: ParsedFile, found: list[Found], today: date
) -> tuple[Participant, Trial, Planned]:
    """The participant of a file that was read, the protocol and the plan."""
    participant = participant_in(document, found)
    trial = sources.trial_for(participant)
    chosen = None
    if trial.protocol.taper is None and participant.steroid is not None:
        chosen = form.get("regimen") or _refuse_no_regimen(participant, trial)
    return participant, trial, plan_of(trial, participant, today=today, regimen=chosen)


def _refuse_no_regimen(participant: Participant, trial: Trial) -> NoReturn:
    allowed = f"one that is chosen, as protocol {trial.protocol.id} prescribes no taper"
    raise Refusal.of(participant.participant, "regimen", "missing", allowed)


def _before(form: Form, today: date) -> PlanDocument | None:
    """The plan that this one takes the place of: of the file before the last event, or as opened.

    A file that was refused had none.
    """
    was = form.get("before") or form.get("base") or ""
    if not was:
        return None
    try:
        read = scan(was.encode("utf-8", "surrogatepass"), forms.name_of(form))
        _, _, plan = _plan_of(form, *read, today)
    except Refusal:
        return None
    return plan_document.as_dict(plan) if isinstance(plan, Plan) else None


def as_path(form: Form) -> Path:
    """The name of the file, for what speaks of it by a path."""
    return Path(forms.name_of(form))
