"""A batch while it runs: a bar for whoever watches, and an end on Ctrl-C that loses nothing."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from taper.cli.speech import tell
from taper.operations.site.asked import Progress


@contextmanager
def stop_on_interrupt() -> Iterator[Event]:
    """The first Ctrl-C lets what has begun end; the second is the usual one."""
    stop = Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread hears of Ctrl-C
        return

    def on_interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        tell("Stopping after what has begun; Ctrl-C again stops at once.")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(*, wanted: bool) -> Iterator[Progress]:
    """A progress bar where a person is watching, nothing elsewhere."""
    if not wanted or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(
        *columns,
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        # What is piped elsewhere is not the bar's to print.
        redirect_stdout=sys.stdout.isatty(),
    ) as bar:
        task = bar.add_task("reading", total=None, rate="")

        def show(doing: str, done: int, total: int) -> None:
            if not done:  # another phase has a speed of its own
                bar.reset(task)
            speed = next(each.speed for each in bar.tasks if each.id == task)
            rate = f"{speed:.1f}/s" if speed else ""
            bar.update(task, description=doing, completed=done, total=total, rate=rate)

        yield show
