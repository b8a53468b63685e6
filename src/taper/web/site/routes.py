"""The routes of the site's page; without a folder it says how to open one."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirected

from taper.errors import Refusal, TaperError
from taper.web.at import At
from taper.web.exchange import file_sent, sent, typed
from taper.web.settings import MOST_TABLE_BYTES, Settings
from taper.web.site import pages, report_routes
from taper.web.site.dropped import Dropped, Held
from taper.web.site.opened import Opened, Watched
from taper.web.site.running import Runner
from taper.web.work import Work

WAIT = 1.5
"""How many seconds a page that tells of a batch waits for its end."""


def add(app: Flask, settings: Settings, work: Work, at: Callable[..., At]) -> None:
    """Answer them; whatever would write or read the folder is there only where one is opened."""
    opened = Opened.of(settings)
    if opened is None:

        @app.get("/site")
        def closed() -> Response:
            return sent(work.quick(pages.closed_page, at()))

        return
    watched = Watched(opened)
    _add_looking(app, watched, work, at)
    report_routes.add(app, opened, work, at)
    _add_writing(app, watched, work, at)


def _add_looking(app: Flask, watched: Watched, work: Work, at: Callable[..., At]) -> None:
    @app.get("/site")
    def board() -> Response:
        return sent(work.in_files(pages.board_page, watched.now(), at()))

    @app.get("/site/of/<who>")
    def participant(who: str) -> Response:
        return sent(work.in_files(pages.participant_page, watched.now(), who, at("/site")))

    @app.get("/site/audit")
    def audited() -> Response:
        return sent(work.in_files(pages.audited_page, watched.now(), at("/site")))

    @app.post("/site/recalled")
    def recalled() -> Response:
        return sent(work.in_files(pages.recalled_page, watched.now(), typed(), at("/site")))

    @app.post("/site/verify")
    def verify() -> Response:
        request.max_content_length = MOST_TABLE_BYTES
        name, data = file_sent()
        return sent(
            work.in_files(pages.verified_page, watched.now(), typed(), name, data, at("/site"))
        )

    @app.get("/site/files/<path:name>")
    def file_of_site(name: str) -> Response:
        return sent(work.in_files(pages.file, watched.now(), name))


def _add_writing(app: Flask, watched: Watched, work: Work, at: Callable[..., At]) -> None:
    dropped, runner = Dropped(), Runner()
    atexit.register(dropped.close)
    atexit.register(runner.close)

    @app.post("/site/check")
    def check() -> Response:
        request.max_content_length = MOST_TABLE_BYTES
        form, (name, data) = typed(), file_sent()
        opened = watched.now()
        try:
            opened.refuse_gone()
            token = _held(opened, dropped, form, name, data)
            return looked_at(form, token)
        except TaperError as wrong:
            return sent(work.in_files(pages.board_page, opened, at("/site"), None, wrong))

    def looked_at(form: dict[str, str], token: str) -> Response:
        held = dropped.held(token)
        form = {"sheet": held.sheet, **form}  # the one that is looked at is the one that is written
        asked = (watched.now(), held.source, held.name, form, token, at("/site"))
        ahead = work.in_files(pages.checked, *asked)
        held = replace(held, sheet=form["sheet"], many=ahead.many, formats=ahead.formats)
        dropped.hold(held, token)
        return sent(ahead.reply)

    @app.post("/site/write")
    def write() -> Response | Redirected:
        form, here, opened = typed(), at("/site"), watched.now()
        try:
            opened.refuse_gone()
            held = dropped.held(form.get("token", ""))
            if _says_too_little(form, here):
                return looked_at(form, form["token"])
            runner.begin(list(_arguments(opened, held, form, here)), held.many)
        except TaperError as wrong:
            return sent(work.in_files(pages.board_page, opened, here, None, wrong))
        return redirect(here.to("/site/run"), 303)

    @app.get("/site/run")
    def run() -> Response:
        runner.wait(WAIT)
        return sent(work.quick(pages.run_page, runner.seen(), at("/site")))


def _held(opened: Opened, dropped: Dropped, form: dict[str, str], name: str, data: bytes) -> str:
    """The word for what is to be looked at: dropped now, dropped before, or the folder's source."""
    if name or data:  # an empty table too: the folder's source must not stand in for it
        return dropped.keep(name, data, form.get("sheet", ""))
    if form.get("token") or opened.source is None:
        dropped.held(form.get("token", ""))
        return form["token"]
    return dropped.hold(Held(opened.source, opened.source.name, form.get("sheet", "")))


def _says_too_little(form: dict[str, str], at: At) -> bool:
    """Whether somebody accepts what is past, and does not say who and why."""
    try:
        pages.accepted(form, at.user)
    except Refusal:
        return True
    return False


def _arguments(opened: Opened, held: Held, form: dict[str, str], at: At) -> Iterator[str]:
    """What the command line is told, as a person would type it."""
    yield from (str(held.source), "--out", str(opened.folder), "--today", at.today.isoformat())
    for each in held.formats:
        yield from ("--format", each)
    for option, value in _given(opened, held, form, at):
        if value:
            yield from (option, str(value))


def _given(
    opened: Opened, held: Held, form: dict[str, str], at: At
) -> Iterator[tuple[str, str | Path | None]]:
    yield "--mapping", pages.mapping_of(opened, held.source)
    yield "--sheet", held.sheet
    yield "--accept-past", pages.accepted(form, at.user)
    yield "--key", opened.key
    yield "--by", at.user
