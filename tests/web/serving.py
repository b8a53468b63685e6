"""The page as `taper serve` serves it, in a process of its own; and which Chromium looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from taper.web.server import _server
from taper.web.settings import Settings

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ALONE = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
"""Chromium's own walls want a user who is not root."""


@contextmanager
def served_here(settings: Settings, app: Callable[..., Any]) -> Iterator[int]:
    """The port of the server with that application, in a thread of this process that ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = _server(settings, listening, app)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        made.trigger.pull_trigger(made.close)  # by the thread that waits for it
        thread.join()
        made.task_dispatcher.shutdown()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The address of a page that is served until it is no longer needed."""
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "taper", "serve", "--port", str(port), *options],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert served.stderr is not None
    try:
        said = served.stderr.readline()
        assert said.startswith(f"Serving http://127.0.0.1:{port}"), said
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait()
        served.stderr.close()
