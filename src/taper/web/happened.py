"""An event on the page: the calendar before and after, what is asked, and taking it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from taper.errors import Refusal, TaperError
from taper.operations.changing.event import Happened
from taper.operations.changing.proposed import Proposal, proposed_of
from taper.operations.plans.taken import Taken
from taper.paper.documents import TITLES
from taper.paper.pages.words import Words
from taper.planning.labels import Finding
from taper.planning.plan import Plan, Step
from taper.record.plan_document import SHORT_ID, plan_id
from taper.sources.typed_values import entered
from taper.trial.participant import EVENTS
from taper.web import calendar, planned
from taper.web import form as forms
from taper.web.at import At
from taper.web.form import Form
from taper.web.reply import Reply, page
from taper.web.speech import banners_of, languages, rendered, said

OF_EVENT = "event_"
KEPT = ("today", "regimen", "accepted", forms.OWN, forms.OWN_NAME)
"""Fields that stand in no file, and stay when an event was taken over."""


@dataclass(frozen=True, slots=True)
class Half:
    """A step in one of the two calendars."""

    dose: str
    days: int
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A step before and after, None where none begins on that day."""

    start: str
    before: Half | None
    after: Half | None

    @property
    def is_new(self) -> bool:
        """Whether the two say something else."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that is shown of an event before it is taken over."""

    participant: str
    banners: tuple[str, ...]
    what: str
    today: str
    dose_before: str
    dose_after: str
    rows: tuple[Row, ...]
    plans: tuple[str, str]
    findings: tuple[Finding, ...]
    past: str
    doubts: tuple[str, ...]
    papers: tuple[str, ...]


def proposed_page(form: Form, at: At) -> Reply:
    """Both calendars side by side; nothing is changed."""
    try:
        return _page(form, at, _proposal(form, at))
    except TaperError as wrong:
        return _refused(wrong, form, at)


def taken_page(form: Form, at: At) -> Reply:
    """The page with the event in the participant's file; asked again where somebody must be."""
    try:
        proposal = _proposal(form, at)
    except TaperError as wrong:
        return _refused(wrong, form, at)
    if proposal.unanswered or (proposal.doubts and not form.get("sure")):
        return _page(form, at, proposal, is_asked=True)
    kept = {key: form[key] for key in KEPT if key in form}
    after = calendar.with_file(kept, proposal.edited.raw.decode())
    after["before"] = proposal.raw_before.decode()
    come = calendar.shown(after, at, pressed=True)
    done = _what(proposal)
    return page(calendar.html(after, at, come, done=done))


def _refused(wrong: TaperError, form: Form, at: At) -> Reply:
    come = calendar.refused(wrong, form, pressed=True)
    return page(calendar.html(form, at, come), 422)


def _proposal(form: Form, at: At) -> Proposal:
    today = planned.today_of(form, at.today)
    raw = forms.file_of(form)
    if raw != form.get("base", "").encode("utf-8", "surrogatepass"):
        planned.refuse_doubtful(form, at.today)
    return proposed_of(
        raw,
        planned.as_path(form),
        Happened(fields_in(form, today.isoformat())),
        today=today,
        regimen=form.get("regimen") or None,
        accepted=forms.accepted(form),
    )


def fields_in(form: Form, today: str) -> Mapping[str, Any]:
    """The event as its file will have it; a flare in one press begins today. Raises `TaperError`.

    Fields that the event has no use for are left: the page does not show them.
    """
    if form.get("action") == "flare":
        return {"type": "flare", "date": today}
    type_ = form.get(f"{OF_EVENT}type", "")
    if type_ not in EVENTS:
        raise Refusal.of(forms.who(form), "the event", type_ or "missing", " or ".join(EVENTS))
    if not form.get(f"{OF_EVENT}date"):
        raise Refusal.of(forms.who(form), "the date of the event", "missing", "YYYY-MM-DD")
    keys = [key for key in EVENTS[type_].model_fields if form.get(f"{OF_EVENT}{key}")]
    typed = {key: entered(key, key, form[f"{OF_EVENT}{key}"]) for key in keys if key != "type"}
    return {"type": type_, **typed}


# What is shown --------------------------------------------------------------------------------


def _page(form: Form, at: At, proposal: Proposal, *, is_asked: bool = False) -> Reply:
    words = said(at.code, proposal.after.locale)
    html = rendered(
        "happened.html",
        at.code,
        at=at,
        form=_with_event(form, proposal),
        change=_change(proposal, words),
        is_asked=is_asked,
        languages=languages(),
    )
    return page(html, 422 if is_asked else 200)


def _with_event(form: Form, proposal: Proposal) -> Form:
    """What the next press sends: the event of one press is then one like any other."""
    if form.get("action") != "flare":
        return form
    event = {f"{OF_EVENT}type": "flare", f"{OF_EVENT}date": proposal.today.isoformat()}
    others = {key: value for key, value in form.items() if not key.startswith(OF_EVENT)}
    return {**others, **event}


def _change(proposal: Proposal, words: Words) -> Change:
    before, after = proposal.before, proposal.after
    assert isinstance(before, Plan)  # an event is of a file that is planned
    doses = [_taken(each, words) for each in proposal.today_before_and_after]
    return Change(
        participant=after.participant,
        banners=banners_of(after, words),
        what=_what(proposal),
        today=words.language.full_date(proposal.today),
        dose_before=doses[0],
        dose_after=doses[1],
        rows=tuple(_rows(before, after, words)),
        plans=(plan_id(before)[:SHORT_ID], plan_id(after)[:SHORT_ID]),
        findings=tuple(proposal.new_findings),
        # asked of each event anew, though somebody accepted what an earlier one altered
        past=str(proposal.altered) if proposal.altered else "",
        doubts=tuple(f"{doubt.said}." for doubt in proposal.doubts),
        papers=tuple(TITLES[each] for each in proposal.papers),
    )


def _what(proposal: Proposal) -> str:
    """The event in the words of its file."""
    return ", ".join([proposal.edited.what, *proposal.edited.details])


def _taken(taken: Taken, words: Words) -> str:
    return "" if taken is None else f"{words.mg(taken[1])} {words.drug(taken[0])}"


def _rows(before: Plan, after: Plan, words: Words) -> Iterator[Row]:
    """Steps that begin on the same day in one row."""
    left, right = ({step.start: step for step in plan.steps} for plan in (before, after))
    for start in sorted(left.keys() | right.keys()):
        halves = [_half(plan.get(start), words) for plan in (left, right)]
        yield Row(words.language.line_date(start), *halves)


def _half(step: Step | None, words: Words) -> Half | None:
    """The dose of a step and for how long."""
    if step is None:
        return None
    dose = f"{words.amounts(step)} {words.drug(step.drug)}"
    return Half(dose, step.days, words.step_label(step, None))
