"""The routes of what came of it; a diary that was dropped is held until another takes its place."""

from __future__ import annotations

import atexit
from collections.abc import Callable

from flask import Flask, Response, request

from taper.errors import Refusal, TaperError
from taper.web.at import At
from taper.web.exchange import files_sent, sent, typed
from taper.web.form import Form
from taper.web.settings import MOST_TABLE_BYTES
from taper.web.site import report
from taper.web.site.dropped import MOST, Dropped, Held
from taper.web.site.opened import Opened
from taper.web.work import Work

PATH = "/site/results"


def add(app: Flask, opened: Opened, work: Work, at: Callable[..., At]) -> None:
    """Answer them."""
    dropped = Dropped(report.WHO, "--diary")
    atexit.register(dropped.close)

    @app.get(PATH)
    def not_asked() -> Response:
        return sent(work.quick(report.first_page, opened, at()))

    @app.post(PATH)
    def came_of_it() -> Response:
        request.max_content_length = MOST_TABLE_BYTES
        form = typed()
        try:
            held = _held(dropped, form)
        except TaperError as wrong:
            return sent(work.in_files(report.report_page, opened, form, (), at(), str(wrong)))
        answer = report.file if form.get("format") else report.report_page
        return sent(work.in_files(answer, opened, form, held, at()))


def _held(dropped: Dropped, form: Form) -> tuple[tuple[str, Held], ...]:
    """The diaries that were dropped now, or those that were dropped before."""
    now = files_sent("diary")
    if len(now) > MOST:
        raise Refusal.of(report.WHO, "--diary", f"{len(now)} files", f"at most {MOST} at a time")
    tokens = [dropped.keep(name, data, "") for name, data in now]
    tokens = tokens or form.get(report.DIARIES, "").split()
    return tuple((token, dropped.held(token)) for token in tokens)
