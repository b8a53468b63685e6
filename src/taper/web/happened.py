"""An event on the page: the calendar before and after, what is asked, and taking it over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from taper.errors import Problem, Refusal, TaperError, UsageError
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
from taper.web import by_protocol, calendar, planned
from taper.web import form as forms
from taper.web.at import At
from taper.web.form import Form
from taper.web.reply import Reply, page
from taper.web.speech import banners_of, languages, rendered, said
from taper.web.status import REFUSED, pass_on_a_fault

OF_EVENT = "event_"
_OF_EVENT = re.compile(
    r"events\[[0-9]+\](?:\.(?P<key>[a-z_]+).*)?|(?P<date>the date of )?the event"
)
KEPT = ("today", "regimen", "accepted", *forms.BROUGHT)
"""Fields that stand in no file, and stay when an event was taken over."""


class _Unentered(TaperError):
    """What was typed into a field of the event, and stands for no value of it."""

    def __init__(self, key: str, said: str) -> None:
        super().__init__(said)
        self.key = key


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
        return _page(form, at, _proposal(form, at, _accepted(form)[0]))
    except TaperError as wrong:
        return _refused(wrong, form, at)


def taken_page(form: Form, at: At) -> Reply:
    """The page with the event in the participant's file; asked again where somebody must be."""
    try:
        who, wrong = _accepted(form)
        proposal = _proposal(form, at, who)
    except TaperError as refused:
        return _refused(refused, form, at)
    if proposal.altered and wrong:
        return _page(form, at, proposal, is_asked=True, wrong=wrong)
    if proposal.unanswered or (proposal.doubts and not form.get("sure")):
        return _page(form, at, proposal, is_asked=True)
    kept = {key: form[key] for key in KEPT if key in form}
    after = calendar.with_file(kept, proposal.edited.raw.decode())
    after["before"] = proposal.raw_before.decode()
    come = calendar.shown(after, at, pressed=True)
    done = _what(proposal)
    return page(calendar.html(after, at, come, done=done))


def _refused(wrong: TaperError, form: Form, at: At) -> Reply:
    """The calendar without the event, and what is wrong with that beside its fields."""
    pass_on_a_fault(wrong)
    come = calendar.shown(form, at, pressed=True)
    of_event = _of_event(wrong)
    if of_event is None and come.mistakes:
        come = calendar.refused(wrong, form, pressed=True)
    elif of_event is None:  # without the event nothing is wrong
        key = "protocol" if form.get(f"{OF_EVENT}type") == "amendment" else "type"
        of_event = {f"{OF_EVENT}{key}": str(wrong)}
    return page(calendar.html(form, at, come, of_event=of_event), REFUSED)


def _of_event(wrong: TaperError) -> dict[str, str] | None:
    """What is wrong, by the fields of the event; None where any of it is in no such field."""
    if isinstance(wrong, _Unentered):
        return {f"{OF_EVENT}{wrong.key}": str(wrong)}
    found: dict[str, str] = {}
    for each in wrong.grounds:
        named = _OF_EVENT.fullmatch(each.field) if isinstance(each, Problem) else None
        if named is None or not isinstance(each, Problem):
            return None
        key = f"{OF_EVENT}{named['key'] or ('date' if named['date'] else 'type')}"
        before = f"{found[key]} " if key in found else ""
        found[key] = f"{before}{each.read}; allowed: {each.allowed}."
    return found


def _accepted(form: Form) -> tuple[str | None, str]:
    """Who accepts that days which are past change, and why; or what is wrong with what says so."""
    try:
        return forms.accepted(form), ""
    except Refusal as wrong:
        (problem,) = wrong.problems
        return None, f"{problem.read}; allowed: {problem.allowed}."


def _proposal(form: Form, at: At, who: str | None) -> Proposal:
    today = planned.today_of(form, at.today)
    raw = forms.file_of(form)
    if raw != form.get("base", "").encode("utf-8", "surrogatepass"):
        planned.refuse_doubtful(form, at.today)
    return proposed_of(
        raw,
        planned.as_path(form),
        Happened(fields_in(form, today.isoformat())),
        today=today,
        regimen=_regimen(form),
        accepted=who,
    )


def _regimen(form: Form) -> str | None:
    """The regimen that was chosen; one that is left of another protocol was not."""
    trial = by_protocol.trial_of(form.get("protocol", ""))
    prescribes = trial is not None and trial.protocol.taper is not None
    return None if prescribes else form.get("regimen") or None


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
    return {"type": type_, **{key: _entered(form, key) for key in keys if key != "type"}}


def _entered(form: Form, key: str) -> Any:
    """What a field of the event has in the file; raises `_Unentered` for what it cannot have."""
    typed = form[f"{OF_EVENT}{key}"]
    try:
        return entered(key, key, typed)
    except UsageError as wrong:
        raise _Unentered(key, str(wrong)) from None


# What is shown --------------------------------------------------------------------------------


def _page(
    form: Form, at: At, proposal: Proposal, *, is_asked: bool = False, wrong: str = ""
) -> Reply:
    words = said(at.code, proposal.after.locale)
    html = rendered(
        "happened.html",
        at.code,
        at=at,
        form=_with_event(form, proposal),
        change=_change(proposal, words),
        is_asked=is_asked,
        wrong=wrong,
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
