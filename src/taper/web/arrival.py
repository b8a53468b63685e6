"""When a request arrived: what it waited for its turn is part of what its answer took."""

from __future__ import annotations

import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from taper.web.settings import ARRIVED


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


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests say when they arrived."""

    parser_class = _Request
    task_class = _Task
