"""What a new plan makes of the ledger's last word: nothing, or the next revision and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from taper.planning.plan import Planned
from taper.record.changes import OFF_PAPER, Cause, Change, Replaced, changed_from, facts
from taper.record.differing import said_otherwise
from taper.record.handing_out import in_words
from taper.record.kept import Kept
from taper.record.ledger import Entry, LineKind, superseded_name
from taper.record.marks import Mark
from taper.record.on_a_day import says_the_same
from taper.record.plan_document import PlanDocument
from taper.trial.participant import Participant
from taper.trial.rules import Trial


def first_of(
    plan: Planned,
    trial: Trial,
    participant: Participant,
    *,
    issued: date,
    document: PlanDocument,
    kept: Kept,
    draft_translation: bool = False,
    terms: Mapping[str, Any] | None = None,
) -> Entry:
    """The entry of a plan, with its document and record, as if nothing had been there before."""
    return Entry(
        participant=plan.participant,
        revision=1,
        issued=issued,
        plan_id=document["plan_id"],
        provisional=plan.provisional,
        status=plan.status,
        locale=plan.locale,
        replaces=None,
        why=(),
        files={},
        wrote=(),
        superseded={},
        inputs_sha256=plan.inputs_sha256,
        engine=document["engine"],
        facts=facts(trial, participant),
        kept=kept,
        draft_translation=draft_translation,
        terms=terms,
    )


def after(former: Entry | None, now: Entry, gone: frozenset[str] = frozenset()) -> Entry:
    """What a new plan makes of the former entry: itself, or the next revision.

    `gone` are files of the former entry that are no longer there, and so cannot be moved away.
    """
    if former is None:
        return now
    if former.face == now.face:
        return former
    return replace(
        now,
        revision=former.revision + 1,
        replaces=Replaced(
            former.revision,
            former.plan_id,
            former.issued,
            None
            if says_the_same(former.kept, now.kept)
            else changed_from(former.kept.steps, now.kept.steps),
        ),
        why=tuple(why(former, now)),
        superseded={
            superseded_name(name, former.revision): mark.sha256
            for name, mark in former.files.items()
            if name not in gone
        },
    )


def changes_nothing(former: Entry, now: Entry) -> bool:
    """Whether a new plan says nothing else to a patient, so that the paper which is out stays.

    Only the protocol's text may differ, its version too, and fewer days of the same be printed.
    """
    if former.face[1:] != now.face[1:] or former.kept.protocol != now.kept.protocol:
        return False
    causes = {change.cause for change in said_otherwise(former.facts, now.facts)}
    if causes - {Cause.PROTOCOL, *OFF_PAPER}:
        return False
    is_longer = (now.kept.last_day or "") > (former.kept.last_day or "")
    return not is_longer and says_the_same(former.kept, now.kept)


def with_files(entry: Entry, made: Mapping[str, Mark]) -> Entry:
    """The entry with the files that were made for it."""
    return replace(entry, files={**entry.files, **made}, wrote=tuple(made))


def with_more_files(former: Entry, made: Mapping[str, Mark]) -> Entry:
    """A further line of the same revision: files that it did not have, or that were made again."""
    return replace(with_files(former, made), kind=LineKind.FILES, superseded={})


def told_more(former: Entry, now: Entry, accepted: Iterable[Change] = ()) -> Entry:
    """The former entry where its paper stays; a further line of it where other things are said.

    The next run must know what was said last: an infusion that no printed day shows may vanish
    too. `accepted` says who took something back. The protocol stays that of the paper.
    """
    facts = {**now.facts, "protocol": former.facts["protocol"]}
    changes = (*said_otherwise(former.facts, facts), *accepted)
    if facts == former.facts and not changes:
        return former
    line = replace(former, facts=facts, why=(*former.why, *changes), kind=LineKind.FILES)
    return replace(line, wrote=(), superseded={})


def why(old: Entry, new: Entry) -> list[Change]:
    """Why the new plan is another one, by what was said then and now."""
    found = [*said_otherwise(old.facts, new.facts), *_seen_only(old, new)]
    return found or [_by_itself(old, new)]


def _seen_only(old: Entry, new: Entry) -> Iterator[Change]:
    """What a reader sees although no day differs."""
    if old.provisional and not new.provisional:
        yield Change(Cause.INFUSION, "no longer provisional")
    if new.provisional and not old.provisional:
        yield Change(Cause.INFUSION, "provisional again")
    if old.status != new.status:
        yield Change(Cause.STATUS, f"the protocol is {new.status}, was {old.status}")
    if old.locale != new.locale:
        yield Change(Cause.LANGUAGE, f"{old.locale} to {new.locale}")
    elif old.draft_translation and not new.draft_translation:
        yield Change(Cause.LANGUAGE, "the translation is signed")
    elif new.draft_translation and not old.draft_translation:
        yield Change(Cause.LANGUAGE, "the translation is a draft again")
    if old.terms != new.terms:
        yield Change(Cause.TERMS, f"{in_words(old.terms)} to {in_words(new.terms)}")


def _by_itself(old: Entry, new: Entry) -> Change:
    """Nothing that was said differs: then the program does, or the day."""
    if old.engine != new.engine:
        return Change(Cause.ENGINE, f"{old.engine} to {new.engine}")
    if old.issued != new.issued:
        return Change(Cause.DAY, f"{old.issued} to {new.issued}")
    return Change(Cause.ENGINE, f"other data sheets in {new.engine}")
