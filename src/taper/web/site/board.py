"""The board of today, what changed and must be done; one participant's revisions and recalls."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Any

from taper.errors import Problem, Refusal, TaperError
from taper.folder import board as boards
from taper.folder import told
from taper.folder.board_cells import TITLES, cells
from taper.folder.last_run import LastRun
from taper.folder.ledger_file import LedgerFile
from taper.folder.run_page import called, in_order, view
from taper.folder.told_rows import row_of
from taper.operations.site import recalling
from taper.record.ledger import Entry
from taper.record.manifest import SUPERSEDED
from taper.record.runs import Run
from taper.sources import arguments
from taper.storage.folder_seen import FolderSeen
from taper.trial.fields import parse_date, parse_role
from taper.web.at import At
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.reply import Reply, page
from taper.web.site.opened import Opened
from taper.web.site.verifying import Found
from taper.web.speech import languages, rendered
from taper.web.status import pass_on_a_fault, status_of
from taper.wording.banner import banner

_RECALLED = "taper recalled"


def board_page(
    opened: Opened, at: At, found: Found | None = None, refused: TaperError | None = None
) -> Reply:
    """The folder as of today; `found` is what was verified, `refused` what was not done and why."""
    if refused is not None:
        pass_on_a_fault(refused)
    given: dict[str, Any] = {"lines": None, "run": None, "broken": ""}
    try:
        given = _seen(opened, at.today)
    except TaperError as wrong:
        given["broken"] = str(wrong)
    html = rendered(
        "site.html",
        at.code,
        at=at,
        opened=opened,
        titles=TITLES,
        found=found,
        said="" if refused is None else str(refused),
        languages=languages(),
        **given,
    )
    return page(html, 200 if refused is None else status_of(refused))


def _seen(opened: Opened, today: date) -> dict[str, Any]:
    """Lines and last run of a folder; of one that no batch has written to yet, nothing."""
    opened.refuse_gone()
    if not opened.has_ledger:
        return {"lines": None, "run": None, "broken": ""}
    seen_lines = boards.board(opened.folder, today)
    lines, banners = list(map(cells, seen_lines)), boards.over(seen_lines, today)
    with FolderSeen(opened.folder) as seen:
        ledger = LedgerFile(seen)
        ledger.look()
        last = LastRun.of(ledger)
        recalls = [each.participant for each in last.recalls()]
        return {
            "lines": lines,
            "banners": banners,
            "run": view(last),
            "recalls": recalls,
            "broken": "",
        }


# One participant ------------------------------------------------------------------------------


def participant_page(opened: Opened, who: str, at: At) -> Reply:
    """The revisions of a participant, the files, and a paper to be ticked off."""
    return _participant(opened, who, at, {"on": at.today.isoformat(), "by": at.user})


def recalled_page(opened: Opened, form: Form, at: At) -> Reply:
    """The same after a paper came back; who says so is the proxy's word where it gives one."""
    who, form = form.get("participant", ""), {**form, **({"by": at.user} if at.user else {})}
    found, done, status = Mistakes({}, [], []), "", 200
    try:
        line = recalling.recalled(
            opened.folder,
            who,
            on=arguments.read(_RECALLED, "--on", form.get("on", ""), parse_date),
            by=arguments.read(_RECALLED, "--by", form.get("by", ""), parse_role),
            today=at.today,
            signer=opened.signer(),
        )
        done = f"back up to revision {line.revision}, on {line.on}, by {line.by}"
    except TaperError as wrong:
        beside(wrong, {"--on": "on", "--by": "by"}, found)
        status = status_of(wrong)
    return _participant(opened, who, at, form, found, done)._replace(status=status)


def _participant(
    opened: Opened, who: str, at: At, form: Form, found: Mistakes | None = None, done: str = ""
) -> Reply:
    found = found or Mistakes({}, [], [])
    lines = [each for each in told.lines(opened.folder, who) if not isinstance(each, Run)]
    entries = [each for each in lines if isinstance(each, Entry)]
    html = rendered(
        "site_participant.html",
        at.code,
        at=at,
        who=who,
        form=form,
        mistakes=found,
        done=done,
        banners=_banners(entries),
        rows=[(each.revision, *row_of(each)) for each in lines],
        files=_files(entries, who),
        former=[f"{SUPERSEDED}/{name}" for name in _put_away(entries)],
        is_out=bool(found.beside) or who in _out(opened),
        languages=languages(),
    )
    return page(html)


def _banners(entries: Sequence[Entry]) -> list[str]:
    """What stands over the participant's current papers; nothing where no steroid is taken."""
    if not entries or not entries[-1].kept.steps:
        return []
    return list(banner(entries[-1].status, provisional=entries[-1].provisional))


def _files(entries: Sequence[Entry], who: str) -> list[tuple[str, str]]:
    if not entries:
        return []
    return [(called(name, who), name) for name in in_order(entries[-1].files, who)]


def _put_away(entries: Sequence[Entry]) -> list[str]:
    return list(chain.from_iterable(each.superseded for each in entries))


def _out(opened: Opened) -> set[str]:
    """Whose papers are out that should not be."""
    with FolderSeen(opened.folder) as seen:
        ledger = LedgerFile(seen)
        ledger.look()
        last = LastRun.of(ledger)
        unfit = {who for who, _ in last.unfit()}
        absent = {each.participant for each in last.absent()}
        return {each.participant for each in last.recalls()} | unfit | absent


# Files ----------------------------------------------------------------------------------------


def file(opened: Opened, name: str) -> Reply:
    """A file of the folder that its ledger knows; raises `Refusal` of any other."""
    entries = told.history(opened.folder)
    known = {each for entry in entries for each in entry.files}
    known |= {f"{SUPERSEDED}/{each}" for each in _put_away(entries)}
    with FolderSeen(opened.folder) as seen:
        if name not in known or not seen.has(name):
            allowed = "one that its ledger knows and that is there"
            raise Refusal(Problem(opened.folder.name, "the file", "none of it", allowed))
        data = seen.bytes_of(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_shown = kind == "application/pdf"
    return Reply(200, kind, data, name.rpartition("/")[2], to_keep=not is_shown)
