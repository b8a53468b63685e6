"""The plan of what was typed, beside the plan of the file that it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

from taper import sources
from taper.errors import Problem, Refusal
from taper.operations.changing.doubts import Doubt, Known, doubts_of
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

SURE = "right"
"""The field in which somebody says that what is doubtful is right."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as it is planned: the plan as of `today`, and the plan before.

    `before` is the plan of the file as it was opened, or as it was before an event was entered;
    None where it says the same, and where there was no file. `doubts` are what somebody said is
    right, though what was typed of an opened file is far from what stood there.
    """

    form: Form
    participant: Participant
    trial: Trial
    today: date
    plan: Planned
    before: PlanDocument | None = None
    doubts: tuple[Doubt, ...] = ()

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
    doubts = _doubts(form, trial, participant, plan, as_of)
    if before is None:
        return Typed(form, participant, trial, as_of, plan, doubts=doubts)
    plan = earlier.with_past(plan, before, as_of, forms.accepted(form))
    is_another = before["plan_id"] != plan_document.plan_id(plan)
    return Typed(form, participant, trial, as_of, plan, before if is_another else None, doubts)


def said_of(doubts: tuple[Doubt, ...]) -> str:
    """What the tick says that somebody is sure of: of anything else it says nothing."""
    return " ".join(f"{doubt.said}." for doubt in doubts)


def refuse_doubtful(form: Form, today: date) -> None:
    """Raise for a file that was opened and changed into one that somebody must be sure of."""
    if form.get("base"):
        planned(form, today)


def _doubts(
    form: Form, trial: Trial, participant: Participant, plan: Planned, today: date
) -> tuple[Doubt, ...]:
    """What `taper correct` would ask of these changes too (§6.18.4); refused until it is ticked."""
    base = form.get("base", "")
    if (
        not base
        or not isinstance(plan, Plan)
        or forms.file_of(form) == base.encode("utf-8", "surrogatepass")
    ):
        return ()
    doubts = doubts_of(trial, _known(base, form, today), Known(participant, plan))
    if doubts and form.get(SURE) != said_of(doubts):
        problems = (
            Problem(
                participant.participant, SURE, each.said, f"a tick below, where {each.if_right}"
            )
            for each in doubts
        )
        raise Refusal(*problems)
    return doubts


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
    known = _known(was, form, today)
    return None if isinstance(known, Refusal) else plan_document.as_dict(known.plan)


def _known(text: str, form: Form, today: date) -> Known | Refusal:
    """The participant of a file and the plan; why there is none of one that was refused."""
    try:
        read = scan(text.encode("utf-8", "surrogatepass"), forms.name_of(form))
        participant, _, plan = _plan_of(form, *read, today)
    except Refusal as refused:
        return refused
    if isinstance(plan, Plan):
        return Known(participant, plan)
    return Refusal.of(participant.participant, "steroid", "none", "a steroid")


def as_path(form: Form) -> Path:
    """The name of the file, for what speaks of it by a path."""
    return Path(forms.name_of(form))
