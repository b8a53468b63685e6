"""The routes of the pages beside the calendar: numbers, regimens, somebody else's schedule."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from taper.operations.checking.schedule import CALENDAR
from taper.web import numbers, regimens, schedule
from taper.web.at import At
from taper.web.exchange import files_sent, sent, typed
from taper.web.work import Work


def add(app: Flask, work: Work, at: Callable[..., At]) -> None:
    """Answer them."""
    _add_numbers(app, work, at)
    _add_regimens(app, work, at)
    _add_schedule(app, work, at)


def _add_numbers(app: Flask, work: Work, at: Callable[..., At]) -> None:
    @app.get("/numbers")
    def first_numbers() -> Response:
        return sent(work.quick(numbers.first_page, at()))

    @app.post("/numbers")
    def converted() -> Response:
        return sent(work.quick(numbers.converted_page, typed(), at()))

    @app.post("/numbers/quantities")
    def handed_out() -> Response:
        files = files_sent("file")
        return sent(work.quick(numbers.handed_out_page, typed(), files, at("/numbers")))


def _add_regimens(app: Flask, work: Work, at: Callable[..., At]) -> None:
    @app.get("/regimens")
    def first_regimens() -> Response:
        return sent(work.quick(regimens.first_page, at()))

    @app.post("/regimens")
    def compared() -> Response:
        return sent(work.quick(regimens.compared_page, typed(), at()))

    @app.post("/regimens/open")
    def fill_in() -> Response:
        files = files_sent("file")
        return sent(work.quick(regimens.opened_page, typed(), files, at("/regimens")))

    @app.post("/regimens/explore")
    def explored() -> Response:
        return sent(work.quick(regimens.explored_page, typed(), at("/regimens")))


def _add_schedule(app: Flask, work: Work, at: Callable[..., At]) -> None:
    @app.get("/schedule")
    def first_schedule() -> Response:
        return sent(work.quick(schedule.first_page, at()))

    @app.post("/schedule")
    def checked() -> Response:
        return sent(work.quick(schedule.checked_page, typed(), at()))

    @app.post("/schedule/calendar/<any(show, save):how>")
    def calendar_of(how: str) -> Response:
        asked = (schedule.calendar, typed(), at("/schedule"), how == "save")
        return sent(work.printed(CALENDAR, *asked))

    @app.post("/schedule/json")
    def as_json() -> Response:
        return sent(work.quick(schedule.data, typed(), at("/schedule")))
