"""The routes of the API."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from taper.web.api import answers, openapi
from taper.web.reply import JSON, Reply
from taper.web.work import Work

ANSWERS: dict[str, Callable[[bytes], Reply]] = {
    "/api/plan": answers.plan,
    "/api/convert": answers.convert,
    "/api/tablets": answers.tablets,
    "/api/check": answers.check,
}
"""What answers each path."""


def add(app: Flask, work: Work) -> None:
    """Answer the paths, and describe them."""
    for path, answer in ANSWERS.items():
        app.add_url_rule(path, path, _posted(work, answer), methods=["POST"])

    @app.get("/openapi.json")
    def described() -> Response:
        return Response(openapi.document(), content_type=JSON)


def _posted(work: Work, answer: Callable[[bytes], Reply]) -> Callable[[], Response]:
    def answered() -> Response:
        if not _is_json():
            raise UnsupportedMediaType
        reply = work.quick(answer, request.get_data(cache=False))
        return Response(reply.body, reply.status, content_type=reply.kind)

    return answered


def _is_json() -> bool:
    """Whether what was sent says that it is JSON in UTF-8, or says nothing of itself."""
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    return (not request.mimetype or request.is_json) and charset in ("utf-8", "utf8")
