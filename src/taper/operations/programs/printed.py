"""A plan that a program holds, on paper; and a paper, looked at for a program."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taper.errors import Refusal
from taper.operations import keys as key_files
from taper.operations.plans.parts import AskedDays
from taper.operations.programs.planned import Plan, computed_of
from taper.operations.verifying.papers import Now, verify_bytes
from taper.operations.verifying.printed_file import MOST_BYTES, WANTED
from taper.operations.verifying.verdict import Verified
from taper.paper import documents
from taper.paper.issue import Issue
from taper.paper.kinds import TITLES, Paper
from taper.planning.plan import NotTapering
from taper.record import earlier
from taper.record.changes import Replaced
from taper.sources import arguments
from taper.sources.raw import MIB, bytes_of
from taper.sources.values import kind_of
from taper.trial.fields import MAX_DAYS, parse_count, parse_date

if TYPE_CHECKING:
    from taper.paper.pages import PaperSize

_TODAY = "today"
_PDF, _VERIFY = "taper.pdf", "taper.verify"
_SIZES: Mapping[str, PaperSize] = {"letter": "letter", "A4": "A4"}


def pdf(
    plan: Plan,
    document: str,
    *,
    issued: date | str | None,
    paper: str | None,
    replaces: Plan | Mapping[str, Any] | None,
    key: str | os.PathLike[str] | None,
    since: date | str | None = None,
    until: date | str | None = None,
    weeks: int | None = None,
) -> bytes:
    """The document as PDF, read back; raises `Refusal` where there is none of this plan."""
    _refuse_no_plan(_PDF, plan)
    signer = None if key is None else key_files.signer(key)
    kind = Paper(arguments.one(_PDF, "document", document, tuple(Paper)))
    day = plan.today if issued is None else arguments.read(_PDF, "issued", issued, parse_date)
    old = None if replaces is None else _replaced(plan, replaces)
    size = None if paper is None else _SIZES[arguments.one(_PDF, "paper", paper, (*_SIZES,))]
    days = _asked_days(plan, kind, since, until, weeks)
    computed = computed_of(plan)
    if isinstance(computed, NotTapering):
        raise _no_paper(plan, kind, "of one who takes no steroid")
    issue = Issue.of(computed, day, replaces=old, paper=size, signer=signer)
    if not documents.exists(issue, kind):
        without = "although no day changes" if old else "without the plan that it replaces"
        raise _no_paper(plan, kind, without)
    part = None if days is None else days.part_of(computed)
    return documents.as_pdf(replace(issue, part=part), kind)


def _asked_days(
    plan: Plan, kind: Paper, since: object, until: object, weeks: object
) -> AskedDays | None:
    """The days that are asked for, None for all; refused of what has no page for some of them."""
    if since is until is weeks is None:
        return None
    if not kind.has_part:
        allowed = "some of the days of what lists them, such as a calendar"
        raise Refusal.of(_PDF, "document", f"{kind} with since, until or weeks", allowed)
    is_today = since == _TODAY
    first = plan.today if is_today else _day("since", since)
    if weeks is None:
        last = _day("until", until)
        _refuse_turned(first, last)
        return AskedDays(first, last, is_today, "until", "since", "until or weeks")
    if first is None or until is not None:
        beside = "with until" if first is not None else "without since"
        raise Refusal.of(_PDF, "weeks", f"given {beside}", "weeks with since alone")
    count = arguments.read(_PDF, "weeks", weeks, parse_count)
    if not 1 <= count <= MAX_DAYS // 7:
        allowed = f"a whole number from 1 to {MAX_DAYS // 7}"
        raise Refusal.of(_PDF, "weeks", str(weeks), allowed)
    last = first + timedelta(days=7 * count - 1)
    return AskedDays(first, last, is_today, "weeks", "since", "until or weeks")


def _refuse_turned(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and first > last:
        raise Refusal.of(_PDF, "since", f"{first} and until {last}", "a day not after it")


def _day(name: str, given: Any) -> date | None:
    return None if given is None else arguments.read(_PDF, name, given, parse_date)


def _no_paper(plan: Plan, kind: Paper, why: str) -> Refusal:
    said = f"a {TITLES[kind]} {why}"
    return Refusal.of(plan.participant, "document", said, "what can be printed of the plan")


def _replaced(plan: Plan, old: Plan | Mapping[str, Any]) -> Replaced:
    if isinstance(old, Plan):
        return earlier.replaced_by(computed_of(plan), old.to_dict())
    return earlier.replaced_by(computed_of(plan), earlier.plan_of(old, _PDF))


def verify(
    file: bytes | str | os.PathLike[str],
    plan: Plan | None,
    *,
    replaces: Plan | Mapping[str, Any] | None,
    folder: str | os.PathLike[str] | None,
    known: Sequence[str | os.PathLike[str]] = (),
) -> Verified:
    """Whether a printed file is proved, and whether it is what the plan says."""
    now, kept = None, None if folder is None else Path(folder)
    keys = key_files.known_keys(known) if known else frozenset()
    if plan is not None:
        _refuse_no_plan(_VERIFY, plan)
        replaced = None if replaces is None else _replaced(plan, replaces)
        now = Now("the plan", plan.today, lambda: computed_of(plan), lambda _: replaced)
    if isinstance(file, bytes):
        if len(file) > MOST_BYTES:
            limit = f"{MOST_BYTES // MIB} MiB"
            raise Refusal.of(_VERIFY, "file", f"larger than {limit}", f"at most {limit}")
        return verify_bytes(file, "the PDF", now, folder=kept, keys=keys)
    path = Path(file)
    return verify_bytes(bytes_of(path, MOST_BYTES, WANTED), path.name, now, path, kept, keys)


def _refuse_no_plan(who: str, plan: object) -> None:
    if not isinstance(plan, Plan):
        raise Refusal.of(who, "plan", kind_of(plan), "a plan that taper.plan made")
