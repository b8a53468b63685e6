"""When a request arrived, and what is said of one that cannot be taken in.

What it waited for its turn is part of what its answer took.
"""

from __future__ import annotations

import time
from datetime import date
from http import HTTPStatus
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask

from taper.sources.languages import SOURCE
from taper.web import refusing, safety
from taper.web.at import At
from taper.web.refusing import too_large
from taper.web.reply import API, Reply
from taper.web.settings import ARRIVED, MOST_BYTES, MOST_TABLE_BYTES

UNREAD = "The request is no HTTP that is understood; allowed: what a browser sends, or a program."


class _Request(HTTPRequestParser):  # type: ignore[misc] # which has no types
    """One that knows when the last of it was read."""

    arrived = 0.0

    def received(self, data: bytes) -> Any:
        """So many bytes of it were taken."""
        self.arrived = time.perf_counter()
        return super().received(data)


class _Task(WSGITask):  # type: ignore[misc]
    """The work on it, begun when a thread is free."""

    def get_environment(self) -> dict[str, Any]:
        """What the application is told, and when the request had arrived."""
        told: dict[str, Any] = super().get_environment()
        told[ARRIVED] = self.request.arrived
        return told


class _Untaken(ErrorTask):  # type: ignore[misc]
    """The answer to a request that never reaches the application: a sentence here too."""

    def execute(self) -> None:
        """Answer, and hear no more of it."""
        code, path = self.request.error.code, getattr(self.request, "path", "")
        said = too_large(_most(path)) if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else UNREAD
        reply = _reply(code, said, path, self.channel.at)
        self.status = f"{code} {HTTPStatus(code).phrase}"
        self.response_headers += [("Content-Type", f"{reply.kind}; charset=utf-8")]
        self.response_headers += [*safety.HEADERS.items(), ("Cache-Control", safety.KEPT_NOWHERE)]
        self.set_close_on_finish()
        self.content_length = len(reply.body)
        self.write(reply.body)


def _reply(code: int, sentence: str, path: str, at: At) -> Reply:
    """As a program reads it, unless a page was asked: what is no HTTP was sent by no browser."""
    if not path or API in path:
        return refusing.as_problem(code, sentence)
    return refusing.as_page(at, code, sentence)


def _most(path: str) -> int:
    return MOST_TABLE_BYTES if "/site/" in path else MOST_BYTES


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests say when they arrived; `at` is where its pages stand."""

    parser_class = _Request
    task_class = _Task
    error_task_class = _Untaken
    at = At("", SOURCE, "", date.min)
