"""A plan that a program holds, on paper; and a paper, looked at for a program."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taper.errors import Refusal
from taper.operations import keys as key_files
from taper.operations.planned import Plan, computed_of
from taper.operations.printed_file import MOST_BYTES, WANTED
from taper.operations.verdict import Verified
from taper.operations.verify import Now, verify_bytes
from taper.paper import documents
from taper.paper.issue import Issue
from taper.paper.kinds import TITLES, Paper
from taper.planning.plan import NotTapering
from taper.record import earlier
from taper.record.changes import Replaced
from taper.sources import arguments
from taper.sources.raw import MIB, bytes_of
from taper.sources.values import kind_of
from taper.trial.fields import parse_date

if TYPE_CHECKING:
    from taper.paper.pages import PaperSize

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
) -> bytes:
    """The document as PDF, read back; raises `Refusal` where there is none of this plan."""
    _refuse_no_plan(_PDF, plan)
    signer = None if key is None else key_files.signer(key)
    kind = Paper(arguments.one(_PDF, "document", document, tuple(Paper)))
    day = plan.today if issued is None else arguments.read(_PDF, "issued", issued, parse_date)
    old = None if replaces is None else _replaced(plan, replaces)
    size = None if paper is None else _SIZES[arguments.one(_PDF, "paper", paper, (*_SIZES,))]
    computed = computed_of(plan)
    if isinstance(computed, NotTapering):
        raise _no_paper(plan, kind, "of one who takes no steroid")
    issue = Issue.of(computed, day, replaces=old, paper=size, signer=signer)
    if not documents.exists(issue, kind):
        without = "although no day changes" if old else "without the plan that it replaces"
        raise _no_paper(plan, kind, without)
    return documents.as_pdf(issue, kind)


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
