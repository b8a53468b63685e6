"""Serving the page: the processes that work, and the server that listens."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

from taper.errors import EnvironmentLacking, UsageError
from taper.web.settings import MOST_TABLE_BYTES, Settings

THREADS, CONNECTIONS = 16, 200
MOST_BUFFERED = 1 << 20
"""Bytes of a request that are read at all: what is more than allowed is then refused in words."""
MOST_HEADERS = 16_384
SILENT_SECONDS = 60
LACKING = (
    "flask and waitress are missing, which serve the page: install taper with its extra [web], as "
    "by pip install '.[web]' in its folder."
)


def refuse_without_library() -> None:
    """Raise `EnvironmentLacking` where there is nothing to serve the page with."""
    try:
        import flask  # noqa: F401 - both are asked for before anything is begun
        import waitress  # noqa: F401
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking


def server(settings: Settings, today: Callable[[], date], ready: Callable[[], None]) -> None:
    """Serve until it is ended; `ready` is called once somebody may ask.

    Raises `UsageError` where the address cannot be had, `EnvironmentLacking` where a process or a
    library cannot.
    """
    refuse_without_library()
    from taper.web.app import create_app, under
    from taper.web.work import Crews

    work = Crews(settings)
    logging.getLogger("waitress").setLevel(logging.CRITICAL)  # what was typed stands in no log
    try:
        app = under(settings.root_path, create_app(settings, work, today))
        listening = _socket(settings)
        work.begin()  # before the server has threads
        made = _server(settings, listening, app)
        signal.signal(signal.SIGTERM, _as_by_hand)
        ready()
        made.run()
    finally:
        work.close()


def _as_by_hand(*_: object) -> NoReturn:
    """Who ends the server from outside ends it as Ctrl-C does: what it held goes with it."""
    raise KeyboardInterrupt


def _server(settings: Settings, listening: socket.socket, app: Callable[..., Any]) -> Any:
    from waitress.server import create_server

    from taper.web.arrival import Channel

    made = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        max_request_body_size=MOST_BUFFERED + (MOST_TABLE_BYTES if settings.folder else 0),
        max_request_header_size=MOST_HEADERS,
        channel_timeout=SILENT_SECONDS,
        ident="taper",
    )
    at = replace(Channel.at, root=settings.root_path, has_folder=settings.folder is not None)
    made.channel_class = type("Here", (Channel,), {"at": at})
    return made


def _socket(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as wrong:
        where = f"{settings.host}:{settings.port}"
        code = wrong.errno or 0
        reason = os.strerror(code) if code > 0 else str(wrong.strerror)  # of a name that is none
        raise UsageError(
            f"{where} cannot be listened to ({reason.lower()}); allowed: a --host of this machine "
            "and a --port that is free."
        ) from None
