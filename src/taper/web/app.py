"""The server's routes: each hands what was sent to `Work`, and passes on what is answered."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType

from taper.errors import TaperError, fault
from taper.web import calendar, carried, downloads, happened, own_protocol, refusing, safety
from taper.web import pages as more_pages
from taper.web.api import routes as api
from taper.web.at import At
from taper.web.exchange import files_sent, sent, typed
from taper.web.form import Form
from taper.web.refusing import NOT_SENT, too_large
from taper.web.reply import API, JSON
from taper.web.settings import ARRIVED, MOST_BYTES, Settings
from taper.web.site import routes as site
from taper.web.speech import language_of
from taper.web.status import FAILED, status_of
from taper.web.work import Work
from taper.wording.quoting import quoted

FACES = ("TaperSans-Regular.ttf", "TaperSans-Bold.ttf")
PREVIEW = "/preview"


def create_app(settings: Settings, work: Work, today: Callable[[], date]) -> Flask:
    """The application; `today` is the computer's date, which a form offers."""
    app = Flask("taper.web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.logger.disabled = True  # what was typed stands in no log
    app.before_request(partial(_refuse_strangers, settings))
    app.after_request(_with_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _any_error)
    _add_pages(app, settings, work, today)
    api.add(app, work)
    more_pages.add(app, work, partial(_at, settings, today))
    site.add(app, settings, work, partial(_at, settings, today))
    _add_files(app)
    return app


# Pages ----------------------------------------------------------------------------------------


def _add_pages(app: Flask, settings: Settings, work: Work, today: Callable[[], date]) -> None:
    at = partial(_at, settings, today)

    @app.get("/")
    def first() -> Response:
        return sent(work.quick(calendar.first_page, at()))

    @app.post("/")
    def pressed() -> Response:
        form = typed()
        answers = {"flare": happened.proposed_page, "propose": happened.proposed_page}
        answers["take"] = happened.taken_page
        do = answers.get(form.get("action", ""), calendar.filled_page)
        return sent(work.quick(carried.answered, do, form, at("/")))

    @app.post("/open")
    def opened() -> Response:
        files = files_sent(calendar.FILE)
        return sent(work.quick(calendar.opened_page, typed(), at("/"), files))

    @app.post("/protocol")
    def protocol_opened() -> Response:
        files = files_sent(own_protocol.FIELD)
        return sent(work.quick(own_protocol.opened_page, typed(), at("/"), files))

    @app.post(PREVIEW)
    def preview() -> Response:
        return sent(work.quick(carried.answered, calendar.preview, typed(), at("/")))

    @app.post("/papers/<any(show, save):how>")
    def papers(how: str) -> Response:
        form = typed()
        asked = (carried.answered, downloads.file, form, at("/"), how == "save")
        if downloads.needs_press(form):
            return sent(work.printed(form.get("participant", ""), *asked))
        return sent(work.quick(*asked))


def _at(settings: Settings, today: Callable[[], date], path: str | None = None) -> At:
    """Where the page of this request stands."""
    return At(
        root=settings.root_path,
        code=language(),
        path=path or request.path,
        today=today(),
        user=g.user,
        has_folder=settings.folder is not None,
        offered=settings.protocols,
    )


def language() -> str:
    """The language of the page that is answered with."""
    return language_of(request.args.get("lang"), request.headers.get("Accept-Language", ""))


# Files of the page ----------------------------------------------------------------------------


def _add_files(app: Flask) -> None:
    known = _files()

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return _file(known["favicon.svg"])

    @app.get("/static/<name>")
    def static(name: str) -> Response:
        return _file(known[name]) if name in known else abort(404)


def _files() -> dict[str, Traversable]:
    """What the page needs beside itself: style, script, picture, and the house's letters."""
    package = files("taper")
    faces = [package.joinpath("data", "faces", name) for name in FACES]
    own = [each for each in package.joinpath("web", "static").iterdir() if each.is_file()]
    return {each.name: each for each in (*own, *faces)}


def _file(file: Traversable) -> Response:
    kind = mimetypes.guess_type(file.name)[0] or "font/ttf"
    response = Response(file.read_bytes(), content_type=kind)
    response.headers["Cache-Control"] = "max-age=3600"
    return response


# What holds for every answer ------------------------------------------------------------------


def _refuse_strangers(settings: Settings) -> Response | None:
    g.began = request.environ.get(ARRIVED) or time.perf_counter()
    g.user = ""
    g.root, g.has_folder = settings.root_path, settings.folder is not None
    said = safety.refused(request.method, dict(request.headers), settings)
    if said is not None:
        return _said(403, said)
    if settings.user_header and request.path != "/healthz":
        g.user = _as_sent(request.headers.get(settings.user_header, "")).strip()
        said = safety.of_nobody(settings.user_header, g.user)
        if said is not None:
            return _said(403, said)
    return None


def _as_sent(value: str) -> str:
    """A header in UTF-8, of which a server tells each byte as a letter; any other as it is."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _with_headers(response: Response) -> Response:
    for name, value in safety.HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", safety.KEPT_NOWHERE)
    took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0
    response.headers["Server-Timing"] = f"taper;dur={took:.1f}"
    return response


def _said(status: int, sentence: str, form: Form | None = None) -> Response:
    """A sentence as a page, or as a program or a script reads it."""
    if request.path.startswith(API) or request.path == PREVIEW:
        return sent(refusing.as_problem(status, sentence))
    at = At(g.root, language(), request.path, date.min, has_folder=g.has_folder)
    return sent(refusing.as_page(at, status, sentence, form))


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _said(413, too_large(request.max_content_length or MOST_BYTES))
    if isinstance(error, UnsupportedMediaType):
        read = request.content_type or "missing"
        return _said(415, f"The content type is {quoted(read)}; allowed: {JSON}, in UTF-8.")
    said = f"{request.method} {request.path[:80]} is {(error.name or 'refused').lower()}"
    return _said(error.code or 500, f"{said}; allowed: {NOT_SENT}.")


def _any_error(error: Exception) -> Response:
    """What nobody foresaw: where it happened, and no value of anything that was typed."""
    status = status_of(error) if isinstance(error, TaperError) else FAILED
    said = str(error) if isinstance(error, TaperError) else fault(error)
    if status < FAILED:
        return _said(status, said)
    return _said(status, refusing.of_a_fault(said, request.path), typed())


def under(root: str, app: Any) -> Callable[..., Any]:
    """The application below a path, whether or not the proxy takes that off."""

    def below(environ: dict[str, Any], start: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if root and (path == root or path.startswith(f"{root}/")):
            environ["PATH_INFO"] = path[len(root) :] or "/"
        environ["SCRIPT_NAME"] = root
        return app(environ, start)

    return below
