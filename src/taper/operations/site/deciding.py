"""What a batch makes of one participant, decided before anything of it is printed or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from taper import sources
from taper.errors import Ground, Refusal
from taper.folder.tasks import Task
from taper.operations.plans import outputs
from taper.operations.plans.one import plan_of
from taper.operations.plans.outputs import USUAL, Output, Wishes
from taper.operations.plans.parts import AskedDays
from taper.operations.site.parts import Parts, parts_for
from taper.paper.documents import Issue, Press, Unprinted
from taper.pharmacy.returns import returns
from taper.pharmacy.terms import Terms
from taper.pharmacy.terms import kept as kept_terms
from taper.planning.findings.typed import look_alike, marked_in_table
from taper.planning.labels import Finding
from taper.planning.plan import NotTapering, Planned
from taper.record import past as past_days
from taper.record import plan_document, revising, vanished
from taper.record.changes import Facts, facts
from taper.record.kept import Kept
from taper.record.ledger import Entry
from taper.record.past import Altered
from taper.record.plan_document import PlanDocument
from taper.record.vanished import Lost
from taper.signing.keys import Signer
from taper.sources import tables
from taper.sources.participants import participant_in
from taper.trial.participant import Participant
from taper.trial.rules import Trial


@dataclass(frozen=True, slots=True)
class Job:
    """What a batch makes of each participant."""

    outputs: tuple[Output, ...]
    today: date
    press: Press | None = None
    signer: Signer | None = None
    accepted: str | None = None
    """Who took back what was said or altered days that are past, and why."""
    days: AskedDays | None = None
    """Of which days there is to be a part beside the whole."""
    cards: bool = True
    """Whether an emergency card goes with the papers of whom it is found to need one."""
    terms: Terms | None = None
    """On which a pharmacy hands out; None where nobody said, and no paper counts hand-outs."""
    wishes: Wishes = USUAL
    """What is wanted of the files for other systems."""

    def outputs_of(self, plan: Planned) -> tuple[Output, ...]:
        """What is to be made of that plan."""
        return outputs.with_emergency_card(plan, self.outputs) if self.cards else self.outputs


@dataclass(frozen=True, slots=True)
class Decision:
    """The plan of one participant, the line that the ledger is to have, and the files to be made.

    `now` is the line as if nothing had been there before; `entry` is the former one where the
    plan is the same again.
    """

    task: Task
    plan: Planned
    now: Entry
    entry: Entry
    issue: Issue | Unprinted
    lacking: tuple[Output, ...]
    parts: Parts

    @property
    def existing(self) -> Iterator[Output]:
        """The files to be made that there can be: who takes no steroid has no calendar."""
        return outputs.that_exist(self.issue, (*self.lacking, *self.parts.wanted))

    def unmade(self, asked: tuple[Output, ...]) -> tuple[Ground, ...]:
        """Why parts, and others of the files that were asked for, are not among them."""
        wanted = dict.fromkeys((*asked, *self.lacking))
        earlier = self.issue.earlier_days if isinstance(self.issue, Issue) else ()
        refused = outputs.refusals(self.plan, self.entry.issued, wanted, earlier)
        return (*self.parts.refused, *refused)


def decide(job: Job, task: Task) -> Decision:
    """The next revision of a participant, or what the former one lacks.

    Raises `Refusal` for whom there is none.
    """
    participant, trial = _read_again(task)
    told = facts(trial, participant)
    lost = _lost(job, task, participant, told)
    plan = plan_of(trial, participant, today=job.today)
    past = _past(job, task, plan, told)
    found = _found(job, task, lost, past)
    plan = replace(plan, findings=(*plan.findings, *found))
    kept = Kept.of(plan)
    document = plan_document.as_dict(plan, kept)
    now = revising.first_of(
        plan,
        trial,
        participant,
        issued=job.today,
        document=document,
        kept=kept,
        draft_translation=sources.is_draft(plan.locale),
        terms=kept_terms(job.terms),
    )
    entry = _next(job, task, plan, now, past, lost)
    issue = _issue(job, task, plan, document, entry)
    lacking = tuple(_lacking(job, task, plan, entry))
    return Decision(task, plan, now, entry, issue, lacking, _parts(job, task, plan, entry))


def _found(job: Job, task: Task, lost: list[Lost], past: Altered | None) -> Iterator[Finding]:
    """What is found beside what the plan itself is found to be."""
    yield from look_alike(task.claimant.alike)
    yield from marked_in_table(task.claimant.remarks)
    if lost and task.former and job.accepted:
        yield vanished.finding(lost, _where(task.former.entry), job.accepted)
    if past:
        yield past.finding(job.accepted)


def _where(former: Entry) -> str:
    return f"revision {former.revision}"


def _past(job: Job, task: Task, plan: Planned, told: Facts) -> Altered | None:
    """How days before today are altered; refused where nothing that happened does it (§6.16)."""
    if task.former is None:
        return None
    former = task.former.entry
    altered = past_days.altered(former.kept.steps, Kept.of(plan).steps, job.today)
    cause = past_days.cause_by_facts(former.facts, told) if altered else None
    if altered and cause and job.accepted is None:
        raise altered.refusal(plan.participant, cause)
    return altered


def _lost(job: Job, task: Task, participant: Participant, told: Facts) -> list[Lost]:
    """What the former revision has and the source has not; refused where nobody answers for it."""
    if task.former is None:
        return []
    former = task.former.entry
    lost = vanished.vanished(former.facts, told, former.issued)
    is_unsaid = "locale" not in participant.model_fields_set
    if participant.steroid and is_unsaid and former.locale != participant.locale:
        lost.append(Lost("locale", former.locale))
    if lost and job.accepted is None:
        raise vanished.refusal(participant.participant, lost, _where(former))
    return lost


def _next(
    job: Job, task: Task, plan: Planned, now: Entry, past: Altered | None, lost: list[Lost]
) -> Entry:
    """The line that follows on the former one, or that one; and who accepted that less is said."""
    former = task.former.entry if task.former else None
    accepted = vanished.changes(lost, job.accepted or "")
    entry = revising.after(former, now, task.gone)
    if former is not None and (entry is former or _holds(job, task, plan, former, now)):
        return revising.told_more(former, now, accepted)
    accepted += [past.change(job.accepted)] if past else []
    return replace(entry, why=(*entry.why, *accepted))


def _holds(job: Job, task: Task, plan: Planned, former: Entry, now: Entry) -> bool:
    """Whether the paper that is out stays, though the plan is another one."""
    return not _lacks(job, task, plan) and revising.changes_nothing(former, now)


def _issue(
    job: Job, task: Task, plan: Planned, document: PlanDocument, entry: Entry
) -> Issue | Unprinted:
    """What is issued of a plan as the entry has it."""
    if isinstance(plan, NotTapering):
        return Unprinted(plan, document, job.terms).revised(entry.revision)
    before = task.forerunners(entry)
    back = returns(plan, before, job.terms or Terms(), entry.issued)
    steps = tuple(step for each in before for step in each.steps)
    issue = Issue(
        plan, document, entry.issued, job.terms, signer=job.signer, returns=back, earlier=steps
    )
    history = task.history_with(entry)
    return issue.revised(entry.revision, entry.issued, entry.replaces, history)


def _lacking(job: Job, task: Task, plan: Planned, entry: Entry) -> Iterator[Output]:
    """What is to be made: of another plan all that was ever asked for, of the same what lacks."""
    id_ = entry.participant
    names = [each.name(id_) for each in job.outputs_of(plan)]
    is_same = task.is_former(entry)
    before = task.former.entry.files if task.former else ()
    lacking = task.lacks(names) if is_same else [*names, *before]
    wanted = {each.name(id_): each for each in outputs.ALL}
    return (wanted[name] for name in wanted if name in lacking)


def _parts(job: Job, task: Task, plan: Planned, entry: Entry) -> Parts:
    """The parts to be made, where those of another revision do not count."""
    former = task.former.entry if task.former else None
    there = former if task.is_former(entry) else None
    return parts_for(plan, job.days, job.outputs, there, task.gone)


def _lacks(job: Job, task: Task, plan: Planned) -> bool:
    """Whether files are asked for that the former revision does not have, parts among them.

    They must be made of a new one.
    """
    there = task.former.entry if task.former else None
    can_be = (x for x in job.outputs_of(plan) if outputs.refusal(plan, job.today, x) is None)
    names = [each.name(plan.participant) for each in can_be]
    lost = task.lacks(names)
    return bool(lost or parts_for(plan, job.days, job.outputs, there, task.gone).wanted)


def _read_again(task: Task) -> tuple[Participant, Trial]:
    claimant = task.claimant
    if claimant.row is not None:
        participant = tables.participant(claimant.row)
        return participant, sources.trial_for(participant, claimant.path.parent)
    document = claimant.document
    if document is not None:
        participant = participant_in(document)
        return participant, sources.trial_for(participant, claimant.path.parent)
    participant = sources.participant(claimant.path)
    if participant.participant != claimant.participant:
        raise Refusal.of(
            claimant.path.name,
            "participant",
            f"{participant.participant}, and was {claimant.participant} a moment ago",
            "a file that is not changed while it is read",
        )
    return participant, sources.trial_for(participant, claimant.path.parent)
