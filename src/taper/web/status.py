"""Which status of HTTP an error is answered with: who asked is wrong, or who answers is."""

from __future__ import annotations

from taper.confined.crew import Busy
from taper.errors import EnvironmentLacking, Failed, Stopped, TaperError
from taper.storage.lock import Held

REFUSED, TAKEN, FAILED, NOT_NOW = 422, 409, 500, 503


class TakesTooLong(TaperError):
    """An answer that was not ready in time, or wanted too much memory."""


class Writing(TaperError):
    """Another batch of the page is at work."""


_STATUS: tuple[tuple[tuple[type[TaperError], ...], int], ...] = (
    ((TakesTooLong, Busy, EnvironmentLacking, Stopped), NOT_NOW),
    ((Writing, Held), TAKEN),
    ((Failed,), FAILED),
)


def status_of(error: TaperError) -> int:
    """That of an error: what nothing else is said of is a refusal of what was sent."""
    return next((status for kinds, status in _STATUS if isinstance(error, kinds)), REFUSED)


def pass_on_a_fault(error: TaperError) -> None:
    """Raise again what no input is to blame for: no field of a form is where to say it."""
    if status_of(error) >= FAILED:
        raise error
